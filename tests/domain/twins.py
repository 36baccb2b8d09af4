"""Items that look the same to a student and have another key, and what tries at an item may tell by its rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from quizzes.domain.base import Answer
from quizzes.domain.behaviour import TryRules
from quizzes.domain.kinds import AnySpec, read_spec
from quizzes.domain.regrading import earned_by_tries
from tests.kinds import of_samples

HINTS = ["Think again.", "Think once more.", "Look it up."]


def written(spec: AnySpec) -> dict[str, Any]:
    """Return an item as an author may write it, with hints that give nothing away."""
    return {**spec.model_dump(mode="python", exclude_unset=True), "kind": spec.kind, "hints": HINTS}


@st.composite
def twins_of(draw: st.DrawFn, spec: AnySpec, *, most: int = 8) -> list[AnySpec]:
    """Return the item and others of the same words, parts and reasons with keys of their own."""
    keys = [written(spec), *(draw(OTHER_KEY[spec.kind](written(spec))) for _twin in range(draw(st.integers(2, most))))]
    return [read_spec(key) for key in keys]


def right_of(spec: Any, answer: Answer) -> int | None:
    """Count by the key itself how many parts or ticks of an answer are right; None where an answer is one thing."""
    count = RIGHT_OF.get(spec.kind)
    return None if count is None else count(spec, answer)


def costs(spec: AnySpec, tries: Sequence[Answer], rules: TryRules) -> tuple[Any, ...]:
    """Return everything a student may learn from tries: what each is worth, how much of it is right, what all earn."""
    raws = [spec.share_of(answer) for answer in tries]
    earned = [earned_by_tries(spec, tries[: end + 1], rules) for end in range(len(tries))]
    return (tuple(raws), tuple(right_of(spec, answer) for answer in tries), tuple(earned))


def _flags(name: str, *, one: bool) -> Callable[[dict[str, Any]], st.SearchStrategy[dict[str, Any]]]:
    """Return items in which other options are right: one of them, or any number."""

    def other(body: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        parts = body[name]
        if body.get("rule") == "weights":
            weights = st.permutations([part["weight"] for part in parts.values()])
            return weights.map(
                lambda given: {
                    **body,
                    name: {
                        key: {**part, "weight": weight}
                        for (key, part), weight in zip(parts.items(), given, strict=True)
                    },
                }
            )
        size = {"min_size": 1, "max_size": 1 if one else len(parts)}
        right = st.sets(st.sampled_from(list(parts)), **size)
        return right.map(
            lambda keys: {**body, name: {key: {**part, "correct": key in keys} for key, part in parts.items()}}
        )

    return other


def _parts(
    name: str, field: str, values: Callable[[dict[str, Any]], st.SearchStrategy[Any]], least: int = 1
) -> Callable[[dict[str, Any]], st.SearchStrategy[dict[str, Any]]]:
    """Return items in which every part has another right value; at least so many values differ."""

    def other(body: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        parts = body[name]
        size = len(parts)
        drawn = st.lists(values(body), min_size=size, max_size=size).filter(lambda given: len(set(given)) >= least)
        return drawn.map(
            lambda given: {
                **body,
                name: {key: {**part, field: value} for (key, part), value in zip(parts.items(), given, strict=True)},
            }
        )

    return other


@st.composite
def _gaps(draw: st.DrawFn, body: dict[str, Any]) -> dict[str, Any]:
    gaps = {}
    for key, gap in body["gaps"].items():
        if gap.get("options"):
            gaps[key] = {**gap, "right": draw(st.sampled_from(list(gap["options"])))}
        elif gap.get("answer") is not None:
            gaps[key] = {**gap, "answer": draw(NUMBERS)}
        else:
            gaps[key] = {**gap, "accept": draw(st.lists(st.sampled_from(TYPED), min_size=1, unique=True))}
    return {**body, "gaps": gaps}


@st.composite
def _entries(draw: st.DrawFn, body: dict[str, Any]) -> dict[str, Any]:
    names = draw(st.permutations(list(body["entries"])))
    entries = {name: {**body["entries"][name], "after": ()} for name in names}
    if body.get("rule") == "graph":
        for at, name in enumerate(names[1:], start=1):
            entries[name]["after"] = draw(st.lists(st.sampled_from(names[:at]), unique=True))
        entries[names[-1]]["after"] = entries[names[-1]]["after"] or [names[0]]
    return {**body, "entries": entries}


TYPED = ["김정일", "Ёлки", "2.2bn"]
NUMBERS = st.decimals(-20_000, 20_000, places=2).filter(bool)
OTHER_KEY: dict[str, Callable[[dict[str, Any]], st.SearchStrategy[dict[str, Any]]]] = {
    "single": _flags("options", one=True),
    "map": _flags("places", one=True),
    "multiple": _flags("options", one=False),
    "mark": _flags("spans", one=False),
    "true_false": lambda body: st.booleans().map(lambda answer: {**body, "answer": answer}),
    "text": lambda body: st.sampled_from(TYPED).map(lambda form: {**body, "accept": [form]}),
    "numeric": lambda body: NUMBERS.map(lambda answer: {**body, "answer": answer}),
    "numbers": _parts("fields", "answer", lambda _body: NUMBERS),
    "matching": _parts("prompts", "match", lambda body: st.sampled_from(list(body["matches"]))),
    "categorise": _parts("entries", "category", lambda body: st.sampled_from(list(body["categories"])), least=2),
    "timeline": _parts("events", "year", lambda body: st.integers(body["start"], body["end"])),
    "cloze": _gaps,
    "ordering": _entries,
    **of_samples("other_key"),
}


def _in_common(spec: Any, answer: Answer) -> int:
    return len(set(answer) & set(spec.right_answer()))


def _assigned(spec: Any, answer: Answer) -> int:
    return sum(answer.get(key) == right for key, right in spec.right_answer().items())


RIGHT_OF: dict[str, Callable[[Any, Answer], int]] = {
    "multiple": _in_common,
    "mark": _in_common,
    "matching": _assigned,
    "categorise": _assigned,
    "cloze": lambda spec, answer: sum(gap.earned(answer.get(key)) == Decimal(1) for key, gap in spec.gaps.items()),
    "numbers": lambda spec, answer: sum(
        field.earned(answer.get(key)) == Decimal(1) for key, field in spec.fields.items()
    ),
    "timeline": lambda spec, answer: sum(
        key in answer and event.accepts(answer[key]) for key, event in spec.events.items()
    ),
    **of_samples("right_of"),
}
