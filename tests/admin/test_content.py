"""Editing content: what is typed is checked in words, rendered at once, and never lost to the next load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from courses.models import (
    Course,
    Figure,
    GlossaryTerm,
    Lane,
    LearningObjective,
    Lesson,
    Source,
    StudyStatement,
    TimelineEvent,
)
from courses.services.content import rerender_course
from tests.admin.work import page_of, publish, root, save, saved, told, typed
from tests.make import load, make_course, maps_of_one, quiz_file, write_course, write_yaml

FIGURE = {
    "figure": "trade", "title": "Trade", "caption": "What to see.[@treaty-1961]", "alt": "Two bars.",
    "columns": {"year": "Year", "value": {"label": "Trade", "unit": "million"}},
    "rows": [{"year": 1990, "value": 2200}, {"year": 1995, "value": 83.5}],
}  # fmt: skip
TERM = {"key": "mutual", "term": "Mutual assistance", "definition": "A promise to give help."}
EVENT = {
    "key": "treaty", "date": "1961-07-06", "lane": "moscow", "title": "A treaty", "unit": "unit-1",
    "text": "Signed.[@treaty-1961]",
}  # fmt: skip
STATEMENT = {
    "id": "S01", "text": "It was so.", "lessons": ["lesson-1"], "verdict": "confirmed", "record": "So.[@treaty-1961]",
}  # fmt: skip
BODY = "## One {#section-1}\n\nA [[mutual]] promise.[@treaty-1961]\n\n{{ figure trade }}\n"


def write_whole(root_folder: Path) -> Path:
    """Write a course with one of everything."""
    write_course(root_folder, lessons=2, quizzes=[quiz_file()])
    write_yaml(root_folder / "glossary.yaml", {"terms": [TERM]})
    write_yaml(root_folder / "timeline.yaml", {"lanes": [{"key": "moscow", "title": "Moscow"}], "events": [EVENT]})
    write_yaml(root_folder / "figures" / "trade.yaml", FIGURE)
    write_yaml(root_folder / "study.yaml", {"about": "A study.", "statements": [STATEMENT]})
    path = root_folder / "lessons" / "lesson-1.md"
    head = path.read_text().split("---\n")[1].replace('"number"', '"statements": ["S01"],\n "number"')
    path.write_text(f"---\n{head}---\n\n{BODY}")
    return root_folder


@pytest.fixture
def folder(tmp_path: Path, db: None) -> Path:
    load(write_whole(tmp_path))
    return tmp_path


@pytest.fixture
def lesson(folder: Path) -> Lesson:
    return Lesson.objects.get(key="lesson-1")


@pytest.fixture
def workshop(db: None) -> Client:
    return root()


def test_a_lesson_is_rendered_when_it_is_saved(lesson: Lesson, workshop: Client) -> None:
    body = BODY.replace("promise", "duty") + "\n## Two {#two}\n\nMore.\n"

    assert saved(workshop, lesson, body=body.replace("\n", "\r\n")) == ""

    lesson.refresh_from_db()
    sections = list(lesson.sections.all())
    assert [section.key for section in sections] == ["section-1", "two"]
    assert "duty" in sections[0].parts[0]["html"]
    assert (lesson.word_count, lesson.body) == (len(body.split()), body.strip())
    assert lesson.edited_at is not None
    assert [source.key for source in lesson.sources.all()] == ["treaty-1961"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("No heading.", "Line 1: A lesson begins with a section."),
        ("## One\n", "Line 1: This heading has no key."),
        ("## A {#a}\n\nx\n\n## B {#a}\n", "Line 5: The section key “a” is used twice."),
        ("## A {#a}\n\nSaid.[@treaty-1962]\n", "Line 3: There is no source “treaty-1962”. Did you mean “treaty-1961”?"),
        ("## A {#a}\n\n[[mutuel]]\n", "There is no glossary term “mutuel”. Did you mean “mutual”?"),
        ("## A {#a}\n\n{{ figure trad }}\n", "There is no figure “trad”."),
        ("## A {#a}\n\n[x](lesson:lesson-3)\n", "There is no lesson “lesson-3”."),
        ("## A {#a}\n\n[x](lesson:lesson-2#gone)\n", "There is no section “gone”."),
        ("## A {#a}\n\n[x](lesson:lesson-1#gone)\n", "There is no section “gone”."),
        ("## A {#a}\n\n::: note Box\n{{ figure trade }}\n:::\n", "Line 4: A figure cannot stand inside a box."),
    ],
)
def test_mistakes_in_a_lesson_are_told_in_words(lesson: Lesson, workshop: Client, body: str, words: str) -> None:
    before = lesson.body

    refused = save(workshop, page_of(lesson), body=body)

    assert refused.status_code == 200
    assert words in told(refused)
    lesson.refresh_from_db()
    assert (lesson.body, lesson.edited_at) == (before, None)


def test_a_lesson_may_link_its_own_new_section(lesson: Lesson, workshop: Client) -> None:
    own = "\n## One {#section-1}\n\nMore.\n"
    assert told(save(workshop, page_of(lesson), body="## A {#new}\n\n[x](lesson:lesson-1#new)\n" + own)) == ""


def test_a_lesson_is_previewed_by_the_students_own_template_and_nothing_is_saved(
    lesson: Lesson, workshop: Client
) -> None:
    address = reverse("admin:courses_lesson_preview", args=[lesson.pk])
    posted = {"title": "Typed title", "unit": lesson.unit_id, "position": 1, "minutes": 5, "number": "1.1"}
    posted |= {"summary": "S", "body": "## Fresh {#fresh}\n\nTyped words.[@treaty-1961]\n"}

    shown = workshop.post(address, posted)
    refused = workshop.post(address, posted | {"body": "Nothing."})

    assert shown.status_code == 200
    assert "courses/lesson.html" in [template.name for template in shown.templates]
    assert {"Typed title", "Typed words."} <= {
        word for word in ("Typed title", "Typed words.") if word in shown.content.decode()
    }
    assert refused.status_code == 422
    assert "A lesson begins with a section" in refused.content.decode()
    lesson.refresh_from_db()
    assert (lesson.title, lesson.edited_at) == ("Title of lesson-1", None)
    assert workshop.get(address).status_code == 404


@pytest.mark.parametrize("model", [Lesson, Source, GlossaryTerm, Figure, TimelineEvent, StudyStatement, Course])
def test_saving_what_nobody_changed_is_no_edit(folder: Path, workshop: Client, model: type[Model]) -> None:
    row: Any = model._default_manager.order_by("pk").first()
    shown = typed(workshop, page_of(row))
    as_sent = {name: value.replace("\n", "\r\n") for name, value in shown.items() if type(value) is str}

    assert told(save(workshop, page_of(row), **as_sent)) == ""

    row.refresh_from_db()
    assert row.edited_at is None
    assert load(folder).is_empty


def test_keys_last(lesson: Lesson, workshop: Client) -> None:
    save(workshop, page_of(lesson), key="other")

    assert Lesson.objects.filter(key="lesson-1").exists()


def test_a_new_lesson_is_made_and_is_not_retired_by_the_next_load(folder: Path, workshop: Client) -> None:
    course = Course.objects.get()
    fields = {"course": course.pk, "unit": course.units.get().pk, "key": "made-here", "title": "Made here"}
    fields |= {"minutes": 5, "position": 9, "body": "## One {#one}\n\nWords.\n"}

    added = workshop.post(reverse("admin:courses_lesson_add"), fields)

    assert added.status_code == 302
    load(folder)
    assert Lesson.objects.get(key="made-here").is_retired
    publish(course)
    made = Lesson.objects.get(key="made-here")
    assert (made.is_retired, made.sections.count()) == (False, 1)


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Lesson, {"title": "Typed", "statements": []}),
        (GlossaryTerm, {"definition": "Typed."}),
        (TimelineEvent, {"title": "Typed"}),
        (StudyStatement, {"record": "Typed."}),
    ],
)
def test_the_next_load_keeps_what_was_edited(
    folder: Path, workshop: Client, model: type[Model], changes: dict[str, Any]
) -> None:
    row: Any = model._default_manager.order_by("pk").first()
    assert saved(workshop, row, **changes) == ""

    report = load(folder)

    row.refresh_from_db()
    name, value = next(iter(changes.items()))
    assert getattr(row, name) == value
    assert len(report.kept) == 1
    assert report.is_empty
    if model is Lesson:
        assert not row.statements.exists()


def test_the_next_load_keeps_an_edited_objective(folder: Path, workshop: Client) -> None:
    objective = LearningObjective.objects.get(key="objective-1")

    assert saved(workshop, objective, text="Typed.") == ""
    load(folder)

    objective.refresh_from_db()
    assert (objective.text, objective.is_retired) == ("Typed.", False)


def test_an_edited_source_shows_wherever_it_is_cited(lesson: Lesson, workshop: Client) -> None:
    source = Source.objects.get()
    entry = "id: treaty-1961\ntype: treaty\ntitle: Treaty of Help\nissued: 1961-07-06\nnote: Read in Moscow.\n"

    assert saved(workshop, source, csl=entry) == ""

    source.refresh_from_db()
    lesson.refresh_from_db()
    assert "Treaty of Help" in source.html
    assert source.note == "Read in Moscow."
    assert "Treaty of Help" in lesson.notes[0]["entries"][0]["html"]
    assert "Treaty of Help" in TimelineEvent.objects.get().html
    assert "Treaty of Help" in Figure.objects.get().html
    assert "note: Read in Moscow." in workshop.get(page_of(source)).content.decode()


def test_an_edited_term_shows_in_the_lessons_that_use_it(lesson: Lesson, workshop: Client) -> None:
    assert saved(workshop, GlossaryTerm.objects.get(), definition="A *typed* meaning.") == ""

    lesson.refresh_from_db()
    assert "<em>typed</em>" in lesson.notes[1]["entries"][0]["html"]


@pytest.mark.parametrize(
    ("model", "field", "typed", "words"),
    [
        (Source, "csl", "id: treaty-1961\ntype: pamphlet\ntitle: T\n", "Line 2: type: This value is not one of those"),
        (Source, "csl", "id: other\ntype: treaty\ntitle: T\n", "this row's key is “treaty-1961”"),
        (Source, "csl", "id: [", "This is not YAML"),
        (Source, "csl", "- a\n", "holds no mapping"),
        (GlossaryTerm, "definition", "See [[gone]].", "There is no glossary term “gone”."),
        (TimelineEvent, "date", "6 July 1961", "Write the date as"),
        (TimelineEvent, "date", "1961-02-30", "Write the date as"),
        (TimelineEvent, "date", "1995/1990", "The span ends before it begins."),
        (TimelineEvent, "text", "Said.[@gone]", "There is no source “gone”."),
        (StudyStatement, "record", "Said.[@gone]", "There is no source “gone”."),
    ],
)
def test_mistakes_elsewhere_are_told_in_words(
    folder: Path, workshop: Client, model: type[Model], field: str, typed: str, words: str
) -> None:
    row = model._default_manager.get()

    refused = save(workshop, page_of(row), **{field: typed})

    assert refused.status_code == 200
    assert words in told(refused)


def test_a_lane_is_named_here_and_moves_no_event(folder: Path, workshop: Client) -> None:
    lane = Lane.objects.get()

    assert saved(workshop, lane, title="The capital") == ""

    assert TimelineEvent.objects.get().lane.title == "The capital"
    load(folder)
    assert Lane.objects.get().title == "The capital"  # the file has not changed since, so the edit stays


def test_a_timeline_has_no_ninth_lane(folder: Path, workshop: Client) -> None:
    course = Course.objects.get()
    for at in range(7):
        Lane.objects.create(course=course, key=f"lane-{at}", title="A lane", position=at, is_retired=at == 6)
    retired = Lane.objects.get(is_retired=True)
    assert told(save(workshop, page_of(retired), title="Still retired")) == ""
    Lane.objects.create(course=course, key="lane-8", title="A lane", position=8)

    refused = save(workshop, page_of(retired), is_retired="")

    assert "A timeline has at most 8 lanes." in told(refused)
    retired.refresh_from_db()
    assert retired.is_retired


def test_an_event_lies_in_a_lane_of_its_own_course(folder: Path, workshop: Client) -> None:
    other = make_course(key="other")
    lane = Lane.objects.create(course=other, key="cells", title="Cells")

    refused = save(workshop, page_of(TimelineEvent.objects.get()), lane=lane.pk)

    assert "This belongs to another course." in told(refused)


def test_a_figure_is_declared_as_in_its_file_and_drawn_anew(folder: Path, workshop: Client) -> None:
    figure = Figure.objects.get()
    declared = workshop.get(page_of(figure)).context["adminform"].form["declaration"].value()
    chart = "chart:\n  height: 100\n  mark: bar\n  encoding:\n    x: {field: year, type: ordinal}\n"

    assert saved(workshop, figure, declaration=declared.replace("Two bars", "A bar") + chart) == ""

    figure.refresh_from_db()
    assert set(figure.drawings) >= {"wide", "narrow"}
    assert "<svg" in figure.html
    assert figure.declaration["alt"] == "A bar."


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("treaty-1961", "gone", "There is no source “gone”."),
        ("year: 1990", "when: 1990", "rows use columns that are not listed"),
        ("figure: trade", "figure: other", "this row's key is “trade”"),
        ("alt:", "alternative:", "“alternative” is not known here."),
    ],
)
def test_mistakes_in_a_figure_are_told_in_words(
    folder: Path, workshop: Client, before: str, after: str, words: str
) -> None:
    figure = Figure.objects.get()
    declared = workshop.get(page_of(figure)).context["adminform"].form["declaration"].value()

    refused = save(workshop, page_of(figure), declaration=declared.replace(before, after))

    assert refused.status_code == 200
    assert words in told(refused)


def test_a_chart_that_cannot_be_drawn_is_refused(folder: Path, workshop: Client) -> None:
    figure = Figure.objects.get()
    declared = workshop.get(page_of(figure)).context["adminform"].form["declaration"].value()

    refused = save(workshop, page_of(figure), declaration=declared + "chart:\n  mark: {type: nonsense}\n")

    assert "Vega-Lite cannot draw this chart" in told(refused)


OVER_A_MAP = """chart:
  mark: point
  encoding: {longitude: {field: year}, latitude: {field: value}}
map: %s
"""


def test_a_chart_is_drawn_over_a_map_of_its_course(folder: Path, workshop: Client) -> None:
    figure = Figure.objects.get()
    [chart] = maps_of_one().values()
    chart.course = figure.course
    chart.save()
    declared = workshop.get(page_of(figure)).context["adminform"].form["declaration"].value()

    refused = save(workshop, page_of(figure), declaration=declared + OVER_A_MAP % "korae")
    assert "there is no map “korae” in this course. Did you mean “korea”?" in told(refused)
    assert saved(workshop, figure, declaration=declared + OVER_A_MAP % "korea") == ""

    figure.refresh_from_db()
    assert (figure.drawings["map"], figure.drawings["credit"]) == (chart.land.mark, "Nobody (CC0)")
    assert "Map: Nobody (CC0)" in figure.html


def test_a_map_is_looked_at(folder: Path, workshop: Client) -> None:
    [chart] = maps_of_one().values()
    chart.course = Course.objects.get()
    chart.save()

    page = workshop.get(page_of(chart))

    assert f'<path d="{chart.path}"' in page.content.decode()
    assert "_save" not in page.content.decode()


def test_what_is_retired_stays_where_it_is_used_and_may_not_be_used_anew(lesson: Lesson, workshop: Client) -> None:
    source = Source.objects.get()

    assert saved(workshop, source, is_retired="on") == ""

    rerender_course(lesson.course)
    assert "There is no source “treaty-1961”" in told(save(workshop, page_of(lesson), title="Typed"))


def test_rows_of_another_course_cannot_be_chosen(folder: Path, workshop: Client) -> None:
    other = make_course(key="other", lessons=1)
    lesson = Lesson.objects.get(key="lesson-1", course__key="course")

    refused = save(workshop, page_of(lesson), unit=other.units.get().pk)

    assert "This belongs to another course." in told(refused)


def test_the_course_itself_is_edited(folder: Path, workshop: Client) -> None:
    course = Course.objects.get()

    assert saved(workshop, course, summary="A **typed** summary.") == ""

    course.refresh_from_db()
    assert "<strong>typed</strong>" in course.summary_html


def test_rendering_everything_anew_changes_nothing_that_was_loaded(folder: Path) -> None:
    def shown() -> list[Any]:
        rows: list[Any] = [list(model._default_manager.values()) for model in (Source, GlossaryTerm, Figure)]
        rows += [list(model._default_manager.values()) for model in (TimelineEvent, StudyStatement, Lesson)]
        rows.append([list(lesson.sections.values()) for lesson in Lesson.objects.order_by("pk")])
        return rows

    before = shown()
    rerender_course(Course.objects.get())

    assert shown() == before
