"""Broken lists: each fault is named with its line and what to do, and nothing is imported."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from classes.roster.columns import Column, recognised
from classes.roster.reading import MOST_BYTES, MOST_LINES, read_file, read_pasted
from classes.roster.refusals import RosterChanged, RosterRefused
from classes.services.roster import apply_draft, preview_of
from courses.models import Enrolment, ManagedAccount
from tests.classes.rosters import HEAD, imported, seen, workbook
from tests.make import NOW, make_cohort, make_course, make_user


def packed(**parts: bytes) -> bytes:
    """Return a zip file of named parts."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return out.getvalue()


def with_part(name: str, part: bytes) -> bytes:
    """Return a workbook one part of which is replaced."""
    out = BytesIO()
    with ZipFile(BytesIO(workbook(["Name"], ["Nora Haddad"]))) as whole, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for entry in whole.namelist():
            archive.writestr(entry, part if entry == name else whole.read(entry))
    return out.getvalue()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="str">
<v>&b;</v></c></row></sheetData></worksheet>"""

WHOLE_FILES = {
    "empty": (b"", "There is nothing in the list"),
    "blank lines": (b"\n \n;;;\n", "There is nothing in the list"),
    "5 MB": (b"1;Nora Haddad\n" * 360_000, r"The file is 5\.0 MB; the most is 2 MB"),
    "too many lines": (b"Nora Haddad\n" * (MOST_LINES + 2), "more than 5,000 lines"),
    "too many columns": (b"Nora Haddad\n" + b";".join([b"x"] * 41), "Line 2 has more than 40 columns"),
    "an unclosed quotation mark": (f'{HEAD}1;"Nora Haddad;\n2;Minji;\n'.encode(), "opens in line 2 is never closed"),
    "PDF": (b"%PDF-1.7 ...", "This is a PDF, not a list"),
    "picture": (b"\x89PNG\r\n\x1a\n", "This is a picture"),
    "old Excel or password": (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel file, or one with a password"),
    "web page called xls": (b"<html><table><tr><td>Nora", "This is a web page"),
    "binary": (b"Nora\x00\x01\x02Haddad\n", "a file for programs"),
    "word document": (packed(word__document=b"x"), "a document of another program"),
    "truncated workbook": (workbook(["Name"], ["Nora"])[:-200], "damaged"),
    "workbook that unpacks to far more": (packed(**{"xl/workbook.xml": b"0" * 41_000_000}), "unpacks to far more"),
    "workbook with entities": (with_part("xl/worksheets/sheet1.xml", BOMB), "unpacks to far more"),
    "workbook without its sheet": (with_part("xl/workbook.xml", b"<nothing/>"), "damaged"),
    "merged cells": (workbook(["Name", "No"], ["Nora", 1], ["Minji", 2], merged="A2:A3"), "Cells are merged: A2:A3"),
    "letters of no encoding": (b"Name\n\xff\xfd\x81\x8d\x90\x9d\xa0\n", "letters of this file cannot be read"),
    "half a UTF-16 letter": ("이름\n김민지".encode("utf-16")[:-1], "letters of this file cannot be read"),
}


@pytest.mark.parametrize(("data", "said"), WHOLE_FILES.values(), ids=WHOLE_FILES.keys())
def test_a_file_that_is_no_list_is_refused_in_words(data, said):
    with pytest.raises(RosterRefused, match=said):
        read_file(data)


LINES = {
    "email in the place of the name": ("1;nora@x.example;Nora Haddad", "An email address stands in the place of the"),
    "swapped number and name": ("Nora Haddad;12;", "The student number has no digit: Nora Haddad"),
    "number in the place of the name": ("1;12;", "The name has no letters: 12"),
    "formula in the number": ('"=HYPERLINK(""http://x"")";Nora Haddad;', "The student number is a formula: =HYPERLINK"),
    "formula in the name": ("2;@SUM(A1);", "The name is a formula: @SUM"),
    "formula in full width": ("2;＝cmd;", "The name is a formula"),
    "error of the spreadsheet": ("#N/A;Nora Haddad;", "an error of the spreadsheet: #N/A"),
    "number in scientific notation": ("4.41E+06;Nora Haddad;", "A spreadsheet shortened the student number"),
    "number twice": ("9;Nora Haddad;\n9;Minji Kim;", "The student number “9” is also in line 2, for Nora Haddad"),
    "address twice": ("1;Nora Haddad;n@x.example\n2;Minji;N@x.example", "The email “N@x.example” is also in line 2"),
    "name twice without a number": (";Nora Haddad;\n;Nora Haddad;", "The name “Nora Haddad” is also in line 2"),
    "two addresses in one cell": ("1;Nora Haddad;a@x.example b@x.example", "more than one email address"),
    "address without a domain": ("1;Nora Haddad;nora@", "“nora@” is not an email address"),
    "number without a name": ("55;;", "there is no name to make an account for"),
    "letters that were lost": ("1;Nora Hadd\ufffdd;", "Letters of the name were lost"),
    "name of 151 letters": (f"1;{'a' * 151};", "The name has 151 letters"),
    "number of 41 digits": (f"{'1' * 41};Nora Haddad;", "The student number has 41 letters"),
    "too many cells": ("1;Nora;Haddad;n@x.example", "The line has 4 cells; the others have 3"),
    "number of one and address of another": ("7;;other@x.example", "The student number is that of Member, the email"),
    "instructor of the class": (";;instructor@x.example", "instructor is instructor of this class"),
    "address of two accounts": (";Nora Haddad;both@x.example", "More than one account has the address"),
    "one person in two lines": ("7;;\n;;member@x.example", "Lines 2 and 3 are both Member"),
}


@pytest.fixture
def cohort(db):
    instructor = make_user("instructor", email="instructor@x.example")
    cohort = make_cohort(make_course(lessons=1), instructor=instructor)
    member = make_user("member", first_name="Member", email="member@x.example")
    Enrolment.objects.create(cohort=cohort, user=member, student_number="7")
    for name, email in (("other", "other@x.example"), ("both-1", "both@x.example"), ("both-2", "both@x.example")):
        make_user(name, email=email)
    return cohort


@pytest.mark.parametrize(("lines", "said"), LINES.values(), ids=LINES.keys())
def test_a_broken_line_is_named_and_nothing_is_imported(cohort, lines, said):
    instructor = cohort.enrolments.get(role="instructor").user
    table = read_pasted(f"{HEAD}{lines}\n")
    columns = [Column.NUMBER, Column.NAME, Column.EMAIL]
    columns += [Column.SKIP] * (max(len(line.cells) for line in table.lines) - 3) if said[:8] != "The line" else []
    shown = seen(cohort, f"{HEAD}{lines}\n", instructor)
    shown.draft.columns = [str(column) for column in columns]
    shown.draft.save()

    shown = preview_of(shown.draft, reader=instructor)

    [problem] = shown.difference.problems
    assert said in problem.said
    assert problem.line == 2 + lines.count("\n")
    assert problem.todo
    with pytest.raises(RosterChanged):
        apply_draft(draft=shown.draft, expected=shown.difference.fingerprint, actor=instructor, now=NOW)
    assert not ManagedAccount.objects.exists()


def test_a_username_that_is_misspelt_makes_no_account(cohort):
    instructor = cohort.enrolments.get(role="instructor").user

    [problem] = seen(cohort, "Username;Name\nmembr;Member\n", instructor).difference.problems

    assert problem.said == "No account has the username “membr”."


def test_two_columns_of_one_kind_are_asked_about(cohort):
    instructor = cohort.enrolments.get(role="instructor").user

    shown = seen(cohort, "Number;ID;Name\n1;2;Nora Haddad\n", instructor)

    assert (shown.doubled, shown.may_apply) == ([Column.NUMBER], False)


KOREAN = "학번,이름,이메일\n20261,김민지,kim@x.example\n20262,이서연,\n"
RUSSIAN = "№;ФИО;Электронная почта\r\n1;Иванов Пётр Сергеевич;\r\n2;Ким Анна;a@x.example\r\n"
WESTERN = "Number\tFamily name\tGiven name\n1\tMüller\tJosé\n2\tŠimková\tEliška\n"
ENCODINGS = [
    (KOREAN, "utf-8", "UTF-8", "commas"),
    (KOREAN, "utf-8-sig", "UTF-8", "commas"),
    (KOREAN, "utf-16", "UTF-16", "commas"),
    (KOREAN, "utf-16-le", "UTF-16", "commas"),
    (KOREAN, "utf-16-be", "UTF-16", "commas"),
    (KOREAN, "cp949", "CP949", "commas"),
    (RUSSIAN, "utf-8-sig", "UTF-8", "semicolons"),
    (RUSSIAN, "cp1251", "Windows-1251", "semicolons"),
    (RUSSIAN, "utf-16", "UTF-16", "semicolons"),
    (WESTERN, "utf-8", "UTF-8", "tabs"),
    (WESTERN.replace("Š", "S").replace("š", "s"), "cp1252", "Windows-1252", "tabs"),
]


@pytest.mark.parametrize(("text", "encoding", "told", "separator"), ENCODINGS)
def test_the_encoding_and_the_separator_are_found_out(text, encoding, told, separator):
    table = read_file(text.encode(encoding))

    assert (table.encoding, table.separator) == (told, separator)
    assert [list(line.cells) for line in table.lines] == [list(line.cells) for line in read_pasted(text).lines]


HEADINGS = [
    ("Student Number,Last name,First name,E-mail,Section", "number family given email group"),
    ("학번,성,이름,이메일,분반", "number family given email group"),
    ("번호,성명,아이디", "number name username"),
    ("№,ФИО,Почта,Группа", "number family_first email group"),
    ("Номер;Фамилия;Имя;Отчество;Логин", "number family given given username"),
    ("Student,ID,SIS User ID,SIS Login ID,Section", "name number number username group"),
    ("Name,Favourite colour", "name "),
]


@pytest.mark.parametrize(("head", "columns"), HEADINGS)
def test_headings_are_recognised_in_three_languages(head, columns):
    found, has_heading = recognised(read_pasted(f"{head}\n1{',2' * head.count(',')}{';2' * head.count(';')}\n"))

    assert has_heading
    assert " ".join(found) == columns


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Nora Haddad\nMinji Kim\n", "name"),
        ("1\tNora Haddad\n2\tMinji Kim\n", "number name"),
        ("Haddad,Nora,n@x.example\nKim,Minji,m@x.example\n", "family given email"),
    ],
)
def test_a_list_without_headings_is_read_by_what_it_holds(text, columns):
    found, has_heading = recognised(read_pasted(text))

    assert not has_heading
    assert " ".join(found) == columns


def test_a_workbook_gives_whole_numbers_and_says_which_sheet_was_read(cohort):
    instructor = cohort.enrolments.get(role="instructor").user
    table = read_file(workbook(["No", "Name"], [4410927.0, "Nora Haddad"], [None, None], ["0012", "Minji"], sheets=2))

    assert [list(line.cells) for line in table.lines] == [["No", "Name"], ["4410927", "Nora Haddad"], ["0012", "Minji"]]
    assert [line.number for line in table.lines] == [1, 2, 4]
    assert table.notes == ["Only the first sheet was read: “Sheet”."]
    assert imported(cohort, workbook(["No", "Name"], [1, "Nora Haddad"]), instructor).real


def test_a_formula_in_a_workbook_is_named_with_its_line(cohort):
    instructor = cohort.enrolments.get(role="instructor").user

    [problem] = seen(cohort, workbook(["No", "Name"], ["=1+1", "Nora Haddad"]), instructor).difference.problems

    assert (problem.line, problem.said) == (2, "The student number is a formula: =1+1")


def test_a_workbook_that_claims_to_be_small_is_bounded_all_the_same():
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for at in range(MOST_LINES + 3):
        sheet.append([at + 1, "Nora Haddad"])
    out = BytesIO()
    book.save(out)
    assert len(out.getvalue()) < MOST_BYTES

    with pytest.raises(RosterRefused, match="more than 5,000 lines"):
        read_file(out.getvalue())
