"""What a load says of work already done: right answers, pass marks, sections and keys that are others now."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from courses.content.problems import ContentInvalid
from courses.content.renames import Rename, likely_renames
from courses.models import Course, Lesson, Section, SectionRead
from courses.services.progress import mark_read
from quizzes.models import Attempt, Item, Quiz
from tests.content.sample import edit
from tests.content.test_mistakes import ALLIANCE, QUIZ, TRADE
from tests.make import NOW, answer_rightly, load, make_attempt, make_course, make_user, submit


@pytest.fixture
def result(course):
    """A submitted attempt with everything right."""
    attempt = make_attempt(Quiz.objects.get(), make_user())
    answer_rightly(attempt)
    return submit(attempt)


def read_trade(student):
    """Let a student read the lesson on trade."""
    mark_read(lesson=Lesson.objects.get(key="trade"), sections=["figures"], student=student, now=NOW)


RIGHT, WRONG = "{text: Help, correct: true, feedback", "{text: Trade, feedback"
KEY = "the right answer changed, and 1 result was marked by the old one"


@pytest.mark.parametrize(
    ("old", "new", "is_noted"),
    [
        ("answer: 1961", "answer: 1962", True),
        ("tolerance: {kind: absolute, value: 0}", "tolerance: {kind: absolute, value: 1}", False),
        ("In which year?", "In what year?", False),
        ("text: Help, correct", "text: Help at once, correct", False),
        ("feedback_right: Yes.", "feedback_right: Indeed.", False),
    ],
)
def test_a_changed_right_answer_is_told_apart_from_a_typing_error(folder, result, old, new, is_noted):
    edit(folder, QUIZ, old, new)

    notes = load(folder).notes

    assert any(KEY in note for note in notes) == is_noted


def test_exchanged_options_change_the_right_answer_and_no_mark(folder, result):
    edit(folder, QUIZ, RIGHT, "{text: Help, feedback")
    edit(folder, QUIZ, WRONG, "{text: Trade, correct: true, feedback")
    before = result.score

    notes = load(folder).notes

    assert any(note.startswith("a-1: the right answer changed") and "Regrade" in note for note in notes)
    assert Attempt.objects.get().score == before


def test_a_changed_right_answer_that_marked_nothing_is_no_news(folder, course):
    make_attempt(Quiz.objects.get(), make_user())
    edit(folder, QUIZ, "answer: 1961", "answer: 1962")

    assert not any("right answer" in note for note in load(folder).notes)


def test_a_right_answer_put_back_touches_only_who_met_the_other(folder, result):
    edit(folder, QUIZ, "answer: 1961", "answer: 1962")
    load(folder)
    edit(folder, QUIZ, "answer: 1962", "answer: 1961")

    assert not any("right answer" in note for note in load(folder).notes)


@pytest.mark.parametrize(("percent", "is_noted"), [(40, True), (60, False)])
def test_a_moved_pass_mark_says_whose_result_turns(folder, course, percent, is_noted):
    attempt = make_attempt(Quiz.objects.get(), make_user())
    answer_rightly(attempt, count=1)
    submit(attempt)
    edit(folder, QUIZ, "pass_percent: 70", f"pass_percent: {percent}")

    notes = load(folder).notes

    words = f"alliance: the pass mark moved from 70% to {percent}%; 1 result changes between passed and not"
    assert (words in notes) == is_noted


def test_a_section_that_is_gone_is_named_with_its_readers(folder, course):
    read_trade(make_user())
    edit(folder, TRADE, "{#figures}", "{#numbers}")
    edit(folder, ALLIANCE, "trade#figures", "trade#numbers")

    [note] = load(folder).notes

    assert note.startswith("trade: the section figures is gone; 1 student had read it.")
    assert "--rename section:trade#figures=NEW" in note


def renamed_lesson(folder):
    """Give the lesson on trade another key."""
    (folder / TRADE).rename(folder / "lessons" / "commerce.md")
    edit(folder, "lessons/commerce.md", "lesson: trade", "lesson: commerce")
    edit(folder, "course.yaml", "[alliance, trade]", "[alliance, commerce]")
    edit(folder, ALLIANCE, "lesson:trade#", "lesson:commerce#")


def renamed_quiz(folder):
    """Give the quiz another key."""
    (folder / QUIZ).rename(folder / "quizzes" / "pact.yaml")
    edit(folder, "quizzes/pact.yaml", "quiz: alliance", "quiz: pact")


def renamed_question(folder):
    """Give a question another key."""
    edit(folder, QUIZ, "key: a-2", "key: year-of-treaty")


def renamed_course(folder):
    """Give the course another key."""
    edit(folder, "course.yaml", "course: treaties", "course: pacts")


RENAMES = [
    (renamed_lesson, "lesson:trade=commerce", Lesson),
    (renamed_quiz, "quiz:alliance=pact", Quiz),
    (renamed_question, "question:a-2=year-of-treaty", Item),
    (renamed_course, "course:treaties=pacts", Course),
]


@pytest.mark.parametrize(("rename", "order", "model"), RENAMES)
def test_a_rename_is_recognised_and_offered(folder, result, rename, order, model):
    read_trade(make_user("reader"))
    rename(folder)

    notes = load(folder).notes

    [note] = [note for note in notes if "looks like a rename" in note]
    assert "1 student has work" in note
    assert note.endswith(f"load_content --rename {order}")


def test_a_renamed_course_with_other_words_is_known_by_its_lessons(folder, result):
    renamed_course(folder)
    edit(folder, "course.yaml", "title: Treaties", "title: Something else altogether, in many more words than before")

    [note] = [note for note in load(folder).notes if "looks like a rename" in note]

    assert note.startswith("The course treaties stays live beside pacts;")
    assert note.endswith("load_content --rename course:treaties=pacts")


def test_another_course_is_no_rename(folder, course):
    make_course(key="other", lessons=2)

    renamed_course(folder)
    notes = load(folder).notes

    assert not any("other" in note for note in notes if "rename" in note)


@pytest.mark.parametrize("is_loaded_before", [False, True])
@pytest.mark.parametrize(("rename", "order", "model"), RENAMES)
def test_a_rename_on_request_keeps_the_row_with_all_its_work(folder, result, rename, order, model, is_loaded_before):
    _what, _colon, keys = order.partition(":")
    old, new = keys.split("=")
    row = model.objects.get(key=old)
    rename(folder)
    if is_loaded_before:
        load(folder)

    call_command("load_content", folder, "--rename", order)

    row.refresh_from_db()
    assert (row.key, row.is_retired) == (new, False)
    assert not any("looks like a rename" in note for note in load(folder).notes)
    assert load(folder).is_empty


def test_a_renamed_section_keeps_its_readers(folder, course):
    read_trade(make_user())
    edit(folder, TRADE, "{#figures}", "{#numbers}")
    edit(folder, ALLIANCE, "trade#figures", "trade#numbers")

    call_command("load_content", folder, "--rename", "section:trade#figures=numbers")

    assert SectionRead.objects.get().section.key == "numbers"


@pytest.mark.parametrize("order", ["lesson:trade", "trade=commerce", "unit:patron=other", "lesson:=x"])
def test_a_rename_that_cannot_be_read_is_refused(folder, course, order):
    with pytest.raises(CommandError, match="Write a rename as WHAT:OLD=NEW"):
        call_command("load_content", folder, "--rename", order)


def test_a_rename_of_nothing_changes_nothing(folder, course):
    with pytest.raises(CommandError, match=r"1 mistake\. Nothing was changed\."):
        call_command("load_content", folder, "--rename", "lesson:trades=commerce")


def test_only_what_is_alike_is_a_rename():
    gone = {"a": "The worst years\nTrade fell.", "b": "Rails\nA line was built."}
    added = {"c": "The worst years\nTrade fell far.", "d": "Something else altogether, of another length."}

    assert likely_renames(gone, added) == [("a", "c")]
    assert Rename.parse("lesson:a=c", ["lesson"]) == Rename("lesson", "a", "c")


# Charts, and sections without words.


def test_one_faulty_chart_is_one_mistake_at_its_own_file(folder, course):
    figure = (folder / "figures" / "trade.yaml").read_text(encoding="utf-8")
    good = "chart: {mark: bar, encoding: {x: {field: year, type: ordinal}, y: {field: value, type: quantitative}}}"
    (folder / "figures" / "good.yaml").write_text(figure.replace("figure: trade", "figure: good") + good)
    edit(folder, "figures/trade.yaml", "rows:", "chart: {mark: {type: nonsense}}\nrows:")

    with pytest.raises(ContentInvalid) as refusal:
        load(folder)

    [problem] = refusal.value.problems
    assert problem.file == "figures/trade.yaml"
    assert problem.reason.startswith("Vega-Lite cannot draw this chart: Cannot read")


@pytest.mark.parametrize("words", ["", "\n{{ check promise-check }}\n"])
def test_a_section_may_hold_no_words(folder, db, words):
    if words:
        edit(folder, ALLIANCE, "{{ check promise-check }}\n", "")
    path = folder / ALLIANCE
    path.write_text(f"{path.read_text(encoding='utf-8')}\n## Later {{#later}}\n{words}", encoding="utf-8")

    load(folder)

    assert Section.objects.get(key="later").title == "Later"
