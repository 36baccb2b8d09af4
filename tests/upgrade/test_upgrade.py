"""A database made at commit 4482b96 comes through an upgrade with every mark, date and text as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps.registry import Apps
from django.conf import global_settings
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoDbBlocker

from courses.content.problems import Problems
from courses.content.read import read_course
from courses.models import ApiToken, Cohort, Map, Unit
from quizzes.models import Assignment, Attempt, Item, ItemRevision, Quiz, QuizOverride
from tests.make import browser_of, load, make_attempt
from tests.upgrade import acts, at

COURSE = Path(__file__).parent / "course"

CHANGED_ON_PURPOSE: dict[str, str] = {
    "quizzes.ItemResponse.is_complete": "where certainty is marked, an open answer without a level is unfinished",
    "quizzes.AttemptEvent.kind": "an event of then may tell of a deadline that moved in either direction",
    "courses.Unit.hue": "colours of units go by their names: courses.Unit.colour",
    "auth.User.is_staff": "an instructor of a class works in the admin",
    "quizzes.QuizOverride": "what was set for a class is assigned to it; the test below finds every row",
}
"""Tables ("app.Model") and columns ("app.Model.column") that an upgrade changes or drops on purpose, and why."""
SITTING = {f"quizzes.{name}" for name in ("Attempt", "ItemResponse", "SavedAnswer", "Try", "AttemptEvent")}
MARKING = {f"quizzes.{name}" for name in ("HumanMark", "Regrade", "QuestionReport", "Accommodation", "QuizOverride")}


@pytest.fixture(scope="module")
def then(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Apps]:
    """The models of then, over the upgraded database."""
    with django_db_blocker.unblock(), at.upgraded() as models:
        yield models


def differences(then: Apps, labels: set[str] | None = None) -> list[str]:
    """Return every recorded value that is another now, in words."""
    found = []
    for label, (names, *rows) in at.TABLES.items():
        if label in CHANGED_ON_PURPOSE or (labels is not None and label not in labels):
            continue
        model = then.get_model(label)
        columns = {field.attname: field.column for field in model._meta.concrete_fields}
        asked = [name for name in names if f"{label}.{name}" not in CHANGED_ON_PURPOSE]
        there = at.columns_now(model)
        gone = [name for name in asked if columns[name] not in there]
        found += [f"{label}.{name} is gone" for name in gone]
        kept = [name for name in asked if name not in gone]
        now = at.rows_now(model, kept) if kept else {}
        primary = names.index(model._meta.pk.attname)
        for row in rows:
            before = dict(zip(names, row, strict=True))
            after = dict(zip(kept, now.get(row[primary], ()), strict=False))
            found += [
                f"{label} {row[primary]}: {name} was {before[name]!r} and is {after.get(name, 'gone')!r}"
                for name in kept
                if name not in after or after[name] != before[name]
            ]
    return found


def by_now(marks: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return marks without what is only shown: per cents, and a verdict while something waits to be graded."""
    return {
        attempt: {
            name: None if name == "is_passed" and of["unmarked_count"] else value
            for name, value in of.items()
            if name != "percent"
        }
        for attempt, of in marks.items()
    }


def questions(marks: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the share and points of each question alone."""
    return {attempt: of["questions"] for attempt, of in marks.items()}


def test_every_row_is_what_it_was(then, db):
    assert differences(then) == []


def test_every_mark_and_pass_verdict_is_what_it_was(then, db):
    assert by_now(acts.marks()) == by_now(at.RECORD["marks"])


def test_versions_of_then_remember_the_rules_they_were_marked_by(then, db):
    assert set(ItemRevision.objects.values_list("rules", flat=True)) == {1}


@pytest.mark.parametrize("name", at.RECORD["acts"])
def test_marking_again_gives_what_the_code_of_then_gave(then, db, name):
    then_given = by_now(at.RECORD["acts"][name])
    given = by_now(acts.outcome(dict(acts.acts())[name]))

    if name.startswith("submit"):  # nothing was given yet: each answer by its version's rules, the total by the newest
        assert questions(given) == questions(then_given)
    else:
        assert given == then_given


def test_what_was_set_for_a_class_is_assigned_to_it_and_what_was_given_to_a_person_is_as_it_was(then, db):
    names, *rows = at.TABLES["quizzes.QuizOverride"]
    was = [dict(zip(names, row, strict=True)) for row in rows]
    values = ("quiz_id", "opens_at", "due_at", "closes_at", "minutes", "max_attempts", "lifted")
    given = [[each["student_id"], *(each[name] for name in values)] for each in was if each["student_id"]]
    of_classes = [[each["cohort_id"], *(each[name] for name in values)] for each in was if each["cohort_id"]]

    assert list(map(list, QuizOverride.objects.values_list("student_id", *values))) == given != []
    assigned = Assignment.objects.exclude(quiz=None).values_list("cohort_id", *values)
    assert list(map(list, assigned)) == of_classes != []


def test_every_class_works_on_the_whole_course_and_attempts_are_in_the_class_they_were_made_in(then, db):
    whole = Assignment.objects.filter(quiz=None, lesson=None)
    assert set(whole.values_list("cohort", flat=True)) == set(Cohort.objects.values_list("pk", flat=True))
    assert not set(Cohort.objects.values_list("time_zone", flat=True)) - {"UTC"}

    for attempt in Attempt.objects.select_related("assignment__cohort", "quiz", "student"):
        places = attempt.student.enrolments.filter(role="student", cohort__course=attempt.quiz.course_id)
        classes = [place.cohort for place in places]
        taken_for = attempt.assignment
        assert ([taken_for.cohort] if taken_for else []) == (classes if len(classes) == 1 else [])
        if taken_for is not None:
            own = Assignment.objects.filter(cohort=taken_for.cohort, quiz=attempt.quiz)
            assert taken_for == (own.first() or whole.get(cohort=taken_for.cohort))
    assert Attempt.objects.filter(assignment__quiz__key="timed").exists()


def test_people_sign_in_with_their_passwords(then, db, settings):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # as on a site; tests hash quickly
    for user in User.objects.filter(guest=None):
        assert user.check_password(f"{user.username}-4482")


def test_tokens_of_then_still_speak_for_their_people(then, db):
    active = {token["user_id"] for token in at.TOKENS if User.objects.get(pk=token["user_id"]).is_active}

    assert set(ApiToken.objects.values_list("user", "name")) == {(user, "Older token") for user in active}
    assert active
    for token in at.TOKENS:
        answer = Client().get("/api/v1/attempts/", headers={"authorization": f"Token {token['key']}"})
        assert answer.status_code == 200


def test_every_page_of_an_attempt_is_served(then, db):
    for attempt in Attempt.objects.filter(student__guest=None).select_related("student"):
        assert browser_of(attempt.student).get(attempt.get_absolute_url(), follow=True).status_code == 200


def test_units_keep_their_colours(then, db):
    assert list(Unit.objects.values_list("key", "colour")) == [("patron", "brick")]


@pytest.mark.parametrize("is_loaded", [False, True])
def test_questions_on_maps_keep_their_map(then, db, is_loaded):
    if is_loaded:
        load(COURSE)

    row = Map.objects.get()
    read = Problems()
    bundle = read_course(COURSE, read)
    assert not read.found
    found = bundle.maps["korea"]
    assert (row.key, row.region, row.path) == ("korea", found.file.region, found.values["path"])
    attempts = Attempt.objects.submitted().filter(quiz__key="every-kind", student__guest=None)
    assert attempts
    for attempt in attempts.select_related("student"):
        page = browser_of(attempt.student).get(attempt.get_absolute_url(), follow=True)
        assert f'<path d="{row.path}"' in page.content.decode()


def test_loading_again_makes_new_versions_of_the_kinds_whose_rules_changed(then, db):
    before = {item.pk: item.revisions.get(is_current=True) for item in Item.objects.all()}

    load(COURSE)

    after = {item.pk: item.revisions.get(is_current=True) for item in Item.objects.select_related("quiz")}
    edited = set(Item.objects.exclude(edited_at=None).values_list("pk", flat=True))
    anew = {pk for pk, revision in after.items() if revision.pk != before[pk].pk or revision.rules != before[pk].rules}
    expected = {pk for pk, revision in before.items() if revision.spec.new_rules > 1 and pk not in edited}
    assert edited
    assert anew == expected
    assert {before[pk].body["kind"] for pk in anew} >= {"text", "numeric", "numbers", "cloze", "timeline", "ordering"}
    assert all(after[pk].number == before[pk].number + bool(before[pk].is_issued) for pk in anew)
    assert {after[pk].spec.rules for pk in anew} == {2}


def test_loading_again_leaves_all_work_and_every_mark_alone(then, db):
    load(COURSE)

    assert differences(then, SITTING | MARKING) == []
    assert by_now(acts.marks()) == by_now(at.RECORD["marks"])


def test_marking_again_after_loading_gives_the_same(then, db):
    load(COURSE)

    given = {name: acts.outcome(act) for name, act in acts.acts()}
    assert {name: questions(each) for name, each in given.items()} == {
        name: questions(each) for name, each in at.RECORD["acts"].items()
    }


def test_a_new_attempt_is_marked_by_the_new_rules_and_an_old_one_by_its_own(then, db):
    load(COURSE)

    new = make_attempt(Quiz.objects.get(key="typed"), User.objects.get(username="eva"), now=acts.SOONER)
    old = Attempt.objects.get(quiz__key="typed", student__username="dov")
    from_file = new.responses.filter(revision__item__edited_at=None)
    assert set(from_file.values_list("revision__rules", flat=True)) == {2}
    assert set(old.responses.values_list("revision__rules", flat=True)) == {1}
