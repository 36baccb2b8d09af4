"""docs/architecture.md draws which folders import which: the drawing is what the imports are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
APPS = ("tumen", "classes", "quizzes", "courses")
ARROW = re.compile(r"^ {4}([\w.]+) --> ([\w.]+)$", re.MULTILINE)


@cache
def arrows() -> frozenset[tuple[str, str]]:
    """Return which folder imports which: folders of an app by their names, and the apps themselves."""
    graph = grimp.build_graph(*APPS)
    found = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            one, other = folder_of(module), folder_of(imported)
            if one.partition(".")[0] != other.partition(".")[0]:
                found.add((one.partition(".")[0], other.partition(".")[0]))
            elif one != other and is_folder(one) and is_folder(other):
                found.add((one, other))
    return frozenset(found)


def folder_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def is_folder(name: str) -> bool:
    return "." in name and not name.endswith(".migrations") and (ROOT / name.replace(".", "/")).is_dir()


def test_the_drawing_shows_each_arrow_and_no_other() -> None:
    drawn = set(ARROW.findall(DOCUMENT))
    missing = "\n".join(f"    {one} --> {other}" for one, other in sorted(arrows() - drawn))

    assert not missing, f"docs/architecture.md lacks:\n{missing}"
    assert drawn - arrows() == set()


def test_no_arrow_is_part_of_a_circle() -> None:
    reached = {one: {other for first, other in arrows() if first == one} for one, _other in arrows()}
    for _round in reached:
        for folders in reached.values():
            folders |= {further for folder in folders for further in reached.get(folder, ())}

    assert [folder for folder, folders in reached.items() if folder in folders] == []


@pytest.mark.parametrize("folder", sorted({name for arrow in arrows() for name in arrow if "." in name}))
def test_each_folder_has_its_sentence(folder: str) -> None:
    path = folder.replace(".", "/")

    assert re.search(rf"^\| `{path}/` \| [A-Za-z].+ \|$", DOCUMENT, re.MULTILINE), f"docs/architecture.md: {path}/"
