"""What everybody may do, and what is one's own."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.urls import reverse

from courses.models import (
    ApiToken,
    SectionRead,
)
from quizzes.models import (
    Attempt,
    ItemResponse,
    QuestionReport,
    ReviewCard,
    ReviewPlan,
    SelfMark,
)
from tests.make import browser_of
from tests.pages.deeds.table import (
    ACCOUNTS,
    PASSWORD,
    RUNS,
    call,
    deed,
    post,
)
from tests.pages.everybody import VISITORS, Site


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
