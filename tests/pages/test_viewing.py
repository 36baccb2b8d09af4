"""Viewing as a student: every address is tried, and what may not be seen is looked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from classes.middleware import AS_ONESELF, AS_STUDENT
from classes.services.viewing import LASTS, VIEWING
from courses.models import ApiToken, AuditEntry, Course, CourseRole, Enrolment, SectionRead
from courses.services.progress import mark_read
from quizzes.models import Accommodation, Attempt, ItemResponse, SavedAnswer, Try
from tests.make import LATER, NOW, browser_of, make_attempt, make_course, make_user, quiz_file
from tests.pages.everybody import VISITORS, Site
from tests.pages.test_access import API, PAGES, names

ENTERS = "classes:view"
MODELS = (Attempt, ItemResponse, SavedAnswer, Try, SectionRead, Enrolment, ApiToken, Accommodation)


def view(site: Site, visitor: str = "instructor") -> Client:
    """Return a browser in which a visitor has begun to view as the student."""
    browser = site.browser(visitor)
    browser.post(site.address(ENTERS))
    return browser


def is_viewing(browser: Client) -> bool:
    return VIEWING in browser.session


def rows() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in MODELS]  # type: ignore[attr-defined]


@pytest.mark.parametrize("visitor", VISITORS)
def test_only_instructors_of_the_class_and_administrators_view(site: Site, visitor: str) -> None:
    assert is_viewing(view(site, visitor)) is (visitor in ("instructor", "administrator"))


def test_each_address_is_shown_as_the_student_sees_it_or_refused(site: Site) -> None:
    student, found = site.browser("student"), {}
    for name in PAGES:
        browser, address = view(site), site.address(name.removeprefix("post:"))
        is_post = name.startswith("post:")
        found[name] = (browser.post(address, site.posted()) if is_post else browser.get(address)).status_code

    expected = dict.fromkeys(PAGES, 403)
    expected |= {name: student.get(site.address(name)).status_code for name in AS_STUDENT}
    assert found == {**expected, "post:classes:view-stop": 302}


def test_the_result_of_a_student_is_the_one_the_student_sees(site: Site) -> None:
    address = reverse("quizzes:result", args=[site.handed_in.pk])

    page = view(site).get(address)

    assert page.context["is_own"]
    assert "history" not in page.context
    assert b"Open this attempt again" not in page.content


def test_no_endpoint_of_the_api_answers(site: Site) -> None:
    browser, found = view(site), {}
    for name in API:
        method, address = name.split()
        sent = {"course": site.course.key, "q": "title"} if method == "get" else site.sent()
        answer = getattr(browser, method)(site.address(address), sent)
        found[name] = (answer.status_code, "read-only" in answer.json()["detail"])

    assert found == dict.fromkeys(API, (403, True))


def test_nothing_is_written_whatever_is_posted(site: Site) -> None:
    before, browser = rows(), view(site)

    for name in (name.removeprefix("post:") for name in PAGES if name.startswith("post:")):
        if name not in AS_ONESELF:
            answer = browser.post(site.address(name), site.posted())
            part = browser.post(site.address(name), site.posted(), headers={"HX-Request": "true"})
            assert b"read-only" in answer.content, name
            assert (b"read-only" in part.content, part["HX-Retarget"]) == (True, "#messages"), name

    assert rows() == before


def test_every_address_without_keys_is_closed_to_both_methods(site: Site) -> None:
    """Also those of other packages, and those yet to come: what is not named as a student's page is refused."""
    browser, found = view(site), {}
    for name in {
        *names(),
        *(f"admin:{model._meta.label_lower.replace('.', '_')}_add" for model in admin.site._registry),
    }:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        if name not in AS_ONESELF:
            open_to_read = name in AS_STUDENT
            found[name] = (open_to_read or browser.get(address).status_code, browser.post(address).status_code)

    assert len(found) > 60
    assert {name: codes for name, codes in found.items() if codes not in ((403, 403), (True, 403))} == {}
    assert is_viewing(browser)


@pytest.mark.parametrize(
    "address",
    [
        "account_email", "account_change_password", "mfa_index", "courses:tokens", "quizzes:personal",
        "quizzes:personal-file", "admin:index", "admin:courses_auditentry_changelist", "classes:list", "account_login",
    ],
)  # fmt: skip
def test_account_pages_tokens_exports_and_the_admin_are_closed(site: Site, address: str) -> None:
    assert view(site).get(reverse(address)).status_code == 403


def test_every_page_names_the_student_and_offers_to_stop(site: Site) -> None:
    browser = view(site)

    for name in ("courses:course", "courses:lesson", "quizzes:quiz", "classes:overview"):
        page = browser.get(site.address(name))
        assert b"You are viewing as student" in page.content, name
        assert reverse("classes:view-stop").encode() in page.content, name
        assert "no-store" in page["Cache-Control"], name
    assert b"You are viewing" not in site.browser("instructor").get(site.address("courses:course")).content


def test_reading_is_not_reported_by_the_page_itself(site: Site) -> None:
    sends = f'hx-post="{site.address("courses:lesson-read")}"'

    pages = [browser.get(site.address("courses:lesson")) for browser in (site.browser("student"), view(site))]

    assert [sends in page.content.decode() for page in pages] == [True, False]
    assert all("Mark as read" in page.content.decode() for page in pages)


def test_stopping_leads_back_and_both_ends_are_in_the_audit(site: Site) -> None:
    browser = view(site)

    answer = browser.post(reverse("classes:view-stop"))

    assert answer["Location"] == site.address("classes:student")
    assert not is_viewing(browser)
    assert browser.get(site.address("classes:overview")).status_code == 200
    ends = AuditEntry.objects.filter(deed__startswith="view_").order_by("pk")
    about = ("deed", "actor_id", "person_id", "cohort_id", "details")
    who = (site.people["instructor"].pk, site.people["student"].pk, site.cohort.pk)
    assert [*ends.values_list(*about)] == [("view_started", *who, {}), ("view_stopped", *who, {"why": "stopped"})]


def test_signing_out_ends_it(site: Site) -> None:
    browser = view(site)

    browser.post(reverse("account_logout"))

    assert AuditEntry.objects.get(deed="view_stopped").details == {"why": "signed-out"}
    assert not is_viewing(browser)


def test_it_ends_after_half_an_hour(site: Site) -> None:
    browser = view(site)
    session = browser.session
    left = timezone.datetime.fromisoformat(session[VIEWING]["until"]) - timezone.now()  # type: ignore[attr-defined]
    assert LASTS - timedelta(minutes=1) < left <= LASTS == timedelta(minutes=30)
    session[VIEWING] = {**session[VIEWING], "until": timezone.now().isoformat()}
    session.save()

    page = browser.get(site.address("courses:course"))

    assert (page.context["reader"].user, is_viewing(browser)) == (site.people["instructor"], False)
    assert AuditEntry.objects.get(deed="view_stopped").details == {"why": "over"}


@pytest.mark.parametrize("who", ["student", "instructor"])
def test_it_ends_when_either_leaves_the_class(site: Site, who: str) -> None:
    browser = view(site)
    site.cohort.enrolments.filter(user=site.people[who]).update(is_active=False)

    assert browser.get(site.address("courses:course")).context["reader"].user == site.people["instructor"]
    assert not is_viewing(browser)


@pytest.mark.parametrize(("shared", "may"), [(False, False), (True, True)])
@pytest.mark.parametrize("work", ["attempt", "reading"])
def test_earlier_work_that_was_not_shared_is_not_shown(site: Site, work: str, shared: bool, may: bool) -> None:
    student = site.people["student"]
    site.cohort.enrolments.filter(user=student).update(joined_at=LATER, shares_earlier=shared)
    if work == "reading":
        Attempt.objects.filter(student=student).update(started_at=LATER + timedelta(hours=1))
        mark_read(lesson=site.course.lessons.get(), sections=["section-1"], student=student, now=NOW)

    browser = site.browser("instructor")
    answer = browser.post(site.address(ENTERS))

    assert is_viewing(browser) is may
    assert (b"did not share" in answer.content) is not may


def test_other_courses_and_work_in_them_are_not_shown(site: Site) -> None:
    student = site.people["student"]
    other = make_course(key="other", lessons=1, quizzes=[quiz_file(key="q", items=1, practice=False)])
    attempt = make_attempt(other.quizzes.get(), student)
    browser = view(site)

    closed = [other.get_absolute_url(), other.quizzes.get().get_absolute_url(), other.lessons.get().get_absolute_url()]
    closed.append(reverse("quizzes:result", args=[attempt.pk]))

    assert [browser.get(address).status_code for address in closed] == [404] * 4
    assert list(browser.get(reverse("courses:catalogue")).context["courses"]) == [site.course]
    assert browser_of(student).get(other.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("power", ["administrator", "role in the course"])
def test_what_else_the_student_may_do_is_not_lent(site: Site, power: str) -> None:
    student = site.people["student"]
    if power == "administrator":
        student.is_superuser = student.is_staff = True
        student.save()
    else:
        CourseRole.objects.create(course=site.course, user=student, role="owner")
    others = make_attempt(site.quiz, make_user("stranger-to-the-class"))
    browser = view(site)

    assert browser.get(reverse("quizzes:result", args=[others.pk])).status_code == 404
    assert browser.get(reverse("admin:index")).status_code == 403
    Course.objects.update(is_published=False)
    assert browser.get(site.address("courses:course")).status_code == 404
    student.refresh_from_db()
    assert student.is_superuser is (power == "administrator")


def test_the_reason_of_an_accommodation_is_on_no_page(site: Site) -> None:
    student = site.people["student"]
    Accommodation.objects.create(student=student, course=site.course, reason="Dyslexia.", time_factor="1.5")
    browser = view(site)

    pages = [browser.get(site.address(name)) for name in AS_STUDENT]
    pages.append(browser.get(reverse("quizzes:result", args=[site.handed_in.pk])))

    assert [page for page in pages if b"Dyslexia" in page.content] == []
