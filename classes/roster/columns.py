"""What each column of a list holds: by its heading in several languages, by what stands in it, or as a person says."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from classes.roster.reading import Line, Table


class Column(TextChoices):
    """What a column holds."""

    SKIP = "", _("left out")
    NUMBER = "number", _("student number")
    NAME = "name", _("name")
    FAMILY_FIRST = "family_first", _("name, family name first")
    FAMILY = "family", _("family name")
    GIVEN = "given", _("given name")
    EMAIL = "email", _("email")
    USERNAME = "username", _("username")
    GROUP = "group", _("group")


# Headings as they are written in English, Korean and Russian lists, without their punctuation and in small letters.
_HEADINGS: dict[Column, str] = {
    Column.NUMBER: (
        "student number|number|no|nr|id|student id|student no|student nr|matriculation number|roll number|id number|"
        "sis user id|org defined id|학번|번호|학생 번호|출석번호|номер|№|номер студента|номер ученика|"
        "номер зачётной книжки|номер зачетной книжки|студенческий билет|п п|№ п п"
    ),
    Column.NAME: (
        "name|full name|student|student name|display name|pupil|pupil name|성명|이름|학생|학생 이름|학생명|"
        "имя и фамилия|студент|ученик|участник"
    ),
    Column.FAMILY_FIRST: "фио|ф и о|фамилия имя|фамилия имя отчество|фамилия и имя|last name first name|sortable name",
    Column.FAMILY: "family name|surname|last name|family|성|성씨|фамилия",
    Column.GIVEN: "given name|first name|forename|forenames|given|given names|이름 성 제외|имя|отчество|имя отчество",
    Column.EMAIL: (
        "email|e mail|mail|email address|e mail address|이메일|전자우편|메일|이메일 주소|почта|электронная почта|"
        "эл почта|адрес электронной почты|имейл"
    ),
    Column.USERNAME: (
        "username|user name|user|login|account|login name|sis login id|아이디|사용자 이름|계정|로그인|логин|"
        "имя пользователя|пользователь|учётная запись"
    ),
    Column.GROUP: "group|groups|section|tutorial|team|class group|조|모둠|분반|그룹|группа|группы|подгруппа|класс",
}
_MEANINGS = {heading: column for column, headings in _HEADINGS.items() for heading in headings.split("|")}
_NUMBER = re.compile(r"[\w./-]*\d[\w./-]*")
_ONCE = (Column.NUMBER, Column.NAME, Column.FAMILY_FIRST, Column.FAMILY, Column.EMAIL, Column.USERNAME)


def recognised(table: Table) -> tuple[list[Column], bool]:
    """Return what each column holds, and whether the first line is a heading."""
    width = max(len(line.cells) for line in table.lines)
    head = [_meaning(cell) for cell in table.lines[0].cells]
    if any(head) and not any("@" in cell for cell in table.lines[0].cells):
        columns = head + [Column.SKIP] * (width - len(head))
        if Column.FAMILY in columns and Column.NAME in columns and Column.GIVEN not in columns:
            columns[columns.index(Column.NAME)] = Column.GIVEN  # 성 and 이름: the second is the given name
        return columns, True
    return _guessed(table.lines, width), False


def twice(columns: Sequence[Column]) -> list[Column]:
    """Return what more than one column is said to hold, though there can be one only. Given names may be several."""
    counts = Counter(columns)
    return [column for column in _ONCE if counts[column] > 1]


def _meaning(cell: str) -> Column:
    plain = unicodedata.normalize("NFKC", cell).casefold().replace("№", "no") if cell.strip() != "№" else "№"
    words = " ".join(re.sub(r"[^\w№]+", " ", plain).replace("_", " ").split())
    return _MEANINGS.get(words, Column.SKIP)


def _guessed(lines: Sequence[Line], width: int) -> list[Column]:
    """Say what the columns of a list without headings hold, by what most of their cells look like."""
    columns = [_look([line.cells[at] for line in lines if at < len(line.cells)]) for at in range(width)]
    for column in (Column.NUMBER, Column.EMAIL):
        places = [at for at, each in enumerate(columns) if each == column]
        for at in places[1:]:
            columns[at] = Column.SKIP
    names = [at for at, each in enumerate(columns) if each == Column.NAME]
    if len(names) == 2:
        columns[names[0]], columns[names[1]] = Column.FAMILY, Column.GIVEN
    for at in names[2:] if len(names) > 2 else []:
        columns[at] = Column.SKIP
    if len(names) > 2:
        columns[names[0]], columns[names[1]] = Column.FAMILY, Column.GIVEN
    return columns


def _look(cells: Sequence[str]) -> Column:
    filled = [cell for cell in cells if cell]
    if not filled:
        return Column.SKIP
    if sum("@" in cell for cell in filled) * 2 > len(filled):
        return Column.EMAIL
    if sum(_NUMBER.fullmatch(cell) is not None for cell in filled) * 2 > len(filled):
        return Column.NUMBER
    return Column.NAME
