"""Plain builders: courses loaded from a folder, work done through the services."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.test import Client

from courses.content.merge import Choices
from courses.models import Cohort, Course, Enrolment, Guest, Map
from courses.rendering.maps import Region, outline_path, wound
from courses.services.classes import join_class
from courses.services.content import rerender_course
from quizzes.content.folder import load_folder, read_folder
from quizzes.domain.base import Answer
from quizzes.models import Assignment, Attempt, ItemResponse, ItemRevision, Quiz, Regrade
from quizzes.reports.work import QuizLine, lines_of
from quizzes.services.answers import Saved, Sent, move_on, save_answer
from quizzes.services.assignments import Act, assign
from quizzes.services.attempts import start_attempt, submit_attempt
from quizzes.services.authoring import revise_item
from quizzes.services.clock import Shorter
from quizzes.services.tries import Checked, check_answer, show_hint
from tests.domain.make import (
    BODIES,
    COMMON,
    LATER,
    NOW,
    WHY,
    body,
    multiple,
    quiz_file,
    single,
    spec,
    weighted,
)

# Builders that need no database are in tests/domain; tests with a database find them here as well.
__all__ = [
    "BODIES",
    "COMMON",
    "LATER",
    "NOW",
    "WHY",
    "body",
    "multiple",
    "quiz_file",
    "single",
    "spec",
    "weighted",
]
from tests.on_paper import on_paper

JOINED = NOW - timedelta(days=30)


def write_yaml(path: Path, value: object) -> None:
    """Write a value as YAML (JSON is a kind of YAML, and quotes every text)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


COAST = {"map": "korea", "title": "Korea", "credit": "Nobody", "licence": "CC0"}
EXTENT = {"west": 123.5, "south": 33, "east": 132, "north": 43.5}
OUTLINE = [[126, 35], [126, 42], [131, 42], [131, 35], [126, 35]]


def write_map(root: Path, outline: object = None, **fields: Any) -> None:
    """Write a map of one outline, which may be given as positions in degrees east and north."""
    whole = {**COAST, "extent": EXTENT, **fields}
    shape = {"type": "Polygon", "coordinates": [outline or OUTLINE]}
    features = [{"type": "Feature", "properties": {"name": "Land"}, "geometry": shape}]
    write_yaml(root / "maps" / f"{whole['map']}.yaml", whole)
    write_yaml(root / "maps" / f"{whole['map']}.geojson", {"type": "FeatureCollection", "features": features})


def maps_of_one(key: str = "korea", **box: float) -> dict[str, Map]:
    """Return one map, which is in no database, by its key."""
    region, outlines = Region(**{**EXTENT, **box}), [wound([OUTLINE])]
    path, own = outline_path(region, outlines), {name: COAST[name] for name in ("title", "credit", "licence")}
    projection = {"projection": region.projection.value}
    return {key: Map(key=key, outlines=outlines, path=path, **{**EXTENT, **box}, **projection, **own)}


def write_lesson(root: Path, key: str, body: str, **head: Any) -> None:
    """Write one lesson file."""
    whole = {"lesson": key, "title": f"Title of {key}", "summary": "What it is about.", **head}
    path = root / "lessons" / f"{key}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{json.dumps(whole, ensure_ascii=False, indent=1)}\n---\n\n{body}", encoding="utf-8")


def write_course(
    root: Path, *, key: str = "course", lessons: int = 1, sections: int = 1, quizzes: Sequence[Mapping[str, Any]] = ()
) -> Path:
    """Write a small course: one unit, lessons of short sections, an objective each, one source, and the quizzes."""
    keys = [f"lesson-{number}" for number in range(1, lessons + 1)]
    unit = {"key": "unit-1", "label": "Phase 1", "title": "Patron", "summary": "What Moscow gave.", "lessons": keys}
    write_yaml(root / "course.yaml", {"course": key, "title": f"Title of {key}", "summary": "All.", "units": [unit]})
    source = {"id": "treaty-1961", "type": "treaty", "title": "Treaty of Friendship", "issued": "1961-07-06"}
    write_yaml(root / "sources.yaml", {"references": [source]})
    text = "\n\n".join(f"## Section {at} {{#section-{at}}}\n\nWords to read." for at in range(1, sections + 1))
    for number, lesson in enumerate(keys, start=1):
        objective = {"key": f"objective-{number}", "level": "create", "text": "Say what happened."}
        checks = [check["key"] for quiz in quizzes if quiz.get("lesson") == lesson for check in quiz.get("checks", ())]
        placed = "".join(f"\n\n{{{{ check {check} }}}}" for check in checks)
        write_lesson(root, lesson, text + placed, number=f"1.{number}", objectives=[objective])
    if any(item.get("kind") == "map" for quiz in quizzes for item in (*quiz["items"], *quiz.get("checks", ()))):
        write_map(root)
    for quiz in quizzes:
        write_yaml(root / "quizzes" / f"{quiz['quiz']}.yaml", quiz)
    return root


def load(root: Path, *take: str, **options: Any) -> Any:
    """Load a course folder and return what was done; `take` is what --take is given."""
    return load_folder(read_folder(root), now=NOW, choices=Choices.parse(take), **options)


def make_course(
    *, key: str = "course", lessons: int = 3, sections: int = 3, quizzes: Sequence[Mapping[str, Any]] = ()
) -> Course:
    """Return a loaded course."""
    with TemporaryDirectory() as folder:
        load(write_course(Path(folder), key=key, lessons=lessons, sections=sections, quizzes=quizzes))
    return Course.objects.get(key=key)


def priced(behaviour: str, *, penalty: str, hint_penalty: str = "0", **settings: Any) -> dict[str, Any]:
    """Return settings of a quiz with what tries and hints cost, as far as its behaviour lets them cost anything."""
    if behaviour in ("interactive", "adaptive") and "credits" not in settings:
        settings["penalty"] = penalty
    if behaviour not in ("deferred", "practice"):
        settings["hint_penalty"] = hint_penalty
    return {"behaviour": behaviour, **settings}


def with_study(course: Course) -> Course:
    """Tell of a study behind the course, so that it has the page."""
    course.about_study = "A study."
    course.save()
    rerender_course(course)
    return course


def make_quiz(*, course: str = "course", **fields: Any) -> Quiz:
    """Return a loaded quiz (fields as for `quiz_file`) of a course with one lesson, which holds nothing else."""
    made = make_course(key=course, lessons=1, sections=1, quizzes=[quiz_file(**fields)])
    return Quiz.objects.get(course=made)


def make_user(name: str = "student", **fields: Any) -> User:
    """Return a user who can sign in (`browser_of` does)."""
    return User.objects.create_user(name, **fields)


def make_guest() -> User:
    """Return the user row of a reader without an account."""
    user = User.objects.create_user(f"guest-{uuid4()}", is_active=False)
    Guest.objects.create(user=user)
    return user


def make_cohort(course: Course, *, instructor: User | None = None, students: Iterable[User] = ()) -> Cohort:
    """Return a class with its people, which works on the whole course."""
    cohort = Cohort.objects.create(course=course, name="Russian foreign policy")
    Assignment.objects.create(cohort=cohort, made_at=JOINED)
    if instructor is not None:
        Enrolment.objects.create(cohort=cohort, user=instructor, role=Enrolment.Role.INSTRUCTOR)
    for student in students:
        enrol(student, cohort)
    return cohort


def assign_quiz(
    cohort: Cohort,
    quiz: Quiz,
    *,
    actor: User | None = None,
    now: datetime = NOW,
    shorter: Shorter = Shorter.ASK,
    **fields: Any,
) -> Assignment:
    """Assign a quiz to a class, with dates and limits."""
    made = Assignment(cohort=cohort, quiz=quiz, **fields)
    assign([made], Act(actor, now, shorter))
    return made


def enrol(student: User, cohort: Cohort, *, now: datetime = JOINED, shares_earlier: bool = False) -> Enrolment:
    """Give a student a place in a class, before any of the work that other builders do."""
    return join_class(code=cohort.join_code, user=student, now=now, shares_earlier=shares_earlier)


def make_attempt(quiz: Quiz, student: User, *, now: datetime = NOW, chosen: int | None = None) -> Attempt:
    """Return an attempt that was just started."""
    return start_attempt(quiz=quiz, student=student, now=now, chosen=chosen)


def give(
    attempt: Attempt,
    answer: Answer,
    *,
    position: int = 1,
    sequence: int | None = None,
    client_key: UUID | None = None,
    confidence: int | None = None,
    now: datetime = NOW,
) -> Saved:
    """Save an answer in the author's names; without a sequence, from a page that is up to date."""
    if sequence is None:
        sequence = ItemResponse.objects.get(attempt=attempt, position=position).sequence
    sent = Sent(on_paper(attempt, answer, position=position), sequence, client_key or uuid4(), confidence)
    return save_answer(attempt_id=attempt.pk, position=position, student=attempt.student, sent=sent, now=now)


def check(attempt: Attempt, *, position: int = 1, now: datetime = NOW) -> Checked:
    """Have the answer a question holds marked at once."""
    return check_answer(attempt_id=attempt.pk, position=position, student=attempt.student, now=now)


def try_out(attempt: Attempt, *answers: Answer, position: int = 1) -> list[Decimal]:
    """Give answers one after another, each checked; return what the question stood at after each."""
    shares = []
    for answer in answers:
        give(attempt, answer, position=position)
        shares.append(check(attempt, position=position).standing.share)
    return shares


def ask_hint(attempt: Attempt, *, position: int = 1, now: datetime = NOW) -> ItemResponse:
    """Ask for the next hint of a question."""
    return show_hint(attempt_id=attempt.pk, position=position, student=attempt.student, now=now)


def rekeyed(revision: ItemRevision, right: str) -> ItemRevision:
    """Return a new revision of a single choice with another key."""
    options = {
        key: option.model_copy(update={"correct": key == right}) for key, option in revision.spec.options.items()
    }
    changed = revision.spec.model_copy(update={"options": options})
    return revise_item(item=revision.item, spec=changed, editor=None, now=NOW)


def regrade_of(revision: ItemRevision, fix: str, actor: User, **fields: Any) -> Regrade:
    """Return a regrade that is not made yet."""
    return Regrade(revision=revision, fix=fix, actor=actor, **{"reason": "The key was wrong.", **fields})


def answer_rightly(attempt: Attempt, *, count: int | None = None) -> None:
    """Answer the first questions of an attempt (all, if no number is given) with the key."""
    for response in list(attempt.responses.select_related("revision").order_by("position"))[:count]:
        give(attempt, response.revision.spec.right_answer(), position=response.position)
        if attempt.quiz.navigation == Quiz.Navigation.ONE_WAY:
            move_on(attempt_id=attempt.pk, student=attempt.student, past=response.position, now=NOW)


def submit(attempt: Attempt, *, now: datetime = LATER) -> Attempt:
    """Submit an attempt."""
    return submit_attempt(attempt_id=attempt.pk, student=attempt.student, now=now)


def browser_of(user: User) -> Client:
    """Return a test client in which the user has signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def quiz_lines(quizzes: QuerySet[Quiz], learner: User) -> list[QuizLine]:
    """Return quizzes as lists tell of them, with a learner's work."""
    return lines_of(list(quizzes.with_question_count().select_related("course")), learner)  # type: ignore[attr-defined]
