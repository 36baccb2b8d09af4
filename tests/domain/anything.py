"""Strategies: any item an author may write, any answer a student may give to it, any JSON a stranger may send."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from quizzes.domain.base import Answer
from quizzes.domain.kinds import AnySpec
from quizzes.domain.quantity import read_number
from tests.make import WHY, matching, multiple, numeric, ordering, single, text, true_false, weighted

# Every author's key begins so, and no other text holds it: what shows it has shown a key.
MARK = "zq-"
_TEXTS = {size: [f"Wording {at}" for at in range(size)] for size in range(11)}


def keys(least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Return authors' keys in any order."""
    names = st.text("abcdefg", min_size=1, max_size=4).map(MARK.__add__)
    return st.lists(names, min_size=least, max_size=most, unique=True)


@st.composite
def singles(draw: st.DrawFn) -> AnySpec:
    names = draw(keys(2, 6))
    right = draw(st.sampled_from(names))
    return single(
        options={
            key: {"text": f"Wording {at}", "correct": key == right, "feedback": WHY} for at, key in enumerate(names)
        },
        shuffle=draw(st.booleans()),
    )


@st.composite
def multiples(draw: st.DrawFn, rules: tuple[str, ...] = ("net", "all", "decisions", "weights")) -> AnySpec:
    rule = draw(st.sampled_from(rules))
    if rule == "weights":
        return draw(weighteds())
    names = draw(keys(2, 6))
    right = draw(st.sets(st.sampled_from(names), min_size=1))
    options = {key: {"text": f"Wording {at}", "correct": key in right, "feedback": WHY} for at, key in enumerate(names)}
    return multiple(rule=rule, options=options, shuffle=draw(st.booleans()))


@st.composite
def weighteds(draw: st.DrawFn) -> AnySpec:
    gains = draw(st.sampled_from([["1"], ["0.5", "0.5"], ["0.25", "0.75"], ["0.2", "0.3", "0.5"]]))
    losses = ["-1", *draw(st.lists(st.sampled_from(["-0.01", "-0.5", "-1"]), max_size=2))]
    weights = draw(st.permutations([*gains, *losses]))
    return weighted(dict(zip(draw(keys(len(weights), len(weights))), weights, strict=True)))


@st.composite
def texts(draw: st.DrawFn) -> AnySpec:
    words = st.text("abkéñäдёйㅎ김정", min_size=1, max_size=8)
    return text(*draw(st.lists(words, min_size=1, max_size=4, unique_by=text().folded)))


@st.composite
def numerics(draw: st.DrawFn) -> AnySpec:
    answer = draw(st.decimals(-10_000, 10_000, places=2).filter(bool))
    kind = draw(st.sampled_from(["absolute", "relative", "geometric", "figures"]))
    value = draw(st.integers(1, 6)) if kind == "figures" else draw(st.decimals(0, 1, places=2))
    return numeric(answer, kind, value)


@st.composite
def matchings(draw: st.DrawFn) -> AnySpec:
    prompts = draw(keys(2, 3))
    matches = draw(keys(len(prompts) + 1, 5))
    return matching(
        prompts={
            key: {"text": f"Prompt {at}", "match": draw(st.sampled_from(matches)), "feedback": WHY}
            for at, key in enumerate(prompts)
        },
        matches={key: f"Match {at}" for at, key in enumerate(matches)},
    )


@st.composite
def orderings(draw: st.DrawFn) -> AnySpec:
    rule = draw(st.sampled_from(["longest_run", "absolute", "pairs", "all"]))
    names = draw(keys(3, 5))
    return ordering(
        rule=rule, entries={key: {"text": f"Wording {at}", "feedback": WHY} for at, key in enumerate(names)}
    )


def specs() -> st.SearchStrategy[AnySpec]:
    """Return items of all seven kinds."""
    truths = st.booleans().map(lambda answer: true_false(answer=answer))
    return st.one_of(singles(), multiples(), truths, texts(), numerics(), matchings(), orderings())


def given_to(spec: Any) -> st.SearchStrategy[Answer]:
    """Return answers to an item in the author's names, whole or partial, right or wrong, never a blank."""
    match spec.kind:
        case "single":
            return st.sampled_from(list(spec.options))
        case "multiple":
            return st.lists(st.sampled_from(list(spec.options)), min_size=1, unique=True)
        case "true_false":
            return st.booleans()
        case "text":
            return st.one_of(st.sampled_from(spec.accept), st.text("abkдй김 -.", min_size=1).filter(str.strip))
        case "numeric":
            return st.decimals(-20_000, 20_000, places=3).map(str)
        case "matching":
            return st.dictionaries(st.sampled_from(list(spec.prompts)), st.sampled_from(list(spec.matches)), min_size=1)
        case _:
            places = st.integers(1, len(spec.entries))
            return st.dictionaries(st.sampled_from(list(spec.entries)), places, min_size=1)


@st.composite
def answered(draw: st.DrawFn, items: st.SearchStrategy[AnySpec] | None = None) -> tuple[Any, Answer]:
    """Return an item with a clean answer to it."""
    spec = draw(items if items is not None else specs())
    return spec, spec.clean(draw(given_to(spec)))


def json_values() -> st.SearchStrategy[Any]:
    """Return anything that JSON can say, odd text included."""
    scalars = (
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.decimals().map(str)
    )
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    )


def is_answer_to(spec: Any, answer: Answer) -> bool:
    """Say whether a value has the shape that the kind of the item promises for its answers."""
    match spec.kind:
        case "single":
            return answer in list(spec.options)
        case "multiple":
            return bool(answer) and set(answer) <= set(spec.options) and answer == sorted(set(answer))
        case "true_false":
            return answer is True or answer is False
        case "text":
            return isinstance(answer, str) and 0 < len(answer) <= 500 and answer == answer.strip()
        case "numeric":
            return isinstance(answer, str) and read_number(answer, unit=spec.unit).is_finite()
        case "matching":
            return bool(answer) and set(answer) <= set(spec.prompts) and set(answer.values()) <= set(spec.matches)
        case _:
            places = range(1, len(spec.entries) + 1)
            return bool(answer) and set(answer) <= set(spec.entries) and set(answer.values()) <= set(places)
