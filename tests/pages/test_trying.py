"""While a question may be tried again, page and API tell how much of a try is right and never which part of it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from quizzes.domain.base import ONE, Answer
from quizzes.domain.behaviour import TryRules, is_new_try
from quizzes.domain.kinds import AnySpec, read_spec
from quizzes.models import Attempt, ItemResponse, ItemRevision, SavedAnswer, Try
from tests.api.ask import API, program_of
from tests.domain.twins import HINTS, costs
from tests.kinds import MACHINE_KINDS, of_samples
from tests.make import BODIES, NOW, browser_of, check, give, make_attempt, make_quiz
from tests.make import body as item

BEHAVIOURS = ["adaptive", "interactive", "practice"]
SECRET = "The reason why, which a single part must not have"
_CHANGING = re.compile(
    r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|name="csrfmiddlewaretoken" value="\w+"'
    r'|csrfToken": "\w+"|"X-CSRFToken": ?"\w+"'
)


class Desk:
    """A student at a question whose key can be exchanged, as page and API show it after tries."""

    def __init__(self, student: User, spec: AnySpec, behaviour: str) -> None:
        written = {**spec.model_dump(mode="json", exclude_unset=True), "kind": spec.kind, "key": "q", "hints": HINTS}
        charge = {} if behaviour == "practice" else {"penalty": "0.1"}
        quiz = make_quiz(items=[written], behaviour=behaviour, **charge)
        self.attempt: Attempt = make_attempt(quiz, student)
        self.browser: Client = browser_of(student)
        self.program = program_of(student)
        self.rules: TryRules = quiz.try_rules

    def told(self, spec: AnySpec, tries: Sequence[Answer]) -> tuple[str, ...]:
        """Return everything that page and API say after these tries at a question with this key."""
        Try.objects.all().delete()
        SavedAnswer.objects.all().delete()
        ItemRevision.objects.update(body=spec.model_dump(mode="json"))
        ItemResponse.objects.update(
            answer=None, sequence=0, share=None, points=None, is_over=False, is_complete=False, hints_shown=0
        )
        said = []
        for answer in tries:
            give(self.attempt, answer)
            check(self.attempt)
            at = f"{API}/attempts/{self.attempt.pk}"
            said.append(json.dumps(self.program.post(f"{at}/check/", {"position": 1}).json(), sort_keys=True))
            said.append(json.dumps(self.program.get(f"{at}/").json(), sort_keys=True))
            page = self.browser.get(reverse("quizzes:attempt-item", args=[self.attempt.pk, 1]))
            assert page.status_code == 200
            said.append(_CHANGING.sub("…", page.content.decode()))
        return tuple(said)


def otherwise(kind: str, **fields: Any) -> AnySpec:
    """Return an item with hints, and with some fields otherwise."""
    return read_spec(item(kind, key="q", hints=HINTS, **fields))


def flagged(kind: str, name: str, right: Sequence[str], **fields: Any) -> AnySpec:
    """Return a choice in which these parts are right."""
    parts = BODIES[kind][name]
    made = {key: {**part, "feedback": SECRET, "correct": key in right} for key, part in parts.items()}
    return otherwise(kind, **{**fields, name: made})


def changed(kind: str, name: str, **keys: Any) -> AnySpec:
    """Return an item in whose parts other fields are changed."""
    parts = {
        key: {**part, **{field: SECRET for field in part if field.startswith("feedback")}, **keys.get(key, {})}
        for key, part in BODIES[kind][name].items()
    }
    return otherwise(kind, **{name: parts})


def some(keys: Sequence[str]) -> list[list[str]]:
    return [list(each) for size in range(1, len(keys) + 1) for each in combinations(sorted(keys), size)]


OPTIONS, SPANS = list(BODIES["multiple"]["options"]), list(BODIES["mark"]["spans"])
ENTRIES = BODIES["ordering"]["entries"]
# Items of the same words with other keys, and tries at them.
CASES: dict[str, tuple[list[AnySpec], list[Answer]]] = {
    "multiple": (
        [flagged("multiple", "options", right) for right in some(OPTIONS)], [sorted(OPTIONS), ["coal", "gold"]],
    ),
    "mark": ([flagged("mark", "spans", right) for right in some(SPANS)], [sorted(SPANS), ["accepted", "held"]]),
    "single": ([flagged("single", "options", [right]) for right in BODIES["single"]["options"]], ["kind"]),
    "map": ([flagged("map", "places", [right]) for right in BODIES["map"]["places"]], ["strait"]),
    "true_false": ([otherwise("true_false", answer=value) for value in (True, False)], [True]),
    "text": ([otherwise("text", accept=[word]) for word in ("Kozyrev", "Primakov")], ["Ivanov"]),
    "numeric": ([otherwise("numeric", answer=year) for year in (1961, 1991)], ["1950", "1970"]),
    "matching": (
        [
            changed("matching", "prompts", old={"match": one}, new={"match": other})
            for one in ("help", "consult", "command") for other in ("help", "consult", "command")
        ],
        [{"old": "help", "new": "consult"}, {"old": "consult", "new": "help"}],
    ),
    "categorise": (
        [
            changed("categorise", "entries", state={"category": one}, army={"category": other})
            for one in ("founding", "place") for other in ("founding", "place")
        ],
        [{"state": "founding", "army": "place"}, {"state": "place", "army": "founding", "veto": "place"}],
    ),
    "cloze": (
        [
            changed("cloze", "gaps", soviet={"accept": [one]}, russian={"right": other})
            for one in ("2.2 billion", "9 billion") for other in ("low", "key", "high")
        ],
        [{"soviet": "2.2 billion", "russian": "low"}, {"soviet": "9 billion", "russian": "high"}],
    ),
    "numbers": (
        [
            changed("numbers", "fields", line={"answer": one}, border={"answer": other})
            for one in (1100, 500) for other in (17, 90)
        ],
        [{"line": "1100", "border": "90"}, {"line": "500", "border": "60"}],
    ),
    "timeline": (
        [
            changed("timeline", "events", old={"year": one}, new={"year": other})
            for one in (1961, 1970) for other in (1990, 2000)
        ],
        [{"old": 1961, "new": 1990}, {"old": 1970, "new": 1950}],
    ),
    "ordering": (
        [
            otherwise("ordering", entries={key: ENTRIES[key] for key in order})
            for order in (list(ENTRIES), list(ENTRIES)[::-1], ["alliance", "war", "debt", "recognition"])
        ],
        [{"war": 1, "alliance": 3, "recognition": 2, "debt": 4}],
    ),
    **{
        kind: ([otherwise(kind, **fields) for fields in keys], tries)
        for kind, (keys, tries) in of_samples("LOOKALIKES").items()
    },
}  # fmt: skip


def test_every_kind_that_is_marked_at_once_is_tried_here() -> None:
    assert sorted(CASES) == sorted(MACHINE_KINDS)


@pytest.mark.django_db
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("kind", CASES)
def test_keys_by_which_tries_earn_the_same_look_the_same_on_the_page_and_over_the_api(
    student: User, kind: str, behaviour: str
) -> None:
    """No sequence of tries tells more of the key than the marks it costs, whatever is asked of page or API."""
    keys, tries = CASES[kind]
    desk = Desk(student, keys[0], behaviour)
    told = defaultdict(set)
    for key in keys:
        if any(key.share_of(answer) == ONE for answer in tries):
            continue
        assert all(is_new_try(key, answer, tries[:at]) for at, answer in enumerate(tries))
        said = desk.told(key, tries)
        told[costs(key, tries, desk.rules)].add(said)
        assert kind in ("single", "map") or SECRET not in " ".join(said)

    assert told
    assert all(len(each) == 1 for each in told.values())


@pytest.mark.django_db
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize(
    ("kind", "answer", "count", "words"),
    [
        ("multiple", sorted(OPTIONS), (2, 4), "2 of the 4 options you ticked in your last try are right."),
        ("multiple", ["oil"], (0, 1), "0 of the 1 option you ticked in your last try is right."),
        ("mark", sorted(SPANS), (1, 3), "1 of the 3 places you marked in your last try are right."),
        ("matching", {"old": "help"}, (1, 2), "1 of 2 parts were right in your last try."),
        ("cloze", {"russian": "key"}, (1, 2), "1 of 2 parts were right in your last try."),
        ("numbers", {"line": "1100", "border": "1"}, (1, 2), "1 of 2 parts were right in your last try."),
        ("timeline", {"old": 1961, "new": 1950}, (1, 2), "1 of 2 parts were right in your last try."),
        ("categorise", {"state": "seat"}, (0, 3), "0 of 3 parts were right in your last try."),
        ("ordering", {"war": 1, "debt": 2}, None, ""),
        ("single", "kind", None, ""),
        ("numeric", "1950", None, ""),
    ],
)
def test_how_much_of_a_try_is_right_is_said(
    student: User, behaviour: str, kind: str, answer: Answer, count: tuple[int, int] | None, words: str
) -> None:
    [_check, _paper, page] = (desk := Desk(student, read_spec(item(kind)), behaviour)).told(otherwise(kind), [answer])
    found = desk.program.post(f"{API}/attempts/{desk.attempt.pk}/check/", {"position": 1}).json()

    assert found["count"] == (None if count is None else {"right": count[0], "of": count[1]})
    assert words in " ".join(page.split())
    assert ("in your last try" in page) == (count is not None)
    assert len(found["review"]) == (kind == "single")


@pytest.mark.django_db
def test_once_the_question_is_over_everything_is_told_as_before(student: User) -> None:
    attempt = make_attempt(make_quiz(items=[item("multiple", key="q")], behaviour="immediate"), student)
    give(attempt, ["coal", "oil"])
    check(attempt, now=NOW)

    page = browser_of(student).get(reverse("quizzes:attempt-item", args=[attempt.pk, 1])).content.decode()

    assert page.count('class="review-row') == len(OPTIONS)
    assert "Your choice, wrong" in page
    assert "Right, not chosen" in page
    assert "in your last try" not in page


def test_one_goes_on_from_a_closed_question_whose_disabled_fields_send_nothing(student: User) -> None:
    quiz = make_quiz(items=[item("single", key="one"), item("single", key="two")], behaviour="immediate")
    attempt = make_attempt(quiz, student)
    give(attempt, "dollars")
    check(attempt)

    answer = browser_of(student).post(reverse("quizzes:attempt-item", args=[attempt.pk, 1]), {"go": "next"})

    assert (answer.status_code, answer["Location"]) == (302, reverse("quizzes:attempt-item", args=[attempt.pk, 2]))
    assert attempt.responses.get(position=1).answer == "dollars"
    assert not attempt.responses.get(position=1).saved_answers.filter(outcome="over").exists()
