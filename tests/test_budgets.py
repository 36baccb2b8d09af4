"""What every page loads of our own stays small."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"


@pytest.mark.parametrize(
    ("names", "at_most"),
    [(("css/tumen.css", "css/quiz.css"), 40_000), (("js/theme.js", "js/tumen.js", "js/quiz.js"), 12_000)],
)
def test_own_styles_and_scripts_keep_to_their_budget(names, at_most):
    assert sum((STATIC / name).stat().st_size for name in names) <= at_most


def test_no_script_is_left_out_of_the_budget():
    assert {path.name for path in STATIC.rglob("*.js")} == {"theme.js", "tumen.js", "quiz.js"}
