"""Items, quizzes and courses as the rules see them: one face for every kind of question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from quizzes.domain.markup import plain
from quizzes.domain.repeats import offered
from quizzes.domain.wording import unescaped
from quizzes.lint.findings import Owner, Where
from quizzes.lint.words import names

GAP = re.compile(r"\{\{\s*([a-z0-9-]+)\s*\}\}")
BLANK = re.compile(r"_{2,}")


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen."""

    text: str
    is_right: bool
    feedback: str
    where: Where


@dataclass(frozen=True)
class Choice:
    """Options offered together: those of a choice, of one gap, or of a map. `stem` is what they answer."""

    stem: str
    options: tuple[Option, ...]
    where: Where
    is_single: bool = True
    is_shuffled: bool = True
    is_map: bool = False

    @cached_property
    def keys(self) -> tuple[Option, ...]:
        """Return the options that are right."""
        return tuple(option for option in self.options if option.is_right)

    @cached_property
    def distractors(self) -> tuple[Option, ...]:
        """Return the options that are wrong."""
        return tuple(option for option in self.options if not option.is_right)

    @property
    def key(self) -> Option | None:
        """Return the key where there is exactly one."""
        return self.keys[0] if len(self.keys) == 1 else None


@dataclass(frozen=True)
class Said:
    """One explanation. `is_right`: it is said of what is right (True), of what is wrong (False), or of the whole."""

    text: str
    where: Where
    is_right: bool | None = None


@dataclass(frozen=True)
class Typed:
    """A place for typed words: what is accepted, and which differences do not matter."""

    accept: tuple[str, ...]
    fold: tuple[str, ...]
    where: Where


@dataclass(frozen=True)
class Quantity:
    """A place for a number."""

    answer: Any
    tolerance: Any
    unit: str
    near: tuple[Any, ...]
    where: Where


@dataclass(frozen=True)
class ItemView:
    """An item with its place in a quiz."""

    spec: Any
    quiz: str = ""
    is_check: bool = False
    is_told_early: bool = False
    """A wrong answer is explained while there are tries left."""
    record: Any = None
    """What is known of the source of the set it belongs to."""

    @property
    def key(self) -> str:
        """Return the key of the item."""
        return str(self.spec.key)

    @property
    def kind(self) -> str:
        """Return the kind."""
        return str(self.spec.kind)

    @cached_property
    def stem(self) -> str:
        """Return the stem without markup."""
        return plain(self.spec.stem)

    @property
    def is_auto_marked(self) -> bool:
        """Say whether a machine marks it."""
        return not self.spec.is_human_marked

    @property
    def has_stimulus(self) -> bool:
        """Say whether something is shown with the stem that it may speak of."""
        shown = self.spec.stimulus or self.spec.figure or self.record
        return bool(shown) or self.kind in ("map", "mark", "cloze")

    @property
    def is_contested(self) -> bool:
        """Say whether its author marked it as resting on a dispute."""
        return bool(self.spec.contested)

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what is said before an answer."""
        return tuple(self.spec.hints)

    @property
    def enemies(self) -> frozenset[str]:
        """Return the items that never stand on one paper with this one."""
        return frozenset(self.spec.enemies)

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Return every set of options."""
        return tuple(_choices(self.spec))

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Return every explanation."""
        whole = True if self.kind in _OF_PARTS else None  # where parts make the answer, the whole has its reason here
        return (
            *_SAID.get(self.kind, lambda _spec: iter(()))(self.spec),
            Said(self.spec.feedback, ("feedback",), whole),
        )

    @cached_property
    def typed(self) -> tuple[Typed, ...]:
        """Return every place for typed words."""
        return tuple(_typed(self.spec))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Return every place for a number."""
        return tuple(_quantities(self.spec))

    @cached_property
    def asked(self) -> tuple[tuple[Where, str], ...]:
        """Return every text that is shown before answering, without markup, with its place."""
        fields = [((name,), getattr(self.spec, name, None)) for name in ("stimulus", "stem", "text")]
        texts = ((where, text) for where, text in [*fields, *offered(self.spec)] if text)
        return tuple((where, GAP.sub("____", plain(text))) for where, text in texts)

    @cached_property
    def key_text(self) -> str:
        """Return the right answer in words; nothing where no words make it."""
        spec = self.spec
        if self.choices:
            return "; ".join(option.text for choice in self.choices for option in choice.keys)
        if self.kind == "text":
            return unescaped(spec.accept[0])
        if self.kind == "numeric":
            return f"{spec.right_answer()} {spec.unit}"
        if self.kind == "true_false":
            return str(spec.answer).lower()
        return str(spec.describe(spec.right_answer())) if self.is_auto_marked else ""


def _choices(spec: Any) -> Iterator[Choice]:
    match spec.kind:
        case "single" | "multiple":
            options = tuple(
                Option(plain(option.text), _is_right(option), option.feedback, ("options", key, "text"))
                for key, option in spec.options.items()
            )
            yield Choice(plain(spec.stem), options, ("options",), spec.kind == "single", spec.shuffle)
        case "map":
            places = tuple(
                Option(plain(place.text), place.correct, place.feedback, ("places", key, "text"))
                for key, place in spec.places.items()
            )
            yield Choice(plain(spec.stem), places, ("places",), is_map=True)
        case "cloze":
            for name, gap in spec.gaps.items():
                if not gap.options:
                    continue
                where = ("gaps", name, "options")
                options = tuple(
                    Option(plain(text), key == gap.right, gap.feedback if key == gap.right else "", (*where, key))
                    for key, text in gap.options.items()
                )
                yield Choice(_around(plain(spec.text), name), options, where)


def _is_right(option: Any) -> bool:
    weight = getattr(option, "weight", None)
    return bool(option.correct or (weight is not None and weight > 0))


def _around(text: str, name: str) -> str:
    """Return the text up to a gap: what its options complete. Gaps before it are blanks."""
    return GAP.sub("____", re.split(rf"\{{\{{\s*{re.escape(name)}\s*\}}\}}", text, maxsplit=1)[0])


def _typed(spec: Any) -> Iterator[Typed]:
    gaps = [(("gaps", name), gap) for name, gap in getattr(spec, "gaps", {}).items() if gap.accept]
    for where, part in [((), spec)] if spec.kind == "text" else gaps:
        yield Typed(tuple(map(unescaped, part.accept)), part.fold, (*where, "accept"))


def _quantities(spec: Any) -> Iterator[Quantity]:
    if spec.kind == "numeric":
        yield Quantity(spec.answer, spec.tolerance, spec.unit, spec.near, ())
    for name in ("fields", "gaps"):
        for key, part in getattr(spec, name, {}).items():
            if part.answer is not None:
                yield Quantity(part.answer, part.tolerance, part.unit or "", part.near, (name, key))


# What is said of the parts of each kind.


def _said_of_options(spec: Any, name: str = "options") -> Iterator[Said]:
    for key, option in getattr(spec, name).items():
        is_right = _is_right(option)
        yield Said(option.feedback, (name, key, "feedback"), is_right)
        if getattr(option, "missed", None):
            yield Said(option.missed, (name, key, "missed"))


def _said_of_truth(spec: Any) -> Iterator[Said]:
    yield Said(spec.feedback_true, ("feedback_true",), spec.answer is True)
    yield Said(spec.feedback_false, ("feedback_false",), spec.answer is False)


def _said_of_typed(spec: Any, within: Where = ()) -> Iterator[Said]:
    yield Said(spec.feedback_right, (*within, "feedback_right"), is_right=True)
    yield Said(spec.feedback_wrong, (*within, "feedback_wrong"), is_right=False)
    for name in ("partial", "near"):
        for at, form in enumerate(getattr(spec, name, ())):
            yield Said(form.feedback, (*within, name, at, "feedback"), None if form.share else False)


def _said_of_fields(spec: Any) -> Iterator[Said]:
    for key, part in spec.fields.items():
        yield from _said_of_typed(part, ("fields", key))


def _said_of_parts(name: str) -> Callable[[Any], Iterator[Said]]:
    def said(spec: Any) -> Iterator[Said]:
        for key, part in getattr(spec, name, {}).items():
            yield Said(part.feedback, (name, key, "feedback"))
            for at, near in enumerate(getattr(part, "near", ())):
                yield Said(near.feedback, (name, key, "near", at, "feedback"), None if near.share else False)

    return said


_OF_PARTS = ("matching", "ordering", "categorise", "timeline", "cloze")
_SAID: Mapping[str, Callable[[Any], Iterator[Said]]] = {
    "single": _said_of_options,
    "multiple": _said_of_options,
    "map": lambda spec: _said_of_options(spec, "places"),
    "mark": lambda spec: _said_of_options(spec, "spans"),
    "true_false": _said_of_truth,
    "text": _said_of_typed,
    "numeric": _said_of_typed,
    "numbers": _said_of_fields,
    "matching": _said_of_parts("prompts"),
    "ordering": _said_of_parts("entries"),
    "categorise": _said_of_parts("entries"),
    "timeline": _said_of_parts("events"),
    "cloze": _said_of_parts("gaps"),
}


@dataclass(frozen=True)
class ObjectiveView:
    """A learning objective of a lesson."""

    key: str
    text: str
    lesson: str
    where: Where = ()


@dataclass(frozen=True)
class SourceView:
    """What the rules want to know of a source."""

    key: str
    is_dated: bool
    is_tertiary: bool
    has_locator: bool


@dataclass(frozen=True)
class FactView:
    """An entry of the register of facts: how sure it is, the years it is dated to, and what it rests on."""

    key: str
    confidence: str
    years: tuple[int, int] | None = None
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SectionView:
    """A section of a lesson: the facts it rests on, and its paragraphs with the sources each cites."""

    key: str
    facts: tuple[str, ...]
    paragraphs: tuple[tuple[str, frozenset[str]], ...]
    has_dispute: bool


@dataclass(frozen=True)
class LessonView:
    """A lesson."""

    key: str
    statements: tuple[str, ...]
    sections: tuple[SectionView, ...]
    is_written: bool


@dataclass(frozen=True)
class QuizView:
    """A quiz with its questions and the checks its lesson places."""

    key: str
    title: str
    items: tuple[ItemView, ...]

    @property
    def questions(self) -> tuple[ItemView, ...]:
        """Return the items that are marked."""
        return tuple(item for item in self.items if not item.is_check)


@dataclass(frozen=True)
class CourseView:
    """A course. `facts` is None where the course keeps no register; `topic` holds the names everything is about."""

    quizzes: tuple[QuizView, ...] = ()
    lessons: tuple[LessonView, ...] = ()
    objectives: Mapping[str, ObjectiveView] = field(default_factory=dict)
    sources: Mapping[str, SourceView] = field(default_factory=dict)
    alts: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, FactView] | None = None
    statements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more_facts: tuple[tuple[Owner, Where, str], ...] = ()
    """Uses of facts outside questions and lessons: in figures and in events."""
    topics: Mapping[str, str] = field(default_factory=dict)
    """By quiz: the words in which course, unit and lesson say what they are about."""

    @cached_property
    def items(self) -> tuple[ItemView, ...]:
        """Return every item, checks included."""
        return tuple(item for quiz in self.quizzes for item in quiz.items)

    def topic_of(self, item: ItemView) -> frozenset[str]:
        """Return the stems of names that a question on this topic cannot do without."""
        objective = self.objectives.get(item.spec.objective)
        return frozenset(names(f"x {self.topics.get(item.quiz, '')} {plain(objective.text) if objective else ''}"))

    def title_of(self, item: ItemView) -> str:
        """Return the title of the quiz of an item."""
        return next((quiz.title for quiz in self.quizzes if quiz.key == item.quiz), "")
