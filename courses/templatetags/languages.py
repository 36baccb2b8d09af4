"""The language of a course's own words, where it is another than that of the page around them."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from courses.models import Course
from courses.rendering.direction import direction_of

register = template.Library()


@register.simple_tag
def words_of(course: Course | None) -> SafeString:
    """Return the attributes `lang` and `dir` of an element that holds words of a course; none where the page has them.

    A reader that speaks, a hyphenating browser and a page that runs from right to left all go by these.
    """
    if not isinstance(course, Course):
        return SafeString("")
    return _attributes(course.language) if _is_foreign(course) else SafeString("")


@register.simple_tag
def words_of_page(course: Course) -> SafeString:
    """Return the attributes of an element of the page that stands among words of a course in another language."""
    return _attributes(_page_language()) if _is_foreign(course) else SafeString("")


def _is_foreign(course: Course) -> bool:
    return course.language.lower().split("-")[0] != _page_language().split("-")[0]


def _page_language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).lower()


def _attributes(language: str) -> SafeString:
    return format_html(' lang="{}" dir="{}"', language, direction_of(language))
