"""A database from before there were roles: no one loses a power, and no class loses sight of work it knew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("courses", "0002_search_index"), ("quizzes", "0002_confidence_of_saved_answers")]
JOINED = datetime(2026, 2, 1, tzinfo=UTC)


def migrate(targets: list[tuple[str, str | None]]) -> Any:
    """Migrate, and return the models as they are then."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def latest() -> list[tuple[str, str]]:
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


@pytest.fixture
def before(transactional_db: None) -> Any:
    yield migrate(BEFORE)
    migrate(latest())


def test_an_older_database_is_carried_forward(before: Any) -> None:
    people = {name: User.objects.create(username=name) for name in ("student", "helper", "clerk", "author")}
    group, _is_new = Group.objects.get_or_create(name="Instructors")
    for name, is_staff in (("author", True), ("helper", False)):
        people[name].is_staff = is_staff
        people[name].save()
    people["author"].groups.add(group)
    people["clerk"].is_staff = True
    people["clerk"].save()
    course = before.get_model("courses", "Course").objects.create(key="course", title="Course")
    cohort = before.get_model("courses", "Cohort").objects.create(course_id=course.pk, name="A", join_code="AAAA2222")
    place_model = before.get_model("courses", "Enrolment")
    for name, role in (("student", "student"), ("helper", "instructor")):
        place = place_model.objects.create(cohort_id=cohort.pk, user_id=people[name].pk, role=role)
        place_model.objects.filter(pk=place.pk).update(joined_at=JOINED)
    grant = before.get_model("quizzes", "Accommodation").objects.create(student_id=people["student"].pk, reason="Why.")
    unknown = before.get_model("quizzes", "Accommodation").objects.create(
        student_id=people["helper"].pk, reason="Unknown author."
    )
    kind, _is_new = ContentType.objects.get_or_create(app_label="quizzes", model="accommodation")
    LogEntry.objects.create(
        user=people["author"], content_type=kind, object_id=str(grant.pk), object_repr="", action_flag=1
    )

    after = migrate(latest())

    places = after.get_model("courses", "Enrolment").objects.order_by("role")
    assert list(places.values_list("role", "joined_at", "shares_earlier", "is_active")) == [
        ("instructor", JOINED, True, True), ("student", JOINED, True, True),
    ]  # fmt: skip
    roles = after.get_model("courses", "CourseRole").objects
    assert list(roles.values_list("user__username", "course__key", "role")) == [("author", "course", "editor")]
    grants = after.get_model("quizzes", "Accommodation").objects
    assert grants.get(pk=grant.pk).author_id == people["author"].pk
    assert grants.get(pk=unknown.pk).author_id is None
    helper = User.objects.get(username="helper")
    assert helper.is_staff
    assert list(helper.groups.values_list("name", flat=True)) == ["Instructors"]
    assert not User.objects.get(username="student").is_staff
