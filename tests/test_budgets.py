"""What every page loads of our own stays small."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"


@pytest.mark.parametrize(
    ("names", "at_most"),
    [
        (("css/tumen.css", "css/quiz.css"), 40_000),
        (("js/theme.js", "js/tumen.js", "js/quiz.js"), 12_000),
        # Loaded where questions are answered.
        (("js/answering.js",), 6_000),
        # Loaded by pages of grades alone.
        (("css/gradebook.css",), 8_000),
        # Loaded by My progress alone.
        (("css/progress.css",), 8_000),
        # Loaded by statistics, and by the page of today.
        (("css/statistics.css",), 8_000),
        (("css/today.css",), 4_000),
        # Loaded in the workshop alone.
        (("css/admin.css", "css/workshop.css"), 20_000),
        (("js/unsaved.js",), 25_000),
        # Loaded by pages of classes, and where due dates are shown.
        (("css/classes.css",), 20_000),
        (("js/zone.js",), 8_000),
        # Loaded where one answer is graded.
        (("css/grading.css",), 4_000),
        (("js/grading.js",), 8_000),
        # Loaded by live quizzes alone.
        (("css/live.css",), 6_000),
        # Loaded by practice, review and own grading alone.
        (("css/review.css",), 12_000),
        (("js/review.js",), 2_500),
    ],
)
def test_own_styles_and_scripts_keep_to_their_budget(names, at_most):
    assert sum((STATIC / name).stat().st_size for name in names) <= at_most


@pytest.mark.parametrize("path", sorted((STATIC / "css" / "kinds").glob("*.css")), ids=lambda path: path.stem)
def test_the_style_of_one_kind_is_small_and_loaded_by_its_own_template_alone(path):
    templates = Path(settings.BASE_DIR) / "templates"
    named = [each for each in templates.rglob("*.html") if f"css/kinds/{path.name}" in each.read_text(encoding="utf-8")]

    assert path.stat().st_size <= 2_000
    assert named == [templates / "quizzes" / "kinds" / f"{path.stem}.html"]


def test_no_script_is_left_out_of_the_budget():
    ours = {"theme", "tumen", "quiz", "answering", "unsaved", "zone", "grading", "review"}
    known = {f"{name}.js" for name in ours}
    assert {path.name for path in STATIC.rglob("*.js")} == known
