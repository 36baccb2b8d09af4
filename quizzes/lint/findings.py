"""What a rule finds, and the register of the rules.

A rule yields hits; the run makes findings of them. Sentences are templates with named gaps, marked for translation:
the core knows no language, so what shows a finding fills the gaps in the translated sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from quizzes.domain.described import Where

if TYPE_CHECKING:
    from quizzes.lint.view import CourseView, ItemView


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "E"  # blocks publishing
    WARNING = "W"  # wants a fix, or an override with its reason in writing
    INFO = "I"  # is shown only


E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFO  # noqa: E741 (the letters of the rules' own table)


@dataclass(frozen=True)
class Hit:
    """One place that a rule objects to; `severity` where it differs from the rule's usual one."""

    where: Where
    span: str
    reason: str
    details: Mapping[str, object] = field(default_factory=dict)
    severity: Severity | None = None


@dataclass(frozen=True)
class Owner:
    """Whose text a finding is about, by its key; nobody's for the whole bank. An item is named with its quiz."""

    item: str = ""
    quiz: str = ""
    lesson: str = ""
    statement: str = ""
    figure: str = ""
    event: str = ""
    override: str = ""

    def __str__(self) -> str:
        own = self.item or self.quiz or self.lesson or self.statement or self.figure or self.event or self.override
        return own or "bank"


@dataclass(frozen=True)
class Finding:
    """A hit with the rule it is by and whose it is."""

    rule: str
    severity: Severity
    owner: Owner
    where: Where
    span: str
    reason: str
    details: Mapping[str, object]
    fix: str


ItemCheck: TypeAlias = "Callable[[ItemView, CourseView], Iterable[Hit]]"
CourseCheck: TypeAlias = "Callable[[CourseView], Iterable[tuple[Owner, Hit]]]"


@dataclass(frozen=True)
class Rule:
    """A rule by its id, with the severity it usually has and what is to be done."""

    id: str
    severity: Severity
    fix: str

    def finding(self, owner: Owner, hit: Hit) -> Finding:
        """Return a hit of this rule as a finding."""
        severity = hit.severity or self.severity
        return Finding(self.id, severity, owner, hit.where, hit.span, hit.reason, hit.details, self.fix)


ITEM_RULES: dict[str, tuple[Rule, ItemCheck]] = {}
COURSE_RULES: dict[str, tuple[Rule, CourseCheck]] = {}


def item_rule(rule_id: str, severity: Severity, fix: str) -> Callable[[ItemCheck], ItemCheck]:
    """Register a rule that looks at one item."""

    def register(check: ItemCheck) -> ItemCheck:
        ITEM_RULES[rule_id] = (Rule(rule_id, severity, fix), check)
        return check

    return register


def course_rule(rule_id: str, severity: Severity, fix: str) -> Callable[[CourseCheck], CourseCheck]:
    """Register a rule that looks at a quiz, a bank or a whole course."""

    def register(check: CourseCheck) -> CourseCheck:
        COURSE_RULES[rule_id] = (Rule(rule_id, severity, fix), check)
        return check

    return register
