"""What holds for every template."""

from __future__ import annotations

from django.conf import settings


def test_a_comment_ends_on_its_line_or_it_would_be_shown() -> None:
    lines = (
        (path.name, number, line)
        for path in (settings.BASE_DIR / "templates").rglob("*")
        if path.is_file()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
    )

    assert [(name, number) for name, number, line in lines if line.count("{#") != line.count("#}")] == []
