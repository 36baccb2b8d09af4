"""Grades from a file: a difference first, then all of it or nothing; and the forms that other programs import."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from classes.gradebook.files import FORMS, file_rows, xlsx_chunks
from courses.models import AuditEntry, Deed, Enrolment
from courses.reports.tables import csv_lines
from quizzes.models import GradeDecision
from quizzes.services.gradebook import Decided, Subject, decide, take_back
from tests.classes.test_gradebook import Room
from tests.make import NOW, browser_of, make_user
from tests.staff import text_of


@pytest.fixture
def room(db):
    made = Room()
    for at, student in enumerate(made.students):
        Enrolment.objects.filter(user=student).update(student_number=f"00{at + 1}")
        student.email = f"{student.username}@school.example"
        student.save()
    return made


def address(room):
    return reverse("classes:gradebook-import", args=[room.cohort.pk])


def title(room, quiz=0):
    return str(room.quizzes[quiz])


def check(room, text):
    """Return the page that shows what a pasted table would change."""
    return browser_of(room.teacher).post(address(room), {"grades-text": text})


def bring(room, text):
    """Check a table and import what that showed."""
    shown = check(room, text)
    fingerprint = shown.context["found"].fingerprint
    return browser_of(room.teacher).post(address(room), {"grades-text": text, "expected": fingerprint})


def decisions():
    rows = GradeDecision.objects.in_force().order_by("pk")
    return list(rows.values_list("place__user__username", "kind", "points", "possible", "reason"))


def written(room, form):
    return "".join(csv_lines(file_rows(room.cohort, FORMS[form], now=timezone.now())))


@pytest.mark.parametrize(
    ("head", "who"),
    [
        ("Student number", "001"),
        ("E-mail", "student-0@school.example"),
        ("Username", "student-0"),
        ("Name", "Daria Ivanova"),
    ],
)
def test_a_student_is_found_as_in_a_list_of_people(room, head, who):
    bring(room, f"{head};{title(room)}\n{who};3,5\n")

    assert decisions() == [("student-0", "score", Decimal("3.50"), Decimal("4.00"), "imported")]


def test_a_preview_changes_nothing_and_says_what_would_change(room):
    room.sit(0, 2)

    html = text_of(check(room, f"Student number;{title(room)};{title(room, 1)};Remarks\n001;4;EX;Ill.\n002;1;;\n"))

    assert "3 changes" in html
    assert "Columns left out: Remarks." in html
    assert "Import 3 changes" in html
    assert decisions() == []


def test_what_is_so_already_changes_nothing_and_a_second_import_is_empty(room):
    room.sit(0, 2)
    text = f"Student number;{title(room)};{title(room, 1)}\n001;2;3\n002;;EX\n"

    bring(room, text)
    first = decisions()
    again = check(room, text)

    assert [row[:2] for row in first] == [("student-0", "score"), ("student-1", "excused")]
    assert (len(again.context["found"].changes), again.context["found"].same) == (0, 3)
    assert "Import" not in text_of(again).split("0 changes")[1].split("Another file")[0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("009;3;", "The line names no student of the class."),
        (";3;", "None of the columns that are read is filled in."),
        ("001;many;", "“many” is no number of points."),
        ("001;=1+2;", "“=1+2” is no number of points."),
        ("001;-1;", "“-1” is no number of points."),
        ("001;9;", "9 is more than twice the maximum, 8."),
        ("002;1;\n2nd;3;", "The line names no student of the class."),
        ("001;1;\n001;2;", "is also in line"),
    ],
)
def test_each_broken_line_is_named_and_nothing_is_imported(room, line, said):
    text = f"Student number;{title(room)};{title(room, 1)}\n{line}\n002;4;4\n" if "002" not in line else (
        f"Student number;{title(room)};{title(room, 1)}\n{line}\n"
    )  # fmt: skip

    shown = check(room, text)
    browser_of(room.teacher).post(address(room), {"grades-text": text, "expected": shown.context["found"].fingerprint})

    assert said in text_of(shown)
    assert "Line " in text_of(shown)
    assert decisions() == []


def test_a_file_without_work_of_the_class_is_refused(room):
    html = text_of(check(room, "Student number;Something else\n001;3\n"))

    assert "No column has the title of a piece of graded work." in html


def test_work_out_of_other_points_is_refused(room):
    html = text_of(check(room, f"Student number;{title(room)}\nPoints possible;10\n001;8\n"))

    assert "is out of 10 in the file and out of 4 here." in html


def test_what_changed_since_the_preview_is_not_imported(room):
    text = f"Student number;{title(room)}\n001;3\n"
    expected = check(room, text).context["found"].fingerprint
    subject = Subject(room.place(), room.quizzes[0].pk)
    decide(subject, Decided("score", "Retold.", Decimal(1), Decimal(4)), actor=room.teacher, now=NOW)

    refused = browser_of(room.teacher).post(address(room), {"grades-text": text, "expected": expected})

    assert refused.status_code == 409
    assert "Nothing was imported." in text_of(refused)
    assert [row[-1] for row in decisions()] == ["Retold."]


def test_an_import_is_on_record_and_each_grade_can_be_taken_back(room):
    room.sit(0, 2)
    bring(room, f"Student number;{title(room)}\n001;4\n002;3\n")
    assert room.total().percent == 100
    one = GradeDecision.objects.in_force().get(place__user=room.students[0])

    take_back(Subject(room.place(), room.quizzes[0].pk), seen=one.pk, actor=room.teacher, now=NOW)

    assert room.total().percent == 50
    assert AuditEntry.objects.filter(deed=Deed.GRADE_DECIDED).count() == 2
    assert AuditEntry.objects.get(deed=Deed.GRADES_IMPORTED).details == {"n": 2}


def test_a_grade_replaces_the_decision_before_it_which_stays_in_the_history(room):
    bring(room, f"Student number;{title(room)}\n001;4\n")
    bring(room, f"Student number;{title(room)}\n001;2\n")

    ended = GradeDecision.objects.exclude(ended_at=None).get()
    assert (ended.points, ended.ended_by) == (4, room.teacher)
    assert decisions()[0][2] == 2


@pytest.mark.parametrize("form", ["csv", "canvas", "moodle"])
def test_the_gradebook_s_own_files_come_back_as_no_change(room, form):
    room.sit(0, 3)
    room.sit(1, 2, student=1)
    bring(room, f"Student number;{title(room, 2)}\n001;EX\n")

    found = check(room, written(room, form)).context["found"]

    assert (found.changes, found.problems) == ([], [])
    assert found.same >= 2
    assert len(found.columns) == 3


def test_a_workbook_is_read_as_well(room):
    room.sit(0, 3)
    rows = file_rows(room.cohort, FORMS["xlsx"], now=timezone.now())
    book = load_workbook(BytesIO(b"".join(xlsx_chunks(rows, "Grades"))))
    sheet = book.active
    at = [cell.value for cell in sheet[1]].index(title(room)) + 1
    row = next(row for row in sheet.iter_rows() if "student-0" in [cell.value for cell in row])
    row[at - 1].value = 1
    out = BytesIO()
    book.save(out)

    shown = browser_of(room.teacher).post(
        address(room), {"grades-file": SimpleUploadedFile("grades.xlsx", out.getvalue())}
    )

    [change] = shown.context["found"].changes
    assert (change.name, change.before, change.after) == ("Daria Ivanova", "3.00", Decimal("1.00"))


def test_canvas_knows_students_by_ids_of_its_own(room):
    lines = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{title(room)} (48151)", "Current Score"],
        ["    Points Possible", "", "", "", "", "4.00", "(read only)"],
        ["Ivanova, Daria", "9311", "001", "divanova", "HIS 214", "3.00", "75"],
    ]
    out = StringIO()
    csv.writer(out).writerows(lines)

    found = check(room, out.getvalue()).context["found"]

    assert [(change.name, change.after) for change in found.changes] == [("Daria Ivanova", Decimal("3.00"))]
    assert found.problems == []


# The columns that Canvas and Moodle look for when they import.


def test_the_columns_of_other_programs_are_in_their_order(room):
    canvas = list(csv.reader(StringIO(written(room, "canvas").removeprefix("\ufeff"))))
    moodle = list(csv.reader(StringIO(written(room, "moodle").removeprefix("\ufeff"))))

    assert canvas[0][:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert canvas[1][:5] == ["    Points Possible", "", "", "", ""]
    assert canvas[1][5:] == ["4"] * 3
    assert [row[2] for row in canvas[2:]] == ["002", "001"]
    assert moodle[0][:5] == ["First name", "Last name", "ID number", "Username", "Email address"]
    assert moodle[0][5:] == [f"Quiz: {title(room, at)} (Real)" for at in range(3)]


@pytest.mark.parametrize("form", ["csv", "canvas", "moodle"])
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_no_name_runs_as_a_formula(room, form, name):
    room.students[0].first_name = room.students[0].last_name = name
    room.students[0].save()
    room.cohort.name = name
    room.cohort.save()

    cells = [cell for row in csv.reader(StringIO(written(room, form).removeprefix("\ufeff"))) for cell in row]

    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]


def test_an_assistant_and_a_student_import_nothing(room):
    assistant = make_user("assistant")
    Enrolment.objects.create(cohort=room.cohort, user=assistant, role=Enrolment.Role.ASSISTANT)

    assert browser_of(assistant).get(address(room)).status_code == 403
    assert browser_of(room.students[0]).get(address(room)).status_code == 404
