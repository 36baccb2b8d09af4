"""The figures and maps that questions show, fetched together for a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.safestring import SafeString, mark_safe

from courses.models import Figure, Map
from quizzes.domain.kinds import AnySpec
from quizzes.models import ItemRevision


def figures_of(course_id: int, keys: Iterable[str | None]) -> dict[str, SafeString]:
    """Return figures of a course as they were drawn when content was loaded, by key, in one query; in none for none."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    drawn = Figure.objects.filter(course=course_id, key__in=wanted).values_list("key", "html")
    return {key: mark_safe(html) for key, html in drawn}  # noqa: S308 (rendered at load)


def maps_of(course_id: int, keys: Iterable[str]) -> dict[str, Map]:
    """Return maps of a course by key, as their paths were drawn, in one query; in none for none."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    return {row.key: row for row in Map.objects.filter(course=course_id, key__in=wanted).defer("outlines")}


def maps_for(revision: ItemRevision, spec: AnySpec) -> Mapping[str, Map]:
    """Return the map shown with an item, by key. A page of many items has fetched them all (`load_figures`)."""
    if not spec.map_key:
        return {}
    if revision.maps is not None and spec.map_key in revision.maps:
        return revision.maps
    return maps_of(revision.item.course_id, [spec.map_key])


def load_figures(course_id: int, revisions: Sequence[ItemRevision]) -> None:
    """Put on each revision of a page the figures and maps that all of them show, where each looks for its own."""
    found = figures_of(course_id, (revision.spec.figure for revision in revisions))
    maps = maps_of(course_id, (revision.spec.map_key for revision in revisions))
    for revision in revisions:
        revision.figures, revision.maps = found, maps
