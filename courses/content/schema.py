"""The shapes of the files of a course, as values. No database, no YAML; of the models only their enumerations."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    field_validator,
    model_validator,
)

from courses.content.charts import check_chart
from courses.models import LearningObjective, StudyStatement
from courses.models.completion import CertificateRule
from courses.rendering import languages
from courses.rendering.colours import UnitColour, check_colours
from courses.rendering.languages import is_language

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
StatementKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", max_length=40)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Whole = Annotated[int, Field(strict=True)]
"""A whole number that is written as one: neither text nor true."""
Cell = str | Whole | Decimal | bool | None

LAST_YEAR = 2200
MOST_LANES = 8
_DAY = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?")


def _in_use(tag: str) -> str:
    if not is_language(tag):
        raise ValueError(f"“{tag}” is no language; write its code, such as ko, pt-BR or zh-Hant-TW")
    return tag


Language = Annotated[
    str, StringConstraints(pattern=languages.PATTERN, max_length=languages.LONGEST), AfterValidator(_in_use)
]
Names = Annotated[dict[Language, Title], Field(max_length=20)]
"""What something is called in other languages, by their tags."""


class FileModel(BaseModel):
    """Closed to unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Years(FileModel):
    """The span of a unit; no `to` means to today."""

    start: Annotated[Whole, Field(alias="from", ge=1, le=LAST_YEAR)]
    end: Annotated[Annotated[Whole, Field(ge=1, le=LAST_YEAR)] | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Years:
        if self.end is not None and self.end < self.start:
            raise ValueError("the unit ends before it begins")
        return self


class UnitFile(FileModel):
    """An entry of `units` in course.yaml."""

    key: Key
    label: Annotated[str, StringConstraints(max_length=40)] = ""
    title: Title
    years: Years | None = None
    colour: UnitColour = UnitColour.GREY
    summary: Text
    lessons: Annotated[tuple[Key, ...], Field(min_length=1)]


class CourseFile(FileModel):
    """course.yaml."""

    course: Key
    title: Title
    subtitle: Title | None = None
    lede: Line | None = None
    summary: Text
    language: Language = "en"
    licence: Annotated[Title, StringConstraints(max_length=100)] | None = None
    hours: Annotated[Whole, Field(gt=0, le=1000)] | None = None
    published: StrictBool | None = None
    certificate: CertificateRule | None = None
    units: Annotated[tuple[UnitFile, ...], Field(min_length=1)]


class ObjectiveFile(FileModel):
    """An entry of `objectives` in a lesson's front matter."""

    key: Key
    level: LearningObjective.Level
    text: Line


class LessonFile(FileModel):
    """A lesson's front matter."""

    lesson: Key
    number: Annotated[str, StringConstraints(max_length=10)] = ""
    title: Title
    subtitle: Title | None = None
    question: Line | None = None
    summary: Text
    minutes: Annotated[Whole, Field(gt=0, le=600)] = 25
    statements: tuple[StatementKey, ...] = ()
    objectives: tuple[ObjectiveFile, ...] = ()
    facts: dict[Key, tuple[Key, ...]] = {}


class Author(FileModel):
    """A name in CSL: family and given, or one literal."""

    family: Title | None = None
    given: Title | None = None
    literal: Title | None = None

    @model_validator(mode="after")
    def _is_named(self) -> Author:
        if (self.family is None) == (self.literal is None):
            raise ValueError("give `family` (and `given`) for a person, or `literal` for a body")
        return self


class SourceFile(BaseModel):
    """An entry of `references` in sources.yaml: the part of CSL that is used here."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: Key
    type: Literal[
        "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "chapter", "dataset",
        "document", "entry", "entry-encyclopedia", "interview", "legislation", "manuscript", "map", "motion_picture",
        "paper-conference", "personal_communication", "post", "post-weblog", "report", "speech", "thesis", "treaty",
        "webpage",
    ]  # fmt: skip
    title: Line
    author: tuple[Author, ...] = ()
    issued: str | None = None
    publisher: Title | None = None
    publisher_place: Annotated[Title | None, Field(alias="publisher-place")] = None
    container_title: Annotated[Title | None, Field(alias="container-title")] = None
    volume: Title | Whole | None = None
    issue: Title | Whole | None = None
    page: Title | Whole | None = None
    URL: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)] | None = None
    language: Language | None = None
    note: Line | None = None

    @field_validator("issued", mode="before", json_schema_input_type=str | int | None)
    @classmethod
    def _known_date(cls, value: object) -> object:
        if value is not None and not is_date(str(value)):
            raise ValueError("write the date as 2000-02-09, 2000-02 or 2000, in the years 1 to 2200")
        return None if value is None else str(value)


class SourcesFile(FileModel):
    """sources.yaml."""

    references: tuple[SourceFile, ...]


class TermFile(FileModel):
    """An entry of `terms` in glossary.yaml."""

    key: Key
    term: Title
    names: Names = {}
    forms: tuple[Title, ...] = ()
    definition: Text


class GlossaryFile(FileModel):
    """glossary.yaml."""

    terms: tuple[TermFile, ...]


class PersonFile(FileModel):
    """An entry of `people` in people.yaml."""

    key: Key
    name: Title
    family: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    names: Names = {}
    side: Title
    role: Line
    years: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    text: Text
    lessons: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _family_stands_in_the_name(self) -> PersonFile:
        words, family = self.name.split(), self.family.split()
        if family and family not in (words[: len(family)], words[-len(family) :]):
            raise ValueError("the family name is not at an end of the name; write it as it stands there")
        return self


class PeopleFile(FileModel):
    """people.yaml."""

    groups: tuple[Title, ...] = ()
    people: tuple[PersonFile, ...]


class LaneFile(FileModel):
    """An entry of `lanes` in timeline.yaml. Lanes are drawn in the order they are listed."""

    key: Key
    title: Annotated[Title, StringConstraints(max_length=60)]


class EventFile(FileModel):
    """An entry of `events` in timeline.yaml."""

    key: Key
    date: str
    lane: Key
    title: Title
    text: Text
    unit: Key
    lesson: Key | None = None
    facts: tuple[Key, ...] = ()

    @field_validator("date", mode="before", json_schema_input_type=str | int)
    @classmethod
    def _known_date(cls, value: object) -> str:
        return date_or_span(value)


class TimelineFile(FileModel):
    """timeline.yaml."""

    lanes: Annotated[tuple[LaneFile, ...], Field(min_length=1, max_length=MOST_LANES)]
    events: tuple[EventFile, ...]


class StatementFile(FileModel):
    """An entry of `statements` in study.yaml."""

    id: StatementKey
    text: Text
    lessons: Annotated[tuple[Key, ...], Field(min_length=1)]
    verdict: StudyStatement.Verdict
    record: Text


class StudyFile(FileModel):
    """study.yaml."""

    title: Title | None = None
    about: Text
    statements: tuple[StatementFile, ...] = ()


class FactFile(FileModel):
    """An entry of `facts` in facts.yaml: a claim the course rests on, how sure it is, and what it rests on itself."""

    id: Key
    confidence: Literal["high", "medium", "contested", "unverified"]
    disputed: StrictBool = False
    date: str | None = None
    sources: tuple[Key, ...] = ()

    @field_validator("date", mode="before", json_schema_input_type=str | int | None)
    @classmethod
    def _known_date(cls, value: object) -> str | None:
        return None if value is None else date_or_span(value)

    @property
    def years(self) -> tuple[int, int] | None:
        """Return the first and the last year of its date."""
        parts = self.date.split("/") if self.date else []
        return (first_day(parts[0]).year, last_day(parts[-1]).year) if parts else None


class FactsFile(FileModel):
    """facts.yaml: the register of the facts the course uses."""

    facts: tuple[FactFile, ...]


class Column(FileModel):
    """A column of a figure's data table."""

    label: Title
    unit: Title | None = None


_WrittenColumns = Annotated[dict[str, Column | str], Field(min_length=1)]


class FigureFile(FileModel):
    """A figure: a chart with its data table, over a map or not, or a table alone."""

    figure: Key
    title: Title
    caption: Text
    alt: Text
    facts: tuple[Key, ...] = ()
    columns: Annotated[dict[str, Column], Field(min_length=1, max_length=50)]
    rows: Annotated[tuple[dict[str, Cell], ...], Field(min_length=1, max_length=5_000)]
    chart: dict[str, Any] | None = None
    map: Key | None = None

    @field_validator("columns", mode="before", json_schema_input_type=_WrittenColumns)
    @classmethod
    def _short_columns(cls, value: object) -> object:
        if isinstance(value, dict):
            return {key: {"label": column} if isinstance(column, str) else column for key, column in value.items()}
        return value

    @model_validator(mode="after")
    def _rows_fit(self) -> FigureFile:
        unknown = sorted({name for row in self.rows for name in row} - set(self.columns))
        if unknown:
            raise ValueError(f"rows use columns that are not listed under `columns`: {', '.join(unknown)}")
        if self.map and not (self.chart and {"mark", "layer"} & set(self.chart)):
            raise ValueError("over a `map` goes a `chart` with a `mark`, or with layers")
        check_chart(self.chart or {}, frozenset(self.columns))
        check_colours(self.chart)
        return self


def date_or_span(value: object) -> str:
    """Return a date, or two with a stroke between, as text; raise ValueError if it is neither."""
    text = str(value)
    parts = text.split("/")
    if len(parts) > 2 or not all(map(is_date, parts)):
        raise ValueError("write the date as 2000-02-09, 2000-02, 2000, or as a span: 1990/1995, in the years 1 to 2200")
    if first_day(parts[0]) > last_day(parts[-1]):
        raise ValueError("the span ends before it begins")
    return text


def is_date(text: str) -> bool:
    """Say whether a text is a year, a month or a day that exists."""
    found = _DAY.fullmatch(text)
    if not found or not 1 <= int(found[1]) <= LAST_YEAR:
        return False
    try:
        first_day(text)
    except ValueError:
        return False
    return True


def first_day(text: str) -> date:
    """Return the first day a date may mean."""
    year, month, day = [*text.split("-"), "1", "1"][:3]
    return date(int(year), int(month), int(day))


def last_day(text: str) -> date:
    """Return the last day a date may mean."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts)
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    year, month = parts
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def hash_of(value: BaseModel | dict[str, Any], *more: str) -> str:
    """Return a hash of what the author wrote; equal content has an equal hash whatever the layout of the file."""
    body = value.model_dump(mode="json", by_alias=True) if isinstance(value, BaseModel) else value
    text = json.dumps([body, *more], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
