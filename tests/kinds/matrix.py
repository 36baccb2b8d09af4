"""Matrices for the tests of all kinds."""

from __future__ import annotations

from itertools import combinations, permutations, product
from typing import Any

from hypothesis import strategies as st

from tests.kinds.parts import WHY, keys

BODY: dict[str, Any] = {
    "columns": {"treaty-1961": "Treaty of 1961", "treaty-2000": "Treaty of 2000", "treaty-2024": "Treaty of 2024"},
    "rows": {
        "help": {"text": "A duty to help at once", "right": "treaty-1961", "feedback": WHY},
        "contact": {"text": "Only a promise to make contact", "right": "treaty-2000", "feedback": WHY},
        "signed": {"text": "Signed in Pyongyang in June", "right": "treaty-2024", "feedback": WHY},
    },
}
LOOKALIKES = (
    [
        {"rows": {key: {**row, "right": right} for (key, row), right in zip(BODY["rows"].items(), rights, strict=True)}}
        for rights in permutations(BODY["columns"])
    ],
    [
        {"help": ["treaty-2000"], "contact": ["treaty-1961"], "signed": ["treaty-2000"]},
        {"help": ["treaty-2024"], "signed": ["treaty-2024"]},
    ],
)
PARTS = ("rows",)
SHUFFLED = "rows"


@st.composite
def fields(draw: st.DrawFn) -> dict[str, Any]:
    choose = draw(st.sampled_from(["one", "several"]))
    columns = draw(keys(2, 4))
    names = draw(keys(2, 4))
    rights = st.lists(_right(choose, columns), min_size=len(names), max_size=len(names)).filter(_differ)
    rows = {
        key: {"text": f"Wording {at}", "right": right, "feedback": WHY}
        for at, (key, right) in enumerate(zip(names, draw(rights), strict=True))
    }
    return {
        "choose": choose,
        "columns": {key: f"Column {at}" for at, key in enumerate(columns)},
        "rows": rows,
        "shuffle": draw(st.booleans()),
    }


def given(spec: Any) -> st.SearchStrategy[Any]:
    most = 1 if spec.choose == "one" else len(spec.columns)
    ticks = st.lists(st.sampled_from(list(spec.columns)), min_size=1, max_size=most, unique=True)
    return st.dictionaries(st.sampled_from(list(spec.rows)), ticks, min_size=1)


def is_answer(spec: Any, answer: Any) -> bool:
    return (
        isinstance(answer, dict)
        and bool(answer)
        and set(answer) <= set(spec.rows)
        and all(ticks and ticks == sorted(set(ticks)) and set(ticks) <= set(spec.columns) for ticks in answer.values())
        and (spec.choose == "several" or all(len(ticks) == 1 for ticks in answer.values()))
    )


def guesses(spec: Any) -> list[Any]:
    columns, size = sorted(spec.columns), len(spec.columns)
    if spec.choose == "one":
        row_guesses: list[list[str]] = [[column] for column in columns]
    else:
        row_guesses = [list(ticks) for n in range(size + 1) for ticks in combinations(columns, n)]
    return [dict(zip(spec.rows, row, strict=True)) for row in product(row_guesses, repeat=len(spec.rows))]


def other_key(body: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    rows, columns = body["rows"], list(body["columns"])
    size = len(rows)
    drawn = st.lists(_right(body.get("choose", "one"), columns), min_size=size, max_size=size).filter(_differ)
    return drawn.map(
        lambda rights: {
            **body,
            "rows": {key: {**row, "right": right} for (key, row), right in zip(rows.items(), rights, strict=True)},
        }
    )


def right_of(spec: Any, answer: Any) -> int:
    return sum(answer.get(key) == sorted(row.right) for key, row in spec.rows.items())


def _right(choose: str, columns: list[str]) -> st.SearchStrategy[list[str]]:
    most = 1 if choose == "one" else len(columns)
    return st.lists(st.sampled_from(columns), min_size=1, max_size=most, unique=True)


def _differ(rights: list[list[str]]) -> bool:
    return len({frozenset(right) for right in rights}) > 1
