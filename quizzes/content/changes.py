"""What a load changes for work already done: right answers, pass marks and keys, and whom that touches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.content.problems import Problems
from courses.content.renames import Rename, notes_on_renames, rename_row
from courses.models import Course, Lesson, Section
from quizzes.domain.base import Answer, InvalidAnswer
from quizzes.domain.kinds import AnySpec
from quizzes.models import Attempt, Item, ItemResponse, ItemRevision, Quiz


def note_on_key(item: Item, before: AnySpec, after: AnySpec) -> str:
    """Say that the right answer of an item changed and how many results were marked by another; else nothing.

    Compared are the answers that earn everything, and what each answer given so far earns under either wording.
    """
    marked = ItemResponse.objects.filter(
        revision__item=item, attempt__state=Attempt.State.SUBMITTED, answer__isnull=False
    ).select_related("revision")
    if not any(_is_other_key(before, after, response.answer) for response in marked):
        return ""
    count = sum(_is_other_key(response.revision.spec, after, response.answer) for response in marked)
    words = ngettext(
        "%(item)s: the right answer changed, and %(n)d result was marked by the old one. It stays until you regrade "
        "the question: open a result and choose “Regrade this question”",
        "%(item)s: the right answer changed, and %(n)d results were marked by the old one. They stay until you regrade "
        "the question: open a result and choose “Regrade this question”",
        count,
    )
    return words % {"item": item.key, "n": count} if count else ""


def note_on_pass_mark(quiz: Quiz, before: int) -> str:
    """Say how many results turn from not passed to passed, or back, by a new pass mark; nothing where none does."""
    submitted = Attempt.objects.filter(quiz=quiz, state=Attempt.State.SUBMITTED, score__isnull=False, max_score__gt=0)
    turned = sum(
        (100 * score >= before * most) != (100 * score >= quiz.pass_percent * most)
        for score, most in submitted.values_list("score", "max_score")
        if score is not None
    )
    if not turned:
        return ""
    words = ngettext(
        "%(quiz)s: the pass mark moved from %(before)d%% to %(after)d%%; %(n)d result changes between passed and not",
        "%(quiz)s: the pass mark moved from %(before)d%% to %(after)d%%; %(n)d results change between passed and not",
        turned,
    )
    return words % {"quiz": quiz.key, "before": before, "after": quiz.pass_percent, "n": turned}


def notes_on_quizzes(gone: Sequence[Quiz], added: Sequence[Quiz]) -> list[str]:
    """Return a note for each quiz that may only have another key now."""

    def students(key: str) -> int:
        quiz = next(row for row in gone if row.key == key)
        return Attempt.objects.filter(quiz=quiz).values("student").distinct().count()

    texts = [{quiz.key: f"{quiz.title}\n{quiz.intro}" for quiz in quizzes} for quizzes in (gone, added)]
    return notes_on_renames("quiz", _("quiz"), texts[0], texts[1], students)


def notes_on_items(gone: Sequence[Item], added: Sequence[Item]) -> list[str]:
    """Return a note for each question that may only have another key now."""
    if not gone or not added:
        return []
    current = ItemRevision.objects.current().filter(item__in=[*gone, *added]).select_related("item")
    texts = {revision.item.key: _wording(revision) for revision in current}

    def students(key: str) -> int:
        item = next(row for row in gone if row.key == key)
        responses = ItemResponse.objects.filter(revision__item=item)
        return responses.values("attempt__student").distinct().count()

    old, new = ({item.key: texts[item.key] for item in items if item.key in texts} for items in (gone, added))
    return notes_on_renames("question", _("question"), old, new, students)


def _wording(revision: ItemRevision) -> str:
    body = {name: value for name, value in revision.body.items() if name != "key"}
    return f"{body.pop('stem', '')} {json.dumps(body, ensure_ascii=False, sort_keys=True)}"


def apply_renames(renames: Sequence[Rename], *, course: str, problems: Problems) -> None:
    """Carry out renames before a load; note each that finds nothing to rename. The course's own comes first."""
    for rename in sorted(renames, key=lambda each: each.what != "course"):
        rows: Any = Course.objects.all()
        old = rename.old
        if rename.what == "section":
            lesson, _hash, old = rename.old.rpartition("#")
            rows = Section.objects.filter(lesson__course__key=course, lesson__key=lesson)
        elif rename.what != "course":
            rows = _RENAMED[rename.what].objects.filter(course__key=course)
        if not rename_row(rows, old, rename.new):
            reason = _("There is no %(what)s “%(key)s” to rename.") % {"what": rename.what, "key": rename.old}
            suggestion = _("Nothing was ever loaded under this key, or it is renamed already; take the option out.")
            problems.add_at("course.yaml", 1, reason, suggestion)


_RENAMED: dict[str, Any] = {"lesson": Lesson, "quiz": Quiz, "question": Item}
RENAMED = ("course", "lesson", "section", "quiz", "question")
"""What may be renamed: whatever students' work hangs on."""


def _is_other_key(before: AnySpec, after: AnySpec, answer: Answer) -> bool:
    """Say whether two wordings have other right answers, or judge an answer that both know in other ways.

    Options with other names, and options put in other words, are the same right answer.
    """
    if not (before.is_machine_marked and after.is_machine_marked):
        return False
    if before.kind != after.kind:
        return True
    old, new = before.right_answer(), after.right_answer()
    if old != new and before.describe(old) != after.describe(new):
        return True
    try:
        return before.share_of(before.clean(answer)) != after.share_of(after.clean(answer))
    except InvalidAnswer:
        return False
