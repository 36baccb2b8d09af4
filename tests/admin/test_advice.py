"""What the rules of item writing say, on the pages of a question and of a quiz."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.template.defaultfilters import capfirst
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quizzes.lint.advice import advice_on_item, advice_on_quiz
from quizzes.lint.overrides import Override, short_hash
from quizzes.models import Item, ItemRevision, Quiz
from tests.admin.work import page_of, root
from tests.make import WHY, body, load, quiz_file, write_course

REASON = "Both readings are meant; the lesson sets them side by side."


def two_options(key, stem="Which of these was not paid?"):
    options = {
        "a": {"text": "Coal", "correct": True, "feedback": WHY},
        "b": {"text": "Timber", "feedback": f"{WHY} Twice."},
    }
    return {**body("single"), "key": key, "stem": stem, "options": options}


@pytest.fixture
def quiz(tmp_path: Path, db: None) -> Quiz:
    """A quiz of two questions that ask one thing, badly."""
    questions = [two_options("one"), two_options("two")]
    load(write_course(tmp_path, quizzes=[{**quiz_file(items=1), "items": questions}]))
    return Quiz.objects.get()


@pytest.fixture
def revision(quiz: Quiz) -> ItemRevision:
    return ItemRevision.objects.get(item__key="one")


def on_item(revision: ItemRevision, *overrides: Override) -> dict[str, str]:
    """Return what is said of a question: severity by rule."""
    found = advice_on_item(revision.item, revision.spec, overrides)
    return {one.rule: one.override or one.severity for one in found}


def test_a_question_is_told_its_findings_worst_first(revision):
    assert on_item(revision) == {"STEM-NEG-PLAIN": "error", "OPT-COUNT": "warning", "STEM-NEG": "warning"}
    assert next(iter(on_item(revision))) == "STEM-NEG-PLAIN"


def test_the_page_of_a_question_says_what_to_do(revision):
    page = root().get(page_of(revision)).content.decode()

    assert "There are 2 options." in page
    assert "Offer three to five options; three good ones are enough." in page
    assert f"<strong>{capfirst('error')}</strong>" in page


def test_the_page_of_a_quiz_says_what_its_questions_are_together(quiz):
    page = root().get(page_of(quiz)).content.decode()

    assert "BANK-NEARDUP" in page
    assert "It asks what one asks." in page
    assert "No question of the course is asked on a source" in page


def test_a_form_for_a_new_quiz_has_no_advice(quiz):
    browser = root()

    assert "field-advice" in browser.get(page_of(quiz)).content.decode()
    assert "field-advice" not in browser.get(reverse("admin:quizzes_quiz_add")).content.decode()


def test_a_shipped_override_applies_while_the_words_are_the_same(revision):
    mine = Override(rule="OPT-COUNT", item="one", hash=short_hash(revision.spec), reason=REASON)
    lapsed = Override(rule="OPT-COUNT", item="one", hash="0" * 12, reason=REASON)

    assert on_item(revision, mine)["OPT-COUNT"] == REASON
    assert on_item(revision, lapsed)["OPT-COUNT"] == "warning"
    assert on_item(revision, lapsed)["LINT-STALE"] == "warning"


def test_an_override_of_the_bank_applies_to_the_page_of_a_quiz(quiz):
    bank = Override(rule="BANK-LEVEL", bank=True, reason=REASON)
    other = Override(rule="STEM-NEG", item="one", hash="0" * 12, reason=REASON)

    said = {one.rule: one.override for one in advice_on_quiz(quiz, [bank, other])}

    assert said["BANK-LEVEL"] == REASON
    assert "LINT-STALE" not in said


def test_a_good_question_is_left_alone(tmp_path, db):
    question = two_options("one", "Which of these was paid to Moscow in kind?")
    question["options"]["c"] = {"text": "Grain", "feedback": f"{WHY} Thrice."}
    load(write_course(tmp_path, quizzes=[{**quiz_file(items=1), "items": [question]}]))
    revision = ItemRevision.objects.get(item__key="one")

    page = root().get(page_of(revision)).content.decode()

    assert "The item-writing rules find nothing to fix." in page


def queries_of(call, *arguments) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        call(*arguments)
    return len(queries)


def test_advice_costs_the_same_for_a_large_quiz(tmp_path, db):
    counts = []
    for size in (2, 14):
        folder = tmp_path / str(size)
        folder.mkdir()
        questions = [two_options(f"q{size}-{at}", f"Which goods came in year {at}?") for at in range(size)]
        load(write_course(folder, key=f"course-{size}", quizzes=[{**quiz_file(items=1), "items": questions}]))
        quiz = Quiz.objects.select_related("course").get(course__key=f"course-{size}")
        item = Item.objects.select_related("course", "quiz__course", "quiz__unit", "quiz__lesson").filter(quiz=quiz)[0]
        revision = item.revisions.get()
        counts.append((queries_of(advice_on_quiz, quiz, ()), queries_of(advice_on_item, item, revision.spec, ())))

    assert counts[0] == counts[1] == (2, 3)
