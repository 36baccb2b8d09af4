"""Shapes of what the API tells of a class."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from courses.api.inbox import LetterInput
from courses.models import Thread


class ActivitySerializer(serializers.Serializer[Any]):
    """A column of a class: a lesson or a quiz."""

    kind = serializers.ChoiceField(choices=["lesson", "quiz"])
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the field's own label
    title = serializers.CharField()


class CellSerializer(serializers.Serializer[Any]):
    """What one student did in one activity: as a table shows it, in words, and as a step from 0 to 4."""

    text = serializers.CharField()
    words = serializers.CharField()
    step = serializers.IntegerField()


class StudentRowSerializer(serializers.Serializer[Any]):
    """A student with one cell an activity."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    last_seen = serializers.DateTimeField(allow_null=True)
    done = serializers.IntegerField(help_text="How many activities are done.")
    cells = CellSerializer(many=True)


class ClassProgressSerializer(serializers.Serializer[Any]):
    """A page of students by activities, in the order of their names; the counts are of the whole class."""

    count = serializers.IntegerField()
    pages = serializers.IntegerField()
    page = serializers.IntegerField()

    activities = ActivitySerializer(many=True)
    active_count = serializers.IntegerField(help_text="How many students have done anything.")
    done_percent = serializers.IntegerField(allow_null=True)
    rows = StudentRowSerializer(many=True)


MOST_STUDENTS = 5_000


class ClassMessageInput(LetterInput):
    """A message in a class: to its instructors, by a student; or to students, by an instructor.

    `students` are listed by number where `to` is `students`; `group` is the number of one where `to` is `group`.
    """

    to = serializers.ChoiceField(choices=Thread.Audience.choices)
    students = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=MOST_STUDENTS
    )
    group = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
