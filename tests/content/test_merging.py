"""A second writer: what a person changed here and what a file changed are merged, field by field."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from classes.management.commands.prepare import Command as Prepare
from courses.content.conflicts import ContentConflict
from courses.content.merge import ABSENT, UNKNOWN, Choices, merge, merge_order
from courses.content.problems import ContentInvalid
from courses.models import (
    ContentFile,
    Course,
    GlossaryTerm,
    Lane,
    LearningObjective,
    Lesson,
    Section,
    Source,
    StudyStatement,
    TimelineEvent,
    Unit,
)
from courses.services.content import rerender_course
from quizzes.management.commands.load_content import ContentRefused
from quizzes.models import Item, Quiz
from quizzes.services.authoring import edit_item
from tests.content.sample import edit, everything
from tests.make import NOW, load

QUIZ, ALLIANCE, TRADE = "quizzes/alliance.yaml", "lessons/alliance.md", "lessons/trade.md"


def edited_here(model: Any, key: str, **values: Any) -> None:
    """Change a row as the admin does."""
    model.objects.filter(key=key).update(edited_at=NOW, **values)
    rerender_course(Course.objects.get())


def edited_words(key: str = "a-2", **words: Any) -> None:
    """Give a question other words as the admin does."""
    item = Item.objects.get(key=key)
    spec = item.revisions.current().get().spec.model_copy(update=words)
    edit_item(item=item, spec=spec, editor=User.objects.get_or_create(username="editor")[0], now=NOW)


def words_of(key: str = "a-2") -> Any:
    """Return the words that stand."""
    return Item.objects.get(key=key).revisions.current().get().spec


def conflicts_of(folder, *take):
    with pytest.raises(ContentConflict) as refusal:
        load(folder, *take)
    return refusal.value.conflicts


# The merge itself.


@pytest.mark.parametrize(
    ("base", "file", "database", "merged"),
    [
        ("a", "a", "a", "a"),
        ("a", "b", "a", "b"),
        ("a", "a", "b", "b"),
        ("a", "b", "b", "b"),
        ("a", ABSENT, "a", ABSENT),
        ("a", "a", ABSENT, ABSENT),
        (ABSENT, "b", ABSENT, "b"),
        (1, 1.0, 2, 2),
        ({"x": 1, "y": 1}, {"x": 2, "y": 1}, {"x": 1, "y": 2}, {"x": 2, "y": 2}),
        ({"x": 1, "y": 1}, {"x": 1}, {"x": 2, "y": 1}, {"x": 2}),
        ({"x": 1}, {"x": 1, "y": 1}, {"x": 1, "z": 1}, {"x": 1, "y": 1, "z": 1}),
        (
            [["x", 1], ["y", 1]],
            [["x", 1], ["n", 1], ["y", 1]],
            [["y", 1], ["x", 2]],
            [["y", 1], ["x", 2], ["n", 1]],
        ),
        ("One.\n\nTwo.\n\nThree.", "One!\n\nTwo.\n\nThree.", "One.\n\nTwo!\n\nThree.", "One!\n\nTwo!\n\nThree."),
        ("One.\n\nTwo.", "One.\n\nTwo.\n\nThree.", "Zero.\n\nTwo.", "Zero.\n\nTwo.\n\nThree."),
        ([1, 2], [1, 2, 3], [1, 2], [1, 2, 3]),
    ],
)
def test_what_only_one_side_changed_stands(base, file, database, merged):
    assert merge(base, file, database, lambda *_: pytest.fail("no conflict")) == merged


@pytest.mark.parametrize(
    ("base", "file", "database", "fields"),
    [
        ("a", "b", "c", [""]),
        ("a", ABSENT, "c", [""]),
        (ABSENT, "b", "c", [""]),
        (UNKNOWN, "b", "c", [""]),
        ({"x": 1, "y": 1}, {"x": 2, "y": 1}, {"x": 3, "y": 2}, ["x"]),
        ({"x": {"y": 1}}, {"x": {"y": 2}}, {"x": {"y": 3}}, ["x.y"]),
        (UNKNOWN, {"x": 1, "y": 1}, {"x": 1, "y": 2}, ["y"]),
        ([["x", 1]], [["x", 2]], [["x", 3]], ["x"]),
        ("One.\n\nTwo.", "One!\n\nTwo.", "One?\n\nTwo.", [""]),
        ([1], [2], [3], [""]),
    ],
)
@pytest.mark.parametrize("side", ["file", "database"])
def test_what_both_changed_is_decided(base, file, database, fields, side):
    asked: list[str] = []

    def settle(field: str, *_: Any) -> Any:
        asked.append(field)
        return side

    merged = merge(base, file, database, settle)
    chosen = file if side == "file" else database

    assert asked == fields
    assert merged == chosen or isinstance(merged, dict)


@pytest.mark.parametrize(
    ("base", "file", "database", "members", "order"),
    [
        ("abc", "abc", "abc", "abc", "abc"),
        ("abc", "xabc", "cab", "xabc", "xcab"),
        ("abc", "acb", "abc", "abc", "acb"),
        ("abc", "ab", "cab", "ab", "ab"),
        ("abc", "abc", "abdc", "abdc", "abdc"),
        ("abc", "acb", "bac", "abc", None),
        (UNKNOWN, "ab", "ba", "ab", None),
        (UNKNOWN, "abx", "ayb", "abxy", "aybx"),
    ],
)
def test_an_order_is_that_of_the_side_that_changed_it(base, file, database, members, order):
    merged = merge_order(base if base is UNKNOWN else list(base), list(file), list(database), set(members))

    assert merged == (None if order is None else list(order))


@pytest.mark.parametrize("text", ["both", "file:", "file:lesson", "file:a/b/c/d", "", "database:x"])
def test_a_choice_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match=r"^"):
        Choices.parse([text])


# Rows.


def test_an_edit_made_here_stays_while_the_file_is_as_it_was(folder, course):
    edited_here(Lesson, "trade", title="Trade, edited")
    edited_here(Quiz, "alliance", title="Quiz, edited")
    edited_words(stem="When?")

    report = load(folder)

    assert report.kept == ["lesson trade", "quiz alliance", "question a-2"]
    assert report.is_empty
    assert Lesson.objects.get(key="trade").title == "Trade, edited"
    assert Quiz.objects.get().title == "Quiz, edited"
    assert words_of().stem == "When?"


CHANGES = [
    (Course, "treaties", {"subtitle": "Edited"}, "course.yaml", "title: Treaties", "title: Pacts", {"title": "Pacts"}),
    (Unit, "patron", {"label": "I"}, "course.yaml", "title: Patron", "title: Ally", {"title": "Ally"}),
    (Source, "koval-2001", {"note": "Edited"}, "sources.yaml", "type: book", "type: report", {}),
    (
        GlossaryTerm, "mutual-assistance", {"term": "Aid"}, "glossary.yaml", "to *help*", "to help",
        {"definition": "A promise to help."},
    ),
    (
        TimelineEvent, "alliance-signed", {"title": "Signed"}, "timeline.yaml", "in Moscow.", "there.",
        {"text": "It is signed there.[@treaty-1961]"},
    ),
    (
        StudyStatement, "S01", {"verdict": "disputed"}, "study.yaml", "was a duty", "is a duty",
        {"text": "The alliance is a duty to help."},
    ),
    (Lesson, "trade", {"summary": "Edited."}, TRADE, "title: The trade", "title: Trade", {"title": "Trade"}),
    (Quiz, "alliance", {"pass_percent": 55}, QUIZ, "title: The alliance", "title: Alliance", {"title": "Alliance"}),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_different_fields_merge(folder, course, change):
    model, key, here, file, old, new, there = change
    edited_here(model, key, **here)
    edit(folder, file, old, new)

    report = load(folder)

    row = model.objects.get(key=key)
    assert {name: getattr(row, name) for name in {**here, **there}} == {**here, **there}
    assert len(report.merged) == 1
    assert report.merged[0].endswith(key)
    assert row.edited_at == NOW
    again = load(folder)
    assert again.is_empty
    assert again.kept == report.merged


def test_both_sides_of_a_source_stand(folder, course):
    edited_here(Source, "koval-2001", note="Edited")
    edit(folder, "sources.yaml", "title: Roubles and rice", "title: Rice")

    load(folder)

    source = Source.objects.get(key="koval-2001")
    assert (source.csl["title"], source.note) == ("Rice", "Edited")
    assert "Rice" in source.html


def test_paragraphs_of_a_lesson_merge(folder, course):
    body = Lesson.objects.get(key="alliance").body
    edited_here(Lesson, "alliance", body=body.replace("Both sides", "The two sides"))
    edit(folder, ALLIANCE, "Readings differ.", "Readings differ to this day.")

    report = load(folder)

    lesson = Lesson.objects.get(key="alliance")
    assert report.merged == ["lesson alliance"]
    assert "The two sides promised" in lesson.body
    assert "differ to this day" in lesson.body
    html = str([section.parts for section in lesson.sections.all()])
    assert "The two sides promised" in html
    assert "differ to this day" in html


def test_words_of_a_question_merge(folder, course):
    edited_words(stem="When?")
    edit(folder, QUIZ, "feedback_right: Yes.", "feedback_right: Indeed.")

    report = load(folder)

    assert report.merged == ["question a-2"]
    assert (words_of().stem, words_of().feedback_right) == ("When?", "Indeed.")
    assert load(folder).is_empty


def test_parts_of_a_question_merge(folder, course):
    options = words_of("a-1").options
    edited_words("a-1", options={**options, "a": options["a"].model_copy(update={"text": "Help at once"})})
    edit(folder, QUIZ, "text: Trade,", "text: Trade and talks,")

    load(folder)

    assert [option.text for option in words_of("a-1").options.values()] == ["Help at once", "Trade and talks"]


def test_objectives_of_a_lesson_merge_one_by_one(folder, course):
    LearningObjective.objects.filter(key="say-promise").update(text="Say what was meant.")
    edited_here(Lesson, "alliance")
    second = "  - {key: say-promise, level: understand, text: Say what was promised.}\n"
    edit(folder, ALLIANCE, second, f"{second}  - {{key: say-when, level: remember, text: Say when.}}\n")

    report = load(folder)

    assert report.merged == ["lesson alliance"]
    texts = dict(LearningObjective.objects.filter(lesson__key="alliance").values_list("key", "text"))
    assert texts == {"say-promise": "Say what was meant.", "say-when": "Say when."}


def test_an_edit_that_equals_the_file_is_no_edit_any_more(folder, course):
    edited_here(Lesson, "trade", title="Trade")
    edit(folder, TRADE, "title: The trade", "title: Trade")

    report = load(folder)

    assert (report.kept, report.merged) == ([], [])
    assert Lesson.objects.get(key="trade").edited_at is None


def test_a_row_retired_here_stays_retired_whatever_its_file_changes(folder, course):
    edited_here(TimelineEvent, "alliance-signed", is_retired=True)
    edit(folder, "timeline.yaml", "title: The alliance is signed", "title: Signed")

    load(folder)

    event = TimelineEvent.objects.get()
    assert (event.is_retired, event.title) == (True, "Signed")


def test_rows_made_here_are_left_alone_until_a_file_holds_them(folder, course):
    Lane.objects.create(course=course, key="seoul", title="Seoul", position=3, edited_at=NOW)

    assert load(folder).is_empty

    edit(folder, "timeline.yaml", "events:", "  - {key: seoul, title: Seoul}\nevents:")
    report = load(folder)

    lane = Lane.objects.get(key="seoul")
    assert report.is_empty
    assert (lane.edited_at, lane.position, lane.loaded_hash != "") == (None, 3, True)


def test_an_order_changed_here_stays_and_takes_in_what_the_file_adds(folder, course):
    edited_here(Lane, "world", position=0)
    edit(folder, "timeline.yaml", "events:", "  - {key: seoul, title: Seoul}\nevents:")

    load(folder)

    assert list(Lane.objects.order_by("position").values_list("key", flat=True)) == ["world", "seoul", "moscow"]
    assert load(folder).is_empty


def test_a_section_renamed_here_leaves_its_questions_answered_where_they_were(folder, course):
    body = Lesson.objects.get(key="alliance").body
    edited_here(Lesson, "alliance", body=body.replace("{#meaning}", "{#sense}"))

    report = load(folder)

    assert Section.objects.get(key="meaning").is_retired
    assert Item.objects.get(key="a-2").section.key == "meaning"
    assert report.notes == ["a-2: its section “meaning” is not in the lesson as it was edited here; choose another"]


# Conflicts.


def test_conflicts_are_shown_all_at_once_with_both_texts_and_nothing_is_written(folder, course):
    edited_here(Lesson, "trade", title="Trade, edited", summary="Edited.")
    edited_words(stem="When?")
    edit(folder, TRADE, "title: The trade", "title: Trade, filed")
    edit(folder, QUIZ, "In which year?", "In what year?")
    edit(folder, "course.yaml", "title: Treaties", "title: Pacts")
    before = everything()

    with pytest.raises(ContentConflict) as refusal:
        load(folder)

    assert [conflict.name for conflict in refusal.value.conflicts] == ["lesson/trade/title", "question/a-2/stem"]
    lesson, question = refusal.value.problems
    assert (lesson.file, question.file) == (TRADE, QUIZ)
    assert lesson.reason == (
        "“title” of lesson “trade” was changed both in the file and in the admin (2026-03-02 09:00 UTC). "
        "Last loaded: “The trade” · File: “Trade, filed” · Here: “Trade, edited”"
    )
    assert "--take file:lesson/trade/title or --take database:lesson/trade/title" in lesson.suggestion
    assert question.line > 1
    assert everything() == before


@pytest.mark.parametrize(
    ("take", "title", "stem"),
    [
        (["file"], "Trade, filed", "In what year?"),
        (["database"], "Trade, edited", "When?"),
        (["file:lesson/trade/title", "database:question/a-2/stem"], "Trade, filed", "When?"),
        (["database", "file:question/a-2"], "Trade, edited", "In what year?"),
    ],
)
def test_a_choice_settles_conflicts_and_nothing_else(folder, course, take, title, stem):
    edited_here(Lesson, "trade", title="Trade, edited", summary="Edited.")
    edited_here(Unit, "patron", label="I")
    edited_words(stem="When?")
    edited_words("a-1", stem="What was promised then?")
    edit(folder, TRADE, "title: The trade", "title: Trade, filed")
    edit(folder, QUIZ, "In which year?", "In what year?")

    load(folder, *take)

    lesson = Lesson.objects.get(key="trade")
    assert (lesson.title, lesson.summary) == (title, "Edited.")
    assert words_of().stem == stem
    assert words_of("a-1").stem == "What was promised then?"
    assert Unit.objects.get().label == "I"
    assert load(folder).is_empty


def test_a_choice_for_one_conflict_leaves_the_others_open(folder, course):
    edited_here(Lesson, "trade", title="Trade, edited", summary="Edited.")
    edit(folder, TRADE, "title: The trade", "title: Trade, filed")
    edit(folder, TRADE, "summary: What was paid in roubles.", "summary: Filed.")

    [left] = conflicts_of(folder, "file:lesson/trade/title")

    assert left.name == "lesson/trade/summary"


def test_a_choice_that_is_about_no_conflict_is_told(folder, course):
    assert load(folder, "file:lesson/trade/title").notes == ["--take lesson/trade/title: there is no such conflict"]


def test_a_row_edited_here_and_gone_from_the_files_is_decided(folder, course):
    edited_here(TimelineEvent, "alliance-signed", title="Signed")
    (folder / "timeline.yaml").write_text(
        "lanes: [{key: moscow, title: Moscow}, {key: world, title: The wider world}]\nevents: []\n"
    )

    [conflict] = conflicts_of(folder)
    assert conflict.name == "event/alliance-signed/row"

    load(folder, "database:event/alliance-signed")
    assert not TimelineEvent.objects.get().is_retired
    assert load(folder).is_empty


def test_edits_that_do_not_go_together_are_a_conflict(folder, course):
    edited_here(Quiz, "alliance", due_at=NOW)
    edit(folder, QUIZ, "practice: true", 'practice: true\nopens: "2030-01-01T00:00:00+00:00"')

    [conflict] = conflicts_of(folder)

    assert conflict.name == "quiz/alliance/row"


def test_an_order_changed_on_both_sides_is_a_conflict(folder, course):
    edited_here(Lesson, "alliance", position=9)
    edit(folder, "course.yaml", "lessons: [alliance, trade]", "lessons: [trade, alliance]")
    assert load(folder).is_empty is False
    assert list(Lesson.objects.order_by("position").values_list("key", flat=True)) == ["trade", "alliance"]

    Item.objects.filter(key="a-1").update(position=9, edited_at=NOW)
    Item.objects.filter(key="a-2").update(position=1)
    assert [item.key for item in Quiz.objects.get().items.current().questions()] == ["a-2", "a-1"]
    load(folder)
    assert [item.key for item in Quiz.objects.get().items.current().questions()] == ["a-2", "a-1"]


@pytest.mark.parametrize("take", [[], ["database"]])
def test_a_question_on_a_section_that_only_the_file_has_is_refused_in_words(folder, course, take):
    edited_here(Lesson, "trade", body="## The figures {#figures}\n\nEdited.")
    edit(folder, TRADE, "{{ figure trade }}\n\nTrade grew.", "## Growth {#growth}\n\nTrade grew.")
    edit(folder, QUIZ, "section: meaning", "section: trade#growth")

    with pytest.raises(ContentInvalid) as refusal:
        load(folder, *take)

    assert {problem.file for problem in refusal.value.problems} == {QUIZ if take else TRADE}
    words = "has no section “trade#growth” here" if take else "“body” of lesson “trade” was changed both"
    assert any(words in problem.reason for problem in refusal.value.problems)


# Without the files of the last load.


def test_a_database_without_kept_files_keeps_its_edits(folder, course):
    edited_here(Lesson, "trade", title="Trade, edited")
    ContentFile.objects.all().delete()

    assert load(folder).kept == ["lesson trade"]
    assert ContentFile.objects.exists()


def test_a_database_without_kept_files_asks_about_fields_that_differ(folder, course):
    edited_here(Lesson, "trade", title="Trade, edited")
    ContentFile.objects.all().delete()
    edit(folder, TRADE, "summary: What was paid in roubles.", "summary: Filed.")

    assert [conflict.field for conflict in conflicts_of(folder)] == ["title", "summary"]


# The command.


def test_the_command_takes_what_it_is_told(folder, course):
    edited_here(Lesson, "trade", title="Trade, edited")
    edit(folder, TRADE, "title: The trade", "title: Trade, filed")

    call_command("load_content", folder, "--take", "file:lesson/trade/title", stdout=StringIO())

    assert Lesson.objects.get(key="trade").title == "Trade, filed"


def test_the_command_tells_conflicts_from_mistakes(folder, course):
    edited_here(Lesson, "trade", title="Trade, edited")
    edit(folder, TRADE, "title: The trade", "title: Trade, filed")

    with pytest.raises(ContentRefused, match=r"1 conflict\. Nothing was changed\.") as refusal:
        call_command("load_content", folder, stderr=StringIO())

    assert refusal.value.is_conflict


def test_a_conflict_in_what_ships_leaves_the_site_serving(folder, course, monkeypatch):
    edited_here(Lesson, "trade", title="Trade, edited")
    edit(folder, TRADE, "title: The trade", "title: Trade, filed")
    monkeypatch.setattr("quizzes.management.commands.load_content.shipped_folders", lambda: [folder])
    monkeypatch.setattr(Prepare, "_take_away", lambda _self, _course: None)
    said = StringIO()

    call_command("prepare", stdout=StringIO(), stderr=said)

    assert "lesson/trade/title" in said.getvalue()
    assert "The course is served as it stands." in said.getvalue()
    assert Lesson.objects.get(key="trade").title == "Trade, edited"


def test_mistakes_in_what_ships_stop_it(folder, course, monkeypatch):
    edit(folder, TRADE, "title: The trade\n", "")
    monkeypatch.setattr("quizzes.management.commands.load_content.shipped_folders", lambda: [folder])

    with pytest.raises(CommandError, match="1 mistake"):
        call_command("prepare", stdout=StringIO(), stderr=StringIO())


def test_the_command_tells_what_was_merged(folder, course):
    edited_here(Lesson, "trade", summary="Edited.")
    edit(folder, TRADE, "title: The trade", "title: Trade, filed")
    said = StringIO()

    call_command("load_content", folder, stdout=said)

    assert "merged    lesson trade" in said.getvalue()


def test_the_command_reads_nothing_of_files_that_have_not_changed(folder, course, monkeypatch):
    edited_here(Lesson, "trade", title="Trade, edited")
    monkeypatch.setattr("quizzes.management.commands.load_content.read_folder", lambda _root: pytest.fail("it is read"))
    said = StringIO()

    call_command("load_content", folder, stdout=said)

    assert "kept      lesson trade" in said.getvalue()
    assert "0 added, 0 changed, 0 retired, 16 unchanged" in said.getvalue()


def test_other_code_loads_the_same_files_again(folder, course):
    Course.objects.update(loaded_by="another")
    said = StringIO()

    call_command("load_content", folder, stdout=said)

    assert Course.objects.get().loaded_by not in ("", "another")
