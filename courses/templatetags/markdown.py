"""Markdown that refers to nothing: stems, options, feedback, introductions."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString, mark_safe

from courses.rendering.library import Unlinked
from courses.rendering.markdown import render_blocks, render_inline
from courses.rendering.references import spell_date

register = template.Library()


@register.filter
@lru_cache(maxsize=4096)
def inline(text: str) -> SafeString:
    """Render one line of Markdown."""
    return mark_safe(render_inline(str(text), Unlinked()))  # noqa: S308 (cleaned by nh3)


@register.filter
@lru_cache(maxsize=1024)
def blocks(text: str) -> SafeString:
    """Render Markdown with paragraphs, lists and tables."""
    return mark_safe(render_blocks(str(text), Unlinked()))  # noqa: S308 (cleaned by nh3)


@register.filter
def full_date(date: str) -> str:
    """Write an ISO date, or a span of them, in full."""
    return spell_date(date)
