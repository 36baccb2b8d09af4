"""A quiz as its author wrote it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    StrictBool,
    StringConstraints,
    model_validator,
)

from quizzes.domain.base import Key, Line, Number, Spec, Text, Whole
from quizzes.domain.behaviour import Behaviour, TryRules
from quizzes.domain.certainty import Confidence
from quizzes.domain.draws import Blueprint
from quizzes.domain.keeping import Keep
from quizzes.domain.kinds import AnySpec, ItemSpec
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named
from quizzes.domain.review import FULL, ReviewMatrix, Shown, When, named_matrix
from quizzes.domain.timing import CreditFrom, CreditStep, Overdue

Penalty: TypeAlias = Annotated[Number, Field(ge=0, le=1)]


_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|z|[+-][0-9]{2}:[0-9]{2})"
)
_YEARS = (1970, 2200)
_LONGEST_WAIT = 10_000_000


def _written_moment(value: object) -> object:
    """Refuse numbers, which would count as seconds since 1970, and moments without an offset."""
    if isinstance(value, datetime) or value is None or (isinstance(value, str) and _MOMENT.fullmatch(value.strip())):
        return value
    raise ValueError('write the moment with its offset from UTC, in quotes: "2026-09-01T08:00:00+00:00"')


def _sane_year(value: datetime) -> datetime:
    if not _YEARS[0] <= value.year < _YEARS[1]:
        raise ValueError(f"the moment must lie between the years {_YEARS[0]} and {_YEARS[1]}")
    return value


Moment: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_written_moment), AfterValidator(_sane_year)]


class Layout(Named):
    """How many questions a page holds."""

    EACH = "each", _("one question a page")
    ALL = "all", _("all on one page")


class Navigation(Named):
    """Whether one may go back."""

    FREE = "free", _("free")
    ONE_WAY = "one_way", _("one way, no going back")


class QuizSettings(Spec):
    """How a quiz is sat: when, how often, for how long, how tries count, what is shown."""

    practice: StrictBool = False
    pass_percent: Annotated[Whole, Field(ge=0, le=100)] = 70
    opens: Moment | None = None
    due: Moment | None = None
    closes: Moment | None = None
    minutes: Annotated[Whole, Field(ge=1, le=100_000)] | None = None
    overdue: Overdue = Overdue.SUBMIT
    grace_minutes: Annotated[Whole, Field(ge=0, le=10_000)] = 0
    max_attempts: Annotated[Whole, Field(ge=1, le=1_000)] | None = None
    wait_minutes: Annotated[Whole, Field(ge=0, le=_LONGEST_WAIT)] = 0
    later_wait_minutes: Annotated[Whole, Field(ge=0, le=_LONGEST_WAIT)] | None = None
    keep: Keep = Keep.HIGHEST
    credit: tuple[CreditStep, ...] = ()
    credit_from: CreditFrom = CreditFrom.LAST_ANSWER
    behaviour: Behaviour = Behaviour.DEFERRED
    penalty: Penalty = Decimal("0.33")
    hint_penalty: Penalty = Decimal(0)
    credits: Annotated[tuple[Penalty, ...], Field(max_length=20)] = ()
    confidence: Confidence = Confidence.OFF
    layout: Layout = Layout.EACH
    navigation: Navigation = Navigation.FREE
    shuffle: StrictBool = False
    password: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    review: Annotated[ReviewMatrix, BeforeValidator(named_matrix)] = FULL

    @model_validator(mode="after")
    def _settings_agree(self) -> QuizSettings:
        moments = [moment for moment in (self.opens, self.due, self.closes) if moment is not None]
        if moments != sorted(moments):
            raise ValueError("`opens`, `due` and `closes` must come in that order")
        if self.opens is not None and self.opens == self.closes:
            raise ValueError("the quiz closes as it opens: `closes` must come after `opens`")
        if self.layout is Layout.ALL and self.navigation is Navigation.ONE_WAY:
            raise ValueError("questions that are all on one page cannot be one-way; choose `layout: each`")
        told = self.review.at(When.AFTER)
        if self.behaviour is not Behaviour.DEFERRED and not {Shown.CORRECTNESS, Shown.MARKS} <= told:
            raise ValueError(
                "answers marked at once say whether they are right and what they earn: "
                "`review` must show `correctness` and `marks` right `after`, or choose `behaviour: deferred`"
            )
        if self.credit and self.due is None:
            raise ValueError("`credit` counts from `due`: give the quiz a due date")
        if self.grace_minutes and self.overdue is not Overdue.GRACE:
            raise ValueError("`grace_minutes` belongs to `overdue: grace`")
        if self.credits and self.behaviour not in (Behaviour.INTERACTIVE, Behaviour.ADAPTIVE):
            raise ValueError("`credits` belongs to `behaviour: interactive` or `adaptive`")
        if self.credits and (self.credits[0] != 1 or list(self.credits) != sorted(self.credits, reverse=True)):
            raise ValueError("`credits` begins with 1 and never rises: what the first, second, third try is worth")
        if self.confidence is Confidence.CERTAINTY and self.behaviour is not Behaviour.DEFERRED:
            raise ValueError("`confidence: certainty` goes with `behaviour: deferred` only")
        return self

    @property
    def try_rules(self) -> TryRules:
        """Return what tries cost."""
        return TryRules(self.behaviour, self.penalty, self.hint_penalty, self.credits)

    @property
    def is_exam(self) -> bool:
        """Say whether it keeps the right answers to itself for as long as anyone may still start."""
        told = (self.review.at(when) for when in (When.DURING, When.AFTER, When.LATER))
        return not self.practice and not any(Shown.RIGHT_ANSWER in rows for rows in told)

    def fault_of_bank(self, blueprint: Blueprint) -> str:
        """Say why a quiz sat like this may not draw on the questions its blueprint names; nothing where it may."""
        if blueprint.is_reserved and not self.is_exam:
            return _(
                "Reserved questions are for exams: a quiz that shows right answers before it closes gives them away."
            )
        if blueprint.bank is None and self.is_exam:
            return _("It is an exam, and it draws on questions whose answers other quizzes show.")
        return ""


BANK_FIX = _("Write “bank: reserved” and reserve questions for it, or say that they are open: “bank: open”.")
"""What to do about a fault of the bank, as authors of files are told."""


class SourceRecord(Spec):
    """What is known of a source before its words are read."""

    author: Line | None = None
    date: Line | None = None
    place: Line | None = None
    genre: Line | None = None
    audience: Line | None = None


class SourceSet(Spec):
    """A source that several questions of a quiz are asked on."""

    title: Line
    stimulus: Text
    record: SourceRecord = SourceRecord()
    sources: Annotated[tuple[Key, ...], Field(min_length=1)]


class QuizHead(QuizSettings):
    """A quiz of a lesson or of a unit, without its questions."""

    quiz: Key
    lesson: Key | None = None
    unit: Key | None = None
    title: Annotated[Line, StringConstraints(max_length=200)]
    intro: Text | None = None
    draw: Blueprint | None = None
    sets: dict[Key, SourceSet] = {}

    @model_validator(mode="after")
    def _belongs_somewhere(self) -> Self:
        if (self.lesson is None) == (self.unit is None):
            raise ValueError("name either the `lesson` or the `unit` this quiz belongs to")
        return self

    @property
    def settings(self) -> QuizSettings:
        """Return the settings alone."""
        return QuizSettings.model_construct(**{name: getattr(self, name) for name in QuizSettings.model_fields})


class QuizSpec(QuizHead):
    """A quiz with its questions, and with the ungraded checks its lesson places in the text.

    Its questions are its own `items`, or drawn from the bank of the course as `draw` says, or both. Those that are
    `reserved` are kept beside it and stand on no paper of it: exams draw them.
    """

    items: tuple[ItemSpec, ...] = ()
    checks: tuple[ItemSpec, ...] = ()
    reserved: tuple[ItemSpec, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> QuizSpec:
        if not self.items and self.draw is None:
            raise ValueError("the quiz has no questions: give `items`, or `draw` them from the course")
        if idle := [check.key for check in self.checks if not check.is_scored]:
            raise ValueError(
                f"checks in the text keep no answers, so what is not marked is of no use there: {', '.join(idle)};"
                " move it to `items`"
            )
        refuse_unmarked(self.reserved)
        return self


def refuse_unmarked(reserved: Iterable[AnySpec]) -> None:
    """Raise ValueError where reserved questions are not marked: exams draw only what is."""
    if idle := [each.key for each in reserved if not each.is_scored]:
        raise ValueError(f"exams draw questions that are marked; these are not: {', '.join(idle)}")


class PoolSpec(Spec):
    """Questions that a school reserves for an exam of a course, in a file outside the course's folder."""

    pool: Key
    quiz: Key
    """The exam that draws them."""
    alone: StrictBool = False
    """Whether the exam leaves out the questions that the course itself reserves, whose answers its files show."""
    sets: dict[Key, SourceSet] = {}
    reserved: tuple[ItemSpec, ...]

    @model_validator(mode="after")
    def _is_marked(self) -> PoolSpec:
        refuse_unmarked(self.reserved)
        return self


def content_hash(spec: Spec) -> str:
    """Return a hash of everything the author wrote; equal content has an equal hash whatever the layout of the file.

    What the author left open is left out, so that a field added to a kind later changes no hash.
    """
    body = {"kind": getattr(spec, "kind", ""), **spec.model_dump(mode="json", exclude_defaults=True)}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def spec_hash(spec: AnySpec) -> str:
    """Return the hash that tells whether an item needs a new revision: of its words, and of how they are marked.

    Only rules that changed for the kind count, so that a new edition makes no versions that would mark alike.
    """
    content, rules = content_hash(spec), min(spec.rules, spec.new_rules)
    return content if rules == 1 else hashlib.sha256(f"{content} rules {rules}".encode()).hexdigest()
