"""One number as people write it: what stands before it, the number in each of its readings, and what stands behind.

The spelling alone decides; nothing here knows the right answer. Where it leaves two readings open, both are returned.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal

from quizzes.domain.base import MAX_TYPED, InvalidAnswer
from quizzes.domain.cleaning import tidied
from quizzes.domain.messages import gettext_noop as _

NO_NUMBER = _("Give a number, such as 1961 or 10.9.")
NOT_UNDERSTOOD = _("“%(rest)s” was not understood. Give one number only.")
TOO_LARGE = _("This number is too large or too small to be read.")
EXACT = Context(prec=4 * MAX_TYPED)
"""Precise enough for the longest number one may type, with any power of ten."""
_TO_NINETEEN = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
_TO_NINETEENTH = """zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENTHS = "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth"
NUMBER_WORDS = {
    **{word: number for words in (_TO_NINETEEN, _TO_NINETEENTH) for number, word in enumerate(words.split())},
    **{word: 10 * tens for words in (_TENS, _TENTHS) for tens, word in enumerate(words.split(), start=2)},
}
"""Numbers that are written as words, cardinal and ordinal, by what they count."""
MONEY = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₩": "won", "₽": "rouble"}

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_POINTS = {ord("٫"): ".", ord("٬"): ",", ord("⁄"): "/", ord("∕"): "/", ord("÷"): "/"}
_EDGES = " \"',;:!?"
_LEAD = re.compile(
    r"(?:(?:about|approximately|approx|around|roughly|circa|in|the)\b\.?|(?:ca|no)(?:\.|\b)|c\.|[~≈≃=#])\s*",
    re.IGNORECASE,
)
_SIGN = re.compile(r"([-+]|minus\b)\s*", re.IGNORECASE)
_CURRENCY = re.compile(rf"(?:US)?([{''.join(MONEY)}])\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+\.?\s*")
_GROUPED = re.compile(r"(?P<whole>[1-9]\d{0,2}(?P<mark>[ ',._])\d{3}(?:(?P=mark)\d{3})*)(?!\d)(?P<rest>[.,]\d+)?")
_INDIAN = re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}(?!\d)(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:[.,]\d*)?|[.,]\d+")
_MIXED = re.compile(r"(\d{1,15}) (\d{1,15}) ?/ ?(\d{1,15})(?![\d.,'/_])")
_DIVIDED = re.compile(r" ?/ ?")
_POWER = re.compile(r"e([-+]?\d+)| ?[x×*·⋅∙] ?10 ?(?:\^|\*\*) ?\(?([-+]?\d+)\)?", re.IGNORECASE)
_TEN_TO = re.compile(r"10 ?(?:\^|\*\*) ?\(?([-+]?\d+)\)?")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[ -]?([a-z]+)", re.IGNORECASE)
_HALF = re.compile(r" and a half\b", re.IGNORECASE)
_ONLY_HALF = re.compile(r"(?:a |one )?half\b", re.IGNORECASE)
_ONE = re.compile(r"an? (?=hundred|thousand|million|billion)", re.IGNORECASE)
_BRACKETS = re.compile(r"\( ?([^()]+?) ?\)")
_LARGEST_POWER = 999


@dataclass(frozen=True)
class Numeral:
    """A number with the words on both sides of it. Two readings: a separator stood before exactly three digits."""

    before: str
    readings: tuple[Decimal, ...]
    after: str


def plain_text(typed: str) -> str:
    """Return typed text with plain digits, fractions and powers: `5½` is `5 1/2`, `10⁶` is `10^6`."""
    text = _RAISED.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), typed)
    text = tidied("".join(_spelt(sign) for sign in text)).translate(_POINTS)
    return " ".join("".join(_digit(sign) for sign in text).split()).strip(_EDGES)


def read_numeral(text: str) -> Numeral:
    """Read the one number in a text from `plain_text`; raise InvalidAnswer in words fit to show if there is none.

    >>> [str(number) for number in read_numeral("1.250").readings], read_numeral("$5.5 billion")
    (['1.250', '1250'], Numeral(before='$', readings=(Decimal('5.5'),), after='billion'))
    """
    before: list[str] = []
    at, is_negative, signs = 0, False, 0
    while (read := _number_at(text, at)) is None:
        if found := _LEAD.match(text, at):
            pass
        elif found := _SIGN.match(text, at):
            is_negative, signs = found[1] != "+", signs + 1
        elif found := _CURRENCY.match(text, at):
            before.append(found[1])
        elif found := _WORD.match(text, at):
            before.append(found[0].strip())
        if found is None or signs > 1:
            raise InvalidAnswer(NO_NUMBER)
        at = found.end()
    readings, end = read
    after = _without_repeat(text[end:].strip(), readings)
    if is_negative:
        readings = tuple(number.copy_negate() for number in readings)
    return Numeral(" ".join(before), readings, after)


def _without_repeat(after: str, readings: tuple[Decimal, ...]) -> str:
    """Return what stands behind a number without the same number in brackets: `twenty (20) years`, `20 (twenty)`."""
    found = _BRACKETS.match(after)
    if found is None or (again := _number_at(found[1], 0)) is None or again != (readings, len(found[1])):
        return after
    return after[found.end() :].strip()


def not_understood(rest: str) -> InvalidAnswer:
    """Return the refusal of an answer of which a part is no part of one number."""
    return InvalidAnswer(NOT_UNDERSTOOD, rest=rest if len(rest) <= 40 else f"{rest[:39]}…")


def times_ten_to(number: Decimal, power: int) -> Decimal:
    """Return a number with its point moved, exactly."""
    return number.scaleb(power, context=EXACT) if power else number


def plainly(number: Decimal) -> str:
    """Write a number without exponent and without zeros that say nothing."""
    return f"{number.normalize(EXACT):f}"


def _number_at(text: str, at: int) -> tuple[tuple[Decimal, ...], int] | None:
    if found := _TEN_TO.match(text, at):
        return (times_ten_to(Decimal(1), _power(found[1])),), found.end()
    if found := _MIXED.match(text, at):
        return _mixed(found), found.end()
    if (read := _decimal_at(text, at)) is None:
        return _words_at(text, at)
    readings, end = read
    if (over := _DIVIDED.match(text, end)) and (below := _decimal_at(text, over.end())):
        return _quotients(text[at:end], readings, text[over.end() : below[1]], below[0]), below[1]
    if found := _POWER.match(text, end):
        power = _power(found[1] or found[2])
        return (times_ten_to(readings[0], power),), found.end()
    if found := _ORDINAL.match(text, end):
        return readings, found.end()
    return readings, end


def _decimal_at(text: str, at: int) -> tuple[tuple[Decimal, ...], int] | None:
    if found := _INDIAN.match(text, at):
        return (Decimal(found[0].replace(",", "")),), found.end()
    if found := _GROUPED.match(text, at):
        return _readings_of_groups(text, found), found.end()
    if found := _PLAIN.match(text, at):
        return (Decimal(found[0].replace(",", ".")),), found.end()
    return None


def _readings_of_groups(text: str, found: re.Match[str]) -> tuple[Decimal, ...]:
    """Return what groups of three say; one point or comma before three digits marks decimals as well as thousands."""
    whole, mark, rest = found["whole"], found["mark"], found["rest"] or ""
    if rest and rest[0] == mark:
        raise not_understood(text)
    thousands = Decimal(whole.replace(mark, "") + rest.replace(",", "."))
    if mark in ".," and not rest and whole.count(mark) == 1:
        return Decimal(whole.replace(",", ".")), thousands
    return (thousands,)


def _mixed(found: re.Match[str]) -> tuple[Decimal, ...]:
    whole, above, below = found.groups()
    if above[0] == "0" or int(above) >= int(below):
        raise not_understood(found[0])
    return (Decimal(whole) + Decimal(above) / Decimal(below),)


def _quotients(above: str, aboves: tuple[Decimal, ...], below: str, belows: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """Divide whole numbers; a fraction of decimals is refused, and so is one by nothing."""
    wholes, divisors = ([each for each in part if each == each.to_integral_value()] for part in (aboves, belows))
    if not wholes or not any(divisors):
        raise not_understood(f"{above}/{below}")
    return tuple(dict.fromkeys(one / other for one in wholes for other in divisors if other))


def _words_at(text: str, at: int) -> tuple[tuple[Decimal, ...], int] | None:
    """Read a number in words up to ninety-nine, with or without a half; `a half`, and `a` before hundred and more."""
    total, end, last = Decimal(0), at, 100
    while (found := _LETTERS.match(text, end)) and (number := NUMBER_WORDS.get(found[1].casefold())) is not None:
        if end > at and not (last >= 20 and 0 < number < 10):
            break
        total, last, end = total + number, number, found.end()
    if end > at:
        half = _HALF.match(text, end)
        return ((total + Decimal("0.5"),), half.end()) if half else ((total,), end)
    if half := _ONLY_HALF.match(text, at):
        return (Decimal("0.5"),), half.end()
    if found := _ONE.match(text, at):
        return (Decimal(1),), found.end()
    return None


def _power(digits: str) -> int:
    if len(digits.lstrip("+-0")) > len(str(_LARGEST_POWER)):
        raise InvalidAnswer(TOO_LARGE)
    return int(digits)


def _spelt(sign: str) -> str:
    """Return `½` as ` 1/2`, so that it stays apart from the number before it."""
    composed = unicodedata.normalize("NFKC", sign)
    return f" {composed}" if "⁄" in composed and sign != "⁄" else sign


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
