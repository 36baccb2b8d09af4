"""A quiz on paper: forms that differ in the order of questions and options, each with its answer sheet and its key."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import ascii_uppercase
from typing import Any

from django.utils.safestring import SafeString

from quizzes.domain.kinds import AnySpec
from quizzes.models import ItemRevision, Quiz
from quizzes.reports.figures import figures_of
from quizzes.services.papers import in_form_order, printed_paper

MAX_FORMS = 4
_GAP, _SPAN = re.compile(r"\{\{ ?(\d+) ?\}\}"), re.compile(r"\[\[(\d+)\]\]")


@dataclass(frozen=True)
class PaperList:
    """One of the lists a question offers: what it is called, and its lines by letter or number."""

    name: str
    lines: Sequence[tuple[str, str]]
    is_lettered: bool = False
    """Whether it is chosen from, so that its lines have letters; what is answered one by one has numbers."""


@dataclass(frozen=True)
class PaperQuestion:
    """A question as a form prints it, and what is right in the names of that form."""

    number: int
    spec: AnySpec
    figure: SafeString
    text: str
    lists: Sequence[PaperList]
    unit: str
    right_letters: str
    right_words: str
    points: Decimal

    @property
    def templates(self) -> list[str]:
        """Return the template of the kind, and the one for kinds without their own."""
        return [f"quizzes/paper/{self.spec.kind}.html", "quizzes/paper/generic.html"]

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """Return what is chosen from once for the whole question."""
        return self.lists[0].lines if len(self.lists) == 1 and self.lists[0].is_lettered else ()

    @property
    def blanks(self) -> Sequence[str]:
        """Return the numbers of what is answered one by one; one blank where nothing is numbered."""
        numbered = (each.lines for each in self.lists if not each.is_lettered)
        return next(([label for label, _text in lines] for lines in numbered), [""])


@dataclass(frozen=True)
class PaperForm:
    """One form: its letter, the code that stands on each of its pages, and its questions in its own order."""

    letter: str
    code: str
    questions: Sequence[PaperQuestion]

    @property
    def points(self) -> Decimal:
        """Return what the form is worth."""
        return sum((question.points for question in self.questions), Decimal(0))


def forms_of(quiz: Quiz, *, seed: str, count: int) -> list[PaperForm]:
    """Return the forms of a quiz, in a fixed number of queries: the same questions, each form in its own order.

    The same seed gives the same forms until a question is revised; where the quiz draws, it decides what is drawn.
    """
    revisions = printed_paper(quiz, seed=f"paper|{quiz.key}|{seed}")
    figures = figures_of(quiz.course_id, (revision.spec.figure for revision in revisions))
    return [_form(quiz, letter, seed, revisions, figures) for letter in ascii_uppercase[:count]]


def _form(
    quiz: Quiz, letter: str, seed: str, revisions: Sequence[ItemRevision], figures: Mapping[str, SafeString]
) -> PaperForm:
    made_of = "|".join([quiz.key, seed, letter, *(revision.content_hash for revision in revisions)])
    code = hashlib.sha256(made_of.encode()).hexdigest()[:6].upper()
    rng = random.Random(made_of)  # noqa: S311 (orders, not secrets)
    questions = [
        _question(number, revision, rng, figures.get(revision.spec.figure or "", SafeString("")))
        for number, revision in enumerate(in_form_order(revisions, seed=made_of), start=1)
    ]
    return PaperForm(letter, f"{letter}-{code}", questions)


def _question(number: int, revision: ItemRevision, rng: random.Random, figure: SafeString) -> PaperQuestion:
    spec = revision.spec
    order = spec.order(rng)
    parts = spec.parts(order)
    lists = list(_lists(parts, spec.lettered_parts))
    right = spec.right_answer()
    spans = parts.get("spans")
    return PaperQuestion(
        number=number,
        spec=spec,
        figure=figure,
        text=_with_blanks(str(parts.get("text", "")), spans if isinstance(spans, dict) else {}),
        lists=lists,
        unit=str(parts.get("unit") or ""),
        right_letters=_letters(spec.to_paper(right, order), lists),
        right_words="" if right is None else spec.describe(right),
        points=revision.points,
    )


def _lists(parts: Mapping[str, Any], lettered: Sequence[str]) -> Iterator[PaperList]:
    """Yield every list among the parts of a question, whatever its kind."""
    for name, value in parts.items():
        if not isinstance(value, dict) or not all(str(key).isalnum() for key in value):
            continue
        labels = ascii_uppercase if name in lettered else [str(place) for place in range(1, len(value) + 1)]
        lines = [(label, _words(part)) for label, part in zip(labels, value.values(), strict=False)]
        if all(isinstance(part, str | dict | None) for part in value.values()):
            yield PaperList(name, lines, name in lettered)


def _words(part: Any) -> str:
    """Return the words of one line: its text, its label with a unit, or what may be chosen for it."""
    if not isinstance(part, dict):
        return str(part or "")
    if "text" in part:
        return str(part["text"])
    if "label" in part:
        return " ".join(str(part[name]) for name in ("label", "unit") if part.get(name))
    return " / ".join(map(str, part.values()))


def _with_blanks(text: str, spans: Mapping[str, str]) -> str:
    """Write gaps as numbered lines, and what may be marked with its number."""
    gapped = _GAP.sub(r"(\1) \\_\\_\\_\\_\\_\\_\\_\\_", text)
    return _SPAN.sub(lambda found: f"{spans.get(found[1], '…')} ({found[1]})", gapped)


def _letters(answer: Any, lists: Sequence[PaperList]) -> str:
    """Return a right answer, given in the names of the paper, by the letters and numbers that the form prints."""
    chosen = next((each for each in lists if each.is_lettered), None)
    if isinstance(answer, dict):
        if chosen is None and not all(isinstance(value, int) for value in answer.values()):
            return ""
        return ", ".join(f"{name}: {_letter(answer[name], chosen)}" for name in sorted(answer, key=_number))
    if chosen is None or answer is None:
        return ""
    names = answer if isinstance(answer, list | tuple) else [answer]
    return ", ".join(sorted(_letter(name, chosen) for name in names))


def _number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdigit() else 0, name)


def _letter(name: Any, chosen: PaperList | None) -> str:
    if isinstance(name, list | tuple):
        return " ".join(_letter(each, chosen) for each in name)
    if chosen is None:
        return str(name)
    if isinstance(name, bool) or str(name) in ("true", "false"):
        return chosen.lines[0 if str(name).lower() == "true" else 1][0]
    place = int(name) if str(name).isdigit() else 0
    return chosen.lines[place - 1][0] if 0 < place <= len(chosen.lines) else str(name)
