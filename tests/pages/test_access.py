"""The matrix: every address and every endpoint of the API, tried by each kind of visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from drf_spectacular.generators import SchemaGenerator

from classes.api.urls import urlpatterns as class_api
from courses.api.urls import urlpatterns as course_api
from courses.models import Course
from courses.services.progress import mark_read
from quizzes.api.urls import urlpatterns as quiz_api
from quizzes.models import Attempt
from tests.make import LATER, NOW, browser_of, enrol, give, make_attempt, make_user, submit
from tests.pages.everybody import VISITORS, Site

Answers = dict[str, int]


def each(code: int, **others: int) -> Answers:
    """Return what each visitor is answered: a code for all, and others by name."""
    return {**dict.fromkeys(VISITORS, code), **others}


def signed_in(code: int, **others: int) -> Answers:
    """Return the same for an address that asks for an account first."""
    return {**each(code), "stranger": 302, "guest": 302, **others}


def for_staff(code: int, *, other: int = 404, **others: int) -> Answers:
    """Return the same for what only the staff of a class may do."""
    return signed_in(other, **{"instructor": code, "assistant": code, "administrator": code, **others})


OPEN = each(200)
SEES_THE_CLASS = for_staff(200)
RUNS_THE_CLASS = for_staff(409, assistant=404)
SEES_THE_KEY = for_staff(200, other_instructor=200, owner=200, editor=200, reviewer=200)
SEES_STATISTICS = for_staff(200, other_instructor=200, owner=200, editor=200)
ASKS_FOR_STATISTICS = {name: 302 if code == 200 else code for name, code in SEES_STATISTICS.items()}
REGRADES = {**SEES_THE_KEY, "assistant": 404, "reviewer": 404}
READS_THE_THREAD = for_staff(200, student=200)
OWN = each(404, student=200)
OWN_PAGE = {**OWN, "stranger": 302}  # whoever is signed out is sent to sign in, whether there is such a page or not
OWN_ACT = each(404, student=302)
INSTRUCTS = for_staff(200, assistant=404)
INSTRUCTS_ACT = for_staff(302, assistant=404)

# Name of the address → what a GET (or, for `post:`, a POST) answers to each visitor.
PAGES: dict[str, Answers] = {
    "home": each(302),
    "courses:catalogue": OPEN,
    "courses:course": OPEN,
    "courses:timeline": OPEN,
    "courses:sources": OPEN,
    "courses:glossary": OPEN,
    "courses:people": OPEN,
    "courses:search": OPEN,
    "courses:print": OPEN,
    "courses:take-away": OPEN,
    "courses:take-away-file": OPEN,
    "courses:lesson": OPEN,
    "post:courses:lesson-read": each(302),
    "courses:name": signed_in(200),
    "post:courses:name": signed_in(302),
    "courses:tokens": signed_in(200),
    "post:courses:tokens": signed_in(422),  # wants one's password again
    "post:courses:token-revoke": signed_in(404, student=302),
    "post:courses:role-decline": signed_in(404, other_student=302),
    "post:courses:role-accept": signed_in(404),
    "classes:list": signed_in(200),
    "classes:join": signed_in(200),
    "post:classes:join": signed_in(302),
    "post:classes:invitation-decline": signed_in(404, other_student=302),
    "post:classes:invitation-accept": signed_in(404),
    "quizzes:personal": OPEN,  # what is held about oneself, and nobody else: test_privacy.py
    "post:quizzes:personal": each(422),
    "quizzes:personal-file": OPEN,
    "courses:inbox": signed_in(200),
    "post:courses:inbox-read": signed_in(302),
    "post:courses:mail": signed_in(302),
    "courses:inbox-open": signed_in(404, student=302),
    "courses:mail-off": OPEN,  # the signed link is the authority
    "post:courses:mail-off": OPEN,
    "courses:thread": READS_THE_THREAD,
    "post:courses:thread": {
        **READS_THE_THREAD,
        "student": 302,
        "instructor": 302,
        "administrator": 302,
        "assistant": 409,
    },
    "classes:messages": SEES_THE_CLASS,
    "classes:message": for_staff(200, assistant=404),
    "post:classes:message": for_staff(200, assistant=404),  # wants to be told whom first
    "classes:ask": signed_in(404, student=200),
    "post:classes:ask": signed_in(404, student=302),
    "classes:announcements": for_staff(200, student=200),
    "classes:rules": for_staff(200, other_instructor=200, assistant=404),
    "post:classes:rules": for_staff(409, other_instructor=409, assistant=404),  # wants the preview
    "quizzes:progress": OPEN,  # of who asks, and nobody else: test_progress.py
    "quizzes:practice-home": each(302),
    "quizzes:practice": OPEN,  # of one's own answers: tests/quizzes/test_practice.py
    "post:quizzes:practice": each(409),  # nothing was missed
    "quizzes:self-grade": {**OWN_PAGE, "student": 404},  # a choice is marked by no person
    "post:quizzes:self-grade": each(404),
    "quizzes:review": OPEN,  # of one's own cards: tests/quizzes/test_review_cards.py
    "quizzes:review-next": each(302, student=200),
    "quizzes:review-cards": OPEN,
    "post:quizzes:review-answer": OWN_ACT,
    "quizzes:review-done": OWN,
    "post:quizzes:review-aside": OWN_ACT,
    "post:quizzes:review-plan": each(302),
    "quizzes:review-anki": OPEN,
    "quizzes:glossary-anki": OPEN,
    "quizzes:study": OPEN,
    "quizzes:check": OPEN,
    "post:quizzes:check": OPEN,
    "quizzes:quiz": OPEN,
    "classes:papers": SEES_THE_KEY,
    "post:quizzes:start": each(302, stranger=403, guest=403),
    "quizzes:attempt-item": OWN_PAGE,
    "post:quizzes:attempt-item": OWN_ACT,
    "post:quizzes:attempt-flag": OWN_ACT,
    "post:quizzes:attempt-hint": each(404, student=409),
    "quizzes:attempt-clock": OWN,
    "post:quizzes:attempt-choose": each(404),
    "quizzes:attempt-confirm": OWN_PAGE,
    "quizzes:result": {**OWN_PAGE, "student": 302, "instructor": 200, "assistant": 200, "administrator": 200},
    "post:quizzes:attempt-submit": OWN_ACT,
    "classes:overview": SEES_THE_CLASS,
    "classes:csv": SEES_THE_CLASS,
    "classes:student": SEES_THE_CLASS,
    "post:classes:view": for_staff(302, assistant=404),  # as a student sees it: test_viewing.py
    "post:classes:view-stop": signed_in(302),
    "classes:people": SEES_THE_CLASS,
    "classes:person": INSTRUCTS,
    "post:classes:person": INSTRUCTS_ACT,
    "post:classes:person-active": INSTRUCTS_ACT,
    "post:classes:joining": INSTRUCTS_ACT,
    "post:classes:invite": INSTRUCTS_ACT,
    "post:classes:invite-withdraw": INSTRUCTS_ACT,
    "post:classes:request-answer": INSTRUCTS_ACT,
    "classes:group-new": INSTRUCTS,
    "post:classes:group-new": for_staff(422, assistant=404),
    "classes:group": INSTRUCTS,
    "post:classes:group": for_staff(422, assistant=404),
    "classes:roster-give": INSTRUCTS,
    "post:classes:roster-give": for_staff(422, assistant=404),
    "classes:roster": signed_in(404, instructor=200),  # one's own list alone
    "post:classes:roster": signed_in(404, instructor=302),
    "classes:slips": INSTRUCTS,
    "post:classes:slips": INSTRUCTS_ACT,
    "post:classes:archive": INSTRUCTS_ACT,
    "classes:grading": SEES_THE_CLASS,
    "classes:grade": SEES_THE_CLASS,
    "post:classes:grade": for_staff(404),
    "post:classes:grade-next": for_staff(302),
    "post:classes:grade-name": for_staff(404),
    "classes:grade-post": SEES_THE_CLASS,
    "post:classes:grade-post": for_staff(409),
    "classes:grade-agreement": SEES_THE_CLASS,
    "classes:gradebook": SEES_THE_CLASS,
    "classes:gradebook-rules": for_staff(200, assistant=403),
    "post:classes:gradebook-rules": for_staff(422, assistant=403),
    "classes:gradebook-file": SEES_THE_CLASS,
    "classes:gradebook-import": for_staff(200, assistant=403),
    "post:classes:gradebook-import": for_staff(422, assistant=403),
    "classes:gradebook-student": SEES_THE_CLASS,
    "classes:gradebook-cell": SEES_THE_CLASS,
    "post:classes:gradebook-cell": for_staff(422, assistant=403),
    "classes:grades": signed_in(404, student=200),
    "classes:question-reports": SEES_THE_CLASS,
    "classes:surveys": SEES_THE_CLASS,
    "quizzes:certificate": OPEN,
    "courses:certificate": OPEN,  # what stands on the paper, to anyone with its number (test_certificates.py)
    "courses:certificate-pdf": signed_in(404, student=200),
    "post:courses:certificate-name": signed_in(404, student=302),
    "post:courses:certificate-revoke": for_staff(302, assistant=404),
    "classes:certificates": SEES_THE_CLASS,
    "classes:live": SEES_THE_CLASS,
    "post:classes:live": for_staff(302, assistant=404),
    "classes:live-screen": SEES_THE_CLASS,
    "post:classes:live-screen": for_staff(302, assistant=404),
    "classes:live-changes": for_staff(204),
    "classes:live-people": SEES_THE_CLASS,
    "post:classes:live-remove": INSTRUCTS_ACT,
    "classes:live-code": OPEN,
    "post:classes:live-code": each(422),  # the code of no live quiz
    "classes:live-phone": OPEN,  # to anyone with the code: it asks for a name (test_live.py)
    "post:classes:live-join": each(422, student=302),  # a student of the class needs none
    "post:classes:live-answer": each(302),
    "classes:live-phone-changes": each(204),
    "classes:class-statistics": SEES_THE_CLASS,
    "classes:class-quiz-statistics": SEES_THE_CLASS,
    "classes:class-quiz-statistics-file": SEES_THE_CLASS,
    "post:classes:class-quiz-work-out": for_staff(302),
    "classes:class-quiz-models": SEES_THE_CLASS,
    "post:classes:class-quiz-models": for_staff(302),
    "classes:quiz-statistics": SEES_STATISTICS,
    "classes:quiz-statistics-file": SEES_STATISTICS,
    "post:classes:quiz-work-out": ASKS_FOR_STATISTICS,
    "classes:quiz-models": SEES_STATISTICS,
    "post:classes:quiz-models": ASKS_FOR_STATISTICS,
    "classes:today": signed_in(200),
    "classes:calendar-feed": OPEN,  # to who has the secret: it tells of due dates alone (test_due.py)
    "classes:calendar": signed_in(200),
    "post:classes:calendar": signed_in(302),
    "classes:changes": for_staff(204),
    "classes:hand": signed_in(200),
    "post:classes:hand": signed_in(404),  # wants a class of one's own: a deed
    "post:classes:hand-answer": for_staff(302),
    "post:classes:set-aside": for_staff(302),
    "classes:copy": INSTRUCTS,
    "post:classes:copy": for_staff(422, assistant=404),
    "classes:settings": INSTRUCTS,
    "post:classes:settings": for_staff(422, assistant=404),
    "classes:assignments": SEES_THE_CLASS,
    "classes:assign": for_staff(200, assistant=403),
    "post:classes:assign": for_staff(302, assistant=403),
    "post:classes:assign-whole-course": for_staff(302, assistant=403),
    "classes:assignment": SEES_THE_CLASS,
    "post:classes:assignment": for_staff(302, assistant=403),
    "classes:assignment-withdraw": for_staff(200, assistant=403),
    "post:classes:assignment-withdraw": for_staff(302, assistant=403),
    "classes:extra-time": SEES_THE_CLASS,
    "post:classes:extra-time": for_staff(422, assistant=403),
    "post:classes:question-report-answer": for_staff(302),
    "post:quizzes:attempt-report": OWN_ACT,
    "post:quizzes:attempt-reopen": RUNS_THE_CLASS,
    "post:quizzes:attempt-accept": RUNS_THE_CLASS,
    "classes:regrade": REGRADES,
    "post:classes:regrade": REGRADES,
    "post:classes:regrade-undo": for_staff(302, assistant=404, owner=302, editor=302),
    "post:classes:regrade-cancel": for_staff(409, assistant=404, owner=409, editor=409),
    "classes:leave": signed_in(404, student=200, instructor=200, assistant=200),
    "post:classes:leave": signed_in(404, student=302, instructor=302, assistant=302),  # the last of all: they are gone
}

NEEDS_ACCOUNT = {"stranger": 401, "guest": 401}
TEACHERS = ("instructor", "administrator")
GRADERS = (*TEACHERS, "assistant")
OWN_CALL = {**each(404, student=200), **NEEDS_ACCOUNT}
READS_BY_API = {
    **each(404),
    **dict.fromkeys(("student", "instructor", "assistant", "administrator"), 200),
    **NEEDS_ACCOUNT,
}

# Method and name of the endpoint → what it answers; a token needs a password, which is not sent here.
API: dict[str, Answers] = {
    "get api-courses": OPEN,
    "get api-course": OPEN,
    "get api-lessons": OPEN,
    "get api-lesson": OPEN,
    "post api-lesson-read": {**each(200), **NEEDS_ACCOUNT},
    "get api-search": OPEN,
    "get api-classes": {**each(200), **NEEDS_ACCOUNT},
    "post api-join": {**each(200), **NEEDS_ACCOUNT},
    "get api-quizzes": OPEN,
    "get api-quiz": OPEN,
    "post api-start": {**each(201), "student": 200, **NEEDS_ACCOUNT},
    "get api-attempts": {**each(200), **NEEDS_ACCOUNT},
    "get api-attempt": OWN_CALL,
    "post api-answers": OWN_CALL,
    "post api-check": {**each(404, student=409), **NEEDS_ACCOUNT},
    "post api-hint": {**each(404, student=409), **NEEDS_ACCOUNT},
    "post api-move": OWN_CALL,
    "post api-submit": OWN_CALL,
    "get api-review": {**each(200), **NEEDS_ACCOUNT},
    "get api-review-cards": {**each(200), **NEEDS_ACCOUNT},
    "get api-progress": {**each(200), **NEEDS_ACCOUNT},
    "get api-class-progress": {**each(404), "instructor": 200, "assistant": 200, "administrator": 200, **NEEDS_ACCOUNT},
    "get api-class-quiz-statistics": {
        **each(404),
        "instructor": 200,
        "assistant": 200,
        "administrator": 200,
        **NEEDS_ACCOUNT,
    },
    "get api-class-people": {**each(404), "instructor": 200, "assistant": 200, "administrator": 200, **NEEDS_ACCOUNT},
    "post api-class-roster": {
        **each(404),
        "instructor": 200,
        "administrator": 200,
        **NEEDS_ACCOUNT,
    },  # what it would do
    "post api-class-invite": {**each(404), "instructor": 400, "administrator": 400, **NEEDS_ACCOUNT},
    "get api-certificates": {**each(200), **NEEDS_ACCOUNT},
    "get api-inbox": {**each(200), **NEEDS_ACCOUNT},
    "post api-inbox-read": OWN_CALL,
    "get api-threads": {**each(200), **NEEDS_ACCOUNT},
    "get api-thread": READS_BY_API,
    "post api-thread": {**READS_BY_API, "assistant": 409},
    "post api-class-messages": {**each(404), "instructor": 201, "administrator": 201, **NEEDS_ACCOUNT},
    "get api-gradebook": {**each(404), "instructor": 200, "assistant": 200, "administrator": 200, **NEEDS_ACCOUNT},
    "get api-student-grades": {**each(404), "instructor": 200, "assistant": 200, "administrator": 200, **NEEDS_ACCOUNT},
    "get api-grade-rules": {**each(404), "instructor": 200, "assistant": 200, "administrator": 200, **NEEDS_ACCOUNT},
    "put api-grade-rules": {**each(404), "instructor": 400, "assistant": 403, "administrator": 400, **NEEDS_ACCOUNT},
    "put api-grade-decision": {
        **each(404),
        "instructor": 400,
        "assistant": 403,
        "administrator": 400,
        **NEEDS_ACCOUNT,
    },  # wants a kind and a reason
    "delete api-grade-decision": {
        **each(404),
        "instructor": 200,
        "assistant": 403,
        "administrator": 200,
        **NEEDS_ACCOUNT,
    },
    "get api-own-grades": {**each(404, student=200), **NEEDS_ACCOUNT},
    "get api-class-assignments": {**each(404), **dict.fromkeys(GRADERS, 200), **NEEDS_ACCOUNT},
    "post api-class-assignments": {**each(404), **dict.fromkeys(TEACHERS, 201), **NEEDS_ACCOUNT},
    "get api-class-assignment": {**each(404), **dict.fromkeys(GRADERS, 200), **NEEDS_ACCOUNT},
    "patch api-class-assignment": {**each(404), **dict.fromkeys(TEACHERS, 200), **NEEDS_ACCOUNT},
    "delete api-class-assignment": {**each(404), **dict.fromkeys(TEACHERS, 204), **NEEDS_ACCOUNT},
    "post api-token": each(400),
    "get api-tokens": {**each(200), **NEEDS_ACCOUNT},
    "delete api-token-revoke": {**each(404, student=204), **NEEDS_ACCOUNT},
}

# Addresses of allauth and of Django's admin are theirs; what our rows are in the admin is below and in tests/admin.
NOT_OURS = ("account_", "mfa_", "usersessions_", "socialaccount_", "admin:", "api-schema", "api-docs", "api-nothing")


def names(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """Yield the name of every address the site has."""
    for part in (resolver or get_resolver()).url_patterns:
        if isinstance(part, URLPattern):
            yield f"{space}{part.name}"
        else:
            yield from names(part, f"{space}{part.namespace}:" if part.namespace else space)


def test_no_address_is_forgotten() -> None:
    ours = {name for name in names() if not name.startswith(NOT_OURS) and name != "None"}
    endpoints = {name.split()[1] for name in API}

    assert {name.removeprefix("post:") for name in PAGES} | endpoints == ours


def test_no_method_of_the_api_is_forgotten() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = {(method, _bare(path)) for path, methods in schema["paths"].items() for method in methods}
    named = {each.name: _bare(f"/api/v1/{each.pattern}") for each in (*course_api, *quiz_api, *class_api)}

    assert {(method, named[name]) for method, name in map(str.split, API)} == found


def _bare(path: str) -> str:
    return re.sub(r"<[^>]+>|\{[^}]+\}", "*", path)


def test_no_address_that_takes_a_form_is_forgotten(site: Site) -> None:
    browser = site.browser("student")
    pages = {name.removeprefix("post:") for name in PAGES}

    takes = {name for name in pages if browser.post(site.address(name), {}).status_code != 405}

    assert {name for name in pages if f"post:{name}" in PAGES} == takes


@pytest.mark.parametrize("visitor", VISITORS)
def test_each_address_answers_each_visitor_as_it_should(site: Site, visitor: str) -> None:
    found = {}
    for name in PAGES:
        browser, address = site.browser(visitor), site.address(name.removeprefix("post:"))
        answer = browser.post(address, site.posted()) if name.startswith("post:") else browser.get(address)
        found[name] = answer.status_code

    assert found == {name: expected[visitor] for name, expected in PAGES.items()}


@pytest.mark.parametrize("visitor", VISITORS)
def test_each_endpoint_answers_each_visitor_as_it_should(site: Site, visitor: str) -> None:
    found = {}
    for name in API:
        method, address = name.split()
        program: Any = site.browser(visitor, program=True)
        sent = {"course": site.course.key, "q": "title"} if method == "get" else site.sent()
        found[name] = getattr(program, method)(site.address(address), sent).status_code

    assert found == {name: expected[visitor] for name, expected in API.items()}


@pytest.mark.parametrize("visitor", [visitor for visitor in VISITORS if visitor != "student"])
def test_no_one_else_changes_an_attempt(site: Site, visitor: str) -> None:
    browser = site.browser(visitor)

    for name in ("quizzes:attempt-item", "quizzes:attempt-flag", "quizzes:attempt-submit"):
        browser.post(site.address(name), {**site.posted(), "answer": "1", "flag": "on"})

    site.attempt.refresh_from_db()
    first = site.attempt.responses.get(position=1)
    assert (site.attempt.submitted_at, first.answer, first.is_flagged, first.sequence) == (None, None, False, 0)


OUR_LISTS = sorted(model._meta.label_lower for model in admin.site._registry if "ies." not in model.__module__)


@pytest.mark.parametrize("visitor", VISITORS)
def test_each_list_of_the_admin_opens_to_administrators_and_instructors_alone(site: Site, visitor: str) -> None:
    browser = site.browser(visitor)
    instructs = visitor in ("instructor", "other_instructor", "staff", "owner", "editor", "reviewer")
    found = {}
    for label in OUR_LISTS:
        answer = browser.get(reverse(f"admin:{label.replace('.', '_')}_changelist"))
        found[label] = answer.status_code

    ours = 200 if instructs or visitor == "administrator" else 302
    for label, code in found.items():
        app = label.split(".")[0]
        is_closed = instructs and (app not in ("courses", "quizzes") or label == "courses.courserole")
        assert code == (403 if is_closed else ours), label


SEES_THE_COURSE = frozenset({"administrator", "owner", "editor", "reviewer"})
OTHER_STAFF = frozenset({"instructor", "other_instructor", "staff"})


@pytest.mark.parametrize("visitor", VISITORS)
def test_a_history_opens_to_people_who_work_on_the_course_alone(site: Site, visitor: str) -> None:
    """In a course in which one has no role there is none; outside the admin one is sent to sign in."""
    browser, lesson = site.browser(visitor), site.course.lessons.get()
    item = site.quiz.items.order_by("pk")[0]
    seen = 200 if visitor in SEES_THE_COURSE else 404 if visitor in OTHER_STAFF else 302
    changes = 404 if seen == 200 else seen  # of those who may change it, too: there is no such state

    for address in (
        reverse("admin:courses_lesson_history", args=[lesson.pk]),
        reverse("admin:courses_course_history", args=[site.course.pk]),
        reverse("admin:quizzes_item_history", args=[item.pk]),
    ):
        assert browser.get(address).status_code == seen, address
    restored = browser.post(reverse("admin:courses_lesson_restore", args=[lesson.pk, 1])).status_code
    kept = browser.post(reverse("admin:courses_lesson_unsaved", args=[lesson.pk]), {"title": "x"}).status_code
    may = visitor in ("administrator", "owner", "editor")
    assert (restored, kept) == ((404, 200) if may else (403, 403) if seen == 200 else (changes, changes))


def test_an_instructor_who_left_the_class_sees_it_no_more(site: Site) -> None:
    browser = site.browser("instructor")
    site.people["instructor"].enrolments.update(is_active=False)

    assert browser.get(site.address("classes:overview")).status_code == 404
    assert browser.get(site.address("quizzes:result")).status_code == 404


def test_a_removed_student_is_seen_by_the_instructor_no_more(site: Site) -> None:
    browser = site.browser("instructor")
    site.people["student"].enrolments.update(is_active=False)

    assert browser.get(site.address("quizzes:result")).status_code == 404
    assert browser.get(site.address("classes:student")).status_code == 404


def test_an_administrator_opens_the_class_from_the_admin(site: Site) -> None:
    browser = site.browser("administrator")

    address = reverse("classes:overview", args=[site.cohort.pk])
    assert address in browser.get(reverse("admin:courses_cohort_change", args=[site.cohort.pk])).content.decode()
    assert browser.get(address).status_code == 200
    marking = reverse("classes:grade", args=[site.cohort.pk, site.essay.revision_id])
    assert browser.get(marking).status_code == 200


@pytest.mark.parametrize(("visitor", "offered"), [("instructor", True), ("administrator", True), ("assistant", False)])
def test_pages_offer_what_the_visitor_may_do(site: Site, visitor: str, offered: bool) -> None:
    browser = site.browser(visitor)
    result = browser.get(reverse("quizzes:result", args=[site.handed_in.pk])).content.decode()
    time = browser.get(site.address("classes:extra-time")).content.decode()

    assert ("Reopen this attempt" in result) is offered
    assert ("Regrade this question" in result) is offered
    assert ("Only an instructor of the class can give more time" not in time) is offered


DRAFT = ("course", "lesson", "timeline", "people", "search", "print", "take-away", "take-away-file")


@pytest.mark.parametrize("visitor", ["stranger", "guest", "student", "other_student", "staff"])
def test_a_draft_course_is_shown_only_to_people_who_work_on_it(site: Site, visitor: str) -> None:
    Course.objects.update(is_published=False)
    names = [*(f"courses:{name}" for name in DRAFT), "quizzes:quiz", "quizzes:study", "quizzes:check"]
    closed, opened = site.browser(visitor), site.browser("editor")

    assert {name: closed.get(site.address(name)).status_code for name in names} == dict.fromkeys(names, 404)
    assert {name: opened.get(site.address(name)).status_code for name in names} == dict.fromkeys(names, 200)


def test_posts_without_a_token_are_refused(site: Site) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(site.people["student"])

    signed = {"post:courses:mail-off"}  # mail programs post to the link, which is signed
    for name in (name.removeprefix("post:") for name in PAGES if name.startswith("post:") and name not in signed):
        assert browser.post(site.address(name)).status_code == 403, name


# Every door that shows a student's work to the staff of a class.
def _doors(site: Site, attempt: Attempt) -> dict[str, bool]:
    name, browser = attempt.student.username, site.browser("instructor")
    program: Any = site.browser("instructor", program=True)
    rows = program.get(site.address("api-class-progress")).json()["rows"]
    cells = next(row["cells"] for row in rows if row["name"] == name)
    admin_lists = ("attempt", "itemresponse", "savedanswer", "attemptevent")
    listed = {
        each: browser.get(reverse(f"admin:quizzes_{each}_changelist")).context["cl"].queryset for each in admin_lists
    }
    student = reverse("classes:student", args=[site.cohort.pk, attempt.student_id])
    shows = str(attempt.pk)
    csv = browser.get(site.address("classes:csv")).getvalue().decode()
    [line] = [line for line in csv.splitlines() if line.startswith(name)]
    reads = browser.get(reverse("admin:courses_sectionread_changelist")).context["cl"].queryset
    return {
        "class table": any(cell["text"] != "–" for cell in cells),
        "class file": line.count("–") < len(cells),
        "student page": shows in browser.get(student).content.decode(),
        "result": browser.get(reverse("quizzes:result", args=[attempt.pk])).status_code == 200,
        "reopening": browser.post(reverse("quizzes:attempt-reopen", args=[attempt.pk])).status_code != 404,
        "attempts": listed["attempt"].filter(pk=attempt.pk).exists(),
        "responses": listed["itemresponse"].filter(attempt=attempt).exists(),
        "saved answers": listed["savedanswer"].filter(response__attempt=attempt).exists(),
        "events": listed["attemptevent"].filter(attempt=attempt).exists(),
        "reading": reads.filter(student=attempt.student).exists(),
        "marking": b"It lapsed before" in browser.get(_marking_of(site, attempt)).content,
        "count of what waits": browser.get(site.address("classes:grading")).context["questions"][0].waiting > 1,
    }


def _marking_of(site: Site, attempt: Attempt) -> str:
    response = attempt.responses.get()
    return f"{reverse('classes:grade', args=[site.cohort.pk, response.revision_id])}?answer={response.pk}"


@pytest.mark.parametrize("how", ["not shared", "shared", "from before the upgrade"])
def test_earlier_work_is_seen_at_no_door_unless_it_is_shared(site: Site, how: str) -> None:
    newcomer = make_user("newcomer")
    attempt = make_attempt(site.course.quizzes.get(key="written"), newcomer)
    give(attempt, "It lapsed before I joined.")
    submit(attempt)
    mark_read(lesson=site.course.lessons.get(), sections=["section-1"], student=newcomer, now=NOW)
    place = enrol(newcomer, site.cohort, now=LATER + timedelta(days=1), shares_earlier=how == "shared")
    if how == "from before the upgrade":
        place.shares_earlier = True
        place.save()

    found = _doors(site, attempt)

    assert found == dict.fromkeys(found, how != "not shared")
    assert browser_of(newcomer).get(reverse("quizzes:result", args=[attempt.pk])).status_code == 200
