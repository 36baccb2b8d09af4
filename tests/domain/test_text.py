"""Short text: what does not matter is folded away, in three scripts."""

from __future__ import annotations

import unicodedata

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from tests.make import text


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


@pytest.mark.parametrize("fold", [["case", "accents", "hyphens"], ["hyphens"]])
def test_the_rule_says_how_careful_to_be(fold):
    says_nothing_matters = "do not matter" in text(fold=fold).marking_rule()

    assert says_nothing_matters == (len(fold) == 3)


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
    ("raw", "words"), [("x" * 501, "too long"), (1961, "as text"), (["Kozyrev"], "as text"), ("Kozy\x00rev", "as text")]
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
