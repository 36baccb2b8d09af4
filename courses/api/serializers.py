"""Courses, lessons and classes as JSON. What goes out and what comes in are different serializers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courses.models import Cohort, Course, Enrolment, LearningObjective, Lesson, SearchEntry, Section, Unit
from courses.rendering.query import MAX_TYPED

MAX_SECTIONS = 100


def page_field() -> serializers.CharField:
    """Return a field for the address of the page a person sees."""
    return serializers.CharField(source="get_absolute_url", read_only=True, help_text="The page a person sees.")


class TextField(serializers.CharField):
    """Text that is sent: a number is no text. Unless it may be blank, it holds more than spaces."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse what is not a string, which DRF would turn into one."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class KeyField(serializers.SlugField):
    """A key as it is written; DRF would drop spaces and line ends around it, which its document does not allow."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse what is not a string, and what has anything around the key."""
        if not isinstance(data, str) or data != data.strip():
            self.fail("invalid")
        return str(super().to_internal_value(data))


class SearchInput(serializers.Serializer[Any]):
    """What to search for, in which course."""

    course = KeyField(max_length=80, help_text="The key of a course.")
    q = TextField(max_length=MAX_TYPED, help_text="Words; every one must be found.")
    kind = serializers.ChoiceField(choices=SearchEntry.Kind.choices, required=False)


class FoundSerializer(serializers.Serializer[Any]):
    """A place where the words are found."""

    kind = serializers.ChoiceField(choices=SearchEntry.Kind.choices, source="entry.kind")
    title = serializers.CharField(source="entry.title")
    excerpt = serializers.CharField(help_text="HTML, with what was searched for in `mark`.")
    page = serializers.CharField(source="entry.get_absolute_url", help_text="The place a person sees.")


class RefusalSerializer(serializers.Serializer[Any]):
    """Why something is not possible now, in words fit to show."""

    detail = serializers.CharField()


class CourseFilter(serializers.Serializer[Any]):
    """A course named in a query."""

    course = KeyField(required=False, max_length=80, help_text="The key of a course.")


class CourseSerializer(serializers.ModelSerializer[Course]):
    """A course in a list."""

    lesson_count = serializers.IntegerField(read_only=True)
    url = serializers.SerializerMethodField()
    page = page_field()

    class Meta:
        model = Course
        fields = ["key", "title", "subtitle", "lede", "language", "licence", "hours", "lesson_count", "url", "page"]
        read_only_fields = fields

    def get_url(self, course: Course) -> str:
        """Return the address of the whole course here."""
        return reverse("api-course", args=[course.key])


class LessonLineSerializer(serializers.ModelSerializer[Lesson]):
    """A lesson as a course lists it. One that is not written is an outline."""

    class Meta:
        model = Lesson
        fields = ["key", "number", "title", "minutes", "is_written"]
        read_only_fields = fields


class UnitSerializer(serializers.ModelSerializer[Unit]):
    """A unit with its lessons, in order."""

    lessons = LessonLineSerializer(many=True, read_only=True)

    class Meta:
        model = Unit
        fields = ["key", "label", "title", "year_from", "year_to", "colour", "summary", "lessons"]
        read_only_fields = fields


class CourseDetailSerializer(CourseSerializer):
    """A whole course: its units with their lessons."""

    summary = serializers.CharField(source="summary_html", read_only=True, help_text="HTML.")
    units = UnitSerializer(many=True, read_only=True)

    class Meta(CourseSerializer.Meta):
        fields = [*CourseSerializer.Meta.fields, "summary", "units"]
        read_only_fields = fields


class LessonSerializer(serializers.ModelSerializer[Lesson]):
    """A lesson in a list."""

    course = serializers.CharField(source="course.key", read_only=True)
    unit = serializers.CharField(source="unit.key", read_only=True)
    url = serializers.SerializerMethodField()
    page = page_field()

    class Meta:
        model = Lesson
        fields = [
            "course", "unit", "key", "number", "title", "subtitle", "summary", "minutes", "is_written", "url", "page",
        ]  # fmt: skip
        read_only_fields = fields

    def get_url(self, lesson: Lesson) -> str:
        """Return the address of the whole lesson here."""
        return reverse("api-lesson", args=[lesson.course.key, lesson.key])


class ObjectiveSerializer(serializers.ModelSerializer[LearningObjective]):
    """What a student can do after the lesson."""

    class Meta:
        model = LearningObjective
        fields = ["key", "level", "text"]
        read_only_fields = fields


class PartSerializer(serializers.Serializer[Any]):
    """A part of a section: either HTML, or the key of an ungraded check that stands here."""

    html = serializers.CharField(required=False)
    check = serializers.CharField(required=False)


class SectionSerializer(serializers.ModelSerializer[Section]):
    """A section with its parts in reading order, and whether the caller has read it."""

    parts = PartSerializer(many=True, read_only=True)
    is_read = serializers.BooleanField(read_only=True)

    class Meta:
        model = Section
        fields = ["key", "title", "parts", "is_read"]
        read_only_fields = fields


class NoteSerializer(serializers.Serializer[Any]):
    """A numbered note of a lesson: the key of its source, and the reference as HTML."""

    number = serializers.IntegerField()
    key = serializers.CharField()
    html = serializers.CharField()


class TermSerializer(serializers.Serializer[Any]):
    """A glossary term used in a lesson."""

    key = serializers.CharField()
    term = serializers.CharField()
    originals = serializers.CharField(help_text="Its names in other languages, as HTML.")
    html = serializers.CharField(help_text="The definition.")


class LessonDetailSerializer(LessonSerializer):
    """A whole lesson: its sections as HTML with their checks by key, its notes and its terms."""

    objectives = ObjectiveSerializer(many=True, read_only=True)
    sections = SectionSerializer(many=True, read_only=True)
    notes = serializers.SerializerMethodField()
    terms = serializers.SerializerMethodField()

    class Meta(LessonSerializer.Meta):
        fields = [*LessonSerializer.Meta.fields, "question", "objectives", "sections", "notes", "terms"]
        read_only_fields = fields

    @extend_schema_field(NoteSerializer(many=True))
    def get_notes(self, lesson: Lesson) -> Any:
        """Return the notes in the order of their numbers."""
        return NoteSerializer(_entries(lesson, "notes"), many=True).data

    @extend_schema_field(TermSerializer(many=True))
    def get_terms(self, lesson: Lesson) -> Any:
        """Return the terms in the order they are met."""
        return TermSerializer(_entries(lesson, "terms"), many=True).data


def _entries(lesson: Lesson, kind: str) -> list[dict[str, Any]]:
    return [entry for block in lesson.notes if block["kind"] == kind for entry in block["entries"]]


class ReadInput(serializers.Serializer[Any]):
    """Which sections of a lesson were read to their end."""

    sections = serializers.ListField(child=TextField(max_length=80), min_length=1, max_length=MAX_SECTIONS)


class ReadSerializer(serializers.Serializer[Any]):
    """What came of it."""

    is_complete = serializers.BooleanField(help_text="Whether every section of the lesson is read now.")


class CohortSerializer(serializers.ModelSerializer[Cohort]):
    """A class, for its instructors."""

    course = serializers.CharField(source="course.key", read_only=True)
    student_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Cohort
        fields = ["id", "name", "course", "join_code", "is_open", "student_count", "created_at"]
        read_only_fields = fields


class JoinInput(serializers.Serializer[Any]):
    """A class code; spaces, hyphens and case do not matter."""

    code = TextField(max_length=40)
    share_earlier_work = serializers.BooleanField(
        default=False, help_text="Whether the class also sees what the caller did in its course before joining."
    )


class EnrolmentSerializer(serializers.ModelSerializer[Enrolment]):
    """One's own place in a class."""

    name = serializers.CharField(source="cohort.name", read_only=True, help_text="The name of the class.")
    course = serializers.CharField(source="cohort.course.key", read_only=True)

    class Meta:
        model = Enrolment
        fields = ["name", "course", "role", "joined_at", "shares_earlier"]
        read_only_fields = fields
