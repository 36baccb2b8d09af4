"""What holds for every item an author may write and every answer a student may give."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from functools import partial
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizzes.domain.base import InvalidAnswer, Verdict, points_earned
from quizzes.domain.cleaning import without_unseen
from quizzes.domain.kinds import KINDS, read_spec
from quizzes.domain.specs import content_hash
from tests.domain.anything import (
    all_specs,
    answered,
    categorisations,
    clozes,
    given_to,
    is_answer_to,
    json_values,
    maps,
    markings,
    matchings,
    multiples,
    number_lists,
    of_kind,
    orderings,
    singles,
    specs,
    timelines,
    written,
)
from tests.domain.make import WHY, multiple, spec
from tests.kinds import of_samples
from tests.kinds.parts import MARK

# The kinds whose paper is shuffled or names parts that an author named.
PARTED = (
    *(singles, multiples, markings, matchings, orderings, categorisations, clozes, number_lists, timelines, maps),
    *(partial(of_kind, kind) for kind in of_samples("PARTS")),
)


def rebuilt(item: Any, **changes: Any) -> Any:
    """Return an item with some of its fields otherwise."""
    return type(item).model_validate({**item.model_dump(), **changes})


def paper_of(item: Any, seed: int) -> list[str]:
    return item.order(random.Random(seed))


# Marking.


@given(answered(all_specs()))
def test_a_share_lies_between_nothing_and_everything(case):
    item, answer = case

    assert 0 <= item.share_of(answer) <= 1


@given(specs())
def test_the_right_answer_earns_everything(item):
    answer = item.clean(item.right_answer())

    assert answer == item.right_answer()
    assert item.mark(answer) == 1
    assert item.is_complete(answer)


@given(written())
def test_the_model_answer_can_be_given_and_earns_what_a_person_says(item):
    answer = item.clean(item.right_answer())

    assert answer == item.right_answer()
    assert item.is_complete(answer)
    assert item.mark(answer) == 0
    assert item.rubric.share(item.rubric.top()) == 1
    assert item.rubric.share(dict.fromkeys(item.rubric.root, 0)) == 0


@given(all_specs())
def test_a_blank_earns_nothing_and_is_not_complete(item):
    assert item.share_of(None) == 0
    assert not item.is_complete(None)


@pytest.mark.parametrize("blank", [None, "", [], {}])
@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_is_read_as_a_blank_or_refused(kind, blank):
    item = spec(kind)
    try:
        assert item.clean(blank) is None
    except InvalidAnswer:
        assert blank in ([], {})


def ticks_of(item: Any) -> list[str]:
    """Return all that may be ticked or marked."""
    return sorted(item.options if item.kind == "multiple" else item.spans)


@given(st.one_of(multiples(), markings()))
def test_ticking_everything_never_pays(item):
    everything = ticks_of(item)
    assume(everything != item.right_answer())

    assert item.mark(everything) == 0


@given(st.one_of(multiples(), markings()), st.data())
def test_adding_a_wrong_tick_never_pays(item, data):
    wrong = sorted(set(ticks_of(item)) - set(item.right_answer()))
    assume(wrong)
    ticked = data.draw(st.sets(st.sampled_from(ticks_of(item))))
    added = data.draw(st.sampled_from(wrong))
    # These two count mistakes: a wrong tick alone may leave few, where a blank earns nothing.
    assume(added not in ticked and (ticked or item.rule not in ("decisions", "halves")))

    assert item.share_of(sorted(ticked | {added})) <= item.share_of(sorted(ticked) or None)


REORDERED = {
    "matching": "matches",
    "mark": "spans",
    "categorise": "categories",
    "cloze": "gaps",
    "numbers": "fields",
    "timeline": "events",
    "map": "places",
}


@given(st.one_of(*(parted() for parted in PARTED if parted is not orderings)), st.data())
def test_the_order_of_parts_never_matters(item, data):
    name = data.draw(st.sampled_from(of_samples("PARTS").get(item.kind, (REORDERED.get(item.kind, "options"),))))
    parts = getattr(item, name)
    turned = rebuilt(item, **{name: {key: parts[key] for key in data.draw(st.permutations(list(parts)))}})
    answer = item.clean(data.draw(given_to(item)))

    assert turned.clean(answer) == answer
    assert turned.mark(answer) == item.mark(answer)
    assert abs(turned.guess_share() - item.guess_share()) < Decimal("1e-20")
    assert sorted(map(str, turned.review(answer))) == sorted(map(str, item.review(answer)))


@given(answered(all_specs()))
def test_marking_the_same_answer_again_gives_the_same(case):
    item, answer = case

    assert item.mark(answer) == item.mark(json.loads(json.dumps(answer)))


@given(st.decimals(0, 1, places=6), st.decimals("0.01", 100, places=2))
def test_points_are_a_share_of_what_the_item_is_worth_to_the_hundredth(share, worth):
    points = points_earned(share, worth=worth)

    assert 0 <= points <= worth
    assert abs(points - share * worth) <= Decimal("0.005")
    assert points.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("share", "worth", "points"), [("0.75", "2.50", "1.88"), ("0.5", "0.01", "0.01"), ("0.333333", "1", "0.33")]
)
def test_half_a_hundredth_is_rounded_up(share, worth, points):
    assert points_earned(Decimal(share), worth=Decimal(worth)) == Decimal(points)


# Guessing.


def every_guess(item: Any) -> list[Any]:
    """Return every whole answer a blind guess may give, each as likely as another."""
    return list(of_samples("guesses").get(item.kind, _guesses)(item))


def _guesses(item: Any) -> list[Any]:
    match item.kind:
        case "single":
            return list(item.options)
        case "multiple":
            ticks = product([False, True], repeat=len(item.options))
            return [[key for key, tick in zip(item.options, row, strict=True) if tick] for row in ticks]
        case "true_false":
            return [True, False]
        case "matching":
            chosen = product(item.matches, repeat=len(item.prompts))
            return [dict(zip(item.prompts, row, strict=True)) for row in chosen]
        case "mark":
            ticks = product([False, True], repeat=len(item.spans))
            return [[key for key, tick in zip(item.spans, row, strict=True) if tick] for row in ticks]
        case "categorise":
            chosen = product(item.categories, repeat=len(item.entries))
            return [dict(zip(item.entries, row, strict=True)) for row in chosen]
        case "map":
            return list(item.places)
        case "timeline":
            years = product(range(item.start, item.end + 1), repeat=len(item.events))
            return [dict(zip(item.events, row, strict=True)) for row in years]
        case "cloze":
            menus = [key for key, gap in item.gaps.items() if gap.options]
            chosen = product(*(item.gaps[key].options for key in menus))
            return [dict(zip(menus, row, strict=True)) for row in chosen]
        case _:
            return [dict(zip(order, range(1, 10), strict=False)) for order in permutations(item.entries)]


@given(specs())
def test_the_guess_share_is_the_mean_over_all_guesses(item):
    typed = item.kind in ("text", "numeric", "numbers")
    shares = [] if typed else [item.share_of(item.clean(guess)) for guess in every_guess(item)]
    if not shares:
        assert item.guess_share() == 0
        return

    assert abs(item.guess_share() - sum(shares) / len(shares)) < Decimal("1e-20")


# Reading answers.


@given(answered(all_specs()))
def test_a_clean_answer_stays_as_it_is(case):
    item, answer = case

    assert is_answer_to(item, answer)
    assert item.clean(answer) == answer
    assert item.clean(json.loads(json.dumps(answer))) == answer


def is_blank(raw: Any) -> bool:
    """Say whether nothing was given: nothing, an empty text or list, or empty places."""
    if isinstance(raw, dict):
        return all(is_blank(value) for value in raw.values())
    return raw in (None, []) or (isinstance(raw, str) and not without_unseen(raw).strip())


@given(all_specs(), json_values())
def test_anything_else_is_refused_in_words_or_read_as_a_blank(item, raw):
    try:
        answer = item.clean(raw)
    except InvalidAnswer:
        return
    assert is_answer_to(item, answer) if answer is not None else is_blank(raw)


@given(all_specs(), json_values(), st.integers())
def test_anything_may_come_from_a_paper(item, raw, seed):
    order = paper_of(item, seed)
    try:
        answer = item.clean(item.from_paper(raw, order))
    except InvalidAnswer:
        return
    assert answer is None or is_answer_to(item, answer)


@pytest.mark.parametrize("raw", [True, False, 0, 0.0, [0], [[]], [{}], {"a": []}, {"a": {}}, "9" * 5000, "\ud800"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_answer_is_refused(kind, raw):
    item = spec(kind)
    if kind == "essay" and raw == "9" * 5000:
        assert item.clean(raw) == raw
        return
    if kind == "true_false" and isinstance(raw, bool):
        assert item.clean(raw) is raw
        return
    if kind == "numeric" and raw in (0, 0.0) and not isinstance(raw, bool):
        assert Decimal(item.clean(raw)) == 0
        return

    for cleaned in (item.clean, lambda raw: item.clean(item.from_paper(raw, paper_of(item, 1)))):
        with pytest.raises(InvalidAnswer):
            cleaned(raw)


# Papers.


@given(answered(all_specs()), st.integers())
def test_an_answer_comes_back_from_a_paper_as_it_went(case, seed):
    item, answer = case
    order = paper_of(item, seed)

    sent = json.loads(json.dumps(item.to_paper(answer, order)))

    assert item.clean(item.from_paper(sent, order)) == answer


@given(all_specs(), st.integers())
def test_a_blank_comes_back_from_a_paper_as_a_blank(item, seed):
    order = paper_of(item, seed)

    assert item.clean(item.from_paper(item.to_paper(None, order), order)) is None


@given(all_specs(), st.integers())
def test_a_paper_never_shows_the_authors_keys(item, seed):
    order = paper_of(item, seed)

    shown = json.dumps([item.parts(order), item.marking_rule()], ensure_ascii=False)

    assert MARK not in shown
    assert "correct" not in shown
    assert "feedback" not in shown


@given(answered(st.one_of(*(parted() for parted in PARTED))), st.integers())
def test_what_goes_to_a_paper_never_names_the_authors_keys(case, seed):
    item, answer = case

    assert MARK not in json.dumps(item.to_paper(answer, paper_of(item, seed)))


def with_another_key(item: Any, data: Any) -> Any:
    """Return the same item to look at, with another answer right."""
    others = of_samples("other_key")
    if item.kind in others:
        return rebuilt(item, **data.draw(others[item.kind](item.model_dump())))
    return _another_key(item, data)


def _another_key(item: Any, data: Any) -> Any:
    match item.kind:
        case "single":
            right = data.draw(st.sampled_from(list(item.options)))
            options = {key: {**option.model_dump(), "correct": key == right} for key, option in item.options.items()}
            return rebuilt(item, options=options)
        case "multiple":
            right = data.draw(st.sets(st.sampled_from(list(item.options)), min_size=1))
            options = {
                key: {"text": option.text, "feedback": option.feedback, "correct": key in right}
                for key, option in item.options.items()
            }
            return rebuilt(item, options=options, rule="net" if item.rule == "weights" else item.rule)
        case "matching":
            to = st.sampled_from(list(item.matches))
            prompts = {key: {**prompt.model_dump(), "match": data.draw(to)} for key, prompt in item.prompts.items()}
            return rebuilt(item, prompts=prompts)
        case "mark":
            right = data.draw(st.sets(st.sampled_from(list(item.spans)), min_size=1))
            return rebuilt(
                item, spans={key: {**span.model_dump(), "correct": key in right} for key, span in item.spans.items()}
            )
        case "categorise":
            turned = data.draw(st.permutations([entry.category for entry in item.entries.values()]))
            entries = zip(item.entries.items(), turned, strict=True)
            return rebuilt(item, entries={key: {**entry.model_dump(), "category": to} for (key, entry), to in entries})
        case "cloze":
            return rebuilt(item, gaps={key: gap_otherwise(gap) for key, gap in item.gaps.items()})
        case "timeline":
            year = st.integers(item.start, item.end)
            events = {key: {**event.model_dump(), "year": data.draw(year)} for key, event in item.events.items()}
            return rebuilt(item, events=events)
        case "map":
            right = data.draw(st.sampled_from(list(item.places)))
            places = {key: {**place.model_dump(), "correct": key == right} for key, place in item.places.items()}
            return rebuilt(item, places=places)
        case "numbers":
            return rebuilt(item, fields={key: {**f.model_dump(), "answer": 7} for key, f in item.fields.items()})
        case _:
            turned = data.draw(st.permutations(list(item.entries)))
            bare = {key: {"text": item.entries[key].text, "feedback": WHY} for key in turned}
            return rebuilt(item, rule="all", entries=bare)


def _is_marked(item: Any) -> bool:
    return bool(item.is_machine_marked)


def gap_otherwise(gap: Any) -> dict[str, Any]:
    """Return the same gap to look at, with something else right in it."""
    if gap.options:
        other: dict[str, Any] = {"right": list(gap.options)[-1]}
    else:
        other = {"answer": 7} if gap.quantity else {"accept": ["something", "else"]}
    return {**gap.model_dump(), **other}


@given(st.one_of(*(parted() for parted in PARTED)).filter(_is_marked), st.integers(), st.data())
def test_a_paper_looks_the_same_whichever_answer_is_right(item, seed, data):
    order = paper_of(item, seed)

    assert with_another_key(item, data).parts(order) == item.parts(order)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("true_false", {"answer": True}),
        ("text", {"accept": ["Primakov"]}),
        ("numeric", {"answer": 1990}),
    ],
)
def test_a_typed_or_judged_item_shows_nothing_of_its_key(kind, changes):
    assert spec(kind, **changes).parts([]) == spec(kind).parts([])


@given(orderings(), st.integers())
def test_a_paper_never_lists_entries_in_a_right_order(item, seed):
    assert item.mark(item.clean(paper_of(item, seed))) < 1


@given(all_specs(), st.integers())
def test_a_paper_holds_each_part_once(item, seed):
    order = paper_of(item, seed)
    if item.kind == "cloze":
        assert sorted(order) == sorted(f"{key}.{name}" for key, gap in item.gaps.items() for name in gap.options)
        return
    shuffled = {"single": "options", "multiple": "options", "matching": "matches", "ordering": "entries"}
    shuffled |= {"categorise": "entries", "timeline": "events", "map": "places", **of_samples("SHUFFLED")}
    expected = shuffled.get(item.kind)

    assert sorted(order) == (sorted(getattr(item, expected)) if expected else [])


@given(singles() | multiples(), st.integers())
def test_options_that_are_not_to_be_shuffled_stay_in_order(item, seed):
    assert paper_of(rebuilt(item, shuffle=False), seed) == list(item.options)


# Results.


@given(answered())
def test_a_result_agrees_with_the_share(case):
    item, answer = case
    rows, share = item.review(answer), item.mark(answer)
    verdicts = [row.verdict for row in rows]
    right, size = verdicts.count(Verdict.RIGHT), len(verdicts)

    assert (share == 1) == (Verdict.WRONG not in verdicts and Verdict.MISSED not in verdicts)
    assert all(row.feedback for row in rows)
    if item.kind in ("matching", "categorise", "timeline") or getattr(item, "rule", "") == "absolute":
        assert share == Decimal(right) / size
    if item.kind == "multiple" and item.rule == "net":
        possible = right + verdicts.count(Verdict.MISSED)
        everything = possible < size == len(answer)
        assert share == (0 if everything else max(0, Decimal(right - verdicts.count(Verdict.WRONG)) / possible))
    if item.kind == "multiple" and item.rule == "decisions" and share:
        assert share == Decimal(right + verdicts.count(Verdict.LEFT)) / size


@given(specs())
def test_a_blank_result_has_nothing_given_and_shows_what_was_missed(item):
    rows = item.review(None)

    assert {row.verdict for row in rows} <= {Verdict.MISSED, Verdict.LEFT}
    assert Verdict.MISSED in {row.verdict for row in rows}
    assert {row.given for row in rows} == {""}


@given(specs())
def test_the_result_of_the_right_answer_has_nothing_wrong_or_missed(item):
    verdicts = {row.verdict for row in item.review(item.right_answer())}

    assert Verdict.RIGHT in verdicts
    assert verdicts <= {Verdict.RIGHT, Verdict.LEFT}


@given(answered(all_specs()))
def test_an_answer_can_be_said_in_one_line(case):
    item, answer = case

    said = item.describe(answer)

    assert len(said.splitlines()) == 1
    assert MARK not in said


# Storing.


@given(all_specs())
def test_a_spec_comes_back_from_json_as_it_was(item):
    stored = json.loads(json.dumps(item.model_dump(mode="json")))

    assert read_spec(stored) == item
    assert list(read_spec(stored).model_dump(mode="json").items()) == list(stored.items())


@given(all_specs())
def test_a_store_that_sorts_the_keys_of_mappings_changes_nothing(item):
    """PostgreSQL's jsonb is such a store, and the order of entries is the key of an ordering."""
    stored = json.loads(json.dumps(item.model_dump(mode="json"), sort_keys=True))
    back = read_spec(stored)

    assert back == item
    assert back.right_answer() == item.right_answer()
    assert list(back.parts(paper_of(item, 1)).items()) == list(item.parts(paper_of(item, 1)).items())
    assert content_hash(back) == content_hash(item)


def test_the_hash_tells_when_only_the_order_of_entries_has_changed():
    right, turned = spec("ordering"), spec("ordering")
    entries = dict(reversed(list(right.entries.items())))
    turned = rebuilt(right, entries=entries)

    assert content_hash(turned) != content_hash(right)


def test_the_hash_does_not_depend_on_how_the_file_was_laid_out():
    fields = spec("single").model_dump()
    turned = dict(reversed(list(fields.items())))

    assert content_hash(read_spec(turned)) == content_hash(read_spec(fields))


def test_the_hash_tells_any_change_of_words():
    assert content_hash(multiple("ab", "cd")) != content_hash(multiple("ab", "cd", stem="What else happened?"))


# What statistics count.


@given(answered())
def test_an_answer_is_counted_at_the_places_that_are_asked_and_among_what_is_offered_there(pair):
    item, answer = pair
    asked = {place.key: place for place in item.asked()}
    told = item.answered(answer)

    assert set(told) <= set(asked)
    for key, given_there in told.items():
        assert given_there
        assert all(isinstance(each, str) for each in given_there)
        if asked[key].offered:
            assert set(given_there) <= set(asked[key].offered)


@given(all_specs().filter(lambda item: item.is_machine_marked and item.asked()))
def test_the_right_answer_is_counted_as_right(item):
    told = item.answered(item.clean(item.right_answer()))

    for place in item.asked():
        if place.offered:
            assert set(told[place.key]) == place.right
