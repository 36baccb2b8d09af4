"""Running text with fields in it, for kinds that are answered inside a sentence."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from courses.rendering.library import Unlinked
from courses.rendering.markdown import render_inline
from quizzes.forms.base import AnswerForm, Blank, Choice

FIELD_HERE = "\ue000#\ue001"
"""What stands for a field while Markdown is rendered; `#` for its number. No author writes these two characters."""

_FIELD = re.compile(FIELD_HERE.replace("#", r"(\d+)"))

_EDGE = re.compile(r"^\s+|\s+(?=</|$)")
"""Spaces at the end of an element, which a browser would show in place of the one that follows it."""


class RunningForm(AnswerForm):
    """A form whose fields stand in its text."""

    field_template: ClassVar[str]

    @property
    def running(self) -> SafeString:
        """Return the text with its fields as HTML."""
        html = render_inline(self.text(), Unlinked())
        return mark_safe(_FIELD.sub(lambda found: self._field_html(found[1]), html))  # noqa: S308 (cleaned by nh3)

    @abstractmethod
    def text(self) -> str:
        """Return the text with `FIELD_HERE` for each field."""

    @abstractmethod
    def field(self, name: str) -> Blank | Choice:
        """Return a field by its number."""

    def _field_html(self, name: str) -> str:
        html = render_to_string(self.field_template, {"form": self, "field": self.field(name)})
        return _EDGE.sub("", html)
