"""Reading progress: kept by section, never lost, never counted twice."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from courses.errors import NotWrittenYet
from courses.models import Lesson, LessonCompletion, Section, SectionRead
from courses.reports import outline_of
from courses.services.progress import mark_read
from tests.make import LATER, NOW, make_course, make_user
from tests.racing import race

ALL = ["section-1", "section-2", "section-3"]


@pytest.fixture
def lesson(db):
    """The first of three lessons of three sections each."""
    return make_course().lessons.get(key="lesson-1")


def read_keys(student):
    return sorted(SectionRead.objects.filter(student=student).values_list("section__key", flat=True))


def test_a_section_is_noted_as_read(lesson, student):
    is_complete = mark_read(lesson=lesson, sections=["section-2"], student=student, now=NOW)

    assert not is_complete
    assert read_keys(student) == ["section-2"]
    assert SectionRead.objects.get().read_at == NOW


def test_the_last_section_makes_the_lesson_complete(lesson, student):
    assert not mark_read(lesson=lesson, sections=ALL[:2], student=student, now=NOW)
    assert mark_read(lesson=lesson, sections=ALL[2:], student=student, now=LATER)

    assert LessonCompletion.objects.get().completed_at == LATER


def test_reading_again_changes_nothing(lesson, student):
    mark_read(lesson=lesson, sections=ALL, student=student, now=NOW)

    assert mark_read(lesson=lesson, sections=ALL, student=student, now=LATER)
    assert set(SectionRead.objects.values_list("read_at", flat=True)) == {NOW}
    assert LessonCompletion.objects.get().completed_at == NOW


@pytest.mark.parametrize("keys", [[], ["section-9"], ["section-1; DROP TABLE"], [""]])
def test_a_section_the_lesson_does_not_have_is_passed_over(lesson, student, keys):
    assert not mark_read(lesson=lesson, sections=keys, student=student, now=NOW)
    assert not SectionRead.objects.exists()


def test_a_section_of_another_lesson_of_the_same_name_is_not_read(lesson, student):
    mark_read(lesson=lesson, sections=["section-1"], student=student, now=NOW)

    assert SectionRead.objects.get().section.lesson == lesson


def test_retired_sections_do_not_stand_in_the_way(lesson, student):
    Section.objects.filter(lesson=lesson, key="section-3").update(is_retired=True)

    assert mark_read(lesson=lesson, sections=ALL[:2], student=student, now=NOW)
    assert read_keys(student) == ["section-1", "section-2"]


def test_a_completed_lesson_stays_complete_when_a_section_is_added(lesson, student):
    mark_read(lesson=lesson, sections=ALL, student=student, now=NOW)
    Section.objects.create(lesson=lesson, key="section-4", title="More", position=4)

    line = outline_of(lesson.course, student).units[0].lessons[0]

    assert (line.is_complete, line.state, line.percent) == (True, "complete", 100)


def test_an_outline_cannot_be_read(lesson, student):
    Lesson.objects.filter(pk=lesson.pk).update(word_count=0)
    lesson.refresh_from_db()

    with pytest.raises(NotWrittenYet):
        mark_read(lesson=lesson, sections=ALL, student=student, now=NOW)


def test_it_costs_the_same_queries_for_one_section_or_three(lesson, student, django_assert_num_queries):
    for keys in (ALL[:1], ALL[1:]):
        with django_assert_num_queries(8 if keys == ALL[1:] else 6):  # complete: has the course a certificate?
            mark_read(lesson=lesson, sections=keys, student=student, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_four_threads_racing_to_read_the_same_leave_one_note():
    lesson, student = make_course().lessons.get(key="lesson-1"), make_user()

    done = race(*[partial(mark_read, lesson=lesson, sections=ALL, student=student, now=NOW)] * 4)

    assert done == [True] * 4
    assert read_keys(student) == ALL
    assert LessonCompletion.objects.count() == 1


# The course page.


def test_the_course_lists_its_lessons_with_progress(lesson, student):
    mark_read(lesson=lesson, sections=ALL[:1], student=student, now=NOW)

    outline = outline_of(lesson.course, student)

    [unit] = outline.units
    assert [(line.lesson.key, line.section_count, line.read_count) for line in unit.lessons] == [
        ("lesson-1", 3, 1),
        ("lesson-2", 3, 0),
        ("lesson-3", 3, 0),
    ]
    assert [line.state for line in unit.lessons] == ["begun", "new", "new"]
    assert ([line.percent for line in unit.lessons], unit.percent) == ([33, 0, 0], 11)
    assert (outline.lesson_count, outline.written_count) == (3, 3)


def test_nobody_elses_reading_counts(lesson, student, stranger):
    mark_read(lesson=lesson, sections=ALL, student=student, now=NOW)

    outline = outline_of(lesson.course, stranger)

    assert [line.state for line in outline.units[0].lessons] == ["new", "new", "new"]
    assert not outline.has_begun


def test_a_reader_begins_with_the_first_lesson(lesson):
    outline = outline_of(lesson.course, None)

    assert (outline.next_lesson.key, outline.next_section, outline.has_begun) == ("lesson-1", "", False)


def test_a_reader_goes_on_with_the_first_section_not_read(lesson, student):
    mark_read(lesson=lesson, sections=["section-1", "section-3"], student=student, now=NOW)

    outline = outline_of(lesson.course, student)

    assert (outline.next_lesson.key, outline.next_section, outline.has_begun) == ("lesson-1", "section-2", True)


def test_a_reader_goes_on_where_the_last_reading_was(lesson, student):
    third = Lesson.objects.get(key="lesson-3")
    mark_read(lesson=lesson, sections=ALL[:1], student=student, now=NOW)
    mark_read(lesson=third, sections=ALL[:1], student=student, now=LATER)

    outline = outline_of(lesson.course, student)

    assert (outline.next_lesson, outline.next_section) == (third, "section-2")


def test_after_a_complete_lesson_comes_the_next_that_is_not(lesson, student):
    for at, key in enumerate(("lesson-1", "lesson-3")):
        each = Lesson.objects.get(key=key)
        mark_read(lesson=each, sections=ALL, student=student, now=NOW + timedelta(hours=at))

    outline = outline_of(lesson.course, student)

    assert (outline.next_lesson.key, outline.next_section) == ("lesson-2", "")


def test_outlines_are_passed_over(lesson, student):
    Lesson.objects.filter(key="lesson-1").update(word_count=0)

    outline = outline_of(lesson.course, student)

    assert outline.next_lesson.key == "lesson-2"
    assert (outline.written_count, outline.units[0].lessons[0].state) == (2, "outline")


def test_when_everything_is_read_there_is_nowhere_to_go_on(lesson, student):
    for each in Lesson.objects.all():
        mark_read(lesson=each, sections=ALL, student=student, now=NOW)

    outline = outline_of(lesson.course, student)

    assert outline.next_lesson is None
    assert outline.units[0].percent == 100


@pytest.mark.parametrize("lessons", [1, 30])
def test_it_costs_the_same_queries_at_any_length(db, student, lessons, django_assert_num_queries):
    course = make_course(lessons=lessons)
    mark_read(lesson=course.lessons.get(key="lesson-1"), sections=ALL[:1], student=student, now=NOW)

    outline_of(course, None)  # what the course consists of is read, and kept
    with django_assert_num_queries(1):
        outline_of(course, student)
