"""Make the database that `test_upgrade` upgrades, with the code of commit 4482b96.

It was run once, from a worktree of that commit, with this repository's environment:

    git worktree add --detach ../at-4482b96 4482b96 && cd ../at-4482b96
    export DEBUG=0 SECRET_KEY=upgrade DATABASE_URL=sqlite:///at-4482b96.sqlite3
    python manage.py migrate
    PYTHONPATH=. python …/tests/upgrade/make_database.py > …/tests/upgrade/at_4482b96.json

The course is this folder's of then: `hue: patron` in course.yaml, and no folder of maps.

Everything random is drawn from one seed and every moment is fixed, so that a second run writes the same file.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_RNG = random.Random(4482)
uuid.uuid4 = lambda: uuid.UUID(int=_RNG.getrandbits(128), version=4)  # before anything imports it by name
secrets.choice = _RNG.choice
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumen.settings")

import django  # noqa: E402

django.setup()

import time_machine  # noqa: E402
from acts import acts, marks, outcome  # noqa: E402
from django.apps import apps  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.serializers.json import DjangoJSONEncoder  # noqa: E402
from django.db.migrations.recorder import MigrationRecorder  # noqa: E402
from quizzes.services.reports import Verdict, answer_report, report_question  # noqa: E402
from quizzes.services.staff import make_instructor  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

from courses.models import Cohort, Course, Enrolment, Lesson  # noqa: E402
from courses.services.progress import mark_read  # noqa: E402
from quizzes.models import (  # noqa: E402
    Accommodation,
    Attempt,
    Item,
    ItemResponse,
    QuestionReport,
    Quiz,
    QuizOverride,
    Regrade,
)
from quizzes.services.attempts import reopen_attempt, settled  # noqa: E402
from quizzes.services.authoring import edit_item  # noqa: E402
from quizzes.services.clock import extend_attempt, refresh_granted  # noqa: E402
from quizzes.services.regrading import make_regrade, mark_by_hand, undo_regrade  # noqa: E402
from tests.make import (  # noqa: E402
    answer_rightly,
    ask_hint,
    check,
    enrol,
    give,
    load,
    make_attempt,
    make_guest,
    rekeyed,
    submit,
)

COURSE = Path(__file__).parent / "course"
START = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
EMPTY_AT_FIRST = {"contenttypes.ContentType", "auth.Permission", "auth.Group_permissions", "sessions.Session"}
"""Tables whose rows every database makes by itself."""

EVERY_KIND: dict[str, tuple[Any, Any]] = {
    "single": ("dollars", "kind"),
    "multiple": (["coal", "labour", "oil"], ["gold"]),
    "true-false": (False, True),
    "text": ("Козырев", "kozyrev."),
    "numeric": ("1 961", "1962"),
    "matching": ({"old": "help", "new": "command"}, {"old": "consult"}),
    "ordering": (["alliance", "recognition", "debt", "war"], ["war", "alliance", "debt", "recognition"]),
    "cloze": ({"soviet": "2.2 BILLION", "russian": "key"}, {"russian": "low"}),
    "categorise": ({"state": "founding", "army": "seat", "veto": "seat"}, {"veto": "place"}),
    "numbers": ({"line": "1,100", "border": "16.5"}, {"line": "1.100"}),
    "mark": (["proposed", "held"], ["accepted"]),
    "timeline": ({"old": "1961", "new": "1999"}, {"old": "1960"}),
    "map": ("port", "strait"),
    "essay": ("It had lapsed.\nNobody cancelled it.", "Because."),
    "constructed": ({"sourcing": "A deputy minister.", "context": "Trade had fallen."}, {"context": "A war?"}),
}
TYPED: dict[str, tuple[Any, Any]] = {
    "decimal": ("1.250", "1,25"),
    "thousand": ("1.250", "1 250"),
    "year": ("1995 1996", "1995"),
    "cyrillic": ("Хрущев", "Хрущёв"),
    "invisible": ("Koz\u200byrev", "Kozirev"),
    "abbreviation": ("U.S.S.R.", "Ussr"),
    "gap": ({"sum": "5.50"}, {"sum": "5.5"}),
    "numbers": ({"line": "1.100", "border": "17,0"}, {"line": "1100 kilometre", "border": "1 7"}),
    "run": (["debt", "recognition", "alliance", "war"], ["alliance", "war", "recognition", "debt"]),
    "close": (["debt", "recognition", "alliance", "war"], ["war", "debt", "alliance", "recognition"]),
    "dates": ({"old": "1961", "new": "2002"}, {"old": "1960", "new": "2001"}),
}


def quiz(key: str) -> Quiz:
    """Return a quiz of the course."""
    return Quiz.objects.get(key=key)


def person(name: str, first: str, last: str) -> User:
    """Return a new account, which signs in with its own name and a number."""
    user = User.objects.create_user(name, f"{name}@example.org", None, first_name=first, last_name=last)
    user.set_password(f"{name}-4482")
    user.save()
    return user


def sit(key: str, student: User, answers: dict[str, Any], *, days: int = 0, **fields: Any) -> Attempt:
    """Return an open attempt with answers by the end of the question's key."""
    now = START + timedelta(days=days)
    attempt = make_attempt(quiz(key), student, now=now)
    for at, response in enumerate(attempt.responses.select_related("revision__item").order_by("position")):
        name = response.revision.item.key.partition("-")[2]
        if name in answers:
            moment = now + timedelta(minutes=at + 1)
            give(attempt, answers[name], position=response.position, now=moment, **fields)
    return attempt


def hand_in(attempt: Attempt) -> Attempt:
    """Submit an attempt twenty-five minutes after it was started."""
    return submit(attempt, now=attempt.started_at + timedelta(minutes=25))


def people() -> dict[str, User]:
    """Make accounts, two classes, what was read, grants and tokens."""
    course = Course.objects.get()
    names = {"teacher": ("Helen", "Moreau"), "colleague": ("Ivan", "Орлов"), "ana": ("Ana", "López")}
    names |= {"bo": ("Bo", "Kim"), "chae": ("Chae-won", "Ri"), "dov": ("Dov", "Levi"), "eva": ("Éva", "Szabó")}
    made = {name: person(name, *rest) for name, rest in names.items()}
    make_instructor(made["teacher"])
    for name, teacher, students in (
        ("Mornings", "teacher", ("ana", "bo", "chae")),
        ("Evenings", "colleague", ("dov",)),
    ):
        cohort = Cohort.objects.create(course=course, name=name)
        Enrolment.objects.create(cohort=cohort, user=made[teacher], role=Enrolment.Role.INSTRUCTOR)
        for student in students:
            enrol(made[student], cohort)
    Enrolment.objects.filter(user=made["chae"]).update(is_active=False)
    for key, sections in (("alliance", ["promise", "meaning"]), ("trade", [])):
        mark_read(lesson=Lesson.objects.get(key=key), sections=sections, student=made["ana"], now=START)
    for name in ("ana", "teacher"):
        Token.objects.create(user=made[name], key=f"{_RNG.getrandbits(160):040x}")
    return made


def grant(made: dict[str, User]) -> None:
    """Grant time while attempts are open, and extend one by hand."""
    timed, now = quiz("timed"), START + timedelta(minutes=5)
    ana, bo = (Attempt.objects.get(quiz=timed, student=made[name], state="open") for name in ("ana", "bo"))
    granted = [
        Accommodation.objects.create(student=made["ana"], time_factor="1.50", extra_days=2, reason="Agreed in March."),
        Accommodation.objects.create(student=made["dov"], course=timed.course, extra_attempts=1, is_calm=True),
        QuizOverride.objects.create(quiz=timed, cohort=Cohort.objects.get(name="Mornings"), minutes=40),
        QuizOverride.objects.create(quiz=timed, student=made["dov"], lifted=["minutes"], max_attempts=3),
    ]
    for each in granted:
        refresh_granted(each, now=now, actor=made["teacher"])
    extend_attempt(attempt=bo, actor=made["teacher"], minutes=10, reason="A fire drill.", now=now)
    late = now + timedelta(hours=5)
    give(bo, "dollars", now=late)  # kept, and too late
    settled(bo, now=late)
    give(ana, "roubles", now=now)


def sit_everything(made: dict[str, User]) -> None:
    """Sit every quiz, some more than once, some to the end."""
    for place, name in enumerate(("ana", "dov")):
        answers = {key: given[place] for key, given in EVERY_KIND.items()}
        hand_in(sit("every-kind", made[name], answers, confidence=place + 2))
        answers = {key: given[place] for key, given in TYPED.items()}
        hand_in(sit("typed", made[name], answers, days=5 * place))
    hand_in(sit("typed", made["bo"], {key: given[0] for key, given in TYPED.items()}, days=6))
    sit("typed", made["chae"], {key: given[place % 2] for place, (key, given) in enumerate(TYPED.items())})
    hand_in(sit("certain", made["ana"], {"single": "dollars", "text": "Kozyrev", "numeric": "1.961"}, confidence=3))
    hand_in(sit("certain", made["bo"], {"single": "kind", "text": "Koz\u200byrev", "true-false": False}, confidence=2))
    hand_in(sit("certain", made["dov"], {"single": "dollars", "numeric": "1961"}))
    for name in ("ana", "bo", "dov"):
        sit("timed", made[name], {"single": "kind", "multiple": ["coal"], "essay": "Words."})
    hand_in(Attempt.objects.get(quiz__key="timed", student=made["dov"]))
    guest = make_guest()
    hand_in(sit("every-kind", guest, {"single": "dollars", "ordering": EVERY_KIND["ordering"][0]}))
    sit("in-tries", guest, {"single": "kind"})


def try_things(student: User) -> None:
    """Try answers and ask for hints, up to an attempt that was submitted and another that is open."""
    for is_last in (False, True):
        attempt = make_attempt(quiz("in-tries"), student, now=START)
        tried = [["kind", "dollars"], [["coal", "oil"], ["coal", "labour", "oil"]], [{"old": "help", "new": "command"}]]
        for position, answers in enumerate(tried, start=1):
            for answer in answers:
                give(attempt, answer, position=position, now=START)
                check(attempt, position=position, now=START)
        give(attempt, ["debt", "recognition", "alliance", "war"], position=4, now=START)
        if not is_last:
            submit(attempt, now=START + timedelta(minutes=30))
    hinted = make_attempt(quiz("with-hints"), student, now=START)
    ask_hint(hinted, now=START)
    for answer in ("Lavrov", "Kozyrev"):
        give(hinted, answer, now=START)
        check(hinted, now=START)
    give(hinted, "1.961", position=2, now=START)
    submit(hinted, now=START + timedelta(minutes=9))
    one_way = make_attempt(quiz("one-way"), student, now=START)
    answer_rightly(one_way, count=2)


def regrade_things(made: dict[str, User]) -> None:
    """Sit the quiz of regraded questions, and put each right by another of the six fixes; one is undone."""
    singles = dict.fromkeys(("credit", "both", "new", "out", "keep", "undone"))
    for name, choice in (("ana", "dollars"), ("bo", "kind"), ("dov", "roubles")):
        answers = {**dict.fromkeys(singles, choice), "options": ["coal", "gold"], "essay": "Because it was so."}
        hand_in(sit("regraded", made[name], answers))
    sit("regraded", made["eva"], dict.fromkeys(singles, "kind"))
    essay = ItemResponse.objects.get(revision__item__key="regraded-essay", attempt__student=made["ana"])
    levels = {"claim": 2, "evidence": 0}
    mark_by_hand(response=essay, levels=levels, comment="Good.", marker=made["teacher"], now=START + timedelta(days=1))
    fixes: dict[str, dict[str, Any]] = {
        "credit": {"fix": "credit_all"},
        "both": {"fix": "both_keys", "to": "kind"},
        "new": {"fix": "new_key", "to": "kind", "never_lower": False},
        "out": {"fix": "disregard"},
        "keep": {"fix": "keep"},
        "options": {"fix": "options", "always_right": ["gold"], "disregarded": ["labour"]},
        "essay": {"fix": "credit_all", "touches_human": True},
        "undone": {"fix": "credit_all"},
    }
    for day, (name, fields) in enumerate(fixes.items(), start=2):
        revision = Item.objects.get(key=f"regraded-{name}").revisions.get(number=1)
        if "to" in fields:
            fields["new_revision"] = rekeyed(revision, fields.pop("to"))
        regrade = Regrade(revision=revision, actor=made["teacher"], reason="The key was wrong.", **fields)
        make_regrade(regrade=regrade, now=START + timedelta(days=day))
    undo = START + timedelta(days=20)
    undo_regrade(regrade=regrade, actor=made["colleague"], reason="It was right.", now=undo)


def report_and_edit(made: dict[str, User]) -> None:
    """Mark, report, answer, reopen, and edit questions and a lesson in the admin."""
    essay = ItemResponse.objects.get(revision__item__key="kind-essay", attempt__student=made["ana"])
    levels = {"claim": 1, "evidence": 1}
    mark_by_hand(response=essay, levels=levels, comment="Say why.", marker=made["teacher"], now=START)
    for key, text in (("typed-year", "I gave both years."), ("typed-gap", "5.50 is 5.5.")):
        response = ItemResponse.objects.get(revision__item__key=key, attempt__student=made["ana"])
        report = {"position": response.position, "student": made["ana"], "text": text, "wants_regrade": True}
        filed = report_question(attempt_id=response.attempt_id, now=START + timedelta(days=1), **report)
    verdict = Verdict(QuestionReport.State.KEPT, "One year was asked for.")
    answer_report(report=filed, actor=made["teacher"], verdict=verdict, now=START + timedelta(days=2))
    again = Attempt.objects.get(quiz__key="certain", student=made["dov"])
    reopen_attempt(attempt=again, actor=made["colleague"], reason="The bell rang early.", minutes=90_000, now=START)
    for key in ("typed-cyrillic", "kind-single"):
        item = Item.objects.get(key=key)
        spec = item.revisions.get(is_current=True).spec.model_copy(update={"stem": "Who was it, after 1953?"})
        edit_item(item=item, spec=spec, editor=made["teacher"], now=START + timedelta(days=3))
    Lesson.objects.filter(key="trade").update(subtitle="Paid in roubles", edited_at=START + timedelta(days=3))


def tables() -> dict[str, list[list[Any]]]:
    """Return every row of every table that was written to, below the names of its columns."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        names = [field.attname for field in model._meta.concrete_fields]
        rows = [list(row) for row in model._default_manager.order_by("pk").values_list(*names)]
        if rows and model._meta.label not in EMPTY_AT_FIRST and not model._meta.proxy:
            found[model._meta.label] = [names, *rows]
    return found


def leaves() -> dict[str, str]:
    """Return the last migration of each app."""
    applied = MigrationRecorder.Migration.objects.order_by("app", "name")
    return {migration.app: migration.name for migration in applied}


def write(whole: dict[str, Any]) -> None:
    """Write the parts with one row a line."""
    parts = [
        f" {_json(name)}: {{\n" + ",\n".join(f"  {_json(key)}: {_listed(value)}" for key, value in part.items()) + "}"
        for name, part in whole.items()
    ]
    sys.stdout.write("{\n" + ",\n".join(parts) + "}\n")


def _listed(value: Any) -> str:
    return "[\n" + ",\n".join(_json(row) for row in value) + "]" if isinstance(value, list) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder, separators=(",", ":"))


def main() -> None:
    """Make the database and write it out, with its marks and what each act would make of them."""
    with time_machine.travel(START, tick=False):
        load(COURSE)
        made = people()
        sit_everything(made)
        grant(made)
        try_things(made["ana"])
        regrade_things(made)
        load(COURSE)  # the keys of the files are in force again
        report_and_edit(made)
        whole = {"leaves": leaves(), "tables": tables(), "marks": marks()}
        whole["acts"] = {name: outcome(act) for name, act in acts()}
    write(whole)


if __name__ == "__main__":
    main()
