"""What was written and can never count is refused where it is written, and stays readable where it is stored."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from courses.content.dump import dump_yaml
from courses.content.problems import ContentInvalid
from quizzes.content.folder import read_folder
from quizzes.domain.idle import idle_in
from quizzes.domain.kinds import KINDS, read_spec
from quizzes.domain.quantity import Tolerance
from quizzes.models import ItemRevision
from tests.admin.work import root, save, told
from tests.make import BODIES, WHY, body, make_attempt, make_quiz, make_user, quiz_file, submit, write_course


def near(answer: Any, value: Any = 0, kind: str = "absolute", share: Any = 0) -> dict[str, Any]:
    return {"answer": answer, "tolerance": {"kind": kind, "value": value}, "share": share, "feedback": WHY}


def within(answer: Any, value: Any, kind: str = "absolute") -> dict[str, Any]:
    return {"answer": answer, "tolerance": {"kind": kind, "value": value}}


def gap(**fields: Any) -> dict[str, Any]:
    return {"text": "It was {{ a }}.", "gaps": {"a": {**fields, "feedback": WHY}}}


def field(**fields: Any) -> dict[str, Any]:
    made = BODIES["numbers"]["fields"]
    return {"fields": {**made, "line": {**made["line"], **fields}}}


MENU = {"options": {"x": "One", "y": "Two", "z": "Three"}, "right": "x"}
EVENT = {"text": "Treaty", "year": 1985, "feedback": WHY}
IDLE: list[tuple[str, dict[str, Any], str, str]] = [
    # A near answer that is the answer, lies within it, or lies within one that is judged before it.
    ("numeric", {"near": [near(1961)]}, "answer", "right answer, 1961, accepts every number"),
    ("numeric", {"near": [near(1961, share=1)]}, "answer", "right answer, 1961"),
    ("numeric", {**within(1961, 5), "near": [near(1963, 2)]}, "answer", "right answer, 1961"),
    ("numeric", {**within(100, "0.1", "relative"), "near": [near(95, 5)]}, "answer", "right answer, 100"),
    ("numeric", {**within(100, 1, "geometric"), "near": [near(150, 50)]}, "answer", "right answer, 100"),
    ("numeric", {"near": [near(1990), near(1990)]}, "answer", "1990, which is judged before it"),
    ("numeric", {"near": [near(1990, 3), near(1991, 1, share="0.5")]}, "answer", "1990, which is judged before it"),
    ("numeric", {"near": [near("19.90"), near("19.9")]}, "answer", "19.9, which is judged before it"),
    ("numbers", field(near=[near(1110)]), "answer", "right answer, 1100"),
    ("cloze", gap(**within(5, 1), near=[near(6)]), "answer", "right answer, 5"),
    # What is said of typed words where none are typed, or none is long enough.
    ("cloze", gap(**within(5, 1), typos=1), "typos", "no words are typed"),
    ("cloze", gap(**MENU, fold=["case"]), "fold", "no words are typed"),
    ("cloze", gap(accept=["Kim"], typos=1), "typos", "No accepted form has a word of 5 letters"),
    ("text", {"accept": ["Kim Il"], "typos": 2}, "typos", "No accepted form has a word of 5 letters"),
    ("text", {"accept": ["1961"], "typos": 1}, "typos", "No accepted form"),
    ("text", {"fold": ["case", "case"]}, "fold", "names a difference twice"),
    # What is said of a right option that was left, of a wrong one.
    ("multiple", {"options": {**BODIES["multiple"]["options"], "oil": {"text": "Oil", "feedback": WHY, "missed": WHY}}},
     "missed", "this one is wrong"),
    ("mark", {"spans": {**BODIES["mark"]["spans"], "held": {"feedback": WHY, "missed": WHY}}}, "missed", "wrong"),
    # An event for which every year of the scale is right.
    ("timeline", {"events": {"old": {**EVENT, "tolerance": 40}}}, "tolerance", "Every year of the scale"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "line", "reason"), IDLE)
def test_a_part_that_never_counts_is_refused_at_its_line(
    tmp_path: Path, kind: str, fields: dict[str, Any], line: str, reason: str
) -> None:
    folder = write_course(tmp_path, quizzes=[quiz_file(items=[body(kind, **{"key": "q", **fields})])])
    with pytest.raises(ContentInvalid) as refusal:
        read_folder(folder)

    [problem] = refusal.value.problems
    written = (folder / "quizzes" / "quiz.yaml").read_text(encoding="utf-8").splitlines()
    assert problem.file == "quizzes/quiz.yaml"
    assert reason in problem.reason
    assert f'"{line}"' in written[problem.line - 1]


OPTIONS = BODIES["multiple"]["options"]
WEIGHTED = {
    key: {"text": key, "weight": weight, "feedback": WHY} for key, weight in (("a", 0.5), ("b", 0.5), ("c", -1))
}
MEANT: list[tuple[str, dict[str, Any]]] = [
    ("numeric", {"near": [near(1961, 1, share="0.5")]}),
    ("numeric", {**within(1961, 5), "near": [near(1963, 4)]}),
    ("numeric", {"near": [near(1990), near(1990, 3)]}),
    ("numeric", {**within("0.125", 2, "figures"), "near": [near("0.135")]}),
    ("numeric", {**within(5, 0, "decimals"), "near": [near("5.6", 1, "decimals")]}),
    ("cloze", gap(accept=["Kozyrev"], typos=1, fold=["case"])),
    ("cloze", gap(accept=["Kim", "Kim Il Sung", "Comrade Kim"], typos=2)),
    ("text", {"accept": ["Kim"], "typos": 0}),
    ("text", {"accept": ["Kim"]}),
    ("timeline", {"events": {"old": {**EVENT, "tolerance": 39}}}),
    ("multiple", {"options": {**OPTIONS, "coal": {**OPTIONS["coal"], "missed": WHY}}}),
    ("multiple", {"rule": "weights", "options": {**WEIGHTED, "a": {**WEIGHTED["a"], "missed": WHY}}}),
]


@pytest.mark.parametrize(("kind", "fields"), [*MEANT, *((kind, {}) for kind in KINDS)])
def test_a_part_that_may_count_is_none(kind: str, fields: dict[str, Any]) -> None:
    assert not list(idle_in(read_spec(body(kind, **fields))))


STEPS = {"due": "2026-09-01T08:00:00Z", "credit": [{"days": 1, "percent": 50}]}
SETTINGS: list[tuple[dict[str, Any], str, str]] = [
    (
        {"behaviour": "adaptive", "credits": [1, 0.5], "penalty": 0.2},
        "penalty",
        "`credits` says what each try is worth",
    ),
    ({"penalty": 0.2}, "penalty", "belongs to `behaviour: interactive` or `adaptive`"),
    ({"behaviour": "immediate", "penalty": 0.2}, "penalty", "belongs to"),
    ({"behaviour": "practice", "penalty": 0.2}, "penalty", "belongs to"),
    ({"hint_penalty": 0.1}, "hint_penalty", "in this one they do not"),
    ({"behaviour": "practice", "hint_penalty": 0.1}, "hint_penalty", "in this one they do not"),
    ({"credit_from": "submission"}, "credit_from", "belongs to `credit`"),
    ({"overdue": "grace"}, "overdue", "without `grace_minutes`"),
]


@pytest.mark.parametrize(("chosen", "line", "reason"), SETTINGS)
def test_a_setting_without_effect_is_refused_at_its_line(
    tmp_path: Path, chosen: dict[str, Any], line: str, reason: str
) -> None:
    folder = write_course(tmp_path, quizzes=[quiz_file(**chosen)])
    with pytest.raises(ContentInvalid) as refusal:
        read_folder(folder)

    [problem] = refusal.value.problems
    written = (folder / "quizzes" / "quiz.yaml").read_text(encoding="utf-8").splitlines()
    assert reason in problem.reason
    assert f'"{line}"' in written[problem.line - 1]


@pytest.mark.parametrize(
    "chosen",
    [
        {"behaviour": "interactive", "penalty": 0.2, "hint_penalty": 0.1},
        {"behaviour": "adaptive", "credits": [1, 0.5], "hint_penalty": 0.1},
        {"penalty": 0, "hint_penalty": 0},
        {"behaviour": "immediate", "hint_penalty": 0.1},
        {"overdue": "grace", "grace_minutes": 5},
        {"credit_from": "submission", **STEPS},
    ],
)
def test_a_setting_with_effect_loads(tmp_path: Path, chosen: dict[str, Any]) -> None:
    read_folder(write_course(tmp_path, quizzes=[quiz_file(**chosen)]))


@pytest.mark.django_db
def test_the_admin_refuses_it_and_a_stored_version_is_still_marked() -> None:
    quiz = make_quiz(items=[body("numeric", key="q")])
    item = quiz.items.get()
    idle = body("numeric", key="q", near=[near(1961)])

    answer = save(root(), f"{reverse('admin:quizzes_itemrevision_add')}?item={item.pk}", body=dump_yaml(idle))
    ItemRevision.objects.update(body=read_spec(idle).model_dump(mode="json"))

    assert "accepts every number" in told(answer)
    assert submit(make_attempt(quiz, make_user())).score == 0


@pytest.mark.parametrize(
    ("kind", "value", "answer", "ends"),
    [
        ("absolute", 2, 10, ("8", "12")),
        ("relative", "0.1", -10, ("-11", "-9")),
        ("geometric", 1, -10, ("-20", "-5")),
        ("figures", 2, 1961, ("1950", "2050")),
        ("figures", 3, "0.1234", ("0.1225", "0.1235")),
        ("decimals", 1, "5.61", ("5.55", "5.65")),
    ],
)
def test_the_ends_of_what_is_accepted(kind: str, value: Any, answer: Any, ends: tuple[str, str]) -> None:
    found = Tolerance(kind=kind, value=value).ends(Decimal(str(answer)))

    assert found == tuple(map(Decimal, ends))
