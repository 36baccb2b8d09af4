"""Short text: what does not matter is folded away, in three scripts."""

from __future__ import annotations

import sys
import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.domain.base import InvalidAnswer, Verdict
from quizzes.domain.wording import is_within, stands_in
from tests.domain.make import WHY, spec, text


@pytest.mark.parametrize("unseen", "\u200b\ufeff\u200e\u202b\u202c\u00ad\u2060\u2066\ufe0f\U000e0101\u034f\x00\x07")
def test_what_nobody_sees_is_dropped(unseen):
    item = text("Kozyrev", typos=0)

    assert item.clean(f"{unseen}Kozy{unseen}rev{unseen}") == "Kozyrev"
    assert item.clean(f" {unseen} ") is None


@pytest.mark.parametrize("sign", "'’‘ʼʻʹ′‛`´＇ʽ")
def test_every_apostrophe_is_one(sign):
    item = text("P'yongyang", typos=0)

    assert item.mark(item.clean(f"P{sign}yongyang")) == 1
    assert text(f"P{sign}yongyang", typos=0).mark("P'yongyang") == 1


@pytest.mark.parametrize("pair", ["„“", "「」", "〈〉", "«»", "“”", "()", "[]", "『』", "《》", "‹›", '""', "（）"])
def test_quotation_marks_and_brackets_around_an_answer_do_not_matter(pair):
    item = text("Kozyrev", typos=0)

    assert item.mark(item.clean(f"{pair[0]}Kozyrev{pair[1]}。")) == 1


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("Хрущёв", "Хрущев"),
        ("Хрущев", "ХРУЩЁВ"),
        ("Щёки", "Ще\u0301ки"),
        ("Штыков", "Шты\u0301ков"),
        ("Чуркин", "Чу\u0300ркин"),
        ("Łódź", "Lodz"),
        ("Lodz", "łódź"),
        ("Sørensen", "Sorensen"),
        ("Đilas", "dilas"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("Diyarbakır", "Diyarbakir"),
        ("USSR", "U.S.S.R."),
        ("USSR", "U. S. S. R."),
        ("USSR", "u.s.s.r"),
        ("U.S.S.R.", "USSR"),
        ("PRC", "P.R.C."),
        ("СССР", "С.С.С.Р."),
        ("Y. Primakov", "Y Primakov"),
        ("Y. Primakov", "Y.Primakov"),
        ("N. S. Khrushchev", "N.S. Khrushchev"),
        ("US dollars", "U.S. dollars"),
        ("Kim Il Sung", "Kim Il－sung"),
        ("Soviet Union", "the Soviet Union"),
        ("an act of betrayal", "Act of betrayal"),
        ("Andrei Kozyrev", "Kozyrev, Andrei"),
        ("May 2010", "May, 2010"),
        ("40,500 tonnes of coal", "40,500 tonnes, of coal"),
    ],
)
def test_letters_and_points_that_are_written_in_two_ways_are_one(accepted, typed):
    item = text(accepted, typos=0)

    assert item.mark(item.clean(typed)) == 1


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [("мой", "мои"), ("їжак", "іжак"), ("Ѓорѓи", "Горги"), ("USSR", "USR"), ("5.5", "55"), ("5,5", "55"), ("A", "the")],
)
def test_letters_of_their_own_stay(accepted, typed):
    assert text(accepted, typos=0).mark(typed) == 0


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
        ("Kozyrev", "Kozirov"),
        ("Kim Il Sung", "Kim Ilsung"),
        ("мой", "мои"),
        ("김정일", "김정은"),
        ("김", "기"),
        ("Kozyrev", "..."),
        ("1961", "1962"),
    ],
)
def test_what_matters_counts(accepted, typed):
    assert text(accepted).mark(typed) == 0


@pytest.mark.parametrize(
    ("fold", "typed", "share"),
    [
        ([], "Kim Il-sung", 1),
        ([], "kim il-sung", 0),
        ([], "Kim Il sung", 0),
        (["case"], "KIM IL-SUNG", 1),
        (["case"], "Kim Il sung", 0),
        (["hyphens"], "Kim Il sung", 1),
        (["hyphens"], "kim il sung", 0),
        (["case", "hyphens"], "kim il sung", 1),
    ],
)
def test_an_author_may_be_stricter(fold, typed, share):
    assert text("Kim Il-sung", fold=fold).mark(typed) == share


def test_an_author_may_insist_on_accents():
    assert text("détente", fold=["case", "hyphens"]).mark("detente") == 0


@pytest.mark.parametrize("typos", [0, 1])
@pytest.mark.parametrize("fold", [["case", "accents", "hyphens"], ["hyphens"]])
def test_the_rule_says_how_careful_to_be(fold, typos):
    said = text(fold=fold, typos=typos).marking_rule()

    assert ("do not matter" in said) == (len(fold) == 3)
    assert ("slip" in said) == bool(typos)


@pytest.mark.parametrize(
    ("typed", "share", "feedback"),
    [
        ("kozyrev", 1, "Yes."),
        ("Gorbachev", "0.5", "He had left office."),
        ("Mikhail Gorbachev", "0.5", "He had left office."),
        ("Yeltsin", 0, "No."),
    ],
)
def test_another_form_may_earn_a_part_and_a_comment(typed, share, feedback):
    partial = [{"accept": ["Gorbachev", "Mikhail Gorbachev"], "share": "0.5", "feedback": "He had left office."}]
    item = text(partial=partial, feedback_right="Yes.", feedback_wrong="No.")
    [row] = item.review(typed)

    assert str(item.mark(typed)) == str(share)
    assert (row.given, row.right, row.feedback) == (typed, "Kozyrev", feedback)
    assert row.verdict == (Verdict.RIGHT if share == 1 else Verdict.WRONG)


@pytest.mark.parametrize("raw", ["", "   ", "\n\t", None])
def test_nothing_but_space_is_a_blank(raw):
    assert text().clean(raw) is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [("x" * 501, "Shorten it"), (1961, "as text"), (["Kozyrev"], "as text"), ("Kozy\ud800rev", "as text")],
)
def test_what_cannot_be_kept_is_refused_in_words(raw, words):
    with pytest.raises(InvalidAnswer, match=words):
        text().clean(raw)


def test_five_hundred_letters_are_kept_whole():
    assert text().clean("й" * 500) == "й" * 500


@pytest.mark.parametrize(
    ("accept", "partial", "reason"),
    [
        (["Kozyrev", "KOZYREV"], [], "the same once folded: kozyrev"),
        (["Kozyrev"], ["kozyrev."], "the same once folded"),
        (["..."], [], "empty once folded"),
        ([], [], "at least 1 item"),
    ],
)
def test_forms_that_cannot_be_told_apart_are_refused(accept, partial, reason):
    partial = [{"accept": partial, "share": 0, "feedback": "No."}] if partial else []

    with pytest.raises(ValueError, match=reason):
        text(accept=accept, partial=partial)


def test_a_share_above_the_whole_is_refused():
    with pytest.raises(ValueError, match="less than or equal to 1"):
        text(partial=[{"accept": ["Primakov"], "share": 2, "feedback": "No."}])


# Slips of the pen, and forms with stars.


@pytest.mark.parametrize(
    ("accepted", "typos", "typed", "share"),
    [
        ("P'yongyang", 1, "Pyongyang", 1),  # an apostrophe is a letter here
        ("P'yongyang", 1, "P'yongyan", 1),
        ("O'Hara", 1, "O'Harra", 1),
        ("Jong's", 1, "Jongs", 1),
        ("B'de", 1, "B'd", 0),  # but not one of the five
        ("eighty", 1, "eight", 0),  # a number in words is that number
        ("seventy men", 1, "seventh men", 0),
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


@pytest.mark.parametrize(("typed", "share"), [("detente", 0), ("Détente", 0), ("déttente", 1)])
def test_what_an_author_insists_on_is_no_slip(typed, share):
    assert text("détente", fold=["hyphens"]).mark(typed) == share


@pytest.mark.parametrize(
    ("typed", "spelling"),
    [("Khushchev", "Khrushchev"), ("khrushchev", ""), ("Nikita Kruschev", "Nikita Khrushchev"), ("Brezhnev", "")],
)
def test_a_result_says_that_only_the_spelling_was_wrong(typed, spelling):
    accept = ["Khrushchev", "Nikita Khrushchev", "*S. Khrushchev"]
    [row] = text(*accept, typos=2).review(typed)

    assert row.spelling == spelling
    assert row.verdict == (Verdict.WRONG if typed == "Brezhnev" else Verdict.RIGHT)


def test_fewer_slips_go_before_more():
    partial = [{"accept": ["Brezhnew"], "share": 0, "feedback": "Somebody else."}]
    item = text("Brezhnov", typos=2, partial=partial)

    assert item.review("brezhnewe")[0].feedback == "Somebody else."
    assert item.mark("brezhnove") == 1


def test_what_is_right_in_another_gap_is_no_slip_in_this():
    gaps = {key: {"accept": [word], "feedback": WHY} for key, word in (("a", "north"), ("b", "forth"))}
    item = spec("cloze", text="From {{ a }} to {{ b }}.", gaps=gaps)

    assert item.mark({"a": "nortth", "b": "fortth"}) == 1
    assert item.mark({"a": "forth", "b": "north"}) == 0
    assert [row.spelling for row in item.review({"a": "nortth", "b": "forth"})] == ["north", ""]
    assert item.review({"a": "forth"})[0].verdict == Verdict.WRONG


def test_what_is_another_form_is_no_slip():
    partial = [{"accept": ["Brezhnew"], "share": 0, "feedback": "Somebody else."}]
    item = text("Brezhnev", typos=1, partial=partial)

    assert item.mark("brezhnew") == 0
    assert item.review("brezhnew")[0].feedback == "Somebody else."
    assert item.mark("brezhneff") == 0
    assert item.mark("breznev") == 1
    assert text("Primakov", typos=1, partial=partial).review("breznhew")[0].feedback == "Somebody else."


def distance(one: str, other: str) -> int:
    """Return the distance in which no letter is changed twice, by its definition."""
    costs = {(at, 0): at for at in range(len(one) + 1)} | {(0, to): to for to in range(len(other) + 1)}
    for at, to in product(range(1, len(one) + 1), range(1, len(other) + 1)):
        change = costs[at - 1, to - 1] + (one[at - 1] != other[to - 1])
        costs[at, to] = min(change, costs[at - 1, to] + 1, costs[at, to - 1] + 1)
        if at > 1 and to > 1 and one[at - 2 : at] == other[to - 2 : to][::-1]:
            costs[at, to] = min(costs[at, to], costs[at - 2, to - 2] + 1)
    return costs[len(one), len(other)]


@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 2))
def test_slips_are_counted_as_the_distance_is_defined(one, other, slips):
    assert is_within(one, other, slips) == (distance(one, other) <= slips)


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


@pytest.mark.parametrize(
    ("form", "typed", "share"),
    [
        (r"five\* rating", "five* rating", 1),
        (r"five\* rating", "five star rating", 0),
        (r"*five\*", "the five*", 1),
        (r"*five\*", "the five", 0),
        ("*Kozyrev", "Minister Andrei Kozyrev", 1),
        ("*Kozyrev", "Lavrov, Ivanov, Kozyrev", 0),  # a title, not a list of guesses
        ("*Kozyrev", "Lavrov or Kozyrev", 0),
        ("*Kozyrev*", "Lavrov and Kozyrev too", 0),
        ("*Kozyrev*", "old Kozyrev, and he alone", 1),
        ("*Kozyrev", "*Kozyrev", 0),  # nobody means a star by a star
        ("Kozyrev*test", "kozyrev*test", 0),
    ],
)
def test_a_star_of_its_own_is_written_with_a_backslash(form, typed, share):
    item = text("Something else", form, typos=0)

    assert item.mark(item.clean(typed)) == share


def test_a_form_is_shown_without_its_backslash():
    item = text(r"five\*", "five stars")

    assert item.right_answer() == "five*"
    assert item.review("four")[0].right == "five*"
    assert item.mark(item.clean(item.right_answer())) == 1
    assert item.key_words() == ("five*", "five stars")


def test_a_form_goes_before_one_with_a_star():
    partial = [{"accept": ["not Kozyrev"], "share": 0, "feedback": "Who, then?"}]

    assert text("Kozyrev", "*Kozyrev", partial=partial).mark("not Kozyrev") == 0


@pytest.mark.parametrize(
    ("accept", "reason"),
    [
        (["*Kozyrev"], "the first form is shown as the right answer"),
        (["Kozyrev", "*"], "accepts too much"),
        (["Kozyrev", "k*"], "accepts too much"),
        (["Kozyrev", "k*o*z*y*r*e*v"], "accepts too much"),
    ],
)
def test_a_form_with_stars_says_something(accept, reason):
    with pytest.raises(ValueError, match=reason):
        text(accept=accept)


@pytest.mark.parametrize("typos", [-1, 3])
def test_no_more_than_two_slips_are_forgiven(typos):
    with pytest.raises(ValueError, match="typos"):
        text(typos=typos)


@pytest.mark.parametrize(
    ("accepted", "typed"), [(["x", "a*a*a*a*b"], "a" * 500), (["a" * 500], "b" * 500), (["a" * 499 + "b"], "a" * 500)]
)
def test_no_form_and_no_answer_makes_marking_slow(accepted, typed):
    item = text(*accepted, typos=2)
    counted = 0

    def count(_frame, event, _arg):
        nonlocal counted
        counted += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        item.mark(typed)
    finally:
        sys.settrace(before)

    assert 0 < counted < 100_000


@pytest.mark.parametrize(("typed", "share"), [("2.2 billionn", 1), ("2.2bn dollars", 0), ("some 2.2bn", 1)])
def test_a_gap_is_compared_as_a_short_text_is(typed, share):
    gap = {"accept": ["2.2 billion", "some*2.2bn"], "typos": 1, "feedback": WHY}
    item = spec("cloze", text="It was {{ sum }}.", gaps={"sum": gap})

    assert item.mark({"sum": typed}) == share


def test_what_a_star_takes_in_is_spelt_rightly():
    """It is what the author meant; only a slip of the pen is told the right spelling."""
    item = text("railway", "rail*", typos=1)

    assert [item.review(typed)[0].spelling for typed in ("railways", "raliway", "railway")] == ["", "railway", ""]


def test_two_letters_before_a_star_are_enough():
    assert text("railway", "ra*", typos=0).mark("rail") == 1


def test_a_comma_in_an_accepted_form_need_not_be_typed():
    assert text("Rajin, North Korea", typos=0).mark("Rajin North Korea") == 1


@pytest.mark.parametrize(
    ("words", "pieces", "stand"),
    [("ab", ["a", "b", "b"], False), ("abb", ["a", "b", "b"], True), ("aba", ["a", "b", "a"], True)],
)
def test_pieces_of_a_form_with_stars_do_not_overlap(words, pieces, stand):
    assert stands_in(words, pieces) is stand


@pytest.mark.parametrize(
    ("letter", "plain"),
    [("ß", "ss"), ("æ", "ae"), ("Œ", "OE"), ("œ", "oe"), ("ı", "i"), ("ð", "d"), ("Þ", "Th"), ("ŋ", "ng"), ("Ё", "Е")],
)
def test_a_letter_of_its_own_may_be_written_with_plain_ones(letter, plain):
    assert text(f"{letter}uvre", typos=0).mark(f"{plain}uvre") == 1
