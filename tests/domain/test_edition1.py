"""Edition 1 of the marking rules: what was read and compared so stays so, whatever newer editions do.

These are the tests that held the rules while they were in force. They change only if edition 1 is dropped.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from quizzes.domain.edition1 import read_number
from quizzes.domain.kinds import read_spec
from tests.domain.make import WHY, body, spec
from tests.domain.make import numeric as newest_numeric
from tests.domain.make import text as newest_text


def text(*accept, typos=0, **fields):
    return newest_text(*accept, typos=typos, **fields).under(1)


def numeric(*answer, **fields):
    return newest_numeric(*answer, **fields).under(1)


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("Kozyrev", "kozyrev"),
        ("Kozyrev", "  KOZYREV.  "),
        ("Kim Il Sung", "Kim Il-sung"),
        ("Kim Il-sung", "kim  il–sung"),
        ("Kim Il Sung", "Kim\u00a0Il\u2011Sung"),
        ("détente", "detente"),
        ("detente", "Détente"),
        ("détente", unicodedata.normalize("NFD", "détente")),
        ("Straße", "STRASSE"),
        ("perestroika", "“perestroika”"),
        ("people's", "people’s"),
        ("2000 treaty", "２０００ treaty"),
        ("Путин", "путин"),
        ("перестройка", "ПЕРЕСТРОЙКА"),
        ("перестройка", unicodedata.normalize("NFD", "перестройка")),
        ("взаимная помощь", "«Взаимная помощь»"),
        ("김정일", unicodedata.normalize("NFD", "김정일")),
        ("호상원조", " 호상원조 "),
        ("조선 로동당", "조선  로동당"),
    ],
)
def test_what_does_not_matter_does_not_count(accepted, typed):
    item = text(accepted)

    assert item.mark(item.clean(typed)) == 1


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("Kozyrev", "Kozyrov"),
        ("Kim Il Sung", "Kim Ilsung"),
        ("мой", "мои"),
        ("ёлка", "елка"),
        ("김정일", "김정은"),
        ("김", "기"),
        ("Kozyrev", "..."),
        ("1961", "1962"),
    ],
)
def test_what_matters_counts(accepted, typed):
    assert text(accepted).mark(typed) == 0


@pytest.mark.parametrize(
    ("accepted", "typos", "typed", "share"),
    [
        ("Kozyrev", 1, "kozirev", 1),  # another letter
        ("Kozyrev", 1, "Kozyryev", 1),  # one more
        ("Kozyrev", 1, "Kozyre", 1),  # one less
        ("Kozyrev", 1, "Kozyrve", 1),  # two swapped
        ("Kozyrev", 1, "Kozirov", 0),
        ("Kozyrev", 2, "Kozirov", 1),
        ("Kozyrev", 0, "Kozirev", 0),
        ("перестройка", 1, "Перестрока", 1),
        ("mutual assistance", 1, "mutal asistance", 1),  # one in each word
        ("mutual assistance", 1, "mutal aistance", 0),
        ("mutual assistance", 2, "mutualassistance", 0),
        ("Kim Jong Il", 2, "Kim Jong Un", 0),  # short words are exact
        ("Kim Jong Il", 2, "Kim Jon Il", 0),
        ("김정일", 2, "김정은", 0),
        ("T1961", 2, "T1962", 0),  # and so is what holds a number
        ("year 1961", 2, "year 1962", 0),
    ],
)
def test_a_slip_is_forgiven_in_a_long_word_of_letters(accepted, typos, typed, share):
    item = text(accepted, typos=typos)

    assert item.mark(item.clean(typed)) == share


def test_what_is_another_form_is_no_slip():
    partial = [{"accept": ["Brezhnew"], "share": 0, "feedback": "Somebody else."}]
    item = text("Brezhnev", typos=1, partial=partial)

    assert item.mark("brezhnew") == 0
    assert item.review("brezhnew")[0].feedback == "Somebody else."
    assert item.mark("brezhneff") == 0
    assert item.mark("breznev") == 1
    assert text("Primakov", typos=1, partial=partial).review("breznhew")[0].feedback == "Somebody else."


@pytest.mark.parametrize(
    ("form", "typed", "share"),
    [
        ("*Kozyrev", "Andrei Kozyrev", 1),
        ("*Kozyrev", "kozyrev", 1),
        ("*Kozyrev", "Kozyrev, I think", 0),
        ("Kozyrev*", "Kozyrev, I think", 1),
        ("*nuclear*test*", "the first nuclear bomb test, in 2006", 1),
        ("*nuclear*test*", "a test of nuclear bombs", 0),
        ("ab*ba", "aba", 0),  # no letter serves twice
        ("ab*ba", "abba", 1),
        ("a.c*", "abc", 0),  # nothing but the star is special
    ],
)
def test_a_star_stands_for_any_letters(form, typed, share):
    item = text("Something else", form)

    assert item.mark(item.clean(typed)) == share


def test_a_form_goes_before_one_with_a_star():
    partial = [{"accept": ["not Kozyrev"], "share": 0, "feedback": "Who, then?"}]

    assert text("Kozyrev", "*Kozyrev", partial=partial).mark("not Kozyrev") == 0


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1961", "1961"),
        (" 1961 ", "1961"),
        ("+5", "5"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("10.9", "10.9"),
        ("10,9", "10.9"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("-0,500", "-0.5"),
        ("1,000", "1000"),
        ("1,000.5", "1000.5"),
        ("1.000,5", "1000.5"),
        ("1 000,5", "1000.5"),
        ("1\u00a0000\u202f000", "1000000"),
        ("1'000'000", "1000000"),
        ("1’000.5", "1000.5"),
        ("2.200.000", "2200000"),
        ("2,200,000", "2200000"),
        ("-1,234,567.25", "-1234567.25"),
        ("2.2e3", "2200"),
        ("2,2E3", "2200"),
        ("1e-3", "0.001"),
        ("１９６１", "1961"),
        ("1/2", "0.5"),
        ("-3 / 4", "-0.75"),
        ("1 1/2", "1.5"),
        ("-2 3/4", "-2.75"),
        ("7/2", "3.5"),
    ],
)
def test_numbers_are_read_in_many_spellings(typed, number):
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("5 years", "years", "5"),
        ("1 year", "years", "1"),
        ("90%", "per cent", "90"),
        ("90 per cent", "per cent", "90"),
        ("90 %", "%", "90"),
        ("1/4 mile", "miles", "0.25"),
        ("83 million US dollars", "million US dollars", "83"),
        ("10,9", "milliard de roubles", "10.9"),
    ],
)
def test_the_unit_may_be_typed_and_need_not(typed, unit, number):
    assert read_number(typed, unit=unit) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "many",
        "1961 or so",
        "1,000,5",
        "1.5.2",
        "1e",
        "1e9999",
        "--5",
        "1-2",
        "0x10",
        "nan",
        "inf",
        "½",
        "1/0",
        "1 000/3",
        "1 3/2",
        "1/2/3",
        "1.5/2",
        "/2",
        "()",
    ],
)
def test_what_is_no_number_is_refused_in_words(typed):
    with pytest.raises(InvalidAnswer, match="Give a number"):
        read_number(typed)


def line(rule="times", value="0.25", **fields):
    """Return the length of a line, in kilometres or metres, the unit to be typed."""
    penalty = {"rule": rule, "value": value, "feedback": "The unit?"}
    units = {"km": 1, "kilometres": 1, "m": 0.001, "mile": "1.609344"}
    near = [{"answer": 1000, "share": "0.2", "feedback": "Nearly."}]
    typed = {"unit": "km", "units": units, "unit_typed": True, "unit_penalty": penalty, "near": near}
    return numeric(1100, "absolute", 20, **typed, feedback_right="Yes.", feedback_wrong="No.", **fields)


@pytest.mark.parametrize(
    ("typed", "times", "minus", "feedback"),
    [
        ("1100 km", "1", "1", "Yes."),
        ("1 100 kilometres", "1", "1", "Yes."),
        ("1,100,000 m", "1", "1", "Yes."),
        ("1.1e6m", "1", "1", "Yes."),
        ("684 mile", "1", "1", "Yes."),
        ("1100", "0.75", "0.75", "The unit?"),
        ("1100 leagues", "0.75", "0.75", "The unit?"),
        ("1100 KM", "0.75", "0.75", "The unit?"),
        ("1000 km", "0.2", "0.2", "Nearly."),
        ("1000", "0.15", "0", "Nearly."),
        ("1100 m", "0", "0", "No."),
        ("5", "0", "0", "No."),
    ],
)
def test_a_unit_is_read_and_a_missing_one_costs_what_the_rule_says(typed, times, minus, feedback):
    for item, share in ((line(), times), (line("minus"), minus)):
        assert item.mark(item.clean(typed)) == Decimal(share)
        [row] = item.review(typed)
        assert (row.given, row.right, row.feedback) == (typed, "1100 km", feedback)
        assert (row.verdict == Verdict.RIGHT) == (share == "1")


@pytest.mark.parametrize("typed", ["km", "many km", "1,100,0 km", "km 1100"])
def test_a_unit_alone_or_with_no_number_is_refused(typed):
    with pytest.raises(InvalidAnswer, match="Give a number"):
        line().clean(typed)


def test_parts_of_a_question_go_by_its_edition():
    gap = {"accept": ["Хрущёв"], "typos": 0, "feedback": WHY}
    cloze = spec("cloze", text="It was {{ who }}.", gaps={"who": gap})
    numbers = spec("numbers")

    assert [cloze.under(rules).mark({"who": "Хрущев"}) for rules in (1, 2)] == [0, 1]
    assert [numbers.under(rules).mark({"line": "1.100"}) for rules in (1, 2)] == [0, Decimal("0.5")]
    assert [numbers.under(rules).clean({"line": "11 00"}) for rules in (1,)] == [{"line": "11 00"}]


@pytest.mark.parametrize(
    ("kind", "fields", "typed", "old", "new"),
    [
        ("numeric", {"answer": 1250}, "1.250", 0, 1),
        ("numeric", {"answer": 27.25, "unit": "million"}, "27,250", 0, 1),
        ("numeric", {"answer": 19951996}, "1995 1996", 1, None),
        ("text", {"accept": ["Alpha"], "typos": 0}, "Alpha\u200b", 0, 1),
        ("text", {"accept": ["Alpha", "*beta"], "typos": 0}, "*beta", 1, 0),
        ("text", {"accept": ["A'b"], "typos": 0}, "Aʼb", 0, 1),
        ("text", {"accept": ["Alpha"], "typos": 0}, "(Alpha)", 0, 1),
        ("text", {"accept": ["USSR"]}, "U.S.S.R.", 0, 1),
    ],
)
def test_a_stored_answer_earns_by_the_edition_of_its_version(kind, fields, typed, old, new):
    marks = []
    for rules in (1, 2):
        item = read_spec(body(kind, **fields), rules=rules)
        try:
            marks.append(item.mark(item.clean(typed)))
        except InvalidAnswer:
            marks.append(None)

    assert marks == [old, new]


def test_a_version_without_a_word_on_slips_of_the_pen_forgives_none():
    assert newest_text().typos == 1
    assert read_spec({**newest_text(typos=0).model_dump(mode="json")}, rules=1).mark("Kozirev") == 0


@pytest.mark.parametrize("raw", ["Kozy\x00rev", 1961, "x" * 501])
def test_what_cannot_be_kept_was_refused(raw):
    with pytest.raises(InvalidAnswer):
        text().clean(raw)


def test_a_unit_behind_a_number_was_read_where_it_need_not_be_typed():
    item = numeric(10, unit="dollars", kind="absolute", value=0)

    assert [item.mark(typed) for typed in ("10 dollars", "10")] == [1, 1]


def test_greek_accents_did_not_matter():
    assert text("Αθήνα").mark("Αθηνα") == 1
