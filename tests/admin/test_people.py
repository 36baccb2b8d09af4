"""Who sees what in the admin: superusers all, instructors the rows of their own classes, others nothing."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from courses.admin.classes import MOST_PLACES
from courses.models import Cohort, CourseRole, Enrolment, Invitation
from courses.services.names import name_of, set_name
from courses.services.staff import instructor_group, make_instructor
from quizzes.models import Attempt, ItemResponse, SavedAnswer
from tests.admin.work import (
    CLASSES,
    CONTENT,
    EDITED,
    EVERYTHING,
    GRANTS,
    WORK,
    listed,
    page_of,
    quiz_of,
    root,
    save,
    taught_course,
    teacher_of,
    typed,
)
from tests.make import browser_of, make_attempt, make_guest, make_user

ADD_PLACE = "/admin/courses/enrolment/add/"


@pytest.mark.parametrize("name", [*CLASSES, *WORK, *GRANTS])
def test_an_instructor_sees_only_rows_of_their_own_classes(db: None, name: str) -> None:
    course = taught_course()
    mine, _cohort = teacher_of(course, name="mine")
    theirs, _other = teacher_of(course, name="theirs")

    own = set(mine.get(listed(name)).context["cl"].queryset)
    others = set(theirs.get(listed(name)).context["cl"].queryset)
    everything = set(root().get(listed(name)).context["cl"].queryset)

    assert own
    assert others
    assert own.isdisjoint(others)
    assert own | others == everything


def test_another_classes_rows_cannot_be_opened(db: None) -> None:
    course = taught_course()
    mine, cohort = teacher_of(course, name="mine")
    theirs, _other = teacher_of(course, name="theirs")
    attempt = Attempt.objects.filter(student__username="mine-student-0").first()
    rows = [
        cohort, Enrolment.objects.get(user__username="mine-student-0"), attempt,
        ItemResponse.objects.filter(attempt=attempt).first(),
        SavedAnswer.objects.filter(response__attempt__student__username="mine-student-0").first(),
    ]  # fmt: skip

    for row in rows:
        assert row is not None
        assert mine.get(page_of(row)).status_code == 200
        assert theirs.get(page_of(row)).status_code == 302
        assert theirs.post(page_of(row), {}).status_code in (302, 403)


def test_work_in_another_course_is_not_shown_to_a_teacher_of_the_same_student(db: None) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine")
    elsewhere = taught_course(key="other")
    student = User.objects.get(username="mine-student-0")
    make_attempt(quiz_of(elsewhere), student)

    shown = mine.get(listed("quizzes_attempt")).context["cl"].queryset

    assert {attempt.quiz.course for attempt in shown} == {cohort.course}


def test_one_who_left_is_shown_no_longer(db: None) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine")

    Enrolment.objects.filter(user__username="mine-student-0").update(is_active=False)

    assert mine.get(listed("quizzes_attempt")).context["cl"].result_count == 0
    Enrolment.objects.filter(user__username="mine").update(is_active=False)
    assert mine.get(listed("courses_cohort")).context["cl"].result_count == 0
    assert cohort.enrolments.count() == 2


@pytest.mark.parametrize("name", EVERYTHING)
def test_students_and_strangers_are_refused(db: None, name: str) -> None:
    student = browser_of(make_user("student"))

    assert student.get(listed(name)).status_code == 302
    assert Client().get(listed(name)).status_code == 302


def test_staff_in_no_group_see_nothing(db: None) -> None:
    clerk = browser_of(make_user("clerk", is_staff=True))

    for name in EVERYTHING:
        assert clerk.get(listed(name)).status_code == 403


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_group_of_instructors_opens_every_list_of_ours_and_nothing_else(db: None, name: str) -> None:
    taught_course()
    teacher = make_user("teacher")
    make_instructor(teacher)

    browser = browser_of(teacher)

    assert browser.get(listed(name)).status_code == 200
    assert browser.get("/admin/auth/user/").status_code == 403
    assert browser.get("/admin/auth/group/").status_code == 403
    deleted = {code for code in codes(instructor_group()) if code.startswith("delete_")}
    unmet = {f"delete_{name}" for name in (*EDITED, "studystatement", "quiz", "item")}
    assert deleted == {"delete_accommodation", "delete_invitation", "delete_quizoverride"} | unmet


def codes(group: Group) -> list[str]:
    return list(group.permissions.values_list("codename", flat=True))


def test_an_instructor_deletes_nothing_and_work_is_written_by_nobody(db: None) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine")
    attempt = Attempt.objects.first()
    assert attempt is not None
    for browser in (mine, root()):
        for name in WORK:
            assert browser.get(reverse(f"admin:{name}_add")).status_code == 403
        assert browser.post(page_of(attempt), {"score": "1"}).status_code == 403
        assert browser.post(reverse("admin:quizzes_attempt_delete", args=[attempt.pk])).status_code == 403
        browser.post(page_of(cohort.course.lessons.get()).replace("/change/", "/delete/"), {"post": "yes"})
        assert cohort.course.lessons.exists()
    assert mine.post(reverse("admin:courses_cohort_delete", args=[cohort.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", [name for name in CONTENT if name != "quizzes_regrade"])
def test_content_is_listed_for_people_who_work_on_the_course_and_not_for_its_teachers(db: None, name: str) -> None:
    course = taught_course()
    teacher, _cohort = teacher_of(course, name="teacher")
    reviewer = make_user("reviewer")
    make_instructor(reviewer)
    CourseRole.objects.create(course=course, user=reviewer, role="reviewer")

    def rows(browser: Client) -> set[Any]:
        return set(browser.get(listed(name)).context["cl"].queryset)

    assert rows(browser_of(reviewer)) == rows(root())
    assert rows(teacher) == set()


def test_whoever_makes_a_class_teaches_it(db: None) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine")
    address = reverse("admin:courses_cohort_add")

    saved = save(mine, address, course=cohort.course.pk, name="Second class")

    assert saved.status_code == 302
    second = Cohort.objects.get(name="Second class")
    assert second.enrolments.get().role == Enrolment.Role.INSTRUCTOR
    assert mine.get(page_of(second)).status_code == 200


def test_administrators_add_people_to_a_class_once(db: None) -> None:
    _mine, cohort = teacher_of(taught_course(), name="mine")
    mine = root()
    newcomer = make_user("newcomer")
    place = {"enrolments-2-0-user": newcomer.pk, "enrolments-2-0-role": "student"}

    first = save(mine, page_of(cohort), **place)
    again = save(mine, page_of(cohort), **place)

    assert first.status_code == 302
    assert cohort.enrolments.get(user=newcomer).role == "student"
    assert again.status_code == 200
    assert "has a place in the class already" in again.content.decode()
    assert cohort.enrolments.filter(user=newcomer).count() == 1


def test_a_person_is_not_added_twice_at_once(db: None) -> None:
    _mine, cohort = teacher_of(taught_course(), name="mine")
    mine = root()
    newcomer = make_user("newcomer")
    twice = {
        f"enrolments-2-{at}-{name}": value
        for at in (0, 1)
        for name, value in (("user", newcomer.pk), ("role", "student"), ("cohort", cohort.pk))
    }

    saved = save(mine, page_of(cohort), **twice, **{"enrolments-2-TOTAL_FORMS": 2})

    assert saved.status_code == 200
    assert not cohort.enrolments.filter(user=newcomer).exists()


def test_a_reader_without_an_account_cannot_be_chosen(db: None) -> None:
    guest = make_guest()
    mine, cohort = teacher_of(taught_course(), name="mine")
    place = {"enrolments-2-0-user": guest.pk, "enrolments-2-0-role": "student"}
    added = {"cohort": cohort.pk, "user": guest.pk, "role": "student"}

    assert save(root(), page_of(cohort), **place).status_code == 200
    assert browser_of(User.objects.get(username="root")).post(ADD_PLACE, added).status_code == 200
    assert mine.post(reverse("admin:courses_invitation_add"), added).status_code == 200
    assert not Enrolment.objects.filter(user=guest).exists()
    assert not Invitation.objects.filter(user=guest).exists()


def invite(cohort: Cohort, user: User, role: str = "student") -> dict[str, Any]:
    at = f"invitations-{cohort.invitations.count()}"
    return {f"{at}-user": user.pk, f"{at}-role": role, f"{at}-cohort": cohort.pk}


def test_an_instructor_invites_and_the_person_decides(db: None) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine")
    newcomer = make_user("newcomer")

    assert save(mine, page_of(cohort), **invite(cohort, newcomer, "assistant")).status_code == 302

    offered = Invitation.objects.get(user=newcomer)
    assert (offered.user, offered.role, offered.invited_by) == (
        newcomer,
        "assistant",
        User.objects.get(username="mine"),
    )
    assert not newcomer.enrolments.exists()
    browser_of(newcomer).post(reverse("classes:invitation-accept", args=[offered.pk]))
    assert newcomer.enrolments.get().role == "assistant"


def test_no_one_is_invited_twice_or_to_a_place_they_have(db: None) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine")
    newcomer, student = make_user("newcomer"), User.objects.get(username="mine-student-0")
    save(mine, page_of(cohort), **invite(cohort, newcomer))
    add = reverse("admin:courses_invitation_add")

    again = mine.post(add, {"cohort": cohort.pk, "user": newcomer.pk, "role": "student"})
    there = mine.post(add, {"cohort": cohort.pk, "user": student.pk, "role": "student"})

    assert "has an invitation already" in again.content.decode()
    assert "has this place in the class already" in there.content.decode()
    assert list(Invitation.objects.filter(user__in=[newcomer, student]).values_list("user", flat=True)) == [newcomer.pk]


def test_an_invitation_is_taken_back(db: None) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine")
    newcomer = make_user("newcomer")
    offered = Invitation.objects.create(cohort=cohort, user=newcomer)

    mine.post(reverse("admin:courses_invitation_delete", args=[offered.pk]), {"post": "yes"})

    assert browser_of(newcomer).post(reverse("classes:invitation-accept", args=[offered.pk])).status_code == 404
    assert not newcomer.enrolments.exists()


def test_no_one_is_invited_to_another_instructors_class(db: None) -> None:
    course = taught_course()
    mine, _cohort = teacher_of(course, name="mine")
    _theirs, other = teacher_of(course, name="theirs")
    place = {"cohort": other.pk, "user": make_user("newcomer").pk, "role": "instructor", "is_active": "on"}

    assert mine.post(reverse("admin:courses_invitation_add"), place).status_code == 200
    assert mine.post(ADD_PLACE, place).status_code == 403
    assert not Invitation.objects.filter(user__username="newcomer").exists()
    assert not other.enrolments.filter(user__username="newcomer").exists()


def looked_up(browser: Client, term: str | None) -> list[str]:
    """Return who is found for a term, in a picker of people."""
    query = {"app_label": "courses", "model_name": "enrolment", "field_name": "user"}
    found = browser.get("/admin/autocomplete/", query if term is None else {**query, "term": term}).json()["results"]
    return sorted(row["text"].split("(")[-1].rstrip(")") for row in found)


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (None, []),
        ("", []),
        ("  ", []),
        ("newcomer", ["newcomer"]),
        ("NewComer ", ["newcomer"]),
        ("newcome", []),
        ("Ada", []),
        ("ada@example.org", ["newcomer"]),
        ("ADA@EXAMPLE.ORG", ["newcomer"]),
        ("second@example.org", ["newcomer"]),
        ("example.org", []),
        ("ada@", []),
        ("root", ["root"]),
        ("roo", []),
        # One's own students are found by part of a name, and not by part of an address.
        ("mine-stu", ["mine-student-0"]),
        ("Daria", ["mine-student-0"]),
        ("daria@exam", []),
        ("theirs-stu", []),
        ("%", []),
        ("_", []),
    ],
)
def test_instructors_look_up_a_whole_name_or_address_or_their_own_students(
    db: None, term: str | None, found: list[str]
) -> None:
    course = taught_course()
    mine, _cohort = teacher_of(course, name="mine")
    teacher_of(course, name="theirs")
    User.objects.filter(username="mine-student-0").update(first_name="Daria", email="daria@example.org")
    newcomer = make_user("newcomer", first_name="Ada", email="ada@example.org")
    EmailAddress.objects.create(user=newcomer, email="second@example.org")
    root()

    assert looked_up(mine, term) == found


@pytest.mark.parametrize(("count", "shown"), [(1, True), (MOST_PLACES + 1, False)])
def test_the_form_of_a_big_class_leaves_its_people_to_their_own_page(db: None, count: int, shown: bool) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine")
    people = User.objects.bulk_create([User(username=f"p{at}") for at in range(count)])
    Enrolment.objects.bulk_create([Enrolment(cohort=cohort, user=user) for user in people])

    page = mine.get(page_of(cohort)).content.decode()

    assert ("enrolments-0-is_active" in page) is shown
    assert reverse("classes:people", args=[cohort.pk]) in page
    assert save(mine, page_of(cohort), name="Renamed").status_code == 302


def test_a_picker_shows_people_by_the_names_they_gave(db: None) -> None:
    mine, _cohort = teacher_of(taught_course(), name="mine")
    set_name(user=User.objects.get(username="mine-student-0"), name=name_of("김민지"))
    query = {"app_label": "courses", "model_name": "enrolment", "field_name": "user", "term": "mine-stu"}

    found = mine.get("/admin/autocomplete/", query).json()["results"]

    assert [row["text"] for row in found] == ["김민지 (mine-student-0)"]


def test_administrators_look_up_by_part_of_a_name_and_list_nobody_in_a_picker(db: None) -> None:
    make_user("somebody")
    administrator = root()

    assert looked_up(administrator, "somebo") == ["somebody"]
    assert looked_up(administrator, "") == []
    assert administrator.get("/admin/auth/user/").status_code == 200


def test_whoever_is_looked_up_cannot_be_opened(db: None) -> None:
    mine, _cohort = teacher_of(taught_course(), name="mine")

    assert mine.get(page_of(make_user("somebody"))).status_code == 403


def test_classes_are_looked_up_among_ones_own(db: None) -> None:
    course = taught_course()
    mine, _cohort = teacher_of(course, name="mine")
    teacher_of(course, name="theirs")
    lookup = {"term": "class", "app_label": "courses", "model_name": "enrolment", "field_name": "cohort"}

    found = mine.get("/admin/autocomplete/", lookup).json()["results"]

    assert [row["text"] for row in found] == ["Class of mine"]


def test_a_filter_offers_ones_own_classes(db: None) -> None:
    course = taught_course()
    mine, cohort = teacher_of(course, name="mine")
    _theirs, other = teacher_of(course, name="theirs")

    page = mine.get(listed("quizzes_attempt"), {"class": cohort.pk})
    theirs = mine.get(listed("quizzes_attempt"), {"class": other.pk})

    assert "Class of mine" in page.content.decode()
    assert "Class of theirs" not in page.content.decode()
    assert page.context["cl"].result_count == theirs.context["cl"].result_count == 2


def test_the_class_code_is_renewed(db: None) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine")
    before = cohort.join_code

    mine.post(listed("courses_cohort"), {"action": "renew_join_code", "_selected_action": [cohort.pk]})

    cohort.refresh_from_db()
    assert cohort.join_code != before
    assert len(cohort.join_code) == 8


def test_a_student_is_removed_beside_the_others_and_no_role_changes(db: None) -> None:
    mine, cohort = teacher_of(taught_course(), name="mine", students=2)
    sent = typed(mine, page_of(cohort))
    student = cohort.enrolments.filter(role="student").earliest("pk")
    places = {name: value for name, value in sent.items() if name.startswith("enrolments-") and name.endswith("-id")}
    at = next(name for name, value in places.items() if value == str(student.pk))
    sent.pop(at.removesuffix("-id") + "-is_active")
    sent |= {name.removesuffix("-id") + "-role": "instructor" for name, value in places.items() if value}

    assert mine.post(page_of(cohort), sent).status_code == 302

    assert sorted(cohort.enrolments.filter(role="student").values_list("is_active", flat=True)) == [False, True]


def test_a_class_page_costs_the_same_for_one_student_and_for_twelve(
    db: None, django_assert_max_num_queries: Any
) -> None:
    course = taught_course()
    for size in (1, 12):
        mine, cohort = teacher_of(course, name=f"teacher-{size}", students=size)
        mine.get(page_of(cohort))
        with django_assert_max_num_queries(16):
            mine.get(page_of(cohort))
