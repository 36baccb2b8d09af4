"""Searching a course: what is found, grouped by what it is, and what a misspelt word was taken for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.safestring import SafeString

from courses.models import Course, SearchEntry
from courses.models.search import SearchEntryQuerySet
from courses.rendering.query import Known, Query, corrected, excerpt, marked, parse_query

OF_EACH_KIND, FEW = 6, 3


@dataclass(frozen=True)
class Found:
    """What a search found, and what it looked for in the end: where that is corrected, not what was typed."""

    query: Query
    entries: SearchEntryQuerySet
    is_corrected: bool = False
    meant: Query | None = None
    """What may have been meant, where what was typed is found but hardly anywhere."""


@dataclass(frozen=True)
class Result:
    """One entry, with the excerpt that shows why it was found."""

    entry: SearchEntry
    title: SafeString
    excerpt: SafeString


@dataclass(frozen=True)
class Group:
    """The first results of a kind, and how many there are in all."""

    kind: str
    name: str
    results: Sequence[Result]
    count: int


def search(course: Course, typed: str, kind: str = "") -> Found:
    """Find what holds every word typed; when nothing of the course does, what holds the words most like them."""
    query = parse_query(typed, course.language)
    entries = SearchEntry.objects.filter(course=course).select_related("course")
    if not query:
        return Found(query, entries.none())
    found = entries.holding(query)
    count = found.count()
    better = _better(course, query) if count < FEW else None
    if better is not None and not count:
        return Found(better, _of_kind(entries.holding(better), kind), is_corrected=True)
    return Found(query, _of_kind(found, kind), meant=better)


def groups_meant(found: Found, course: Course) -> list[Group]:
    """Return the first results of each kind for what may have been meant, in one query; none where nothing may."""
    if found.meant is None:
        return []
    entries = SearchEntry.objects.filter(course=course).select_related("course").holding(found.meant)
    return groups_of(Found(found.meant, entries))


def _better(course: Course, query: Query) -> Query | None:
    words = course.search_words.values_list("word", "spelling", "count")
    return corrected(query, {word: Known(spelling, count) for word, spelling, count in words})


def groups_of(found: Found) -> list[Group]:
    """Return the first results of each kind, in one query."""
    entries = found.entries.first_of_each_kind(OF_EACH_KIND) if found.query else ()
    groups = []
    for kind, members in groupby(entries, key=lambda entry: entry.kind):
        first = list(members)
        name = SearchEntry.Kind(kind).label
        count = first[0].kind_count  # type: ignore[attr-defined]  # annotated
        groups.append(Group(kind, str(name), results_of(first, found.query), count))
    return groups


def results_of(entries: Sequence[SearchEntry], query: Query) -> list[Result]:
    """Return entries with their excerpts."""
    return [
        Result(
            entry,
            marked(entry.title, query, language=entry.course.language),
            excerpt(entry.text, query, language=entry.course.language),
        )
        for entry in entries
    ]


def _of_kind(entries: SearchEntryQuerySet, kind: str) -> SearchEntryQuerySet:
    return entries.filter(kind=kind) if kind else entries
