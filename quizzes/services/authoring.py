"""Giving items their words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.models import Section
from courses.models.base import LIVE_OR_COMING
from courses.rendering.lessons import read_sections
from courses.services.drafts import standing
from courses.services.kept import renew_edition
from quizzes.domain.base import Level
from quizzes.domain.kinds import AnySpec
from quizzes.domain.specs import spec_hash
from quizzes.models import Item, ItemRevision

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def revise_item(*, item: Item, spec: AnySpec, editor: User | None, now: datetime) -> ItemRevision:
    """Give an item new wording or a new key; return its current revision.

    A revision on anybody's paper stays as it is and the next one is made, so every mark keeps the question it was given
    for. One never issued is simply rewritten. Equal content makes nothing new.
    """
    content_hash = spec_hash(spec)
    current = item.revisions.select_for_update().filter(is_current=True).order_by("pk").first()
    if current is not None and current.content_hash == content_hash:
        return current
    if current is None or current.is_issued:
        item.revisions.filter(is_current=True).update(is_current=False)
        current = ItemRevision(item=item, number=next_number(item))
    _write(current, spec, editor, now)
    return current


def give_words(new: Sequence[tuple[Item, AnySpec]], *, now: datetime) -> None:
    """Give items that were just made their first words, all together."""
    revisions = [ItemRevision(item=item, number=1) for item, _spec in new]
    for revision, (_item, spec) in zip(revisions, new, strict=True):
        _word(revision, spec, None, now)
    ItemRevision.objects.bulk_create(revisions)


def next_number(item: Item) -> int:
    """Return the number of an item's next revision."""
    last: int | None = item.revisions.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _write(revision: ItemRevision, spec: AnySpec, editor: User | None, now: datetime) -> None:
    _word(revision, spec, editor, now)
    revision.save()


def _word(revision: ItemRevision, spec: AnySpec, editor: User | None, now: datetime) -> None:
    revision.body = spec.model_dump(mode="json")
    revision.points, revision.content_hash, revision.rules = spec.points, spec_hash(spec), spec.rules
    revision.editor, revision.created_at = editor, now


@transaction.atomic
def draft_item(*, item: Item, spec: AnySpec, editor: User, now: datetime) -> ItemRevision:
    """Keep new words of an item as its draft, which no paper gets; return the revision that holds them.

    Words that are current already are a draft no more. Ask `missing_from` first: nothing may be missing.
    """
    draft = item.revisions.select_for_update().drafts().order_by("pk").first()
    current = item.revisions.current().first()
    if current is not None and current.content_hash == spec_hash(spec):
        if draft is not None:
            draft.delete()
        return current
    if draft is None:
        draft = ItemRevision(item=item, number=next_number(item), is_current=False, is_draft=True)
    elif draft.content_hash == spec_hash(spec):
        return draft
    _write(draft, spec, editor, now)
    return draft


@transaction.atomic
def edit_item(*, item: Item, spec: AnySpec, editor: User, now: datetime) -> ItemRevision:
    """Give an item new words by hand; return its current revision.

    What the words name comes along: objective, section and statements. The item remembers that it was edited here, so
    that a load does not overwrite it. Equal content changes nothing. Ask `missing_from` first: nothing may be missing.
    """
    before = item.revisions.current().first()
    if before is not None and before.content_hash == spec_hash(spec):
        return before
    place_item(item, spec, now=now)
    item.revisions.drafts().delete()  # left from a time when the course was published: these words take their place
    renew_edition(item.course_id)
    return revise_item(item=item, spec=spec, editor=editor, now=now)


def place_item(item: Item, spec: AnySpec, *, now: datetime) -> None:
    """Bring an item to what its words name: objective, section and statements. It counts as edited here."""
    section = _section_of(item, spec)
    if section is not None:
        item.section = section
    item.objective = item.course.objectives.get(key=spec.objective)
    item.edited_at = now
    item.save(update_fields=["objective", "section", "edited_at"])
    item.statements.set(item.course.statements.filter(key__in=spec.statements))


def missing_from(item: Item, spec: AnySpec) -> list[str]:
    """Return, in words, what a spec names that the item's course does not have, or may not be named so.

    What waits to be published is there: publishing asks again whether it comes along.
    """
    found = []
    course = item.course
    objective = course.objectives.filter(LIVE_OR_COMING, key=spec.objective).first()
    if objective is None:
        found.append(_unknown(_("objective"), spec.objective))
    elif list(Level).index(spec.level) > list(Level).index(Level(standing(objective).level)):
        words = _("The question is at a higher level than its objective (%(level)s).")
        found.append(words % {"level": objective.level})
    if _section_of(item, spec) is None and not _is_section_coming(item, spec):
        found.append(_unknown(_("section"), spec.section))
    if item.purpose == Item.Purpose.CHECK and not spec.is_scored:
        found.append(_("A check in the text keeps no answers, so it is of a kind that is marked."))
    if item.purpose == Item.Purpose.RESERVED and not spec.is_scored:
        found.append(_("An exam draws only questions that are marked, so it is of a kind that is."))
    figures = (spec.figure,) if spec.figure else ()
    maps = (spec.map_key,) if spec.map_key else ()
    for word, rows, keys in (
        (_("source"), course.sources, spec.sources),
        (_("statement"), course.statements, spec.statements),
        (_("figure"), course.figures, figures),
        (_("map"), course.maps, maps),
        (_("question"), course.items, spec.enemies),
    ):
        live = set(rows.filter(LIVE_OR_COMING, key__in=keys).values_list("key", flat=True))
        found += [_unknown(word, key) for key in keys if key not in live]
    for chart in course.maps.filter(key=spec.map_key).defer("outlines", "path"):
        words = _("The place “%(key)s” is not on the map: write [degrees east, degrees north].")
        found += [words % {"key": key} for key in spec.places_off(chart.region.holds)]
    return found


def _section_of(item: Item, spec: AnySpec) -> Section | None:
    """Return the section a spec names: by its key alone, that of the quiz's own lesson."""
    lesson, key = place_of(item, spec)
    sections = Section.objects.current().filter(lesson__course=item.course_id, lesson__key=lesson, key=key)
    return sections.first()


def place_of(item: Item, spec: AnySpec) -> tuple[str, str]:
    """Return the keys of the lesson and of the section that words name; a section by itself is in the quiz's lesson."""
    lesson, hash_, key = spec.section.rpartition("#")
    return (lesson if hash_ else item.quiz.lesson.key if item.quiz.lesson else ""), key


def _is_section_coming(item: Item, spec: AnySpec) -> bool:
    """Say whether the draft of a lesson has the section a spec names."""
    lesson, key = place_of(item, spec)
    for row in item.course.lessons.filter(key=lesson, draft__has_key="body"):
        if key in {section.key for section in read_sections(row.draft["body"]["value"])[0]}:
            return True
    return False


def _unknown(what: str, key: str) -> str:
    return _("There is no %(what)s “%(key)s”.") % {"what": what, "key": key}
