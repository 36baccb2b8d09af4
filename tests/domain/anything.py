"""Strategies: any item an author may write, any answer a student may give to it, any JSON a stranger may send."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from hypothesis import strategies as st

from quizzes.domain.base import Answer
from quizzes.domain.behaviour import is_new_try
from quizzes.domain.kinds import AnySpec
from quizzes.domain.kinds.multiple import RULES
from quizzes.domain.orders import ORDER_RULES
from quizzes.domain.quantity import Quantity
from tests.domain.make import WHY, matching, multiple, numeric, ordering, single, spec, text, true_false, weighted
from tests.kinds import MACHINE_KINDS, SAMPLES, of_samples
from tests.kinds.parts import keys

_TEXTS = {size: [f"Wording {at}" for at in range(size)] for size in range(11)}


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
def multiples(draw: st.DrawFn) -> AnySpec:
    rule = draw(st.sampled_from(sorted(RULES)))
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
    forms = draw(st.lists(words, min_size=1, max_size=4, unique_by=text().folded))
    return text(*forms, *draw(st.sampled_from([[], ["zq*zq"]])), typos=draw(st.integers(0, 2)))


@st.composite
def numerics(draw: st.DrawFn) -> AnySpec:
    answer = draw(st.decimals(-10_000, 10_000, places=2).filter(bool))
    kind = draw(st.sampled_from(["absolute", "relative", "geometric", "figures", "decimals"]))
    value = draw(st.integers(1, 6) if kind in ("figures", "decimals") else st.decimals(0, 1, places=2))
    penalty = {"rule": draw(st.sampled_from(["times", "minus"])), "value": draw(st.sampled_from(["0.1", 1]))}
    typed = {"unit_typed": True, "units": {"weeks": "0.02"}, "unit_penalty": {**penalty, "feedback": WHY}}
    return numeric(answer, kind, value, **draw(st.sampled_from([{}, typed])))


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
    rule = draw(st.sampled_from(sorted(ORDER_RULES)))
    names = draw(keys(3, 5))
    entries: dict[str, Any] = {key: {"text": f"Wording {at}", "feedback": WHY} for at, key in enumerate(names)}
    if rule == "graph":
        for at, key in enumerate(names[1:], start=1):
            entries[key]["after"] = draw(st.lists(st.sampled_from(names[:at]), unique=True))
        entries[names[-1]]["after"] = entries[names[-1]]["after"] or [names[0]]
    return ordering(rule=rule, entries=entries)


WEIGHTS = st.sampled_from(["0.5", 1, 2])


@st.composite
def clozes(draw: st.DrawFn) -> AnySpec:
    names = draw(keys(1, 4))
    gaps = {}
    for key in names:
        options = draw(st.one_of(st.just([]), keys(3, 4)))
        if options:
            filled = {"options": {name: f"Option {at}" for at, name in enumerate(options)}, "right": options[0]}
        elif draw(st.booleans()):
            filled = {"answer": draw(st.sampled_from(["2.2", "3", "2200"])), "unit": "billion dollars"}
        else:
            filled = {"accept": draw(st.lists(st.sampled_from(["김정일", "Ёлки", "2.2bn"]), min_size=1, unique=True))}
        gaps[key] = {**filled, "weight": draw(WEIGHTS), "feedback": WHY}
    stands = " then ".join(f"{{{{ {key} }}}}" for key in draw(st.permutations(names)))
    return spec("cloze", text=f"It was {stands}.", gaps=gaps)


@st.composite
def categorisations(draw: st.DrawFn) -> AnySpec:
    categories = draw(keys(2, 3))
    belongs = [*categories[:2], draw(st.sampled_from(categories)), draw(st.sampled_from(categories))]
    entries = dict(zip(draw(keys(4, 4)), draw(st.permutations(belongs)), strict=True))
    return spec(
        "categorise",
        categories={key: f"Category {at}" for at, key in enumerate(categories)},
        entries={
            key: {"text": f"Wording {at}", "category": to, "feedback": WHY}
            for at, (key, to) in enumerate(entries.items())
        },
    )


@st.composite
def number_lists(draw: st.DrawFn) -> AnySpec:
    quantities = {key: draw(numerics()) for key in draw(keys(2, 3))}
    taken = set(Quantity.model_fields)
    return spec(
        "numbers",
        fields={
            key: {**item.model_dump(include=taken), "label": f"Label {at}", "weight": draw(WEIGHTS)}
            for at, (key, item) in enumerate(quantities.items())
        },
    )


@st.composite
def markings(draw: st.DrawFn) -> AnySpec:
    names = draw(keys(3, 5))
    right = draw(st.sets(st.sampled_from(names), min_size=1))
    stands = " and ".join(f"[[{key}|words {at}]]" for at, key in enumerate(names))
    return spec(
        "mark",
        rule=draw(st.sampled_from(["net", "all", "decisions"])),
        text=f"There were {stands}.",
        spans={key: {"correct": key in right, "feedback": WHY} for key in draw(st.permutations(names))},
    )


@st.composite
def timelines(draw: st.DrawFn) -> AnySpec:
    start = draw(st.integers(1900, 2000))
    end = start + draw(st.integers(5, 12))
    events = {
        key: {
            "text": f"Wording {at}",
            "year": draw(st.integers(start, end)),
            "tolerance": draw(st.integers(0, 3)),
            "feedback": WHY,
        }
        for at, key in enumerate(draw(keys(1, 2)))
    }
    return spec("timeline", start=start, end=end, events=events)


@st.composite
def maps(draw: st.DrawFn) -> AnySpec:
    names = draw(keys(3, 6))
    right = draw(st.sampled_from(names))
    places = {
        key: {
            "at": [draw(st.floats(124, 131)), draw(st.floats(38, 43))],
            "text": f"Wording {at}",
            "correct": key == right,
            "feedback": WHY,
        }
        for at, key in enumerate(names)
    }
    return spec("map", places=places)


@st.composite
def rubrics(draw: st.DrawFn) -> dict[str, Any]:
    points = st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True).map(sorted)
    return {
        key: {"title": "Criterion", "levels": [{"points": n, "text": f"Worth {n}"} for n in [0, *draw(points)]]}
        for key in draw(keys(1, 3))
    }


@st.composite
def essays(draw: st.DrawFn) -> AnySpec:
    return spec("essay", rubric=draw(rubrics()), words={"min": 0, "max": draw(st.integers(10, 50))})


@st.composite
def responses(draw: st.DrawFn) -> AnySpec:
    prompts = {key: {"text": f"Prompt {at}", "words": 20} for at, key in enumerate(draw(keys(1, 4)))}
    return spec("constructed", rubric=draw(rubrics()), prompts=prompts)


def written() -> st.SearchStrategy[AnySpec]:
    """Return items that a person marks."""
    return st.one_of(essays(), responses())


def all_specs() -> st.SearchStrategy[AnySpec]:
    """Return items of all kinds, whoever marks them."""
    return st.one_of(specs(), written(), *(OF_KIND[kind] for kind in SAMPLES if kind not in MACHINE_KINDS))


def specs() -> st.SearchStrategy[AnySpec]:
    """Return items of all kinds that need no person to mark them."""
    truths = st.booleans().map(lambda answer: true_false(answer=answer))
    choices = st.one_of(singles(), multiples(), truths, markings())
    typed = st.one_of(texts(), numerics(), number_lists(), clozes())
    others = (OF_KIND[kind] for kind in SAMPLES if kind in MACHINE_KINDS)
    return st.one_of(choices, typed, matchings(), orderings(), categorisations(), timelines(), maps(), *others)


def of_kind(kind: str) -> st.SearchStrategy[AnySpec]:
    """Return items of one kind."""
    return OF_KIND[kind]


@st.composite
def tried(draw: st.DrawFn, kind: str, *, most: int = 4) -> tuple[Any, list[Answer]]:
    """Return an item of a kind with distinct clean answers to it, as they may be tried one after another."""
    spec = draw(of_kind(kind))
    answers = [spec.clean(draw(given_to(spec))) for _time in range(draw(st.integers(1, most)))]
    tries: list[Answer] = []
    for answer in answers:
        if is_new_try(spec, answer, tries):
            tries.append(answer)
    return spec, tries


def _made(kind: str, fields: dict[str, Any]) -> AnySpec:
    return spec(kind, **fields)


OF_KIND: dict[str, st.SearchStrategy[AnySpec]] = {
    "single": singles(),
    "multiple": multiples(),
    "true_false": st.booleans().map(lambda answer: true_false(answer=answer)),
    "text": texts(),
    "numeric": numerics(),
    "matching": matchings(),
    "ordering": orderings(),
    "cloze": clozes(),
    "categorise": categorisations(),
    "numbers": number_lists(),
    "mark": markings(),
    "timeline": timelines(),
    "map": maps(),
    "essay": essays(),
    "constructed": responses(),
    **{kind: fields().map(partial(_made, kind)) for kind, fields in of_samples("fields").items()},
}


def given_to(spec: Any) -> st.SearchStrategy[Answer]:
    """Return answers to an item in the author's names, whole or partial, right or wrong, never a blank."""
    return GIVEN[spec.kind](spec)


def one_of(parts: Iterable[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(list(parts))


def some(parts: Iterable[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(one_of(parts), min_size=1, unique=True)


def pairs(keys: Iterable[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(one_of(keys), values, min_size=1)


def some_of(values: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[dict[str, str]]:
    """Return mappings with at least one of the keys."""
    return st.fixed_dictionaries({}, optional=values).filter(bool)


def in_gap(gap: Any) -> st.SearchStrategy[str]:
    if gap.quantity:
        return st.sampled_from(["2.2", "2,2 billion", "$2", "2.200", "about 3"])
    return one_of(gap.options) if gap.options else st.sampled_from(["김정일", "елки", "2.2 bn", " 2.2BN", "no"])


WORDS = st.text("abkдй김 -.", min_size=1).filter(str.strip)
NUMBERS = st.builds("{} {}".format, st.decimals(-20_000, 20_000, places=3), st.sampled_from(["", "year"])).map(
    str.strip
)
PROSE = st.text("abд김 \n\r.\u2028", min_size=1, max_size=40).filter(str.strip)
GIVEN: dict[str, Callable[[Any], st.SearchStrategy[Answer]]] = {
    "single": lambda spec: one_of(spec.options),
    "multiple": lambda spec: some(spec.options),
    "true_false": lambda spec: st.booleans(),  # noqa: ARG005
    "text": lambda spec: st.one_of(st.sampled_from(spec.accept), WORDS),
    "numeric": lambda spec: NUMBERS,  # noqa: ARG005
    "matching": lambda spec: pairs(spec.prompts, one_of(spec.matches)),
    "ordering": lambda spec: pairs(spec.entries, st.integers(1, len(spec.entries))),
    "cloze": lambda spec: some_of({key: in_gap(gap) for key, gap in spec.gaps.items()}),
    "categorise": lambda spec: pairs(spec.entries, one_of(spec.categories)),
    "numbers": lambda spec: some_of(dict.fromkeys(spec.fields, NUMBERS)),
    "mark": lambda spec: some(spec.spans),
    "timeline": lambda spec: pairs(spec.events, st.integers(spec.start, spec.end)),
    "map": lambda spec: one_of(spec.places),
    "essay": lambda spec: PROSE,  # noqa: ARG005
    "constructed": lambda spec: pairs(spec.prompts, PROSE),
    **of_samples("given"),
}


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
    return IS_ANSWER[spec.kind](spec, answer)


def is_some_of(answer: Answer, parts: Iterable[str]) -> bool:
    return bool(answer) and set(answer) <= set(parts) and answer == sorted(set(answer))


def is_map(answer: Answer, keys: Iterable[str], values: Iterable[Any]) -> bool:
    return bool(answer) and set(answer) <= set(keys) and set(answer.values()) <= set(values)


def is_typed(answer: Answer) -> bool:
    return isinstance(answer, str) and 0 < len(answer) <= 500 and answer == answer.strip()


def is_number(quantity: Any, typed: Answer) -> bool:
    return isinstance(typed, str) and all(number.is_finite() for number in quantity.reading(typed).numbers)


def is_in_gap(gap: Any, given: Answer) -> bool:
    if gap.quantity:
        return is_number(gap.quantity, given)
    return given in list(gap.options) if gap.options else is_typed(given)


def is_prose(answer: Answer) -> bool:
    return isinstance(answer, str) and 0 < len(answer) <= 20_000 and answer == answer.strip() and "\r" not in answer


IS_ANSWER: dict[str, Callable[[Any, Answer], bool]] = {
    "timeline": lambda spec, answer: is_map(answer, spec.events, range(spec.start, spec.end + 1)),
    "map": lambda spec, answer: answer in list(spec.places),
    "essay": lambda spec, answer: is_prose(answer),  # noqa: ARG005
    "constructed": lambda spec, answer: (
        bool(answer) and set(answer) <= set(spec.prompts) and all(map(is_prose, answer.values()))
    ),
    "single": lambda spec, answer: answer in list(spec.options),
    "multiple": lambda spec, answer: is_some_of(answer, spec.options),
    "true_false": lambda spec, answer: answer is True or answer is False,  # noqa: ARG005
    "text": lambda spec, answer: is_typed(answer),  # noqa: ARG005
    "numeric": is_number,
    "matching": lambda spec, answer: is_map(answer, spec.prompts, spec.matches),
    "ordering": lambda spec, answer: is_map(answer, spec.entries, range(1, len(spec.entries) + 1)),
    "cloze": lambda spec, answer: bool(answer) and all(is_in_gap(spec.gaps[key], answer[key]) for key in answer),
    "categorise": lambda spec, answer: is_map(answer, spec.entries, spec.categories),
    "numbers": lambda spec, answer: bool(answer) and all(is_number(spec.fields[key], answer[key]) for key in answer),
    "mark": lambda spec, answer: is_some_of(answer, spec.spans),
    **of_samples("is_answer"),
}
