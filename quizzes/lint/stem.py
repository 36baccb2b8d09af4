"""Rules on the stem: what is asked, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import mean

from quizzes.domain.described import Choice
from quizzes.domain.messages import gettext_noop as _
from quizzes.lint import thresholds as at
from quizzes.lint.findings import E, Hit, I, W, item_rule
from quizzes.lint.view import BLANK, CourseView, ItemView
from quizzes.lint.words import content, is_negation, norm, sentences, words

_STEM = ("stem",)
_FOLLOWING = re.compile(r"^which of the following( statements)? (is|are) (true|correct|false|not true)", re.IGNORECASE)
_OPERATOR = re.compile(r"\b(?:not|\w+n['’]t|except|least|never|false|incorrect|neither|unlikely)\b", re.IGNORECASE)
_NO_OPERATOR = re.compile(r"(?:\bat\s+|\bor\s+|\bif\s+)$", re.IGNORECASE)
_SUBORDINATE = re.compile(
    r",? \b(?:that|who|whom|whose|because|although|though|while|whether|if|unless)\b.*|, (?:which|where|when)\b.*",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"(?:\*{1,2}|\b_|<(?:strong|em|b|i)>)([^*<]+?)(?:\*{1,2}|_\b|</)")
_ASKERS = r"(?:who|when|where|why|which)"
_ASKER = re.compile(rf"\b(?:{_ASKERS}|whom|whose|what|how)\b", re.IGNORECASE)
_SECOND = re.compile(rf"\band {_ASKERS}\b", re.IGNORECASE)
_OPINION = re.compile(r"\b(?:do you think|in your opinion|would you|best describes your)\b", re.IGNORECASE)
_ORPHAN = re.compile(
    r"\bthe (?:passage|source(?! (?:of|that|which)\b)|document|map|image|table|above|following extract)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\b(?<!\bhow )(?:often|usually|many|several|recently|significant|major)\b", re.IGNORECASE)
_SUPERLATIVE = re.compile(r"(?<!\bat )(?<!\bnot )\b(?:first|oldest|largest|most important|only)\b(?!-)", re.IGNORECASE)
_SCOPE = re.compile(
    r"\b(?:in|of|by|from|since|until|between|at|to|under|on|among|over|after|before)\s+(?:the\s+|an?\s+)?"
    r"(?:[a-z]+\s+){0,2}(?:[A-Z]\w+|\d{3,4}\b|\d+(?:st|nd|rd|th) century|\w+ century)"
)


@item_rule("STEM-EMPTY", E, _("Write the question out."))
def stem_empty(item: ItemView, course: CourseView) -> Iterator[Hit]:
    """Fewer than three words, or the title of the quiz over again."""
    if len(words(item.stem)) < at.STEM_EMPTY_WORDS:
        yield Hit(_STEM, item.stem, _("A stem of fewer than %(n)d words asks nothing."), {"n": at.STEM_EMPTY_WORDS})
    elif norm(item.stem) == norm(course.title_of(item)):
        yield Hit(_STEM, item.stem, _("The stem only repeats the title of its quiz."))


@item_rule("STEM-FOCUS", W, _("Ask one question that can be answered with the options covered."))
def stem_focus(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A stem that cannot be answered before the options are read."""
    if item.stem_choice is None:
        return
    text = item.stem
    is_question, is_open = "?" in text, bool(BLANK.search(text)) or text.rstrip().endswith((":", "…", "..."))
    if found := _FOLLOWING.search(text):
        yield Hit(_STEM, found[0], _("“Which of the following is …” leaves the question to the options."))
    elif not is_question and not is_open:
        yield Hit(_STEM, text, _("The stem neither asks nor leaves a blank to complete."))
    elif not is_question and len(content(text)) < at.STEM_FOCUS_CONTENT:
        yield Hit(_STEM, text, _("With the options covered, this stem asks nothing."))


@item_rule("STEM-SHORTER", W, _("Move what the options say in common into the stem."))
def stem_shorter(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Options longer than the stem they answer."""
    for choice in _plain_choices(item):
        length = mean(len(words(option.text)) for option in choice.options)
        if length > len(words(choice.stem)) and length > at.STEM_SHORTER_MEAN:
            reason = _("The options have %(mean).1f words on average, the stem only %(n)d.")
            yield Hit(_STEM, item.stem, reason, {"mean": length, "n": len(words(choice.stem))})


def operator_of(text: str) -> str:
    """Return the word that makes a question ask for what does not hold; nothing where it asks plainly.

    Only the clause that asks counts: in “Which state said that it would not sign?” nothing is turned round.

    >>> operator_of("Which was not a cause?"), operator_of("Which state said that it would not sign?")
    ('not', '')
    """
    asking = [sentence for sentence in sentences(text) if "?" in sentence] or sentences(text)[-1:]
    for sentence in asking:
        first = _ASKER.search(sentence)
        start = first.end() if first else 0
        clause = sentence[:start] + _SUBORDINATE.sub("", sentence[start:])
        for found in _OPERATOR.finditer(clause):
            is_other = found[0].casefold() in ("least", "not") and _NO_OPERATOR.search(clause[: found.start()])
            if not is_other and not clause[found.end() :].lstrip().startswith("only"):
                return found[0]
    return ""


@item_rule("STEM-NEG", W, _("Ask for what holds; if you must ask for the exception, keep it rare."))
def stem_neg(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A question turned round by a negation."""
    if item.is_picked and (word := operator_of(item.stem)):
        yield Hit(_STEM, word, _("“%(word)s” turns the question round, and readers miss it."), {"word": word})


@item_rule("STEM-NEG-PLAIN", E, _("Set the word in bold or in capitals: **not**, NOT."))
def stem_neg_plain(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A negation that nothing makes visible."""
    word = operator_of(item.stem) if item.is_picked else ""
    emphasised = " ".join(_EMPHASIS.findall(item.spec.stem)).casefold()
    if word and not word.isupper() and word.casefold() not in emphasised.split():
        yield Hit(_STEM, word, _("“%(word)s” turns the question round and is not emphasised."), {"word": word})


@item_rule("STEM-DOUBLE-NEG", E, _("Take the negation out of the stem, or out of the option."))
def stem_double_neg(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A negation in the stem meets one in an option."""
    if item.stem_choice is None or not operator_of(item.stem):
        return
    for option in item.stem_choice.options:
        word = next(filter(is_negation, words(option.text)), "")
        if word:
            reason = _("The stem denies and this option denies again: nobody reads that rightly.")
            yield Hit(option.where, word, reason)
            return


@item_rule("STEM-REPEAT", W, _("Say it once, in the stem."))
def stem_repeat(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """All options begin with the same words."""
    for choice in item.choices:
        lead = _shared_lead([option.text for option in choice.options])
        if not lead or all(word in ("the", "a", "an") for word in lead.casefold().split()):
            continue
        is_large = all(len(lead) > at.STEM_REPEAT_SHARE * len(option.text) for option in choice.options)
        if len(lead.split()) >= at.STEM_REPEAT_WORDS or is_large:
            yield Hit(choice.where, lead, _("Every option begins with “%(lead)s”."), {"lead": lead})


def _shared_lead(texts: list[str]) -> str:
    """Return the words that all texts begin with, as the first has them."""
    if len(texts) < 2:
        return ""
    rows = [text.split() for text in texts]
    shared = 0
    for column in zip(*rows, strict=False):
        if len({word.casefold() for word in column}) > 1:
            break
        shared += 1
    return " ".join(rows[0][:shared])


@item_rule("STEM-BLANK", W, _("Turn the sentence so that one blank stands near its end, or ask a question."))
def stem_blank(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A blank before there is anything to go by, or too many."""
    if not item.is_question:
        return
    blanks = list(BLANK.finditer(item.stem))
    if len(blanks) > at.STEM_BLANKS:
        yield Hit(_STEM, blanks[-1][0], _("%(n)d blanks leave too little to go by."), {"n": len(blanks)})
    elif blanks and blanks[0].start() < len(item.stem) * at.STEM_BLANK_FROM:
        yield Hit(_STEM, blanks[0][0], _("The blank comes before the reader knows what is asked."))


@item_rule("STEM-MULTI", W, _("Make two questions of it, or drop one part."))
def stem_multi(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Two questions in one."""
    if not item.is_auto_marked:
        return
    first = _ASKER.search(item.stem)
    second = _SECOND.search(item.stem, first.end()) if first else None
    if item.stem.count("?") > 1:
        yield Hit(_STEM, item.stem, _("The stem holds more than one question mark."))
    elif second:
        yield Hit(_STEM, second[0], _("“%(words)s” asks a second question."), {"words": second[0]})


@item_rule("STEM-OPINION", E, _("Ask what a source or the record says; opinions belong to essays."))
def stem_opinion(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """An opinion, marked by a machine."""
    if item.is_auto_marked and (found := _OPINION.search(item.stem)):
        yield Hit(_STEM, found[0], _("“%(words)s” asks for an opinion, which cannot be wrong."), {"words": found[0]})


@item_rule("STEM-ORPHAN", E, _("Attach it as `stimulus`, `figure` or `set`, or name the work in the stem."))
def stem_orphan(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """The stem speaks of something that is not shown."""
    if not item.has_stimulus and (found := _ORPHAN.search(item.stem)):
        yield Hit(_STEM, found[0], _("“%(words)s” is not shown with the question."), {"words": found[0]})


@item_rule("STEM-VAGUE", I, _("Say how many, how often or by what measure."))
def stem_vague(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A word of no fixed size in the clause that asks."""
    asking = [sentence for sentence in sentences(item.stem) if "?" in sentence] or sentences(item.stem)[-1:]
    if item.is_auto_marked and (found := _VAGUE.search(" ".join(asking))):
        yield Hit(_STEM, found[0], _("“%(word)s” means something else to each reader."), {"word": found[0]})


@item_rule("STEM-LONG", I, _("Cut what the answer does not need, or make it a stimulus."))
def stem_long(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A stem that has to be read twice."""
    length = len(words(item.stem))
    longest = max(sentences(item.stem), key=lambda sentence: len(words(sentence)), default="")
    if length > at.STEM_LONG_WORDS and not item.has_stimulus:
        yield Hit(_STEM, item.stem, _("The stem has %(n)d words."), {"n": length})
    elif len(words(longest)) > at.STEM_LONG_SENTENCE:
        yield Hit(_STEM, longest, _("A sentence of the stem has %(n)d words."), {"n": len(words(longest))})


@item_rule("STEM-SUPERLATIVE", W, _("Say among what: in which place, or in which years."))
def stem_superlative(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """“The first” without saying among what."""
    if not (item.is_question or item.is_statement):
        return
    if (found := _SUPERLATIVE.search(item.stem)) and not _SCOPE.search(item.stem):
        reason = _("“%(word)s” says neither where nor when, so another answer may be right.")
        yield Hit(_STEM, found[0], reason, {"word": found[0]})


def _plain_choices(item: ItemView) -> tuple[Choice, ...]:
    """Return the choices whose stem is the stem of the item."""
    return (item.stem_choice,) if item.stem_choice else ()
