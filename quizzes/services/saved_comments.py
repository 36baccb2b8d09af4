"""Comments that a grader keeps for use again, each for one question or for the whole course."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Q

from quizzes.errors import TooManyComments
from quizzes.models import Item, SavedComment

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 30
"""Comments a grader may keep for one question, and again for the whole course."""


def comments_at(item: Item, *, owner: User) -> list[SavedComment]:
    """Return a grader's comments for a question, then those for its whole course, the oldest first."""
    rows = SavedComment.objects.filter(Q(item=item) | Q(item=None), owner=owner, course=item.course_id)
    return list(rows.order_by(F("item").asc(nulls_last=True), "pk"))


def keep_comment(item: Item, text: str, *, owner: User, is_for_course: bool, now: datetime) -> SavedComment | None:
    """Keep a comment; one that is there already is not kept twice, and an empty one not at all (then None).

    Raises TooManyComments.
    """
    words = text.strip()[:2_000]
    if not words:
        return None
    whose = {"owner": owner, "course_id": item.course_id, "item": None if is_for_course else item}
    rows = SavedComment.objects.filter(**whose)
    if (there := rows.filter(text=words).first()) is not None:
        return there
    if rows.count() >= MOST:
        raise TooManyComments(most=MOST)
    return SavedComment.objects.create(**whose, text=words, made_at=now)


def forget_comment(pk: int, *, owner: User) -> None:
    """Delete one of a grader's comments; grades that have its words keep them."""
    SavedComment.objects.filter(pk=pk, owner=owner).delete()
