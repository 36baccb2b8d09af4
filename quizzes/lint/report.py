"""A lint report as text, as JSON, or as JUnit's XML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from courses.content.problems import spell
from quizzes.lint.findings import Finding, Severity
from quizzes.lint.folder import Located, Report

_RANKS = list(Severity)
_SPAN = 80


def reason_of(finding: Finding) -> str:
    """Return the reason of a finding in the reader's language."""
    return _(finding.reason) % finding.details


def shown(found: Sequence[Located], least: Severity) -> list[Located]:
    """Return the findings of at least a severity."""
    return [one for one in found if _RANKS.index(one.finding.severity) <= _RANKS.index(least)]


def as_text(reports: Sequence[Report], least: Severity) -> str:
    """Return the findings grouped by file, with the fix below each, and a count at the end."""
    lines: list[str] = []
    for report in reports:
        for file, group in groupby(shown(report.found, least), key=lambda one: one.file):
            lines.append(f"{report.root.name}/{file}")
            lines += [line for one in group for line in _lines(one)]
        lines.append(f"{report.root.name}: {_count(report)}")
    return "\n".join(lines) + "\n"


def _lines(one: Located) -> Iterator[str]:
    finding = one.finding
    place = f" {spell(finding.where)}" if finding.where else ""
    yield f"  {one.line}: {finding.severity} {finding.rule} {finding.owner}{place}: {reason_of(finding)}"
    span = " ".join(finding.span.split())
    yield f"      “{span[:_SPAN]}{'…' if len(span) > _SPAN else ''}”"
    if one.judged.override:
        yield "      " + _("Overridden: %(reason)s") % {"reason": one.judged.override.reason}
    else:
        yield f"      {_(finding.fix)}"


def _count(report: Report) -> str:
    counts = Counter(one.finding.severity for one in report.found)
    numbers = {
        "items": len(report.items),
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "overridden": sum(one.judged.override is not None for one in report.found),
        "notes": counts[Severity.INFO],
    }
    words = _(
        "%(items)d questions: %(errors)d errors, %(warnings)d warnings (%(overridden)d overridden), %(notes)d notes"
    )
    return words % numbers


def as_json(reports: Sequence[Report], least: Severity) -> str:
    """Return every finding as a JSON object in one list."""
    rows = [_row(report, one) for report in reports for one in shown(report.found, least)]
    return json.dumps({"findings": rows}, indent=2, ensure_ascii=False) + "\n"


def _row(report: Report, one: Located) -> dict[str, Any]:
    finding = one.finding
    override = one.judged.override
    return {
        "file": f"{report.root.name}/{one.file}",
        "line": one.line,
        "rule": finding.rule,
        "severity": str(finding.severity),
        "on": str(finding.owner),
        "place": spell(finding.where),
        "span": finding.span,
        "reason": reason_of(finding),
        "fix": _(finding.fix),
        "override": override.reason if override else None,
        "blocks": one.judged.is_blocking,
    }


def as_junit(reports: Sequence[Report], least: Severity) -> str:
    """Return JUnit's XML: a suite for each file, a case for each finding and for each question without one."""
    root = ET.Element("testsuites", name="lint_content")
    for report in reports:
        found = shown(report.found, least)
        troubled = {one.finding.owner.item for one in found}
        files = sorted({one.file for one in found} | {file for file, _spec in report.items})
        for file in files:
            suite = ET.SubElement(root, "testsuite", name=f"{report.root.name}/{file}")
            for other, spec in report.items:
                if other == file and spec.key not in troubled:
                    ET.SubElement(suite, "testcase", classname=file, name=spec.key)
            here = [one for one in found if one.file == file]
            for one in here:
                _case(suite, one)
            suite.set("tests", str(len(suite)))
            suite.set("failures", str(sum(one.judged.is_blocking for one in here)))
            suite.set("skipped", str(sum(one.judged.override is not None for one in here)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, one: Located) -> None:
    finding = one.finding
    case = ET.SubElement(suite, "testcase", classname=one.file, name=f"{finding.owner} {finding.rule}")
    case.set("line", str(one.line))
    if one.judged.is_blocking:
        failure = ET.SubElement(case, "failure", type=f"{finding.severity} {finding.rule}", message=reason_of(finding))
        failure.text = f"{one.file}:{one.line}\n{finding.span}\n{_(finding.fix)}"
    elif one.judged.override:
        ET.SubElement(case, "skipped", message=one.judged.override.reason)
    else:
        ET.SubElement(case, "system-out").text = reason_of(finding)


FORMATS: Mapping[str, Callable[[Sequence[Report], Severity], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
}
