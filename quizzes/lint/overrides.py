"""Overrides: a warning that stands, with its reason in writing, until the text changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from quizzes.domain.base import Key, Spec, StatementKey, Whole
from quizzes.domain.kinds import AnySpec
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.specs import content_hash
from quizzes.lint import thresholds as at
from quizzes.lint.findings import Finding, Hit, Owner, Rule, Severity, W
from quizzes.lint.view import CourseView

HASH_LENGTH = 12
STALE = Rule("LINT-STALE", W, _("Look at the text again: correct it, or write the override again."))
_SUBJECTS = ("item", "quiz", "lesson", "statement", "bank")


class Override(Spec):
    """An entry of `overrides` in lint.yaml: which rule, on what, and why it may stand."""

    rule: Annotated[str, StringConstraints(pattern=r"^[A-Z]+(-[A-Z]+)+$")]
    item: Key | None = None
    quiz: Key | None = None
    lesson: Key | None = None
    statement: StatementKey | None = None
    bank: Literal[True] | None = None
    hash: Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{{HASH_LENGTH}}}$")] | None = None
    until: Annotated[Whole, Field(ge=1)] | None = None
    """Of a quiz or of the bank: it lapses when there are more questions than this."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=at.REASON_LENGTH, max_length=1_000)]

    @model_validator(mode="after")
    def _names_one_subject(self) -> Override:
        if len([name for name in _SUBJECTS if getattr(self, name)]) != 1:
            raise ValueError("name one of `item`, `quiz`, `lesson`, `statement` or `bank: true`")
        if bool(self.item) != bool(self.hash):
            raise ValueError("an override on an item carries the `hash` of its content, and no other does")
        if self.until and not (self.quiz or self.bank):
            raise ValueError("`until` belongs to an override on a quiz or on the bank")
        return self

    @property
    def subject(self) -> str:
        """Return the key of what it is on."""
        return str(self.item or self.quiz or self.lesson or self.statement or "bank")

    def fits(self, finding: Finding) -> bool:
        """Say whether a finding is by its rule and on its subject; whether it still holds is another question."""
        owner = finding.owner
        if self.rule != finding.rule or finding.severity != W:
            return False
        if self.item:
            return owner.item == self.item
        if self.quiz:
            return not owner.item and owner.quiz == self.quiz
        if self.lesson:
            return owner.lesson == self.lesson
        return owner.statement == self.statement if self.statement else owner == Owner()


class LintFile(Spec):
    """lint.yaml."""

    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True)
class Judged:
    """A finding, and the override that lets it stand."""

    finding: Finding
    override: Override | None = None

    @property
    def is_blocking(self) -> bool:
        """Say whether it must be dealt with: an error always, a warning without an override."""
        severity = self.finding.severity
        return severity == Severity.ERROR or (severity == W and self.override is None)


def short_hash(spec: AnySpec) -> str:
    """Return what an override remembers of an item's content."""
    return content_hash(spec)[:HASH_LENGTH]


def judge(findings: Iterable[Finding], overrides: Sequence[Override], course: CourseView) -> list[Judged]:
    """Put each finding beside its override; overrides that lapsed or fit nothing become findings themselves."""
    findings = list(findings)
    hashes = {item.key: short_hash(item.spec) for item in course.items}
    sizes = {quiz.key: len(quiz.questions) for quiz in course.quizzes}
    lapsed = {number: why for number, one in enumerate(overrides) if (why := _lapse(one, hashes, sizes))}
    holding = [one for number, one in enumerate(overrides) if number not in lapsed]
    judged = [Judged(finding, next((one for one in holding if one.fits(finding)), None)) for finding in findings]
    used = {id(one.override) for one in judged}
    for number, override in enumerate(overrides):
        reason = lapsed.get(number)
        if reason is None and id(override) not in used:
            reason = _("The override of %(rule)s on %(subject)s fits no warning.")
        if reason is not None:
            details = {"rule": override.rule, "subject": override.subject}
            hit = Hit(("overrides", number), override.reason, reason, details)
            judged.append(Judged(STALE.finding(Owner(override=f"{override.rule} {override.subject}"), hit)))
    return judged


def _lapse(override: Override, hashes: Mapping[str, str], sizes: Mapping[str, int]) -> str | None:
    """Return why an override holds no longer; None while it does."""
    if override.item and override.item in hashes and hashes[override.item] != override.hash:
        return _("The text of %(subject)s has changed since %(rule)s was overridden.")
    if override.until is not None:
        size = sizes.get(override.quiz, 0) if override.quiz else sum(sizes.values())
        if size > override.until:
            return _("There are more questions now than when %(rule)s was overridden on %(subject)s.")
    return None
