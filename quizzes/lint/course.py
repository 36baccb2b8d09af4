"""Rules on what a course promises: its objectives, its study, and the facts it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from quizzes.domain.described import Where
from quizzes.domain.markup import plain
from quizzes.domain.messages import gettext_noop as _
from quizzes.lint import thresholds as at
from quizzes.lint.attribution import is_attributed
from quizzes.lint.findings import E, Hit, Owner, W, course_rule
from quizzes.lint.view import CourseView, SectionView

Found = Iterator[tuple[Owner, Hit]]
_VERB = re.compile(r"^(?:to )?(?:know|understand|learn|appreciate|be aware of|be familiar with)\b", re.IGNORECASE)


@course_rule("OBJ-VERB", W, _("Begin with what can be seen done: explain, date, compare, judge."))
def obj_verb(course: CourseView) -> Found:
    """An objective nobody can observe."""
    for objective in course.objectives.values():
        if found := _VERB.search(plain(objective.text)):
            hit = Hit(objective.where, found[0], _("No one can see whether a student “%(verb)s”."), {"verb": found[0]})
            yield Owner(lesson=objective.lesson), hit


@course_rule("STUDY-TESTED", W, _("Teach it in a section that names it, and ask two questions on it."))
def study_tested(course: CourseView) -> Found:
    """A statement of the study that is not taught, or hardly tested; lessons not yet written are waited for."""
    lessons = {lesson.key: lesson for lesson in course.lessons}
    tested = Counter(key for quiz in course.quizzes for item in quiz.questions for key in set(item.spec.statements))
    for number, (key, listed) in enumerate(course.statements.items()):
        taught = [lessons[name] for name in listed if name in lessons]
        where: Where = ("statements", number)
        if not all(lesson.is_written for lesson in taught):
            continue
        if not any(key in lesson.statements for lesson in taught):
            yield Owner(statement=key), Hit(where, key, _("No lesson that lists %(key)s teaches it."), {"key": key})
        if tested[key] < at.STUDY_TESTED:
            details = {"key": key, "n": tested[key]}
            yield Owner(statement=key), Hit(where, key, _("%(key)s is tested by %(n)d questions."), details)


def _uses(course: CourseView) -> Iterator[tuple[Owner, Where, str]]:
    """Yield each use of a fact."""
    yield from course.more_facts
    for item in course.items:
        for number, key in enumerate(item.spec.facts):
            yield Owner(item=item.key, quiz=item.quiz), ("facts", number), key
    for lesson in course.lessons:
        for section in lesson.sections:
            for number, key in enumerate(section.facts):
                yield Owner(lesson=lesson.key), ("facts", section.key, number), key


@course_rule("FACT-UNKNOWN", E, _("Correct the id, or add the fact to facts.yaml."))
def fact_unknown(course: CourseView) -> Found:
    """A fact that the register does not hold."""
    for owner, where, key in _uses(course) if course.facts is not None else ():
        if key not in (course.facts or {}):
            yield owner, Hit(where, key, _("The register of facts does not hold “%(key)s”."), {"key": key})


@course_rule("FACT-UNVERIFIED", E, _("Find a source for it, or write around it."))
def fact_unverified(course: CourseView) -> Found:
    """A fact that nobody has verified is taught."""
    for owner, where, key in _uses(course):
        fact = (course.facts or {}).get(key)
        if fact and fact.confidence == "unverified":
            yield owner, Hit(where, key, _("“%(key)s” is not verified and may not be taught as a fact."), {"key": key})


@course_rule("CONTESTED-UNATTRIBUTED", E, _("Say in the sentence whose claim it is, or set a dispute box."))
def contested_unattributed(course: CourseView) -> Found:
    """A section teaches a contested claim without saying whose it is."""
    for lesson in course.lessons:
        for section in lesson.sections:
            for number, key in enumerate(section.facts):
                fact = (course.facts or {}).get(key)
                if fact and fact.confidence == "contested" and not _attributes(section, fact.sources):
                    reason = _("The section rests on the contested claim “%(key)s” and does not say whose it is.")
                    yield Owner(lesson=lesson.key), Hit(("facts", section.key, number), key, reason, {"key": key})


def _attributes(section: SectionView, sources: frozenset[str]) -> bool:
    """Say whether a section names who makes a claim: in a dispute box, or where it cites one of its sources."""
    if section.has_dispute:
        return True
    citing = [text for text, cited in section.paragraphs if not sources or cited & sources]
    return any(map(is_attributed, citing))
