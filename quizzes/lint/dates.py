"""Rules on dates: in any text that is shown before answering, and against what a question rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from quizzes.domain.described import Where
from quizzes.domain.markup import plain
from quizzes.domain.messages import gettext_noop as _
from quizzes.lint.findings import E, Hit, I, W, item_rule
from quizzes.lint.view import CourseView, ItemView
from quizzes.lint.words import MONTHS

Span = tuple[int, int]
"""First and last day, each as the number yyyymmdd."""

_MONTH = "|".join(MONTHS)
_NUMERIC_DATE = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{2}|\d{4})(?![\d/-]|\.\d)")
_EARLY_YEAR = re.compile(
    r"(?<!one )(?<!\d )\b(?:in|until|since|in the year) (\d{1,3})(?=\s*(?:[.;:?!)]|,(?!\d)|$))(?!\s*(?:B?CE|BC|AD))",
    re.IGNORECASE,
)
_ERA = re.compile(r"\b(?:B?CE|BC|AD)\b")
_CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)[- ]century\b|\b(\w+)[- ]century\b", re.IGNORECASE)
_ORDINALS = {
    word: value
    for value, word in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
        fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first""".split(),
        start=1,
    )
}
_YEAR = re.compile(r"(?<![\d,.])([12]\d{3})(?![\d,]*\d)(?!s\b)")
_DAY = re.compile(rf"\b(\d{{1,2}}) ({_MONTH})(?: (\d{{4}}))?\b", re.IGNORECASE)
_RUSSIAN = re.compile(r"\b(?:Russia\w*|Moscow|St\.? Petersburg|Petrograd|(?:October|February) Revolution)\b")
_STYLE = re.compile(r"\b(?:O\.S\.|N\.S\.|Old Style|New Style|OS|NS)(?!\w)", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:recently|today|current|now|(?:\d+|\w+) years ago)\b", re.IGNORECASE)
_DATE = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?: (?:to|-|–) (?P<last>\d{{1,2}}))? )?(?:(?P<month>{_MONTH}) )?(?P<year>[12]\d{{3}})\b"
    rf"|(?P<from>\d{{1,2}}) (?P<month1>{_MONTH}) (?:to|-|–) "
    rf"(?P<to>\d{{1,2}}) (?P<month2>{_MONTH}) (?P<year2>\d{{4}})\b",
    re.IGNORECASE,
)
_MAX_TWO_DIGIT = 12


_PART = re.compile(r"\b(early|mid|late|spring|summer|autumn|end of)(?:[ -](?:in|of|the))?[ -]?$", re.IGNORECASE)
_PARTS_OF_YEAR = {
    "early": (1, 4), "mid": (5, 8), "late": (9, 12), "end of": (11, 12),
    "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11),
}  # fmt: skip
_PARTS_OF_MONTH = {"early": (1, 10), "mid": (11, 20), "late": (21, 31), "end of": (25, 31)}


def years_in(text: str) -> list[int]:
    """Return the years a text names."""
    return [int(year) for year in _YEAR.findall(text)]


@item_rule("DATE-AMBIG", E, _("Write the month in letters and the year in four figures: 4 July 1776."))
def date_ambig(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A date in figures that two countries read differently."""
    for where, text in _all_texts(item):
        for found in _NUMERIC_DATE.finditer(text):
            if len(found[4]) == 2 or max(int(found[1]), int(found[3])) <= _MAX_TWO_DIGIT:
                yield Hit(where, found[0], _("“%(date)s” can be read in more than one way."), {"date": found[0]})


@item_rule("DATE-ERA", W, _("Add BCE or CE."))
def date_era(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A year before 1000 without its era."""
    for where, text in item.asked:
        if not _ERA.search(text) and (found := _EARLY_YEAR.search(text)):
            yield Hit(where, found[0], _("The year %(year)s has no era."), {"year": found[1]})
    for quantity in item.quantities:
        if quantity.unit.casefold() == "year" and abs(quantity.answer) < 1000 and not _ERA.search(item.spec.stem):
            where = (*quantity.where, "answer")
            yield Hit(where, str(quantity.answer), _("The year %(year)s has no era."), {"year": quantity.answer})


@item_rule("DATE-CENTURY", E, _("Name the century in which its years lie."))
def date_century(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A century that none of the item's own years belongs to."""
    years = [year for _where, text in item.asked for year in years_in(text)]
    years += [int(quantity.answer) for quantity in item.quantities if quantity.unit.casefold() == "year"]
    for where, text in item.asked:
        for found in _CENTURY.finditer(text):
            number = int(found[1]) if found[1] else _ORDINALS.get((found[2] or "").casefold(), 0)
            first = (number - 1) * 100 + 1
            if number and years and not any(first <= year < first + 100 for year in years):
                details = {"century": found[0], "year": years[0]}
                yield Hit(where, found[0], _("%(year)d does not lie in the %(century)s."), details)


@item_rule("DATE-CALENDAR", I, _("Add O.S. or N.S."))
def date_calendar(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A day from the years in which two calendars were in use."""
    for where, text in item.asked:
        is_russian = bool(_RUSSIAN.search(text))
        is_of_1917 = bool(re.search(r"\b(?:October|February) Revolution\b", text))
        for found in _DAY.finditer(text):
            year = int(found[3]) if found[3] else 1917 if is_of_1917 else 0
            is_double = 1582 <= year <= 1752 or (is_russian and 1582 <= year < 1918)
            if is_double and not _STYLE.search(text):
                yield Hit(where, found[0], _("“%(date)s” is a day of either calendar."), {"date": found[0]})


@item_rule("DATE-RELATIVE", W, _("Give the year."))
def date_relative(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A time that moves on while the question stays."""
    for where, text in item.asked:
        if found := _RELATIVE.search(text):
            yield Hit(where, found[0], _("“%(words)s” will be wrong one day."), {"words": found[0]})


@item_rule("DATE-CIRCA", E, _("Give a tolerance as wide as the source's doubt."))
def date_circa(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """“About” in the words, and no tolerance in the key."""
    for quantity in item.quantities:
        if quantity.tolerance.kind == "figures" or quantity.tolerance.value:
            continue
        number = f"{abs(quantity.answer).normalize():f}"
        pattern = re.compile(
            rf"\b(?:c\.|ca\.|circa|about|around|approximately|roughly) {re.escape(number)}\b", re.IGNORECASE
        )
        for where, text in _all_texts(item):
            if found := pattern.search(text):
                yield Hit(
                    where, found[0], _("It says “%(words)s”, and the answer has to be exact."), {"words": found[0]}
                )
                break


@item_rule("DATE-INTOL", E, _("Narrow the tolerance, or take the other answer out."))
def date_intol(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A wrong answer inside the accepted tolerance."""
    for quantity in item.quantities:
        for number, near in enumerate(quantity.near):
            if quantity.tolerance.accepts(near.answer, quantity.answer):
                where = (*quantity.where, "near", number, "answer")
                yield Hit(where, str(near.answer), _("It is accepted as right, so its comment is never shown."))


@item_rule("DATE-SELF", E, _("Compare the key with the facts it names."))
def date_self(item: ItemView, course: CourseView) -> Iterator[Hit]:
    """A year as key that none of the facts it rests on is dated to."""
    known = [fact.years for key in item.spec.facts if course.facts and (fact := course.facts.get(key)) and fact.years]
    for where, year in _keyed_years(item):
        if known and not any(first <= year <= last for first, last in known):
            yield Hit(where, str(year), _("%(year)d lies outside the dates of its facts."), {"year": year})


def _keyed_years(item: ItemView) -> Iterator[tuple[Where, int]]:
    asked = (quantity for quantity in item.quantities if quantity.where[:1] != ("gaps",))  # a gap may be any year
    for quantity in asked:
        if quantity.unit.casefold() == "year" and not Decimal(quantity.answer) % 1:
            yield (*quantity.where, "answer"), int(quantity.answer)
    for choice in item.choices:
        if choice.key and re.fullmatch(r"(?:In )?[12]\d{3}\.?", choice.key.text):
            yield choice.key.where, years_in(choice.key.text)[0]


@item_rule("ORDER-TIE", E, _("Give both a day, or take one of them out."))
def order_tie(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Two entries whose dates are one at the precision given."""
    dated = [
        (entry, span)
        for entry in item.spec.in_order()
        if (span := span_of(entry.text) or span_of(entry.feedback, is_leading=True))
    ]
    for (one, first), (other, second) in combinations(dated, 2):
        if first[0] <= second[1] and second[0] <= first[1] and one.key in other.after:
            reason = _("By its date it may stand on either side of “%(other)s”.")
            yield Hit(other.where, other.text, reason, {"other": one.text})


def span_of(text: str, *, is_leading: bool = False) -> Span | None:
    """Return the days a date may mean; with `is_leading`, only of a date that opens the text.

    >>> span_of("Signed on 14 July 1789"), span_of("1789"), span_of("18 to 20 November 1992")
    ((17890714, 17890714), (17890101, 17891231), (19921118, 19921120))
    >>> span_of("Early in 2018, by one report"), span_of("In late May 1990")
    ((20180101, 20180431), (19900521, 19900531))
    """
    text = plain(text)
    found = _DATE.search(text)
    for candidate in _DATE.finditer(text):
        if candidate["from"]:
            found = candidate
            break
    if not found or (is_leading and found.start() > len("In early ")):
        return None
    if found["from"]:
        year = int(found["year2"]) * 10_000
        first, last = (MONTHS[found[name].casefold()] * 100 for name in ("month1", "month2"))
        return year + first + int(found["from"]), year + last + int(found["to"])
    year = int(found["year"]) * 10_000
    part = _PART.search(text[: found.start()])
    if not found["month"]:
        first, last = _PARTS_OF_YEAR[part[1].casefold()] if part else (1, 12)
        return year + first * 100 + 1, year + last * 100 + 31
    month = year + MONTHS[found["month"].casefold()] * 100
    if not found["day"]:
        first, last = _PARTS_OF_MONTH.get(part[1].casefold(), (1, 31)) if part else (1, 31)
        return month + first, month + last
    return month + int(found["day"]), month + int(found["last"] or found["day"])


def _all_texts(item: ItemView) -> list[tuple[Where, str]]:
    """Return what is shown before answering and what is said afterwards."""
    return [*item.asked, *((said.where, plain(said.text)) for said in item.said)]
