"""The figures that questions show, fetched together for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString, mark_safe

from courses.models import Figure
from quizzes.models import ItemRevision


def figures_of(course_id: int, keys: Iterable[str | None]) -> dict[str, SafeString]:
    """Return figures of a course as they were drawn when content was loaded, by key, in one query; in none for none."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    drawn = Figure.objects.filter(course=course_id, key__in=wanted).values_list("key", "html")
    return {key: mark_safe(html) for key, html in drawn}  # noqa: S308 (rendered at load)


def load_figures(course_id: int, revisions: Sequence[ItemRevision]) -> None:
    """Put on each revision of a page the figures that all of them show, where `figure_of` looks for its own."""
    found = figures_of(course_id, (revision.spec.figure for revision in revisions))
    for revision in revisions:
        revision.figures = found
