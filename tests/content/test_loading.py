"""Loading: twice is once, all or nothing, nothing a student has met is lost, no edit is overwritten unseen."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.content import load as loading
from courses.content.problems import ContentInvalid
from courses.models import (
    Course,
    Figure,
    GlossaryTerm,
    Lane,
    LearningObjective,
    Lesson,
    Section,
    SectionRead,
    Source,
    StudyStatement,
    TimelineEvent,
    Unit,
)
from courses.services.content import rerender_course
from courses.services.progress import mark_read
from quizzes.content.folder import read_folder
from quizzes.domain.specs import content_hash
from quizzes.models import Attempt, Item, ItemRevision, Quiz
from tests.content.sample import edit, everything
from tests.make import (
    NOW,
    answer_rightly,
    give,
    load,
    make_attempt,
    make_user,
    quiz_file,
    submit,
    write_course,
    write_lesson,
    write_yaml,
)  # fmt: skip

QUIZ, ALLIANCE, TRADE = "quizzes/alliance.yaml", "lessons/alliance.md", "lessons/trade.md"
MEANING = """## What was meant {#meaning}

Readings differ.[@koval-2001; @treaty-1961]
"""


def attempt_by(name="student"):
    return make_attempt(Quiz.objects.get(), make_user(name))


# What is written.


def test_a_folder_becomes_a_course(course):
    assert (course.key, course.title, course.summary_html) == ("treaties", "Treaties", "<p>What was promised.</p>\n")
    unit = Unit.objects.get()
    assert (unit.label, unit.title, unit.years, unit.colour) == ("Phase 1", "Patron", "1945–1990", "brick")
    first, second = Lesson.objects.current()
    assert (first.key, first.number, first.minutes, first.is_written) == ("alliance", "1.1", 10, True)
    assert (second.key, second.position) == ("trade", 2)
    assert [section.key for section in first.sections.all()] == ["promise", "meaning"]
    assert first.sections.get(key="promise").facts == ["treaty-text"]


def test_what_lessons_refer_to_is_linked_with_them(course):
    assert set(Source.objects.get(key="treaty-1961").lessons.values_list("key", flat=True)) == {"alliance"}
    assert set(Source.objects.get(key="koval-2001").lessons.values_list("key", flat=True)) == {"alliance", "trade"}
    assert set(GlossaryTerm.objects.get().lessons.values_list("key", flat=True)) == {"alliance"}
    assert set(StudyStatement.objects.get().lessons.values_list("key", flat=True)) == {"alliance"}
    assert set(StudyStatement.objects.get().items.values_list("key", flat=True)) == {"a-1"}


def test_a_quiz_holds_its_questions_in_order_and_its_checks_apart(course):
    quiz = Quiz.objects.get()

    assert (quiz.lesson.key, quiz.unit.key, quiz.is_practice, quiz.max_attempts) == ("alliance", "patron", True, None)
    assert [item.key for item in quiz.items.current().questions()] == ["a-1", "a-2"]
    assert [item.key for item in quiz.items.current().checks()] == ["promise-check"]
    assert quiz.items.get(key="a-1").section.key == "promise"
    assert quiz.items.get(key="a-1").objective.key == "say-promise"
    assert quiz.items.get(key="a-2").revisions.get().spec.answer == 1961


def test_a_check_stands_between_the_parts_of_its_section(course):
    parts = Section.objects.get(key="promise").parts

    assert [list(part) for part in parts] == [["html"], ["check"], ["html"]]
    assert parts[1] == {"check": "promise-check"}


def test_an_event_lies_within_the_days_it_may_mean(folder, course):
    event = TimelineEvent.objects.get()
    assert (str(event.starts_on), str(event.ends_on)) == ("1961-07-06", "1961-07-06")

    edit(folder, "timeline.yaml", '"1961-07-06"', "1960-02/1961")
    load(folder)

    event.refresh_from_db()
    assert (str(event.starts_on), str(event.ends_on)) == ("1960-02-01", "1961-12-31")


def test_a_figure_keeps_its_columns_in_the_authors_order(folder, db):
    edit(folder, "figures/trade.yaml", "  year: Year\n", "  zone: Zone\n  year: Year\n")
    load(folder)

    columns = dict(Figure.objects.get().declaration["columns"])

    assert list(columns) == ["zone", "year", "value"]
    assert columns["value"] == {"label": "Trade", "unit": "million roubles"}


# Twice is once.


def test_loading_again_changes_nothing(folder, course):
    before = everything()

    report = load(folder)

    assert report.is_empty
    assert (report.kept, report.notes) == ([], [])
    assert len(report.unchanged) == 16
    assert everything() == before


def test_another_layout_of_the_same_content_changes_nothing(folder, course):
    before = everything()
    edit(folder, "course.yaml", "title: Treaties\n", "")
    edit(folder, "course.yaml", "course: treaties\n", "# A comment.\n\ntitle:   'Treaties'\ncourse: treaties\n")
    edit(
        folder,
        QUIZ,
        "    tolerance: {kind: absolute, value: 0}",
        "    tolerance:\n      value: 0\n      kind: absolute",
    )

    assert load(folder).is_empty
    assert {**everything(), "ContentFile": before["ContentFile"]} == before


def test_two_courses_do_not_touch_each_other(folder, course, tmp_path):
    edit(folder, "course.yaml", "course: treaties", "course: pacts")

    report = load(folder)

    assert not report.changed
    assert not report.retired
    assert Course.objects.count() == 2
    assert Lesson.objects.count() == 4
    assert load(folder).is_empty


def test_a_rehearsal_writes_nothing_and_says_what_it_would(folder, course):
    before = everything()
    edit(folder, "course.yaml", "title: Treaties", "title: Pacts")
    edit(folder, QUIZ, "In which year?", "In what year?")

    report = load(folder, dry_run=True)

    assert report.changed == ["course treaties", "question a-2"]
    assert everything() == before


def test_a_rehearsal_in_an_empty_database_leaves_it_empty(folder, db):
    report = load(folder, dry_run=True)

    assert len(report.added) == 16
    assert not any(everything().values())


def test_the_command_prints_what_happened(folder, course):
    edit(folder, "glossary.yaml", "term: Mutual assistance", "term: Mutual aid")
    said = StringIO()

    call_command("load_content", folder, stdout=said)

    assert "treaties\n  changed   glossary term mutual-assistance\n" in said.getvalue()
    assert "0 added, 2 changed, 0 retired, 14 unchanged" in said.getvalue()


def test_the_command_rehearses(folder, course):
    edit(folder, "course.yaml", "title: Treaties", "title: Pacts")
    said = StringIO()

    call_command("load_content", folder, "--dry-run", stdout=said)

    assert "rehearsal: nothing was changed" in said.getvalue()
    course.refresh_from_db()
    assert course.title == "Treaties"


def test_the_command_refuses_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("load_content", tmp_path / "nowhere")


def test_a_chart_that_cannot_be_drawn_is_refused_and_nothing_is_written(folder, course):
    before = everything()
    edit(folder, "course.yaml", "title: Treaties", "title: Pacts")
    edit(folder, "figures/trade.yaml", "rows:", "chart: {mark: {type: nonsense}, encoding: {}}\nrows:")

    with pytest.raises(ContentInvalid) as refusal:
        load(folder)

    [problem] = refusal.value.problems
    assert (problem.file, problem.place) == ("figures/trade.yaml", "chart")
    assert problem.reason.startswith("Vega-Lite cannot draw this chart")
    assert everything() == before


# Changes.


CITING = ["statement S01", "lesson alliance", "event alliance-signed"]


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("course.yaml", "title: Treaties", "title: Pacts", ["course treaties"]),
        ("course.yaml", "colour: brick", "colour: purple", ["unit patron"]),
        ("sources.yaml", "title: Treaty of", "title: Pact of", ["source treaty-1961", *CITING]),
        ("glossary.yaml", "to *help*", "to help", ["glossary term mutual-assistance", "lesson alliance"]),
        ("timeline.yaml", "lane: moscow", "lane: world", ["event alliance-signed"]),
        ("timeline.yaml", "title: Moscow", "title: The capital", ["lane moscow"]),
        ("study.yaml", "verdict: refined", "verdict: disputed", ["statement S01"]),
        ("figures/trade.yaml", "value: 201", "value: 202", ["figure trade", "lesson trade"]),
        (TRADE, "Trade grew.", "Trade grew fast.", ["lesson trade"]),
        (TRADE, "title: The trade", "title: Trade", ["lesson trade"]),
        (QUIZ, "title: The alliance", "title: An alliance", ["quiz alliance"]),
        (QUIZ, "In which year?", "In what year?", ["question a-2"]),
        (QUIZ, "Help was promised.", "Help was offered.", ["question promise-check"]),
    ],
)
def test_only_what_changed_is_changed(folder, course, file, old, new, changed):
    edit(folder, file, old, new)

    report = load(folder)

    assert report.changed == changed
    assert (report.added, report.retired) == ([], [])
    assert load(folder).is_empty


def test_a_changed_question_nobody_has_met_is_rewritten(folder, course):
    edit(folder, QUIZ, "In which year?", "In what year?")

    report = load(folder)

    revision = Item.objects.get(key="a-2").revisions.get()
    assert (revision.number, revision.spec.stem, revision.is_current) == (1, "In what year?", True)
    assert report.notes == []


def test_a_changed_question_on_a_paper_becomes_a_new_revision_and_the_paper_keeps_its_own(folder, course):
    attempt = attempt_by()
    edit(folder, QUIZ, "answer: 1961", "answer: 1962")

    report = load(folder)

    old, new = Item.objects.get(key="a-2").revisions.order_by("number")
    assert (old.number, old.is_current, old.spec.answer) == (1, False, 1961)
    assert (new.number, new.is_current, new.spec.answer) == (2, True, 1962)
    assert attempt.responses.get(position=2).revision == old
    assert report.notes == ["a-2: revision 2 made; 1 paper keeps the words it began with"]
    answer_rightly(attempt)
    assert submit(attempt).score == 2
    assert attempt_by("next").responses.get(position=2).revision == new


def test_a_load_says_how_many_questions_have_new_versions_because_marking_rules_changed(folder, course):
    attempt_by()
    changed = [each for each in ItemRevision.objects.current() if each.spec.new_rules > 1]
    for revision in changed:
        revision.rules, revision.content_hash = 1, content_hash(revision.spec)
        revision.save()
    issued = ItemRevision.objects.filter(pk__in=[each.pk for each in changed], responses__isnull=False).count()

    report = load(folder)

    assert len(changed) == 1
    assert report.notes == ["1 question has a new version because marking rules changed; marks already given stay"]
    assert ItemRevision.objects.filter(rules=1).count() == issued > 0
    assert load(folder).notes == []


def test_a_changed_revision_nobody_has_met_yet_is_rewritten_again(folder, course):
    attempt_by()
    for year in (1962, 1963):
        edit(folder, QUIZ, f"answer: {year - 1}", f"answer: {year}")
        load(folder)

    revisions = Item.objects.get(key="a-2").revisions.order_by("number")

    assert [(revision.number, revision.spec.answer) for revision in revisions] == [(1, 1961), (2, 1963)]


def test_a_question_changed_back_is_a_revision_of_its_own(folder, course):
    attempt_by()
    edit(folder, QUIZ, "answer: 1961", "answer: 1962")
    load(folder)
    attempt_by("second")
    edit(folder, QUIZ, "answer: 1962", "answer: 1961")
    load(folder)

    revisions = Item.objects.get(key="a-2").revisions.order_by("number")

    assert [revision.spec.answer for revision in revisions] == [1961, 1962, 1961]
    assert [revision.is_current for revision in revisions] == [False, False, True]


def test_a_corrected_order_of_entries_is_a_change(folder, course):
    entries = "".join(f"      {key}: {{text: {key}, feedback: Why it is so.}}\n" for key in ("b", "a", "c"))
    numeric = (folder / QUIZ).read_text(encoding="utf-8").split("    answer: 1961\n")[1].split("checks:")[0]
    edit(folder, QUIZ, f"    answer: 1961\n{numeric}", f"    entries:\n{entries}")
    edit(folder, QUIZ, "kind: numeric", "kind: ordering")
    load(folder)
    lines = entries.splitlines(keepends=True)
    edit(folder, QUIZ, entries, lines[1] + lines[0] + lines[2])

    report = load(folder)

    assert report.changed == ["question a-2"]
    assert Item.objects.get(key="a-2").revisions.get().spec.right_answer() == {"a": 1, "b": 2, "c": 3}


def test_a_question_may_move_within_its_quiz_without_a_new_revision(folder, course):
    attempt = attempt_by()
    text = (folder / QUIZ).read_text(encoding="utf-8")
    head, rest = text.split("  - key: a-1\n")
    first, rest = rest.split("  - key: a-2\n")
    second, checks = rest.split("checks:\n")
    (folder / QUIZ).write_text(f"{head}  - key: a-2\n{second}  - key: a-1\n{first}checks:\n{checks}", encoding="utf-8")

    report = load(folder)

    assert report.changed == ["question a-2", "question a-1"]
    assert ItemRevision.objects.count() == 3
    assert [item.key for item in Quiz.objects.get().items.current().questions()] == ["a-2", "a-1"]
    assert attempt.responses.get(position=1).revision.item.key == "a-1"


# What is gone.


def test_a_question_that_is_gone_is_retired_and_comes_back_when_restored(folder, course):
    attempt = attempt_by()
    give(attempt, "1961", position=2)
    text = (folder / QUIZ).read_text(encoding="utf-8")
    kept, rest = text.split("  - key: a-2\n")
    (folder / QUIZ).write_text(kept + "checks:" + rest.split("checks:")[1], encoding="utf-8")

    report = load(folder)

    item = Item.objects.get(key="a-2")
    assert (report.retired, item.is_retired) == (["question a-2"], True)
    assert attempt.responses.get(position=2).answer == "1961"
    assert attempt_by("next").responses.count() == 1
    assert load(folder).is_empty

    (folder / QUIZ).write_text(text, encoding="utf-8")
    report = load(folder)

    item.refresh_from_db()
    assert (report.changed, item.is_retired, item.revisions.count()) == (["question a-2"], False, 1)
    assert submit(attempt).score == 1


def test_a_section_that_is_gone_is_retired_and_keeps_its_progress(folder, course):
    student = make_user()
    lesson = Lesson.objects.get(key="alliance")
    mark_read(lesson=lesson, sections=["meaning"], student=student, now=NOW)
    edit(folder, ALLIANCE, MEANING, "")
    edit(folder, QUIZ, "section: meaning", "section: promise")

    report = load(folder)

    section = Section.objects.get(key="meaning")
    assert (report.changed, section.is_retired) == (["lesson alliance", "question a-2"], True)
    assert SectionRead.objects.get().section == section
    assert mark_read(lesson=lesson, sections=["promise"], student=student, now=NOW)

    edit(folder, ALLIANCE, "See [the trade](lesson:trade#figures).\n", f"See the trade.\n\n{MEANING}")
    load(folder)

    section.refresh_from_db()
    assert not section.is_retired
    assert lesson.completions.count() == 1


@pytest.mark.parametrize(
    ("model", "key", "name"),
    [
        (Source, "koval-2001", "source koval-2001"),
        (TimelineEvent, "alliance-signed", "event alliance-signed"),
        (Lane, "moscow", "lane moscow"),
        (Lesson, "trade", "lesson trade"),
        (Figure, "trade", "figure trade"),
    ],
)
def test_what_is_gone_from_the_files_is_retired_and_never_deleted(folder, course, model, key, name):
    edit(folder, "course.yaml", "lessons: [alliance, trade]", "lessons: [alliance]")
    edit(folder, ALLIANCE, "See [the trade](lesson:trade#figures).\n", "")
    edit(folder, ALLIANCE, "[@koval-2001; @treaty-1961]", "[@treaty-1961]")
    text = (folder / "sources.yaml").read_text(encoding="utf-8")
    (folder / "sources.yaml").write_text(text.split("  - id: koval-2001")[0], encoding="utf-8")
    for file in (TRADE, "figures/trade.yaml", "timeline.yaml"):
        (folder / file).unlink()

    report = load(folder)

    assert name in report.retired
    assert model.objects.get(key=key).is_retired
    assert LearningObjective.objects.get(key="read-trade").is_retired
    assert not LearningObjective.objects.get(key="say-promise").is_retired
    assert [lesson.key for lesson in Lesson.objects.current()] == ["alliance"]
    assert load(folder).is_empty


def test_a_quiz_that_is_gone_is_retired_with_its_questions_and_its_attempts_stay(folder, course):
    attempt = attempt_by()
    (folder / QUIZ).unlink()
    edit(folder, ALLIANCE, "{{ check promise-check }}\n", "")

    report = load(folder)

    assert sorted(report.retired) == ["question a-1", "question a-2", "question promise-check", "quiz alliance"]
    assert not Quiz.objects.current().exists()
    assert Attempt.objects.get() == attempt
    assert submit(attempt).max_score == 2


def test_the_time_of_an_edit_does_not_matter(folder, course):
    Lesson.objects.filter(key="trade").update(edited_at=NOW - timedelta(days=400), title="Trade, edited")

    assert load(folder).kept == ["lesson trade"]


def test_a_folder_is_read_without_a_database(folder, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        read_folder(folder)


class Terminal(StringIO):
    """Where a command writes when a person looks on."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_what_a_load_is_doing_and_a_pipe_only_what_it_did(db: None, tmp_path: Path) -> None:
    folder = write_course(tmp_path, lessons=2, quizzes=[quiz_file(items=1, kinds=["single"])])
    terminal, pipe = Terminal(), StringIO()

    call_command("load_content", str(folder), again=True, stdout=terminal)
    call_command("load_content", str(folder), again=True, stdout=pipe)

    for what in ("reading", "lesson lesson-1", "lesson lesson-2", "search index", "quizzes and questions"):
        assert f"… {what}" in terminal.getvalue()
    assert "…" not in pipe.getvalue()
    assert "\x1b" not in pipe.getvalue()


@pytest.mark.parametrize("kind", ["first", "again"])
def test_a_bank_of_any_size_is_loaded_in_a_fixed_number_of_statements_and_its_batches(
    db: None, tmp_path: Path, kind: str
) -> None:
    costs = []
    for size in (10, 40):
        key = f"bank-{size}"
        folder = write_course(tmp_path / key, key=key, quizzes=[quiz_file(items=size, kinds=["single"] * size)])
        if kind == "again":
            load(folder)
        with CaptureQueriesContext(connection) as queries:
            load(folder)
        costs.append([query["sql"] for query in queries])
    assert len(costs[0]) == len(costs[1]) <= 70, "\n".join(costs[1])
    assert sum(sql.startswith("INSERT") and "quizzes_item" in sql for sql in costs[1]) <= 2


@pytest.mark.parametrize(
    ("change", "rendered", "indexed"),
    [("lesson", 1, 1), ("quiz", 0, 0), ("source", 3, 1)],
)
def test_only_what_a_change_may_be_seen_in_is_made_again(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, rendered: int, indexed: int
) -> None:
    folder = write_course(tmp_path, lessons=3, quizzes=[quiz_file(items=1, kinds=["single"])])
    load(folder)
    done: list[str] = []
    own_render, own_index = loading.render_lesson, loading.index_course

    def render(body: str, library: Any) -> Any:
        done.append("lesson")
        return own_render(body, library)

    def index(course: Course) -> None:
        done.append("index")
        own_index(course)

    monkeypatch.setattr(loading, "render_lesson", render)
    monkeypatch.setattr(loading, "index_course", index)
    if change == "lesson":
        write_lesson(folder, "lesson-2", "## Section 1 {#section-1}\n\nOther words.", number="1.2")
    elif change == "quiz":
        write_yaml(folder / "quizzes" / "quiz.yaml", quiz_file(items=1, kinds=["single"], title="Other"))
    else:
        source = {"id": "treaty-1961", "type": "treaty", "title": "Other", "issued": "1961-07-06"}
        write_yaml(folder / "sources.yaml", {"references": [source]})

    report = load(folder)

    assert (done.count("lesson"), done.count("index")) == (rendered, indexed)
    assert len(report.changed) == 1
    before = everything()
    rerender_course(Course.objects.get())
    assert {**everything(), "Course": before["Course"]} == before, "what was not made again is as it would be made now"
