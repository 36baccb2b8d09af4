"""The register of facts: every fact a course uses is in it, and is used as it may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.content.problems import ContentInvalid
from courses.content.schema import FactFile
from quizzes.content.folder import read_folder
from quizzes.lint.course import contested_unattributed, fact_unverified
from quizzes.lint.folder import course_view, lint_folder
from quizzes.management.commands.load_content import shipped_folders
from tests.content.sample import edit, line_of

SHIPPED = [pytest.param(folder, id=folder.name) for folder in shipped_folders()]
CLAIM = "{id: treaty-text, confidence: high, date: 1961-07-06, sources: [treaty-1961]}"
LESSON, QUIZ = "lessons/alliance.md", "quizzes/alliance.yaml"


def register(folder: Path, *entries: str) -> None:
    text = "\n".join(f"  - {entry}" for entry in entries)
    (folder / "facts.yaml").write_text(f"facts:\n{text}\n", encoding="utf-8")


def mistakes(folder: Path) -> list[tuple[str, int, str, str]]:
    with pytest.raises(ContentInvalid) as refusal:
        read_folder(folder)
    return [(one.file, one.line, one.reason, one.suggestion) for one in refusal.value.problems]


def rules_on(folder: Path, owner: str) -> set[str]:
    return {one.finding.rule for one in lint_folder(folder).blocking if str(one.finding.owner) == owner}


def test_a_course_without_a_register_is_not_checked(folder):
    assert read_folder(folder).bundle.facts is None


def test_a_register_that_holds_what_is_used_is_right(folder):
    register(folder, CLAIM)

    facts = read_folder(folder).bundle.facts

    assert facts is not None
    assert [(fact.id, fact.years) for fact in facts.facts] == [("treaty-text", (1961, 1961))]


def test_every_use_of_an_unknown_fact_is_found_at_its_line(folder):
    register(folder, CLAIM)
    edit(folder, LESSON, "promise: [treaty-text]", "promise: [treaty-texts]")
    edit(folder, QUIZ, "key: a-1\n", "key: a-1\n    facts: [treaty-txt]\n")
    edit(folder, "figures/trade.yaml", "title:", "facts: [grain]\ntitle:")
    edit(folder, "timeline.yaml", "facts: [treaty-text]", "facts: [treaty-tex]")

    found = mistakes(folder)

    assert [(file, line) for file, line, _reason, _suggestion in found] == [
        ("figures/trade.yaml", line_of(folder, "figures/trade.yaml", "grain")),
        (LESSON, line_of(folder, LESSON, "treaty-texts")),
        (QUIZ, line_of(folder, QUIZ, "treaty-txt")),
        ("timeline.yaml", line_of(folder, "timeline.yaml", "treaty-tex")),
    ]
    assert all("no fact" in reason for _file, _line, reason, _suggestion in found)
    assert [("treaty-text" in suggestion) for *_where, suggestion in found] == [False, True, True, True]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("{id: treaty-text, confidence: sure}", "not one of those possible"),
        ("{id: treaty-text, confidence: high, date: 1961-13}", "write the date"),
        ("{id: treaty-text, confidence: high, date: 1962/1961}", "ends before it begins"),
        ("{id: treaty-text, confidence: high, sources: [nowhere]}", "no source"),
        (f"{CLAIM}\n  - {CLAIM}", "used before"),
    ],
)
def test_a_faulty_register_is_refused(folder, entry, reason):
    register(folder, entry)

    assert any(file == "facts.yaml" and reason in words for file, _line, words, _suggestion in mistakes(folder))


def test_a_span_has_its_first_and_last_year():
    assert FactFile(id="a", confidence="high", date="1990/1995-03").years == (1990, 1995)
    assert FactFile(id="a", confidence="high").years is None


def test_an_unverified_fact_is_an_error_wherever_it_is_used(folder):
    register(folder, "{id: treaty-text, confidence: unverified}")
    edit(folder, "figures/trade.yaml", "title:", "facts: [treaty-text]\ntitle:")

    for owner in ("alliance", "trade", "alliance-signed"):
        assert "FACT-UNVERIFIED" in rules_on(folder, owner)


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("Both sides promised [[mutual-assistance|help]] at once.[@treaty-1961, art. 1]", False),
        ("By Koval's account both promised [[mutual-assistance|help]].[@treaty-1961]", True),
        ("Koval says that both promised help.[@koval-2001]", False),
        ("::: dispute Who promised\nBoth promised [[mutual-assistance|help]].[@koval-2001]\n:::", True),
        ("Both promised help.\n\n{{ figure trade }}", True),
    ],
)
def test_a_contested_fact_is_attributed_where_it_is_taught(folder, text, is_told):
    register(folder, CLAIM.replace("high", "contested"))
    edit(folder, "figures/trade.yaml", "caption: It doubled.[@koval-2001]", "caption: Two counts differ.[@treaty-1961]")
    edit(folder, LESSON, "Both sides promised [[mutual-assistance|help]] at once.[@treaty-1961, art. 1]", text)

    assert ("CONTESTED-UNATTRIBUTED" in rules_on(folder, "alliance")) is not is_told


@pytest.mark.parametrize("folder", SHIPPED)
def test_every_fact_of_a_shipped_course_is_registered_verified_and_attributed(folder):
    read = read_folder(folder)
    view = course_view(read)

    assert read.bundle.facts is not None
    assert {fact.confidence for fact in read.bundle.facts.facts} <= {"high", "medium", "contested"}
    assert list(fact_unverified(view)) == []
    assert [str(owner) for owner, _hit in contested_unattributed(view)] == []


@pytest.mark.parametrize("folder", SHIPPED)
def test_the_register_of_a_shipped_course_holds_only_what_is_used(folder):
    view = course_view(read_folder(folder))
    used = {key for item in view.items for key in item.spec.facts} | {key for _owner, _where, key in view.more_facts}
    used |= {key for lesson in view.lessons for section in lesson.sections for key in section.facts}

    assert set(view.facts or {}) == used
