"""Giving items their words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Section
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
    latest = item.revisions.select_for_update().order_by("-number").first()
    if latest is not None and latest.content_hash == content_hash:
        return latest
    if latest is None or latest.is_issued:
        item.revisions.filter(is_current=True).update(is_current=False)
        latest = ItemRevision(item=item, number=latest.number + 1 if latest else 1)
    latest.body = spec.model_dump(mode="json")
    latest.points, latest.content_hash, latest.rules = spec.points, content_hash, spec.rules
    latest.editor, latest.created_at = editor, now
    latest.save()
    return latest


@transaction.atomic
def edit_item(*, item: Item, spec: AnySpec, editor: User, now: datetime) -> ItemRevision:
    """Give an item new words by hand; return its current revision.

    What the words name comes along: objective, section and statements. The item remembers that it was edited here, so
    that a load does not overwrite it. Equal content changes nothing. Ask `missing_from` first: nothing may be missing.
    """
    before = item.revisions.current().first()
    if before is not None and before.content_hash == spec_hash(spec):
        return before
    section = _section_of(item, spec)
    if section is not None:
        item.section = section
    item.objective = item.course.objectives.get(key=spec.objective)
    item.edited_at = now
    item.save(update_fields=["objective", "section", "edited_at"])
    item.statements.set(item.course.statements.filter(key__in=spec.statements))
    return revise_item(item=item, spec=spec, editor=editor, now=now)


def missing_from(item: Item, spec: AnySpec) -> list[str]:
    """Return, in words, what a spec names that the item's course does not have, or may not be named so."""
    found = []
    course = item.course
    objective = course.objectives.filter(key=spec.objective, is_retired=False).first()
    if objective is None:
        found.append(_unknown(_("objective"), spec.objective))
    elif list(Level).index(spec.level) > list(Level).index(Level(objective.level)):
        words = _("The question is at a higher level than its objective (%(level)s).")
        found.append(words % {"level": objective.level})
    if _section_of(item, spec) is None:
        found.append(_unknown(_("section"), spec.section))
    if item.purpose == Item.Purpose.CHECK and not spec.is_scored:
        found.append(_("A check in the text keeps no answers, so it is of a kind that is marked."))
    figures = (spec.figure,) if spec.figure else ()
    maps = (spec.map_key,) if spec.map_key else ()
    for word, rows, keys in (
        (_("source"), course.sources, spec.sources),
        (_("statement"), course.statements, spec.statements),
        (_("figure"), course.figures, figures),
        (_("map"), course.maps, maps),
        (_("question"), course.items, spec.enemies),
    ):
        live = set(rows.filter(key__in=keys, is_retired=False).values_list("key", flat=True))
        found += [_unknown(word, key) for key in keys if key not in live]
    for chart in course.maps.filter(key=spec.map_key).defer("outlines", "path"):
        words = _("The place “%(key)s” is not on the map: write [degrees east, degrees north].")
        found += [words % {"key": key} for key in spec.places_off(chart.region.holds)]
    return found


def _section_of(item: Item, spec: AnySpec) -> Section | None:
    """Return the section a spec names: by its key alone, that of the quiz's own lesson."""
    lesson, hash_, key = spec.section.rpartition("#")
    if not hash_:
        lesson = item.quiz.lesson.key if item.quiz.lesson else ""
    sections = Section.objects.current().filter(lesson__course=item.course_id, lesson__key=lesson, key=key)
    return sections.first()


def _unknown(what: str, key: str) -> str:
    return _("There is no %(what)s “%(key)s”.") % {"what": what, "key": key}
