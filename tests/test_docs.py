"""The documents name what there is, and their examples work."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from courses.content.documents import parse_yaml
from courses.content.maps import MapFile
from courses.content.problems import Problems
from courses.content.schema import (
    CourseFile,
    FactsFile,
    FigureFile,
    GlossaryFile,
    PeopleFile,
    SourcesFile,
    StudyFile,
    TimelineFile,
)
from courses.rendering.engine import Engine
from courses.rendering.figures import draw
from courses.rendering.maps import Land
from quizzes.content.sets import with_source
from quizzes.domain.behaviour import Behaviour
from quizzes.domain.certainty import Confidence
from quizzes.domain.draws import Blueprint, Stratum
from quizzes.domain.keeping import Keep
from quizzes.domain.kinds import KINDS, read_spec
from quizzes.domain.review import Shown, When
from quizzes.domain.specs import PoolSpec, QuizSettings, QuizSpec
from quizzes.domain.timing import Overdue
from quizzes.lint.overrides import STALE, LintFile
from quizzes.lint.run import all_rules
from tests.make import COMMON, WHY, body, quiz_file

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
)
AUTHORING = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
LINTING = (ROOT / "docs" / "linting.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "tumen" / "settings.py").read_text(encoding="utf-8")
OURS = sorted(name for name, app in get_commands().items() if app in ("courses", "quizzes", "classes"))
VARIABLES = sorted(set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', SETTINGS)))


def named(word: str, text: str = DOCUMENTS) -> bool:
    """Say whether a text names a word by itself."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_question_has_a_section_for_authors(kind):
    assert heading_of(kind).startswith(f"### {kind}")


SITTING = AUTHORING.split("### How a quiz is sat")[1].split("### Sets:")[0]
SETTINGS_EXAMPLES = re.findall(r"```yaml\n(.*?)```", SITTING, flags=re.DOTALL)


@pytest.mark.parametrize("example", SETTINGS_EXAMPLES)
def test_each_example_of_how_a_quiz_is_sat_is_such_a_quiz(example):
    problems = Problems()
    document = parse_yaml(example, file="authoring.md", problems=problems)

    assert document is not None
    assert problems.found == []
    assert QuizSpec.model_validate(quiz_file() | document.data)


@pytest.mark.parametrize("name", sorted({*QuizSettings.model_fields, *Stratum.model_fields, *Blueprint.model_fields}))
def test_every_setting_of_a_quiz_is_shown_to_authors(name):
    assert re.search(rf"(?<!\w){name}:\s", AUTHORING)


@pytest.mark.parametrize("word", [*Behaviour, *Keep, *Overdue, *Confidence, *Shown, *When])
def test_every_word_of_a_setting_is_explained_to_authors(word):
    assert named(word.value, AUTHORING)


@pytest.mark.parametrize("command", OURS)
def test_every_command_is_named(command):
    assert named(command)
    assert load_command_class(get_commands()[command], command).help


def test_the_commands_are_found():
    assert {"load_content", "content_schema"} <= set(OURS)


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_variable_of_the_environment_is_named(variable):
    assert named(variable)
    assert named(variable, SETTINGS.split('"""')[1]), "the list at the top of settings.py leaves it out"


def test_the_variables_are_found():
    assert {"DEBUG", "SECRET_KEY", "DATABASE_URL"} <= set(VARIABLES)


# The examples of docs/authoring.md.


def example_below(heading: str) -> str:
    """Return the first YAML example below a heading."""
    section = re.split(r"^##+ ", AUTHORING.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    found = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert found, f"there is no example below {heading}"
    return found[1]


def parsed(text: str) -> Any:
    """Return an example as the loader reads it."""
    problems = Problems()
    document = parse_yaml(text, file="docs/authoring.md", problems=problems)
    assert document is not None, problems.found
    assert not problems.found
    return document.data


def whole(value: Any) -> Any:
    """Fill in what an example leaves to the reader: `…` stands for words or for an entry."""
    if isinstance(value, dict):
        return {key: whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [whole(inner) for inner in value]
    return WHY if value == "…" else value


def heading_of(kind: str) -> str:
    found = re.search(rf"^### {kind}(:.*)?$", AUTHORING, re.MULTILINE)
    assert found, f"docs/authoring.md has no section on {kind}"
    return found[0]


def example_of(kind: str) -> dict[str, Any]:
    """Return the example of a kind with the fields that every question has."""
    fields = whole(parsed(example_below(heading_of(kind))))
    if kind == "ordering":
        entry = {"text": "Another", "feedback": WHY}
        entries = {key: value if isinstance(value, dict) else entry for key, value in fields["entries"].items()}
        fields["entries"] = {**entries, "last": entry}
    return {"key": "example", "kind": kind, **COMMON, **fields}


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_each_kind_is_a_question(kind):
    spec = read_spec(example_of(kind))

    answer = spec.clean(spec.right_answer())
    if not spec.is_scored:
        assert spec.points == 0
        return
    assert (spec.rubric.share(spec.rubric.top()) if spec.is_human_marked else spec.mark(answer)) == 1


def test_the_example_of_a_set_is_one():
    sets = parsed(example_below("### Sets: several questions on one source"))["sets"]
    items = [body("single", key=f"q-{at}", set="letter-1993") for at in (1, 2)]

    quiz = QuizSpec.model_validate(quiz_file(items=items, sets=sets))

    assert with_source(quiz.items[1], quiz.sets).stimulus.startswith("**A letter on losses**")


def test_the_example_of_a_private_pool_is_one():
    example = parsed(example_below("## Private pools"))

    pool = PoolSpec.model_validate({**example, "sets": {}, "reserved": [body("single", key="autumn-01")]})

    assert set(example) == set(PoolSpec.model_fields)
    assert (pool.quiz, pool.alone) == ("final-exam", True)


def test_the_fields_of_every_question_are_those_of_the_example():
    [example] = parsed("example:\n" + example_below("### Fields of every question"))["example"]

    spec = read_spec({**whole(example), "options": example_of("single")["options"], "figure": None})

    assert set(example) == set(spec.model_dump()) - {"options", "shuffle"}
    assert (spec.section, spec.points) == ("trade", 1)


def test_the_example_of_a_unit_to_be_typed_is_a_question():
    section = AUTHORING.split(f"\n{heading_of('numeric')}\n", 1)[1]
    fields = whole(parsed(re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)[1]))

    spec = read_spec({"key": "example", "kind": "numeric", **COMMON, **fields})

    assert [spec.mark(spec.clean(typed)) for typed in ("1100 km", "1100000 m", "1100")] == [1, 1, Decimal("0.75")]


MAP = "## maps/<key>.yaml, maps/<key>.geojson"


def test_the_example_of_a_chart_over_a_map_is_drawn():
    figure = parsed(example_below("## figures/<key>.yaml")) | parsed(example_below("### A chart over a map"))
    read, chart = FigureFile.model_validate(figure), MapFile.model_validate(parsed(example_below(MAP)))

    with Engine() as engine:
        svg = draw(read.chart, read.rows, over=Land(chart.region, []), engine=engine)["wide"]

    assert read.map == chart.map

    assert svg.count(">Khasan<") == svg.count(">Rajin<") == 1


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("## course.yaml", CourseFile),
        ("## figures/<key>.yaml", FigureFile),
        (MAP, MapFile),
        ("## sources.yaml", SourcesFile),
        ("## glossary.yaml", GlossaryFile),
        ("## people.yaml", PeopleFile),
        ("## timeline.yaml", TimelineFile),
        ("## study.yaml", StudyFile),
        ("## facts.yaml", FactsFile),
    ],
)
def test_the_example_of_each_file_is_such_a_file(heading, model):
    data = parsed(example_below(heading))
    if model is FigureFile:
        data["chart"] = {"mark": "line"}

    read = model.model_validate(data)

    assert read.model_dump(exclude_unset=True)


# docs/linting.md.


def test_every_rule_is_listed_with_its_severity():
    rows = re.findall(r"^\| ([A-Z]+(?:-[A-Z]+)+) \| ([EWI]) \|", LINTING, re.MULTILINE)
    rules = {rule.id: str(rule.severity) for rule in [*all_rules().values(), STALE]}

    assert len(rows) == len(dict(rows))
    assert dict(rows) == rules


def test_the_example_of_an_override_is_one():
    assert LintFile.model_validate(parsed(example_below("## lint.yaml"))).overrides[0].rule in all_rules()
