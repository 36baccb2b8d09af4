"""Publishing: changes that waited in drafts are put in force together, now or at a set time, and can be undone."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, transaction

from courses.models import Cohort, Course, Deed, Publication
from courses.services import drafts
from courses.services.audit import record
from courses.services.content import rerender
from courses.services.drafts import Change
from courses.services.kept import keeping_nothing
from courses.services.sections import carry_moves
from courses.services.taking_back import record_of
from quizzes.errors import DraftsMoved, NothingToPublish
from quizzes.models import Item, ItemRevision, Quiz, Regrade
from quizzes.services.authoring import next_number, place_item
from quizzes.services.clock import Refreshed, Shortening, Shorter, WouldShorten, refresh_quiz
from quizzes.services.regrading import Preview, make_regrade

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)
STATES = Publication.State


@dataclass(frozen=True)
class Order:
    """What is to be published and why: the changes chosen by key, each with the mark of what was read."""

    course: Course
    by: User
    seen: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True)
class WantedRegrade:
    """A regrade that goes with new words: which results it reaches (None: all), and the preview that was confirmed."""

    regrade: Regrade
    cohorts: Sequence[Cohort] | None
    expected: str


@dataclass(frozen=True)
class Published:
    """What publishing did: the row that remembers it, deadlines that moved, and regrades."""

    publication: Publication
    refreshed: Refreshed = field(default_factory=Refreshed)
    regrades: Sequence[Preview] = ()


def changes_of(course: Course) -> list[Change]:
    """Return every change of a course that waits to be published: of rows, and new words of questions."""
    words = list(
        ItemRevision.objects.drafts()
        .filter(item__course=course)
        .select_related("item__quiz__lesson", "editor")
        .order_by("item__quiz__key", "item__position")
    )
    current = ItemRevision.objects.current().filter(item__in=[draft.item_id for draft in words])
    before = {revision.item_id: revision for revision in current}
    return [*drafts.changes_of(course), *(_change_of_words(draft, before.get(draft.item_id)) for draft in words)]


def _change_of_words(draft: ItemRevision, before: ItemRevision | None) -> Change:
    is_moved = before is not None and before.created_at > draft.created_at
    fields = {"body": (before.body if before else None, draft.body)}
    moved = frozenset({"body"} if is_moved else ())
    return Change(draft, fields, draft.editor, draft.created_at, before is None, moved)


@transaction.atomic
def publish(
    order: Order,
    *,
    now: datetime,
    shorter: Shorter = Shorter.ASK,
    regrades: Sequence[WantedRegrade] = (),
    scheduled: Publication | None = None,
) -> Published:
    """Put the changes chosen in force, all or nothing, and remember what every field was before.

    Texts are rendered again, deadlines of open attempts moved, and results regraded as confirmed. `scheduled` is the
    row that waited for this moment. Raises NothingToPublish; DraftsMoved where a change is not what was read;
    WouldShorten where `shorter` says to ask; MarksMoved and ReasonNeeded as regrades do. Then nothing is changed.
    """
    course = Course.objects.select_for_update().get(pk=order.course.pk)
    chosen = _chosen(course, order.seen)
    records = [_record(change) for change in chosen]
    refreshed = put_in_force(course, chosen, by=order.by, now=now, shorter=shorter)
    publication = scheduled or Publication(course=course, by=order.by, made_at=now, note=order.note)
    publication.state, publication.published_at, publication.changes = STATES.DONE, now, records
    publication.save()
    record(order.by, Deed.CHANGES_PUBLISHED, publication, at=now, course=course, rows=[each.key for each in chosen])
    done = [
        make_regrade(regrade=each.regrade, now=now, expected=each.expected, cohorts=each.cohorts) for each in regrades
    ]
    if regrades:
        _note_regrades(publication, regrades)
    return Published(publication, refreshed, done)


def put_in_force(course: Course, changes: Sequence[Change], *, by: User, now: datetime, shorter: Shorter) -> Refreshed:
    """Put changes into what readers see, render it, and let moved windows take effect. Call it in a transaction."""
    rows = [change for change in changes if not isinstance(change.row, ItemRevision)]
    moved = _moved_quizzes(rows)
    drafts.apply(rows, now=now)
    for change in rows:
        if "moved_sections" in change.fields:
            carry_moves(change.row, editor=by, now=now)
    rerender(course, [change.row for change in rows])
    for change in changes:
        if isinstance(change.row, ItemRevision):
            _publish_words(change.row, now=now)
    return refresh_moved(moved, by=by, now=now, shorter=shorter)


@contextmanager
def rehearsed(course: Course, changes: Sequence[Change], *, by: User, now: datetime) -> Iterator[None]:
    """Let a course stand for a while as if these changes were published; nothing of it stays."""
    with transaction.atomic(), keeping_nothing():
        try:
            put_in_force(course, changes, by=by, now=now, shorter=Shorter.KEEP)
            yield
        finally:
            transaction.set_rollback(True)


@transaction.atomic
def discard(change: Change) -> None:
    """Throw a change away, with the words and the row of a question that was never published."""
    if isinstance(change.row, ItemRevision):
        change.row.delete()
        return
    if isinstance(change.row, Item) and change.is_new:
        change.row.revisions.drafts().delete()
    drafts.discard(change)


def schedule(order: Order, *, at: datetime, now: datetime) -> Publication:
    """Let changes be published at a set time, exactly as they were read. Raises as `publish` does."""
    chosen = _chosen(order.course, order.seen)
    waits = [{"row": change.key, "name": str(change.row)[:200], "seen": change.seen} for change in chosen]
    return Publication.objects.create(
        course=order.course,
        by=order.by,
        note=order.note,
        made_at=now,
        scheduled_for=at,
        state=STATES.SCHEDULED,
        changes=waits,
    )


@transaction.atomic
def cancel(publication: Publication) -> bool:
    """Cancel a publication that still waits; say whether it did."""
    waiting = Publication.objects.filter(pk=publication.pk, state__in=[STATES.SCHEDULED, STATES.HELD])
    return bool(waiting.update(state=STATES.CANCELLED))


def publish_due(*, now: datetime) -> int:
    """Publish what was scheduled for a moment that has come, each in its own transaction; return how many were done.

    Safe to repeat, and to be killed at any moment: a publication is done as a whole or still waits. One whose changes
    are not what was scheduled, or whose author owns the course no longer, is held back, and does not hold up others.
    """
    due = list(Publication.objects.due().filter(scheduled_for__lte=now).values_list("pk", flat=True))
    return sum(_publish_scheduled(pk, now) for pk in due)


def _publish_scheduled(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            waiting = Publication.objects.select_for_update(of=("self",)).select_related("course", "by")
            publication = waiting.filter(pk=pk, state=STATES.SCHEDULED).first()
            if publication is None:
                return False
            if not _may_publish(publication):
                return _hold(pk, Publication.Obstacle.ROLE)
            seen = {each["row"]: each["seen"] for each in publication.changes}
            order = Order(publication.course, publication.by, seen)
            publish(order, now=now, shorter=Shorter.KEEP, scheduled=publication)
    except (InterfaceError, OperationalError):  # the database is away: the next round tries again
        raise
    except DraftsMoved:
        return _hold(pk, Publication.Obstacle.EDITED)
    except Exception:
        logger.exception("Publication %s could not be published.", pk)
        return _hold(pk, Publication.Obstacle.FAILED)
    return True


def _may_publish(publication: Publication) -> bool:
    by = publication.by
    return by.is_active and Course.objects.owned_by(by).filter(pk=publication.course_id).exists()


def _hold(pk: int, obstacle: Publication.Obstacle) -> bool:
    Publication.objects.filter(pk=pk, state=STATES.SCHEDULED).update(state=STATES.HELD, obstacle=obstacle)
    return False


def _chosen(course: Course, seen: Mapping[str, str]) -> list[Change]:
    if not seen:
        raise NothingToPublish
    found = {change.key: change for change in changes_of(course)}
    if any(key not in found or found[key].seen != mark for key, mark in seen.items()):
        raise DraftsMoved
    return [change for key, change in found.items() if key in seen]


def _record(change: Change) -> dict[str, Any]:
    """Return what is remembered of a change; of words, which revision they are and which were current before."""
    record = record_of(change)
    if isinstance(change.row, ItemRevision):
        before = ItemRevision.objects.current().filter(item=change.row.item_id).first()
        record["fields"] = {}
        record["words"] = {
            "item": change.row.item_id,
            "before": before.pk if before else None,
            "after": change.row.pk,
            "hash": change.row.content_hash,
        }
    return record


def _note_regrades(publication: Publication, regrades: Sequence[WantedRegrade]) -> None:
    by_item = {each.regrade.revision.item_id: each.regrade.pk for each in regrades}
    for change in publication.changes:
        made = by_item.get(change.get("words", {}).get("item"))
        if made:
            change["regrade"] = made
    publication.save(update_fields=["changes"])


def _publish_words(draft: ItemRevision, *, now: datetime) -> None:
    """Make a draft the words that new papers get; papers that hold others keep those."""
    item, last = draft.item, next_number(draft.item) - 1
    item.revisions.filter(is_current=True).update(is_current=False)
    draft.number = draft.number if draft.number == last else last + 1
    draft.is_draft, draft.is_current = False, True
    draft.save(update_fields=["number", "is_draft", "is_current"])
    place_item(item, draft.spec, now=now)


def clock_of(quiz: Quiz) -> tuple[object, ...]:
    """Return what decides when an attempt ends."""
    return (quiz.window, quiz.overdue, quiz.grace_minutes)


def _moved_quizzes(changes: Iterable[Change]) -> list[tuple[Quiz, Quiz]]:
    """Return the quizzes among changed rows, each as it is before beside the row that will be changed."""
    return [(copy(change.row), change.row) for change in changes if isinstance(change.row, Quiz)]


def refresh_moved(quizzes: Iterable[tuple[Quiz, Quiz]], *, by: User, now: datetime, shorter: Shorter) -> Refreshed:
    """Let changed windows of quizzes take effect in open attempts; asks for all of them at once."""
    done, cut = Refreshed(), list[Shortening]()
    for was, quiz in quizzes:
        quiz.forget_read()
        if clock_of(was) == clock_of(quiz):
            continue
        try:
            each = refresh_quiz(quiz, now=now, actor=by, shorter=shorter, was=was)
        except WouldShorten as found:
            cut += found.shortenings
        else:
            done = Refreshed(done.extended + each.extended, done.shortened + each.shortened, done.kept + each.kept)
    if cut:
        raise WouldShorten(cut)
    return done
