"""Certificates: earned by the rule of a course, issued once, verifiable, revocable, and gone with the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from courses.errors import ReasonMissing
from courses.models import AuditEntry, Certificate, CertificateCheck, Course, Deed, InboxEntry
from courses.services.certificates import issue_certificate, name_certificate, restore_certificate, revoke_certificate
from courses.services.privacy import erase_person
from courses.services.progress import mark_read
from quizzes.reports.completion import checklist
from quizzes.services.guests import adopt_guest_work
from quizzes.tasks import look_at_certificates
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    body,
    browser_of,
    make_attempt,
    make_cohort,
    make_course,
    make_guest,
    make_user,
    quiz_file,
    submit,
)


@pytest.fixture
def course(db: None) -> Course:
    """Two lessons, two quizzes of the first, and a final exam of the unit that shows its total at once."""
    quizzes = [quiz_file(key=f"quiz-{n}", items=2) for n in (1, 2)]
    asked = [body("single", key=f"final-{n}", section="lesson-1#section-1") for n in (1, 2)]
    final = quiz_file(key="final", unit="unit-1", items=asked)
    return make_course(lessons=2, sections=1, quizzes=[*quizzes, final])


@pytest.fixture
def mina(db: None) -> User:
    """A student who has chosen a name."""
    return make_user("mina", first_name="Mina", last_name="Kwon")


def ruled(course: Course, **rule: object) -> Course:
    """Give a course a rule."""
    course.certificate = rule
    course.save()
    return course


def passes(course: Course, student: User, *keys: str, count: int | None = None) -> None:
    """Take quizzes with so many right answers (all, if no number is given)."""
    for key in keys:
        attempt = make_attempt(course.quizzes.get(key=key), student)
        answer_rightly(attempt, count=count)
        submit(attempt)


def reads(course: Course, student: User, *keys: str) -> None:
    """Read lessons."""
    for key in keys:
        mark_read(lesson=course.lessons.get(key=key), sections=["section-1"], student=student, now=NOW)


def certified(student: User) -> Certificate | None:
    """Let the task look, and return what the student has."""
    look_at_certificates(now=timezone.now())
    return Certificate.objects.filter(user=student).first()


@pytest.mark.parametrize(
    ("rule", "does", "last"),
    [
        ({"lessons_read": "all"}, lambda c, s: reads(c, s, "lesson-1"), lambda c, s: reads(c, s, "lesson-2")),
        ({"lessons_read": ["lesson-2"]}, lambda c, s: reads(c, s, "lesson-1"), lambda c, s: reads(c, s, "lesson-2")),
        (
            {"lesson_quizzes_passed": True},
            lambda c, s: passes(c, s, "quiz-1", "final"),
            lambda c, s: passes(c, s, "quiz-2"),
        ),
        ({"quizzes_passed": ["final"]}, lambda c, s: passes(c, s, "quiz-1"), lambda c, s: passes(c, s, "final")),
        (
            {"scores": {"final": 50}},
            lambda c, s: passes(c, s, "final", count=0),
            lambda c, s: passes(c, s, "final", count=1),
        ),
        (
            {"lesson_quizzes_passed": True, "quizzes_passed": ["final"], "lessons_read": ["lesson-1"]},
            lambda c, s: passes(c, s, "quiz-1", "quiz-2", "final"),
            lambda c, s: reads(c, s, "lesson-1"),
        ),
    ],
    ids=["lessons", "one lesson", "lesson quizzes", "a quiz", "a score", "all of it"],
)
def test_it_is_issued_when_the_last_condition_is_met_and_not_before(course, mina, rule, does, last):
    ruled(course, **rule)
    does(course, mina)
    assert certified(mina) is None

    last(course, mina)
    found = certified(mina)

    assert found is not None
    assert (found.name, found.title, found.wording) == ("Mina Kwon", course.title, "has completed the course")
    [entry] = InboxEntry.objects.filter(user=mina)
    assert (entry.words, entry.link) == (f"Certificate earned: {course.title}", found.get_absolute_url())
    assert AuditEntry.objects.filter(deed=Deed.CERTIFICATE_ISSUED, person_id=mina.pk).count() == 1


def test_it_is_issued_once_and_keeps_its_words_and_its_day(course, mina):
    ruled(course, lessons_read="all", wording="has read all of")
    reads(course, mina, "lesson-1", "lesson-2")
    first = certified(mina)
    Course.objects.filter(pk=course.pk).update(title="Another title", certificate={"lessons_read": "all"})
    User.objects.filter(pk=mina.pk).update(first_name="Another")

    reads(course, mina, "lesson-1")
    later = certified(mina)

    kept = ("number", "name", "title", "wording", "issued_at", "edition")
    assert [getattr(later, each) for each in kept] == [getattr(first, each) for each in kept]
    assert first.wording == "has read all of"


def test_a_result_that_the_quiz_keeps_back_is_not_told_by_a_certificate(db, mina):
    exam = quiz_file(key="exam", items=1, practice=False, review="after_close")
    course = ruled(make_course(lessons=1, sections=1, quizzes=[exam]), quizzes_passed=["exam"])
    course.quizzes.update(closes_at=LATER + timedelta(days=9))
    passes(course, mina, "exam")

    assert checklist(course, mina, now=LATER).is_met is False
    assert checklist(course, mina, now=LATER + timedelta(days=10)).is_met is True


def test_what_the_course_took_out_is_not_asked_for(course, mina):
    ruled(course, quizzes_passed=["quiz-1", "final"])
    course.quizzes.filter(key="final").update(is_retired=True)
    passes(course, mina, "quiz-1")

    assert certified(mina) is not None


def test_a_course_of_which_nothing_is_left_to_do_issues_none(course, mina):
    ruled(course, quizzes_passed=["final"])
    course.quizzes.filter(key="final").update(is_retired=True)

    assert checklist(course, mina, now=LATER).is_met is False


def test_a_reader_without_an_account_earns_one_when_signing_up(course, mina):
    ruled(course, lessons_read="all")
    guest = make_guest()
    reads(course, guest, "lesson-1", "lesson-2")
    assert certified(guest) is None

    adopt_guest_work(guest=guest, user=mina, now=LATER)

    assert certified(mina) is not None


def test_nothing_is_noted_in_a_course_without_a_certificate(course, mina):
    reads(course, mina, "lesson-1", "lesson-2")
    passes(course, mina, "final")

    assert not CertificateCheck.objects.exists()


@pytest.mark.parametrize("rule", [None, {"quizzes_passed": ["final"]}], ids=["without", "with"])
def test_submitting_notes_in_two_queries_that_a_certificate_may_be_earned(course, mina, rule):
    Course.objects.filter(pk=course.pk).update(certificate=rule)
    attempt = make_attempt(course.quizzes.get(key="final"), mina)

    with CaptureQueriesContext(connection) as asked:
        submit(attempt)

    about = [
        each["sql"] for each in asked if "certificate" in each["sql"].replace('"courses_course"."certificate",', "")
    ]
    assert len(about) == (1 if rule is None else 2)


def held(course: Course, student: User, name: str = "Mina Kwon") -> Certificate:
    """Return a certificate of the student."""
    return issue_certificate(user=student, course=course, name=name, wording="has completed the course", now=NOW)


def page(client: Client, certificate: Certificate):
    """Return its page."""
    return client.get(certificate.get_absolute_url())


def test_its_page_says_what_the_paper_says_and_no_more(course, mina):
    mina.email = "mina@example.org"
    mina.save()
    found = held(course, mina)

    shown = page(Client(), found)
    text = shown.content.decode()

    assert "This certificate is genuine" in text
    assert all(words in text for words in ("Mina Kwon", course.title, found.number, found.edition[:8]))
    for secret in ("mina@example.org", f">{mina.username}<", "Reason", "Revoke", "Download", "still to do"):
        assert secret not in text
    assert shown["X-Robots-Tag"] == "noindex"
    # The number is read from paper: small letters do as well; another number leads nowhere.
    assert Client().get(found.get_absolute_url().lower()).status_code == 200
    assert Client().get(reverse("courses:certificate", args=["AAAA-AAAA-AAAA"])).status_code == 404


def test_a_revoked_one_says_so_and_its_reason_only_to_those_concerned(course, mina, instructor):
    make_cohort(course, instructor=instructor, students=[mina])
    found = held(course, mina)
    revoke_certificate(certificate=found, actor=instructor, reason="Not his own work.", now=LATER)

    assert "no longer holds" in page(Client(), found).content.decode()
    assert "Not his own work." not in page(Client(), found).content.decode()
    assert "Not his own work." in page(browser_of(mina), found).content.decode()
    assert browser_of(mina).get(reverse("courses:certificate-pdf", args=[found.number])).status_code == 404
    assert AuditEntry.objects.filter(deed=Deed.CERTIFICATE_REVOKED, actor_id=instructor.pk).count() == 1
    assert InboxEntry.objects.filter(user=mina, kind="uncertified").exists()
    # What is done later in the course does not bring it back.
    ruled(course, lessons_read="all")
    reads(course, mina, "lesson-1", "lesson-2")
    assert certified(mina).revoked_at == LATER

    restore_certificate(certificate=found, actor=instructor, now=LATER)
    assert "This certificate is genuine" in page(Client(), found).content.decode()


def test_a_certificate_is_not_revoked_without_a_reason(course, mina, instructor):
    found = held(course, mina)

    with pytest.raises(ReasonMissing):
        revoke_certificate(certificate=found, actor=instructor, reason="  ", now=LATER)
    assert Certificate.objects.get().revoked_at is None


def test_it_is_revoked_by_instructors_of_the_persons_class_in_the_course_alone(course, mina, instructor):
    elsewhere = make_user("elsewhere")
    make_cohort(course, instructor=instructor, students=[mina])
    make_cohort(make_course(key="other"), instructor=elsewhere, students=[mina])
    found = held(course, mina)

    assert list(Certificate.objects.revocable_by(instructor)) == [found]
    assert not Certificate.objects.revocable_by(elsewhere).exists()
    assert not Certificate.objects.revocable_by(mina).exists()


def test_an_erased_person_leaves_a_number_that_says_it_no_longer_exists(course, mina, instructor):
    make_cohort(course, instructor=instructor, students=[mina])
    found = held(course, mina)
    revoke_certificate(certificate=found, actor=instructor, reason="Mina copied.", now=LATER)

    erase_person(user=mina, now=LATER)

    shown = page(Client(), found)
    assert shown.status_code == 410
    assert "This certificate no longer exists" in shown.content.decode()
    row = Certificate.objects.get()
    assert (row.name, row.reason, row.is_erased) == ("", "", True)


def test_the_paper_is_a_tagged_pdf_for_its_owner_alone(course, mina):
    found = held(course, mina)
    address = reverse("courses:certificate-pdf", args=[found.number])

    made = browser_of(mina).get(address)

    assert made["Content-Type"] == "application/pdf"
    assert made.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made.content
    assert browser_of(make_user("other")).get(address).status_code == 404


@pytest.mark.parametrize("name", ["김민지", "Ångström #1 *bold* [x]", "هناء", "O’Brien & “Sons” $5"])
def test_names_of_any_script_and_with_any_sign_are_set(course, mina, name):
    found = held(course, mina, name=name)

    assert browser_of(mina).get(reverse("courses:certificate-pdf", args=[found.number])).status_code == 200


def test_one_without_a_name_waits_for_it_and_takes_it_once(course, db):
    nameless = make_user("nameless")
    found = held(course, nameless, name="")
    assert "has not been made out yet" in page(Client(), found).content.decode()
    assert "Choose your name" in page(browser_of(nameless), found).content.decode()

    name_certificate(certificate=found, name="Nora Haddad")
    name_certificate(certificate=found, name="Somebody Else")

    assert Certificate.objects.get().name == "Nora Haddad"


def test_the_page_of_a_course_lists_what_is_missing_and_issues_at_once(course, mina):
    ruled(course, lessons_read=["lesson-1"], scores={"final": 80})
    reads(course, mina, "lesson-1")
    address = reverse("quizzes:certificate", args=[course.key])

    before = browser_of(mina).get(address).content.decode()
    assert "1 of 2 done" in before
    assert "Reach 80% in" in before
    passes(course, mina, "final")
    assert "You have earned the certificate" in browser_of(mina).get(address).content.decode()
    assert Certificate.objects.get().user == mina
    assert "You need an account" in Client().get(address).content.decode()


def test_a_course_without_a_rule_has_no_such_page(course):
    assert Client().get(reverse("quizzes:certificate", args=[course.key])).status_code == 404
    assert "/certificate/" not in Client().get(course.get_absolute_url()).content.decode()
    ruled(course, lessons_read="all")


def test_a_program_gets_ones_own(course, mina):
    found = held(course, mina)
    held(course, make_user("other"), name="Another")
    program = APIClient()
    program.force_authenticate(mina)

    [only] = program.get(reverse("api-certificates")).json()["results"]

    assert (only["number"], only["course"], only["name"]) == (found.number, course.key, "Mina Kwon")
