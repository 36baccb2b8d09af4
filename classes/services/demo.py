"""A demonstration class: people and plausible work, made through the same services a real class uses."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Cohort, Course, CourseRole, Enrolment, Lesson, Section
from courses.services.progress import mark_read
from courses.services.staff import make_instructor
from quizzes.domain.base import Answer
from quizzes.domain.kinds import AnySpec
from quizzes.domain.rubric import HumanMarked
from quizzes.models import Assignment, Attempt, ItemResponse, Quiz
from quizzes.services.answers import Sent, save_answer
from quizzes.services.assignments import Act, assign
from quizzes.services.attempts import start_attempt, submit_attempt
from quizzes.services.grading import mark_by_hand

if TYPE_CHECKING:
    from django.contrib.auth.models import User

JOIN_CODE = "DEM23456"
CLASS_NAME = "Demo class"
PASSWORD = "tumen-demo"  # noqa: S105 (published: for the own machine only, elsewhere accounts get another)


@dataclass(frozen=True)
class Pupil:
    """A demonstration student: how able, and how far through the course (in lessons begun)."""

    username: str
    first: str
    last: str
    ability: float
    lessons: float
    days_ago: int


# `student` is the one a visitor signs in as; one pupil has stopped coming, one never began.
PUPILS = (
    Pupil("student", "Mina", "Kwon", 0.75, 2.5, 1),
    Pupil("ahn", "Ji-woo", "Ahn", 0.85, 6, 0),
    Pupil("baker", "Tom", "Baker", 0.45, 3.4, 2),
    Pupil("choi", "Seo-yeon", "Choi", 0.97, 7, 1),
    Pupil("diallo", "Aminata", "Diallo", 0.8, 4.7, 3),
    Pupil("fischer", "Jonas", "Fischer", 0.6, 3, 5),
    Pupil("haddad", "Rim", "Haddad", 0.7, 5, 1),
    Pupil("ivanova", "Daria", "Ivanova", 0.9, 5.5, 0),
    Pupil("lopez", "Inés", "López", 0.55, 2.3, 4),
    Pupil("park", "Min-jun", "Park", 0.35, 0.5, 12),
    Pupil("sato", "Haruka", "Sato", 0.78, 2, 2),
    Pupil("wright", "Noah", "Wright", 0.5, 0, 0),
)


@transaction.atomic
def make_demo(*, course: Course, now: datetime) -> Cohort | None:
    """Make the demonstration class of a course, once; None when it is there already."""
    if Cohort.objects.filter(join_code=JOIN_CODE).exists():
        return None
    password = make_password(PASSWORD)
    cohort = Cohort.objects.create(course=course, name=CLASS_NAME, join_code=JOIN_CODE)
    instructor = _person("instructor", "Helen", "Moreau", password)
    make_instructor(instructor)
    CourseRole.objects.get_or_create(course=course, user=instructor, defaults={"role": CourseRole.Role.OWNER})
    Enrolment.objects.create(cohort=cohort, user=instructor, role=Enrolment.Role.INSTRUCTOR)
    _assign(cohort, instructor, now)
    lessons = list(Lesson.objects.current().written().filter(course=course).select_related("course"))
    for pupil in PUPILS:
        person = _person(pupil.username, pupil.first, pupil.last, password)
        Enrolment.objects.create(cohort=cohort, user=person, shares_earlier=True)
        _work(person, pupil, lessons, now)
    _mark_some(cohort, instructor, now)
    return cohort


def _assign(cohort: Cohort, instructor: User, now: datetime) -> None:
    """Assign the whole course, and the first quizzes with dates around today."""
    quizzes = Quiz.objects.current().filter(course=cohort.course_id, lesson__isnull=False)
    midnight = now.astimezone(UTC).replace(hour=23, minute=59, second=0, microsecond=0)
    made = [Assignment(cohort=cohort)]
    for at, quiz in enumerate(quizzes.order_by("unit__position", "lesson__position", "key")[:6]):
        made.append(Assignment(cohort=cohort, quiz=quiz, due_at=midnight + timedelta(days=7 * (at - 3))))
    assign(made, Act(instructor, now))


def demo_accounts() -> list[User]:
    """Return the accounts of the demonstration class that came with it."""
    names = ["instructor", *(pupil.username for pupil in PUPILS)]
    return list(get_user_model().objects.filter(username__in=names, enrolments__cohort__join_code=JOIN_CODE))


def with_published_password(accounts: list[User]) -> list[User]:
    """Return the accounts that anyone who has read the documentation could use."""
    published = {each for each in {account.password for account in accounts} if check_password(PASSWORD, each)}
    return [account for account in accounts if account.password in published]


def set_password(accounts: list[User], password: str) -> None:
    """Give accounts a common password; they are signed out everywhere."""
    hashed = make_password(password)
    get_user_model().objects.filter(pk__in=[account.pk for account in accounts]).update(password=hashed)


def _mark_some(cohort: Cohort, instructor: User, now: datetime) -> None:
    """Mark most of the answers in free words, as an instructor would who has a few left to do."""
    rng = random.Random(cohort.name)  # noqa: S311 (not a secret)
    students = Enrolment.objects.students().filter(cohort=cohort).values("user")
    written = ItemResponse.objects.filter(attempt__student__in=students, attempt__state=Attempt.State.SUBMITTED)
    for response in written.exclude(answer=None).select_related("revision").order_by("pk"):
        spec = response.revision.spec
        if not isinstance(spec, HumanMarked) or rng.random() > 0.8:
            continue
        levels = {key: max(0, top - rng.choice((0, 0, 1, 1, 2))) for key, top in spec.rubric.top().items()}
        comment = _("Say whose account each figure is.") if rng.random() < 0.5 else ""
        mark_by_hand(response=response, levels=levels, comment=comment, marker=instructor, now=now)


def _person(username: str, first: str, last: str, password: str) -> User:
    person, is_new = get_user_model().objects.get_or_create(
        username=username, defaults={"first_name": first, "last_name": last, "password": password}
    )
    if not is_new:
        person.password = password
        person.save(update_fields=["password"])
    return person


def _work(person: User, pupil: Pupil, lessons: list[Lesson], now: datetime) -> None:
    """Read and take quizzes as far as the pupil got; the same pupil does the same on every machine."""
    rng = random.Random(pupil.username)  # noqa: S311 (not a secret)
    moment = now - timedelta(days=pupil.days_ago, hours=rng.randint(1, 9) + 30 * pupil.lessons)
    for at, lesson in enumerate(lessons):
        progress = min(1.0, pupil.lessons - at)
        if progress <= 0:
            return
        keys = list(Section.objects.current().filter(lesson=lesson).values_list("key", flat=True))
        read = keys[: max(1, round(progress * len(keys)))]
        for key in read:
            moment += timedelta(minutes=rng.randint(2, 6))
            mark_read(lesson=lesson, sections=[key], student=person, now=moment)
        if len(read) == len(keys):
            for quiz in Quiz.objects.current().filter(lesson=lesson):
                moment = _sit(person, pupil, quiz, rng, moment + timedelta(minutes=3))


def _sit(person: User, pupil: Pupil, quiz: Quiz, rng: random.Random, moment: datetime) -> datetime:
    attempt = start_attempt(quiz=quiz, student=person, now=moment)
    leaves_open = rng.random() > 0.93
    for response in attempt.responses.select_related("revision"):
        moment += timedelta(seconds=rng.randint(20, 90))
        if rng.random() > 0.97:
            continue
        spec = response.revision.spec
        raw = spec.to_paper(_answer(spec, pupil.ability, rng), response.order)
        sent = Sent(raw, response.sequence, UUID(int=rng.getrandbits(128)))
        save_answer(attempt_id=attempt.pk, position=response.position, student=person, sent=sent, now=moment)
    if not leaves_open:
        submit_attempt(attempt_id=attempt.pk, student=person, now=moment)
    return moment


def _answer(spec: AnySpec, ability: float, rng: random.Random) -> Answer:
    """Answer as a student of this ability might: harder questions are missed more often."""
    if spec.is_scored and (spec.is_human_marked or rng.random() < ability + 0.1 * (2 - spec.difficulty)):
        return spec.clean(spec.right_answer())
    return spec.clean(spec.wrong_answer(rng))
