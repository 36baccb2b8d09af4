"""Keys that were renamed: recognised in a load, and carried out on request so that marks and progress stay."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Course, Lesson, Section, SectionRead

_ALIKE = 0.8
_MOST = 0.5
_LOOKED_AT = 400


@dataclass(frozen=True)
class Rename:
    """An order to give a row another key: what it is (lesson, section, quiz, question, course), old key and new."""

    what: str
    old: str
    new: str

    @classmethod
    def parse(cls, text: str, whats: Iterable[str]) -> Rename:
        """Read “lesson:old=new”; raise ValueError in words."""
        what, colon, keys = text.partition(":")
        old, equals, new = keys.partition("=")
        if not (colon and equals and old and new) or what not in whats:
            raise ValueError(
                _("Write a rename as WHAT:OLD=NEW, where WHAT is one of: %(whats)s.") % {"whats": ", ".join(whats)}
            )
        return cls(what, old, new)


def rename_row(rows: Any, old: str, new: str) -> bool:
    """Give the row with the old key the new one; return False if there is none.

    Where a load has already made a row with the new key, the two exchange theirs, so that the old row goes on with
    everything that hangs on it and the newer one retires.
    """
    by_key = {row.key: row for row in rows.filter(key__in=[old, new])}
    if old not in by_key:
        return False
    if new in by_key:
        rows.filter(pk=by_key[new].pk).update(key=f"{new[:60]}-{by_key[new].pk}")
    rows.filter(pk=by_key[old].pk).update(key=new)
    if new in by_key:
        rows.filter(pk=by_key[new].pk).update(key=old)
    return True


def likely_renames(
    gone: Mapping[str, str], added: Mapping[str, str], *, least: float = _ALIKE
) -> Sequence[tuple[str, str]]:
    """Return pairs of (old key, new key) whose texts are alike, each key once, the most alike first."""
    scores = sorted(
        (
            (-_likeness(old_text, new_text), old, new)
            for old, old_text in gone.items()
            for new, new_text in added.items()
        ),
    )
    found: list[tuple[str, str]] = []
    for score, old, new in scores:
        if -score >= least and not any(old == pair[0] or new == pair[1] for pair in found):
            found.append((old, new))
    return found


def rename_note(what: str, word: str, old: str, new: str, count: int) -> str:
    """Return the note that offers a rename; `count` is how many students have work under the old key."""
    words = ngettext(
        "%(word)s %(new)s looks like a rename of %(old)s, where %(n)d student has work. To keep it together: "
        "load_content --rename %(what)s:%(old)s=%(new)s",
        "%(word)s %(new)s looks like a rename of %(old)s, where %(n)d students have work. To keep it together: "
        "load_content --rename %(what)s:%(old)s=%(new)s",
        count,
    )
    return words % {"word": word, "what": what, "old": old, "new": new, "n": count}


def notes_on_renames(
    what: str, word: str, gone: Mapping[str, str], added: Mapping[str, str], count_for: Callable[[str], int]
) -> list[str]:
    """Return a note for each row that went while one like it came. Texts are given by key."""
    return [rename_note(what, word, old, new, count_for(old)) for old, new in likely_renames(gone, added)]


def notes_on_lessons(gone: Iterable[Lesson], added: Iterable[Lesson]) -> list[str]:
    """Return a note for each lesson that may only have another key now."""

    def readers(key: str) -> int:
        lesson = next(row for row in gone if row.key == key)
        return _count(SectionRead.objects.filter(section__lesson=lesson))

    return notes_on_renames("lesson", _("lesson"), _bodies(gone), _bodies(added), readers)


def notes_on_sections(lesson: Lesson, gone: Iterable[Section]) -> list[str]:
    """Return a note for each section that is in the lesson no more."""
    notes = []
    for section in gone:
        count = _count(SectionRead.objects.filter(section=section))
        words = ngettext(
            "%(lesson)s: the section %(section)s is gone; %(n)d student had read it. If it only has another key: "
            "load_content --rename section:%(lesson)s#%(section)s=NEW",
            "%(lesson)s: the section %(section)s is gone; %(n)d students had read it. If it only has another key: "
            "load_content --rename section:%(lesson)s#%(section)s=NEW",
            count,
        )
        notes.append(words % {"lesson": lesson.key, "section": section.key, "n": count})
    return notes


def notes_on_course(course: Course, lessons: Collection[tuple[str, str]]) -> list[str]:
    """Return a note for each course of which a new one may be a rename: it has the same words, or most of its lessons.

    `lessons` are the keys and titles of the new course. The other course stays live beside it, as the note says.
    """
    others = {each.key: f"{each.title}\n{each.summary}" for each in Course.objects.exclude(pk=course.pk)}
    alike = [old for old, _new in likely_renames(others, {course.key: f"{course.title}\n{course.summary}"})]
    notes = []
    for key in alike or _with_most_of(lessons, exclude=course):
        count = _count(SectionRead.objects.filter(section__lesson__course__key=key))
        stays = _("The course %(old)s stays live beside %(new)s; to take it out, unpublish it in the admin.")
        stays %= {"old": key, "new": course.key}
        notes.append(f"{stays} {rename_note('course', _('course'), key, course.key, count)}")
    return notes


def _with_most_of(lessons: Collection[tuple[str, str]], *, exclude: Course) -> list[str]:
    """Return the course that shares most lessons, by key and title, if that is more than half of either's."""
    held: dict[str, set[tuple[str, str]]] = {}
    rows = Lesson.objects.current().exclude(course=exclude).values_list("course__key", "key", "title")
    for course, key, title in rows:
        held.setdefault(course, set()).add((key, title))
    shared = {course: len(own & set(lessons)) / max(len(own), len(lessons)) for course, own in held.items() if lessons}
    best = max(shared, key=lambda course: shared[course], default="")
    return [best] if best and shared[best] > _MOST else []


def _bodies(lessons: Iterable[Lesson]) -> dict[str, str]:
    return {lesson.key: f"{lesson.title}\n{lesson.body or lesson.summary}" for lesson in lessons}


def _count(reads: models.QuerySet[SectionRead]) -> int:
    return reads.values("student").distinct().count()


def _likeness(one: str, other: str) -> float:
    one, other = one[:_LOOKED_AT], other[:_LOOKED_AT]
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0.0
