"""The language of a course's own words, where it is another than that of the page around them."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.conf import settings
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from courses.models import Course
from courses.rendering.languages import Name, direction_of, names_in
from courses.rendering.library import originals_of

register = template.Library()


@register.filter
def others(names: Mapping[str, str]) -> list[Name]:
    """Return what something is called in other languages, with the languages' names and directions."""
    return names_in(names)


@register.filter
def originals(names: Mapping[str, str]) -> SafeString:
    """Return the same as they follow a term in one line."""
    return originals_of(names)


@register.simple_tag
def words_of(course: Course | None) -> SafeString:
    """Return the attributes `lang` and `dir` of an element that holds words of a course; none where the page has them.

    A reader that speaks, a hyphenating browser and a page that runs from right to left all go by these.
    """
    if not isinstance(course, Course):
        return SafeString("")
    return _attributes(course.language) if _is_foreign(course) else SafeString("")


@register.simple_tag
def language_of(course: Course | None) -> SafeString:
    """Return the attribute `lang` alone, for a drawing with words of a course; a drawing runs from left to right."""
    return format_html(' lang="{}"', course.language) if course and _is_foreign(course) else SafeString("")


@register.simple_tag
def words_of_page(course: Course) -> SafeString:
    """Return the attributes of an element of the page that stands among words of a course in another language.

    It runs the way the page runs, which is the course's; the stylesheet sets each line of it by its own letters.
    """
    return format_html(' lang="{}"', _page_language()) if _is_foreign(course) else SafeString("")


@register.filter
def as_words_of(words: object, course: Course | None) -> SafeString:
    """Return words of a course within a sentence of the page: marked, and kept apart from its direction."""
    if not isinstance(course, Course) or not _is_foreign(course):
        return conditional_escape(str(words))
    return format_html("<bdi{}>{}</bdi>", _attributes(course.language), words)


@register.simple_tag
def page_direction(course: Course | None) -> str:
    """Return the direction a page runs in: that of the course it shows, else that of the page's own language."""
    return direction_of(course.language if isinstance(course, Course) else _page_language())


def _is_foreign(course: Course) -> bool:
    return course.language.lower().split("-")[0] != _page_language().split("-")[0]


def _page_language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).lower()


def _attributes(language: str) -> SafeString:
    return format_html(' lang="{}" dir="{}"', language, direction_of(language))
