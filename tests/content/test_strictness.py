"""What a file may not say, each at its line, in our own words; and that one slip is reported once."""

from __future__ import annotations

import os
import time
from typing import Annotated

import pytest
from pydantic import TypeAdapter

from courses.content import bodies
from courses.content.documents import MAX_DEPTH, parse_yaml
from courses.content.maps import MapFile
from courses.content.problems import Problems
from courses.content.schema import (
    CourseFile,
    EventFile,
    FigureFile,
    LaneFile,
    LessonFile,
    ObjectiveFile,
    PersonFile,
    TermFile,
    UnitFile,
)
from courses.models import (
    Course,
    Figure,
    GlossaryTerm,
    Lane,
    LearningObjective,
    Lesson,
    Map,
    Person,
    Section,
    TimelineEvent,
    Unit,
)
from courses.rendering.library import Unlinked
from courses.rendering.markdown import BLOCKS, render_blocks
from courses.rendering.slips import slips_in
from quizzes.content.folder import read_folder
from quizzes.domain.specs import QuizSpec
from quizzes.management.schemas import SCHEMAS
from quizzes.models import Quiz
from tests.content.sample import edit, line_of
from tests.content.test_mistakes import ALLIANCE, QUIZ, TRADE, mistakes, only_mistake

FIGURE = "figures/trade.yaml"
STEM = "stem: In which year?"


def read(text):
    """Return what a YAML text holds, and what is wrong with it."""
    problems = Problems()
    document = parse_yaml(text, file="f.yaml", problems=problems)
    return document and document.data, problems.found


# What YAML would let pass.


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: Is rule #2 on drones true?", "“#2 on drones true?” is not part of the text", 1),
        ("a: one\nb: text # comment", "“# comment” is not part of the text", 2),
        ("a: text  #comment", "“#comment” is not part of the text", 1),
        ("a: #1 in the league", "“#1 in the league” is not part of the text", 1),
        ('a: "W\\0b"', "There is a control character (U+0000) in this text.", 1),
        ('a: "W\\Lb"', "There is a control character (U+2028) in this text.", 1),
        ("a: x\nb: x\x0cy", "There is a control character (U+000C) in this line.", 2),
        ("a: x\nb: x\u2028y", "There is a control character (U+2028) in this line.", 2),
        ("a: x\nb: x\x85y", "There is a control character (U+0085) in this line.", 2),
        ("a: 1.0e400", "This number is too long or too large.", 1),
        ("a: 1.0e-400", "This number is too long or too large.", 1),
        (f"a: {'9' * 5000}", "This number is too long or too large.", 1),
        ("a: &x 1", "Anchors and aliases are not allowed.", 1),
        ("a: &x 1\nb: *x", "Anchors and aliases are not allowed.", 2),
        ('a: !!int "3"', "Tags such as “!!int” are not allowed.", 1),
        ("a: !!binary aGk=", "Tags such as “!!binary” are not allowed.", 1),
        ("? [a]\n: 3", "A key must be one line of plain text.", 1),
        ('"a\\nb": 3', "A key must be one line of plain text.", 1),
        ("a: " + "[" * 700 + "]" * 700, "More than 40 lists and mappings stand inside each other.", 1),
        ("a: " + "{a: " * 100_000, "More than 40 lists and mappings stand inside each other.", 1),
        ("\n".join(" " * at + "a:" for at in range(100)), "More than 40 lists and mappings", MAX_DEPTH + 2),
    ],
)
def test_a_trap_of_yaml_is_one_located_mistake(text, reason, line):
    _data, [problem] = read(text)

    assert problem.reason.startswith(reason)
    assert problem.line == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: text  # a comment", "text"),
        ("a: 3 # a comment", 3),
        ('a: "rule #2"', "rule #2"),
        ("a: |\n  rule #2\n", "rule #2\n"),
        ("a:  # a list\n  - 1", [1]),
        ("a: C#", "C#"),
        ("a: ٣", "٣"),
    ],
)
def test_what_is_meant_is_read(text, value):
    data, found = read(text)

    assert (data, found) == ({"a": value}, [])


# Values of the wrong type or beyond what the databases hold: file, what stands there, what is put there, what is said.

VALUES = [
    (QUIZ, "practice: true", "opens: 20260901", "write the moment with its offset from UTC"),
    (QUIZ, "practice: true", 'opens: "2026-09-01"', "write the moment with its offset from UTC"),
    (QUIZ, "practice: true", "opens: '0001-01-01T00:00:00+14:00'", "the moment must lie between the years"),
    (QUIZ, "practice: true", "opens: '9999-12-31T23:59:59-12:00'", "the moment must lie between the years"),
    (QUIZ, "practice: true", "minutes: true", "This must be a whole number."),
    (QUIZ, "practice: true", 'minutes: "90"', "This must be a whole number."),
    (QUIZ, "practice: true", "wait_minutes: 100000000000", "This must be at most 10000000."),
    (QUIZ, "practice: true", "later_wait_minutes: 100000000000", "This must be at most 10000000."),
    (QUIZ, "practice: true", "penalty: true", "a number belongs here"),
    (QUIZ, "title: The alliance", f"title: {'a' * 201}", "This text is longer than 200 characters."),
    (QUIZ, "statements: [S01]", "statements: [S٠١]", "This is not written as it should be."),
    (TRADE, "lesson: trade", "lesson: trade\nminutes: true", "This must be a whole number."),
    (TRADE, "title: The trade", "title: [The, trade]", "This must be text."),
    (TRADE, "title: The trade", 'title: "   "', "This text is empty."),
    (TRADE, "## The figures {#figures}", f"## {'a' * 201} {{#figures}}", "A title has at most 200 characters"),
    ("course.yaml", "title: Treaties", f"title: Treaties\nlicence: {'a' * 101}", "longer than 100 characters"),
    ("course.yaml", "title: Treaties", "title: Treaties\nlanguage: English", "This is not written as it should be."),
    ("course.yaml", "{from: 1945, to: 1990}", "1945", "This must be fields with values."),
    ("course.yaml", "lessons: [alliance, trade]", "lessons: [alliance, trade, alliance]", "is listed before"),
    ("timeline.yaml", 'date: "1961-07-06"', 'date: "9999"', "write the date as"),
    ("timeline.yaml", 'date: "1961-07-06"', 'date: "١٩٦١"', "write the date as"),
    ("sources.yaml", "issued: 2001", "issued: 2001\n    URL: not an address", "This is not written as it should be."),
    ("sources.yaml", "[{family: Koval, given: Anna}]", "Anna Koval", "This must be a list."),
    (FIGURE, "value: 201}", "value: 1.0e400}", "This number is too long or too large."),
    (FIGURE, "value: 201}", "value: [201]}", "This must be text or a number or true or false."),
]


@pytest.mark.parametrize(("file", "old", "new", "reason"), VALUES)
def test_a_value_that_does_not_belong_is_one_mistake_at_its_line(folder, file, old, new, reason):
    edit(folder, file, old, new)

    problem = only_mistake(folder)

    assert reason in problem.reason
    assert (problem.file, problem.line) == (file, line_of(folder, file, new.splitlines()[-1]))


LIBRARY = ("Input should", "valid tuple", "valid dictionary", "instance of", "after validation", "pydantic", "Decimal")


@pytest.mark.parametrize("value", ["[1]", "{a: 1}", "true", "-1", "1.5", '"text"', "null", "[[1], {a: 2}]"])
def test_the_words_of_the_library_never_reach_an_author(folder, value):
    for file in ("course.yaml", "sources.yaml", "timeline.yaml", FIGURE, QUIZ):
        path = folder / file
        lines = path.read_text(encoding="utf-8").splitlines()
        changed = [
            f"{line.partition(': ')[0]}: {value}" if ": " in line and "{" not in line else line for line in lines
        ]
        path.write_text("\n".join(changed), encoding="utf-8")

    said = "\n".join(map(str, mistakes(folder)))

    assert not [words for words in LIBRARY if words in said]


@pytest.mark.parametrize(("name", "limit"), [("title", bodies._TITLE), ("key", bodies._KEY)])
def test_the_bounds_of_a_section_are_those_of_its_columns(name, limit):
    assert Section._meta.get_field(name).max_length == limit


# Fields of files by the model whose columns hold them, where both have a field of one name.
STORED = [
    (CourseFile, Course), (UnitFile, Unit), (LessonFile, Lesson), (TermFile, GlossaryTerm), (PersonFile, Person),
    (EventFile, TimelineEvent), (FigureFile, Figure), (QuizSpec, Quiz), (LaneFile, Lane), (MapFile, Map),
    (ObjectiveFile, LearningObjective),
]  # fmt: skip


def longest(annotation):
    """Return the longest text an annotation takes, or None where it has no bound."""
    found = [each.get("maxLength") for each in texts_in(TypeAdapter(annotation).json_schema())]
    return max(found) if found and None not in found else None


def texts_in(schema):
    """Yield the schemas of free texts, fixed words and dates apart."""
    if schema.get("type") == "string" and "enum" not in schema and "const" not in schema:
        yield schema
    for inner in schema.get("anyOf", ()):
        yield from texts_in(inner)


@pytest.mark.parametrize(("model", "row"), STORED)
def test_no_text_of_a_file_is_longer_than_its_column(model, row):
    columns = {field.name: getattr(field, "max_length", None) for field in row._meta.concrete_fields}
    free = {name: info for name, info in model.model_fields.items() if columns.get(name) and name != "date"}

    bounds = {
        name: longest(Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation)
        for name, info in free.items()
        if next(texts_in(TypeAdapter(info.annotation).json_schema()), None)
    }

    assert bounds
    assert {name: bound for name, bound in bounds.items() if bound is None or bound > columns[name]} == {}


def whole_numbers(schema):
    """Yield every schema of a whole number in a core schema, keys of mappings apart: those are text in every file."""
    if isinstance(schema, dict):
        if schema.get("type") == "int":
            yield schema
        for name, inner in schema.items():
            if name not in ("keys_schema", "metadata", "json_schema_input_schema"):
                yield from whole_numbers(inner)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from whole_numbers(inner)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_whole_number_of_a_file_is_read_strictly(name):
    assert all(found.get("strict") for found in whole_numbers(SCHEMAS[name].__pydantic_core_schema__))


# Near misses of our own markup.

SLIPS = [
    ("[[Drone|drones]]", "“[[Drone|drones]]” would be printed as it stands."),
    ("[[waggle dance]]", "“[[waggle dance]]” would be printed as it stands."),
    ("[[оrder]]", "“[[оrder]]” would be printed as it stands."),
    ("{{ video x }}", "“{{ video x }}” would be printed as it stands."),
    ("text {{ figure trade }} text", "“{{ figure trade }}” would be printed as it stands."),
    ("::: warning X\n:::", "“::: warning X” would be printed as it stands."),
    ("::: Note\n:::", "“::: Note” would be printed as it stands."),
    (":::", "“:::” would be printed as it stands."),
    ("::: note A box", "The box “note A box” is not closed"),
    ("[see @koval-2001, p. 4]", "“[see @koval-2001, p. 4]” would be printed as it stands."),
    ("[-@koval-2001]", "“[-@koval-2001]” would be printed as it stands."),
    ("![alt](https://example.org/a.png)", "“![alt](https://example.org/a.png)” is a picture"),
    ("x[^1]\n\n[^1]: note", "“[^1]” would be printed as it stands."),
    ("<b>bold</b>", "“<b>” would be printed as it stands."),
    ("[call](tel:112)", "The link to “tel:112” leads nowhere."),
    ("[file](../trade.md)", "The link to “../trade.md” leads nowhere."),
    ("[here](#nowhere)", "There is no section “nowhere” in this lesson."),
    ("[do](javascript:alert)", "“](javascript:alert)” would be printed as it stands."),
    ("[слово]{lang = ru}", "“]{lang = ru}” would be printed as it stands."),
    ("# Big", "“Big” is a heading of a section"),
    ("Words\n---", "The line below “Words” makes it a heading."),
    ("##Again {#again}", "This heading has no key."),
]


@pytest.mark.parametrize(("text", "reason"), SLIPS)
def test_a_near_miss_in_a_lesson_is_one_mistake_at_its_line(folder, text, reason):
    edit(folder, TRADE, "Trade grew.", f"{text}\n\nTrade grew.")

    problem = only_mistake(folder)

    assert problem.reason.startswith(reason)
    assert (problem.file, problem.line) == (TRADE, line_of(folder, TRADE, text.splitlines()[0]))


@pytest.mark.parametrize(
    "text",
    ["`[[X]]` and `<b>`", r"\[\[X\]\]", "a < b and c > d", "[to](mailto:a@b.org)", "[at](#figures)", "<https://a.org>",
     "[слово]{lang=ru}", "::: note\n- [ ] a\n:::", "a: b :: c", "| a | b |\n|---|---|\n| c | d |", "### Small"],
)  # fmt: skip
def test_markup_that_is_one_is_no_near_miss(folder, text):
    edit(folder, TRADE, "Trade grew.", f"{text}\n\nTrade grew.")

    assert read_folder(folder).bundle.lessons["trade"].sections


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("course.yaml", "What was promised.", "What ![x]", "summary"),
        ("course.yaml", "An alliance is signed.", "An ![x]", "units[0].summary"),
        ("glossary.yaml", "A promise to *help*.", "A ![x]", "terms[0].definition"),
        ("timeline.yaml", "title: The alliance is signed", "title: The ![x]", "events[0].title"),
        ("study.yaml", "A study of 2012.", "A ![x]", "about"),
        ("study.yaml", "The text says so.", "The ![x]", "statements[0].record"),
        (ALLIANCE, "summary: Two treaties in a week.", "summary: Two ![x]", "summary"),
        (ALLIANCE, "text: Say what was promised.}", 'text: "Say ![x]"}', "objectives[0].text"),
        (FIGURE, "caption: It doubled.", "caption: It ![x]", "caption"),
        (FIGURE, "value: 201}", 'value: "![x]"}', "rows[1].value"),
        (QUIZ, STEM, "stem: In ![x]", "items[1].stem"),
        (QUIZ, "{text: Trade, feedback", '{text: "Trade ![x]", feedback', "items[0].options.b.text"),
        (QUIZ, "feedback_wrong: No.", "feedback_wrong: No ![x]", "items[1].feedback_wrong"),
    ],
)
def test_a_near_miss_is_found_wherever_text_is_rendered(folder, file, old, new, place):
    edit(folder, file, old, new)

    problem = only_mistake(folder)

    assert (problem.file, problem.place) == (file, place)
    assert problem.reason.startswith("“![x]")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("See [[nope]]", "There is no glossary term “nope”."),
        ("See [x](lesson:nope)", "There is no lesson “nope”."),
        ("See [x](lesson:trade#nope)", "There is no section “nope”."),
        ("See {{ figure trade }}", "“{{ figure trade }}” would be printed"),
        ("See [@koval-2001]", "The text cites “koval-2001”; a question is shown without notes."),
    ],
)
def test_references_in_a_question_are_checked_as_in_lessons(folder, words, reason):
    edit(folder, QUIZ, STEM, f'stem: "{words}"')

    problem = only_mistake(folder)

    assert problem.reason.startswith(reason)
    assert (problem.file, problem.line) == (QUIZ, line_of(folder, QUIZ, words))


def test_a_figure_in_a_stem_would_leave_nothing(folder):
    edit(folder, QUIZ, STEM, "stem: |\n      In which year?\n\n      {{ figure trade }}")

    assert only_mistake(folder).reason == "{{ figure trade }} is shown in the text of a lesson only."


PATTERNS = [
    "[@a; ", "[[a|", "[[", "[", "![", "{{ ", "{{ figure ", "<b ", "[^", "](", "]{", ":::", "[a @b ", "*a _b ", "> ",
    "[x]{", "[^a]: b\n", '["',
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_text_is_read_in_linear_time(pattern):
    def seconds(times):
        text, start = pattern * times, time.process_time()
        list(slips_in(BLOCKS.parse(text)))
        render_blocks(text, Unlinked())
        return time.process_time() - start

    seconds(100)
    small, large = min(seconds(1_000) for _time in range(2)), min(seconds(8_000) for _time in range(2))

    assert large < 24 * small + 0.2


# Files that cannot be read, and files that nobody reads.


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("sources.yaml", "    title: Treaty", "\ttitle: Treaty"),
        ("glossary.yaml", "    term: Mutual", "\tterm: Mutual"),
        ("study.yaml", "verdict: refined", "verdict: [refined"),
        (ALLIANCE, "minutes: 10", "minutes: {"),
        (TRADE, "summary: What", "summary: 'What"),
        (FIGURE, "alt: Two", "alt: 'Two"),
        (QUIZ, "title: The alliance", "title: 'The alliance"),
        ("timeline.yaml", "lane: moscow", "lane: [moscow"),
    ],
)
def test_one_slip_of_syntax_is_one_mistake(folder, file, old, new):
    edit(folder, file, old, new)

    assert only_mistake(folder).file == file


def test_a_quiz_that_cannot_be_read_does_not_make_a_bank_too_small(folder):
    draw = "quiz: final\nunit: patron\ntitle: Final\ndraw:\n  strata: [{take: 2, quizzes: [alliance]}]\n"
    (folder / "quizzes" / "final.yaml").write_text(draw, encoding="utf-8")
    edit(folder, QUIZ, "title: The alliance", "title: 'The alliance")

    assert only_mistake(folder).file == QUIZ


@pytest.mark.parametrize(
    ("file", "name"), [("sources.yaml", "references"), ("course.yaml", "units"), ("glossary.yaml", "terms")]
)
def test_a_list_under_another_name_is_not_counted_wherever_it_is_used(folder, file, name):
    edit(folder, file, f"{name}:", f"the-{name}:")

    assert [problem.place for problem in mistakes(folder)] == [name, f"the-{name}"]


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("quizzes/trade.yml", "Rename it to “trade.yaml”"),
        ("lessons/trade.markdown", "Rename it to “trade.md”"),
        ("figures/trade.YAML", "Rename it to “trade.yaml”"),
        ("quizzes/trade/one.yaml", "Move its files one folder up."),
        ("glosary.yaml", "Did you mean “glossary.yaml”?"),
        ("Timeline.yml", "Did you mean “timeline.yaml”?"),
        ("quizes/trade.yaml", "Did you mean “quizzes”?"),
    ],
)
def test_content_that_nobody_reads_is_named(folder, name, suggestion):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("quiz: trade\n", encoding="utf-8")

    problem = only_mistake(folder)

    assert "is not read" in problem.reason
    assert suggestion in problem.suggestion


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (QUIZ, "quizzes/alliance.yml"),
        (ALLIANCE, "lessons/alliance.markdown"),
        (FIGURE, "figures/trade.yml"),
        ("sources.yaml", "sources.yml"),
        ("glossary.yaml", "glosary.yaml"),
    ],
)
def test_a_file_under_a_wrong_name_is_one_mistake(folder, file, name):
    (folder / file).rename(folder / name)

    assert only_mistake(folder).file == name


def test_other_files_are_named_in_a_note(folder):
    (folder / "notes.txt").write_text("To do", encoding="utf-8")
    (folder / "README.md").write_text("How we work", encoding="utf-8")

    assert read_folder(folder).notes == ["notes.txt is not read: it is no part of a course"]


@pytest.mark.parametrize("name", ["lessons/.#alliance.md", "lessons/._trade.md", "quizzes/.x.yaml", ".DS_Store"])
def test_droppings_of_editors_are_left_alone(folder, name):
    (folder / name).write_bytes(b"\x00\x01")

    assert not read_folder(folder).notes


def test_a_device_a_pipe_and_a_folder_are_no_files(folder):
    (folder / "people.yaml").symlink_to("/dev/zero")
    os.mkfifo(folder / "facts.yaml")
    (folder / "lessons" / "more.md").mkdir()

    found = {(problem.file, problem.reason) for problem in mistakes(folder)}

    assert found == {(name, "This is not a file.") for name in ("people.yaml", "facts.yaml", "lessons/more.md")}


def test_a_file_is_measured_before_it_is_read(folder):
    with (folder / "people.yaml").open("wb") as file:
        file.truncate(50_000_000_000)

    assert only_mistake(folder).reason == "The file is larger than 2000000 bytes."


# Draws and charts.


@pytest.mark.parametrize(
    ("filters", "reason", "suggestion"),
    [
        ("kinds: [singel, numeric]", "There is no kind of question “singel”.", "single"),
        ("units: [patron, patrons]", "There is no unit “patrons”.", "patron"),
        ("lessons: [alliance, aliance]", "There is no lesson “aliance”.", "alliance"),
        ("quizzes: [alliance, alliances]", "There is no quiz “alliances”.", "alliance"),
        ("objectives: [say-promise, say-promises]", "There is no objective “say-promises”.", "say-promise"),
        ("statements: [S01, S02]", "There is no statement “S02”.", "S01"),
    ],
)
def test_a_draw_names_what_there_is(folder, filters, reason, suggestion):
    draw = f"quiz: final\nunit: patron\ntitle: Final\ndraw:\n  strata:\n    - {{take: 1, {filters}}}\n"
    (folder / "quizzes" / "final.yaml").write_text(draw, encoding="utf-8")

    problem = only_mistake(folder)

    assert (problem.file, problem.line, problem.reason) == ("quizzes/final.yaml", 6, reason)
    assert problem.suggestion == f"Did you mean “{suggestion}”?"


X = "x: {field: year, type: quantitative}"


@pytest.mark.parametrize(
    ("chart", "reason"),
    [
        ("{mark: bar, encoding: {x: {field: yaer}}}", "the chart shows `yaer`, and no column has this name; did you"),
        ("{layer: [{mark: bar, encoding: {y: {field: b}}}]}", "the chart shows `b`, and no column has this name"),
        ("{mark: image, encoding: {x: {field: year}}}", "a chart is drawn from its rows alone"),
        ("{mark: {type: image}, encoding: {x: {field: year}}}", "a chart is drawn from its rows alone"),
        ("{mark: bar, encoding: {href: {field: year}}}", "a chart holds no addresses"),
        ("{mark: {type: bar, href: 'http://a.org'}}", "a chart holds no addresses"),
        ("{mark: bar, datasets: {a: []}}", "the rows are the chart's only data"),
        ("{mark: bar, height: 100000000}", "`height` of the chart must be a number of pixels"),
        ("{mark: bar, height: true}", "`height` of the chart must be a number of pixels"),
        ("{mark: bar, height: -5}", "`height` of the chart must be a number of pixels"),
        ("{mark: bar, height: tall}", "`height` of the chart must be a number of pixels"),
        ("{mark: bar, encoding: {x: {field: year, bin: {maxbins: 1000000000}}}}", "`maxbins` in `chart` must be"),
        ("{mark: bar, encoding: {x: {field: year, axis: {tickCount: 100000000}}}}", "`tickCount` in `chart` must be"),
        ("{mark: " + "{a: " * 30 + "1" + "}" * 30 + "}", "the chart has more than 25 levels"),
    ],
)
def test_a_chart_that_cannot_be_drawn_as_meant_is_refused(folder, chart, reason):
    edit(folder, FIGURE, "rows:", f"chart: {chart}\nrows:")

    assert only_mistake(folder).reason.startswith(reason)


@pytest.mark.parametrize(
    "chart",
    [
        "{mark: bar, height: {step: 20}, encoding: {x: {field: year}}}",
        "{transform: [{calculate: '1', as: made}], mark: bar, encoding: {x: {field: made}}}",
        "{transform: [{fold: [year, value]}], mark: bar, encoding: {x: {field: key}}}",
        "{transform: [{pivot: year, value: value}], mark: bar, encoding: {x: {field: '1960'}}}",
    ],
)
def test_a_chart_may_show_what_its_transforms_make(folder, chart):
    edit(folder, FIGURE, "rows:", f"chart: {chart}\nrows:")

    assert read_folder(folder).bundle.figures["trade"].chart
