"""Numbers: read as people write them, compared in exact decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from quizzes.domain.numerals import plainly, read_numeral
from quizzes.domain.units import read_with_unit
from tests.domain.make import numeric


def readings(typed, unit=""):
    return [plainly(number) for number in read_with_unit(typed, unit).numbers]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1961", "1961"),
        (" 1961 ", "1961"),
        ("+5", "5"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("－5", "-5"),
        ("﹣5", "-5"),
        ("‐5", "-5"),
        ("‑5", "-5"),
        ("minus 5", "-5"),
        ("10.9", "10.9"),
        ("10,9", "10.9"),
        (".5", "0.5"),
        ("5.", "5"),
        ("5。", "5"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("-0,500", "-0.5"),
        ("1250.000", "1250"),
        ("1,000.5", "1000.5"),
        ("1.000,5", "1000.5"),
        ("1 000,5", "1000.5"),
        ("1 250", "1250"),
        ("1\u00a0000\u202f000", "1000000"),
        ("1\u2009000", "1000"),
        ("1'000'000", "1000000"),
        ("1’000.5", "1000.5"),
        ("1_000", "1000"),
        ("2.200.000", "2200000"),
        ("2,200,000", "2200000"),
        ("10,00,000", "1000000"),
        ("-1,234,567.25", "-1234567.25"),
        ("2.2e3", "2200"),
        ("2,2E3", "2200"),
        ("1e-3", "0.001"),
        ("10^6", "1000000"),
        ("10⁶", "1000000"),
        ("1×10^6", "1000000"),
        ("1.25 x 10**3", "1250"),
        ("2·10⁻³", "0.002"),
        ("１９６１", "1961"),
        ("١٩٦١", "1961"),
        ("19\u200b61\ufeff", "1961"),
        ("1/2", "0.5"),
        ("-3 / 4", "-0.75"),
        ("1 1/2", "1.5"),
        ("-2 3/4", "-2.75"),
        ("7/2", "3.5"),
        ("½", "0.5"),
        ("5½", "5.5"),
        ("1⁄2", "0.5"),
        ("1 billion", "1000000000"),
        ("$5.5", "5.5"),
        ("-$5.5", "-5.5"),
        ("5.5$", "5.5"),
        ("about 50", "50"),
        ("~50", "50"),
        ("ca. 50", "50"),
        ("№ 50", "50"),
        ("“50”", "50"),
        ("three", "3"),
        ("Twenty-three", "23"),
        ("five and a half", "5.5"),
        ("a half", "0.5"),
        ("19th", "19"),
        ("nineteenth", "19"),
        ("a thousand", "1000"),
        ("2 hundred", "200"),
    ],
)
def test_numbers_are_read_in_many_spellings(typed, number):
    unit = "dollars" if "$" in typed else ""

    assert readings(typed, unit) == [number]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("1.250", ["1.25", "1250"]),
        ("1,250", ["1.25", "1250"]),
        ("-27,250", ["-27.25", "-27250"]),
        ("1.250 billion", ["1250000000", "1250000000000"]),
        ("5108/10,000", ["510.8", "0.5108"]),
        ("1.250e3", ["1250"]),  # nobody writes thousands with an exponent
    ],
)
def test_a_separator_before_three_digits_leaves_two_readings(typed, numbers):
    assert readings(typed) == numbers


@pytest.mark.parametrize(
    ("answer", "typed", "share"),
    [("1250", "1.250", 1), ("1.25", "1.250", 1), ("1.25", "1,250", 1), ("1250", "1,250", 1), ("125", "1.250", 0)],
)
def test_the_better_reading_counts(answer, typed, share):
    assert numeric(answer).mark(typed) == share


def test_of_two_readings_the_one_near_the_answer_is_explained():
    near = [{"answer": 1250, "share": 0, "feedback": "In metres."}]
    [row] = numeric("5", near=near, unit="km").review("1.250")

    assert (row.feedback, row.read_as) == ("In metres.", ("1.25", "1250"))


@pytest.mark.parametrize("answer", [1250, "1.25", 7])
def test_what_is_said_of_two_readings_does_not_depend_on_the_answer(answer):
    [said] = numeric(answer).read_as("1.250")

    assert (said.label, said.typed, said.numbers) == ("", "1.250", ("1.25", "1250"))
    assert numeric(answer).read_as("1250") == ()
    assert numeric(answer).read_as(None) == ()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("1.250", "1,250", True), ("1.250", "1.25", False), ("1250", "1 250", True), ("1250", "1250.0 year", True)],
)
def test_answers_of_the_same_readings_are_one_try(one, other, is_same):
    assert (numeric().gist(one) == numeric().gist(other)) == is_same


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("5 years", "years", "5"),
        ("1 year", "years", "1"),
        ("3 periods", "period", "3"),
        ("20 yrs", "years", "20"),
        ("1995 Years", "year", "1995"),
        ("in 1961", "year", "1961"),
        ("the year 1961", "year", "1961"),
        ("1961 AD", "year", "1961"),
        ("90%", "per cent", "90"),
        ("90 per cent", "per cent", "90"),
        ("3.8 percent", "per cent", "3.8"),
        ("90 %", "%", "90"),
        ("1/4 mile", "miles", "0.25"),
        ("85 mm", "millimetres", "85"),
        ("54 KM.", "kilometres", "54"),
        ("54-kilometre", "kilometres", "54"),
        ("four-party", "parties", "4"),
        ("19 September", "September 1953", "19"),
        ("54 kilometers", "kilometre", "54"),
        ("2.9x", "times", "2.9"),
        ("Article 51", "article", "51"),
        ("83 million US dollars", "million US dollars", "83"),
        ("10,9", "milliard de roubles", "10.9"),
        ("1 billion", "billion roubles", "1"),
        ("150 million", "million dollars", "150"),
        ("$150 million", "million dollars", "150"),
        ("6.33", "billion dollars", "6.33"),
        ("6.33 billion", "billion dollars", "6.33"),
        ("6.33 billion dollars", "billion dollars", "6.33"),
        ("$6.33 billion", "billion dollars", "6.33"),
        ("US$6.33bn", "billion dollars", "6.33"),
        ("6330 million", "billion dollars", "6.33"),
        ("$6.33m", "million dollars", "6.33"),
        ("5 roubles", "million rubles", "5"),
        ("2", "megawatts thermal", "2"),
        ("2 MW", "megawatts thermal", "2"),
        ("3 million of dollars", "million dollars", "3"),
        ("3 millions and dollars", "million dollars", "3"),
    ],
)
def test_the_unit_may_be_typed_and_need_not(typed, unit, number):
    assert readings(typed, unit) == [number]


@pytest.mark.parametrize(
    ("typed", "unit", "numbers"),
    [
        ("$6,330,000,000", "billion dollars", ["6330000000", "6.33"]),
        ("6 330 000 000 dollars", "billion dollars", ["6330000000", "6.33"]),
        ("US$6330000000", "billion US dollars", ["6330000000", "6.33"]),
        ("6,330,000,000", "billion dollars", ["6330000000", "6.33"]),
        ("-$6,330,000,000", "billion dollars", ["-6330000000", "-6.33"]),
        ("$630,000,000", "billion dollars", ["630000000", "0.63"]),
        ("630,000,000", "billion dollars", ["630000000"]),
        ("25,000,000", "million people", ["25000000", "25"]),
        ("$379,000", "million dollars", ["379", "379000", "0.379"]),
        ("5000 tonnes", "thousand tonnes", ["5000", "5"]),
        ("500 tonnes", "thousand tonnes", ["500"]),
        ("$6.33", "billion dollars", ["6.33"]),
        ("$6,330", "million dollars", ["6.33", "6330", "0.00633"]),
        ("$6330 million", "billion dollars", ["6.33"]),
        ("$6,330,000,000", "dollars", ["6330000000"]),
        ("1961", "year", ["1961"]),
        ("$1,000,000", "billion dollars", ["1000000", "0.001"]),
        ("$999,999", "billion dollars", ["999.999", "999999"]),
        ("$1,500", "million dollars", ["1.5", "1500", "0.0015"]),
        ("1,000,000,000", "billion dollars", ["1000000000", "1"]),
    ],
)
def test_a_full_amount_is_read_by_its_value_as_well(typed, unit, numbers):
    assert readings(typed, unit) == numbers


@pytest.mark.parametrize(("answer", "share"), [("6.33", 1), ("6330000000", 1), ("6330", 0), ("0.00633", 0), ("633", 0)])
def test_a_full_amount_is_as_good_as_the_scaled_one_and_said_whatever_is_right(answer, share):
    item = numeric(answer, unit="billion dollars")

    assert item.mark(item.clean("$6,330,000,000")) == share
    assert item.read_as("$6,330,000,000")[0].numbers == ("6330000000", "6.33")
    assert item.under(1).read_as("6,330,000,000") == ()


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("twenty (20)", "", "20"),
        ("20 (twenty)", "", "20"),
        ("Twenty (20) years", "years", "20"),
        ("five (5) billion dollars", "billion dollars", "5"),
        ("minus twenty (20)", "", "-20"),
        ("Feb 2000", "year", "2000"),
        ("February 2000", "year", "2000"),
        ("in Sept. 1961", "year", "1961"),
        ("1961 July", "years", "1961"),
    ],
)
def test_a_number_said_twice_is_one_and_a_year_may_have_its_month(typed, unit, number):
    assert readings(typed, unit) == [number]


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("twenty (21)", ""),
        ("20 (about)", ""),
        ("20 (20", ""),
        ("20 ()", ""),
        ("20 (20) (20)", ""),
        ("Feb 20", "year"),
        ("Feb 2000", "km"),
        ("Feb 2000", "years of trade"),
        ("12 Feb 2000", "year"),
        ("Feb 1995 or 1996", "year"),
        ("February 2000", ""),
    ],
)
def test_other_numbers_in_brackets_and_days_are_refused(typed, unit):
    with pytest.raises(InvalidAnswer, match="one number only"):
        readings(typed, unit)


@pytest.mark.parametrize("typed", ["", "-", "many", "--5", "nan", "inf", "()", "million", "/2", "…", "$"])
def test_what_is_no_number_is_refused_in_words(typed):
    with pytest.raises(InvalidAnswer, match="Give a number"):
        readings(typed)


@pytest.mark.parametrize(
    ("typed", "unit", "rest"),
    [
        ("1961 or so", "year", "or so"),
        ("1995 1996", "year", "1996"),
        ("1995/1996", "year", "1995/1996"),
        ("1995–1996", "year", "-1996"),
        ("1100 or 1200", "km", "or 1200"),
        ("1100 km 900", "km", "km 900"),
        ("1100 miles", "km", "miles"),
        ("$379", "million roubles", "$"),
        ("over 50", "", "over"),
        ("6.33 m", "", "m"),
        ("1,000,5", "", "1,000,5"),
        ("1.5.2", "", ".2"),
        ("1 000 5", "", "5"),
        ("1e", "", "e"),
        ("1-2", "", "-2"),
        ("0x10", "", "x10"),
        ("1/0", "", "1/0"),
        ("1 000/3", "", "1 000/3"),
        ("1 3/2", "", "1 3/2"),
        ("1/2/3", "", "/3"),
        ("1.5/2", "", "1.5/2"),
    ],
)
def test_a_rest_that_is_not_understood_is_named(typed, unit, rest):
    with pytest.raises(InvalidAnswer, match="one number only") as refusal:
        readings(typed, unit)

    assert str(refusal.value).startswith(f"“{rest}” was not understood")


@pytest.mark.parametrize("typed", ["1e9999", "1e999999", "10^-999999", "1×10^1000"])
def test_a_power_no_number_needs_is_refused(typed):
    with pytest.raises(InvalidAnswer, match="too large or too small"):
        readings(typed)


@pytest.mark.parametrize(
    ("kind", "value", "typed", "share"),
    [
        ("absolute", 0, "1961", 1),
        ("absolute", 0, "1961.0", 1),
        ("absolute", 0, "1,961", 1),
        ("absolute", 0, "1961.000001", 0),
        ("absolute", 2, "1963", 1),
        ("absolute", 2, "1959", 1),
        ("absolute", 2, "1963.01", 0),
        ("relative", "0.1", "2157.1", 1),
        ("relative", "0.1", "1764.9", 1),
        ("relative", "0.1", "2157.2", 0),
        ("geometric", 1, "3922", 1),
        ("geometric", 1, "980.5", 1),
        ("geometric", 1, "980", 0),
        ("geometric", 1, "3923", 0),
        ("figures", 2, "2000", 1),
        ("figures", 2, "1950", 1),
        ("figures", 2, "2049", 1),
        ("figures", 2, "1949", 0),
        ("figures", 2, "2.0e3", 1),
        ("decimals", 0, "1961.4", 1),
        ("decimals", 0, "1960.5", 1),
        ("decimals", 0, "1961.5", 0),
        ("decimals", 0, "1e999", 0),
        ("decimals", 2, "1961.004", 1),
        ("decimals", 2, "1961.005", 0),
    ],
)
def test_both_bounds_of_a_tolerance_are_inside_it(kind, value, typed, share):
    item = numeric(1961, kind, value)

    assert item.mark(item.clean(typed)) == share


@pytest.mark.parametrize(("typed", "share"), [("0.13", 1), ("0.125", 1), ("0.134", 1), ("0.12", 0), ("0.135", 0)])
def test_a_half_is_rounded_up_as_at_school(typed, share):
    assert numeric("0.125", "figures", 2).mark(typed) == share


@pytest.mark.parametrize(("typed", "share"), [("-10", 1), ("-9", 1), ("-11", 1), ("10", 0), ("-8.99", 0)])
def test_tolerances_work_below_nothing(typed, share):
    assert numeric(-10, "relative", "0.1").mark(typed) == share


@pytest.mark.parametrize(("typed", "share"), [("-10", 1), ("-20", 1), ("-5", 1), ("-4.9", 0), ("5", 0)])
def test_a_geometric_tolerance_works_below_nothing(typed, share):
    assert numeric(-10, "geometric", 1).mark(typed) == share


def test_a_tenth_in_a_file_is_exactly_a_tenth():
    item = numeric(0.3, "absolute", 0.1)

    assert (item.mark("0.4"), item.mark("0.2"), item.mark("0.40001")) == (1, 1, 0)


@pytest.mark.parametrize(
    ("typed", "share", "feedback"),
    [("1995", "1", "Yes."), ("1996", "0.5", "It lapsed then."), ("1990", "0", "Too early."), ("2000", "0", "No.")],
)
def test_a_near_answer_may_earn_a_part_and_a_comment(typed, share, feedback):
    near = [
        {"answer": 1996, "share": "0.5", "feedback": "It lapsed then."},
        {"answer": 1990, "tolerance": {"kind": "absolute", "value": 2}, "share": 0, "feedback": "Too early."},
    ]
    item = numeric(1995, near=near, feedback_right="Yes.", feedback_wrong="No.")
    [row] = item.review(typed)

    assert item.mark(typed) == Decimal(share)
    assert (row.given, row.right, row.feedback) == (typed, "1995 year", feedback)
    assert row.verdict == (Verdict.RIGHT if share == "1" else Verdict.WRONG)


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
        ("1100 mm", "0.75", "0.75", "The unit?"),
        ("1100 or so", "0.75", "0.75", "The unit?"),
        ("1100 KM", "1", "1", "Yes."),
        ("1100 Km", "1", "1", "Yes."),
        ("1100 km.", "1", "1", "Yes."),
        ("1100 kilometers", "1", "1", "Yes."),
        ("km 1100", "1", "1", "Yes."),
        ("1.1 × 10^3 km", "1", "1", "Yes."),
        ("1.1 thousand km", "1", "1", "Yes."),
        ("1,100 km", "1", "1", "Yes."),
        ("1100 thousand km", "0", "0", "No."),
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


def test_a_unit_to_be_typed_is_neither_shown_nor_said_twice():
    assert line().parts([]) == {"unit": "", "unit_typed": True}
    assert line().right_answer() == "1100 km"
    assert line().describe("5 m") == "5 m"
    assert len({line().marking_rule(), line("minus").marking_rule(), numeric().marking_rule()}) == 3


@pytest.mark.parametrize(("typed", "reason"), [("km", "Give a number"), ("many km", "Give a number")])
def test_a_unit_alone_is_refused(typed, reason):
    with pytest.raises(InvalidAnswer, match=reason):
        line().clean(typed)


@pytest.mark.parametrize(
    "typed", ["1100 or 1200", "1100 km 900", "1100 or twelve", "1100 km/h", "1,100,0 km", "1100 ^ 2"]
)
def test_a_rest_that_is_more_than_a_unit_is_refused(typed):
    with pytest.raises(InvalidAnswer, match="one number only"):
        line().clean(typed)


@pytest.mark.parametrize(
    ("typed", "share"), [("3 MW", 1), ("3000000000 mW", 1), ("3 Mw", "0.5"), ("3 megawatts", "0.5"), ("3000 kW", "0.5")]
)
def test_case_counts_where_two_units_differ_by_nothing_else(typed, share):
    penalty = {"rule": "times", "value": "0.5", "feedback": "The unit?"}
    power = numeric(3, unit="MW", units={"mW": "1e-9"}, unit_typed=True, unit_penalty=penalty)

    assert power.mark(power.clean(typed)) == (Decimal(share) if "kW" not in typed else 0)


def test_a_unit_with_a_scale_of_its_own_is_read_whole():
    penalty = {"rule": "times", "value": "0.5", "feedback": "The unit?"}
    sum_of = numeric(3, unit="million dollars", unit_typed=True, unit_penalty=penalty)

    typed = ("3 million dollars", "$3 million", "$3m", "3000 thousand dollars", "3,000,000 dollars", "3 dollars")
    assert [sum_of.mark(sum_of.clean(each)) for each in typed] == [1, 1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"units": {"m": 1}}, "belong to `unit_typed: true`"),
        ({"unit_typed": True}, "say by `unit_penalty`"),
        ({"unit_typed": True, "units": {"year": 2}}, "year counts 1"),
        ({"unit_typed": True, "units": {"m": 0}}, "greater than 0"),
        ({"unit_typed": True, "units": {"2nd": 1}}, "cannot be told from the number before them: 2nd"),
    ],
)
def test_units_that_make_no_sense_are_refused(fields, reason):
    penalty = {"rule": "times", "value": "0.5", "feedback": "The unit?"}
    has_penalty = "unit_typed" in fields and len(fields) > 1

    with pytest.raises(ValueError, match=reason):
        numeric(**fields, **({"unit_penalty": penalty} if has_penalty else {}))


def test_the_first_that_fits_wins():
    near = [
        {"answer": 1961, "share": 0, "feedback": "Never said."},
        {"answer": 1960, "tolerance": {"kind": "absolute", "value": 5}, "share": "0.5", "feedback": "Close."},
        {"answer": 1958, "share": "0.9", "feedback": "Never said."},
    ]
    item = numeric(1961, near=near)

    assert [item.mark(typed) for typed in ("1961", "1958")] == [1, Decimal("0.5")]


@pytest.mark.parametrize(("answer", "shown"), [("2200000", "2200000"), ("10.90", "10.9"), ("1E+3", "1000"), ("0", "0")])
def test_the_right_answer_is_written_plainly(answer, shown):
    assert numeric(answer).right_answer() == shown


def test_the_answer_is_kept_as_it_was_typed():
    assert numeric().clean(" 1 961 ") == "1 961"
    assert numeric().clean(1961) == "1961"
    assert numeric().describe("1 961") == "1 961 year"


@pytest.mark.parametrize("raw", ["1" * 5000, True, [1961], {"answer": 1961}])
def test_what_is_not_one_number_is_refused(raw):
    with pytest.raises(InvalidAnswer):
        numeric().clean(raw)


def test_a_very_long_number_is_a_number():
    assert numeric().mark(numeric().clean("9" * 500)) == 0


@pytest.mark.parametrize(
    ("kind", "value", "is_exact"), [("absolute", 0, True), ("absolute", 1, False), ("figures", 2, False)]
)
def test_the_rule_says_whether_the_number_must_be_exact(kind, value, is_exact):
    assert ("exact" in numeric(1961, kind, value).marking_rule()) == is_exact


@pytest.mark.parametrize(
    ("answer", "kind", "value", "reason"),
    [
        (0, "relative", "0.1", "relative tolerance around 0"),
        (0, "geometric", "0.1", "geometric tolerance around 0"),
        (1961, "figures", 0, "whole number of significant figures"),
        (1961, "figures", "1.5", "whole number of significant figures"),
        (1961, "figures", 40, "whole number of significant figures"),
        (1961, "decimals", "0.5", "whole number of decimals"),
        (1961, "decimals", 16, "whole number of decimals"),
        (1961, "absolute", -1, "greater than or equal to 0"),
        (1961, "about", 1, "Input should be 'absolute'"),
        ("many", "absolute", 1, "valid decimal"),
        ("NaN", "absolute", 1, "finite number"),
    ],
)
def test_a_tolerance_that_makes_no_sense_is_refused(answer, kind, value, reason):
    with pytest.raises(ValueError, match=reason):
        numeric(answer, kind, value)


def test_the_tolerance_of_a_near_answer_is_checked_as_well():
    near = [{"answer": 0, "tolerance": {"kind": "relative", "value": "0.1"}, "share": 0, "feedback": "No."}]

    with pytest.raises(ValueError, match="around 0"):
        numeric(near=near)


def test_a_long_number_is_written_out_exactly():
    assert (
        plainly(Decimal("1234567890123456789012345678901234567890.50")) == "1234567890123456789012345678901234567890.5"
    )


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("5 kilograms", "kg"), ("5 kilogrammes", "kg"), ("5 kg", "kilograms"), ("5 grams", "g"), ("5 metres", "m"),
        ("5 kilometres", "km"), ("5 centimetres", "cm"), ("5 millimetres", "mm"), ("5 hours", "h"), ("5 hrs", "hours"),
        ("5 minutes", "min"), ("5 yrs", "years"), ("5 MW", "megawatts"), ("5 kW", "kilowatts"), ("5 GW", "gigawatts"),
        ("5₽", "roubles"), ("5 RUB", "roubles"), ("5 rubles", "roubles"), ("5 KRW", "won"), ("€5", "euros"),
        ("£5", "pounds"), ("¥5", "yen"), ("₩5", "won"), ("5 USD", "dollars"), ("5x", "times"), ("5-fold", "times"),
        ("5 tonnes oil", "tonnes of oil"), ("5 men women", "men and women"),
    ],
)  # fmt: skip
def test_a_unit_has_several_spellings(typed, unit):
    question = numeric(5, unit=unit)

    assert question.mark(question.clean(typed)) == 1


def test_a_number_is_reviewed_in_one_row_without_a_name_of_its_own():
    [row] = numeric().review("1961")

    assert (row.label, row.given, row.verdict) == ("", "1961", Verdict.RIGHT)


@pytest.mark.parametrize(
    ("typed", "number", "rest"),
    [("three four", 3, "four"), ("nineteen sixty-one", 19, "sixty-one"), ("twenty-one two", 21, "two")],
)
def test_of_two_numbers_in_words_the_first_is_read_and_the_other_left_over(typed, number, rest):
    numeral = read_numeral(typed)

    assert (numeral.readings, numeral.after) == ((number,), rest)
