"""Units and scale words beside a number: `billion dollars`, `km`, `per cent`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from quizzes.domain.numerals import EXACT, MONEY, NUMBER_WORDS, not_understood, plain_text, read_numeral, times_ten_to

_SCALES = {
    **dict.fromkeys(["hundred"], 2),
    **dict.fromkeys(["thousand", "k"], 3),
    **dict.fromkeys(["million", "mln", "mn", "mio"], 6),
    **dict.fromkeys(["billion", "bn", "bln", "milliard"], 9),
    **dict.fromkeys(["trillion", "tn", "trn"], 12),
}
_SCALES_OF_MONEY = {"m": 6, "b": 9}
"""Letters that mean millions and billions beside money, and other things elsewhere."""
_CURRENCIES = frozenset(MONEY.values()) | {"yuan"}
_LONG_MONTHS = "january february march april may june july august september october november december"
_MONTHS = frozenset([*_LONG_MONTHS.split(), *(month[:3] for month in _LONG_MONTHS.split()), "sept"])
_LEAST_AFTER_MONTH = 100
"""Beside a month, a smaller number is a day and no year."""
_IDLE = frozenset(["us", "american", "the", "of", "de", "in", "and", "ad", "ce", "since"])
_SAME = {
    "kilometre": "km", "metre": "m", "centimetre": "cm", "millimetre": "mm", "kilogram": "kg", "gram": "g",
    "kilogramme": "kg", "gramme": "g", "hour": "h", "hr": "h", "minute": "min", "yr": "year", "mth": "month",
    "megawatt": "mw", "kilowatt": "kw", "gigawatt": "gw", "usd": "dollar", "rub": "rouble", "ruble": "rouble",
    "krw": "won", "eur": "euro", "pct": "percent", "time": "times", "x": "times", "×": "times", "fold": "times",
    "art": "article", "res": "resolution",
}  # fmt: skip
_NO_WORD = re.compile(r"[\d×^*/=<>+]")
_PHRASES = [
    (re.compile(r"\bper cent\b|%", re.IGNORECASE), " percent "),
    (re.compile(r"\bu\. ?s\.", re.IGNORECASE), " us "),
    *((re.compile(rf"(?:\bUS)?{re.escape(sign)}", re.IGNORECASE), f" {word} ") for sign, word in MONEY.items()),
]


@dataclass(frozen=True)
class Reading:
    """A number read: in the unit of its answer, in each of its readings; and as it was written, without its unit."""

    numbers: tuple[Decimal, ...]
    has_unit: bool
    written: tuple[Decimal, ...]


@dataclass(frozen=True)
class Unit:
    """A unit as words in one spelling, and the power of ten its scale words stand for; None without one."""

    power: int | None
    words: tuple[str, ...]


def read_with_unit(typed: str, unit: str) -> Reading:
    """Read a number whose unit stands beside the field, so that it may be typed and need not.

    A scale word typed does not count twice: in `billion dollars`, `6.33`, `6.33 billion` and `$6,330 million` are the
    same. A full amount, `$6,330,000,000`, is read as so many billions and, by its value, as 6.33 of them. Raises
    InvalidAnswer for what is neither the number nor of its unit.
    """
    numeral = read_numeral(plain_text(typed))
    asked = unit_of(unit)
    given = _typed_unit(numeral.before, numeral.after, asked)
    if asked.words == ("year",) and min(numeral.readings) >= _LEAST_AFTER_MONTH:
        given = Unit(given.power, tuple(word for word in given.words if word not in _MONTHS))
    if not _is_part(given.words, asked.words):
        raise not_understood(numeral.after or numeral.before)
    if unit.casefold() == "year" and "/" in plain_text(typed):
        raise not_understood(plain_text(typed))
    power = 0 if given.power is None else given.power - (asked.power or 0)
    numbers = tuple(times_ten_to(number, power) for number in numeral.readings)
    by_value = _by_value(numeral.readings, given, asked)
    return Reading((*numbers, *by_value), has_unit=True, written=(*numeral.readings, *by_value))


def _by_value(numbers: Sequence[Decimal], given: Unit, asked: Unit) -> tuple[Decimal, ...]:
    """Return what amounts written without a scale word come to in a unit that has one, if they may be full amounts.

    A bare number may be one from a single unit on; with a currency sign or the unit's own words, from a thousandth of
    it and a thousand on: `$6.33` in billions stays what it is.
    """
    if not asked.power or given.power is not None:
        return ()
    least = 10 ** (max(3, asked.power - 3) if given.words else asked.power)
    return tuple(times_ten_to(number, -asked.power) for number in numbers if abs(number) >= least)


def read_typed_unit(typed: str, units: Mapping[str, Decimal]) -> Reading:
    """Read a number whose unit is asked for; `units` says what one of each is worth in the unit of the answer.

    A word that is no unit known makes the unit unknown. Raises InvalidAnswer for a rest that holds another number.
    """
    numeral = read_numeral(plain_text(typed))
    rest = " ".join(filter(None, (numeral.before, numeral.after)))
    given = _typed_unit(numeral.before, numeral.after, Unit(None, ()))
    factor = units.get(rest) or _worth(given, units)
    if factor is not None:
        return Reading(tuple(EXACT.multiply(number, factor) for number in numeral.readings), True, numeral.readings)
    if _NO_WORD.search(rest) or NUMBER_WORDS.keys() & set(given.words):
        raise not_understood(rest)
    numbers = tuple(times_ten_to(number, given.power or 0) for number in numeral.readings)
    return Reading(numbers, has_unit=False, written=numeral.readings)


@lru_cache(maxsize=1024)
def unit_of(text: str) -> Unit:
    """Return a unit, its words in one spelling whatever their case, number or abbreviation.

    >>> unit_of("billion US dollars") == unit_of("bn. USD"), unit_of("per cent") == unit_of("%")
    (True, True)
    """
    return _unit(_words(text), is_money=False)


def _typed_unit(before: str, after: str, asked: Unit) -> Unit:
    words = _words(f"{before} {after}")
    is_money = bool(_CURRENCIES & {*words, *asked.words})
    if words in (["m"], ["b"]) and words[0] not in asked.words and not is_money:
        return Unit(None, tuple(words))
    return _unit(words, is_money=is_money)


def _unit(words: Sequence[str], *, is_money: bool) -> Unit:
    scales = {**_SCALES, **_SCALES_OF_MONEY} if is_money else _SCALES
    powers = [scales[word] for word in words if word in scales]
    rest = tuple(word for word in words if word not in scales and word not in _IDLE)
    return Unit(sum(powers) if powers else None, rest)


def _words(text: str) -> list[str]:
    text = plain_text(text)
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return [_canonical(word) for word in re.split(r"[ -]+", text.casefold()) if word.strip(".,;")]


def _canonical(word: str) -> str:
    word = word.strip(".,;()").replace("^", "")
    if word in _SAME:
        return _SAME[word]
    if len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 2 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith(("meter", "liter")):
        word = f"{word[:-2]}re"
    return _SAME.get(word, word)


def _is_part(given: Sequence[str], asked: Sequence[str]) -> bool:
    """Say whether the words given are words of the unit asked for, in their order."""
    left = iter(asked)
    return all(word in left for word in given)


def _worth(given: Unit, units: Mapping[str, Decimal]) -> Decimal | None:
    """Return what a unit known by another spelling is worth; None where it is unknown, or two units are spelt so."""
    known = ((unit_of(name), factor) for name, factor in units.items())
    worth = {
        times_ten_to(factor, (given.power or 0) - (unit.power or 0))
        for unit, factor in known
        if given.words and unit.words == given.words
    }
    return worth.pop() if len(worth) == 1 else None
