"""The run: every rule over every item, quiz and course."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quizzes.lint import bank, cues, dates, feedback, kinds, options, stem
from quizzes.lint import course as course_rules
from quizzes.lint.findings import COURSE_RULES, ITEM_RULES, Finding, Owner, Rule
from quizzes.lint.view import CourseView, ItemView

FAMILIES = (stem, options, cues, feedback, kinds, dates, bank, course_rules)
"""Importing a family registers its rules."""


def all_rules() -> dict[str, Rule]:
    """Return every rule by its id."""
    return {rule_id: rule for rules in (ITEM_RULES, COURSE_RULES) for rule_id, (rule, _check) in rules.items()}


def lint_item(item: ItemView, course: CourseView) -> Iterator[Finding]:
    """Yield what the rules object to in one item."""
    owner = Owner(item=item.key, quiz=item.quiz)
    for rule, check in ITEM_RULES.values():
        yield from (rule.finding(owner, hit) for hit in check(item, course))


def lint_whole(course: CourseView) -> Iterator[Finding]:
    """Yield what the rules object to in quizzes and in the course as a whole."""
    for rule, check in COURSE_RULES.values():
        yield from (rule.finding(owner, hit) for owner, hit in check(course))


def lint(course: CourseView, items: Iterable[ItemView] | None = None) -> list[Finding]:
    """Return every finding of a course, items first."""
    found = [finding for item in (course.items if items is None else items) for finding in lint_item(item, course)]
    return [*found, *lint_whole(course)]
