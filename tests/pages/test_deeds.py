"""The table of deeds: who may do what. Each deed is tried, and what came of it is read from the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from classes.services.copying import copied_dates, seen_mark
from courses.content.archive import zip_of
from courses.models import (
    ApiToken,
    AuditEntry,
    Certificate,
    Cohort,
    Comment,
    Course,
    CourseInvitation,
    CourseRole,
    Enrolment,
    InboxEntry,
    Invitation,
    MailMute,
    ManagedAccount,
    SectionRead,
    Slip,
    Thread,
)
from courses.services.drafts import keep, standing
from courses.services.history import Edit, record, values_of, versions_of
from courses.services.staff import instructor_group
from quizzes.content.dump import dump_course
from quizzes.domain.live import Act
from quizzes.models import (
    Accommodation,
    AnswerClaim,
    Assignment,
    Attempt,
    CalendarAddress,
    ClassStanding,
    GradeDecision,
    HeldMark,
    HumanMark,
    ItemResponse,
    LiveSession,
    LiveVote,
    QuestionReport,
    QuizOverride,
    Regrade,
    RegradeRun,
    ReviewCard,
    ReviewPlan,
    Round,
    SelfMark,
    StatisticsRun,
)
from quizzes.services.dates import in_zone, mark_of
from quizzes.services.grading import GradeGiven, fingerprint_of, hold_mark, waiting_marks
from quizzes.services.hands import Where, raise_hand
from quizzes.services.live import take_step
from quizzes.services.publishing import Order, changes_of, publish, schedule
from tests.admin.work import page_of, save, typed
from tests.make import LATER, browser_of, make_user
from tests.pages.everybody import VISITORS, Site
from tests.pages.test_access import API, PAGES

PASSWORD = "between Tumen and Amur"
ACCOUNTS = frozenset(VISITORS) - {"stranger", "guest"}
IN_ADMIN = frozenset({"instructor", "other_instructor", "staff", "owner", "editor", "reviewer", "administrator"})
RUNS = frozenset({"instructor", "administrator"})
GRADES = RUNS | {"assistant"}
EDITS = frozenset({"owner", "editor", "administrator"})
OWNS = frozenset({"owner", "administrator"})
ADMINISTRATOR = frozenset({"administrator"})


@dataclass(frozen=True)
class Deed:
    """What is done, who may, and which endpoints, permissions and actions it stands for."""

    act: Callable[[Site, str], bool]
    may: frozenset[str]
    covers: frozenset[str] = frozenset()


DEEDS: dict[str, Deed] = {}


def deed(name: str, may: frozenset[str], *covers: str) -> Callable[[Any], Any]:
    """Put a function into the table: it tries the deed as a visitor and says whether it came about."""

    def put(act: Callable[[Site, str], bool]) -> Callable[[Site, str], bool]:
        DEEDS[name] = Deed(act, may, frozenset(covers))
        return act

    return put


def post(site: Site, visitor: str, name: str, /, **fields: Any) -> Any:
    """Post to an address of the site as its page would."""
    return site.browser(visitor).post(site.address(name), {**site.posted(), **fields})


def call(site: Site, visitor: str, name: str, /, **fields: Any) -> Any:
    """Call an endpoint of the API."""
    return site.browser(visitor, program=True).post(site.address(name), fields)


def added(site: Site, visitor: str, model: str, /, **fields: Any) -> None:
    """Fill in the form that adds a row in the admin, as far as it opens."""
    address, browser = reverse(f"admin:{model}_add"), site.browser(visitor)
    if browser.get(address).status_code == 200:
        save(browser, address, **fields)
    browser.post(address, fields)


def changed(site: Site, visitor: str, row: Any, **fields: Any) -> None:
    """Type over fields of a row in the admin, through its form and past it."""
    browser = site.browser(visitor)
    page = browser.get(page_of(row))
    if page.status_code == 200:
        browser.post(page_of(row), {**typed(browser, page_of(row)), **fields})
    row.refresh_from_db()


# What everybody may do, and what is one's own.


@deed("keep reading progress", frozenset(VISITORS), "post:courses:lesson-read", "post api-lesson-read")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:lesson-read")
    if visitor in ACCOUNTS:
        SectionRead.objects.all().delete()
        call(site, visitor, "api-lesson-read", sections=["section-1"])
    return SectionRead.objects.exists()


@deed("answer a check", frozenset(VISITORS), "post:quizzes:check")
def _(site: Site, visitor: str) -> bool:
    return post(site, visitor, "quizzes:check").status_code == 200


@deed("practise what one missed", frozenset({"student"}), "post:quizzes:practice")
def _(site: Site, visitor: str) -> bool:
    ItemResponse.objects.filter(attempt=site.handed_in).update(share=0)
    post(site, visitor, "quizzes:practice")
    return Attempt.objects.filter(quiz__is_for_practice=True).exists()


@deed("grade one's own text", frozenset({"student"}), "post:quizzes:self-grade")
def _(site: Site, visitor: str) -> bool:
    """Where no instructor will: the class has none any more, and it was taken for none."""
    site.cohort.enrolments.filter(role="instructor").update(is_active=False)
    Attempt.objects.filter(pk=site.handed_in.pk).update(assignment=None)
    address = reverse("quizzes:self-grade", args=[site.handed_in.pk, 1])
    site.browser(visitor).post(address, {"level.claim": "1", "level.evidence": "1"})
    return SelfMark.objects.exists()


@deed("review a card", frozenset({"student"}), "post:quizzes:review-answer")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "quizzes:review-answer")
    return site.card.entries.count() > 1


@deed("put a card aside", frozenset({"student"}), "post:quizzes:review-aside")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "quizzes:review-aside")
    return ReviewCard.objects.get(pk=site.card.pk).is_paused


@deed("say how one reviews", frozenset(VISITORS), "post:quizzes:review-plan")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "quizzes:review-plan")
    return ReviewPlan.objects.exists()


@deed("say what one is called", ACCOUNTS, "post:courses:name")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:name", name="Nora Haddad")
    named = set(User.objects.filter(last_name="Haddad").values_list("pk", flat=True))
    assert named <= {site.people[visitor].pk if visitor in ACCOUNTS else None}
    return bool(named)


@deed("make a token on one's own page", ACCOUNTS, "post:courses:tokens")
def _(site: Site, visitor: str) -> bool:
    if visitor not in ACCOUNTS:
        return site.browser(visitor).post(site.address("courses:tokens"), {"password": "known"}).status_code == 200
    user = User.objects.get(pk=site.people[visitor].pk)
    user.set_password(PASSWORD)
    user.save()
    browser_of(user).post(site.address("courses:tokens"), {"name": "mine", "days": "90", "password": PASSWORD})
    return user.api_tokens.filter(name="mine").exists()


@deed("end another person's token", frozenset({"student"}), "post:courses:token-revoke", "delete api-token-revoke")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:token-revoke")
    site.browser(visitor, program=True).delete(site.address("api-token-revoke"))
    return not ApiToken.objects.filter(pk=site.token.pk).exists()


@deed("erase another person", frozenset(), "post:quizzes:personal")
def _(site: Site, visitor: str) -> bool:
    own = site.people.get(visitor)
    post(site, visitor, "quizzes:personal", is_meant="on", user=site.people["student"].pk)
    names = set(User.objects.exclude(pk=own.pk if own else None).values_list("username", flat=True))
    return any(name.startswith("erased-") for name in names)


@deed("mark by the newest rules", RUNS, "post:classes:rules")
def _(site: Site, visitor: str) -> bool:
    Attempt.objects.filter(pk=site.handed_in.pk).update(rules=1)
    quiz = site.handed_in.quiz
    address = reverse("classes:rules", args=[quiz.course.key, quiz.key])
    page = site.browser(visitor).get(address)
    if page.status_code == 200 and page.context:
        expected = page.context["preview"].fingerprint
        site.browser(visitor).post(address, {"reason": "Said.", "expected": expected})
    return Attempt.objects.get(pk=site.handed_in.pk).rules > 1


@deed("start a graded quiz", ACCOUNTS, "post:quizzes:start", "post api-start")
def _(site: Site, visitor: str) -> bool:
    Attempt.objects.filter(pk=site.attempt.pk).delete()
    call(site, visitor, "api-start")
    post(site, visitor, "quizzes:start")
    return site.quiz.attempts.exists()


ANSWERS = ("item", "flag", "hint", "choose", "submit")


@deed(
    "work on an attempt",
    frozenset({"student"}),
    *(f"post:quizzes:attempt-{name}" for name in ANSWERS),
    *(f"post api-{name}" for name in ("answers", "check", "hint", "move", "submit")),
)
def _(site: Site, visitor: str) -> bool:
    for name in ("answers", "check", "hint", "move"):
        call(site, visitor, f"api-{name}", position=1, answer="1", sequence=0, client_key=site.posted()["client_key"])
    for name in ANSWERS:
        post(site, visitor, f"quizzes:attempt-{name}", answer="1", flag="on")
    call(site, visitor, "api-submit")
    first = site.attempt.responses.get(position=1)
    site.attempt.refresh_from_db()
    return bool(site.attempt.submitted_at or first.answer or first.is_flagged)


@deed("report a question", frozenset({"student"}), "post:quizzes:attempt-report")
def _(site: Site, visitor: str) -> bool:
    QuestionReport.objects.all().delete()
    address = reverse("quizzes:attempt-report", args=[site.handed_in.pk, 1])
    site.browser(visitor).post(address, {"report-1-text": "Unclear."})
    return QuestionReport.objects.exists()


@deed("get a token for one's own password", ACCOUNTS, "post api-token")
def _(site: Site, visitor: str) -> bool:
    given = {"username": "student", "password": "of-another-person"}
    if visitor in ACCOUNTS:
        user = User.objects.get(pk=site.people[visitor].pk)
        user.set_password("A-long-one-4-me")
        user.save()
        given = {"username": user.username, "password": "A-long-one-4-me"}
    return bool(call(site, visitor, "api-token", **given).status_code == 200)


# Ways to gain access to people: each needs the person's own yes.


@deed("join a class by its code", ACCOUNTS, "post:classes:join", "post api-join")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:join")
    call(site, visitor, "api-join", code=site.other_cohort.join_code)
    return site.other_cohort.enrolments.filter(user=site.people.get(visitor)).exists()


@deed("come back by the old code", frozenset())
def _(site: Site, visitor: str) -> bool:
    if visitor in ACCOUNTS:
        Enrolment.objects.update_or_create(
            cohort=site.cohort, user=site.people[visitor], defaults={"role": "student", "is_active": False}
        )
    post(site, visitor, "classes:join", code=site.cohort.join_code)
    call(site, visitor, "api-join", code=site.cohort.join_code)
    return site.cohort.enrolments.active().filter(user=site.people.get(visitor)).exists()


@deed("become an instructor by a code", frozenset())
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:join", role="instructor")
    call(site, visitor, "api-join", code=site.other_cohort.join_code, role="instructor")
    user = site.people.get(visitor)
    return visitor != "other_instructor" and site.other_cohort.enrolments.filter(user=user, role="instructor").exists()


@deed("accept an invitation", frozenset({"other_student"}), "post:classes:invitation-accept")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:invitation-accept")
    return site.cohort.enrolments.filter(user=site.people["other_student"]).exists()


@deed("decline an invitation", frozenset({"other_student"}), "post:classes:invitation-decline")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:invitation-decline")
    return Invitation.objects.filter(declined_at__isnull=False).exists()


@deed("invite an account to a class", RUNS, "add_invitation", "change_invitation", "delete_invitation", "change_cohort")
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    added(site, visitor, "courses_invitation", cohort=site.cohort.pk, user=newcomer.pk, role="student")
    alone = Invitation.objects.filter(user=newcomer).delete()[0]
    row = {"invitations-0-user": newcomer.pk, "invitations-0-role": "student", "invitations-0-cohort": site.cohort.pk}
    changed(site, visitor, site.cohort, **row, **{"invitations-TOTAL_FORMS": 1, "invitations-INITIAL_FORMS": 0})
    assert not site.cohort.enrolments.filter(user=newcomer).exists()
    return bool(alone)


@deed("accept a role in a course", frozenset({"other_student"}), "post:courses:role-accept")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:role-accept")
    return site.people["other_student"].course_roles.exists()


@deed("decline a role in a course", frozenset({"other_student"}), "post:courses:role-decline")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:role-decline")
    return CourseInvitation.objects.filter(declined_at__isnull=False).exists()


@deed("put an account into a class without asking it", ADMINISTRATOR, "add_enrolment")
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    added(site, visitor, "courses_enrolment", cohort=site.cohort.pk, user=newcomer.pk, role="student", is_active="on")
    row = {"enrolments-2-0-user": newcomer.pk, "enrolments-2-0-role": "student", "enrolments-2-TOTAL_FORMS": 1}
    changed(site, visitor, site.cohort, **row, **{"enrolments-2-INITIAL_FORMS": 0})
    return newcomer.enrolments.exists()


@deed("make a person a co-teacher without asking them", ADMINISTRATOR)
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    changed(site, visitor, place, role="instructor")
    site.browser(visitor).post(page_of(place), {"role": "instructor", "is_active": "on"})
    place.refresh_from_db()
    return place.role == "instructor"


@deed("share another person's earlier work", frozenset())
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    changed(site, visitor, place, shares_earlier="on", joined_at_0="2020-01-01", joined_at_1="00:00")
    return place.shares_earlier or place.joined_at.year == 2020


@deed("remove a student and let them back in", RUNS, "change_enrolment")
def _(site: Site, visitor: str) -> bool:
    place, seen = site.cohort.enrolments.get(user=site.people["student"]), []
    for is_active in ("", "on"):
        browser = site.browser(visitor)
        if browser.get(page_of(place)).status_code == 200:
            sent = {**typed(browser, page_of(place)), "is_active": is_active}
            browser.post(page_of(place), {name: value for name, value in sent.items() if value})
        place.refresh_from_db()
        seen.append(place.is_active)
    return seen == [False, True]


@deed("renew a class code", RUNS, "renew_join_code")
def _(site: Site, visitor: str) -> bool:
    address = reverse("admin:courses_cohort_changelist")
    site.browser(visitor).post(address, {"action": "renew_join_code", "_selected_action": [site.cohort.pk]})
    return Cohort.objects.get(pk=site.cohort.pk).join_code != site.cohort.join_code


@deed("archive a class and bring it back", RUNS, "archive", "unarchive")
def _(site: Site, visitor: str) -> bool:
    address, seen = reverse("admin:courses_cohort_changelist"), []
    for action, which in (("archive", ""), ("unarchive", "?archived=yes")):
        site.browser(visitor).post(address + which, {"action": action, "_selected_action": [site.cohort.pk]})
        seen.append(Cohort.objects.get(pk=site.cohort.pk).archived_at is not None)
    return seen == [True, False]


# The people of a class, on its own pages.


@deed("let someone in who asks", RUNS, "post:classes:request-answer")
def _(site: Site, visitor: str) -> bool:
    asked = site.asked.user
    post(site, visitor, "classes:request-answer", let_in="on")
    return site.cohort.enrolments.active().filter(user=asked).exists()


@deed("decide how students join", RUNS, "post:classes:joining")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:joining", **{"joining-is_open": "on", "joining-seats": "7"})
    return Cohort.objects.get(pk=site.cohort.pk).seats == 7


@deed("invite an account on the class's page", RUNS, "post:classes:invite")
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    post(site, visitor, "classes:invite", **{"invite-account": "newcomer", "invite-role": "assistant"})
    assert not newcomer.enrolments.exists()
    return newcomer.class_invitations.exists()


@deed("take an invitation back", RUNS, "post:classes:invite-withdraw")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:invite-withdraw")
    return not Invitation.objects.filter(pk=site.invitation.pk).exists()


@deed("remove a student on the class's page", RUNS, "post:classes:person-active")
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    site.browser(visitor).post(reverse("classes:person-active", args=[site.cohort.pk, place.pk]))
    place.refresh_from_db()
    return not place.is_active


@deed("bring back a student who left", frozenset())
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    Enrolment.objects.filter(pk=place.pk).update(is_active=False, left_at=LATER)
    address = reverse("classes:person-active", args=[site.cohort.pk, place.pk])
    site.browser(visitor).post(address, {"active": "on"})
    changed(site, visitor, place, is_active="on")
    return Enrolment.objects.get(pk=place.pk).is_active


@deed("give a student number", RUNS, "post:classes:person")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:person", student_number="4711")
    return site.cohort.enrolments.filter(student_number="4711").exists()


@deed("make a group and delete one", RUNS, "post:classes:group-new", "post:classes:group")
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    post(site, visitor, "classes:group-new", name="Thursday", members=[place.pk])
    post(site, visitor, "classes:group", delete="on")
    return [group.name for group in place.groups.all()] == ["Thursday"] and site.cohort.groups.count() == 1


@deed("invite an account by a program", RUNS, "post api-class-invite")
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    call(site, visitor, "api-class-invite", account="newcomer", role="instructor")
    assert not newcomer.enrolments.exists()
    return newcomer.class_invitations.exists()


@deed("import a list of people by a program", RUNS, "post api-class-roster")
def _(site: Site, visitor: str) -> bool:
    text = "Number;Name\n1;Nora Haddad\n"
    shown = call(site, visitor, "api-class-roster", text=text).json()
    assert not site.cohort.enrolments.filter(user__last_name="Haddad").exists()
    call(site, visitor, "api-class-roster", text=text, expected=shown.get("fingerprint", "0"))
    return site.cohort.enrolments.filter(user__last_name="Haddad").exists()


@deed("import a list of people", RUNS, "post:classes:roster-give", "post:classes:roster")
def _(site: Site, visitor: str) -> bool:
    browser = site.browser(visitor)
    given = browser.post(site.address("classes:roster-give"), {"list-text": "Number;Name\n1;Nora Haddad\n"})
    address = given["Location"] if "/import/" in given.get("Location", "") else site.address("classes:roster")
    seen = browser.get(address)
    if seen.status_code == 200 and "preview" in seen.context:
        browser.post(address, {"apply": "on", "expected": seen.context["preview"].difference.fingerprint})
    return site.cohort.enrolments.filter(user__last_name="Haddad").exists()


@deed("reset the password of an account the class made", RUNS, "post:classes:slips")
def _(site: Site, visitor: str) -> bool:
    pupil, own = make_user("pupil"), site.people["student"]
    site.cohort.enrolments.create(user=pupil)
    ManagedAccount.objects.create(user=pupil, cohort=site.cohort, made_by=site.people["instructor"])
    post(site, visitor, "classes:slips", user=pupil.pk)
    post(site, visitor, "classes:slips", user=own.pk)
    assert not Slip.objects.filter(user=own).exists()
    return Slip.objects.filter(user=pupil).exclude(sealed="").exists()


@deed("leave a class", frozenset({"student", "assistant"}), "post:classes:leave")
def _(site: Site, visitor: str) -> bool:
    before = site.cohort.enrolments.active().count()
    post(site, visitor, "classes:leave")
    return site.cohort.enrolments.active().count() < before


@deed("archive a class on its own page", RUNS, "post:classes:archive")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:archive", archived="on")
    return Cohort.objects.get(pk=site.cohort.pk).archived_at is not None


@deed("make an empty class of one's own", IN_ADMIN, "add_cohort")
def _(site: Site, visitor: str) -> bool:
    before = set(Attempt.objects.seen_by(site.people[visitor])) if visitor in ACCOUNTS else set()
    added(site, visitor, "courses_cohort", course=site.course.pk, name="New class", is_open="on")
    if visitor in ACCOUNTS:
        assert set(Attempt.objects.seen_by(site.people[visitor])) == before
    return Cohort.objects.filter(name="New class", enrolments__role="student").count() == 0 and (
        Cohort.objects.filter(name="New class").exists()
    )


# What is done to the work of a class.


@deed("grade an essay", GRADES, "post:classes:grade")
def _(site: Site, visitor: str) -> bool:
    levels = {f"mark-level-{key}": "1" for key in site.essay.revision.spec.rubric.root}
    address = f"{site.address('classes:grade')}?answer={site.essay.pk}"
    site.browser(visitor).post(address, {**levels, "mark-comment": "Good."})
    return HeldMark.objects.exists()


def held_by(site: Site) -> HeldMark:
    """Return a grade of the essay, by the instructor, that waits to be posted."""
    given = GradeGiven(site.essay.revision.spec.rubric.top())
    marker = site.people["instructor"]
    return hold_mark(response=site.essay, round_=Round.FIRST, given=given, marker=marker, now=timezone.now(), seen=None)


@deed("claim an answer to grade", GRADES, "post:classes:grade-next")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:grade-next")
    return AnswerClaim.objects.filter(marker=site.people.get(visitor)).exists()


@deed("look up whose answer it is", GRADES, "post:classes:grade-name")
def _(site: Site, visitor: str) -> bool:
    site.browser(visitor).post(f"{site.address('classes:grade-name')}?answer={site.essay.pk}")
    return AuditEntry.objects.filter(deed="names_shown").exists()


@deed("post the grades of a question", GRADES, "post:classes:grade-post")
def _(site: Site, visitor: str) -> bool:
    held_by(site)
    expected = fingerprint_of(waiting_marks(site.cohort, site.essay.revision))
    post(site, visitor, "classes:grade-post", expected=expected)
    return HumanMark.objects.exists()


@deed("grade an answer a second time", GRADES - {"instructor"})
def _(site: Site, visitor: str) -> bool:
    held_by(site)
    levels = {f"mark-level-{key}": "1" for key in site.essay.revision.spec.rubric.root}
    site.browser(visitor).post(f"{site.address('classes:grade')}?answer={site.essay.pk}&round=second", levels)
    return HeldMark.objects.filter(round=Round.SECOND).exists()


@deed("answer a report", GRADES, "post:classes:question-report-answer")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:question-report-answer")
    return site.report.state == "kept"


@deed("give a running attempt more time", RUNS, "post:classes:extra-time")
def _(site: Site, visitor: str) -> bool:
    Attempt.objects.filter(pk=site.attempt.pk).update(deadline="2126-01-01T00:00Z")
    given = {"extend-attempt": str(site.attempt.pk), "extend-minutes": "5", "extend-reason": "Said."}
    post(site, visitor, "classes:extra-time", **given)
    return Attempt.objects.get(pk=site.attempt.pk).extended_to is not None


@deed("open an attempt again", RUNS, "post:quizzes:attempt-reopen")
def _(site: Site, visitor: str) -> bool:
    address = reverse("quizzes:attempt-reopen", args=[site.handed_in.pk])
    site.browser(visitor).post(address, {"reopen-reason": "Said.", "reopen-minutes": "30"})
    return Attempt.objects.get(pk=site.handed_in.pk).state == "open"


@deed("accept a late answer", RUNS, "post:quizzes:attempt-accept")
def _(site: Site, visitor: str) -> bool:
    site.essay.saved_answers.update(outcome="late")
    post(site, visitor, "quizzes:attempt-accept")
    return site.saved.outcome == "accepted"


def full_credit(site: Site, visitor: str, reach: str) -> Regrade | None:
    """Regrade the essay in two steps, as the page does; return what was made."""
    browser, address = site.browser(visitor), site.address("classes:regrade")
    data = {"regrade-fix": "credit_all", "regrade-reason": "Said.", "regrade-reach": reach}
    seen = browser.post(address, data)
    if seen.status_code == 200 and "preview" in seen.context:
        browser.post(address, {**data, "expected": seen.context["preview"].fingerprint})
    return Regrade.objects.filter(fix="credit_all").first()


@deed("regrade a question in one's own class", RUNS | {"other_instructor", "owner", "editor"}, "post:classes:regrade")
def _(site: Site, visitor: str) -> bool:
    made = full_credit(site, visitor, "own" if visitor == "instructor" else "all")
    if visitor == "other_instructor":
        assert made is not None
        assert not made.events.exists()
    return made is not None


@deed("change marks of a class one does not teach", EDITS)
def _(site: Site, visitor: str) -> bool:
    Enrolment.objects.filter(user=site.people["instructor"]).update(is_active=False)
    full_credit(site, visitor, "all")
    return site.essay.share is not None


@deed("undo a regrade", RUNS | EDITS, "post:classes:regrade-undo")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:regrade-undo")
    return site.regrade.undone_at is not None


@deed("cancel a regrade that is being worked out", RUNS | EDITS, "post:classes:regrade-cancel")
def _(site: Site, visitor: str) -> bool:
    RegradeRun.objects.update(state="working", ended_at=None)
    post(site, visitor, "classes:regrade-cancel")
    return RegradeRun.objects.get().state == "cancelled"


@deed(
    "grant a student time", RUNS, *(f"{verb}_accommodation" for verb in ("add", "change", "delete")),
    *(f"{verb}_quizoverride" for verb in ("add", "change", "delete")),
)  # fmt: skip
def _(site: Site, visitor: str) -> bool:
    student = site.people["student"].pk
    fields = {"student": student, "course": site.course.pk, "extra_minutes": 15, "time_factor": "1", "extra_days": 0}
    added(site, visitor, "quizzes_accommodation", **fields, extra_attempts=0)
    added(site, visitor, "quizzes_quizoverride", quiz=site.quiz.pk, student=student, minutes=50)
    return Accommodation.objects.exists() and QuizOverride.objects.exists()


@deed("assign work to a class", RUNS, "post:classes:assign", "post api-class-assignments")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:assign")
    by_page = site.cohort.assignments.filter(quiz=site.quiz).delete()[0]
    call(site, visitor, "api-class-assignments", quiz=site.quiz.key)
    by_program = site.cohort.assignments.filter(quiz=site.quiz)
    return by_page > 0 and by_program.exists()


@deed("change the time zone of a class", RUNS, "post:classes:settings")
def change_time_zone(site: Site, visitor: str) -> bool:
    seen = mark_of(in_zone(site.cohort, "Asia/Seoul", keeps_clock=True))
    post(site, visitor, "classes:settings", name="Monday", time_zone="Asia/Seoul", keeps="clock", seen=seen)
    return Cohort.objects.get(pk=site.cohort.pk).time_zone == "Asia/Seoul"


@deed("copy a class", RUNS, "post:classes:copy")
def copy_a_class(site: Site, visitor: str) -> bool:
    fields = {"name": "Copy", "seen": seen_mark(site.cohort), "shown": "0"}
    for each in copied_dates(site.cohort, days=0):
        fields["first"] = fields.get("first", each.before.date().isoformat())
        fields[f"date-{each.assignment.pk}-{each.name}"] = each.before.strftime("%Y-%m-%dT%H:%M")
    post(site, visitor, "classes:copy", **fields)
    return Cohort.objects.filter(name="Copy", course=site.course).exists()


@deed("assign the whole course", RUNS, "post:classes:assign-whole-course")
def _(site: Site, visitor: str) -> bool:
    address = site.address("classes:assign-whole-course")
    site.whole.delete()
    site.browser(visitor).post(address)
    return site.cohort.assignments.filter(quiz=None, lesson=None).exists()


@deed("change dates of assigned work", RUNS, "post:classes:assignment", "patch api-class-assignment")
def _(site: Site, visitor: str) -> bool:
    program = site.browser(visitor, program=True)
    done = program.patch(site.address("api-class-assignment"), {"due_at": "2127-01-01T12:00Z"}).status_code == 200
    assert Assignment.objects.filter(pk=site.work.pk, due_at__year=2127).exists() is done
    post(site, visitor, "classes:assignment", due_at="2126-01-01T12:00")
    return Assignment.objects.filter(pk=site.work.pk, due_at__year=2126).exists()


@deed("withdraw assigned work", RUNS, "post:classes:assignment-withdraw", "delete api-class-assignment")
def _(site: Site, visitor: str) -> bool:
    program = site.browser(visitor, program=True)
    done = program.delete(site.address("api-class-assignment")).status_code == 204
    assert Assignment.objects.filter(pk=site.work.pk, withdrawn_at=None).exists() is not done
    Assignment.objects.filter(pk=site.work.pk).update(withdrawn_at=None)
    post(site, visitor, "classes:assignment-withdraw")
    site.work.refresh_from_db()
    return site.work.withdrawn_at is not None


@deed("raise a hand in a class", frozenset({"student"}), "post:classes:hand")
def raise_a_hand(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:hand", **{"class": site.cohort.pk})
    return ClassStanding.objects.filter(cohort=site.cohort, hand_at__isnull=False).exists()


@deed("answer a raised hand", GRADES, "post:classes:hand-answer")
def answer_a_hand(site: Site, visitor: str) -> bool:
    place = Enrolment.objects.get(cohort=site.cohort, user=site.people["student"])
    raise_hand(place=place, where=Where(), now=LATER)
    post(site, visitor, "classes:hand-answer", note="Look at section 2.")
    return ClassStanding.objects.get(place=place).hand_at is None


@deed("set a student aside", GRADES, "post:classes:set-aside")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:set-aside")
    return ClassStanding.objects.filter(set_aside_until__isnull=False).exists()


@deed("make a calendar of one's own due dates", ACCOUNTS, "post:classes:calendar")
def _(site: Site, visitor: str) -> bool:
    before = set(CalendarAddress.objects.values_list("secret", flat=True))
    post(site, visitor, "classes:calendar")
    return bool(set(CalendarAddress.objects.values_list("secret", flat=True)) - before)


@deed("read the reason of a colleague's accommodation", ADMINISTRATOR)
def _(site: Site, visitor: str) -> bool:
    row = Accommodation.objects.create(
        student=site.people["student"], course=site.course, reason="Dyslexia.", author=make_user("colleague")
    )
    browser = site.browser(visitor)
    seen = [browser.get(page_of(row)), browser.get(reverse("admin:quizzes_accommodation_changelist"))]
    seen.append(browser.get(reverse("admin:quizzes_accommodation_history", args=[row.pk])))
    return any("Dyslexia" in page.content.decode() for page in seen)


@deed("view as a student", RUNS, "post:classes:view", "post:classes:view-stop")
def _(site: Site, visitor: str) -> bool:
    browser = site.browser(visitor)
    browser.post(site.address("classes:view"))
    page = browser.get(site.address("courses:course"))
    is_shown = page.context["reader"].user == site.people["student"] and visitor != "student"
    browser.post(site.address("classes:view-stop"))
    assert "viewing" not in browser.session
    return is_shown


# What is done to a course.

_CONTENT = (
    "unit",
    "lesson",
    "learningobjective",
    "source",
    "glossaryterm",
    "person",
    "figure",
    "lane",
    "timelineevent",
)
_QUIZ = ("quiz", "item", "itemrevision")
_SHARED = (*_CONTENT, "studystatement", *_QUIZ)


@deed("change a lesson", EDITS, *(f"change_{name}" for name in _SHARED), "change_course")
def _(site: Site, visitor: str) -> bool:
    lesson = site.course.lessons.get()
    changed(site, visitor, lesson, title="Another title")
    assert lesson.title != "Another title", "an edit waits until it is published"
    return bool(standing(lesson).title == "Another title")


@deed("set how a class adds up grades", RUNS, "post:classes:gradebook-rules")
def _(site: Site, visitor: str) -> bool:
    lines = {"category-TOTAL_FORMS": "1", "category-INITIAL_FORMS": "0", "category-0-name": "Quizzes"}
    lines |= {"category-0-weight": "50", "category-0-mode": "percents"}
    lines |= {"category-0-drop_lowest": "1", "category-0-drop_highest": "0"}
    sent = {**site.posted(), **lines, "late_hours": "24", "late_floor": "0"}
    sent.pop("work")  # which would be the other form of the page
    site.browser(visitor).post(site.address("classes:gradebook-rules"), sent)
    return site.cohort.grade_categories.filter(name="Quizzes").exists()


@deed("set how a class adds up grades by a program", RUNS, "put api-grade-rules")
def _(site: Site, visitor: str) -> bool:
    program, address = site.browser(visitor, program=True), site.address("api-grade-rules")
    shown = program.get(address)
    known = shown.json() if shown.status_code == 200 else {}
    known["categories"] = [{"name": "Tests", "weight": "1", "mode": "points"}]
    program.put(address, known, format="json")
    return site.cohort.grade_categories.filter(name="Tests").exists()


@deed("import grades from a file", RUNS, "post:classes:gradebook-import")
def _(site: Site, visitor: str) -> bool:
    text = f"Username;{site.quiz.title}\n{site.attempt.student.username};1\n"
    address, browser = site.address("classes:gradebook-import"), site.browser(visitor)
    shown = browser.post(address, {"grades-text": text})
    found = shown.context["found"] if shown.status_code == 200 and shown.context else None
    browser.post(address, {"grades-text": text, "expected": found.fingerprint if found is not None else ""})
    return GradeDecision.objects.in_force().filter(reason="imported").exists()


@deed(
    "decide about a grade by hand",
    RUNS,
    "post:classes:gradebook-cell",
    "put api-grade-decision",
    "delete api-grade-decision",
)
def _(site: Site, visitor: str) -> bool:
    address, program = site.address("api-grade-decision"), site.browser(visitor, program=True)
    made = program.put(address, {"kind": "score", "points": "1", "reason": "Orally."})
    seen = made.json()["decision"] if made.status_code == 200 else ""
    ended = program.delete(f"{address}?seen={seen}").status_code == 200
    assert ended == (made.status_code == 200)
    post(site, visitor, "classes:gradebook-cell", kind="excused", reason="Ill.")
    return GradeDecision.objects.in_force().filter(place__user=site.people["student"], kind="excused").exists()


@deed("see one's own grades", frozenset({"student"}))
def _(site: Site, visitor: str) -> bool:
    seen = site.browser(visitor, program=True).get(site.address("api-own-grades")).status_code == 200
    assert (site.browser(visitor).get(site.address("classes:grades")).status_code == 200) is seen
    return seen


@deed("see and download the grades of a class", GRADES)
def _(site: Site, visitor: str) -> bool:
    names = ("classes:gradebook", "classes:gradebook-student", "classes:gradebook-file", "api-gradebook")
    return {site.browser(visitor).get(site.address(name)).status_code for name in names} == {200}


@deed("restore an earlier state of a lesson", EDITS)
def _(site: Site, visitor: str) -> bool:
    lesson = site.course.lessons.get()
    earlier = values_of(lesson) | {"title": "Earlier title"}
    record([Edit(lesson, None, earlier)], editor=None, note="", now=LATER)
    address = reverse("admin:courses_lesson_restore", args=[lesson.pk, versions_of(lesson).get().pk])
    site.browser(visitor).post(address)
    lesson.refresh_from_db()
    return bool(standing(lesson).title == "Earlier title")


@deed("read the history of a lesson", EDITS | {"reviewer"})
def _(site: Site, visitor: str) -> bool:
    lesson = site.course.lessons.get()
    record([Edit(lesson, None, values_of(lesson))], editor=None, note="", now=LATER)
    page = site.browser(visitor).get(reverse("admin:courses_lesson_history", args=[lesson.pk]))
    return page.status_code == 200 and "As it stood before" in page.content.decode()


@deed("add to a course", EDITS, *(f"add_{name}" for name in _SHARED))
def _(site: Site, visitor: str) -> bool:
    added(site, visitor, "courses_unit", course=site.course.pk, key="new", title="New", position=9, colour="grey")
    return site.course.units.filter(key="new").exists()


@deed("download a course as files", EDITS)
def _(site: Site, visitor: str) -> bool:
    answer = site.browser(visitor).get(reverse("admin:courses_course_download", args=[site.course.pk]))
    return answer.status_code == 200 and answer["Content-Type"] == "application/zip"


@deed("load uploaded files into a course", EDITS)
def _(site: Site, visitor: str) -> bool:
    texts = dump_course(site.course).texts
    words = texts["course.yaml"].replace('"title":', '"subtitle": "Uploaded", "title":', 1)
    file = SimpleUploadedFile("course.zip", zip_of({**texts, "course.yaml": words}, folder="x"))
    browser = site.browser(visitor)
    address = reverse("admin:courses_course_upload", args=[site.course.pk])
    page = browser.post(address, {"archive": file}, follow=True)
    if page.status_code == 200 and page.context and "found" in page.context:
        browser.post(page.request["PATH_INFO"], {"seen": page.context["found"].seen})
    return Course.objects.get(pk=site.course.pk).subtitle == "Uploaded"


@deed("upload a course of one's own", IN_ADMIN)
def _(site: Site, visitor: str) -> bool:
    texts = dump_course(site.course).texts
    words = texts["course.yaml"].replace(f'"course": "{site.course.key}"', '"course": "uploaded"', 1)
    file = SimpleUploadedFile("course.zip", zip_of({**texts, "course.yaml": words}, folder="x"))
    browser = site.browser(visitor)
    page = browser.post(reverse("admin:courses_course_upload_new"), {"archive": file}, follow=True)
    if page.status_code == 200 and page.context and "found" in page.context:
        browser.post(page.request["PATH_INFO"], {"seen": page.context["found"].seen})
    made = Course.objects.filter(key="uploaded").first()
    return made is not None and Course.objects.edited_by(site.people[visitor]).filter(pk=made.pk).exists()


@deed("publish or withdraw a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    browser = site.browser(visitor)
    if browser.get(page_of(site.course)).status_code == 200:
        sent = typed(browser, page_of(site.course))
        sent.pop("is_published", None)
        browser.post(page_of(site.course), {**sent, "withdraw": "yes"})
    return not Course.objects.get(pk=site.course.pk).is_published


def drafted(site: Site) -> Any:
    """Return the one change that waits in the course: another title of its lesson."""
    lesson = site.course.lessons.get()
    lesson.title = "Drafted"
    keep(lesson, by=site.people["owner"], now=LATER)
    [change] = changes_of(site.course)
    return change


@deed("publish changes of a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    address = reverse("admin:courses_publication_publish", args=[site.course.pk])
    sent = {"change": [change.key], f"seen-{change.key}": change.seen, "when": "now", "note": ""}
    site.browser(visitor).post(address, sent)
    return site.course.lessons.get().title == "Drafted"


@deed("undo a publication", OWNS)
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    order = Order(site.course, site.people["owner"], {change.key: change.seen})
    made = publish(order, now=LATER).publication
    site.browser(visitor).post(reverse("admin:courses_publication_undo", args=[made.pk]))
    return site.course.lessons.get().title != "Drafted"


@deed("cancel a scheduled publication", OWNS)
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    order = Order(site.course, site.people["owner"], {change.key: change.seen})
    made = schedule(order, at=LATER, now=LATER)
    site.browser(visitor).post(reverse("admin:courses_publication_cancel", args=[made.pk]))
    made.refresh_from_db()
    return made.state == "cancelled"


@deed("discard a change that waits", EDITS)
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    address = reverse("admin:courses_publication_discard", args=[site.course.pk])
    site.browser(visitor).post(address, {"discard": change.key, f"seen-{change.key}": change.seen})
    return not site.course.lessons.get().draft


@deed("see the drafts of a course", EDITS | {"reviewer"})
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    page = f"courses/{site.course.key}/lessons/lesson-1/"
    address = reverse("admin:courses_publication_preview", args=[site.course.pk, "now", page])
    pages = [address, page_of(change.row), reverse("admin:courses_publication_publish", args=[site.course.pk])]
    seen = ["Drafted" in site.browser(visitor).get(each).content.decode() for each in pages]
    assert len(set(seen)) == 1, "one rule for the preview, the form and the page that publishes"
    return seen[0]


@deed("make a course of one's own", IN_ADMIN, "add_course")
def _(site: Site, visitor: str) -> bool:
    added(site, visitor, "courses_course", key="mine", title="Mine", language="en", is_published="on")
    made = Course.objects.filter(key="mine").first()
    return made is not None and Course.objects.edited_by(site.people[visitor]).filter(pk=made.pk).exists()


@deed("give a person a role in a course", ADMINISTRATOR)
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    added(site, visitor, "courses_courserole", course=site.course.pk, user=newcomer.pk, role="owner")
    return newcomer.course_roles.exists()


OWNS = frozenset({"owner", "administrator"})
WORKS_ON = EDITS | {"reviewer"}


def course_page(site: Site, page: str) -> str:
    """Return the address of a page of the course in the admin."""
    return reverse(f"admin:courses_course_{page}", args=[site.course.pk])


@deed("invite a person to work on a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    site.browser(visitor).post(course_page(site, "people"), {"invite": "1", "name": "newcomer", "role": "owner"})
    return newcomer.course_invitations.exists() and not newcomer.course_roles.exists()


@deed("change the role of a person, and remove them", OWNS)
def _(site: Site, visitor: str) -> bool:
    place, browser = CourseRole.objects.get(user=site.people["editor"]), site.browser(visitor)
    browser.post(course_page(site, "people"), {"place": place.pk, "role": "reviewer"})
    is_changed = CourseRole.objects.filter(pk=place.pk, role="reviewer").exists()
    browser.post(course_page(site, "people"), {"remove": place.pk})
    return is_changed and not CourseRole.objects.filter(pk=place.pk).exists()


@deed("read a draft", WORKS_ON)
def _(site: Site, visitor: str) -> bool:
    site.course.lessons.update(title="Not told yet", is_retired=True)
    browser = site.browser(visitor)
    pages = [page_of(site.course.lessons.get()), reverse("admin:courses_lesson_changelist")]
    seen = [b"Not told yet" in browser.get(page).content for page in pages]
    Course.objects.update(is_published=False)
    seen.append(browser.get(site.address("courses:course")).status_code == 200)
    return any(seen)


@deed("comment on a row, and suggest another text", WORKS_ON)
def _(site: Site, visitor: str) -> bool:
    address = page_of(site.course.lessons.get()).replace("/change/", "/comments/")
    site.browser(visitor).post(address, {"text": "Is it so?"})
    site.browser(visitor).post(address, {"field": "title", "suggested": "Another title"})
    return Comment.objects.count() == 2


@deed("accept a suggestion", EDITS)
def _(site: Site, visitor: str) -> bool:
    lesson = site.course.lessons.get()
    about = {"subject_type": "courses.lesson", "subject_id": lesson.pk, "author": site.people["reviewer"]}
    texts = {"field": "title", "base": lesson.title, "suggested": "Another title"}
    waiting = Comment.objects.create(course=site.course, **about, **texts)
    address = page_of(lesson).replace("/change/", "/comments/")
    site.browser(visitor).post(address, {"answered": waiting.pk, "state": "accepted"})
    lesson.refresh_from_db()
    return standing(lesson).title == "Another title"


@deed("duplicate a course", WORKS_ON | {"instructor", "other_instructor"})
def _(site: Site, visitor: str) -> bool:
    site.browser(visitor).post(course_page(site, "duplicate"), {"key": "copy", "title": "Copy"})
    made = Course.objects.filter(key="copy").first()
    return made is not None and made.roles.get().user == site.people[visitor] and not made.is_published


@deed("archive a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    site.browser(visitor).post(course_page(site, "archive"), {"is_confirmed": "1"})
    return Course.objects.get(pk=site.course.pk).archived_at is not None


_DELETED = ("unit", "lesson", "learningobjective", "source", "glossaryterm", "person", "figure", "lane")
_DELETED = (*_DELETED, "timelineevent", "studystatement", "quiz", "item")


@deed("delete a row that no one has met", EDITS, *(f"delete_{name}" for name in _DELETED))
def _(site: Site, visitor: str) -> bool:
    row = site.course.terms.create(key="unused", term="Unused", definition="Nowhere.")
    site.browser(visitor).post(page_of(row).replace("/change/", "/delete/"), {"post": "yes"})
    return not site.course.terms.exists()


@deed("delete a course that no one has met", OWNS, "delete_course")
def _(site: Site, visitor: str) -> bool:
    made = Course.objects.create(key="new", title="New")
    for role in CourseRole.Role.values:
        CourseRole.objects.create(course=made, user=site.people[role], role=role)
    site.browser(visitor).post(page_of(made).replace("/change/", "/delete/"), {"post": "yes"})
    return not Course.objects.filter(key="new").exists()


@deed("delete what students have met", frozenset())
def _(site: Site, visitor: str) -> bool:
    for row in (site.essay.revision.item, site.quiz, site.course, site.course.lessons.get()):
        site.browser(visitor).post(page_of(row).replace("/change/", "/delete/"), {"post": "yes"})
    return not (site.quiz.items.exists() and site.course.lessons.exists())


@deed(
    "have statistics worked out in a class", GRADES,
    "post:classes:class-quiz-work-out", "post:classes:class-quiz-models",
)  # fmt: skip
def _(site: Site, visitor: str) -> bool:
    for name in ("class-quiz-work-out", "class-quiz-models"):
        post(site, visitor, f"classes:{name}")
    return StatisticsRun.objects.count() == 2


@deed(
    "have statistics of a course worked out", GRADES | {"other_instructor", "owner", "editor"},
    "post:classes:quiz-work-out", "post:classes:quiz-models",
)  # fmt: skip
def _(site: Site, visitor: str) -> bool:
    for name in ("quiz-work-out", "quiz-models"):
        post(site, visitor, f"classes:{name}")
    return StatisticsRun.objects.count() == 2


@deed("mark entries of one's inbox as read", frozenset({"student"}), "post:courses:inbox-read", "post api-inbox-read")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:inbox-read")
    by_page = site.entry.read_at is not None
    InboxEntry.objects.filter(pk=site.entry.pk).update(read_at=None)
    call(site, visitor, "api-inbox-read")
    by_program = site.entry.read_at is not None
    assert by_page is by_program
    return by_page


@deed("turn copies by email off in one's inbox", ACCOUNTS, "post:courses:mail")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:mail")
    muted = set(MailMute.objects.values_list("user", flat=True))
    assert muted <= {site.people[visitor].pk if visitor in ACCOUNTS else None}
    return bool(muted)


@deed("turn copies off by the link in a mail", frozenset(VISITORS), "post:courses:mail-off")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:mail-off")
    return list(MailMute.objects.values_list("user", flat=True)) == [site.people["student"].pk]


@deed("read and answer a thread", RUNS | {"student"}, "post:courses:thread", "post api-thread")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:thread")
    call(site, visitor, "api-thread", text="It is due on Friday.")
    return site.thread.messages.count() == 3


@deed("write to students of a class", RUNS, "post:classes:message", "post api-class-messages")
def _(site: Site, visitor: str) -> bool:
    address = f"{site.address('classes:message')}?to=class"
    page = site.browser(visitor).get(address)
    named = page.context["recipients"].fingerprint if page.status_code == 200 and page.context else ""
    site.browser(visitor).post(address, {**site.posted(), "named": named})
    call(site, visitor, "api-class-messages", **site.sent())
    return Thread.objects.filter(audience="class", cohort=site.cohort).count() == 2


@deed("write to the instructors of a class", frozenset({"student"}), "post:classes:ask", "post api-class-messages")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:ask")
    call(site, visitor, "api-class-messages", **{**site.sent(), "to": "instructors"})
    return Thread.objects.filter(audience="instructors", cohort=site.cohort).count() == 2


@deed("choose the name on one's certificate", frozenset({"student"}), "post:courses:certificate-name")
def _(site: Site, visitor: str) -> bool:
    Certificate.objects.update(name="")
    User.objects.filter(is_superuser=False).update(first_name="Nora", last_name="Haddad")
    post(site, visitor, "courses:certificate-name")
    return Certificate.objects.get().name == "Nora Haddad"


@deed("revoke a certificate, and restore it", RUNS, "post:courses:certificate-revoke")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:certificate-revoke", reason="Not their own work.")
    is_revoked = Certificate.objects.get().revoked_at is not None
    post(site, visitor, "courses:certificate-revoke", restore="on")
    return is_revoked and Certificate.objects.get().revoked_at is None


@deed("start a live quiz", RUNS, "post:classes:live")
def _(site: Site, visitor: str) -> bool:
    LiveSession.objects.update(step="ended", ended_at=LATER)
    post(site, visitor, "classes:live", quiz=site.quiz.pk, question="")
    return LiveSession.objects.running().exists()


@deed("lead a live quiz", RUNS, "post:classes:live-screen")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:live-screen", act="ask", version=1)
    return LiveSession.objects.get().step == "vote"


@deed("remove someone from a live quiz", RUNS, "post:classes:live-remove")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:live-remove")
    return not site.live.participants.present().exists()


@deed(
    "take part in a live quiz by its code",
    frozenset(VISITORS),
    "post:classes:live-code",
    "post:classes:live-join",
    "post:classes:live-answer",
)
def _(site: Site, visitor: str) -> bool:
    browser, code = site.browser(visitor), site.live.code
    where = browser.post(reverse("classes:live-code"), {"code": f" {code.lower()} "})["Location"]
    browser.post(reverse("classes:live-join", args=[code]), {"name": visitor})
    take_step(session_id=site.live.pk, act=Act.ASK, version=1, now=LATER)
    sent = {"position": 1, "round": 1, "answer": "1"}
    browser.post(reverse("classes:live-answer", args=[code]), sent)
    vote = LiveVote.objects.filter(question__session=site.live).select_related("participant").first()
    # As themselves in their own class, by a name alone everywhere else.
    who = None if vote is None else (vote.participant.user, vote.participant.name)
    own = (site.people["student"], "") if visitor == "student" else (None, visitor)
    return where == site.address("classes:live-phone") and who == own


@deed("read the audit of a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    row = AuditEntry.objects.create(deed="course_published", course_id=site.course.pk, subject_id="1")
    return reads(site, visitor, row)


@deed("read the audit of a class", RUNS)
def _(site: Site, visitor: str) -> bool:
    row = AuditEntry.objects.create(deed="class_code", course_id=site.course.pk, cohort_id=site.cohort.pk)
    return reads(site, visitor, row)


@deed("read the audit of a student's marks", RUNS)
def _(site: Site, visitor: str) -> bool:
    student = site.people["student"].pk
    row = AuditEntry.objects.create(deed="graded", course_id=site.course.pk, person_id=student, subject_id="1")
    return reads(site, visitor, row)


@deed("change the audit", frozenset())
def _(site: Site, visitor: str) -> bool:
    row = AuditEntry.objects.create(deed="course_published", course_id=site.course.pk)
    browser, address = site.browser(visitor), page_of(row)
    browser.post(address, {"deed": "graded"})
    browser.post(address.replace("/change/", "/delete/"), {"post": "yes"})
    return not AuditEntry.objects.filter(pk=row.pk, deed="course_published").exists()


def reads(site: Site, visitor: str, row: AuditEntry) -> bool:
    """Say whether a visitor finds an entry in the list and opens it."""
    browser = site.browser(visitor)
    page = browser.get(reverse("admin:courses_auditentry_changelist"))
    is_listed = page.status_code == 200 and row.pk in [each.pk for each in page.context["cl"].result_list]
    assert (browser.get(page_of(row)).status_code == 200) is is_listed
    return is_listed


@deed("read the key of a question", EDITS | {"reviewer", "instructor", "other_instructor", "assistant"})
def _(site: Site, visitor: str) -> bool:
    browser = site.browser(visitor)
    item = site.quiz.items.questions().get(position=1)
    pages = [site.address("classes:papers"), f"{reverse('admin:quizzes_itemrevision_add')}?item={item.pk}"]
    pages.append(page_of(item.revisions.get()))
    words = item.revisions.get().spec.feedback
    assert words
    return browser.get(pages[0]).status_code == 200 or any(
        words in browser.get(page).content.decode() for page in pages
    )


@deed("let a person into the admin", ADMINISTRATOR)
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    changed(site, visitor, newcomer, is_staff="on", date_joined_0="2026-01-01", date_joined_1="00:00:00")
    return newcomer.is_staff


@pytest.mark.parametrize("visitor", VISITORS)
def test_each_deed_is_open_only_to_the_roles_that_may(site: Site, visitor: str) -> None:
    done = {}
    for name, each in DEEDS.items():
        with transaction.atomic():
            done[name] = each.act(site, visitor)
            transaction.set_rollback(True)

    assert done == {name: visitor in each.may for name, each in DEEDS.items()}


def test_no_deed_is_forgotten(db: None) -> None:
    posts = {name for name in PAGES if name.startswith("post:")} | {name for name in API if not name.startswith("get ")}
    granted = {
        code
        for code in instructor_group().permissions.values_list("codename", flat=True)
        if not code.startswith("view_")
    }
    ours = [each for each in admin.site._registry.values() if each.__module__.startswith(("courses.", "quizzes."))]
    actions = {getattr(action, "__name__", action) for each in ours for action in each.actions or ()}

    assert frozenset().union(*(each.covers for each in DEEDS.values())) == posts | granted | actions


def test_a_co_teacher_who_accepts_may_do_what_the_role_may(site: Site) -> None:
    """No shell command and no administrator: accepting the invitation opens the class and the admin."""
    helper = make_user("helper")
    offered = Invitation.objects.create(cohort=site.cohort, user=helper, role="instructor")
    browser = browser_of(helper)
    assert browser.get(site.address("classes:overview")).status_code == 404

    browser.post(reverse("classes:invitation-accept", args=[offered.pk]))

    site.people["instructor"] = User.objects.get(pk=helper.pk)
    for name in ("grant a student time", "invite an account to a class", "open an attempt again"):
        assert DEEDS[name].act(site, "instructor"), name


def test_making_a_class_gives_access_to_no_ones_work(site: Site) -> None:
    """What was done once: make a class, enrol another teacher's pupil, and read everything."""
    staff = site.people["staff"]
    browser = site.browser("staff")
    save(browser, reverse("admin:courses_cohort_add"), course=site.course.pk, name="Mine")
    mine = Cohort.objects.get(name="Mine")
    place = {"cohort": mine.pk, "user": site.people["student"].pk, "role": "student", "is_active": "on"}

    assert browser.post(reverse("admin:courses_enrolment_add"), place).status_code == 403
    save(browser, reverse("admin:courses_invitation_add"), **place)

    assert not Attempt.objects.seen_by(staff).exists()
    assert browser.get(reverse("quizzes:result", args=[site.handed_in.pk])).status_code == 404
    student = site.browser("student")
    student.post(reverse("classes:invitation-accept", args=[Invitation.objects.get(cohort=mine).pk]))
    assert browser.get(reverse("quizzes:result", args=[site.handed_in.pk])).status_code == 404
    assert browser.get(reverse("classes:student", args=[mine.pk, site.people["student"].pk])).status_code == 200
