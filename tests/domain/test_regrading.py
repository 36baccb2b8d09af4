"""Putting marks right: six fixes, never lower, and undoing as if nothing had been."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.domain.base import ONE
from quizzes.domain.behaviour import Behaviour, TryRules
from quizzes.domain.kinds import KINDS
from quizzes.domain.regrading import (
    Adjustment,
    Fix,
    Marked,
    earned_by_tries,
    explained_by,
    marker,
    score_of,
)
from tests.domain.anything import OF_KIND, given_to, matchings, multiples, singles, tried
from tests.domain.make import WHY, matching, multiple, numeric, single, text, weighted
from tests.domain.make import spec as spec_of
from tests.kinds import MACHINE_KINDS as BY_MACHINE

OLD = single()
NEW = single(
    options={key: {"text": key, "correct": key == "kind", "feedback": WHY} for key in ("roubles", "dollars", "kind")}
)


def fix(which: Fix, spec: Any = None, **fields: Any) -> Adjustment:
    return Adjustment(which, spec, **{"never_lower": False, **fields})


@st.composite
def adjustments(draw: st.DrawFn, kind: str, *, never_lower: bool | None = None) -> Adjustment:
    """Return any regrade of a question of a kind by another key of that kind."""
    fixes = [each for each in Fix if each is not Fix.OPTIONS]
    which = draw(st.sampled_from(fixes))
    spec = draw(OF_KIND[kind]) if which in (Fix.NEW_KEY, Fix.BOTH_KEYS) else None
    return Adjustment(which, spec, never_lower=draw(st.booleans()) if never_lower is None else never_lower)


# What holds of every kind.


@pytest.mark.parametrize("kind", BY_MACHINE)
@settings(max_examples=8)
@given(data=st.data())
def test_a_regraded_share_lies_between_nothing_and_everything_or_does_not_count(kind, data):
    item, tries = data.draw(tried(kind))
    made = data.draw(st.lists(adjustments(kind), max_size=3))
    rules = TryRules(data.draw(st.sampled_from(Behaviour)), Decimal("0.3"), Decimal("0.1"))

    for answer in (None, *tries):
        share = marker(item, made)(answer)
        assert share is None or 0 <= share <= 1
    share = earned_by_tries(item, tries, rules, adjustments=made, hints_shown=1)
    assert share is None or 0 <= share <= 1


@pytest.mark.parametrize("kind", BY_MACHINE)
@settings(max_examples=8)
@given(data=st.data())
def test_a_mark_told_never_to_fall_never_falls_under_any_behaviour(kind, data):
    item, tries = data.draw(tried(kind))
    before = data.draw(st.lists(adjustments(kind), max_size=1))
    made = data.draw(adjustments(kind, never_lower=True))
    rules = TryRules(data.draw(st.sampled_from(Behaviour)), data.draw(st.decimals(0, 1, places=2)))

    old = earned_by_tries(item, tries, rules, adjustments=before)
    new = earned_by_tries(item, tries, rules, adjustments=[*before, made])

    assert old is None or new is None or new >= old


@pytest.mark.parametrize("behaviour", Behaviour)
@pytest.mark.parametrize("kind", BY_MACHINE)
@settings(max_examples=4)
@given(data=st.data())
def test_keeping_marks_changes_none_under_any_behaviour(kind, behaviour, data):
    item, tries = data.draw(tried(kind))
    rules = TryRules(behaviour, data.draw(st.decimals(0, 1, places=2)))

    kept = earned_by_tries(item, tries, rules, adjustments=[fix(Fix.KEEP)])

    assert kept == earned_by_tries(item, tries, rules)


@pytest.mark.parametrize("kind", BY_MACHINE)
@settings(max_examples=8)
@given(data=st.data())
def test_only_the_new_key_marks_as_the_new_words_do(kind, data):
    item, tries = data.draw(tried(kind))
    same = marker(item, [fix(Fix.NEW_KEY, item)])
    both = marker(item, [fix(Fix.BOTH_KEYS, item)])

    assert [same(answer) for answer in tries] == [both(answer) for answer in tries] == [item.mark(x) for x in tries]


@given(matchings(), st.data())
def test_part_by_part_the_same_key_again_changes_nothing(item, data):
    tries = [item.clean(data.draw(given_to(item))) for _time in range(3)]
    rules = TryRules(Behaviour.INTERACTIVE, Decimal("0.3"))

    for which in (Fix.NEW_KEY, Fix.BOTH_KEYS):
        again = earned_by_tries(item, tries, rules, adjustments=[fix(which, item)])
        assert again == earned_by_tries(item, tries, rules)


# The six fixes, worked.


@pytest.mark.parametrize(
    ("which", "of_old", "of_new", "of_other", "of_blank"),
    [
        (Fix.CREDIT_ALL, 1, 1, 1, 1),
        (Fix.BOTH_KEYS, 1, 1, 0, 0),
        (Fix.NEW_KEY, 0, 1, 0, 0),
        (Fix.DISREGARD, None, None, None, None),
        (Fix.KEEP, 1, 0, 0, 0),
    ],
)
def test_regrade_choices(which, of_old, of_new, of_other, of_blank):
    """Credit to all, both keys, only the new one, keep. Source: Canvas, quiz_regrader/answer.rb; disregard: RELATE."""
    mark = marker(OLD, [fix(which, NEW)])

    assert [mark(answer) for answer in ("dollars", "kind", "roubles", None)] == [of_old, of_new, of_other, of_blank]


def test_never_lower_takes_the_better_of_the_two():
    mark = marker(OLD, [Adjustment(Fix.NEW_KEY, NEW)])

    assert [mark(answer) for answer in ("dollars", "kind", "roubles")] == [1, 1, 0]


def test_never_lower_keeps_what_was_earned_with_an_option_left_out_but_not_a_question_left_out():
    spec = single()
    right, [wrong] = spec.right_answer(), [key for key in spec.options if key != spec.right_answer()][:1]
    out = frozenset({right, wrong})

    for never_lower, shares in ((True, [ONE, None]), (False, [None, None])):
        mark = marker(spec, [fix(Fix.OPTIONS, disregarded=out, never_lower=never_lower)])
        assert [mark(right), mark(wrong)] == shares
    assert marker(spec, [fix(Fix.DISREGARD, never_lower=True)])(right) is None


def test_regrades_count_in_the_order_they_were_made():
    credit, new = fix(Fix.CREDIT_ALL), fix(Fix.NEW_KEY, NEW)

    assert [marker(OLD, made)("roubles") for made in ([credit, new], [new, credit])] == [0, 1]
    assert marker(OLD, [fix(Fix.DISREGARD), new])("kind") == 1, "a later regrade counts it again"


def test_undoing_is_marking_without_it():
    first, second = fix(Fix.BOTH_KEYS, NEW), fix(Fix.DISREGARD)
    answers = ("dollars", "kind", "roubles", None)

    undone = [marker(OLD, [each for each in (first, second) if each is not second])(answer) for answer in answers]

    assert undone == [marker(OLD, [first])(answer) for answer in answers] == [1, 1, 0, 0]


def test_an_answer_the_new_words_cannot_hold_earns_nothing_there():
    number, word = numeric(5), text("a few")

    assert marker(word, [fix(Fix.NEW_KEY, number)])("a few") == 0
    assert marker(word, [fix(Fix.BOTH_KEYS, number)])("a few") == 1
    assert marker(OLD, [fix(Fix.NEW_KEY, single(options={
        "gold": {"text": "Gold", "correct": True, "feedback": WHY}, "coal": {"text": "Coal", "feedback": WHY},
    }))])("dollars") == 0  # fmt: skip


MENU = {"low": "8.3 million", "key": "83 million", "high": "830 million"}


def gaps(menu=MENU, **more):
    """Return a text with a gap to type in and one with a menu."""
    typed = {"accept": ["Kozyrev"], "feedback": WHY}
    chosen = {"options": menu, "right": "key", "feedback": WHY}
    given = {"typed": typed, "menu": chosen, **more}
    return spec_of("cloze", text=" ".join(f"{{{{ {key} }}}}" for key in given), gaps=given)


def years(*keys):
    """Return events of the years 1961, 1971 and so on."""
    events = {key: {"text": f"Event {key}", "year": 1961 + 10 * at, "feedback": WHY} for at, key in enumerate(keys)}
    return spec_of("timeline", events=events)


KIM = {"accept": ["Kim"], "feedback": WHY}
LESS = {key: MENU[key] for key in ("low", "key")} | {"other": "None of it"}


@pytest.mark.parametrize(
    ("old", "new", "answer", "share"),
    [
        # A field the new key does not read costs that field alone.
        (gaps(), gaps(LESS), {"typed": "Kozyrev", "menu": "high"}, "1/2"),
        (gaps(), gaps(LESS), {"typed": "Kozyrev", "menu": "key"}, "1"),
        (gaps(), gaps(LESS), {"menu": "high"}, "0"),
        # One that it has no more costs nothing, and one it has besides is blank.
        (gaps(third=KIM), gaps(), {"typed": "Kozyrev", "menu": "key", "third": "Kim"}, "1"),
        (gaps(), gaps(third=KIM), {"typed": "Kozyrev", "menu": "key"}, "2/3"),
        (years("a", "b"), years("a", "c"), {"a": 1961, "b": 1971}, "1/2"),
        (
            matching(),
            matching(matches={"help": "A", "consult": "B", "none": "C"}),
            {"old": "help", "new": "command"},
            "1/2",
        ),
    ],
)
def test_a_field_the_new_key_cannot_read_costs_only_itself(old, new, answer, share):
    mark = marker(old, [fix(Fix.NEW_KEY, new)])

    assert mark(answer) == Decimal(share.partition("/")[0]) / Decimal(share.partition("/")[2] or 1)
    assert mark(None) == 0
    assert explained_by(old, answer, [fix(Fix.NEW_KEY, new)]) in (old, new)


def test_a_number_that_newer_rules_refuse_costs_its_field_alone():
    fields = {
        key: {"label": key, "answer": answer, "tolerance": {"kind": "absolute", "value": 0}, "unit": "aircraft",
              "feedback_right": WHY, "feedback_wrong": WHY}
        for key, answer in (("north", 5), ("south", 7))
    }  # fmt: skip
    old = spec_of("numbers", fields=fields).under(1)
    answer = {"north": "5", "south": "1 000 5"}

    assert old.clean(answer) == answer
    assert marker(old, [fix(Fix.NEW_RULES)])(answer) == Decimal("0.5")


def test_a_regrade_of_the_first_edition_still_takes_the_whole_answer():
    old, new = gaps().under(1), gaps(LESS).under(1)

    assert marker(old, [fix(Fix.NEW_KEY, new, rules=1)])({"typed": "Kozyrev", "menu": "high"}) == 0


# Options.


@pytest.mark.parametrize(
    ("always", "out", "shares"),
    [
        ("", "", {"a": 1, "b": 0, "c": 0}),
        ("b", "", {"a": 1, "b": 1, "c": 0}),
        ("", "b", {"a": 1, "b": None, "c": 0}),
        ("", "a", {"a": None, "b": None, "c": None, None: None}),
        ("c", "a", {"a": None, "b": 0, "c": 1}),
        ("b", "c", {"a": 1, "b": 1, "c": None}),
    ],
)
def test_options_of_a_single_choice(always, out, shares):
    """Always right earns everything; disregarded takes the question out for a student who chose it. Source: RELATE.

    Without any right option left, the question is out for all.
    """
    item = single(options={key: {"text": key, "correct": key == "a", "feedback": WHY} for key in "abc"})
    mark = marker(item, [fix(Fix.OPTIONS, always_right=frozenset(always), disregarded=frozenset(out))])

    assert {key: mark(key) for key in (*"abc", None)} == {None: 0} | shares


@pytest.mark.parametrize(
    ("always", "out", "shares"),
    [
        # a and b are right, c and d wrong; net: (right − wrong)/right.
        ("", "", {"ab": "1", "a": "0.5", "abc": "0.5", "c": "0"}),
        ("c", "", {"ab": "1", "abc": "1", "ac": "0.6667", "abd": "0.5", "c": "0.3333"}),
        ("", "c", {"ab": "1", "abc": "1", "abd": "0", "ac": "0.5"}),  # abd ticks all that is left: everything
        ("", "b", {"a": "1", "ab": "1", "ac": "0"}),
    ],
)
def test_options_of_a_multiple_response(always, out, shares):
    """Always right is right if ticked and wrong if not; disregarded is as if it had not been offered. After RELATE."""
    item = multiple("ab", "cd")
    mark = marker(item, [fix(Fix.OPTIONS, always_right=frozenset(always), disregarded=frozenset(out))])

    assert {ticks: f"{round(mark(list(ticks)), 4).normalize():f}" for ticks in shares} == shares


def test_under_weights_an_option_always_right_takes_nothing_away_and_one_left_out_counts_for_nothing():
    item = weighted({"a": "0.75", "b": "0.25", "c": "-0.5", "d": "-0.5"})
    always = marker(item, [fix(Fix.OPTIONS, always_right=frozenset("c"))])
    out = marker(item, [fix(Fix.OPTIONS, disregarded=frozenset("c"))])

    for mark in (always, out):
        assert [mark(list(ticks)) for ticks in ("abc", "ac", "ad", "c")] == [1, Decimal("0.75"), Decimal("0.25"), 0]


def test_a_multiple_response_of_which_nothing_right_is_left_does_not_count():
    item = multiple("a", "bc")

    assert marker(item, [fix(Fix.OPTIONS, disregarded=frozenset("a"))])(["b"]) is None


@given(st.one_of(singles(), multiples()), st.data())
def test_an_option_always_right_never_costs_whoever_chose_it(item, data):
    answer = item.clean(data.draw(given_to(item)))
    chosen = {answer} if isinstance(answer, str) else set(answer)
    always = frozenset(data.draw(st.sets(st.sampled_from(sorted(chosen)))))

    share = marker(item, [Adjustment(Fix.OPTIONS, always_right=always, never_lower=False)])(answer)

    assert share is not None
    if item.kind == "single":
        assert share == (1 if always else item.mark(answer))
    else:
        assert share >= item.mark(answer)


def test_what_is_said_of_options_adds_up_and_the_last_word_on_an_option_holds():
    item = multiple("ab", "cd")
    first = fix(Fix.OPTIONS, always_right=frozenset("c"))
    second = fix(Fix.OPTIONS, disregarded=frozenset("d"))
    third = fix(Fix.OPTIONS, disregarded=frozenset("c"))

    assert marker(item, [first])(list("acd")) == ONE / 3
    assert marker(item, [first, second])(list("acd")) == Decimal(2) / 3
    assert marker(item, [first, second, third])(list("c")) == 0, "what is left of it is a blank"


def test_what_is_said_of_options_is_said_of_the_key_that_holds_then():
    old, new = multiple("ab", "cd"), multiple("ac", "bd")
    made = [fix(Fix.NEW_KEY, new), fix(Fix.OPTIONS, always_right=frozenset("d"))]

    assert [marker(old, made)(list(ticks)) for ticks in ("ac", "acd", "ab")] == [1, 1, 0]
    assert marker(old, [*made, fix(Fix.NEW_KEY, new)])(list("acd")) == Decimal("0.5"), "a new key says nothing of them"


def test_options_left_out_one_after_the_other_stay_out():
    made = [fix(Fix.OPTIONS, disregarded=frozenset(key)) for key in "cd"]

    assert marker(multiple("ab", "cde"), made[:1])(list("abcd")) == Decimal("0.5")
    assert marker(multiple("ab", "cde"), made)(list("abcd")) == 1


def test_ticks_that_a_new_key_does_not_hold_earn_nothing_whatever_is_said_of_its_options():
    made = [fix(Fix.NEW_KEY, multiple("ax", "yz")), fix(Fix.OPTIONS, disregarded=frozenset("z"))]

    assert [marker(multiple("ab", "cd"), made)(list(ticks)) for ticks in ("ab", "a")] == [0, Decimal("0.5")]
    made = [fix(Fix.NEW_KEY, weighted({"a": "1", "z": "-1"})), fix(Fix.OPTIONS, always_right=frozenset("z"))]
    assert [marker(multiple("ab", "cd"), made)(list(ticks)) for ticks in ("ab", "a")] == [0, 1]


def test_left_out_by_one_key_an_answer_counts_only_where_the_other_gives_it_everything():
    out = fix(Fix.OPTIONS, disregarded=frozenset({"kind", "roubles"}))

    mark = marker(OLD, [out, fix(Fix.BOTH_KEYS, NEW)])

    assert [mark(answer) for answer in ("dollars", "kind", "roubles")] == [1, 1, None]


# What explains an answer.


def verdicts(spec, answer, made):
    explained = explained_by(spec, answer, made)
    return {row.label: str(row.verdict) for row in explained.review(explained.clean(answer))}


@pytest.mark.parametrize(
    ("made", "of_old", "of_new"),
    [
        ([], "old", "old"),
        ([fix(Fix.KEEP)], "old", "old"),
        ([fix(Fix.CREDIT_ALL)], "old", "old"),
        ([fix(Fix.NEW_KEY, NEW)], "new", "new"),
        ([Adjustment(Fix.NEW_KEY, NEW)], "new", "new"),
        ([fix(Fix.BOTH_KEYS, NEW)], "old", "new"),
        ([fix(Fix.BOTH_KEYS, NEW), fix(Fix.NEW_KEY, OLD)], "old", "old"),
    ],
)
def test_an_answer_is_explained_by_the_key_that_holds_and_under_both_by_the_one_it_fits(made, of_old, of_new):
    words = {"old": OLD, "new": NEW}

    assert [explained_by(OLD, answer, made) for answer in ("dollars", "kind")] == [words[of_old], words[of_new]]


def test_a_key_with_other_parts_or_of_another_kind_explains_nothing():
    other = single(options={
        "gold": {"text": "Gold", "correct": True, "feedback": WHY}, "coal": {"text": "Coal", "feedback": WHY},
    })  # fmt: skip

    for key in (other, numeric(5)):
        for answer in ("dollars", None):
            assert explained_by(OLD, answer, [fix(Fix.NEW_KEY, key)]) == OLD


def test_options_always_right_are_right_in_what_explains_them():
    one = single(options={key: {"text": key, "correct": key == "a", "feedback": WHY} for key in "abc"})
    made = [fix(Fix.OPTIONS, always_right=frozenset("ab"))]

    assert verdicts(one, "b", made) == {"a": "missed", "b": "right", "c": "left"}
    assert verdicts(one, "c", made) == {"a": "missed", "b": "missed", "c": "wrong"}
    assert verdicts(multiple("ab", "cd"), ["a", "c"], [fix(Fix.OPTIONS, always_right=frozenset("bc"))]) == {
        "Option a": "right", "Option b": "left", "Option c": "right", "Option d": "left",
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8)
@given(data=st.data())
def test_whatever_was_regraded_there_is_something_that_explains_the_answer(kind, data):
    item = data.draw(OF_KIND[kind])
    answer = item.clean(data.draw(given_to(item)))
    made = data.draw(st.lists(adjustments(kind), max_size=3))

    explained = explained_by(item, answer, made)

    assert explained.review(explained.clean(answer)) or not item.is_machine_marked


# Blanks, and what was said before.


@pytest.mark.parametrize("answer", [None, ["b"], ["a"], ["a", "c"], ["a", "b", "c"]])
def test_with_every_right_option_disregarded_the_question_is_out_for_everybody(answer):
    mark = marker(multiple("ac", "bd"), [fix(Fix.OPTIONS, disregarded=frozenset("ac"), never_lower=False)])

    assert mark(answer) is None


def test_with_a_right_option_left_a_blank_still_earns_nothing_of_what_is_possible():
    mark = marker(multiple("ac", "bd"), [fix(Fix.OPTIONS, disregarded=frozenset("a"))])

    assert (mark(None), mark(["c"]), mark(["b"])) == (0, 1, 0)


def test_a_blank_is_never_worse_off_than_a_wrong_answer():
    """Only an option that is right for those who ticked it is left: nobody else is marked by it, a blank neither."""
    made = [fix(Fix.OPTIONS, always_right=frozenset("a"), never_lower=False)]
    mark = marker(multiple("a", "bc"), made)

    assert (mark(None), mark(["b"]), mark(["a"])) == (None, None, 1)


def test_a_regrade_made_under_the_first_rules_leaves_a_blank_at_nothing():
    out = [fix(Fix.OPTIONS, disregarded=frozenset("ac"), rules=1, never_lower=False)]

    assert (marker(multiple("ac", "bd"), out)(None), marker(multiple("ac", "bd"), out)(["b"])) == (0, None)
    item = single(options={key: {"text": key, "correct": key == "a", "feedback": WHY} for key in "abc"})
    mark = marker(item, [fix(Fix.OPTIONS, disregarded=frozenset("a"), rules=1, never_lower=False)])
    assert (mark("a"), mark("b"), mark(None)) == (None, 0, 0)


@pytest.mark.parametrize(
    ("said", "share"),
    [
        (["right"], 1),
        (["out"], None),
        (["right", "out"], None),
        (["out", "right"], 1),
        (["right", "out", "right"], 1),
        (["out", "right", "out"], None),
    ],
)
def test_of_a_single_choice_what_is_said_last_of_an_option_holds(said, share):
    item = single(options={key: {"text": key, "correct": key == "a", "feedback": WHY} for key in "abc"})
    words = {"right": {"always_right": frozenset("b")}, "out": {"disregarded": frozenset("b")}}
    made = [fix(Fix.OPTIONS, **words[each], never_lower=False) for each in said]

    assert marker(item, made)("b") == share


def test_the_newest_rules_mark_by_the_key_that_holds_then():
    old = OLD.under(1)
    made = fix(Fix.NEW_RULES, rules=2)

    assert explained_by(old, "dollars", []).rules == 1
    assert explained_by(old, "dollars", [made]).rules == 2
    assert explained_by(old, "dollars", [fix(Fix.NEW_KEY, NEW.under(1)), made]).rules == 2
    assert marker(old, [fix(Fix.NEW_KEY, NEW.under(1)), made])("kind") == 1


# Adding a paper up.


def test_disregarding_changes_what_is_possible_as_well():
    paper = [Marked(Decimal(2), ONE), Marked(Decimal(3), None), Marked(Decimal(1), Decimal("0.5"))]

    found = score_of(paper)

    assert (found.raw, found.score, found.possible) == (Decimal("2.50"), Decimal("2.50"), 3)


@pytest.mark.parametrize(
    ("shares", "total", "before"),
    [
        (["1/3"] * 3, "1.00", "0.99"),
        (["1/6"] * 6, "1.00", "1.02"),
        (["2/3"] * 3, "2.00", "2.01"),
        (["1/3"] * 33, "11.00", "10.89"),
        (["1/7"] * 7, "1.00", "0.98"),
        (["1/8"] * 4, "0.50", "0.52"),
        (["-2/3"] * 3, "-2.00", "-2.01"),
    ],
)
def test_exact_shares_are_added_and_only_the_sum_is_rounded(shares, total, before):
    """Under the first edition each was rounded by itself, and attempts marked so keep what they had."""
    paper = [Marked(ONE, Decimal(over) / Decimal(under)) for over, under in (share.split("/") for share in shares)]

    assert score_of(paper).raw == score_of(paper).score == Decimal(total)
    assert score_of(paper, rules=1).raw == Decimal(before)


@pytest.mark.parametrize(
    ("shares", "percent", "score", "before"),
    [
        ([-2, -2], 50, "-4", "-2"),  # two sure errors, a day late
        ([-2, -2], 0, "-4", "0"),  # after the last step
        ([-2, -2], 110, "-4", "-4.4"),  # early
        ([-2, -2], 100, "-4", "-4"),
        ([1, -2], 50, "-1.5", "-0.5"),  # what was earned is halved, what was lost is not
        ([1, -2], 110, "-0.9", "-1.1"),
        ([1, 1], 50, "1", "1"),
        ([1, None], 50, "0.5", "0.5"),
    ],
)
def test_credit_is_taken_of_what_was_earned_and_never_of_what_was_lost(shares, percent, score, before):
    paper = [Marked(ONE, None if share is None else Decimal(share)) for share in shares]

    assert score_of(paper, credit_percent=percent).score == Decimal(score)
    assert score_of(paper, credit_percent=percent, rules=1).score == Decimal(before)


PAPERS = st.lists(st.tuples(st.decimals("0.01", 10, places=2), st.none() | st.decimals(-2, 1, places=6)), max_size=8)


@given(PAPERS, st.integers(0, 200), st.integers(0, 200))
def test_work_never_earns_more_by_coming_later(rows, one, other):
    paper = [Marked(worth, share) for worth, share in rows]
    later, sooner = sorted([one, other])

    assert score_of(paper, credit_percent=later).score <= score_of(paper, credit_percent=sooner).score


@given(PAPERS)
def test_a_total_is_no_further_from_what_is_shown_than_rounding_question_by_question_explains(rows):
    paper = [Marked(worth, share) for worth, share in rows]

    found = score_of(paper)

    assert found.raw == found.score
    assert abs(found.raw - sum(each.points for each in paper)) <= Decimal("0.005") * (len(paper) + 1)
    assert found.possible == sum(each.worth for each in paper if each.share is not None)


@given(PAPERS)
def test_under_the_first_edition_a_total_is_the_sum_of_what_is_shown(rows):
    paper = [Marked(worth, share) for worth, share in rows]

    assert score_of(paper, rules=1).raw == sum(each.points for each in paper)


def test_what_waits_for_a_person_is_counted_apart():
    found = score_of([Marked(Decimal(17), ONE), Marked(Decimal(10), Decimal(0), waits=True), Marked(ONE, None)])

    assert (found.raw, found.possible, found.waiting) == (17, 27, 10)


# Tries.


def test_full_credit_to_all_is_not_cut_by_tries_and_hints_and_reaches_blanks():
    rules = TryRules(Behaviour.ADAPTIVE, Decimal("0.5"), Decimal("0.2"))

    for tries in ([], ["roubles"], ["roubles", "kind"]):
        assert earned_by_tries(OLD, tries, rules, hints_shown=2, adjustments=[fix(Fix.CREDIT_ALL)]) == 1


def test_tries_are_counted_anew_by_a_new_key():
    rules = TryRules(Behaviour.ADAPTIVE, Decimal("0.3"))
    tries = ["kind", "roubles", "dollars"]

    shares = [earned_by_tries(OLD, tries, rules, adjustments=made) for made in (
        [], [fix(Fix.NEW_KEY, NEW)], [fix(Fix.BOTH_KEYS, NEW)], [fix(Fix.DISREGARD)],
    )]  # fmt: skip

    assert shares == [Decimal("0.4"), 1, 1, None]


def test_credits_go_before_countback():
    rules = TryRules(Behaviour.INTERACTIVE, Decimal("0.3"), credits=(ONE, Decimal("0.5")))
    tries = [{"old": "help", "new": "help"}, {"old": "help", "new": "consult"}]

    assert earned_by_tries(matching(), tries, rules) == Decimal("0.75")
    assert earned_by_tries(matching(), tries, TryRules(Behaviour.INTERACTIVE, Decimal("0.3"))) == Decimal("0.85")
