"""Random histories of two classes on one course: everything that moves where students stand, through the services."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from classes.services.people import save_group
from courses.models import Group, Lesson
from courses.services.progress import mark_read
from quizzes.errors import QuizError
from quizzes.models import Accommodation, Assignment, Attempt, ItemRevision, Quiz, QuizOverride, Regrade
from quizzes.services.assignments import Act, assign, change_assignment, withdraw_assignment
from quizzes.services.attempts import reopen_attempt, settle_due, start_attempt, submit_attempt
from quizzes.services.clock import Shorter, extend_attempt, refresh_granted, refresh_quiz
from quizzes.services.regrading import make_regrade, undo_regrade
from tests.make import JOINED, NOW, answer_rightly, enrol, make_cohort, make_course, make_user, quiz_file, regrade_of


class World:
    """A course with two classes, students in one or both of them, and a clock."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.now = rng, NOW
        name = f"course-{rng.random()}".replace(".", "-")
        settings = [
            {"keep": "highest"},
            {"keep": "mean", "minutes": 30},
            {"keep": "last", "overdue": "abandon", "minutes": 20},
        ]
        quizzes = [quiz_file(key=f"quiz-{at}", items=2, **each) for at, each in enumerate(settings)]
        self.course = make_course(key=name, lessons=2, sections=2, quizzes=quizzes)
        self.teacher = make_user(f"teacher-of-{name}")
        self.cohorts = [make_cohort(self.course, instructor=self.teacher) for _time in range(2)]
        self.students = [make_user(f"student-{at}-of-{name}") for at in range(4)]
        for at, student in enumerate(self.students):
            for cohort in self.cohorts if at == 3 else self.cohorts[at % 2 : at % 2 + 1]:
                enrol(student, cohort, now=JOINED, shares_earlier=at == 1)
        for cohort in self.cohorts:
            for group in ("Tuesday", "Friday"):
                Group.objects.create(cohort=cohort, name=group)
        self.quizzes = list(Quiz.objects.filter(course=self.course))
        self.done = 0

    def live(self, *, steps: int) -> None:
        """Do some things one after another; what is refused at the time is part of the history."""
        often = [self.start, self.submit, self.read] * 3
        seldom = [self.answer, self.assign, self.change, self.withdraw, self.settle, self.reopen, self.regrade]
        rarely = [self.undo, self.grant, self.override, self.move_quiz, self.extend, self.move, self.regroup]
        for _step in range(steps):
            self.now += timedelta(minutes=self.rng.choice((1, 5, 15, 600)))
            try:
                self.rng.choice([*often, *seldom, *rarely])()
            except QuizError:
                continue
            self.done += 1

    def act(self) -> Act:
        """Return an act of now, which keeps or shortens what is open."""
        return Act(self.teacher, self.now, self.rng.choice((Shorter.KEEP, Shorter.SHORTEN)))

    def dates(self) -> dict[str, object]:
        """Return dates and limits as a teacher may give them."""
        days = self.rng.choice((-1, 1, 3))
        due = self.now + timedelta(days=days)
        choices = (
            {},
            {"due_at": due},
            {"due_at": due, "closes_at": due + timedelta(days=2)},
            {"max_attempts": 2},
            {"minutes": 10},
        )
        return dict(self.rng.choice(choices))

    def one(self, rows: object) -> object:
        """Return one of some rows; raise QuizError without any."""
        listed = list(rows.order_by("pk"))  # type: ignore[attr-defined]
        if not listed:
            raise QuizError
        return self.rng.choice(listed)

    def start(self) -> None:
        student, quiz = self.rng.choice(self.students), self.rng.choice(self.quizzes)
        asking = Assignment.objects.of_students([student.pk]).at_quiz(quiz)
        chosen = self.rng.choice([each.pk for each in asking] or [None])
        start_attempt(quiz=quiz, student=student, now=self.now, chosen=chosen)

    def answer(self) -> None:
        answer_rightly(self.one(Attempt.objects.open()), count=self.rng.randint(1, 2))

    def submit(self) -> None:
        attempt = self.one(Attempt.objects.open())
        submit_attempt(attempt_id=attempt.pk, student=attempt.student, now=self.now)

    def read(self) -> None:
        lesson = self.one(Lesson.objects.filter(course=self.course))
        sections = self.rng.sample(["section-1", "section-2"], self.rng.randint(1, 2))
        mark_read(lesson=lesson, sections=sections, student=self.rng.choice(self.students), now=self.now)

    def assign(self) -> None:
        cohort, quiz = self.rng.choice(self.cohorts), self.rng.choice(self.quizzes)
        place = self.rng.choice([None, *cohort.enrolments.filter(role="student")])
        group = self.rng.choice([None, *cohort.groups.order_by("pk")]) if place is None else None
        whose = {"student": None if place is None else place.user, "for_group": group}
        if Assignment.objects.live().filter(cohort=cohort, quiz=quiz, **whose).exists():
            raise QuizError
        assign([Assignment(cohort=cohort, quiz=quiz, **whose, **self.dates())], self.act())

    def change(self) -> None:
        assignment = self.one(Assignment.objects.live().exclude(quiz=None))
        dates = {"due_at": None, "closes_at": None, **self.dates()}
        for name, value in dates.items():
            setattr(assignment, name, value)
        change_assignment(assignment, self.act(), fields=dates)

    def withdraw(self) -> None:
        withdraw_assignment(self.one(Assignment.objects.live()), self.act())

    def settle(self) -> None:
        settle_due(now=self.now)

    def reopen(self) -> None:
        attempt = self.one(Attempt.objects.exclude(state__in=Attempt.UNFINISHED))
        reopen_attempt(attempt=attempt, actor=self.teacher, reason="A storm.", now=self.now, minutes=5)

    def extend(self) -> None:
        extend_attempt(
            attempt=self.one(Attempt.objects.open()), actor=self.teacher, minutes=9, reason="Fire.", now=self.now
        )

    def regrade(self) -> None:
        revision = self.one(ItemRevision.objects.filter(item__course=self.course))
        cohorts = self.rng.choice([None, self.cohorts[:1]])
        regrade = regrade_of(revision, self.rng.choice(("credit_all", "disregard")), self.teacher)
        make_regrade(regrade=regrade, now=self.now, cohorts=cohorts)

    def undo(self) -> None:
        undo_regrade(regrade=self.one(Regrade.objects.in_force()), actor=self.teacher, reason="Said.", now=self.now)

    def grant(self) -> None:
        student = self.rng.choice(self.students)
        values = {"extra_days": self.rng.randint(0, 3), "extra_minutes": 5}
        made, _is_new = Accommodation.objects.update_or_create(student=student, course=self.course, defaults=values)
        refresh_granted([made], now=self.now, actor=self.teacher, shorter=Shorter.KEEP)

    def override(self) -> None:
        student, quiz = self.rng.choice(self.students), self.rng.choice(self.quizzes)
        values = {"due_at": self.now + timedelta(days=self.rng.randint(1, 9))}
        made, _is_new = QuizOverride.objects.update_or_create(student=student, quiz=quiz, defaults=values)
        refresh_granted([made], now=self.now, actor=self.teacher, shorter=Shorter.KEEP)

    def move_quiz(self) -> None:
        quiz = self.rng.choice(self.quizzes)
        quiz.due_at = self.now + timedelta(days=self.rng.randint(0, 5))
        quiz.keep = self.rng.choice(("highest", "mean", "first", "last"))
        quiz.save()
        refresh_quiz(quiz, now=self.now, actor=self.teacher, shorter=Shorter.KEEP)

    def regroup(self) -> None:
        """Let other students into a group."""
        cohort = self.rng.choice(self.cohorts)
        places = [place.pk for place in cohort.enrolments.filter(role="student").order_by("pk")]
        chosen = self.rng.sample(places, self.rng.randint(0, len(places)))
        group = self.rng.choice(list(cohort.groups.order_by("pk")))
        save_group(cohort=cohort, group=group, name=group.name, places=chosen, actor=self.teacher, now=self.now)

    def move(self) -> None:
        """Take a student out of a class, or let one back in."""
        cohort = self.rng.choice(self.cohorts)
        place = self.one(cohort.enrolments.filter(role="student"))
        place.is_active = not place.is_active
        place.save()
