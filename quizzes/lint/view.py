"""Items, quizzes and courses as the rules see them: one face for every kind of question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from quizzes.domain.base import Told
from quizzes.domain.described import Choice, Measured, Said, StemIs, Typed, Where
from quizzes.domain.kinds import AnySpec
from quizzes.domain.markup import plain
from quizzes.domain.specs import SourceRecord
from quizzes.lint.findings import Owner
from quizzes.lint.words import names

GAP = re.compile(r"\{\{\s*([a-z0-9-]+)\s*\}\}")
BLANK = re.compile(r"_{2,}")


@dataclass(frozen=True)
class ItemView:
    """An item with its place in a quiz."""

    spec: AnySpec
    quiz: str = ""
    is_check: bool = False
    is_reserved: bool = False
    """It stands on no paper but those of exams."""
    is_told_early: bool = False
    """A wrong answer is explained while there are tries left."""
    record: SourceRecord | None = None
    """What is known of the source of the set it belongs to."""

    @property
    def key(self) -> str:
        """Return the key of the item."""
        return str(self.spec.key)

    @property
    def is_question(self) -> bool:
        """Say whether the stem asks for one thing, which is the answer."""
        return self.spec.stem_is is StemIs.QUESTION

    @property
    def is_statement(self) -> bool:
        """Say whether the stem is a statement to be judged."""
        return self.spec.stem_is is StemIs.STATEMENT

    @property
    def is_picked(self) -> bool:
        """Say whether an answer picks among what is offered below a stem that asks, or in a text."""
        return self.spec.told_while_trying in (Told.CHOICE, Told.TICKS) and not self.is_statement

    @cached_property
    def stem_choice(self) -> Choice | None:
        """Return the options that answer the stem; None where it is answered otherwise."""
        return self.choices[0] if self.is_question and self.choices else None

    @cached_property
    def stem(self) -> str:
        """Return the stem without markup."""
        return plain(self.spec.stem)

    @property
    def is_auto_marked(self) -> bool:
        """Say whether a machine marks it."""
        return self.spec.is_machine_marked

    @property
    def has_stimulus(self) -> bool:
        """Say whether something is shown with the stem that it may speak of."""
        shown = self.spec.stimulus or self.spec.figure or self.record
        return bool(shown or self.spec.passage()) or any(choice.is_map for choice in self.choices)

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
        return tuple(map(_plainly, self.spec.option_sets()))

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Return every explanation."""
        said = tuple(self.spec.explanations())
        # Where parts make the answer and none says why it is right, the whole has its reason here.
        whole = True if said and all(each.is_right is not True for each in said) else None
        return (*said, *([Said(self.spec.feedback, ("feedback",), whole)] if self.spec.feedback else []))

    @cached_property
    def typed(self) -> tuple[Typed, ...]:
        """Return every place for typed words."""
        return tuple(self.spec.typed_words())

    @cached_property
    def quantities(self) -> tuple[Measured, ...]:
        """Return every place for a number."""
        return tuple(self.spec.quantities())

    @cached_property
    def asked(self) -> tuple[tuple[Where, str], ...]:
        """Return every text that is shown before answering, without markup, with its place."""
        always: list[tuple[Where, str]] = [(("stimulus",), self.spec.stimulus or ""), (("stem",), self.spec.stem)]
        return tuple((where, _blanked(text)) for where, text in [*always, *self.spec.texts()] if text)

    @cached_property
    def key_text(self) -> str:
        """Return the right answer in words; nothing where no words make it."""
        spec = self.spec
        if self.choices:
            return "; ".join(option.text for choice in self.choices for option in choice.keys)
        if self.is_question and self.typed:
            return self.typed[0].accept[0]
        if self.is_question and self.quantities:
            return f"{spec.right_answer()} {self.quantities[0].unit}"
        if spec.truth is not None:
            return str(spec.truth).lower()
        return spec.describe(spec.right_answer()) if self.is_auto_marked else ""


def _blanked(text: str) -> str:
    return GAP.sub("____", plain(text))


def _plainly(choice: Choice) -> Choice:
    """Return options without markup."""
    options = tuple(replace(option, text=plain(option.text)) for option in choice.options)
    return replace(choice, stem=_blanked(choice.stem), options=options)


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
    fault_of_bank: str = ""
    """Why it may not draw on the questions it draws on."""
    choices_of_strata: tuple[int, ...] = ()
    """Of an exam that draws on reserved questions: how many fit each stratum."""

    @property
    def questions(self) -> tuple[ItemView, ...]:
        """Return the items that are marked and that the quiz asks."""
        return tuple(item for item in self.items if _is_asked(item) and not item.is_reserved)


def _is_asked(item: ItemView) -> bool:
    return not item.is_check and item.spec.is_scored


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

    @cached_property
    def reserved(self) -> tuple[ItemView, ...]:
        """Return the questions that only exams draw: any two of them may meet on a paper."""
        return tuple(item for item in self.items if item.is_reserved)

    def topic_of(self, item: ItemView) -> frozenset[str]:
        """Return the stems of names that a question on this topic cannot do without."""
        objective = self.objectives.get(item.spec.objective)
        return frozenset(names(f"x {self.topics.get(item.quiz, '')} {plain(objective.text) if objective else ''}"))

    def title_of(self, item: ItemView) -> str:
        """Return the title of the quiz of an item."""
        return next((quiz.title for quiz in self.quizzes if quiz.key == item.quiz), "")
