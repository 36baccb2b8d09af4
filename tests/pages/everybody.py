"""A site with two classes of one course, and every kind of visitor."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from rest_framework.test import APIClient

from classes.roster.reading import read_pasted
from classes.services.roster import keep_draft
from courses.http import GUEST_KEY
from courses.models import (
    ApiToken,
    Certificate,
    Cohort,
    Course,
    CourseInvitation,
    CourseRole,
    Enrolment,
    Group,
    InboxEntry,
    Invitation,
    JoinRequest,
    Lesson,
    RosterDraft,
    Thread,
)
from courses.services.certificates import issue_certificate
from courses.services.mailing import mute_token
from courses.services.messages import Letter, To, write_to_students
from courses.services.staff import make_instructor
from courses.services.tokens import make_token
from courses.takeaway.files import FORMS, make
from quizzes.models import (
    Assignment,
    Attempt,
    CalendarAddress,
    ItemResponse,
    LiveSession,
    QuestionReport,
    Quiz,
    Regrade,
    RegradeRun,
    ReviewCard,
    ReviewEntry,
    SavedAnswer,
)
from quizzes.services.assignments import Act, assign
from quizzes.services.live import join_live, start_live
from quizzes.services.question_reports import report_question
from quizzes.services.regrading import make_regrade
from quizzes.services.runs import begin_regrade, cancel_run
from tests.make import (
    LATER,
    NOW,
    body,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_guest,
    make_user,
    quiz_file,
    submit,
    with_study,
)

# The nine of the matrix, and the four whose roles stand between them.
VISITORS = (
    "stranger", "guest", "student", "other_student", "dropped", "instructor", "other_instructor", "staff",
    "administrator", "assistant", "owner", "editor", "reviewer",
)  # fmt: skip
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Site:
    """The student of the first class has two attempts: one open, one with an essay handed in and reported."""

    course: Course
    quiz: Quiz
    cohort: Cohort
    other_cohort: Cohort
    attempt: Attempt
    handed_in: Attempt
    invitation: Invitation
    token: ApiToken
    people: dict[str, User] = field(default_factory=dict)

    @property
    def thread(self) -> Thread:
        """Return what the instructor wrote to the student."""
        return Thread.objects.earliest("pk")

    @property
    def entry(self) -> InboxEntry:
        """Return the student's entry of that thread."""
        return InboxEntry.objects.get(thread=self.thread, as_staff=False)

    @property
    def essay(self) -> ItemResponse:
        """Return the essay that was handed in."""
        return self.handed_in.responses.get(position=1)

    @property
    def regrade(self) -> Regrade:
        """Return the instructor's regrade of the essay, in their own class."""
        return Regrade.objects.earliest("pk")

    @property
    def role_invitation(self) -> CourseInvitation:
        """Return the owner's invitation of the other student to work on the course."""
        return CourseInvitation.objects.earliest("pk")

    @property
    def asked(self) -> JoinRequest:
        """Return the request of a person to be let into the first class."""
        return JoinRequest.objects.earliest("pk")

    @property
    def group(self) -> Group:
        """Return the empty group of the first class."""
        return Group.objects.earliest("pk")

    @property
    def draft(self) -> RosterDraft:
        """Return the list of one pupil that the instructor is about to import."""
        return RosterDraft.objects.earliest("pk")

    @property
    def saved(self) -> SavedAnswer:
        """Return the answer of the essay, which came in time: accepting it is refused."""
        return SavedAnswer.objects.get(response=self.essay)

    @property
    def report(self) -> QuestionReport:
        """Return the report of the essay."""
        return QuestionReport.objects.get(response=self.essay)

    def browser(self, visitor: str, *, program: bool = False) -> Client:
        """Return a browser (or a program that speaks JSON) in which the visitor is."""
        client: Client = APIClient() if program else Client()
        if visitor == "guest":
            session = client.session
            session[GUEST_KEY] = make_guest().pk
            session.save()
        elif visitor != "stranger":
            client.force_login(self.people[visitor], backend=BACKEND)
        return client

    def address(self, name: str) -> str:
        """Return an address of this site by its name."""
        return reverse(name, kwargs=self.keys(name))

    @cached_property
    def whole(self) -> Assignment:
        """The whole course, as the class has it."""
        return self.cohort.assignments.get(quiz=None, lesson=None)

    @cached_property
    def work(self) -> Assignment:
        """A lesson that the class has with a date."""
        return self.cohort.assignments.exclude(lesson=None).get()

    @cached_property
    def calendar(self) -> CalendarAddress:
        """The calendar of the student."""
        return CalendarAddress.objects.get()

    @cached_property
    def card(self) -> ReviewCard:
        """A card of the student, reviewed once."""
        return ReviewCard.objects.get()

    @cached_property
    def certificate(self) -> Certificate:
        """The student's certificate of the course."""
        return Certificate.objects.get()

    @cached_property
    def live(self) -> LiveSession:
        """The live quiz of the first class, in which someone takes part by a name."""
        return LiveSession.objects.get()

    @cached_property
    def known(self) -> dict[str, Any]:
        """What stands in addresses, looked up once: the rows stay the same whatever is done to them."""
        return {
            "course_key": self.course.key, "lesson_key": "lesson-1", "quiz_key": self.quiz.key, "item_key": "check-1",
            "cohort_id": self.cohort.pk, "attempt_id": self.attempt.pk, "position": 1, "form": "epub",
            "revision_id": self.essay.revision_id, "regrade_id": self.regrade.pk, "report_id": self.report.pk,
            "saved_id": self.saved.pk, "student_id": self.attempt.student_id, "invitation_id": self.invitation.pk,
            "token_id": self.token.pk, "invited_id": self.invitation.pk, "request_id": self.asked.pk,
            "place_id": self.cohort.enrolments.get(user=self.people["dropped"]).pk, "group_id": self.group.pk,
            "draft_id": self.draft.pk, "run_id": RegradeRun.objects.get().pk,
            "thread_id": self.thread.pk, "entry_id": self.entry.pk,
            "token": mute_token(self.attempt.student_id),
            "work": f"quiz-{self.quiz.pk}",
            "assignment_id": self.work.pk, "assignment": self.work.pk,
            "secret": self.calendar.secret,
            "card_id": self.card.pk, "review_id": self.card.entries.get().pk,
            "number": self.certificate.number,
            "live_id": self.live.pk, "live_code": self.live.code, "participant_id": self.live.participants.get().pk,
            "key": self.course.key, "course": self.course.key, "lesson": "lesson-1", "quiz": self.quiz.key,
        }  # fmt: skip

    def keys(self, name: str) -> dict[str, Any]:
        """Return what stands in an address, by the names its pattern gives it."""
        known = {**self.known}
        if name.startswith("courses:role-"):
            known["invitation_id"] = self.role_invitation.pk
        if name == "quizzes:attempt-accept":
            known["attempt_id"] = self.handed_in.pk
        by_name = {
            "api-token-revoke": self.token.pk, "api-thread": self.thread.pk, "api-inbox-read": self.entry.pk,
        }  # fmt: skip
        of_class = name.startswith("api-class-") or name in OF_CLASS
        known["pk"] = self.cohort.pk if of_class else by_name.get(name, self.attempt.pk)
        if name == "classes:gradebook-file":
            known["form"] = "csv"
        return {word: known[word] for word in words_of(name)}

    def posted(self) -> dict[str, Any]:
        """Return what a form that leads to an address would send."""
        report = f"report-{self.known['report_id']}"
        return {
            f"{report}-state": "kept", f"{report}-text": "It stays.", "report-1-text": "Unclear.",
            "section": "section-1", "answer": "", "saved": "1", "client_key": str(uuid4()), "reason": "Said.",
            "reopen-reason": "Said.", "code": self.other_cohort.join_code,
            "extend-attempt": str(self.attempt.pk), "extend-minutes": "5", "extend-reason": "Said.",
            "subject": "Essay", "text": "It is due on Friday.",
            "for": str(self.whole.pk), "work": f"quiz-{self.quiz.pk}", "weight": "1", "note": "Written to.",
            "how": "pause", "daily_cap": "20", "scope": "all", "sure": "0",
            "regrade-fix": "keep", "regrade-reason": "Said.", "regrade-reach": "all",
        }  # fmt: skip

    def sent(self) -> dict[str, Any]:
        """Return what a program would send to an endpoint."""
        saved = {"position": 1, "answer": "1", "sequence": 0, "client_key": str(uuid4())}
        letter = {"to": "class", "subject": "Essay", "text": "It is due on Friday."}
        saved |= {"assignment": self.whole.pk, "due_at": "2126-01-01T00:00Z", "quiz": self.quiz.key}
        return {**saved, **letter, "sections": ["section-1"], "code": self.other_cohort.join_code}


OF_CLASS = ("api-gradebook", "api-grade-rules", "api-student-grades", "api-grade-decision", "api-own-grades")


def words_of(name: str) -> list[str]:
    """Return the words that the pattern of an address wants."""
    resolver = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        _prefix, resolver = resolver.namespace_dict[space]
    [(possibilities, *_rest)] = resolver.reverse_dict.getlist(last)
    [(_pattern, words)] = possibilities
    return list(words)


def make_site() -> Site:
    """Return the site."""
    essay = quiz_file(key="written", items=[body("essay", key="essay")], practice=False)
    first = quiz_file(items=2, practice=False, checks=[body("single", key="check-1")])
    course = with_study(make_course(lessons=1, sections=1, quizzes=[first, essay]))
    people = {name: make_user(name.replace("_", "-")) for name in VISITORS if name not in ("stranger", "guest")}
    User.objects.filter(pk=people["administrator"].pk).update(is_superuser=True, is_staff=True)
    people["administrator"].refresh_from_db()
    for name in ("instructor", "other_instructor", "staff", *CourseRole.Role.values):
        make_instructor(people[name])
    for role in CourseRole.Role.values:
        CourseRole.objects.create(course=course, user=people[role], role=role)
    student = people["student"]
    cohort = make_cohort(course, instructor=people["instructor"], students=[student, people["dropped"]])
    Enrolment.objects.create(cohort=cohort, user=people["assistant"], role=Enrolment.Role.ASSISTANT)
    other = make_cohort(course, instructor=people["other_instructor"], students=[people["other_student"]])
    make(course, FORMS["epub"], now=NOW)
    handed_in = make_attempt(course.quizzes.get(key="written"), student)
    give(handed_in, "It lapsed.")
    submit(handed_in)
    keep = Regrade(
        revision=handed_in.responses.get().revision, fix="keep", reason="Looked at.", actor=people["instructor"]
    )
    make_regrade(regrade=keep, now=LATER, cohorts=[cohort])
    run = begin_regrade(regrade=Regrade(revision=keep.revision, fix="keep", reason="So.", actor=keep.actor), now=LATER)
    cancel_run(run=run, now=LATER)
    report_question(
        attempt_id=handed_in.pk, position=1, student=student, text="Unclear.", wants_regrade=False, now=LATER
    )
    cohort.enrolments.filter(user=people["dropped"]).update(is_active=False)
    to = To(Thread.Audience.STUDENTS, frozenset([student.pk]))
    letter = Letter("Come and see me.", "Your essay")
    write_to_students(cohort=cohort, actor=people["instructor"], to=to, letter=letter, now=LATER)
    quiz = course.quizzes.get(key="quiz")
    invitation = Invitation.objects.create(cohort=cohort, user=people["other_student"], invited_by=people["instructor"])
    CourseInvitation.objects.create(
        course=course, user=people["other_student"], role="editor", invited_by=people["owner"]
    )
    JoinRequest.objects.create(cohort=cohort, user=people["staff"])
    Group.objects.create(cohort=cohort, name="Tuesday")
    table = read_pasted("Number;Name\n1;Nora Haddad\n")
    keep_draft(cohort=cohort, table=table, name="list.csv", actor=people["instructor"], now=NOW)
    lesson = Lesson.objects.get(course=course, key="lesson-1")
    assign([Assignment(cohort=cohort, lesson=lesson)], Act(people["instructor"], NOW))
    CalendarAddress.objects.create(user=student)
    words = handed_in.responses.get().revision
    card = ReviewCard.objects.create(student=student, item=words.item, made_at=NOW, due_on=NOW.date())
    ReviewEntry.objects.create(
        card=card, grade=1, reviewed_at=NOW, asked_on=NOW.date(), due_on=NOW.date(), revision=words
    )
    Course.objects.filter(pk=course.pk).update(certificate={"lessons_read": "all"})
    issue_certificate(user=student, course=course, name="Mina Kwon", wording="has completed the course", now=NOW)
    live = start_live(cohort=cohort, quiz=quiz, actor=people["instructor"], now=timezone.now())
    join_live(session_id=live.pk, name="Nora", now=timezone.now())
    token, _secret = make_token(user=student, name="script", days=365, now=timezone.now())
    return Site(course, quiz, cohort, other, make_attempt(quiz, student), handed_in, invitation, token, people)
