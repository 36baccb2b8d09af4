"""Fields for long text, and for values edited as YAML, which is read as strictly as files are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from courses.content.documents import parse_yaml
from courses.content.problems import Problem, Problems


class LinesField(forms.CharField):
    """Text of many lines, which end as in files: browsers send another ending, and that alone is no edit."""

    def to_python(self, value: Any) -> Any:
        """Return the text with line ends of one kind."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class YamlField(LinesField):
    """A mapping written as YAML. Its value is what `read` makes of it; every mistake is told with its line."""

    def __init__(self, *, read: Callable[[Any], BaseModel], names: Iterable[str], **kwargs: Any) -> None:
        attrs = {"rows": 30, "class": "vLargeTextField yaml", "spellcheck": "false", "autocapitalize": "off"}
        super().__init__(strip=False, widget=forms.Textarea(attrs=attrs), **kwargs)
        self.read, self.names = read, frozenset(names)

    def clean(self, value: Any) -> Any:
        """Return the value read, or refuse with every mistake."""
        problems = Problems()
        document = parse_yaml(super().clean(value), file="", problems=problems)
        found: BaseModel | None = None
        if document is not None:
            try:
                found = self.read(document.data)
            except ValidationError as error:
                problems.add_invalid(document, error, self.names)
        if problems.found:
            raise forms.ValidationError([_words(problem) for problem in sorted(set(problems.found))])
        return found


def _words(problem: Problem) -> str:
    place = f"{problem.place}: " if problem.place else ""
    words = f"{place}{problem.reason} {problem.suggestion}"
    return _("Line %(line)d: %(words)s") % {"line": problem.line, "words": words}
