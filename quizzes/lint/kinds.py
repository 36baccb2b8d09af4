"""Rules on kinds other than choice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.domain.described import Measured
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.rubric import HumanMarked
from quizzes.lint import thresholds as at
from quizzes.lint.findings import E, Hit, W, item_rule
from quizzes.lint.options import absolute_in
from quizzes.lint.view import CourseView, ItemView
from quizzes.lint.words import is_negation, words

_STEM = ("stem",)
_JOINED = re.compile(r"\b(?:because|but)\b|, which\b", re.IGNORECASE)
_IRREGULAR = frozenset(
    """is are was were be has have had did does do can could may might must shall should will would became began bought
    brought broke built came chose cost cut dealt drew fell felt fought found gave went got grew held hit kept knew laid
    led left lent let lost made meant met paid put ran read rose said sat saw sent set sold sought spent split spoke
    stood swore took taught thought told understood won withdrew wrote says gives takes makes holds keeps lies stands
    ends begins rests""".split()
)
_NO_VERB = frozenset("red bed shed speed seed need hundred united indeed".split())
_FIGURES = re.compile(r"[1-9]\d*([.,]\d+)?|[1-9]\d{0,2}([ ,.]\d{3})+([.,]\d+)?")
_MEASURE = re.compile(
    r"\b(?:km|kilomet\w*|met(?:re|er)s?|miles?|tons?|tonnes?|kilograms?|kg|litres?|hectares?|per cent|percent|degrees?"
    r"|dollars?|roubles?|won|yen|yuan|euros?|megawatts?\w*|kilowatts?\w*|mw|barrels?|hours?)\b|%",
    re.IGNORECASE,
)
_VARIANTS = tuple(
    frozenset(group.strip().split("/"))
    for group in """Peking/Beijing, Constantinople/Istanbul, Kiev/Kyiv, Burma/Myanmar, Bombay/Mumbai, Rajin/Najin,
    Leningrad/St Petersburg, Canton/Guangzhou, Chungking/Chongqing, rouble/ruble, Soviet Union/USSR,
    North Korea/DPRK, South Korea/ROK, Danzig/Gdańsk, Port Arthur/Lüshun""".split(",")
)
_GENRE = re.compile(
    r"\b(?:letter|memorandum|memo|treaty|report|speech|article|interview|abstract|communiqu\w+|cable|telegram|note|record"
    r"|statement|declaration|diary|memoir|minutes|dossier|law|resolution|agreement|protocol|map|photograph|poster"
    r"|news item)s?\b",
    re.IGNORECASE,
)


@item_rule("KIND-UNSEEN", W, _("Read it yourself; `described.py` says what its kind has to tell the rules."))
def kind_unseen(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A kind that tells the rules nothing of its parts, so that they have not looked at them."""
    if not (item.spec.is_seen_by_lint() or item.spec.is_human_marked):
        reason = _("No rule has looked at it: its kind, “%(kind)s”, shows the rules nothing but the stem.")
        yield Hit(("kind",), item.spec.kind, reason, {"kind": item.spec.kind})


@item_rule("TF-COMPOUND", W, _("Make one statement of it; put the other claim into a question of its own."))
def tf_compound(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Two claims in one statement."""
    if not item.is_statement:
        return
    if joint := joint_of(item.stem):
        yield Hit(
            _STEM, joint, _("“%(word)s” joins two claims, and one may be true without the other."), {"word": joint}
        )


def joint_of(text: str) -> str:
    """Return the word that joins two claims of a sentence; nothing where it makes one.

    >>> joint_of("Caesar was emperor and died in 44 BCE"), joint_of("Vienna and Rome signed a treaty")
    ('and', '')
    """
    if found := _JOINED.search(text):
        return found[0].strip(" ,")
    for found in re.finditer(r"\band\b", text):
        if _has_verb(text[: found.start()]) and _begins_with_verb(text[found.end() :]):
            return "and"
    return ""


def _is_verb(word: str) -> bool:
    word = word.casefold()
    return word in _IRREGULAR or (word.endswith("ed") and len(word) > 3 and word not in _NO_VERB)


def _has_verb(text: str) -> bool:
    return any(map(_is_verb, words(text)))


def _begins_with_verb(text: str) -> bool:
    """Say whether a clause follows: a verb at once, or after a few words that make its subject."""
    following = words(re.split(r"[,;:.]", text)[0])
    return any(map(_is_verb, following[:4]))


@item_rule("TF-ABSOLUTE", W, _("Say it without the absolute word."))
def tf_absolute(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """An absolute word in a statement that is false."""
    if item.spec.truth is False and (word := absolute_in(item.stem)):
        yield Hit(_STEM, word, _("“%(word)s” tells readers that the statement is false."), {"word": word})


@item_rule("TF-NEG", W, _("State it the other way round."))
def tf_neg(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A negation in a statement to be judged."""
    word = next(filter(is_negation, words(item.stem)), "") if item.is_statement else ""
    if word:
        yield Hit(_STEM, word, _("To call a denial false is to think twice; “%(word)s” asks for that."), {"word": word})


@item_rule("MATCH-LONG", W, _("Split it into two questions."))
def match_long(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """More pairs than can be held in mind."""
    to_place = item.spec.to_place()
    if to_place and to_place[1] > at.MATCH_LONG:
        where, size = to_place
        yield Hit(where, str(size), _("There are %(n)d things to place."), {"n": size})


@item_rule("SHORT-ONE", W, _("List the other ways of writing it that are right."))
def short_one(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A typed answer in one spelling only, or a number compared letter by letter."""
    for typed in item.typed:
        missing = _missing_variants(typed.accept)
        if number := next((form for form in typed.accept if _FIGURES.fullmatch(form)), ""):
            reason = _("A number is compared letter by letter here; use kind numeric, or a gap with `answer`.")
            yield Hit(typed.where, number, reason)
        elif len(typed.accept) == 1:
            reason = _("One form is accepted only; a right answer in other words is marked wrong.")
            yield Hit(typed.where, typed.accept[0], reason)
        elif not typed.fold:
            yield Hit(typed.where, typed.accept[0], _("Capitals, accents and hyphens all count here."))
        elif missing:
            yield Hit(typed.where, typed.accept[0], _("“%(other)s” is accepted nowhere."), {"other": missing})


@item_rule("NUM-GAP", W, _("Allow what rounding and differing sources make of it, and name the unit."))
def num_gap(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A measured quantity that must be hit exactly."""
    for quantity in item.quantities:
        if _is_exact(quantity) and (_MEASURE.search(quantity.unit) or quantity.answer % 1):
            where = (*quantity.where, "tolerance")
            yield Hit(where, str(quantity.answer), _("A measured quantity has to be given exactly."))


def _missing_variants(accept: tuple[str, ...]) -> str:
    """Return another name of something that is accepted, where that name is not."""
    known = {form.casefold() for form in accept}
    for group in _VARIANTS:
        if known & {name.casefold() for name in group}:
            return next((name for name in sorted(group) if name.casefold() not in known), "")
    return ""


def _is_exact(quantity: Measured) -> bool:
    return quantity.tolerance.kind != "figures" and not quantity.tolerance.value


@item_rule(
    "DBQ-SOURCES", E, _("Describe the source: `record` with author, date, place and genre; give an essay two sources.")
)
def dbq_sources(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A question on sources that shows too few, or one without its origin."""
    spec = item.spec
    if not isinstance(spec, HumanMarked) or not (spec.stimulus or item.record):
        return
    if len(spec.sources) < spec.fewest_sources:
        yield Hit(("sources",), spec.sources[0], _("An essay on sources rests on fewer than two."))
    if item.record:
        missing = [name for name in ("author", "date", "place", "genre") if not getattr(item.record, name)]
        if missing:
            details = {"names": ", ".join(missing)}
            yield Hit(
                ("set",),
                str(item.record.author or spec.set),
                _("The record of the source leaves open: %(names)s."),
                details,
            )
    elif spec.is_on_source and spec.stimulus and not _has_origin(spec.stimulus):
        reason = _("The source is shown without its date or without saying what kind of text it is.")
        yield Hit(("stimulus",), spec.stimulus[:60], reason)


def _has_origin(text: str) -> bool:
    """Say whether a described source names its date and what kind of text it is."""
    return bool(re.search(r"\b\d{4}\b", text) and _GENRE.search(text))
