"""Plain builders: specs as authors write them, courses loaded from a folder, work done through the services."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.test import Client

from courses.models import Cohort, Course, Enrolment, Guest
from courses.services.classes import join_class
from quizzes.content.folder import load_folder, read_folder
from quizzes.domain.base import Answer
from quizzes.domain.kinds import KINDS, AnySpec, read_spec
from quizzes.domain.kinds.matching import MatchingSpec
from quizzes.domain.kinds.multiple import MultipleSpec
from quizzes.domain.kinds.numeric import NumericSpec
from quizzes.domain.kinds.ordering import OrderingSpec
from quizzes.domain.kinds.single import SingleSpec
from quizzes.domain.kinds.text import TextSpec
from quizzes.domain.kinds.true_false import TrueFalseSpec
from quizzes.models import Attempt, ItemResponse, ItemRevision, Quiz, Regrade
from quizzes.services.answers import Saved, Sent, move_on, save_answer
from quizzes.services.attempts import start_attempt, submit_attempt
from quizzes.services.authoring import revise_item
from quizzes.services.tries import Checked, check_answer, show_hint

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
JOINED = NOW - timedelta(days=30)
WHY = "Said to whoever wants to know the reason why."

COMMON: dict[str, Any] = {
    "stem": "What happened?",
    "objective": "objective-1",
    "level": "remember",
    "difficulty": 1,
    "section": "section-1",
    "sources": ["treaty-1961"],
    "feedback": WHY,
}
RUBRIC: dict[str, Any] = {
    "claim": {
        "title": "Claim",
        "levels": [{"points": 0, "text": "No answer"}, {"points": 1, "text": "Vague"}, {"points": 3, "text": "Plain"}],
    },
    "evidence": {"title": "Evidence", "levels": [{"points": 0, "text": "None"}, {"points": 2, "text": "Dated"}]},
}
BODIES: dict[str, dict[str, Any]] = {
    "single": {
        "options": {
            "roubles": {"text": "Paid in roubles", "feedback": WHY},
            "dollars": {"text": "Paid in dollars", "correct": True, "feedback": WHY},
            "kind": {"text": "Paid in kind", "feedback": WHY},
        }
    },
    "multiple": {
        "options": {
            "coal": {"text": "Coal", "correct": True, "feedback": WHY},
            "oil": {"text": "Oil", "feedback": WHY},
            "labour": {"text": "Labour", "correct": True, "feedback": WHY},
            "gold": {"text": "Gold", "feedback": WHY},
        }
    },
    "true_false": {"answer": False, "feedback_true": WHY, "feedback_false": WHY},
    "text": {"accept": ["Kozyrev", "Andrei Kozyrev"], "feedback_right": WHY, "feedback_wrong": WHY},
    "numeric": {
        "answer": 1961,
        "tolerance": {"kind": "absolute", "value": 0},
        "unit": "year",
        "feedback_right": WHY,
        "feedback_wrong": WHY,
    },
    "matching": {
        "prompts": {
            "old": {"text": "Treaty of 1961", "match": "help", "feedback": WHY},
            "new": {"text": "Treaty of 2000", "match": "consult", "feedback": WHY},
        },
        "matches": {"help": "A duty to help", "consult": "A promise to consult", "command": "A joint command"},
    },
    "ordering": {
        "entries": {
            "war": {"text": "War", "feedback": WHY},
            "alliance": {"text": "Alliance", "feedback": WHY},
            "recognition": {"text": "Recognition", "feedback": WHY},
            "debt": {"text": "Debt written off", "feedback": WHY},
        }
    },
    "cloze": {
        "text": "Trade fell from {{ soviet }} in 1990 to {{ russian }} in *1995*.",
        "gaps": {
            "soviet": {"accept": ["2.2 billion", "2.2bn"], "feedback": WHY},
            "russian": {
                "options": {"low": "8.3 million", "key": "83 million", "high": "830 million"},
                "right": "key",
                "feedback": WHY,
            },
        },
    },
    "categorise": {
        "categories": {"founding": "Founding role", "seat": "Council seat", "place": "Geography"},
        "entries": {
            "state": {"text": "Set up the state in 1948", "category": "founding", "feedback": WHY},
            "army": {"text": "Trained its army", "category": "founding", "feedback": WHY},
            "veto": {"text": "Can veto sanctions", "category": "seat", "feedback": WHY},
        },
    },
    "numbers": {
        "fields": {
            "line": {
                "label": "Gas line",
                "answer": 1100,
                "tolerance": {"kind": "absolute", "value": 20},
                "unit": "kilometres",
                "feedback_right": WHY,
                "feedback_wrong": WHY,
            },
            "border": {
                "label": "Border",
                "answer": 17,
                "tolerance": {"kind": "absolute", "value": 1},
                "unit": "kilometres",
                "feedback_right": WHY,
                "feedback_wrong": WHY,
            },
        },
    },
    "mark": {
        "text": (
            "In 1994 [[proposed|the conference was proposed]], [[accepted|accepted by all]] and"
            " [[held|held in *Moscow*]]."
        ),
        "spans": {
            "proposed": {"correct": True, "feedback": WHY},
            "accepted": {"feedback": WHY},
            "held": {"feedback": WHY},
        },
    },
    "timeline": {
        "start": 1945,
        "end": 2025,
        "events": {
            "old": {"text": "Treaty with a duty to help", "year": 1961, "feedback": WHY},
            "new": {"text": "Treaty with a promise to consult", "year": 2000, "tolerance": 1, "feedback": WHY},
        },
    },
    "map": {
        "map": "korea",
        "places": {
            "port": {"at": [130.3, 42.25], "text": "On the coast, in the north-east", "correct": True, "feedback": WHY},
            "capital": {"at": [125.75, 39.02], "text": "Inland, in the west", "feedback": WHY},
            "strait": {"at": [129.05, 35.1], "text": "On the coast, in the south-east", "feedback": WHY},
        },
    },
    "essay": {"words": {"min": 20, "max": 60}, "rubric": RUBRIC, "model": "It lapsed.\n\nNobody had *cancelled* it."},
    "constructed": {
        "stimulus": "A deputy minister wrote to a colleague in June 1993.",
        "prompts": {
            "sourcing": {"text": "Who wrote it, and for whom?", "words": 20},
            "context": {"text": "What had happened before?", "words": 30},
        },
        "rubric": RUBRIC,
        "model": "A deputy minister, for a colleague.\n\nTrade had fallen.",
    },
}


def body(kind: str, **fields: Any) -> dict[str, Any]:
    """Return an item as an author writes it, with some fields otherwise."""
    return {"key": "question", "kind": kind, **COMMON, **BODIES[kind], **fields}


def spec(kind: str, **fields: Any) -> AnySpec:
    """Return the spec of any kind."""
    return read_spec(body(kind, **fields))


def single(**fields: Any) -> SingleSpec:
    """Return a single choice; without more, `dollars` of three is right."""
    return SingleSpec.model_validate(body("single", **fields))


def multiple(right: str = "", wrong: str = "", **fields: Any) -> MultipleSpec:
    """Return a multiple response; `right` and `wrong` name options of one letter each."""
    if right or wrong:
        letters = sorted(right + wrong)
        fields["options"] = {
            letter: {"text": f"Option {letter}", "correct": letter in right, "feedback": WHY} for letter in letters
        }
    return MultipleSpec.model_validate(body("multiple", **fields))


def weighted(weights: Mapping[str, Any], **fields: Any) -> MultipleSpec:
    """Return a multiple response whose options carry weights."""
    options = {
        key: {"text": f"Option {at}", "weight": weight, "feedback": WHY}
        for at, (key, weight) in enumerate(weights.items(), start=1)
    }
    return MultipleSpec.model_validate(body("multiple", rule="weights", options=options, **fields))


def true_false(**fields: Any) -> TrueFalseSpec:
    """Return a statement to judge; without more, it is false."""
    return TrueFalseSpec.model_validate(body("true_false", **fields))


def text(*accept: str, **fields: Any) -> TextSpec:
    """Return a short text; without more, Kozyrev is right."""
    return TextSpec.model_validate(body("text", **({"accept": accept} if accept else {}), **fields))


def numeric(answer: Any = 1961, kind: str = "absolute", value: Any = 0, **fields: Any) -> NumericSpec:
    """Return a numeric item with one tolerance."""
    tolerance = {"kind": kind, "value": value}
    return NumericSpec.model_validate(body("numeric", answer=answer, tolerance=tolerance, **fields))


def matching(**fields: Any) -> MatchingSpec:
    """Return a matching item; without more, two prompts with three matches."""
    return MatchingSpec.model_validate(body("matching", **fields))


def ordering(named: Iterable[str] = (), **fields: Any) -> OrderingSpec:
    """Return an ordering item; `named` names its entries in their right order."""
    if named:
        fields["entries"] = {key: {"text": f"Entry {key}", "feedback": WHY} for key in named}
    return OrderingSpec.model_validate(body("ordering", **fields))


def quiz_file(
    *, key: str = "quiz", items: int | list[dict[str, Any]] = 1, kinds: Sequence[str] = KINDS, **fields: Any
) -> dict[str, Any]:
    """Return a quiz file with the items given, or with so many of them that go through the kinds in turn."""
    if isinstance(items, int):
        listed = [body(kind, key=f"{key}-{at}") for at, kind in enumerate(islice(cycle(kinds), items), start=1)]
    else:
        listed = items
    fields = fields if "unit" in fields else {"lesson": "lesson-1", **fields}
    return {"quiz": key, "title": f"Quiz {key}", "practice": True, "items": listed, **fields}


def write_yaml(path: Path, value: object) -> None:
    """Write a value as YAML (JSON is a kind of YAML, and quotes every text)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


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
    for quiz in quizzes:
        write_yaml(root / "quizzes" / f"{quiz['quiz']}.yaml", quiz)
    return root


def load(root: Path, **options: Any) -> Any:
    """Load a course folder and return what was done."""
    return load_folder(read_folder(root), now=NOW, progress=lambda _what: None, **options)


def make_course(
    *, key: str = "course", lessons: int = 3, sections: int = 3, quizzes: Sequence[Mapping[str, Any]] = ()
) -> Course:
    """Return a loaded course."""
    with TemporaryDirectory() as folder:
        load(write_course(Path(folder), key=key, lessons=lessons, sections=sections, quizzes=quizzes))
    return Course.objects.get(key=key)


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
    """Return a class with its people."""
    cohort = Cohort.objects.create(course=course, name="Russian foreign policy")
    if instructor is not None:
        Enrolment.objects.create(cohort=cohort, user=instructor, role=Enrolment.Role.INSTRUCTOR)
    for student in students:
        enrol(student, cohort)
    return cohort


def enrol(student: User, cohort: Cohort, *, now: datetime = JOINED, shares_earlier: bool = False) -> Enrolment:
    """Give a student a place in a class, before any of the work that other builders do."""
    return join_class(code=cohort.join_code, user=student, now=now, shares_earlier=shares_earlier)


def make_attempt(quiz: Quiz, student: User, *, now: datetime = NOW) -> Attempt:
    """Return an attempt that was just started."""
    return start_attempt(quiz=quiz, student=student, now=now)


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
    sent = Sent(lambda spec, _order: spec.clean(answer), sequence, client_key or uuid4(), confidence)
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
