"""Rules on cues: what tells the key from the distractors without any knowledge of the matter."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from quizzes.domain.described import Option
from quizzes.domain.messages import gettext_noop as _
from quizzes.lint import thresholds as at
from quizzes.lint.findings import E, Hit, I, W, item_rule
from quizzes.lint.options import is_numeric, single_keyed
from quizzes.lint.view import BLANK, CourseView, ItemView
from quizzes.lint.words import MONTHS, content, holds, words

_VOWEL_SOUND = re.compile(r"^(?:[aeiou]|honest|honou?r|hour|heir|8|11\b|18\b)", re.IGNORECASE)
_CONSONANT_SOUND = re.compile(r"^(?:euro|one\b|once|uni(?!n)|us(?:e|ual)|u[krs]\b|ukrain|eu\b|ewe)", re.IGNORECASE)
_NOUN_ING = frozenset("king spring string thing nothing something anything everything beijing during morning".split())
_PREPOSITIONS = frozenset("of for in on at by to from with between over under against that which who".split())
_ENDS = frozenset(".!?;")
_YEAR = re.compile(r"(?<![\d,.])(1[0-9]{3}|20[0-9]{2})(?![\d,]*\d)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DAY = re.compile(rf"\b\d{{1,2}} (?:{'|'.join(MONTHS)})\b|\b(?:{'|'.join(MONTHS)}) \d{{1,2}}\b(?!\d)", re.IGNORECASE)
_UNIT = re.compile(r"\d\s*(?:%|[a-z]+\b)", re.IGNORECASE)
_RANGE = re.compile(
    r"(?<![\d.])(?:between |from )?(\d[\d,]*(?:\.\d+)?)\s*(?:[-–—]|to|and)\s*(\d[\d,]*(?:\.\d+)?)(?![\d.]*\d)",
    re.IGNORECASE,
)


def fits_an(text: str) -> bool | None:
    """Say whether a text begins with the sound of a vowel; None where it begins with no letter or number.

    >>> fits_an("elephant"), fits_an("hour"), fits_an("European loan"), fits_an("university")
    (True, True, False, False)
    """
    first = (words(text) or [""])[0]
    if not first:
        return None
    return bool(_VOWEL_SOUND.match(first)) and not _CONSONANT_SOUND.match(first)


def article_of(stem: str) -> str:
    """Return the article a stem ends in, before its options or its blank.

    >>> article_of("Hannibal used an"), article_of("It was a ____."), article_of("It was signed in")
    ('an', 'a', '')
    """
    last = (words(BLANK.sub("", stem)) or [""])[-1].casefold()
    return last if last in ("a", "an") else ""


@item_rule("OPT-ARTICLE", W, _("Move the article into the options."))
def opt_article(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A stem that ends in “a” or “an” and so fits some options only."""
    for choice in item.choices:
        article = article_of(choice.stem)
        fitting = [option for option in choice.options if fits_an(option.text) == (article == "an")]
        if article and 0 < len(fitting) < len(choice.options):
            reason = _("The stem ends in “%(article)s”, which fits only some of the options.")
            severity = E if fitting == list(choice.keys) else None
            yield Hit(choice.where, article, reason, {"article": article}, severity)


@item_rule("OPT-NUMBER", W, _("Give all options one number, or end the stem before the verb."))
def opt_number(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A verb at the end of the stem that only the key agrees with."""
    for choice, key in single_keyed(item):
        verb = (words(BLANK.sub("", choice.stem)) or [""])[-1].casefold()
        if verb not in ("is", "was", "has", "are", "were", "have"):
            continue
        wants_many = verb in ("are", "were", "have")
        if [option for option in choice.options if is_plural(option.text) == wants_many] == [key]:
            yield Hit(key.where, verb, _("Only the right option agrees with “%(verb)s” in the stem."), {"verb": verb})


def is_plural(text: str) -> bool:
    """Say whether a noun phrase speaks of several things, by its head.

    >>> is_plural("high taxes on grain"), is_plural("the loss of ships"), is_plural("famine and war")
    (True, False, True)
    """
    head: list[str] = []
    for word in words(text.casefold()):
        if word in _PREPOSITIONS:
            break
        head.append(word)
    last = head[-1] if head else ""
    return "and" in head or (last.endswith("s") and not last.endswith(("ss", "us", "is")))


def _first_case(text: str) -> str:
    letter = text.lstrip("\"'“‘(")[:1]
    return "upper" if letter.isupper() else "lower" if letter.islower() else ""


def _end_mark(text: str) -> str:
    return text[-1:] if text[-1:] in _ENDS else "none"


def _opening(text: str) -> str:
    first, *rest = words(text) or [""]
    if text.startswith(f"{first}:"):
        return "noun"  # a label, as in “Sourcing: who wrote it”
    if first.casefold().endswith("ing") and first.casefold() not in _NOUN_ING:
        return "ing"
    return "to" if first.casefold() == "to" and rest and rest[0].islower() else "noun"


def _script(text: str) -> str:
    letters = Counter(unicodedata.name(letter, "?").split()[0] for letter in text if letter.isalpha())
    return letters.most_common(1)[0][0] if letters else ""


_FORMS: tuple[tuple[Callable[[str], str], str], ...] = (
    (_first_case, _("Only the right option begins in this case of letters.")),
    (_end_mark, _("Only the right option ends so.")),
    (_opening, _("Only the right option begins with this form of word.")),
    (_script, _("Only the right option is in this script.")),
)


@item_rule("OPT-FORM", W, _("Write all options in one form."))
def opt_form(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """The key alone has another form than the rest."""
    for choice, key in single_keyed(item):
        for form, reason in _FORMS:
            others = {form(option.text) for option in choice.distractors}
            own = form(key.text)
            if own and len(others) == 1 and "" not in others and own not in others:
                yield Hit(key.where, key.text, reason)


@item_rule("OPT-PRECISE", W, _("Give every option the same precision."))
def opt_precise(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """The key alone is given to the digit, to the day or with its unit."""
    for choice, key in single_keyed(item):
        others = [option.text for option in choice.distractors]
        if not all(map(_NUMBER.search, [key.text, *others])):
            continue
        if _is_closer(key.text, others):
            yield Hit(key.where, key.text, _("Only the right option is given so exactly."))


def _is_closer(key: str, others: list[str]) -> bool:
    if _DAY.search(key) and not any(map(_DAY.search, others)):
        return True
    if _UNIT.search(key) and not any(map(_UNIT.search, others)):
        return True
    if all(map(_YEAR.search, [key, *others])):
        return False  # years are all of one precision
    return _figures(key) > max(map(_figures, others))


def _figures(text: str) -> int:
    """Return the most significant figures of any number in a text."""
    return max(len(found.replace(",", "").replace(".", "").strip("0")) for found in _NUMBER.findall(text))


@item_rule("OPT-ECHO", W, _("Say it in other words in the stem or in the key, or let a distractor echo it too."))
def opt_echo(item: ItemView, course: CourseView) -> Iterator[Hit]:
    """The key repeats a word of the stem that no distractor repeats."""
    topic = course.topic_of(item)
    for choice in item.choices:
        asked = set(content(choice.stem)) - topic
        others = {one for option in choice.distractors for one in content(option.text)}
        for option in choice.keys:
            echoed = [one for one in content(option.text) if echoes(one, asked, others)]
            if echoed:
                word = _as_written(option.text, echoed[0])
                yield Hit(option.where, word, _("Only the right option repeats “%(word)s”."), {"word": word})


def echoes(one: str, asked: set[str], others: set[str]) -> bool:
    """Say whether a stem is in what is asked and in no other option; numbers alone are no echo."""
    return not one.isdigit() and holds(asked, one) and not holds(others, one)


def _as_written(text: str, one: str) -> str:
    return next((word for word in words(text) if content(word) == [one]), one)


def convergence(options: tuple[Option, ...]) -> list[int]:
    """Return for each option how often other options hold its content words.

    >>> options = ["guilds and towns", "guilds and kings", "bishops and towns", "guilds and knights"]
    >>> convergence(tuple(Option(text, False, "", ()) for text in options))
    [3, 2, 1, 2]
    """
    held = [set(content(option.text)) for option in options]
    counts = Counter(one for stems in held for one in stems)
    return [sum(counts[one] - 1 for one in stems) for stems in held]


@item_rule("OPT-CONVERGE", W, _("Let the distractors share words with each other, not with the key alone."))
def opt_converge(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """The key has the most in common with the other options."""
    for choice, key in single_keyed(item):
        sums = convergence(choice.options)
        own = sums[choice.options.index(key)]
        best = max(score for score, option in zip(sums, choice.options, strict=True) if option != key)
        if own > best and own >= at.OPT_CONVERGE_RATIO * best:
            yield Hit(key.where, key.text, _("Its words stand in other options more often than any other's."))


Bounds = tuple[float, float]


def bounds_of(text: str) -> Bounds | None:
    """Return the range an option names; None where it names none.

    >>> bounds_of("1914-1918"), bounds_of("1987 to 1990"), bounds_of("1995")
    ((1914.0, 1918.0), (1987.0, 1990.0), None)
    """
    found = _RANGE.search(text)
    if not found:
        return None
    low, high = (float(number.replace(",", "")) for number in found.groups())
    return (low, high) if low < high else None


@item_rule("NUM-OVERLAP", W, _("End each range before the next begins."))
def num_overlap(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Two ranges with a value in common, or two answers whose tolerances meet."""
    for choice in item.choices:
        ranged = [(option, bounds) for option in choice.options if (bounds := bounds_of(option.text))]
        for number, (one, first) in enumerate(ranged):
            for other, second in ranged[number + 1 :]:
                if first[0] <= second[1] and second[0] <= first[1]:
                    severity = E if one.is_right or other.is_right else None
                    details = {"other": one.text}
                    reason = _("It overlaps with “%(other)s”.")
                    yield Hit(other.where, other.text, reason, details, severity)
    for quantity in item.quantities:
        for number, near in enumerate(quantity.near):
            for rival in quantity.near[:number]:
                if rival.tolerance.accepts(near.answer, rival.answer):
                    where = (*quantity.where, "near", number, "answer")
                    reason = _("It lies within the tolerance of %(other)s, which is judged before it.")
                    yield Hit(where, str(near.answer), reason, {"other": rival.answer})


@item_rule("NUM-ORDER", I, _("Put them in order of size, or let them be shuffled."))
def num_order(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Numbers in no order, on every paper."""
    for choice in item.choices:
        found = [_NUMBER.search(option.text) for option in choice.options]
        if choice.is_shuffled or not all(found):
            continue
        values = [float(number[0].replace(",", "")) for number in found if number]
        if values not in (sorted(values), sorted(values, reverse=True)):
            yield Hit(choice.where, choice.options[0].text, _("The numbers neither rise nor fall."))


def number_of(text: str) -> float:
    """Return the first number of a text."""
    found = _NUMBER.search(text)
    return float(found[0].replace(",", "")) if found else 0.0


def is_numeric_choice(texts: Iterable[str]) -> bool:
    """Say whether every option is in the main a number."""
    return all(is_numeric(text) for text in texts)
