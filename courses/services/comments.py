"""Comments and suggestions on rows of a course: leaving one, and answering it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction

from courses.errors import AnsweredAlready, NothingSaid
from courses.models import Comment, Course

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_State = Comment.State


@dataclass(frozen=True)
class Suggested:
    """Another text for a field of a row, and the one it was made for."""

    field: str
    base: str
    text: str


def comment_on(
    *, row: models.Model, course: Course, author: User, text: str, now: datetime, suggested: Suggested | None = None
) -> Comment:
    """Leave a comment on a row of a course, or suggest another text for one of its fields.

    Raises NothingSaid for a comment without words, and for a suggestion of the text there is.
    """
    if not text.strip() if suggested is None else suggested.text == suggested.base:
        raise NothingSaid
    values = {"subject_type": row._meta.label_lower, "subject_id": row.pk}  # noqa: SLF001 (Django's documented accessor)
    if suggested is not None:
        values |= {"field": suggested.field, "base": suggested.base, "suggested": suggested.text}
    return Comment.objects.create(course=course, author=author, text=text.strip(), made_at=now, **values)


@transaction.atomic
def answer_comment(*, comment: Comment, actor: User, state: str, answer: str, now: datetime) -> Comment:
    """Close a comment, or accept or decline a suggestion, with a word. Raises AnsweredAlready."""
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if locked.state != _State.OPEN:
        raise AnsweredAlready
    locked.state, locked.answer = state, answer.strip()
    locked.answered_by, locked.answered_at = actor, now
    locked.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    return locked
