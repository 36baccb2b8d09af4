"""Searching a course: what is found, grouped by what it is, and what a misspelt word was taken for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.models import Course, SearchEntry
from courses.models.search import SearchEntryQuerySet
from courses.rendering.query import Known, Query, Word, corrected, excerpt, marked, parse_query, times_met

OF_EACH_KIND, FEW, CLOSEST = 6, 3, 10
_LIKE_A_NUMBER = 10
"""How many places are taken to hold a number: the words of a course that are kept are without them."""
_MOST = 0.5
"""How much a place holds at least that is shown where none holds all; the rarer a word, the more it counts."""


@dataclass(frozen=True)
class Found:
    """What a search found, and what it looked for in the end: where that is corrected, not what was typed."""

    query: Query
    entries: SearchEntryQuerySet
    is_corrected: bool = False
    meant: Query | None = None
    """What may have been meant, where what was typed is found but hardly anywhere."""
    is_partial: bool = False
    """Whether no place holds everything, and those are shown that hold most of it."""


@dataclass(frozen=True)
class Example:
    """Something that can be searched for, and what it shows about searching."""

    words: str
    what: str
    language: str

    @property
    def shown(self) -> SafeString:
        """Return the words, marked where they are in another language than the course."""
        return marked(self.words, Query(()), language=self.language)


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
    """Find what holds every word typed; where nothing does, the words most like them, or most of the words."""
    query = parse_query(typed, course.language)
    entries = SearchEntry.objects.filter(course=course).select_related("course")
    if not query:
        return Found(query, entries.none())
    found = entries.holding(query)
    count = found.count()
    if count >= FEW:
        return Found(query, _of_kind(found, kind))
    known = _known(course)
    better = corrected(query, known)
    is_other = better.is_whole and better.query != query
    if count:
        return Found(query, _of_kind(found, kind), meant=better.query if is_other else None)
    if is_other and (right := entries.holding(better.query)).exists():
        return Found(better.query, _of_kind(right, kind), is_corrected=True)
    closest = entries.holding_most(better.query, _weights(course, better.query, known), _MOST)
    return Found(better.query, _of_kind(closest, kind), is_partial=True)


def groups_meant(found: Found, course: Course) -> list[Group]:
    """Return the first results of each kind for what may have been meant, in one query; none where nothing may."""
    if found.meant is None:
        return []
    entries = SearchEntry.objects.filter(course=course).select_related("course").holding(found.meant)
    return groups_of(Found(found.meant, entries))


def _known(course: Course) -> dict[str, Known]:
    words = course.search_words.values_list("word", "spelling", "count")
    return {word: Known(spelling, count) for word, spelling, count in words}


def _weights(course: Course, query: Query, known: Mapping[str, Known]) -> list[float]:
    """Return how much each word tells places apart: the rarer, the more; nothing where the course lacks it."""
    places = course.search_entries.count()
    met = [min(_count(word, part, known) for part in word.parts) for word in query.words]
    return [math.log(1 + places / count) if count else 0.0 for count in met]


def _count(word: Word, part: str, known: Mapping[str, Known]) -> int:
    return _LIKE_A_NUMBER if part.isdigit() else times_met(word, part, known)


def groups_of(found: Found) -> list[Group]:
    """Return the first results of each kind, in one query; of places that hold only most of the words, the closest."""
    if found.is_partial:
        closest = results_of(list(found.entries[:CLOSEST]), found.query)
        return [Group("closest", _("closest places"), closest, len(closest))] if closest else []
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


def examples_of(course: Course) -> list[Example]:
    """Return what can be searched for in a course, from its own lists, in three queries."""
    used = Count("lessons")
    term = course.terms.filter(is_retired=False).alias(used=used).order_by("-used", "key").first()
    named = course.people.filter(is_retired=False).exclude(names={})
    person = named.alias(used=used).order_by("-used", "key").first()
    event = course.events.filter(is_retired=False, date__regex=r"^\d{4}-\d{2}-\d{2}$").order_by("starts_on").first()
    found = [
        Example(term.term, _("a term"), course.language) if term else None,
        Example(min(person.names.items())[1], _("a name, in any language"), course.language) if person else None,
        Example(event.date, _("a date, also as texts write it"), course.language) if event else None,
        Example(f"“{term.term}”", _("words that stand together"), course.language)
        if term and " " in term.term
        else None,
    ]
    return [example for example in found if example is not None]


def _of_kind(entries: SearchEntryQuerySet, kind: str) -> SearchEntryQuerySet:
    return entries.filter(kind=kind) if kind else entries
