"""The history of a question's words: its revisions, and what was written over before anyone met it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS
from django.utils.safestring import SafeString
from reversion.models import Version

from courses.content.dump import dump_yaml
from courses.rendering.differences import marked
from courses.services.history import fields_in
from quizzes.domain.kinds import AnySpec
from quizzes.models import Item, ItemRevision

REVISIONS = 20
"""Revisions on one page."""
_MOST_STATES = 200


@dataclass(frozen=True)
class State:
    """Words that were written over: they were on no paper."""

    version: int
    who: Any
    when: datetime
    difference: SafeString


@dataclass(frozen=True)
class Words:
    """A revision, with its difference from the one before."""

    pk: int
    number: int
    who: Any
    when: datetime
    is_current: bool
    difference: SafeString
    earlier: list[State]


def spec_text(spec: AnySpec) -> str:
    """Return an item as its author would write it."""
    return dump_yaml({"key": spec.key, "kind": spec.kind, **spec.model_dump(mode="python", exclude_defaults=True)})


def words_of(item: Item, *, before: int | None = None) -> tuple[list[Words], int | None]:
    """Return a page of an item's revisions, newest first, and the number before which the next page begins."""
    rows = item.revisions.select_related("editor__name_order").order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    revisions = list(rows[: REVISIONS + 1])
    shown = revisions[:REVISIONS]
    states = _states_of(shown)
    words = [
        _words(revision, previous, states.get(str(revision.pk), ()))
        for revision, previous in zip(shown, [*revisions[1:], None], strict=False)
    ]
    return words, shown[-1].number if len(revisions) > REVISIONS else None


def _words(revision: ItemRevision, previous: ItemRevision | None, states: Iterable[Any]) -> Words:
    text = body_text(revision.body)
    earlier = []
    for state in states:
        body = fields_in(state.serialized_data)["body"]
        if body != revision.body:
            who, when = state.revision.user, state.revision.date_created
            earlier.append(State(state.pk, who, when, marked(body_text(body), text)))
    difference = marked(body_text(previous.body) if previous is not None else text, text)
    return Words(
        revision.pk, revision.number, revision.editor, revision.created_at, revision.is_current, difference, earlier
    )


def _states_of(revisions: Sequence[ItemRevision]) -> dict[str, list[Any]]:
    """Return what the history holds of each revision, newest first: one query for all."""
    found: dict[str, list[Any]] = {}
    states = Version.objects.filter(
        db=DEFAULT_DB_ALIAS,
        content_type=ContentType.objects.get_for_model(ItemRevision),
        object_id__in=[str(revision.pk) for revision in revisions],
    )
    for state in states.select_related("revision__user__name_order").order_by("-revision_id")[:_MOST_STATES]:
        found.setdefault(state.object_id, []).append(state)
    return found


def body_text(body: dict[str, Any]) -> str:
    """Return a stored body as lines, which are compared; it need not be one that could still be written.

    Fields are sorted: PostgreSQL does not keep their order, and the history does.
    """
    return str(yaml.safe_dump(body, allow_unicode=True, sort_keys=True, width=100))
