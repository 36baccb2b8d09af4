"""A small course written by hand, with one of everything, and ways to edit it and to look at what it became."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps

FILES = {
    "course.yaml": """\
course: treaties
title: Treaties
summary: |
  What was promised.
units:
  - key: patron
    label: Phase 1
    title: Patron
    years: {from: 1945, to: 1990}
    colour: brick
    summary: An alliance is signed.
    lessons: [alliance, trade]
""",
    "sources.yaml": """\
references:
  - id: treaty-1961
    type: treaty
    title: Treaty of Friendship
    issued: "1961-07-06"
  - id: koval-2001
    type: book
    title: Roubles and rice
    author: [{family: Koval, given: Anna}]
    issued: 2001
""",
    "glossary.yaml": """\
terms:
  - key: mutual-assistance
    term: Mutual assistance
    names: {ko: 호상원조, ru: взаимная помощь}
    definition: A promise to *help*.
""",
    "timeline.yaml": """\
lanes:
  - {key: moscow, title: Moscow}
  - {key: world, title: The wider world}
events:
  - key: alliance-signed
    date: "1961-07-06"
    lane: moscow
    title: The alliance is signed
    text: It is signed in Moscow.[@treaty-1961]
    unit: patron
    lesson: alliance
    facts: [treaty-text]
""",
    "study.yaml": """\
about: |
  A study of 2012.
statements:
  - id: S01
    text: The alliance was a duty to help.
    lessons: [alliance]
    verdict: refined
    record: The text says so.[@treaty-1961]
""",
    "lessons/alliance.md": """\
---
lesson: alliance
number: "1.1"
title: The alliance
summary: Two treaties in a week.
minutes: 10
statements: [S01]
objectives:
  - {key: say-promise, level: understand, text: Say what was promised.}
facts:
  promise: [treaty-text]
---

## What was promised {#promise}

Both sides promised [[mutual-assistance|help]] at once.[@treaty-1961, art. 1]

{{ check promise-check }}

See [the trade](lesson:trade#figures).

## What was meant {#meaning}

Readings differ.[@koval-2001; @treaty-1961]
""",
    "lessons/trade.md": """\
---
lesson: trade
title: The trade
summary: What was paid in roubles.
objectives:
  - {key: read-trade, level: analyse, text: Read a table of trade.}
---

## The figures {#figures}

{{ figure trade }}

Trade grew.[@koval-2001]
""",
    "figures/trade.yaml": """\
figure: trade
title: Trade, 1960 to 1970
caption: It doubled.[@koval-2001]
alt: Two numbers, the second twice the first.
columns:
  year: Year
  value: {label: Trade, unit: million roubles}
rows:
  - {year: 1960, value: 100.5}
  - {year: 1970, value: 201}
""",
    "quizzes/alliance.yaml": """\
quiz: alliance
lesson: alliance
title: The alliance
practice: true
max_attempts: null
pass_percent: 70
items:
  - key: a-1
    kind: single
    stem: What was promised?
    objective: say-promise
    level: remember
    difficulty: 1
    section: promise
    sources: [treaty-1961]
    statements: [S01]
    feedback: The first article promises help at once, by all means.
    options:
      a: {text: Help, correct: true, feedback: The first article says so.}
      b: {text: Trade, feedback: Trade has agreements of its own.}
  - key: a-2
    kind: numeric
    stem: In which year?
    objective: say-promise
    level: remember
    difficulty: 1
    section: meaning
    sources: [treaty-1961]
    feedback: It was signed in the summer of that year in Moscow.
    answer: 1961
    tolerance: {kind: absolute, value: 0}
    unit: year
    feedback_right: Yes.
    feedback_wrong: No.
checks:
  - key: promise-check
    kind: true_false
    stem: Help was promised.
    objective: say-promise
    level: remember
    difficulty: 1
    section: promise
    sources: [treaty-1961]
    feedback: It is the first article of the treaty of that year.
    answer: true
    feedback_true: So it was.
    feedback_false: Read the first article again.
""",
}


PEOPLE = """\
people:
  - key: koval
    name: Anna Koval
    names: {ko: 코발, ru: Анна Коваль}
    side: Soviet/Russian
    role: Historian
    years: "2001"
    text: She counted in roubles.[@koval-2001]
    lessons: [trade]
"""


def write_sample(root: Path) -> Path:
    """Write the sample course into a folder."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands in a file exactly once."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def line_of(root: Path, file: str, words: str) -> int:
    """Return the number of the first line that holds the words."""
    lines = (root / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return every row of both apps."""
    models = [*apps.get_app_config("courses").get_models(), *apps.get_app_config("quizzes").get_models()]
    links = [field.remote_field.through for model in models for field in model._meta.many_to_many]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in [*models, *links]}
