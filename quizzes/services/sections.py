"""Questions go along when the section that answers them gets another key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from courses.models import Section
from courses.services.history import Edit, last_recorded, values_of
from courses.services.sections import FOLLOWERS
from quizzes.domain.kinds import read_spec
from quizzes.domain.specs import spec_hash
from quizzes.models import Item, ItemRevision

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class QuestionsFollow:
    """Items, by the section that answers each."""

    def names_at(self, sections: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """Return the keys of the live items that each section answers."""
        found: dict[int, list[str]] = {}
        rows = Item.objects.current().filter(section__in=sections)
        for section, key in rows.values_list("section", "key"):
            found.setdefault(section, []).append(key)
        return found

    def follow(self, old: Section, new: Section, *, editor: User, now: datetime) -> Iterable[Edit]:  # noqa: ARG002
        """Let items and their current words name the new section.

        Where an answer is taught is no part of what is asked or of how it is marked, so a revision on a paper is told
        too, and stays the same revision.
        """
        items = list(Item.objects.filter(section=old.pk).values_list("pk", flat=True))
        Item.objects.filter(pk__in=items).update(section=new.pk, edited_at=now)
        revisions = list(ItemRevision.objects.current().filter(item__in=items))
        known = last_recorded(ItemRevision, [revision.pk for revision in revisions])
        edits = []
        for revision in revisions:
            before = values_of(revision)
            lesson, hash_, _key = str(revision.body["section"]).rpartition("#")
            revision.body = {**revision.body, "section": f"{lesson}{hash_}{new.key}"}
            revision.content_hash = spec_hash(read_spec(revision.body, rules=revision.rules))
            edits.append(Edit(revision, before, values_of(revision), known.get(revision.pk)))
        ItemRevision.objects.bulk_update(revisions, ["body", "content_hash"], batch_size=200)
        return edits


FOLLOWERS.append(QuestionsFollow())
