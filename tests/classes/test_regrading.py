"""Regrading: what each question offers, the preview, the confirmation, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from classes.views import regrading
from courses.models import CourseRole
from courses.services.staff import make_instructor
from quizzes.models import Attempt, AttemptEvent, ItemResponse, Regrade, RegradeRun
from quizzes.services import runs
from quizzes.services.authoring import edit_item
from quizzes.services.marking import load_papers, mark_attempt
from tests.api.ask import counted
from tests.make import NOW, body, browser_of, enrol, give, make_attempt, make_user, spec, submit
from tests.staff import Taught, taught, text_of

CHOICE = body("single", key="choice")
TO_ALL = {"regrade-fix": "credit_all", "regrade-never_lower": "on", "regrade-reason": "The stem misleads."}


@pytest.fixture
def room(db) -> Taught:
    """A class whose students answered a single choice: Ann wrongly, Ben rightly."""
    room = taught(items=[CHOICE, body("true_false", key="claim")], practice=False)
    room.hand_in("ann", "roubles")
    room.hand_in("ben", "dollars")
    return room


def revision(room, key="choice"):
    return room.quiz.items.get(key=key).revisions.order_by("number").first()


def address(room, key="choice"):
    return reverse("classes:regrade", args=[revision(room, key).pk])


def scores():
    return {attempt.student.username: attempt.score for attempt in Attempt.objects.submitted()}


def confirm(room, data, **changes):
    """Preview, then confirm what was shown."""
    seen = room.browser.post(address(room), data)
    assert seen.status_code == 200, seen.context["form"].errors
    return room.browser.post(address(room), {**data, "expected": seen.context["preview"].fingerprint, **changes})


def test_a_preview_shows_what_would_change_and_writes_nothing(room):
    seen = room.browser.post(address(room), TO_ALL)

    html = text_of(seen)
    assert seen.context["counts"] == {"up": 1, "down": 0, "same": 1}
    assert "Mean score: 0.50 points, then 1.00." in html
    assert "0 of 2" in html
    assert "1 of 2" in html
    assert [line.change.attempt.student.username for line in seen.context["lines"]] == ["ann"]
    assert not Regrade.objects.exists()
    assert scores() == {"ann": 0, "ben": 1}


def test_confirming_makes_it_and_every_change_is_in_the_record(room):
    answer = confirm(room, TO_ALL)

    regrade = Regrade.objects.get()
    events = AttemptEvent.objects.filter(regrade=regrade).values_list("attempt__student__username", "points_after")
    assert answer.status_code == 302
    assert (regrade.fix, regrade.actor, regrade.reason) == ("credit_all", room.teacher, "The stem misleads.")
    assert scores() == {"ann": 1, "ben": 1}
    assert list(events) == [("ann", Decimal(1))] * 2


def test_what_was_confirmed_is_what_is_done_or_nothing_is(room):
    seen = room.browser.post(address(room), TO_ALL)
    room.hand_in("cem", "kind")

    answer = room.browser.post(address(room), {**TO_ALL, "expected": seen.context["preview"].fingerprint})

    assert answer.status_code == 409
    assert "Marks have changed since you looked" in text_of(answer)
    assert answer.context["counts"]["up"] == 2
    assert not Regrade.objects.exists()
    assert scores() == {"ann": 0, "ben": 1, "cem": 0}


def test_the_confirmation_sends_what_the_form_held(room):
    data = {**TO_ALL, "regrade-fix": "options", "regrade-always_right": ["roubles", "kind"]}

    seen = room.browser.post(address(room), data)

    posted = seen.context["form"].posted()
    assert ("regrade-always_right", "kind") in posted
    assert ("regrade-always_right", "roubles") in posted
    assert ("regrade-reason", "The stem misleads.") in posted


def test_undoing_needs_a_reason_and_brings_marks_back(room):
    confirm(room, TO_ALL)
    undo = reverse("classes:regrade-undo", args=[revision(room).pk, Regrade.objects.get().pk])

    refused = room.browser.post(undo, {"reason": " "})
    done = room.browser.post(undo, {"reason": "It was plain enough."}, follow=True)

    assert refused.status_code == 409
    assert scores() == {"ann": 0, "ben": 1}
    assert "Undone by teacher" in text_of(done)
    assert Regrade.objects.get().undone_by == room.teacher


def test_the_page_says_what_is_right_now(room):
    assert "Its key: <b> <span>Paid in dollars</span> </b>" in text_of(room.browser.get(address(room)))
    assert "Its key: <b> False </b>" in text_of(room.browser.get(address(room, "claim")))


def test_each_kind_offers_the_fixes_that_mean_something(room):
    def offered(key):
        return [value for value, _label in room.browser.get(address(room, key)).context["form"].fields["fix"].choices]

    assert offered("choice") == ["credit_all", "disregard", "options", "keep"]
    assert offered("claim") == ["credit_all", "disregard", "keep"]


def test_a_new_key_comes_from_another_wording(room):
    item = room.quiz.items.get(key="choice")
    options = {key: {**option, "correct": key == "roubles"} for key, option in CHOICE["options"].items()}
    newer = edit_item(item=item, spec=spec("single", key="choice", options=options), editor=room.teacher, now=NOW)
    data = {**TO_ALL, "regrade-fix": "new_key", "regrade-never_lower": ""}

    without = room.browser.post(address(room), data)
    confirm(room, {**data, "regrade-new_revision": str(newer.pk)})

    assert without.status_code == 422
    assert "Choose the version with the new key." in text_of(without)
    assert scores() == {"ann": 1, "ben": 0}


def test_never_lower_keeps_what_was_earned(room):
    item = room.quiz.items.get(key="choice")
    options = {key: {**option, "correct": key == "roubles"} for key, option in CHOICE["options"].items()}
    newer = edit_item(item=item, spec=spec("single", key="choice", options=options), editor=room.teacher, now=NOW)

    confirm(room, {**TO_ALL, "regrade-fix": "new_key", "regrade-new_revision": str(newer.pk)})

    assert scores() == {"ann": 1, "ben": 1}


def test_a_wording_of_another_kind_or_another_question_is_no_new_key(room):
    item = room.quiz.items.get(key="choice")
    other_kind = edit_item(item=item, spec=spec("true_false", key="choice"), editor=room.teacher, now=NOW)
    data = {**TO_ALL, "regrade-fix": "new_key", "regrade-new_revision": str(other_kind.pk)}

    assert room.browser.post(address(room), data).status_code == 422


@pytest.mark.parametrize(
    ("ticks", "words"),
    [
        ({}, "Tick at least one option"),
        ({"regrade-always_right": ["kind"], "regrade-disregarded": ["kind"]}, "not both"),
        ({"regrade-disregarded": ["kind", "roubles"]}, "At least two options must be left"),
        ({"regrade-always_right": ["gold"]}, "gold"),
    ],
)
def test_options_that_make_no_sense_are_refused(room, ticks, words):
    answer = room.browser.post(address(room), {**TO_ALL, "regrade-fix": "options", **ticks})

    assert answer.status_code == 422
    assert words in text_of(answer)


def test_an_option_can_be_always_right(room):
    confirm(room, {**TO_ALL, "regrade-fix": "options", "regrade-always_right": ["roubles"]})

    assert scores() == {"ann": 1, "ben": 1}


@pytest.mark.parametrize("missing", ["regrade-reason", "regrade-fix"])
def test_a_decision_and_a_reason_are_needed(room, missing):
    answer = room.browser.post(address(room), {**TO_ALL, missing: " "})

    assert answer.status_code == 422
    assert not Regrade.objects.exists()


def editor_of(room, name="editor"):
    """Return the browser of an editor of the course."""
    user = make_user(name)
    make_instructor(user)
    CourseRole.objects.create(course=room.quiz.course, user=user, role=CourseRole.Role.EDITOR)
    return browser_of(user)


def test_a_regrade_changes_no_result_of_another_class_nor_of_a_reader_in_none(room):
    other = taught(quiz=room.quiz, teacher="other")
    other.hand_in("Zebedee", "roubles")
    alone = make_attempt(room.quiz, make_user("alone"))
    give(alone, "roubles")
    submit(alone)

    seen = room.browser.post(address(room), {**TO_ALL, "regrade-reach": "all"})
    confirm(room, TO_ALL)

    assert "Zebedee" not in text_of(seen)
    assert seen.context["counts"] == {"up": 1, "down": 0, "same": 1}
    assert scores() == {"ann": 1, "ben": 1, "Zebedee": 0, "alone": 0}
    made = Regrade.objects.get()
    assert (made.is_for_all, list(made.cohorts.all())) == (False, [room.cohort])


def test_an_editor_regrades_every_class_and_names_no_student(room):
    taught(quiz=room.quiz, teacher="other").hand_in("Zebedee", "roubles")
    browser = editor_of(room)

    seen = browser.post(address(room), {**TO_ALL, "regrade-reach": "all"})
    data = {**TO_ALL, "regrade-reach": "all", "expected": seen.context["preview"].fingerprint}
    browser.post(address(room), data)

    assert "a student who is not in your classes" in text_of(seen)
    assert "Zebedee" not in text_of(seen)
    assert scores() == {"ann": 1, "ben": 1, "Zebedee": 1}


@pytest.mark.parametrize(("reach", "expected"), [("own", 0), ("all", 1)])
def test_an_editor_who_teaches_chooses_how_far_a_regrade_reaches(room, reach, expected):
    taught(quiz=room.quiz, teacher="other").hand_in("Zebedee", "roubles")
    CourseRole.objects.create(course=room.quiz.course, user=room.teacher, role=CourseRole.Role.OWNER)

    confirm(room, {**TO_ALL, "regrade-reach": reach})

    assert scores() == {"ann": 1, "ben": 1, "Zebedee": expected}


def test_the_instructors_of_a_class_are_told_what_others_changed_in_it(room):
    other = taught(quiz=room.quiz, teacher="other")
    other.hand_in("Zebedee", "roubles")
    confirm(room, TO_ALL)
    page = reverse("classes:overview", args=[other.cohort.pk])
    assert "Regraded by others" not in text_of(other.browser.get(page))
    browser = editor_of(room)
    seen = browser.post(address(room), {**TO_ALL, "regrade-reach": "all"})
    browser.post(
        address(room), {**TO_ALL, "regrade-reach": "all", "expected": seen.context["preview"].fingerprint}
    )  # fmt: skip

    told = text_of(other.browser.get(page))
    assert "editor: 1 result of this class changed" in told
    assert "The stem misleads." in told
    assert "Regraded by others" not in text_of(room.browser.get(reverse("classes:overview", args=[room.cohort.pk])))
    made = Regrade.objects.get(is_for_all=True)
    browser.post(reverse("classes:regrade-undo", args=[revision(room).pk, made.pk]), {"reason": "It was plain."})
    assert "Undone by editor" in text_of(other.browser.get(page))


@pytest.mark.parametrize(
    ("who", "may"), [("teacher", True), ("editor", True), ("other", False), ("helper", False), ("clerk", False)]
)
def test_only_instructors_of_all_its_classes_and_editors_undo_a_regrade(room, who, may):
    other = taught(quiz=room.quiz, teacher="other")
    other.cohort.enrolments.create(user=room.teacher, role="instructor")
    room.cohort.enrolments.create(user=make_user("helper"), role="assistant")
    make_user("clerk", is_staff=True)
    editor_of(room)
    confirm(room, TO_ALL)
    made = Regrade.objects.get()
    browser = browser_of(User.objects.get(username=who))

    browser.post(reverse("classes:regrade-undo", args=[revision(room).pk, made.pk]), {"reason": "It was plain."})

    made.refresh_from_db()
    assert (made.undone_at is not None) is may
    assert scores()["ann"] == (0 if may else 1)


def test_what_one_class_leaves_out_counts_in_another(room):
    other = taught(quiz=room.quiz, teacher="other")
    theirs = other.hand_in("Zebedee", "roubles")

    confirm(room, {**TO_ALL, "regrade-fix": "disregard"})

    ann = Attempt.objects.get(student__username="ann")
    theirs.refresh_from_db()
    assert (ann.max_score, theirs.max_score) == (1, 2)
    out = dict(ItemResponse.objects.with_out().filter(position=1).values_list("attempt__student__username", "is_out"))
    assert out == {"ann": True, "ben": True, "Zebedee": False}
    page = text_of(browser_of(theirs.student).get(reverse("quizzes:result", args=[theirs.pk])))
    assert "The stem misleads." not in page


def test_no_mark_moves_because_a_student_leaves_or_joins(room):
    confirm(room, TO_ALL)
    newcomer = taught(quiz=room.quiz, teacher="other").hand_in("Zebedee", "roubles")
    enrol(newcomer.student, room.cohort, now=timezone.now(), shares_earlier=True)
    room.cohort.enrolments.filter(user__username="ann").update(is_active=False)

    attempts = list(Attempt.objects.select_related("quiz"))
    fresh = load_papers(attempts)
    marked = {}
    for attempt in attempts:
        mark_attempt(attempt, fresh.bases[attempt.pk])
        marked[attempt.student.username] = attempt.score

    assert marked == scores() == {"ann": 1, "ben": 1, "Zebedee": 0}


def test_a_disregarded_question_reads_as_not_counted(room):
    confirm(room, {**TO_ALL, "regrade-fix": "disregard"})
    ann = Attempt.objects.get(student__username="ann")

    html = text_of(browser_of(ann.student).get(reverse("quizzes:result", args=[ann.pk])))

    assert "does not count" in html
    assert "0 of 1 points." in html


def test_the_student_reads_that_a_mark_changed_when_and_why(room):
    room.teacher.email = "private@example.org"
    room.teacher.save()
    confirm(room, TO_ALL)
    ann, ben = (Attempt.objects.get(student__username=name) for name in ("ann", "ben"))

    html = text_of(browser_of(ann.student).get(reverse("quizzes:result", args=[ann.pk])))
    untouched = text_of(browser_of(ben.student).get(reverse("quizzes:result", args=[ben.pk])))

    assert "What changed since" in html
    assert "The stem misleads." in html
    assert "regraded, by teacher on" in html
    assert "private@example.org" not in html
    assert "Regrade this question" not in html
    assert "What changed since" not in untouched


def test_a_result_handed_in_after_a_regrade_says_what_its_mark_rests_on(room):
    """It has no event of its own: nothing changed since. What explains its mark stands at the question."""
    confirm(room, TO_ALL)
    late = room.hand_in("late", "kind")

    html = text_of(browser_of(late.student).get(reverse("quizzes:result", args=[late.pk])))

    assert "What changed since" not in html
    assert "Remarked: full credit to everybody.</b> The stem misleads. No answer loses points." in html


def test_page_and_api_explain_an_answer_in_the_words_of_the_key_that_holds_now(room):
    options = {key: {**option, "correct": key == "roubles"} for key, option in CHOICE["options"].items()}
    words = spec("single", key="choice", options=options, feedback="The ledger of 1991 says roubles.")
    newer = edit_item(item=room.quiz.items.get(key="choice"), spec=words, editor=room.teacher, now=NOW)
    confirm(room, {**TO_ALL, "regrade-fix": "new_key", "regrade-new_revision": str(newer.pk)})
    ann = Attempt.objects.get(student__username="ann")
    browser = browser_of(ann.student)

    html = text_of(browser.get(reverse("quizzes:result", args=[ann.pk])))
    result = browser.get(reverse("api-attempt", args=[ann.pk])).json()["responses"][0]["result"]

    assert '<p class="explanation">The ledger of 1991 says roubles.</p>' in html
    assert result["feedback"] == "The ledger of 1991 says roubles."
    assert [each["fix"] for each in result["regrades"]] == ["new_key"]


def test_the_picture_of_an_answer_shows_the_place_that_is_right_now(db):
    item = body("map", key="where")
    room = taught(items=[item], practice=False)
    attempt = room.hand_in("ann", "capital")
    page = reverse("quizzes:result", args=[attempt.pk])
    before = text_of(browser_of(attempt.student).get(page))
    places = {key: {**place, "correct": key == "capital"} for key, place in item["places"].items()}
    words = spec("map", key="where", places=places)
    newer = edit_item(item=room.quiz.items.get(), spec=words, editor=room.teacher, now=NOW)
    choice = {**TO_ALL, "regrade-fix": "new_key", "regrade-new_revision": str(newer.pk)}
    old = revision(room, "where")
    seen = room.browser.post(reverse("classes:regrade", args=[old.pk]), choice)
    room.browser.post(
        reverse("classes:regrade", args=[old.pk]), {**choice, "expected": seen.context["preview"].fingerprint}
    )

    after = text_of(browser_of(attempt.student).get(page))

    assert [html.count('stroke="var(--wrong)"') for html in (before, after)] == [1, 0]


def test_changes_are_held_back_with_the_marks(db):
    room = taught(items=[CHOICE], practice=False, review={"marks": [], "overall": []})
    attempt = room.hand_in("ann", "roubles")
    confirm(room, TO_ALL)

    html = text_of(browser_of(attempt.student).get(reverse("quizzes:result", args=[attempt.pk])))

    assert "What changed since" not in html
    assert "The stem misleads." not in html


def test_an_open_attempt_is_marked_so_when_it_is_handed_in(room):
    student = make_user("late")
    enrol(student, room.cohort)
    late = make_attempt(room.quiz, student)
    give(late, "kind")
    confirm(room, TO_ALL)

    assert submit(late).score == 1


def test_the_page_of_a_result_leads_to_it(room):
    ann = Attempt.objects.get(student__username="ann")

    html = text_of(room.browser.get(reverse("quizzes:result", args=[ann.pk])))

    assert f'href="{address(room)}"' in html


def test_staff_without_a_class_or_a_course_regrade_nothing(room):
    clerk, author = make_user("clerk", is_staff=True), make_user("author")
    clerk.user_permissions.add(Permission.objects.get(codename="change_item"))
    make_instructor(author)

    assert editor_of(room).get(address(room)).status_code == 200
    for user in (clerk, author):
        assert browser_of(user).get(address(room)).status_code == 404
        assert browser_of(user).post(address(room), TO_ALL).status_code == 404


def test_the_workshop_leads_to_it(room):
    author = room.teacher
    make_instructor(author)
    CourseRole.objects.create(course=revision(room).item.course, user=author, role="editor")
    page = reverse("admin:quizzes_itemrevision_change", args=[revision(room).pk])
    item = reverse("admin:quizzes_item_change", args=[revision(room).item_id])

    assert f'href="{address(room)}"' in text_of(browser_of(author).get(page))
    assert f'href="{address(room)}"' in text_of(browser_of(author).get(item))


def test_a_regrade_of_another_question_cannot_be_undone_here(room):
    confirm(room, TO_ALL)
    undo = reverse("classes:regrade-undo", args=[revision(room, "claim").pk, Regrade.objects.get().pk])

    assert room.browser.post(undo, {"reason": "Why not."}).status_code == 404
    assert Regrade.objects.get().undone_at is None


def test_a_preview_costs_the_same_for_two_results_and_thirty(db):
    costs = []
    for count in (2, 30):
        room = taught(items=[CHOICE], course=f"course-{count}", teacher=f"teacher-{count}", practice=False)
        for number in range(count):
            room.hand_in(f"student-{count}-{number}", "roubles")
        room.browser.get(address(room))
        with counted() as queries:
            seen = room.browser.post(address(room), TO_ALL)
        assert seen.context["counts"]["up"] == count
        costs.append(len(queries))

    assert costs[0] == costs[1]


# Many papers.


@pytest.fixture
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two papers are many."""
    monkeypatch.setattr(runs, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(regrading, "MOST_AT_ONCE", 1)


def page_of(room, browser=None):
    return text_of((browser or room.browser).get(address(room)))


@pytest.mark.usefixtures("_many")
def test_many_papers_are_worked_out_apart_and_the_page_says_how_far(room):
    seen = room.browser.post(address(room), TO_ALL)
    assert "More than 1 papers are worked out in the background" in text_of(seen)
    before = scores()

    assert confirm(room, TO_ALL).status_code == 302

    html = page_of(room)
    assert "0 of 2 papers" in html
    assert "All results change at once when every paper is worked out" in html
    assert "Preview changes" not in html
    assert scores() == before
    runs.step(RegradeRun.objects.get().pk, now=timezone.now())
    assert "1 of 2 papers" in page_of(room)
    runs.work_on_runs()
    html = page_of(room)
    assert "The regrade is done" in html
    assert "1 result changed." in html
    assert "Preview changes" in html
    assert scores() == {"ann": 1, "ben": 1}


@pytest.mark.usefixtures("_many")
def test_a_regrade_of_many_papers_is_undone_apart_as_well(room):
    before = scores()
    confirm(room, TO_ALL)
    runs.work_on_runs()
    made = Regrade.objects.get()

    room.browser.post(reverse("classes:regrade-undo", args=[made.revision_id, made.pk]), {"reason": "No."})

    assert "A regrade is being undone" in page_of(room)
    runs.work_on_runs()
    assert scores() == before


@pytest.mark.usefixtures("_many")
def test_it_can_be_cancelled_by_who_asked_for_it_and_not_by_another_class(room):
    before = scores()
    confirm(room, TO_ALL)
    run = RegradeRun.objects.get()
    cancel = reverse("classes:regrade-cancel", args=[run.revision_id, run.pk])
    other = taught(quiz=room.quiz, teacher="other")

    assert cancel in page_of(room)
    assert cancel not in page_of(room, other.browser)
    assert other.browser.post(cancel).status_code == 404
    said = text_of(room.browser.post(cancel, follow=True))

    assert "Cancelled. No result was changed." in said
    assert "The regrade was cancelled" in said
    assert "Preview changes" in said
    assert scores() == before
    assert room.browser.post(cancel).status_code == 409


@pytest.mark.usefixtures("_many")
def test_the_page_says_when_nothing_works_on_it(room):
    confirm(room, TO_ALL)
    assert "Nothing has worked on it" not in page_of(room)
    RegradeRun.objects.update(beat_at=timezone.now() - timedelta(minutes=2))

    assert "Nothing has worked on it since" in page_of(room)


@pytest.mark.usefixtures("_many")
def test_a_second_regrade_meanwhile_is_refused_in_words_and_changes_nothing(room):
    seen = room.browser.post(address(room), TO_ALL)
    confirm(room, TO_ALL)

    again = room.browser.post(address(room), {**TO_ALL, "expected": seen.context["preview"].fingerprint})

    assert again.status_code == 409
    assert "Another regrade of this question is being worked out" in text_of(again)
    assert RegradeRun.objects.count() == 1


def test_a_preview_names_the_first_hundred_results_and_counts_the_others(room, monkeypatch):
    monkeypatch.setattr("classes.reports.regrading.MOST_LINES", 1)
    monkeypatch.setattr(regrading, "MOST_LINES", 1)
    room.hand_in("cem", "kind")

    html = text_of(room.browser.post(address(room), TO_ALL))

    assert "And 1 more result." in html
