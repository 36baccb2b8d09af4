"""Every mistake of a folder is found in one run, at its line, with a reason and a suggestion."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.content.problems import ContentInvalid, Problem
from quizzes.content.folder import read_folder
from tests.content.sample import edit, everything, line_of


def mistakes(folder):
    """Return what is wrong with a folder."""
    with pytest.raises(ContentInvalid) as refusal:
        read_folder(folder)
    return refusal.value.problems


def only_mistake(folder):
    [problem] = mistakes(folder)
    return problem


QUIZ, ALLIANCE, TRADE = "quizzes/alliance.yaml", "lessons/alliance.md", "lessons/trade.md"
SIGNED = "title: The alliance is signed\n    text: It is signed in Moscow.[@treaty-1961]"
ALT = "alt: Two numbers, the second twice the first.\n"
# What is replaced in which file by what → the mistake's place, the start of its reason, and its suggestion.
TEN = [
    ("course.yaml", "label: Phase", "lable: Phase", "units[0].lable", "“lable” is not known", "“label”"),
    ("sources.yaml", "type: book", "type: papyrus", "references[1].type", "This value is not one of those", "'book'"),
    ("glossary.yaml", "ru: взаимная", "ko: взаимная", "", "The key “ko” is written twice.", "line 4"),
    ("timeline.yaml", SIGNED, "title: &t Signed\n    text: *t", "", "Anchors and aliases", "Write the value out"),
    ("study.yaml", "[alliance]", "[aliance]", "statements[0].lessons[0]", "There is no lesson", "“alliance”"),
    (ALLIANCE, "[[mutual-as", "[[mutal-as", "", "There is no glossary term", "“mutual-assistance”"),
    (ALLIANCE, "trade#figures", "trade#figure", "", "There is no section", "“figures”"),
    (TRADE, "{{ figure trade }}", "{{ figure trad }}", "", "There is no figure “trad”.", "“trade”"),
    ("figures/trade.yaml", ALT, "", "alt", "“alt” is missing.", "Add “alt: …”"),
    (QUIZ, "correct: true", "correct: false", "items[0].options", "0 options are", "Correct it"),
]


def test_ten_different_mistakes_make_ten_located_problems_and_change_nothing(folder, course):
    before = everything()
    for file, old, new, *_expected in TEN:
        edit(folder, file, old, new)

    problems = mistakes(folder)

    assert len(problems) == 10
    for file, _old, new, place, reason, suggestion in TEN:
        [found] = [each for each in problems if each.file == file and each.reason.startswith(reason)]
        assert found.place == place
        assert suggestion in found.suggestion
        if new:
            assert found.line == line_of(folder, file, "options:" if "correct" in new else new.splitlines()[-1].strip())
    assert everything() == before


def test_the_command_prints_all_of_them_and_fails(folder, course):
    before = everything()
    for file, old, new, *_expected in TEN:
        edit(folder, file, old, new)
    errors = StringIO()

    with pytest.raises(CommandError, match=r"^10 mistakes\. Nothing was changed\.$"):
        call_command("load_content", folder, stderr=errors)

    line = line_of(folder, "course.yaml", "lable")
    assert f"treaties/course.yaml:{line}: units[0].lable: “lable” is not known here.\n" in errors.getvalue()
    assert "Did you mean “label”?" in errors.getvalue()
    assert errors.getvalue().count("treaties/") == 10
    assert everything() == before


def test_a_folder_without_mistakes_has_none(folder):
    read = read_folder(folder)

    assert read.bundle.course.course == "treaties"
    assert [quiz.spec.quiz for quiz in read.quizzes] == ["alliance"]


# The shape of files.


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "suggestion"),
    [
        ("course.yaml", "colour: brick", "shade: brick", "units[0].shade", "Check the spelling"),
        (
            "course.yaml",
            "colour: brick",
            "hue: patron",
            "units[0].hue",
            "Write “colour:” with one of: grey, brick, slate,",
        ),
        (QUIZ, "pass_percent: 70", "pass_procent: 70", "pass_procent", "Did you mean “pass_percent”?"),
        (QUIZ, "unit: year", "uni: year", "items[1].uni", "Did you mean “unit”?"),
        (TRADE, "title: The trade", "title: T\nminuts: 3", "minuts", "Did you mean “minutes”?"),
    ],
)
def test_an_unknown_field_suggests_the_nearest(folder, file, old, new, place, suggestion):
    edit(folder, file, old, new)

    found = next(problem for problem in mistakes(folder) if "not known here" in problem.reason)

    assert (found.file, found.place) == (file, place)
    assert found.line == line_of(folder, file, new.splitlines()[-1])
    assert found.suggestion.startswith(suggestion)


def test_a_field_written_twice_names_both_lines(folder):
    edit(folder, "course.yaml", "title: Treaties\n", "title: Treaties\ntitle: Pacts\n")

    found = only_mistake(folder)

    assert (found.line, found.reason) == (3, "The key “title” is written twice.")
    assert found.suggestion == "Keep one of them; the first is in line 2."


def test_a_bare_no_stays_text(folder):
    edit(folder, TRADE, "title: The trade", "title: no")
    edit(folder, "course.yaml", "title: Patron", "title: yes")

    bundle = read_folder(folder).bundle

    assert bundle.lessons["trade"].head.title == "no"
    assert bundle.course.units[0].title == "yes"


def test_a_bare_no_is_no_boolean_either(folder):
    edit(folder, QUIZ, "practice: true", "practice: no")

    found = only_mistake(folder)

    assert (found.place, found.line) == ("practice", 4)


def test_a_quoted_true_is_text(folder):
    edit(folder, QUIZ, "practice: true", 'practice: "true"')

    assert only_mistake(folder).place == "practice"


def test_times_and_dates_stay_text(folder):
    edit(folder, TRADE, "title: The trade", "title: 1:30")
    edit(folder, "sources.yaml", 'issued: "1961-07-06"', "issued: 1961-07-06")

    bundle = read_folder(folder).bundle

    assert bundle.lessons["trade"].head.title == "1:30"
    assert bundle.sources.references[0].issued == "1961-07-06"


def test_aliases_are_refused_where_they_are_used(folder):
    edit(folder, "course.yaml", "title: Treaties", "title: &name Treaties\nsubtitle: *name")

    found = only_mistake(folder)

    assert found.reason == "Anchors and aliases are not allowed."
    assert (found.file, found.line) == ("course.yaml", 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("course: [open", "This is not YAML"),
        ("a: b: c", "This is not YAML"),
        ("- one\n- two\n", "The file holds no mapping."),
        ("", "The file holds no mapping."),
        ("course: a\n---\ncourse: b\n", "This is not YAML"),
    ],
)
def test_what_is_no_mapping_is_refused(folder, text, reason):
    (folder / "glossary.yaml").write_text(text, encoding="utf-8")

    assert any(problem.file == "glossary.yaml" and problem.reason.startswith(reason) for problem in mistakes(folder))


def test_a_file_that_is_not_utf8_is_refused(folder):
    (folder / "study.yaml").write_bytes("about: Да".encode("cp1251"))

    assert any(problem.reason == "The file is not UTF-8 text." for problem in mistakes(folder))


def test_a_file_that_is_too_large_is_refused(folder):
    (folder / "glossary.yaml").write_text("terms: []\n" + "#" * 2_000_000, encoding="utf-8")

    assert any("larger than" in problem.reason for problem in mistakes(folder))


def test_a_byte_order_mark_does_not_matter(folder):
    path = folder / "course.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert read_folder(folder).bundle.course.course == "treaties"


def test_a_folder_that_is_no_course_is_refused(tmp_path):
    found = only_mistake(tmp_path)

    assert found.file == "course.yaml"
    assert found.reason.startswith("There is no course.yaml")


def test_a_broken_course_file_does_not_hide_the_mistakes_of_lessons(folder):
    edit(folder, "course.yaml", "title: Treaties", "titel: Treaties")
    edit(folder, TRADE, "summary:", "sumary:")

    files = [problem.file for problem in mistakes(folder)]

    assert files == ["course.yaml", "course.yaml", TRADE, TRADE]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("## The figures {#figures}", "## The figures", "This heading has no key"),
        ("## The figures {#figures}", "Words first.\n\n## The figures {#figures}", "A lesson begins with a section"),
        ("Trade grew.", "## Again {#figures}\n\nTrade grew.", "The section key “figures” is used twice"),
    ],
)
def test_a_lesson_is_made_of_sections_with_keys(folder, old, new, reason):
    edit(folder, TRADE, old, new)

    found = next(problem for problem in mistakes(folder) if problem.reason.startswith(reason))

    assert found.file == TRADE
    assert found.line == line_of(folder, TRADE, new.splitlines()[0])


def test_a_lesson_without_front_matter_is_refused(folder):
    (folder / "lessons" / "trade.md").write_text("## The figures {#figures}\n", encoding="utf-8")

    assert any(problem.reason == "The lesson has no front matter." for problem in mistakes(folder))


# What refers to nothing.


@pytest.mark.parametrize(
    ("file", "old", "new", "unknown", "suggestion"),
    [
        (TRADE, "[@koval-2001]", "[@koval-2010]", "source “koval-2010”", "“koval-2001”"),
        (ALLIANCE, "; @treaty-1961", "; @treaty-1960", "source “treaty-1960”", "“treaty-1961”"),
        (ALLIANCE, "lesson:trade#figures", "lesson:trades", "lesson “trades”", "“trade”"),
        (ALLIANCE, "check promise-check", "check promise-chek", "check “promise-chek”", "“promise-check”"),
        (ALLIANCE, "statements: [S01]", "statements: [S01, S02]", "statement “S02”", "“S01”"),
        (ALLIANCE, "promise: [treaty", "promises: [treaty", "section “promises”", "“promise”"),
        ("figures/trade.yaml", "[@koval-2001]", "[@kowal-2001]", "source “kowal-2001”", "“koval-2001”"),
        ("glossary.yaml", "A promise", "A [[mutual-aid]]", "glossary term “mutual-aid”", "“mutual-assistance”"),
        ("timeline.yaml", "unit: patron", "unit: patrons", "unit “patrons”", "“patron”"),
        ("timeline.yaml", "lane: moscow", "lane: moskow", "lane “moskow”", "“moscow”"),
        ("timeline.yaml", "lesson: alliance", "lesson: aliance", "lesson “aliance”", "“alliance”"),
        ("timeline.yaml", "[@treaty-1961]", "[@treaty-61]", "source “treaty-61”", "“treaty-1961”"),
        ("study.yaml", "[@treaty-1961]", "[@treaty-61]", "source “treaty-61”", "“treaty-1961”"),
        (QUIZ, "lesson: alliance", "lesson: aliance", "lesson “aliance”", "“alliance”"),
        (QUIZ, "section: meaning", "section: meanings", "section “meanings”", "“meaning”"),
        (QUIZ, "section: meaning", "section: trade#meaning", "section “meaning”", "Check the spelling"),
        (QUIZ, "statements: [S01]", "statements: [S11]", "statement “S11”", "“S01”"),
        (QUIZ, "stem: In which year?", "figure: trades\n    stem: In which year?", "figure “trades”", "“trade”"),
    ],
)
def test_what_leads_nowhere_is_found_where_it_stands(folder, file, old, new, unknown, suggestion):
    edit(folder, file, old, new)

    found = next(problem for problem in mistakes(folder) if problem.reason == f"There is no {unknown}.")

    assert (found.file, found.line) == (file, line_of(folder, file, new.splitlines()[0]))
    assert suggestion in found.suggestion


@pytest.mark.parametrize(
    ("file", "lessons", "reason"),
    [
        ("course.yaml", "[alliance, trade, debt]", "There is no file lessons/debt.md."),
        (TRADE, "[alliance]", "No unit of course.yaml lists this lesson."),
    ],
)
def test_units_and_files_name_the_same_lessons(folder, file, lessons, reason):
    edit(folder, "course.yaml", "[alliance, trade]", lessons)

    assert (file, reason) in {(problem.file, problem.reason) for problem in mistakes(folder)}


SECOND = "In which year?\n    objective: say-promise\n    level: remember\n    difficulty: 1\n    section: meaning\n"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [("objective: say-promise", "objective: say-promises", "objective"), ("1961]\n", "1691]\n", "sources[0]")],
)
def test_a_question_that_refers_to_nothing_is_found(folder, old, new, place):
    second = f"{SECOND}    sources: [treaty-1961]\n"
    edit(folder, QUIZ, second, second.replace(old, new))

    found = only_mistake(folder)

    assert found.place == f"items[1].{place}"
    assert found.suggestion.startswith("Did you mean")


# What does not fit together.


def test_a_question_is_not_at_a_higher_level_than_its_objective(folder):
    edit(folder, QUIZ, SECOND, SECOND.replace("remember", "apply"))

    found = only_mistake(folder)

    assert (found.place, found.reason) == (
        "items[1].level",
        "The question is at a higher level than its objective (understand).",
    )


def test_enemies_are_questions_of_the_course(folder):
    edit(folder, QUIZ, SECOND, f"{SECOND}    enemies: [a-1, promise-check, a-3]\n")

    found = only_mistake(folder)

    assert (found.place, found.reason) == ("items[1].enemies[2]", "There is no question “a-3”.")


def test_a_question_key_is_used_once_in_a_course(folder):
    edit(folder, QUIZ, "key: a-2", "key: a-1")

    found = only_mistake(folder)

    assert (found.place, found.line) == ("items[1].key", line_of(folder, found.file, "kind: numeric") - 1)
    assert "used before, in quizzes/alliance.yaml" in found.reason


EVENT = "  - {key: alliance-signed, date: 1962, lane: moscow, title: Again, text: Again., unit: patron}\n"


@pytest.mark.parametrize(
    ("file", "entry", "place"),
    [
        ("sources.yaml", "  - {id: treaty-1961, type: book, title: Again}\n", "references[2].id"),
        ("glossary.yaml", "  - {key: mutual-assistance, term: Again, definition: Again.}\n", "terms[1].key"),
        ("timeline.yaml", EVENT, "events[1].key"),
    ],
)
def test_an_entry_has_a_key_of_its_own(folder, file, entry, place):
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")

    found = only_mistake(folder)

    assert (found.file, found.place) == (file, place)
    assert found.reason.endswith("is used before.")


def test_a_lane_has_a_key_of_its_own(folder):
    edit(folder, "timeline.yaml", "key: world", "key: moscow")

    found = only_mistake(folder)

    assert (found.place, found.line) == ("lanes[1].key", line_of(folder, "timeline.yaml", "title: The wider world"))


WORLD = "  - {key: world, title: The wider world}\n"


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ("lanes:\n  - {key: moscow, title: Moscow}\n" + WORLD, "", "lanes", "“lanes” is missing."),
        ("lanes:\n  - {key: moscow, title: Moscow}\n" + WORLD, "lanes: []\n", "lanes", "There must be 1 or more here."),
        (WORLD, "".join(f"  - {{key: l{n}, title: L}}\n" for n in range(8)), "lanes", "There may be at most 8 here."),
        ("title: Moscow", f"title: {'M' * 61}", "lanes[0].title", "This text is longer than 60 characters."),
    ],
)
def test_a_timeline_declares_one_to_eight_lanes(folder, old, new, place, reason):
    edit(folder, "timeline.yaml", old, new)

    found = only_mistake(folder)

    assert (found.file, found.place, found.reason) == ("timeline.yaml", place, reason)


def test_an_objective_has_a_key_of_its_own(folder):
    edit(folder, TRADE, "key: read-trade", "key: say-promise")

    found = only_mistake(folder)

    assert (found.file, found.place, found.line) == (TRADE, "objectives[0].key", 6)


def test_a_check_that_no_lesson_places_is_found(folder):
    edit(folder, ALLIANCE, "{{ check promise-check }}\n", "")

    found = only_mistake(folder)

    assert (found.place, found.reason) == ("checks[0].key", "No lesson places the check “promise-check”.")


def test_a_statement_and_its_lesson_name_each_other(folder):
    edit(folder, ALLIANCE, "statements: [S01]\n", "")

    found = only_mistake(folder)

    assert (found.file, found.reason) == ("study.yaml", "The lesson “alliance” does not list S01.")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (TRADE, "lesson: trade", "lesson: alliance"),
        ("figures/trade.yaml", "figure: trade", "figure: trades"),
        (QUIZ, "quiz: alliance", "quiz: alliances"),
    ],
)
def test_a_file_is_named_as_its_key(folder, file, old, new):
    edit(folder, file, old, new)

    assert any(problem.file == file and problem.reason.startswith("The file is named") for problem in mistakes(folder))


def test_the_quiz_of_a_unit_names_the_lesson_of_each_section(folder):
    edit(folder, QUIZ, "lesson: alliance", "unit: patron")

    problems = mistakes(folder)

    assert {problem.reason for problem in problems} == {"A quiz of a unit names the lesson as well."}
    assert [problem.place for problem in problems] == ["items[0].section", "items[1].section", "checks[0].section"]


@pytest.mark.parametrize("date", ["2000-13", "1961-02-30", "61", "summer 1961", "1990/1985", "1990/1991/1992"])
def test_a_date_that_does_not_exist_is_found(folder, date):
    edit(folder, "timeline.yaml", 'date: "1961-07-06"', f'date: "{date}"')

    assert only_mistake(folder).place == "events[0].date"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("value: 201}", "value: 201, price: 3}", "rows use columns that are not listed"),
        ("rows:", "chart: {data: {values: []}, mark: bar}\nrows:", "the rows are the chart's only data"),
        ("rows:", "chart: {layer: [{data: {url: /x}, mark: bar}]}\nrows:", "the rows are the chart's only data"),
    ],
)
def test_a_figure_draws_its_own_rows(folder, old, new, reason):
    edit(folder, "figures/trade.yaml", old, new)

    assert only_mistake(folder).reason.startswith(reason)


# A mistake is not made to look like many.


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("sources.yaml", "type: book", "type: papyrus"),
        ("glossary.yaml", "term: Mutual", "terms: x\n    term: Mutual"),
        ("study.yaml", "verdict: refined", "verdict: proven"),
        ("course.yaml", "colour: brick", "colour: pink"),
        (ALLIANCE, "minutes: 10", "minutes: ten"),
        (TRADE, "level: analyse", "level: fathom"),
        ("figures/trade.yaml", "title: Trade, 1960", "titel: x\ntitle: Trade, 1960"),
        (QUIZ, "difficulty: 1\n    section: meaning", "difficulty: 9\n    section: meaning"),
        (QUIZ, "answer: true", "answer: perhaps"),
    ],
)
def test_what_refers_to_a_thing_with_a_mistake_is_not_a_mistake_too(folder, file, old, new):
    edit(folder, file, old, new)

    assert only_mistake(folder).file == file


def test_a_folder_without_any_yaml_left_reports_each_file_once(folder):
    for name in ("course.yaml", "sources.yaml", "figures/trade.yaml", QUIZ):
        (folder / name).write_text("[", encoding="utf-8")

    problems = mistakes(folder)

    assert [problem.file for problem in problems] == ["course.yaml", "figures/trade.yaml", QUIZ, "sources.yaml"]


def test_a_right_question_beside_a_wrong_one_is_still_checked(folder):
    edit(folder, QUIZ, "answer: 1961", "anser: 1961")
    edit(
        folder,
        QUIZ,
        "level: remember\n    difficulty: 1\n    section: promise\n    sources: [treaty-1961]\n    st",
        "level: analyse\n    difficulty: 1\n    section: promise\n    sources: [treaty-1961]\n    st",
    )

    places = {problem.place for problem in mistakes(folder)}

    assert places == {"items[0].level", "items[1].answer", "items[1].anser"}


def test_every_heading_without_a_key_is_found(folder):
    edit(folder, ALLIANCE, " {#promise}", "")
    edit(folder, ALLIANCE, " {#meaning}", "")

    lines = [problem.line for problem in mistakes(folder) if "has no key" in problem.reason]

    assert lines == [line_of(folder, ALLIANCE, "## What was promised"), line_of(folder, ALLIANCE, "## What was meant")]


def test_a_figure_cannot_stand_inside_a_box(folder):
    edit(folder, TRADE, "{{ figure trade }}", "::: note\n{{ figure trade }}\n:::")

    found = only_mistake(folder)

    assert (found.line, found.reason) == (line_of(folder, TRADE, "{{ figure"), "A figure cannot stand inside a box.")


def test_a_word_without_end_does_not_make_a_mistake_without_end():
    problem = Problem("a.yaml", 3, "key", f"There is no section “{'x' * 5_000}”.", "Check the spelling.")

    assert str(problem).startswith("a.yaml:3: key: There is no section “xxx")
    assert len(str(problem)) < 400
