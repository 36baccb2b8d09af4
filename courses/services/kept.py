"""What is made of a course once and kept: the parts of its pages that are the same for every reader.

What is kept is named after the course's edition, which every change of its content renews in the same transaction, and
after the code and the templates that made it. So it is right at once after an edit, and nothing has to be removed.
It is made without a request: no reader is known while it is made, so nothing of one can be in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import BaseCache, caches
from django.template import Context
from django.template.engine import Engine
from django.template.loader import render_to_string
from django.template.utils import get_app_template_dirs
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from courses.models import Course
from courses.models.content import new_edition

Made = TypeVar("Made")
KEEPER = "keeper"
"""Where templates find out that they are rendered to be kept."""
_keeps: ContextVar[bool] = ContextVar("keeps", default=True)
_ALIAS = "pages"
_SECONDS = 60 * 60 * 24
_CODE, _TEMPLATES = ("courses", "quizzes"), ("components", "courses", "quizzes")


def renew_edition(course_id: int) -> None:
    """Say that the content of a course changed: what was kept of it is not asked for again.

    An edition is drawn at random, so that one of a transaction that is rolled back names nothing of a later one.
    """
    Course.objects.filter(pk=course_id).update(edition=new_edition())


@contextmanager
def keeping_nothing() -> Iterator[None]:
    """Keep nothing that is made meanwhile: it is of what will be rolled back."""
    token = _keeps.set(False)
    try:
        yield
    finally:
        _keeps.reset(token)


def kept(course: Course, what: str, make: Callable[[], Made]) -> Made:
    """Return what `make` makes of a course's content in the page's language: from the cache, if it is there.

    `what` names it within the course. While templates are being written (DEBUG) everything is made again.
    """
    if settings.DEBUG or not _keeps.get():
        return make()
    name = name_of(course, what)
    found: Made | None = _pages().get(name)
    if found is None:
        found = make()
        _pages().set(name, found, _SECONDS)
    return found


def name_of(course: Course, what: str) -> str:
    """Return what something made of a course is kept under: another name for another edition, language or code."""
    parts = (str(course.pk), course.edition, get_language() or "", what, _site_mark())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _pages() -> BaseCache:
    """Return the cache for pages; a site of others that has none uses its default one."""
    return caches[_ALIAS if _ALIAS in settings.CACHES else "default"]


@cache
def _site_mark() -> str:
    """Return a hash of the code and the templates that pages are made by, and of the files they name."""
    mark = hashlib.sha256(str(getattr(staticfiles_storage, "manifest_hash", "")).encode())
    packages = Path(__file__).resolve().parent.parent.parent
    for folder in _CODE:
        for path in sorted((packages / folder).rglob("*.py")):
            mark.update(path.read_bytes())
    for root in (*Engine.get_default().dirs, *get_app_template_dirs("templates")):
        for folder in _TEMPLATES:
            for path in sorted((Path(str(root)) / folder).rglob("*.html")):
                mark.update(path.read_bytes())
    return mark.hexdigest()


@dataclass(frozen=True)
class Page:
    """Text with slots for what differs by reader: at odd places of `parts` stand their names.

    What a slot may hold is rendered beforehand where there are few possibilities (`choices`); else it is given.
    """

    parts: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]
    token: str
    """What stands for the token against forgery in forms."""

    def filled(self, chosen: Mapping[str, int], given: Mapping[str, str], *, token: str) -> SafeString:
        """Return the text for one reader; a slot of which nothing is said holds its first possibility, or nothing."""
        parts = list(self.parts)
        for at in range(1, len(parts), 2):
            slot = parts[at]
            choices = self.choices.get(slot, ("",))
            parts[at] = given[slot] if slot in given else choices[chosen.get(slot, 0)]
        return mark_safe("".join(parts).replace(self.token, token))  # noqa: S308 (rendered templates)


States = Callable[[Context], Iterator[None]]
"""Puts a context into one state after another, in each of which a slot is rendered."""


class Keeper:
    """Renders a template for everyone, with slots where `{% slot %}` stands."""

    def __init__(self, states: Mapping[str, States]) -> None:
        self.states, self.choices = states, dict[str, tuple[str, ...]]()
        self.mark = token_hex(16)  # nothing in a text can look like a slot

    def page(self, template: str, context: Mapping[str, Any]) -> Page:
        """Render a template without a request."""
        token = f"token{self.mark}"
        text = render_to_string(template, {**context, KEEPER: self, "csrf_token": token})
        return Page(tuple(text.split(self._edge)), self.choices, token)

    @property
    def _edge(self) -> str:
        return f"<{self.mark}>"

    def leave(self, name: str, of: str, context: Context, render: Callable[[Context], str]) -> str:
        """Leave a slot, rendered beforehand in every state it may be in; return what marks its place."""
        slot = f"{name} {of}".strip()
        if name in self.states:
            self.choices[slot] = tuple(render(context) for _state in self.states[name](context))
        return f"{self._edge}{slot}{self._edge}"
