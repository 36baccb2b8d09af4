"""Accommodations and overrides in the admin: only for one's own students, and in force at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.urls import reverse

from courses.models import CourseRole
from courses.services.staff import make_instructor
from quizzes.models import Accommodation, Attempt, AttemptEvent, Quiz, QuizOverride
from quizzes.models.accommodations import grants_of
from quizzes.services.attempts import settled
from quizzes.services.clock import Refreshed, refresh_quiz
from tests.admin.work import listed, page_of, publish_by_page, root, save, told
from tests.make import NOW, browser_of, enrol, make_attempt, make_course, make_user, quiz_file
from tests.staff import Taught, taught

ADD = "admin:quizzes_accommodation_add"
ADD_OVERRIDE = "admin:quizzes_quizoverride_add"


@pytest.fixture
def room(db) -> Taught:
    """A staff instructor's class with Ann in it, sitting a quiz of half an hour."""
    room = taught(items=1, practice=False, minutes=30)
    make_instructor(room.teacher)
    CourseRole.objects.create(course=room.quiz.course, user=room.teacher, role=CourseRole.Role.OWNER)
    enrol(make_user("ann"), room.cohort)
    return room


@pytest.fixture
def running(room) -> Attempt:
    """Ann's open attempt."""
    return make_attempt(room.quiz, ann())


@pytest.fixture(autouse=True)
def _at_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def ann():
    return User.objects.get(username="ann")


def minutes(attempt):
    attempt.refresh_from_db()
    return None if attempt.deadline is None else (attempt.deadline - NOW) // timedelta(minutes=1)


def grant(room, **fields):
    values = {"student": ann().pk, "course": room.quiz.course_id, "extra_minutes": 15, "reason": "Dyslexia.", **fields}
    return save(room.browser, reverse(ADD), **values)


def override(room, **fields):
    values = {"quiz": room.quiz.pk, "student": ann().pk, "minutes": 50, **fields}
    return save(room.browser, reverse(ADD_OVERRIDE), **values)


def test_an_accommodation_is_in_force_at_once(room, running):
    assert told(grant(room)) == ""

    assert minutes(running) == 45
    assert AttemptEvent.objects.get().actor == room.teacher


def shorten(room, asked, how="shorten", **over):
    """Press a button of the page that shows whose attempts would be shortened."""
    values = dict(asked.context["fields"]) | {"seen": asked.context["seen"], "shorter": how} | over
    return room.browser.post(asked.request["PATH_INFO"], values)


def is_asked(response):
    return response.status_code == 200 and "shortenings" in (response.context or {})


def kinds(attempt):
    return list(attempt.events.order_by("pk").values_list("kind", flat=True))


def test_changing_an_accommodation_moves_the_deadline_too(room, running):
    grant(room)

    assert told(save(room.browser, page_of(Accommodation.objects.get()), extra_minutes=20)) == ""

    assert minutes(running) == 50


# What would shorten an attempt under way is shown first, and asked about.


def lessen_accommodation(room):
    grant(room)
    return save(room.browser, page_of(Accommodation.objects.get()), extra_minutes=5)


def delete_accommodation(room):
    grant(room)
    address = reverse("admin:quizzes_accommodation_delete", args=[Accommodation.objects.get().pk])
    return room.browser.post(address, {"post": "yes"})


def delete_several(room):
    grant(room)
    data = {"action": "delete_selected", "_selected_action": [Accommodation.objects.get().pk], "post": "yes"}
    return room.browser.post(listed("quizzes_accommodation"), data)


def lessen_override(room):
    override(room)
    return save(room.browser, page_of(QuizOverride.objects.get()), minutes=35)


def lessen_quiz(room):
    return change_quiz(room, minutes=20)


def change_quiz(room, *, browser=None, **changes):
    """Change the quiz, which does nothing yet, and publish the change."""
    assert told(save(browser or room.browser, page_of(room.quiz), **changes)) == ""
    return publish_by_page(browser or room.browser, room.quiz.course)


def close_quiz(room):
    moment = NOW + timedelta(minutes=10)
    return change_quiz(room, closes_at_0=f"{moment:%Y-%m-%d}", closes_at_1=f"{moment:%H:%M:%S}")


SHORTENING = [
    # what is done, the minutes the attempt has before, and after
    (lessen_accommodation, 45, 35),
    (delete_accommodation, 45, 30),
    (delete_several, 45, 30),
    (lessen_override, 50, 35),
    (lessen_quiz, 30, 20),
    (close_quiz, 30, 10),
]


def stored():
    models = (Accommodation, QuizOverride, Quiz, AttemptEvent)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize(("act", "before", "after"), SHORTENING)
def test_what_would_shorten_an_attempt_shows_whose_and_changes_nothing(room, running, act, before, after):
    asked = act(room)

    assert is_asked(asked)
    [each] = asked.context["shortenings"]
    assert (each.attempt, each.before) == (running, NOW + timedelta(minutes=before))
    assert each.after == NOW + timedelta(minutes=after)
    assert not each.is_at_once
    assert "ann" in asked.content.decode()
    assert minutes(running) == before
    assert "shortened" not in kinds(running)
    rows = stored()
    assert is_asked(room.browser.post(asked.request["PATH_INFO"], dict(asked.context["fields"])))
    assert stored() == rows


@pytest.mark.parametrize(("act", "before", "after"), SHORTENING)
def test_once_confirmed_the_attempt_is_shortened_and_its_record_says_so(room, running, act, before, after):
    answer = shorten(room, act(room))

    assert answer.status_code == 302
    assert minutes(running) == after != before
    assert running.events.latest("pk").kind == "shortened"
    assert running.events.latest("pk").actor == room.teacher


@pytest.mark.parametrize(("act", "before", "after"), SHORTENING)
def test_the_change_may_be_for_later_attempts_only(room, running, act, before, after):
    """The attempt keeps its time for good: no later change to something else asks about it again."""
    answer = shorten(room, act(room), "keep", seen="")
    kept = minutes(running)
    ben = make_user("ben")
    enrol(ben, room.cohort)
    refreshed = refresh_quiz(Quiz.objects.get(), now=NOW)

    assert answer.status_code == 302
    assert kept == before == minutes(running)
    assert refreshed == Refreshed()
    assert "shortened" not in kinds(running)
    window = grants_of(ann(), course_id=room.quiz.course_id, now=NOW).window_for(Quiz.objects.get())
    assert window.deadline(NOW) == NOW + timedelta(minutes=after)


def test_an_attempt_without_a_deadline_may_keep_having_none(room, running):
    Quiz.objects.update(minutes=None)
    refresh_quiz(Quiz.objects.get(), now=NOW)
    asked = change_quiz(room, minutes=20)

    [each] = asked.context["shortenings"]
    assert (each.before, each.after) == (None, NOW + timedelta(minutes=20))
    assert "no limit" in asked.content.decode()
    shorten(room, asked, "keep")

    assert minutes(running) is None
    assert refresh_quiz(Quiz.objects.get(), now=NOW) == Refreshed()


def test_a_new_end_that_is_past_ends_the_attempt_now_and_not_before(room):
    """The fault this holds off: an attempt begun a week ago was submitted with last week's date."""
    Quiz.objects.update(minutes=None)
    running = make_attempt(Quiz.objects.get(), ann(), now=NOW - timedelta(days=7))

    asked = change_quiz(room, minutes=30)
    [each] = asked.context["shortenings"]
    assert (each.after, each.is_at_once) == (NOW, True)
    assert "at once" in asked.content.decode()
    assert shorten(room, asked).status_code == 302

    assert minutes(running) == 0


GRACE_GONE = [
    {"overdue": "submit", "grace_minutes": 0},
    {"overdue": "abandon", "grace_minutes": 0},
    {"grace_minutes": 1},
]


@pytest.mark.parametrize("change", GRACE_GONE)
@pytest.mark.parametrize("how", ["shorten", "keep"])
def test_time_to_hand_in_what_is_overdue_is_not_taken_away_unasked(room, change, how):
    Quiz.objects.update(overdue="grace", grace_minutes=60)
    running = make_attempt(Quiz.objects.get(), ann(), now=NOW - timedelta(minutes=40))
    assert settled(running, now=NOW).state == "overdue"

    asked = change_quiz(room, **change)

    [each] = asked.context["shortenings"]
    assert (each.before, each.is_at_once) == (NOW + timedelta(minutes=50), True)
    words = {"submit": "submitted as it stands", "abandon": "abandoned, and not marked"}
    assert words.get(change.get("overdue"), "1 min left to submit it") in asked.content.decode()
    assert shorten(room, asked, how).status_code == 302
    running.refresh_from_db()
    assert running.deadline == (NOW if how == "shorten" else each.before)
    assert settled(Attempt.objects.get(), now=NOW).state == "overdue"
    later = settled(Attempt.objects.get(), now=NOW + timedelta(minutes=3))
    ended = {"submit": ("submitted", NOW), "abandon": ("abandoned", None)}.get(
        change.get("overdue"), ("abandoned", None)
    )
    assert (later.state, later.submitted_at) == (ended if how == "shorten" else ("overdue", None))


def test_a_confirmation_counts_only_for_the_attempts_that_were_shown(room, running):
    asked = lessen_quiz(room)
    enrol(make_user("ben"), room.cohort)
    late = make_attempt(room.quiz, User.objects.get(username="ben"))

    again = shorten(room, asked)

    assert is_asked(again)
    assert {each.attempt for each in again.context["shortenings"]} == {running, late}
    assert minutes(running) == minutes(late) == 30
    assert shorten(room, again).status_code == 302
    assert minutes(running) == minutes(late) == 20


def test_students_of_other_classes_are_counted_and_not_named(room, running):
    make_attempt(room.quiz, make_user("stranger"))

    asked = lessen_quiz(room)

    assert [each.attempt for each in asked.context["shortenings"]] == [running]
    assert asked.context["others"] == 1
    html = asked.content.decode()
    assert "1 attempt of a student outside your classes would be shortened as well." in html
    assert "stranger" not in html
    assert len(publish_by_page(root(), room.quiz.course).context["shortenings"]) == 2


def test_a_change_that_gives_more_to_some_and_less_to_others_is_asked_about_as_a_whole(room, running):
    make_user("ben")
    enrol(User.objects.get(username="ben"), room.cohort)
    other = make_attempt(room.quiz, User.objects.get(username="ben"))
    Attempt.objects.filter(pk=other.pk).update(deadline=NOW + timedelta(minutes=10))

    asked = lessen_quiz(room)

    assert (minutes(running), minutes(other)) == (30, 10)
    shorten(room, asked)
    assert (minutes(running), minutes(other)) == (20, 20)
    assert (kinds(running), kinds(other)) == (["shortened"], ["extended"])


def test_an_override_is_in_force_at_once(room, running):
    assert told(override(room)) == ""
    assert minutes(running) == 50

    assert told(save(room.browser, page_of(QuizOverride.objects.get()), minutes="", lifted=["minutes"])) == ""
    assert minutes(running) is None
    assert QuizOverride.objects.get().lifted == ["minutes"]


@pytest.mark.parametrize(
    ("given", "said"),
    [(50, None), (40, "Without it the student has more already, so this changes nothing: time limit.")],
)
def test_an_override_that_gives_a_student_no_more_says_so(room, running, given, said):
    grant(room)

    page = room.browser.get(override(room, minutes=given).headers["Location"]).content.decode()

    assert minutes(running) == max(45, given)
    assert said is None or said in page
    assert said is not None or "changes nothing" not in page


def test_a_window_edited_in_the_workshop_is_in_force_once_it_is_published(room, running):
    assert told(save(room.browser, page_of(room.quiz), minutes=40)) == ""
    assert minutes(running) == 30

    assert publish_by_page(room.browser, room.quiz.course).status_code == 302

    assert minutes(running) == 40


def test_an_edit_that_leaves_the_window_moves_nothing(room, running):
    Attempt.objects.update(deadline=NOW)

    assert change_quiz(room, title="Another title").status_code == 302

    assert minutes(running) == 0


def test_nobody_grants_to_students_of_another_class(room):
    stranger = make_user("stranger")
    other = taught(quiz=room.quiz, teacher="other")
    enrol(stranger, other.cohort)

    assert "student" in grant(room, student=stranger.pk).context["adminform"].form.errors
    assert "student" in override(room, student=stranger.pk).context["adminform"].form.errors
    assert not Accommodation.objects.exists()
    assert not QuizOverride.objects.exists()


def test_nobody_grants_in_a_course_where_they_do_not_teach_the_student(room):
    second = make_course(key="second", lessons=1, sections=1, quizzes=[quiz_file(key="second")])
    elsewhere = taught(quiz=Quiz.objects.get(course=second), teacher="helper")
    elsewhere.cohort.enrolments.create(user=room.teacher, role="instructor")

    assert "You teach no class of this course" in told(grant(room, course=second.pk))
    assert "You teach no class of this course" in told(override(room, quiz=elsewhere.quiz.pk))


def test_what_holds_in_every_course_an_administrator_grants(room):
    assert "an administrator grants" in told(grant(room, course=""))

    superuser = root()
    values = {"student": ann().pk, "extra_minutes": 15, "reason": "Dyslexia."}
    assert told(save(superuser, reverse(ADD), **values)) == ""


def test_an_instructor_sees_what_holds_everywhere_without_its_reason_and_cannot_change_it(room):
    row = Accommodation.objects.create(student=ann(), extra_minutes=15, reason="Dyslexia.")

    page = room.browser.get(page_of(row))

    assert page.status_code == 200
    assert "Dyslexia" not in page.content.decode()
    assert room.browser.post(page_of(row), {"extra_minutes": "0"}).status_code == 403
    delete = reverse("admin:quizzes_accommodation_delete", args=[row.pk])
    assert room.browser.post(delete, {"post": "yes"}).status_code == 403
    assert "Dyslexia" not in room.browser.get(listed("quizzes_accommodation")).content.decode()
    assert "Dyslexia" in root().get(page_of(row)).content.decode()


def test_a_reason_is_read_and_changed_by_its_author_and_administrators_alone(room):
    colleague = make_user("colleague")
    make_instructor(colleague)
    room.cohort.enrolments.create(user=colleague, role="instructor")
    grant(room)
    row = Accommodation.objects.get()

    assert row.author == room.teacher
    assert "Dyslexia" in room.browser.get(page_of(row)).content.decode()
    assert "Dyslexia" in root().get(page_of(row)).content.decode()
    theirs = browser_of(colleague)
    assert "Dyslexia" not in theirs.get(page_of(row)).content.decode()
    assert told(save(theirs, page_of(row), extra_minutes=20, reason="Overwritten.")) == ""
    row.refresh_from_db()
    assert (row.extra_minutes, row.reason, row.author) == (20, "Dyslexia.", room.teacher)
    history = reverse("admin:quizzes_accommodation_history", args=[row.pk])
    assert "Dyslexia" not in theirs.get(history).content.decode()


def test_a_reason_without_an_author_is_for_administrators(room):
    row = Accommodation.objects.create(student=ann(), course=room.quiz.course, extra_minutes=15, reason="Dyslexia.")

    assert "Dyslexia" not in room.browser.get(page_of(row)).content.decode()


def test_the_reason_is_not_searched(room):
    grant(room)

    assert room.browser.get(listed("quizzes_accommodation"), {"q": "Dyslexia"}).context["cl"].result_count == 0
    assert room.browser.get(listed("quizzes_accommodation"), {"q": "ann"}).context["cl"].result_count == 1


def test_an_override_is_for_a_student(room):
    assert "This field is required." in told(override(room, student=""))


def test_whom_a_grant_is_about_stays(room):
    grant(room)
    override(room)
    enrol(make_user("ben"), room.cohort)

    for row in (Accommodation.objects.get(), QuizOverride.objects.get()):
        save(room.browser, page_of(row), student=User.objects.get(username="ben").pk)
        row.refresh_from_db()
        assert row.student == ann()


def test_a_time_factor_below_one_is_refused(room):
    assert "greater than or equal to 1" in told(grant(room, time_factor="0.5"))
