"""What the forms of all kinds have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from courses.models import Map
from quizzes.domain.base import Answer, InvalidAnswer, Problem, name_on_paper
from quizzes.domain.kinds import AnySpec

_MOST_OLD = 80
"""Characters of an earlier answer that are repeated beside a field."""


@dataclass(frozen=True)
class Choice:
    """One thing to tick or choose."""

    value: str
    text: str
    is_chosen: bool
    id: str


@dataclass(frozen=True)
class Row:
    """One line with a menu of its own."""

    text: str
    name: str
    id: str
    choices: list[Choice]
    error: str = ""


@dataclass(frozen=True)
class Blank:
    """One field to fill in: typed, or a menu if it has choices."""

    place: str
    name: str
    id: str
    value: str = ""
    label: str = ""
    unit: str = ""
    choices: list[Choice] | None = None
    error: str = ""


@dataclass(frozen=True)
class FieldError:
    """Why a field cannot be read, and what counts in its place. `id` is the field's own, `label` its words."""

    id: str
    label: str
    reason: str
    counts: str = ""

    @property
    def text(self) -> str:
        """Return what stands at the field."""
        return f"{self.reason} {self.counts}".rstrip()

    def __str__(self) -> str:
        return f"{self.label}: {self.text}" if self.label else self.text


def words_of(problem: Problem) -> str:
    """Say a problem in the reader's language."""
    return _(problem.message) % problem.values if problem.values else _(problem.message)


def words_of_old(spec: AnySpec, answer: Answer, key: str) -> str:
    """Say what of a saved answer counts for a field (no key: for the whole) while what was sent cannot be read."""
    old = answer if not key else {key: answer[key]} if answer and key in answer else None
    if old is None:
        return _("Nothing counts here yet.")
    words = Truncator(spec.describe(old)).chars(_MOST_OLD)
    return _("Until you correct it, what you saved before counts: %(answer)s.") % {"answer": words}


def names_by_key(spec: AnySpec, raw: Answer, order: Sequence[str]) -> dict[str, str]:
    """Return, for an answer in the names of a paper, the paper's name of each of its fields by the author's key."""
    if not isinstance(raw, dict):
        return {}
    return {key: str(name) for name in raw for key in spec.from_paper({name: raw[name]}, order)}


def as_on_paper(problems: Sequence[Problem], names: Mapping[str, str]) -> list[Problem]:
    """Return problems in the order of the paper: the author's may be the right one."""
    return sorted(problems, key=lambda problem: _place(names.get(problem.key, "")))


def _place(name: str) -> int:
    """Return where a part stands on a paper; fields that have names of their own come first."""
    return int(name) if name.isdecimal() else 0


def words_of_reading(typed: str, numbers: Sequence[str], *, label: str = "") -> str:
    """Say how a number was read whose spelling leaves two readings open."""
    details = {"typed": typed, "numbers": _(" or as ").join(numbers)}
    said = _("%(typed)s: read as %(numbers)s, whichever fits.") % details
    return f"{label} {said}" if label else said


def readings_of(spec: AnySpec, answer: Answer) -> list[str]:
    """Say of each number in a clean answer how it was read, where its spelling leaves two readings open."""
    return [words_of_reading(each.typed, each.numbers, label=each.label) for each in spec.read_as(answer)]


def posted(data: QueryDict, prefix: str) -> Answer:
    """Gather what was posted for an item, of any kind, in the names of the paper; its spec reads it.

    A field named by the prefix alone gives its value, or a list if several were sent; fields `<prefix>.<name>` give a
    mapping of those that are filled in; no field at all gives None.
    """
    if data.getlist(prefix):
        return _sole(data.getlist(prefix))
    start = f"{prefix}."
    fields = {name.removeprefix(start): _sole(values) for name, values in data.lists() if name.startswith(start)}
    return {name: value for name, value in fields.items() if value} or None


def _sole(values: list[str]) -> Answer:
    return values[0] if len(values) == 1 else values


class AnswerForm:
    """The form of one item. What cannot be read is in `errors`, field by field; what was typed stays on show.

    `shown` is what its fields hold, `answer` the clean answer if it has one. `maps` are maps of the course, by key: the
    page that shows the form hands in those that its picture is drawn on.
    """

    def __init__(self, spec: Any, *, order: list[str], answer: Answer, prefix: str) -> None:
        self.spec, self.order, self.answer, self.prefix = spec, order, answer, prefix
        self.shown = answer
        self.errors: list[FieldError] = []
        self.maps: Mapping[str, Map] = {}

    @property
    def held(self) -> dict[str, Any]:
        """Return what each field holds, by the author's key. As the two below, nothing for a page of another shape."""
        return self.shown if isinstance(self.shown, dict) else {}

    @property
    def chosen(self) -> list[str]:
        """Return the keys of what was chosen, one or several."""
        return [self.shown] if isinstance(self.shown, str) else self.shown if isinstance(self.shown, list) else []

    @property
    def typed(self) -> str:
        """Return what was typed into the only field."""
        return self.shown if isinstance(self.shown, str) else ""

    @property
    def template_name(self) -> str:
        """Return the template of the kind."""
        return f"quizzes/kinds/{self.spec.kind}.html"

    @property
    def read_as(self) -> list[str]:
        """Return how numbers were read whose spelling leaves two readings open."""
        return readings_of(self.spec, self.answer)

    def tell(self, raw: Answer, error: InvalidAnswer, *, counts: Mapping[str, str] | None = None) -> None:
        """Show what was posted, and say at each field why it cannot be read.

        `counts` says, by the author's key, what counts there meanwhile.
        """
        self.answer, self.shown = None, self.spec.from_paper(raw, self.order)
        names = names_by_key(self.spec, raw, self.order)
        self.errors = [
            FieldError(
                id=f"{self.prefix}-{names[problem.key]}" if problem.key in names else self.prefix,
                label=problem.where,
                reason=words_of(problem),
                counts=(counts or {}).get(problem.key, ""),
            )
            for problem in as_on_paper(error.problems, names)
        ]

    @property
    def error(self) -> str:
        """Return why the answer cannot be read, in one line."""
        return " ".join(map(str, self.errors))

    def error_at(self, field_id: str) -> str:
        """Return what is wrong with one field."""
        return " ".join(error.text for error in self.errors if error.id == field_id)

    @property
    def own_error(self) -> str:
        """Return what is wrong with the answer as a whole, or with its only field."""
        return self.error_at(self.prefix)

    @property
    def drawing(self) -> str:
        """Return the template of the picture that stands beside the answer; most kinds have none."""
        return ""

    @property
    def signs(self) -> list[str]:
        """Return the sign by which the picture of a result names each row of the review; most kinds have none."""
        return []

    def choices(self, texts: Mapping[str, str], chosen: Sequence[str], *, row: str = "") -> list[Choice]:
        """Return choices in the order and by the names of the paper; what is not shuffled keeps its own names."""
        return list(self._choices(texts, chosen, row))

    def _choices(self, texts: Mapping[str, str], chosen: Sequence[str], row: str) -> Iterator[Choice]:
        for key in self.order or list(texts):
            name = name_on_paper(key, self.order) if self.order else key
            yield Choice(name, texts[key], key in chosen, "-".join(filter(None, (self.prefix, row, name))))
