"""From files to rows and back: to the byte where nothing changed, and to the last field where something did."""

from __future__ import annotations

import os
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from courses.content.folder import write_folder
from courses.content.splice import splice
from courses.content.stored import as_folder
from courses.models import ContentFile, Course, GlossaryTerm, Lane, Lesson, TimelineEvent, Unit
from courses.shipped import shipped_folders
from quizzes.content.dump import dump_course
from quizzes.content.tables import TABLES
from quizzes.models import Item, Quiz
from tests.content.editing import Editor, held
from tests.content.sample import PEOPLE, edit
from tests.content.test_merging import edited_here, edited_words
from tests.make import NOW, load

SMALL = sorted((Path(__file__).parent.parent / "courses_for_tests").iterdir())
GENERATED = int(os.environ.get("GENERATED", "6"))
"""How many courses with edits are written and read again; `make generated` takes 200."""


def bytes_of(root: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def touch_everything() -> None:
    """Make every row look edited, so that each is compared."""
    for table in TABLES:
        table.model._default_manager.update(edited_at=NOW)


def as_copy(texts: dict[str, str], key: str) -> dict[str, str]:
    """Return the files of a course under another key."""
    head = texts["course.yaml"].replace(f"course: {key}\n", "course: copy\n", 1)
    return {**texts, "course.yaml": head}


@pytest.mark.parametrize("is_touched", [False, True])
@pytest.mark.parametrize("folder", SMALL, ids=lambda path: path.name)
def test_files_come_back_as_they_were(folder, is_touched, tmp_path, db):
    load(folder)
    if is_touched:
        touch_everything()

    write_folder(tmp_path / "new", dump_course(Course.objects.get()).texts, course=folder.name)

    assert bytes_of(tmp_path / "new") == bytes_of(folder)


def test_the_shipped_course_comes_back_as_it_was(tmp_path, db, django_assert_max_num_queries):
    [folder] = shipped_folders()
    load(folder)
    touch_everything()
    course = Course.objects.get()

    with django_assert_max_num_queries(22):
        dump = dump_course(course)
    shutil.copytree(folder, tmp_path / "same")
    changed = write_folder(tmp_path / "same", dump.texts, course=course.key)
    write_folder(tmp_path / "new", dump.texts, course=course.key)

    assert changed == {}
    assert bytes_of(tmp_path / "new") == bytes_of(folder)
    assert dump.notes == []


QUIZ = "quizzes/alliance.yaml"
X, Y = {"key": "x"}, {"key": "y"}
EDITS: list[Any] = [
    ("course.yaml", lambda: edited_here(Unit, "patron", label="I"), "    label: Phase 1\n", "    label: I\n"),
    ("course.yaml", lambda: edited_here(Unit, "patron", year_to=1991), "to: 1990}", "to: 1991}"),
    ("course.yaml", lambda: edited_here(Unit, "patron", label=""), "    label: Phase 1\n", ""),
    (
        "course.yaml",
        lambda: edited_here(Course, "treaties", subtitle="A: b"),
        "title: Treaties\n",
        "title: Treaties\nsubtitle: 'A: b'\n",
    ),
    (
        "glossary.yaml",
        lambda: edited_here(GlossaryTerm, "mutual-assistance", term="no"),
        "term: Mutual assistance",
        "term: 'no'",
    ),
    ("timeline.yaml", lambda: edited_here(Lane, "world", title="All"), "title: The wider world}", "title: All}"),
    (
        "timeline.yaml",
        lambda: edited_here(TimelineEvent, "alliance-signed", facts=[]),
        "    facts: [treaty-text]\n",
        "",
    ),
    ("lessons/trade.md", lambda: edited_here(Lesson, "trade", title="Trade"), "title: The trade\n", "title: Trade\n"),
    (QUIZ, lambda: edited_words(stem="When?"), "    stem: In which year?\n", "    stem: When?\n"),
    (QUIZ, lambda: edited_here(Quiz, "alliance", pass_percent=55), "pass_percent: 70\n", "pass_percent: 55\n"),
]


@pytest.mark.parametrize(("file", "change", "old", "new"), EDITS)
def test_one_edit_changes_one_place(folder, course, file, change, old, new):
    for path in folder.rglob("*.*"):
        mark = "---\n" if path.suffix == ".md" else ""
        text = path.read_text(encoding="utf-8").removeprefix(mark)
        path.write_text(f"{mark}# What an author noted.\n\n{text}", encoding="utf-8")
    load(folder)
    before = bytes_of(folder)
    change()

    dump = dump_course(course)

    expected = before[file].decode()
    assert expected.count(old) == 1
    assert dump.texts == {**{path: raw.decode() for path, raw in before.items()}, file: expected.replace(old, new, 1)}


def test_a_changed_text_of_a_lesson_is_written_and_its_front_matter_stays(folder, course):
    body = Lesson.objects.get(key="trade").body
    edited_here(Lesson, "trade", body=f"{body}\n\nMore.")

    text = dump_course(course).texts["lessons/trade.md"]

    assert text == (folder / "lessons/trade.md").read_text(encoding="utf-8") + "\nMore.\n"


def test_what_is_new_here_and_what_is_retired_here_is_in_the_files_and_is_not(folder, course):
    GlossaryTerm.objects.create(course=course, key="aid", term="Aid", definition="Help.", edited_at=NOW)
    edited_here(TimelineEvent, "alliance-signed", is_retired=True)
    before = (folder / "glossary.yaml").read_text(encoding="utf-8")

    texts = dump_course(course).texts

    assert texts["glossary.yaml"] == f"{before}  - key: aid\n    term: Aid\n    definition: Help.\n"
    assert texts["timeline.yaml"].endswith("events: []\n")


def test_a_lesson_and_a_quiz_that_were_retired_here_leave_the_folder(folder, course, tmp_path):
    edited_here(Quiz, "alliance", is_retired=True)
    Item.objects.update(is_retired=True, edited_at=NOW)

    write_folder(folder, dump_course(course).texts, course="treaties")

    assert not (folder / "quizzes/alliance.yaml").exists()


@pytest.mark.parametrize("keeps_files", [True, False])
@pytest.mark.parametrize("seed", range(GENERATED))
def test_a_course_with_edits_is_the_same_when_its_files_are_loaded(seed, keeps_files, tmp_path, db):
    folder = SMALL[seed % 2]
    load(folder)
    course = Course.objects.get()
    if not keeps_files:
        ContentFile.objects.all().delete()
    Editor(course, seed).edit()
    dump = dump_course(course)

    with as_folder(as_copy(dump.texts, course.key)) as root:
        load(root)
    copy = Course.objects.get(key="copy")

    assert held(copy) == held(course)
    assert dump_course(copy).texts == as_copy(dump.texts, course.key)
    with as_folder(dump.texts) as root:
        report = load(root)
    assert (report.added, report.kept, report.merged) == ([], [], [])
    assert dump_course(course).texts == dump.texts


def test_people_and_their_groups_come_back(folder, db, tmp_path):
    (folder / "people.yaml").write_text(
        f"groups: [Others, Soviet/Russian]  # in this order\n{PEOPLE}", encoding="utf-8"
    )
    load(folder)
    touch_everything()

    assert dump_course(Course.objects.get()).texts["people.yaml"] == (folder / "people.yaml").read_text(
        encoding="utf-8"
    )


def test_windows_line_ends_and_a_byte_order_mark_stay(folder, db):
    text = (folder / "course.yaml").read_text(encoding="utf-8").replace("\n", "\r\n")
    (folder / "course.yaml").write_bytes(f"\ufeff{text}".encode())
    load(folder)
    edited_here(Course, "treaties", title="Pacts")

    dumped = dump_course(Course.objects.get()).texts["course.yaml"]

    assert dumped == f"\ufeff{text}".replace("title: Treaties", "title: Pacts")


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("a: 1  # one\nb: 2\n", {"a": 1, "b": 2}, {"a": 3, "b": 2}, "a: 3  # one\nb: 2\n"),
        ("a: 1\n# two\nb: 2\n", {"a": 1, "b": 2}, {"a": 1}, "a: 1\n# two\n"),
        ("a: |\n  x\n\nb: 2\n", {"a": "x", "b": 2}, {"a": "y", "b": 2}, "a: y\n\nb: 2\n"),
        ("a: {x: 1, y: 'z'}\n", {"a": {"x": 1, "y": "z"}}, {"a": {"x": 1, "y": "w"}}, 'a: {x: 1, y: "w"}\n'),
        ("a: {x: 1}\n", {"a": {"x": 1}}, {"a": {"x": 1, "y": 2}}, "a: {x: 1, y: 2}\n"),
        ("a: [x]  # c\n", {"a": ["x"]}, {"a": ["x", "y"]}, "a: [x, y]  # c\n"),
        ("a:\n  # c\n  b: 1\n", {"a": {"b": 1}}, {"a": {"b": 1, "d": 2}}, "a:\n  # c\n  b: 1\n  d: 2\n"),
        ("a:\n- key: x\n- key: y\n", {"a": [X, Y]}, {"a": [Y, X]}, "a:\n- key: y\n- key: x\n"),
        ("a: 1", {"a": 1}, {"a": 1, "b": 2}, "a: 1\nb: 2"),
    ],
)  # fmt: skip
def test_only_what_changed_is_written_again(text, old, new, expected):
    assert splice(text, old, new) == expected


# The command.


def test_the_command_writes_only_what_changed(folder, course):
    edited_here(Lesson, "trade", title="Trade")
    said = StringIO()

    call_command("dump_content", "treaties", folder, stdout=said)

    assert said.getvalue() == "  changed   lessons/trade.md\n9 files, 1 of them changed\n"
    assert load(folder).kept == []
    assert Lesson.objects.get(key="trade").edited_at is None


@pytest.mark.parametrize("other", ["notes.txt", "lessons/x.md"])
def test_the_command_refuses_a_folder_of_something_else(course, tmp_path, other):
    mine = tmp_path / "mine"
    (mine / other).parent.mkdir(parents=True)
    (mine / other).write_text("mine", encoding="utf-8")

    with pytest.raises(CommandError, match="holds something else"):
        call_command("dump_content", "treaties", mine)

    assert bytes_of(mine) == {other: b"mine"}


def test_the_command_refuses_the_folder_of_another_course(folder, course):
    edit(folder, "course.yaml", "course: treaties", "course: pacts")
    before = bytes_of(folder)

    with pytest.raises(CommandError, match="holds the course “pacts”"):
        call_command("dump_content", "treaties", folder)

    assert bytes_of(folder) == before


def test_the_command_names_the_courses_there_are(course, tmp_path):
    with pytest.raises(CommandError, match=r"There is no course “nope”\. Courses: treaties"):
        call_command("dump_content", "nope", tmp_path)


def test_a_write_that_fails_half_way_leaves_every_file_as_it_was(folder, course, monkeypatch):
    edited_here(Lesson, "trade", title="Trade")
    edited_here(Course, "treaties", title="Pacts")
    before, calls = bytes_of(folder), []

    def fail(_file: int) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError("the disk is full")

    monkeypatch.setattr("courses.content.folder.os.fsync", fail)
    with pytest.raises(OSError, match="the disk is full"):
        write_folder(folder, dump_course(course).texts, course="treaties")

    assert bytes_of(folder) == before


def test_a_load_that_is_killed_half_way_leaves_rows_and_kept_files_as_they_were(folder, course, monkeypatch):
    before = dump_course(course).texts
    edit(folder, "course.yaml", "title: Treaties", "title: Pacts")
    monkeypatch.setattr(
        "quizzes.content.load.QuizLoader._tell_new_rules", lambda _self: (_ for _ in ()).throw(KeyboardInterrupt)
    )

    with pytest.raises(KeyboardInterrupt):
        load(folder)

    course.refresh_from_db()
    assert course.title == "Treaties"
    assert dump_course(course).texts == before
