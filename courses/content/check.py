"""References in text that is edited here rather than in files: every one that leads nowhere, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from markdown_it.token import Token

from courses.content.bodies import read_body
from courses.content.explain import nearest
from courses.models import Course, Figure, GlossaryTerm, Lesson, Section, Source
from courses.models.base import LIVE_OR_COMING
from courses.rendering.markdown import BLOCKS, references_in
from courses.rendering.slips import slips_in

_MODELS: Mapping[str, type[Any]] = {"source": Source, "term": GlossaryTerm, "figure": Figure, "lesson": Lesson}


@dataclass(frozen=True)
class Known:
    """What the text of a course may refer to now: keys by what they name, and the sections of each lesson."""

    keys: Mapping[str, frozenset[str]]
    sections: Mapping[str, frozenset[str]]


def known_in(course: Course) -> Known:
    """Return what the text of a course may refer to, in six queries. What waits to be published is there already."""
    keys = {what: frozenset(_live_keys(model, course)) for what, model in _MODELS.items()}
    sections: dict[str, set[str]] = {}
    pairs = Section.objects.filter(lesson__course=course, is_retired=False).values_list("lesson__key", "key")
    for lesson, section in pairs:
        sections.setdefault(lesson, set()).add(section)
    drafts = Lesson.objects.filter(course=course, draft__has_key="body").values_list("key", "draft")
    for lesson, draft in drafts:
        coming = {section.key for section in read_body(draft["body"]["value"])[0]}
        sections[lesson] = sections.get(lesson, set()) | coming
    return Known(keys, {lesson: frozenset(found) for lesson, found in sections.items()})


def _live_keys(model: type[Any], course: Course) -> list[str]:
    rows = model._default_manager.filter(LIVE_OR_COMING, course=course)  # noqa: SLF001 (Django's documented accessor)
    return list(rows.values_list("key", flat=True))


def mistakes_in_text(text: str, known: Known) -> list[str]:
    """Return what is wrong with a short text."""
    tokens = BLOCKS.parse(text)
    slips = [_at_line(slip.line, f"{slip.reason} {slip.suggestion}") for slip in slips_in(tokens)]
    return [*slips, *_dangling(tokens, known, first_line=1)]


def mistakes_in_lesson(body: str, *, key: str, known: Known) -> list[str]:
    """Return what is wrong with the text of a lesson; its own sections are those it has now."""
    sections, faults = read_body(body)
    found = [_at_line(line, f"{reason} {suggestion}") for line, reason, suggestion in sorted(faults)]
    own = frozenset(section.key for section in sections)
    known = replace(known, sections={**known.sections, key: own})
    for section in sections:
        found += _dangling(section.tokens, known, first_line=section.line + 1)
    return found


def _dangling(tokens: Sequence[Token], known: Known, *, first_line: int) -> Iterator[str]:
    names = {"source": _("source"), "term": _("glossary term"), "figure": _("figure"), "lesson": _("lesson")}
    for what, reference, line in references_in(tokens, first_line=first_line):
        key, _hash, section = reference.partition("#")
        if what not in names:
            continue
        if key not in known.keys[what]:
            yield _at_line(line, _unknown(names[what], key, known.keys[what]))
        elif section and section not in known.sections.get(key, ()):
            yield _at_line(line, _unknown(_("section"), section, known.sections.get(key, ())))


def _unknown(what: str, key: str, known: Sequence[str] | frozenset[str]) -> str:
    return " ".join((_("There is no %(what)s “%(key)s”.") % {"what": what, "key": key}, nearest(key, known)))


def _at_line(line: int, words: str) -> str:
    return _("Line %(line)d: %(words)s") % {"line": line, "words": words}
