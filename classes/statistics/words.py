"""What is said of figures in words, by rules that the page states."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from classes.statistics.sample import Versions, Which, Whose
from classes.statistics.shapes import CORRELATIONS, COUNTS_ONLY, FEW, QuestionFigures, QuizFigures

GOOD, FAIR = 0.75, 0.64
"""Alpha from which a quiz serves for grades, and from which with care (Moodle's advice)."""
_MOST_MORE = 60

WHOSE = {
    Whose.CLASS: gettext_lazy("This class"),
    Whose.CLASSES: gettext_lazy("All my classes"),
    Whose.EVERYONE: gettext_lazy("Everyone"),
}
WHICH = {Which.FIRST: gettext_lazy("First finished"), Which.BEST: gettext_lazy("Best")}
VERSIONS = {Versions.ALL: gettext_lazy("All versions"), Versions.CURRENT: gettext_lazy("Current versions only")}

VERDICTS = {
    "key-works": gettext_lazy("Right answer. Stronger students choose it more"),
    "key-flat": gettext_lazy("Right answer. Weaker and stronger students choose it alike"),
    "key-draws-weaker": gettext_lazy("Right answer. Weaker students choose it more"),
    "distracts": gettext_lazy("Distracts as it should"),
    "draws-alike": gettext_lazy("Distracts weaker and stronger students alike"),
    "draws-stronger": gettext_lazy("Stronger students choose it"),
    "chosen-by-few": gettext_lazy("Hardly anyone chooses it"),
}


@dataclass(frozen=True)
class Judgement:
    """A word of judgement: how it looks (`ok`, `warn`, `bad`, `calm`), the word, and why."""

    look: str
    word: str
    why: str = ""


_FLAGS = {
    "key-suspect": ("bad", gettext_lazy("Check the key")),
    "against-total": ("bad", gettext_lazy("Goes against the rest")),
    "too-easy": ("warn", gettext_lazy("Very easy")),
    "too-hard": ("warn", gettext_lazy("Very hard")),
    "weak": ("warn", gettext_lazy("Tells little apart")),
    "dead-option": ("calm", gettext_lazy("An option hardly used")),
}
RULES = (
    gettext_lazy("Check the key: a wrong option is chosen more by students who are strong on the other questions, and "
                 "the question as marked correlates less than .10 with the rest. Asked from 30 answers on."),
    gettext_lazy("Goes against the rest: the correlation with the other questions is below 0. From 100 answers on."),
    gettext_lazy("Very easy: students earn more than 95% of the points. Very hard: less than blind guessing would, "
                 "plus 5%."),
    gettext_lazy("Tells little apart: the correlation with the other questions is below .20. From 100 answers on."),
    gettext_lazy("An option hardly used: fewer than 5% choose it."),
    gettext_lazy("Works well: none of these. From 30 to 99 answers only difficulty and key are judged."),
    gettext_lazy("Few answers: 10 to 29; nothing is judged. Below 10, only their number is shown."),
)  # fmt: skip


def judgement(question: QuestionFigures) -> Judgement:
    """Return the word of judgement on a question: the gravest thing that was found."""
    if question.answers < COUNTS_ONLY:
        return Judgement("calm", _("Too few answers"))
    if question.answers < FEW:
        return Judgement("calm", _("Few answers"))
    if not question.flags:
        if question.answers < CORRELATIONS:
            return Judgement("ok", _("Nothing to see yet"), _("judged in full from 100 answers"))
        return Judgement("ok", _("Works well"))
    flag = question.flags[0]
    look, word = _FLAGS[flag]
    return Judgement(look, str(word), _why(flag, question))


def _why(flag: str, question: QuestionFigures) -> str:
    if flag == "key-suspect":
        return _("stronger students choose “%(option)s”") % {"option": _short(question.suspect)}
    interval = question.discrimination_interval
    if flag == "weak" and interval is not None and interval[0] <= 0 <= interval[1]:
        return _("the interval reaches 0")
    if flag == "too-easy":
        return _("fine as a warm-up")
    return ""


def _short(words: str, most: int = 60) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def quiz_judgement(figures: QuizFigures) -> tuple[str, list[str]]:
    """Return a sentence of judgement on a quiz, and what follows from it; nothing for few students."""
    if figures.students < FEW:
        return _("Too few students to judge the quiz."), [_("Judged from 30 on; the figures below may still move far.")]
    if figures.alpha is None:
        words = _("Students had different questions, or a single one, so how consistent scores are cannot be told.")
        return _("Judge question by question."), [words]
    return _verdict(figures.alpha), [each for each in (_may_well(figures), _least(figures), _longer(figures)) if each]


def _verdict(alpha: float) -> str:
    if alpha >= GOOD:
        return _("Good enough for grades.")
    return _("Fair: use it for grades with care.") if alpha >= FAIR else _("Good for feedback, thin for grades.")


def _may_well(figures: QuizFigures) -> str:
    if figures.standard_error is None or figures.mean is None:
        return ""
    error, middle = round(100 * figures.standard_error), round(100 * figures.mean)
    return _("A score of %(score)d%% may well be %(low)d%% or %(high)d%%.") % {
        "score": middle, "low": max(0, middle - error), "high": min(100, middle + error)
    }  # fmt: skip


def _least(figures: QuizFigures) -> str:
    weak = [each for each in figures.questions if each.answers >= CORRELATIONS and (each.discrimination or 0) < 0.2]
    listed = sorted(weak, key=lambda each: each.discrimination or 0)[:3]
    if not listed:
        return ""
    numbers = ", ".join(str(each.number) for each in sorted(listed, key=lambda each: each.number))
    words = ngettext("Question %(numbers)s adds the least.", "Questions %(numbers)s add the least.", len(listed))
    return words % {"numbers": numbers}


def _longer(figures: QuizFigures) -> str:
    """Say how many more questions of the same kind would do (Spearman and Brown's formula)."""
    alpha = figures.alpha
    if alpha is None or not 0 < alpha < GOOD:
        return ""
    times = GOOD * (1 - alpha) / (alpha * (1 - GOOD))
    more = math.ceil(len(figures.questions) * (times - 1))
    if not 0 < more <= _MOST_MORE:
        return ""
    words = ngettext(
        "%(n)d more question like these would bring alpha to about .75.",
        "%(n)d more questions like these would bring alpha to about .75.",
        more,
    )
    return words % {"n": more}


def correlation_words(value: float | None) -> str:
    """Return a correlation as statisticians print it: .26, −.20, 1.00."""
    if value is None:
        return "–"
    text = f"{abs(value):.2f}"
    text = text if text.startswith("1") else text.removeprefix("0")
    return f"−{text}" if round(value, 2) < 0 else text


def percent_words(value: float | None) -> str:
    """Return a share in whole per cent."""
    return "–" if value is None else f"{math.floor(100 * value + 0.5)}%".replace("-", "−")


def time_words(seconds: float | None) -> str:
    """Return a time in minutes and seconds."""
    return "–" if seconds is None else f"{int(seconds + 0.5) // 60}:{int(seconds + 0.5) % 60:02d}"
