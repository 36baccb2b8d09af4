"""The linter on folders: files and lines, formats, overrides, exit status."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from courses.content.problems import ContentInvalid
from quizzes.lint.folder import lint_folder, overrides_of, read_overrides
from quizzes.lint.overrides import short_hash
from quizzes.management.commands.load_content import shipped_folders
from tests.content.sample import edit, line_of

REASON = "The two sides are all there is to choose from here."
QUIZ = "quizzes/alliance.yaml"


FIT = """\
quiz: alliance
lesson: alliance
title: The alliance
items:
  - key: a-1
    kind: single
    stem: What was promised?
    objective: say-promise
    level: understand
    difficulty: 1
    section: promise
    sources: [treaty-1961]
    statements: [S01]
    feedback: The first article promises help at once, by all means.
    options:
      a: {text: Help, correct: true, feedback: "The first article of the treaty promises it, at once."}
      b: {text: Rice, feedback: "The first article of the treaty is silent on food."}
      c: {text: Trade, feedback: "Trade has agreements of its own, made in other years."}
  - key: a-2
    kind: numeric
    stimulus: A treaty of friendship between two neighbours.
    stem: In which year was this treaty concluded?
    objective: say-promise
    level: remember
    difficulty: 1
    section: meaning
    sources: [treaty-1961]
    statements: [S01]
    feedback: It was signed in the summer of that year in Moscow.
    answer: 1961
    tolerance: {kind: absolute, value: 0}
    unit: year
    feedback_right: It was signed in the summer of that year in Moscow.
    feedback_wrong: It was signed in another summer, by the date of its text.
  - key: a-3
    kind: single
    stem: By which means were both sides to act?
    objective: say-promise
    level: understand
    difficulty: 1
    section: promise
    sources: [treaty-1961]
    feedback: The first article promises help at once, by all means.
    options:
      a: {text: Arms, correct: true, feedback: "Military means stand first in the article that says so."}
      b: {text: Coal, feedback: "Fuel is a matter of trade, and trade has its own papers."}
      c: {text: Gold, feedback: "Payment is a matter of trade, and trade has its own papers."}
checks:
  - key: promise-check
    kind: true_false
    stem: The duty binds either neighbour.
    objective: say-promise
    level: remember
    difficulty: 1
    section: promise
    sources: [treaty-1961]
    feedback: It is the first article of the treaty of that year.
    answer: true
    feedback_true: The first article of the treaty of that year says so.
    feedback_false: Read the first article again, since it says just that.
"""


def found(folder: Path) -> dict[str, tuple[str, int]]:
    """Return what must be dealt with: file and line by rule and subject."""
    return {f"{one.finding.rule} {one.finding.owner}": (one.file, one.line) for one in lint_folder(folder).blocking}


def lint(folder: Path, *arguments: str) -> str:
    """Run the command; return what it wrote, and fail as it fails."""
    out = StringIO()
    call_command("lint_content", str(folder), *arguments, stdout=out)
    return out.getvalue()


def report(folder: Path, *arguments: str) -> str:
    """Run the command on a folder that has findings; return what it wrote."""
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("lint_content", str(folder), *arguments, stdout=out)
    return out.getvalue()


def override(folder: Path, *entries: str) -> None:
    text = "\n".join(f"  - {entry}" for entry in entries)
    (folder / "lint.yaml").write_text(f"overrides:\n{text}\n", encoding="utf-8")


def hash_of(folder: Path, key: str) -> str:
    return next(short_hash(spec) for _file, spec in lint_folder(folder).items if spec.key == key)


@pytest.fixture
def clean(folder: Path) -> Path:
    """The sample course with questions that are fit: nothing of it blocks."""
    (folder / QUIZ).write_text(FIT, encoding="utf-8")
    return folder


def test_findings_are_told_by_file_and_line(folder):
    told = found(folder)

    assert told["OPT-COUNT a-1"] == (QUIZ, line_of(folder, QUIZ, "options:"))
    assert told["FB-KEY a-1"] == (QUIZ, line_of(folder, QUIZ, "text: Help"))
    assert told["FB-KEY a-2"] == (QUIZ, line_of(folder, QUIZ, "feedback_right: Yes."))
    assert told["BANK-OBJECTIVE alliance"] == (
        "lessons/alliance.md",
        line_of(folder, "lessons/alliance.md", "say-promise"),
    )
    assert told["BANK-LEVEL bank"] == ("course.yaml", 1)


def test_a_folder_without_findings_passes(clean):
    assert found(clean) == {}
    assert "0 errors, 0 warnings" in lint(clean)


def test_a_note_blocks_nothing(clean):
    edit(clean, QUIZ, "stem: By which means", "stem: By which major means")

    assert "I STEM-VAGUE a-3" in lint(clean)
    assert "STEM-VAGUE" not in lint(clean, "--severity", "W")


def test_the_text_groups_findings_below_their_file_with_reason_and_fix(folder):
    lines = report(folder).splitlines()

    start = lines.index(f"{folder.name}/{QUIZ}")
    assert any("W OPT-COUNT a-1 options: There are 2 options." in line for line in lines[start:])
    assert any("Offer three to five options" in line for line in lines[start:])


def test_json_holds_every_finding(folder):
    rows = json.loads(report(folder, "--format", "json"))["findings"]

    [row] = [row for row in rows if (row["rule"], row["on"]) == ("OPT-COUNT", "a-1")]
    assert row["file"] == f"{folder.name}/{QUIZ}"
    assert (row["severity"], row["place"], row["blocks"], row["override"]) == ("W", "options", True, None)
    assert row["line"] == line_of(folder, QUIZ, "options:")


def test_junit_is_well_formed_and_counts_rightly(folder, tmp_path):
    override(folder, f'{{rule: OPT-COUNT, item: a-1, hash: "{hash_of(folder, "a-1")}", reason: {REASON}}}')
    out = tmp_path / "lint.xml"

    assert report(folder, "--format", "junit", "--output", str(out)) == ""

    root = ET.parse(out).getroot()
    suite = next(one for one in root if one.get("name") == f"{folder.name}/{QUIZ}")
    assert int(suite.get("tests")) == len(suite.findall("testcase"))
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) > 0
    [skipped] = suite.findall("testcase/skipped")
    assert skipped.get("message") == REASON
    assert suite.find("testcase[@name='a-1 FB-KEY']/failure").text.startswith(QUIZ)


def test_junit_names_what_passed(clean):
    root = ET.fromstring(lint(clean, "--format", "junit"))

    assert {case.get("name") for case in root.iter("testcase")} == {
        "a-1", "a-2", "a-3", "promise-check", "alliance BANK-MASTERY",
    }  # fmt: skip


def test_an_override_lets_a_warning_stand(clean):
    edit(clean, QUIZ, '      b: {text: Rice, feedback: "The first article of the treaty is silent on food."}\n', "")
    assert list(found(clean)) == ["OPT-COUNT a-1"]

    override(clean, f'{{rule: OPT-COUNT, item: a-1, hash: "{hash_of(clean, "a-1")}", reason: {REASON}}}')

    assert found(clean) == {}
    assert f"Overridden: {REASON}" in lint(clean)


def test_an_override_lapses_when_the_text_changes(clean):
    edit(clean, QUIZ, "stem: What was promised?", "stem: What was promised then? What else?")
    override(clean, f'{{rule: STEM-MULTI, item: a-1, hash: "{hash_of(clean, "a-1")}", reason: {REASON}}}')
    assert found(clean) == {}

    edit(clean, QUIZ, "stem: What was promised then? What else?", "stem: What was promised? What else?")

    assert found(clean) == {
        "STEM-MULTI a-1": found(clean)["STEM-MULTI a-1"],
        "LINT-STALE STEM-MULTI a-1": ("lint.yaml", 2),
    }


def test_an_override_of_nothing_is_told(clean):
    override(
        clean,
        f"{{rule: STEM-LONG, item: a-9, hash: 0123456789ab, reason: {REASON}}}",
        f"{{rule: BANK-LEVEL, bank: true, reason: {REASON}}}",
    )

    assert set(found(clean)) == {"LINT-STALE STEM-LONG a-9", "LINT-STALE BANK-LEVEL bank"}


def test_an_override_of_the_bank_may_end_with_its_size(folder):
    override(folder, f"{{rule: BANK-LEVEL, bank: true, until: 2, reason: {REASON}}}")
    assert "BANK-LEVEL bank" not in found(folder)

    override(folder, f"{{rule: BANK-LEVEL, bank: true, until: 1, reason: {REASON}}}")

    assert {"BANK-LEVEL bank", "LINT-STALE BANK-LEVEL bank"} <= set(found(folder))


def test_errors_cannot_be_overridden(clean):
    edit(clean, QUIZ, "stem: What was promised?", "stem: Promised?")
    override(clean, f'{{rule: STEM-EMPTY, item: a-1, hash: "{hash_of(clean, "a-1")}", reason: {REASON}}}')

    assert set(found(clean)) == {"STEM-EMPTY a-1", "LINT-STALE STEM-EMPTY a-1"}
    with pytest.raises(CommandError, match="only warnings"):
        lint(clean, "--write-override", "STEM-EMPTY", "a-1", REASON)


@pytest.mark.parametrize(
    "entry",
    [
        "{rule: STEM-LONG, item: a-1, hash: 0123456789ab, reason: too short}",
        f"{{rule: STEM-LONG, item: a-1, reason: {REASON}}}",
        f"{{rule: STEM-LONG, item: a-1, hash: 0123, reason: {REASON}}}",
        f"{{rule: STEM-LONG, reason: {REASON}}}",
        f"{{rule: BANK-LEVEL, bank: true, quiz: alliance, reason: {REASON}}}",
        f"{{rule: BANK-LEVEL, lesson: alliance, until: 3, reason: {REASON}}}",
        f"{{rule: stem-long, bank: true, reason: {REASON}}}",
    ],
)
def test_a_faulty_override_is_refused(folder, entry):
    override(folder, entry)

    with pytest.raises(ContentInvalid) as refusal:
        read_overrides(folder)

    assert {problem.file for problem in refusal.value.problems} == {"lint.yaml"}


@pytest.mark.parametrize(
    ("rule", "subject"),
    [("OPT-COUNT", "a-1"), ("BANK-OBJECTIVE", "alliance"), ("STUDY-TESTED", "S01"), ("BANK-LEVEL", "bank")],
)
def test_an_override_is_written_for_one(folder, rule, subject):
    before = set(found(folder)) if rule != "STUDY-TESTED" else {"STUDY-TESTED S01", *found(folder)}

    lint(folder, "--write-override", rule, subject, f"{REASON} “Quoted”: yes, # and {{more}}.")

    assert f"{rule} {subject}" in before
    assert set(found(folder)) == before - {f"{rule} {subject}"}


def test_a_second_override_is_added_to_the_first(folder):
    lint(folder, "--write-override", "OPT-COUNT", "a-1", REASON)
    lint(folder, "--write-override", "BANK-LEVEL", "bank", REASON)

    assert [one.rule for one in read_overrides(folder)[0]] == ["OPT-COUNT", "BANK-LEVEL"]


def test_a_reason_must_say_something(folder):
    with pytest.raises(CommandError, match="20 characters"):
        lint(folder, "--write-override", "OPT-COUNT", "a-1", "it is fine")

    assert not (folder / "lint.yaml").exists()


def test_a_folder_with_mistakes_is_refused_with_them(folder):
    edit(folder, QUIZ, "kind: numeric", "kind: number")
    err = StringIO()

    with pytest.raises(CommandError, match="mistakes"):
        call_command("lint_content", str(folder), stdout=StringIO(), stderr=err)

    assert QUIZ in err.getvalue()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no folder"):
        lint(tmp_path / "nowhere")


def test_what_is_shipped_has_nothing_that_blocks():
    for folder in shipped_folders():
        assert [f"{one.file}:{one.line} {one.finding.rule}" for one in lint_folder(folder).blocking] == []


def test_the_overrides_of_a_shipped_course_are_found_by_its_key():
    assert {one.rule for one in overrides_of("patron-stranger-balancer")} == {
        one.rule
        for one in read_overrides(next(f for f in shipped_folders() if f.name == "patron-stranger-balancer"))[0]
    }
    assert overrides_of("no-such-course") == ()
