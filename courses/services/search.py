"""The index of a course's search, brought to what its rows say now: after each load and each edit in the admin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction

from courses.models import Course, GlossaryTerm, Lesson, Person, SearchEntry, SearchWord, Section
from courses.rendering.folding import fold
from courses.rendering.plain import blocks_of, plain_text
from courses.rendering.query import words_for
from courses.rendering.references import spell_date

_KINDS = [value for value, _label in SearchEntry.Kind.choices]
_WORD = re.compile(r"[^\W\d_]{3,60}")  # no numbers: one is not meant for another
_FIELDS = ["kind", "kind_order", "title", "text", "title_words", "words", "position"]
_BATCH = 400
_LISTS = {"event": "timeline", "term": "glossary", "person": "people", "source": "sources"}
"""What a course's lists are called in its addresses, by the kind of place a search finds in them."""


@dataclass(frozen=True)
class Place:
    """Somewhere a search may lead. `heading` is what of the title it is found by."""

    kind: str
    path: str
    title: str
    heading: str
    text: str


@transaction.atomic
def index_course(course: Course) -> None:
    """Bring the index to what the course's rows say; what has not changed is not written."""
    places = [*_terms(course), *_people(course), *_lessons(course), *_events(course), *_sources(course)]
    wanted = {place.path: _entry(course, place, at) for at, place in enumerate(places)}
    stored = {entry.path: entry for entry in course.search_entries.all()}
    gone = [entry.pk for path, entry in stored.items() if path not in wanted]
    changed = []
    for path, entry in wanted.items():
        if path in stored and not _same(entry, stored[path]):
            entry.pk = stored[path].pk
            changed.append(entry)
    SearchEntry.objects.filter(pk__in=gone).delete()
    SearchEntry.objects.bulk_create([entry for path, entry in wanted.items() if path not in stored], _BATCH)
    SearchEntry.objects.bulk_update(changed, _FIELDS, batch_size=50)
    _index_words(course, places)
    _note_lists(course, {place.kind for place in places})


def _note_lists(course: Course, kinds: set[str]) -> None:
    """Note which lists of a course hold anything. Every change of its content comes by here."""
    has_study = bool(course.about_study) or course.statements.filter(is_retired=False).exists()
    lists = [name for kind, name in _LISTS.items() if kind in kinds] + ["study"] * has_study
    if lists != course.lists:
        course.lists = lists
        course.save(update_fields=["lists"])


def _index_words(course: Course, places: list[Place]) -> None:
    spellings: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for place in places:
        found = {fold(word): word for word in _WORD.findall(f"{place.heading} {place.text}")}
        spellings = found | spellings
        counts.update(found.keys())
    wanted = {(word, spelling, counts[word]) for word, spelling in spellings.items() if " " not in word}
    stored = {(row.word, row.spelling, row.count): row.pk for row in course.search_words.all()}
    for batch in _batches([pk for row, pk in stored.items() if row not in wanted]):
        SearchWord.objects.filter(pk__in=batch).delete()
    new = sorted(wanted - stored.keys())
    rows = [SearchWord(course=course, word=word, spelling=spelling, count=count) for word, spelling, count in new]
    SearchWord.objects.bulk_create(rows, _BATCH)


def _batches(keys: list[int]) -> Iterator[list[int]]:
    yield from (keys[at : at + _BATCH] for at in range(0, len(keys), _BATCH))


def _entry(course: Course, place: Place, position: int) -> SearchEntry:
    return SearchEntry(
        course=course,
        kind=place.kind,
        kind_order=_KINDS.index(place.kind),
        path=place.path,
        title=place.title[:420],
        text=place.text,
        title_words=words_for(place.heading),
        words=words_for(f"{place.heading} {place.text}"),
        position=position,
    )


def _same(one: SearchEntry, other: SearchEntry) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _FIELDS)


def _lessons(course: Course) -> Iterator[Place]:
    """Yield each lesson, and each block of its sections; the first of a section is found by the section's title too."""
    sections: dict[int, list[Section]] = {}
    for section in Section.objects.current().filter(lesson__course=course):
        sections.setdefault(section.lesson_id, []).append(section)
    for lesson in Lesson.objects.current().filter(course=course).defer("body", "notes"):
        path = f"lessons/{lesson.key}/"
        about = " ".join(filter(None, (lesson.subtitle, lesson.question, lesson.summary)))
        yield Place("lesson", path, str(lesson), lesson.title, plain_text(about))
        for section in sections.get(lesson.pk, ()):
            heading = section.title
            markup = "".join(part.get("html", "") for part in section.parts)
            for anchor, words in blocks_of(markup):
                yield Place("lesson", f"{path}#{anchor}", f"{lesson} · {section.title}", heading, words)
                heading = ""


def _terms(course: Course) -> Iterator[Place]:
    for term in course.terms.filter(is_retired=False):
        shown = _joined(*others(term), plain_text(term.html))
        heading = _joined(term.term, *others(term), *term.forms)
        yield Place("term", f"glossary/#{term.key}", term.term, heading, shown)


def _people(course: Course) -> Iterator[Place]:
    for person in course.people.filter(is_retired=False):
        shown = _joined(*others(person), person.side, person.role, person.years, plain_text(person.html))
        heading = _joined(person.name, *others(person), *_written_together(person.name))
        yield Place("person", f"people/#{person.key}", person.name, heading, shown)


def _written_together(name: str) -> Iterator[str]:
    """Yield neighbouring parts of a name of three or more as one word: Il Sung is also written Ilsung."""
    parts = name.split()
    if len(parts) > 2:
        yield from (f"{first}{second}" for first, second in pairwise(parts))


def others(row: GlossaryTerm | Person) -> list[str]:
    """Return what a term or a person is called in other languages, in the order pages show it."""
    return [words for _tag, words in sorted(row.names.items())]


def _events(course: Course) -> Iterator[Place]:
    for event in course.events.filter(is_retired=False):
        path, title, shown = f"timeline/#event-{event.key}", plain_text(event.title), plain_text(event.html)
        heading = f"{title} {event.date}"  # the date also as people write it down, 1961-07-06
        yield Place("event", path, title, heading, f"{spell_date(event.date)}. {shown}")


def _sources(course: Course) -> Iterator[Place]:
    for source in course.sources.filter(is_retired=False):
        title = str(source.csl.get("title", source.key))
        shown = " ".join(filter(None, (plain_text(source.html), source.note)))
        yield Place("source", f"sources/#{source.key}", title, title, shown)


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))
