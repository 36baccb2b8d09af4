"""The courses that are changed: a small one with everything a course may hold, and the one that is shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

from quizzes.domain.kinds import KINDS
from tests.content.sample import PEOPLE, edit, write_sample
from tests.make import body, write_map, write_yaml

SHIPPED = Path(__file__).parents[2] / "fixtures" / "patron-stranger-balancer"
FACTS = "facts:\n  - {id: treaty-text, confidence: high, date: 1961, sources: [treaty-1961]}\n"
CHART = """\
chart:
  height: 200
  layer:
    - mark: {type: bar, color: var(--phase)}
      encoding:
        x: {field: year, type: ordinal, axis: {labelAngle: 0}}
        y: {field: value, type: quantitative, title: million roubles}
"""
DRAWN = """\
quiz: final
unit: patron
title: Final
opens: "2026-09-01T08:00:00+00:00"
due: "2026-09-08T22:00:00+00:00"
minutes: 90
max_attempts: 2
wait_minutes: 60
credit:
  - {days: 0, percent: 100}
  - {days: 7, percent: 50}
review: after_close
closes: "2026-09-15T22:00:00+00:00"
draw:
  bank: open
  strata:
    - {take: 2, kinds: [single, numeric], units: [patron]}
  cover: [S01]
  difficulties: {1: {min: 1, max: 2}}
"""


def write_rich(root: Path) -> Path:
    """Write a small course with every kind of file and every kind of question."""
    write_sample(root)
    (root / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    (root / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (root / "quizzes" / "final.yaml").write_text(DRAWN, encoding="utf-8")
    write_map(root)
    figure = root / "figures" / "trade.yaml"
    figure.write_text(figure.read_text(encoding="utf-8") + CHART, encoding="utf-8")
    fields = {"objective": "read-trade", "section": "figures", "sources": ["koval-2001"]}
    items = [body(kind, key=f"every-{kind.replace('_', '-')}", **fields) for kind in KINDS]
    quiz = {"quiz": "every-kind", "lesson": "trade", "title": "Every kind", "shuffle": True, "items": items}
    write_yaml(root / "quizzes" / "every-kind.yaml", quiz)
    edit(root, "lessons/trade.md", "Trade grew.", "::: source A letter\nTrade grew, *he* wrote.\n:::\n\nTrade grew.")
    return root


def copy_shipped(root: Path) -> Path:
    """Copy the shipped course."""
    shutil.copytree(SHIPPED, root)
    return root
