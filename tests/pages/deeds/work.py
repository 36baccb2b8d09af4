"""What is done to the work of a class."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from classes.services.copying import copied_dates, seen_mark
from courses.models import (
    AuditEntry,
    Cohort,
    Enrolment,
)
from quizzes.models import (
    Accommodation,
    AnswerClaim,
    Assignment,
    Attempt,
    CalendarAddress,
    ClassStanding,
    HeldMark,
    HumanMark,
    QuizOverride,
    Regrade,
    RegradeRun,
    Round,
)
from quizzes.services.dates import in_zone, mark_of
from quizzes.services.grading import GradeGiven, fingerprint_of, hold_mark, waiting_marks
from quizzes.services.hands import Where, raise_hand
from tests.admin.work import page_of
from tests.make import LATER, make_user
from tests.pages.deeds.table import (
    ACCOUNTS,
    ADMINISTRATOR,
    EDITS,
    GRADES,
    RUNS,
    added,
    call,
    deed,
    post,
)
from tests.pages.everybody import Site


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
