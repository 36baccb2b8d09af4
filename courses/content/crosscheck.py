"""What the files of a course say of each other: repeated keys, and references that lead nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.content.bundle import Bundle, ReadLesson
from courses.content.explain import nearest
from courses.content.outline import entries, keys, texts
from courses.content.problems import Document, Place, Problems
from courses.rendering.markdown import BLOCKS, INLINE, references_in
from courses.rendering.slips import may_hold_markup, slips_in


def check_bundle(bundle: Bundle, problems: Problems) -> None:
    """Note every repeated key and every reference that leads nowhere."""
    _check_repeats(bundle, problems)
    _check_course(bundle, problems)
    for lesson in bundle.lessons.values():
        _check_lesson(bundle, lesson, problems)
    for document in bundle.figure_documents:
        _check_figure(bundle, document, problems)
    _check_events(bundle, problems)
    _check_terms(bundle, problems)
    _check_people(bundle, problems)
    _check_statements(bundle, problems)
    _check_facts(bundle, problems)


def _listed(bundle: Bundle, name: str, holder: str) -> Iterator[tuple[Document, int, dict[str, Any]]]:
    """Yield each entry of a list in a file, with the file and its place."""
    document = bundle.documents.get(name)
    if document is not None:
        yield from ((document, at, entry) for at, entry in enumerate(entries(document, holder)))


def _check_course(bundle: Bundle, problems: Problems) -> None:
    """Check the texts of course.yaml, and that each lesson is listed once: the second place would move it silently."""
    document = bundle.documents["course"]
    for name in ("summary", "subtitle", "lede"):
        check_text(bundle, document, (name,), document.data.get(name), problems, form=Form(name == "summary", False))
    rule = document.data.get("certificate")
    for which, key in enumerate(texts(rule.get("lessons_read")) if isinstance(rule, dict) else ()):
        where = ("certificate", "lessons_read", which)
        check_key(document, where, _("lesson"), key, bundle.lesson_keys, problems)
    first: dict[str, str] = {}
    for at, unit in enumerate(entries(document, "units")):
        for name in ("title", "summary"):
            check_text(bundle, document, ("units", at, name), unit.get(name), problems, form=UNNOTED_LINE)
        for which, key in enumerate(texts(unit.get("lessons"))):
            if key in first:
                reason = _("The lesson “%(key)s” is listed before, in the unit “%(unit)s”.")
                place = ("units", at, "lessons", which)
                names = {"key": key, "unit": first[key]}
                problems.add(
                    document, place, reason % names, _("List each lesson once; take it out of one of the two.")
                )
            first.setdefault(key, str(unit.get("key", "")))


def _check_figure(bundle: Bundle, document: Document, problems: Problems) -> None:
    check_key(document, ("map",), _("map"), document.data.get("map"), bundle.map_keys, problems)
    check_text(bundle, document, ("caption",), document.data.get("caption"), problems, form=NOTED_LINE)
    for at, row in enumerate(entries(document, "rows")):
        for name, cell in row.items():
            check_text(bundle, document, ("rows", at, name), cell, problems, form=NOTED_LINE)


def _check_events(bundle: Bundle, problems: Problems) -> None:
    for document, at, event in _listed(bundle, "timeline", "events"):
        place = ("events", at)
        if event.get("lane"):
            check_key(document, (*place, "lane"), _("lane"), event["lane"], bundle.lane_keys, problems)
        if event.get("unit"):
            check_key(document, (*place, "unit"), _("unit"), event["unit"], bundle.unit_keys, problems)
        if event.get("lesson"):
            check_key(document, (*place, "lesson"), _("lesson"), event["lesson"], bundle.lesson_keys, problems)
        for name in ("title", "text"):
            form = NOTED_LINE if name == "text" else UNNOTED_LINE
            check_text(bundle, document, (*place, name), event.get(name), problems, form=form)


def _check_terms(bundle: Bundle, problems: Problems) -> None:
    for document, at, term in _listed(bundle, "glossary", "terms"):
        check_text(bundle, document, ("terms", at, "definition"), term.get("definition"), problems, form=NOTED_LINE)


def _check_people(bundle: Bundle, problems: Problems) -> None:
    document = bundle.documents.get("people")
    groups = texts(document.data.get("groups")) if document else ()
    for at in repeats(groups):
        assert document is not None  # noqa: S101 (it has groups)
        reason = _("The group “%(name)s” is listed before.") % {"name": groups[at]}
        problems.add(document, ("groups", at), reason, _("List each group once."))
    for at, person in enumerate(entries(document, "people")):
        assert document is not None  # noqa: S101 (it has entries)
        for which, key in enumerate(texts(person.get("lessons"))):
            check_key(document, ("people", at, "lessons", which), _("lesson"), key, bundle.lesson_keys, problems)
        check_text(bundle, document, ("people", at, "text"), person.get("text"), problems, form=NOTED_LINE)
        if groups:
            check_key(document, ("people", at, "side"), _("group"), person.get("side"), groups, problems)


def _check_statements(bundle: Bundle, problems: Problems) -> None:
    if study := bundle.documents.get("study"):
        check_text(bundle, study, ("about",), study.data.get("about"), problems, form=UNNOTED)
    for document, at, statement in _listed(bundle, "study", "statements"):
        place = ("statements", at)
        for which, key in enumerate(texts(statement.get("lessons"))):
            check_key(document, (*place, "lessons", which), _("lesson"), key, bundle.lesson_keys, problems)
            if key in bundle.lessons and statement.get("id") not in bundle.lessons[key].head.statements:
                reason = _("The lesson “%(key)s” does not list %(id)s.") % {"key": key, "id": statement.get("id")}
                suggestion = _("Add it to “statements” in the lesson's front matter, or take the lesson out here.")
                problems.add(document, (*place, "lessons", which), reason, suggestion)
        check_text(bundle, document, (*place, "record"), statement.get("record"), problems)


def _check_facts(bundle: Bundle, problems: Problems) -> None:
    for document, at, fact in _listed(bundle, "facts", "facts"):
        for which, key in enumerate(texts(fact.get("sources"))):
            check_key(document, ("facts", at, "sources", which), _("source"), key, bundle.source_keys, problems)
    for lesson in bundle.lessons.values():
        for section, found in lesson.head.facts.items():
            check_facts(bundle, lesson.document, ("facts", section), found, problems)
    for key, figure in bundle.figures.items():
        check_facts(bundle, bundle.documents[f"figure:{key}"], ("facts",), figure.facts, problems)
    for timeline, at, event in _listed(bundle, "timeline", "events"):
        check_facts(bundle, timeline, ("events", at, "facts"), texts(event.get("facts")), problems)


def check_facts(
    bundle: Bundle, document: Document, place: Sequence[str | int], found: object, problems: Problems
) -> None:
    """Note every fact that the register does not hold, where the course keeps one."""
    if bundle.fact_keys is not None and isinstance(found, list | tuple):
        for at, key in enumerate(found):
            check_key(document, (*place, at), _("fact"), key, bundle.fact_keys, problems)


def _check_repeats(bundle: Bundle, problems: Problems) -> None:
    for name, holder, key_field in (
        ("sources", "references", "id"),
        ("glossary", "terms", "key"),
        ("people", "people", "key"),
        ("timeline", "lanes", "key"),
        ("timeline", "events", "key"),
        ("course", "units", "key"),
        ("study", "statements", "id"),
        ("facts", "facts", "id"),
    ):
        found = keys(bundle.documents.get(name), holder, key_field)
        for at in repeats(found):
            if found[at]:
                reason = _("The key “%(key)s” is used before.") % {"key": found[at]}
                suggestion = _("Give each entry a key of its own.")
                problems.add(bundle.documents[name], (holder, at, key_field), reason, suggestion)
    objectives = [
        (lesson, at, objective.key)
        for lesson in bundle.lessons.values()
        for at, objective in enumerate(lesson.head.objectives)
    ]
    for which in repeats([key for _lesson, _at, key in objectives]):
        lesson, at, key = objectives[which]
        reason = _("The objective “%(key)s” is used before.") % {"key": key}
        problems.add(lesson.document, ("objectives", at, "key"), reason, _("Give each objective a key of its own."))


def repeats(names: Sequence[str]) -> list[int]:
    """Return the places at which a key stands that stood before."""
    seen: Counter[str] = Counter()
    found = []
    for at, key in enumerate(names):
        seen[key] += 1
        if seen[key] > 1:
            found.append(at)
    return found


def _check_lesson(bundle: Bundle, lesson: ReadLesson, problems: Problems) -> None:
    document, sections = lesson.document, {section.key for section in lesson.sections}
    for name in ("title", "subtitle", "question", "summary"):
        check_text(bundle, document, (name,), document.data.get(name), problems, form=UNNOTED_LINE)
    for at, objective in enumerate(entries(document, "objectives")):
        check_text(bundle, document, ("objectives", at, "text"), objective.get("text"), problems, form=UNNOTED_LINE)
    for at, statement in enumerate(lesson.head.statements):
        check_key(document, ("statements", at), _("statement"), statement, bundle.statement_keys, problems)
    for key in lesson.head.facts:
        check_key(document, ("facts", key), _("section"), key, sections, problems)
    for section in lesson.sections:
        first = document.body_line + section.line
        for what, key, line in references_in(section.tokens, first_line=first):
            if what == "check":
                bundle.checks_used.setdefault(key, []).append((document, line, lesson.head.lesson))
                continue
            check_reference(bundle, document, line, what, key, problems)


def check_reference(bundle: Bundle, document: Document, line: int, what: str, key: str, problems: Problems) -> None:
    """Note a reference that leads nowhere, at its line."""
    known: Iterable[str] = {
        "source": bundle.source_keys,
        "term": bundle.term_keys,
        "figure": bundle.figure_keys,
        "lesson": bundle.lesson_keys,
    }[what]
    lesson_key, _hash, section = key.partition("#")
    if lesson_key not in known:
        names = {"source": _("source"), "term": _("glossary term"), "figure": _("figure"), "lesson": _("lesson")}
        problems.add_unknown(document, line, names[what], lesson_key, known)
    elif section and what == "lesson" and lesson_key in bundle.lessons:
        sections = [parsed.key for parsed in bundle.lessons[lesson_key].sections]
        if section not in sections:
            problems.add_unknown(document, line, _("section"), section, sections)


def check_key(
    document: Document, place: Sequence[str | int], what: str, key: object, known: Iterable[str], problems: Problems
) -> None:
    """Note a key that is not among the known ones; what is no text is a mistake of another kind."""
    if isinstance(key, str) and key not in known:
        reason = _("There is no %(what)s “%(key)s”.") % {"what": what, "key": key}
        problems.add(document, place, reason, nearest(key, known))


@dataclass(frozen=True)
class Form:
    """How a short text is shown: as blocks or as one line, and with notes for what it cites or without."""

    is_block: bool
    is_noted: bool


NOTED, NOTED_LINE, UNNOTED, UNNOTED_LINE = Form(True, True), Form(False, True), Form(True, False), Form(False, False)


def check_text(
    bundle: Bundle, document: Document, place: Place, text: object, problems: Problems, *, form: Form = NOTED
) -> None:
    """Note what is wrong with a short text: references that lead nowhere, and markup that is none.

    What is no text is a mistake of another kind.
    """
    if not isinstance(text, str) or not may_hold_markup(text):
        return
    tokens = BLOCKS.parse(text) if form.is_block else INLINE.parseInline(text)
    line = document.line_of(place)
    for slip in slips_in(tokens):
        problems.add(document, place, slip.reason, slip.suggestion)
    for what, key, _line in references_in(tokens):
        if what in ("check", "figure"):
            reason = _("{{ %(what)s %(key)s }} is shown in the text of a lesson only.") % {"what": what, "key": key}
            problems.add(document, place, reason, _("Move it there; a question names its figure as “figure: key”."))
        elif what == "source" and not form.is_noted:
            reason = _("The text cites “@%(key)s”, and is shown without notes.") % {"key": key}
            problems.add(document, place, reason, _("Cite in the lesson, and name the work in words here."))
        else:
            check_reference(bundle, document, line, what, key, problems)
