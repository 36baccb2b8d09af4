"""What holds for every template."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
INCLUDED = re.compile(r'{% include "([^"#]+)')
SHORT = 15
"""Lines below which a part of one page stands in that page, where it is read in its place."""

OFFERED = {"courses/_head.html", "courses/_notices.html"}
"""Parts that the base page of another project includes (docs/reusing.md)."""


def test_a_comment_ends_on_its_line_or_it_would_be_shown() -> None:
    lines = (
        (path.name, number, line)
        for path in (settings.BASE_DIR / "templates").rglob("*")
        if path.is_file()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
    )

    assert [(name, number) for name, number, line in lines if line.count("{#") != line.count("#}")] == []


def test_every_template_that_is_included_exists() -> None:
    included = {name for path in TEMPLATES.rglob("*.*ml") for name in INCLUDED.findall(path.read_text())}

    assert len(included) > 10
    for name in included:
        assert get_template(name)


def test_what_one_page_includes_and_is_short_stands_in_that_page() -> None:
    base = Path(settings.BASE_DIR)
    roots = [folder for folder in (base / "templates", *base.glob("*/templates")) if folder.is_dir()]
    texts = {str(path.relative_to(root)): path.read_text() for root in roots for path in root.rglob("*.html")}
    packages = [path.parent for path in base.glob("*/__init__.py") if path.parent.name != "tests"]
    code = "".join(path.read_text() for package in packages for path in package.rglob("*.py"))
    counts = Counter(name for text in texts.values() for name in INCLUDED.findall(text))
    short = {name for name, text in texts.items() if len(text.splitlines()) < SHORT}

    assert len(short & set(counts)) > 10
    alone = {name for name in short if counts[name] == 1 and f'"{name}' not in code}
    assert alone <= OFFERED


@pytest.mark.parametrize("name", [str(path.relative_to(TEMPLATES)) for path in sorted(TEMPLATES.rglob("*.*ml"))])
def test_every_template_loads_the_tags_and_filters_it_uses(name: str) -> None:
    assert get_template(name)
