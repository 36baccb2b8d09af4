"""Rules on the options of a choice, one option against the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from quizzes.domain.described import Choice, Option
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.repeats import repeats_in
from quizzes.lint import thresholds as at
from quizzes.lint.findings import E, Hit, I, W, item_rule
from quizzes.lint.view import CourseView, ItemView
from quizzes.lint.words import (
    ABSOLUTES,
    ANTONYMS,
    canon,
    is_negation,
    is_number,
    norm,
    similarity,
    stem,
    words,
)

_ALL = re.compile(r"\ball of (?:the above|these)\b", re.IGNORECASE)
_NONE = re.compile(r"\bnone of (?:the above|these)\b", re.IGNORECASE)
_COMBO = re.compile(r"^(?:(?:both|neither) )?\(?[a-e]\)? (?:and|or|nor) \(?[a-e]\)?(?: only)?\.?$", re.IGNORECASE)
_LETTERS = re.compile(
    r"\b(?:[Oo]ptions?|[Aa]nswers?|[Cc]hoices?)\s+\(?(?:[B-Eb-e]\b|[Aa]\b(?!\s+[a-z]))"
    r"|\b(?:[Bb]oth|[Nn]either) \(?[A-E]\)? (?:and|nor) \(?[A-E]\b"
    r"|\b[A-E] (?:and|or) [A-E]\b"
)
_PLACES = re.compile(
    r"\bthe (?:first|second|third|fourth|last|previous|next|above|below) (?:option|answer|choice)s?\b"
    r"|\b(?:options?|answers?|choices?) (?:above|below)\b|\bof the (?:above|below)\b|\bthe (?:above|below)\b"
    r"|(?<!far )(?<!well )(?<!just )(?<!lies )(?<!lie )(?<!fell )\b(?:above|below)(?=[.;:)]|$)",
    re.IGNORECASE,
)
_HEDGE = re.compile(r"\b(?:usually|often|may|generally|tends|in part|mainly)\b", re.IGNORECASE)
_MONTH_MAY = re.compile(r"\bMay\b(?=,? \d|[.,;]|$)|(?<=\d )May\b|(?<=\b[Ii]n )May\b|(?<=\b[Oo]f )May\b")
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")


def lettered(text: str) -> str:
    """Return what a text says of letters, places, “above” or “below” among the options; nothing if it does not.

    “Above” and “below” before a noun are measures and refer to no place on the page.

    >>> lettered("Both A and B"), lettered("See above."), lettered("It lies below the 83 million of 1995.")
    ('Both A and B', 'above', '')
    """
    found = _LETTERS.search(text) or _PLACES.search(text)
    return found[0] if found else ""


def _hit(option: Option, reason: str, **details: object) -> Hit:
    return Hit(option.where, option.text, reason, details)


@item_rule("OPT-COUNT", W, _("Offer three to five options; three good ones are enough."))
def opt_count(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Too few options to choose among, or more than can be weighed."""
    low, high = at.OPT_COUNT
    for choice in item.choices:
        size = len(choice.options)
        if size < low or (size > high and not choice.is_map):
            yield Hit(choice.where, str(size), _("There are %(n)d options."), {"n": size})


@item_rule("OPT-DUP", E, _("Take one of them out."))
def opt_dup(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Two options, matches, entries, events or labels that say the same."""
    said = _("It says the same as “%(other)s”.")
    for choice in item.choices:
        for one, other in combinations(choice.options, 2):
            if canon(one.text) == canon(other.text):
                yield _hit(other, said, other=one.text)
    if not item.choices:
        for repeat in repeats_in(item.spec):
            yield Hit(repeat.where, repeat.text, said, {"other": repeat.other})


@item_rule("OPT-NEAR", W, _("Make them differ in what is asked, or take one of them out."))
def opt_near(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Two options that differ by a letter or two, not by a number, a name or a negation."""
    for choice in item.choices:
        for one, other in combinations(choice.options, 2):
            near = similarity(norm(one.text), norm(other.text)) >= at.OPT_NEAR_SIMILARITY
            if near and canon(one.text) != canon(other.text) and not _differ_in_fact(one.text, other.text):
                yield _hit(other, _("It differs from “%(other)s” by next to nothing."), other=one.text)


def _differ_in_fact(one: str, other: str) -> bool:
    stems = [{stem(word) for word in words(text)} for text in (one, other)]
    different = [
        word for text, there in ((one, stems[1]), (other, stems[0])) for word in words(text) if stem(word) not in there
    ]
    return bool(different) and all(is_number(word) or is_negation(word) or word[:1].isupper() for word in different)


@item_rule("OPT-CONTAINS", W, _("Make the options exclude each other."))
def opt_contains(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """One option stands inside another."""
    for choice in item.choices:
        for one, other in combinations(choice.options, 2):
            inner, outer = sorted((one, other), key=lambda option: len(norm(option.text)))
            pattern = rf"(?<!\w){re.escape(norm(inner.text))}(?!\w)"
            if canon(inner.text) != canon(outer.text) and re.search(pattern, norm(outer.text)):
                yield _hit(outer, _("It contains the option “%(other)s”."), other=inner.text)


@item_rule("OPT-ALL", W, _("Ask a question with several right options instead."))
def opt_all(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """“All of the above.”"""
    yield from _ready_made(item, _ALL)


@item_rule("OPT-NONE", W, _("Offer a true distractor instead."))
def opt_none(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """“None of these.”"""
    yield from _ready_made(item, _NONE)


def _ready_made(item: ItemView, pattern: re.Pattern[str]) -> Iterator[Hit]:
    for choice in item.choices:
        for option in choice.options:
            if pattern.search(option.text):
                severity = E if option.is_right else None
                yield Hit(option.where, option.text, _("It can be judged without knowing every option."), {}, severity)


@item_rule("OPT-COMBO", W, _("Ask a question with several right options instead."))
def opt_combo(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """An option that only puts two others together."""
    for choice in item.choices:
        for option in choice.options:
            if _COMBO.search(option.text):
                yield _hit(option, _("It puts other options together instead of saying something."))


@item_rule("OPT-ORDERREF", E, _("Name the thing itself; every paper has an order of its own."))
def opt_orderref(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Words about an order that shuffling undoes."""
    if not any(choice.is_shuffled for choice in item.choices):
        return
    texts = [(option.where, option.text) for choice in item.choices for option in choice.options]
    for where, text in [*texts, *((said.where, said.text) for said in item.said)]:
        if span := lettered(text):
            yield Hit(where, span, _("“%(span)s” points at a place among options that are shuffled."), {"span": span})


def absolute_in(text: str) -> str:
    """Return the absolute word a text holds."""
    return next((word for word in words(text) if word.casefold() in ABSOLUTES), "")


@item_rule("OPT-ABSOLUTE", W, _("Say it without the absolute word, or use one in the right option as well."))
def opt_absolute(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """An absolute word gives a distractor away; in the key it is only noted."""
    for choice in item.choices:
        in_key = next((option for option in choice.keys if absolute_in(option.text)), None)
        if in_key is not None:
            word = absolute_in(in_key.text)
            yield Hit(in_key.where, word, _("The right option says “%(word)s”."), {"word": word}, I)
            continue
        for option in choice.distractors:
            if word := absolute_in(option.text):
                reason = _("“%(word)s” stands in a wrong option only, and readers know that such options are wrong.")
                yield Hit(option.where, word, reason, {"word": word})


def hedge_in(text: str) -> str:
    """Return the word with which a text takes care; May is a month.

    >>> hedge_in("It may have been paid in kind"), hedge_in("In May 2014"), hedge_in("usually paid in kind")
    ('may', '', 'usually')
    """
    found = _HEDGE.search(_MONTH_MAY.sub("", text))
    return found[0] if found else ""


@item_rule("OPT-HEDGE", W, _("Hedge the distractors as well, or say the key flatly."))
def opt_hedge(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Only the key takes care."""
    for choice in item.choices:
        if any(hedge_in(option.text) for option in choice.distractors):
            continue
        for option in choice.keys:
            if word := hedge_in(option.text):
                yield Hit(option.where, word, _("Only the right option is hedged (“%(word)s”)."), {"word": word})


@item_rule("OPT-LONGKEY", W, _("Shorten the key, or give the distractors as much to say."))
def opt_longkey(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """The key is by far the longest."""
    for choice in item.choices:
        if not choice.keys or not choice.distractors:
            continue
        key = max(choice.keys, key=lambda option: len(option.text))
        rival = max(choice.distractors, key=lambda option: len(option.text))
        is_longer = len(words(key.text)) >= max(len(words(o.text)) for o in choice.distractors) + at.OPT_LONGKEY_WORDS
        if is_longer and len(key.text) >= at.OPT_LONGKEY_RATIO * len(rival.text):
            numbers = {"key": len(key.text), "rival": len(rival.text)}
            yield Hit(key.where, key.text, _("It has %(key)d characters, the longest wrong option %(rival)d."), numbers)


@item_rule("OPT-LENGTHS", I, _("Bring the options to about one length."))
def opt_lengths(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A very short option beside a very long one."""
    for choice in item.choices:
        if all(is_numeric(option.text) for option in choice.options):
            continue
        short, *_rest, long = sorted(choice.options, key=lambda option: len(option.text))
        if len(long.text) > at.OPT_LENGTHS_RATIO * len(short.text):
            yield _hit(long, _("It is far longer than “%(other)s”."), other=short.text)


def is_numeric(text: str) -> bool:
    """Say whether a text is in the main a number."""
    return bool(_DIGITS.search(text)) and len(words(_DIGITS.sub("", text))) <= 2


@item_rule("OPT-OPPOSITE", I, _("See that the pair does not make the other options mere filling."))
def opt_opposite(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Exactly one pair of options that deny each other."""
    for choice in item.choices:
        pairs = [pair for pair in combinations(choice.options, 2) if _are_opposite(pair[0].text, pair[1].text)]
        if len(pairs) == 1 and len(choice.options) > 2:
            one, other = pairs[0]
            yield _hit(other, _("It is the opposite of “%(other)s”, and no other option has one."), other=one.text)


def _are_opposite(one: str, other: str) -> bool:
    first, second = ([word.casefold() for word in words(text)] for text in (one, other))
    without = [[word for word in text if not is_negation(word)] for text in (first, second)]
    if without[0] == without[1]:
        return len(first) != len(second)
    different = [(a, b) for a, b in zip(first, second, strict=False) if a != b]
    return len(first) == len(second) and len(different) == 1 and frozenset(different[0]) in ANTONYMS


def single_keyed(item: ItemView) -> Iterator[tuple[Choice, Option]]:
    """Yield the choices with one key and at least two distractors, each with its key."""
    for choice in item.choices:
        if choice.key is not None and len(choice.distractors) > 1:
            yield choice, choice.key
