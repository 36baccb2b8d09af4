"""Cloze and mark: fields in a running text. Categorise and numbers: fields in a list."""

from __future__ import annotations

import random
import re
from decimal import Decimal

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from tests.domain.make import BODIES, WHY, spec

TYPED = {"accept": ["Moscow"], "feedback": WHY}
MENU = {"options": {"x": "Seoul", "y": "Beijing", "z": "Tokyo"}, "right": "x", "feedback": WHY}


def cloze(text="From {{ a }} to {{b}}.", **gaps):
    return spec("cloze", text=text, gaps=gaps or {"a": TYPED, "b": MENU})


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        ({"a": "moscow.", "b": "x"}, "1"),
        ({"a": "Moscow"}, "0.5"),
        ({"a": "Minsk", "b": "x"}, "0.5"),
        ({"b": "y"}, "0"),
    ],
)
def test_each_gap_filled_rightly_counts(answer, share):
    assert cloze().mark(answer) == Decimal(share)


@pytest.mark.parametrize(
    ("text", "gaps", "reason"),
    [
        (
            "From {{ a }}.",
            {"a": TYPED, "b": MENU},
            "the gap {{ b }} must stand in the text once; it stands",
        ),
        ("{{ a }} {{ a }}", {"a": TYPED}, "stands there 2 times"),
        ("{{ a }} {{ c }}", {"a": TYPED}, "`gaps` does not describe: c"),
        ("{{ a }} {{ Two }}", {"a": TYPED}, "`gaps` does not describe: Two"),
        ("{{ a }}", {"a": {**TYPED, **MENU}}, "has either `accept`"),
        ("{{ a }}", {"a": {"feedback": WHY}}, "has either `accept`"),
        ("{{ a }}", {"a": {**TYPED, "right": "x"}}, "`right` belongs to a gap with `options`"),
        ("{{ a }}", {"a": {**MENU, "right": "w"}}, "`right` names none of the options"),
        ("{{ a }}", {"a": {**MENU, "right": None}}, "`right` names none of the options"),
        ("{{ a }}", {"a": {**MENU, "options": {"x": "Seoul", "y": "Tokyo"}}}, "a menu offers three options or more"),
        ("{{ a }}", {"a": {**TYPED, "accept": ["Moscow", "MOSCOW"]}}, "the same once folded"),
        ("{{ a }}", {"a": {**TYPED, "weight": 0}}, "greater than 0"),
    ],
)
def test_a_cloze_that_makes_no_sense_is_refused(text, gaps, reason):
    with pytest.raises(ValueError, match=re.escape(reason)):
        cloze(text, **gaps)


def test_gaps_are_numbered_as_they_stand_in_the_text():
    item = cloze("From {{ b }} to {{a}}.")

    assert item.passage() == "From (1) … to (2) …."
    assert item.parts(["b.z", "b.x", "b.y"]) == {
        "text": "From {{ 1 }} to {{ 2 }}.",
        "gaps": {"1": {"1": "Tokyo", "2": "Seoul", "3": "Beijing"}, "2": None},
        "numbers": [],
    }
    assert [(row.label, row.right) for row in item.review(None)] == [("(1)", "Seoul"), ("(2)", "Moscow")]
    assert item.describe({"a": "Minsk", "b": "y"}) == "(1) Beijing; (2) Minsk"


def test_each_menu_is_shuffled_by_itself():
    item = cloze("{{ a }} {{ ab }}", a=MENU, ab=MENU)
    order = item.order(random.Random(3))

    assert len(order) == 6
    for key in ("a", "ab"):
        assert sorted(item.offered(key, order).values()) == ["Beijing", "Seoul", "Tokyo"]


def test_the_words_of_a_menu_are_not_taken_for_its_key():
    assert not cloze().is_complete(cloze().clean({"a": "Moscow", "b": ""}))
    with pytest.raises(InvalidAnswer, match="one of the options"):
        cloze().clean({"b": "Seoul"})


def mark(text="Once [[a|he came]] and [[b| he saw ]] and [[c|he *won*]].", right="a", **fields):
    spans = {key: {"correct": key in right, "feedback": WHY, "missed": f"Missed {key}."} for key in "abc"}
    return spec("mark", text=text, spans=spans, **fields)


@pytest.mark.parametrize(
    ("rule", "right", "answer", "share"),
    [
        ("net", "ab", "ab", "1"),
        ("net", "ab", "ac", "0"),
        ("net", "ab", "abc", "0"),
        ("net", "abc", "abc", "1"),
        ("all", "ab", "a", "0"),
        ("decisions", "a", "ab", "2/3"),
        ("decisions", "a", "abc", "0"),
    ],
)
def test_marks_count_by_the_rule(rule, right, answer, share):
    above, _, below = share.partition("/")

    assert mark(right=right, rule=rule).mark(list(answer)) == Decimal(above) / Decimal(below or 1)


def test_the_text_is_shown_without_its_marks_and_answered_by_number():
    item = mark("[[c|Third]] and [[a|first]] and [[b|second]].")

    assert item.passage() == "Third and first and second."
    assert item.parts([]) == {
        "text": "[[1]] and [[2]] and [[3]].",
        "spans": {"1": "Third", "2": "first", "3": "second"},
    }
    assert item.to_paper(["a", "c"], []) == ["1", "2"]
    assert item.from_paper("3", []) == ["b"]
    assert item.describe(["a", "c"]) == "Third; first"


def test_a_result_says_what_was_missed_in_the_order_of_the_text():
    rows = mark(right="ab").review(["a", "c"])

    assert [(row.label, row.verdict) for row in rows] == [
        ("he came", Verdict.RIGHT),
        ("he saw", Verdict.MISSED),
        ("he *won*", Verdict.WRONG),
    ]
    assert [row.feedback for row in rows] == [WHY, "Missed b.", WHY]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": "[[a|one]] and [[b|two]]."}, "[[c|words]] must stand in the text once; it stands there 0 times"),
        ({"text": "[[a|one]] [[b|two]] [[c|three]] [[c|four]]"}, "stands there 2 times"),
        ({"text": "[[a|one]] [[b|two]] [[c|three]] [[d|four]]"}, "`spans` does not describe: d"),
        ({"right": ""}, "no span is marked `correct: true`"),
        ({"rule": "weights"}, "'net', 'all' or 'decisions'"),
    ],
)
def test_marks_that_make_no_sense_are_refused(fields, reason):
    with pytest.raises(ValueError, match=re.escape(reason)):
        mark(**fields)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": {"category": "elsewhere"}}, "categories that are not listed: elsewhere"),
        ({"veto": {"category": "founding"}}, "let them fall into two at least"),
    ],
)
def test_categories_that_make_no_sense_are_refused(changes, reason):
    entries = {key: {**entry, **changes.get(key, {})} for key, entry in BODIES["categorise"]["entries"].items()}

    with pytest.raises(ValueError, match=reason):
        spec("categorise", entries=entries)


def test_entries_are_shuffled_and_categories_are_not():
    item = spec("categorise")
    parts = item.parts(["veto", "state", "army"])

    assert list(parts["entries"].values()) == ["Can veto sanctions", "Set up the state in 1948", "Trained its army"]
    assert list(parts["categories"].values()) == ["Founding role", "Council seat", "Geography"]
    assert item.to_paper({"state": "founding", "veto": "seat"}, ["veto", "state", "army"]) == {"2": "1", "1": "2"}


def test_the_result_sets_each_entry_beside_its_category():
    rows = spec("categorise").review({"state": "founding", "veto": "place"})

    assert [(row.given, row.right, row.verdict) for row in rows] == [
        ("Founding role", "Founding role", Verdict.RIGHT),
        ("", "Founding role", Verdict.MISSED),
        ("Geography", "Council seat", Verdict.WRONG),
    ]


def numbers(**weights):
    fields = {key: {**field, **weights.get(key, {})} for key, field in BODIES["numbers"]["fields"].items()}
    return spec("numbers", fields=fields)


def test_each_number_counts_by_its_weight_and_its_share():
    near = [{"answer": 18.5, "share": "0.5", "feedback": "By another count."}]
    item = numbers(line={"weight": 3}, border={"near": near})

    assert item.mark({"line": "1,110 kilometres", "border": "18.5"}) == Decimal("0.875")
    assert item.mark({"border": "18.5"}) == Decimal("0.125")
    assert item.review({"border": "18.5"})[1].feedback == "By another count."


def test_the_field_that_cannot_be_read_is_named():
    with pytest.raises(InvalidAnswer, match="Give a number") as refusal:
        numbers().clean({"line": "1100", "border": "short"})

    assert refusal.value.problems[0].where == "Border"


def test_numbers_with_two_readings_are_named_by_their_fields():
    said = numbers().read_as({"line": "1.100", "border": "17"})

    assert [(each.label, each.typed, each.numbers) for each in said] == [("Gas line", "1.100", ("1.1", "1100"))]


def test_numbers_are_said_with_their_labels_and_units():
    assert numbers().describe({"line": "1 100", "border": "17"}) == "Gas line: 1 100 kilometres; Border: 17 kilometres"


@pytest.mark.parametrize(
    ("item", "weighed"),
    [
        (cloze(), cloze(a={**TYPED, "weight": 2}, b=MENU)),
        (numbers(), numbers(line={"weight": 2})),
    ],
)
def test_that_parts_count_differently_is_said_before(item, weighed):
    assert "equal" in item.marking_rule()
    assert "more" in weighed.marking_rule()


def gap_of_a_number(**fields):
    gap = {"answer": "5.5", "tolerance": {"kind": "absolute", "value": "0.1"}, "unit": "billion dollars", **fields}
    return cloze("It was about {{ a }} billion.", a={**gap, "feedback": WHY})


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("5.5", "1"),
        ("5,5", "1"),
        ("5.50", "1"),
        ("5½", "1"),
        ("$5.5", "1"),
        ("5.5 billion", "1"),
        ("five and a half", "1"),
        ("5.6", "1"),
        ("5.7", "0"),
        ("5.5 million", "0"),
        ("5", "0.5"),
    ],
)
def test_a_gap_may_take_a_number(typed, share):
    near = [{"answer": 5, "share": "0.5", "feedback": "Rounded too far."}]
    item = gap_of_a_number(near=near)
    [row] = item.review(item.clean({"a": typed}))

    assert item.mark(item.clean({"a": typed})) == Decimal(share)
    assert (row.given, row.right, row.verdict) == (typed, "5.5", Verdict.RIGHT if share == "1" else Verdict.WRONG)
    assert row.feedback == ("Rounded too far." if share == "0.5" else WHY)


def test_a_gap_for_a_number_says_so_and_how_it_was_read():
    item = gap_of_a_number()

    assert item.parts([])["numbers"] == ["1"]
    assert item.right_answer() == {"a": "5.5"}
    assert [(each.label, each.numbers) for each in item.read_as({"a": "5.500"})] == [("(1)", ("5.5", "5500"))]
    assert item.review({"a": "5.500"})[0].read_as == ("5.5", "5500")
    with pytest.raises(InvalidAnswer, match="“or 6” was not understood") as refusal:
        item.clean({"a": "5.5 or 6"})
    assert refusal.value.problems[0].where == "(1)"


@pytest.mark.parametrize(
    ("gap", "reason"),
    [
        ({"accept": ["x"], "answer": 5}, "has either"),
        ({"accept": ["x"], "unit": "km"}, "belong to a gap with `answer`"),
        ({"accept": ["x"], "tolerance": {"kind": "absolute", "value": 1}}, "belong to a gap with `answer`"),
        ({"answer": 0, "tolerance": {"kind": "relative", "value": "0.1"}}, "around 0"),
        ({"answer": 5, "right": "x"}, "`right` belongs"),
    ],
)
def test_a_gap_for_a_number_that_makes_no_sense_is_refused(gap, reason):
    with pytest.raises(ValueError, match=reason):
        cloze("{{ a }}", a={**gap, "feedback": WHY})
