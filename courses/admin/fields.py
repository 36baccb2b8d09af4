"""Fields for long text, and for values edited as YAML, which is read as strictly as files are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from pydantic import BaseModel, ValidationError

from courses.content.documents import parse_yaml
from courses.content.problems import Problem, Problems
from courses.models.completion import CertificateRule
from courses.rendering.languages import is_language
from courses.rendering.merging import Unit

_LONGEST_NAME = 200


class LinesField(forms.CharField):
    """Text of many lines, which end as in files: browsers send another ending, and that alone is no edit."""

    merged_by: Unit = "paragraph"
    """By what units two people's edits of the text are brought together."""

    def to_python(self, value: Any) -> Any:
        """Return the text with line ends of one kind."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class YamlField(LinesField):
    """A mapping written as YAML. Its value is what `read` makes of it; every mistake is told with its line."""

    merged_by: Unit = "line"

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


class NamesField(LinesField):
    """Names in other languages, one in a line: the tag of the language, a colon, the name."""

    merged_by: Unit = "line"

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 3, "class": "vLargeTextField names", "spellcheck": "false"}
        words = _lazy("One in a line: the code of the language, a colon, the name; such as “he: כוורת”.")
        kwargs = {"label": _lazy("Names in other languages"), "help_text": words, **kwargs}
        super().__init__(required=False, widget=forms.Textarea(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Write names as lines."""
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{tag}: {words}" for tag, words in sorted(value.items()))

    def clean(self, value: Any) -> dict[str, str]:
        """Read lines as names; refuse, by its number, each line that is none."""
        names: dict[str, str] = {}
        faults = []
        for number, line in enumerate((super().clean(value) or "").splitlines(), start=1):
            tag, words = (part.strip() for part in line.partition(":")[::2])
            if not line.strip():
                continue
            if fault := _fault_in(tag, words, names):
                faults.append(_("Line %(line)d: %(words)s") % {"line": number, "words": fault})
            names[tag] = words
        if faults:
            raise forms.ValidationError(faults)
        return names

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare names, not how they are written."""
        try:
            before = self.clean(initial) if isinstance(initial, str) else initial
            return bool((before or {}) != self.clean(data))
        except forms.ValidationError:
            return True


class RuleField(YamlField):
    """The rule of a course's certificate as it stands in course.yaml; empty for none. The row holds it as JSON."""

    def __init__(self, **kwargs: Any) -> None:
        words = _lazy(
            "What a student has done when it is earned; empty: there is none. For example: "
            "lesson_quizzes_passed: true, and in the next line quizzes_passed: [final-exam]. "
            "Other lines may be lessons_read: all, scores: {final-exam: 80} and wording: has completed the course."
        )
        names = CertificateRule.model_fields
        kwargs = {"label": _lazy("Certificate"), "help_text": words, "required": False, **kwargs}
        super().__init__(read=CertificateRule.model_validate, names=names, **kwargs)
        self.widget.attrs["rows"] = 4

    def prepare_value(self, value: Any) -> Any:
        """Write a rule as YAML."""
        return yaml.safe_dump(value, allow_unicode=True, sort_keys=False) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        """Return the rule as a row holds it; refuse with every mistake."""
        if not (value or "").strip():
            return None
        rule: CertificateRule = super().clean(value)
        return rule.as_stored()

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare rules, not how they are written."""
        try:
            before = self.clean(initial) if isinstance(initial, str) else initial
            return bool((before or None) != self.clean(data))
        except forms.ValidationError:
            return True


def _fault_in(tag: str, words: str, names: Mapping[str, str]) -> str:
    """Return what is wrong with a name and its language, if anything."""
    if not is_language(tag):
        return _("“%(tag)s” is no language. Write its code before a colon, such as “ko: …”.") % {"tag": tag[:40]}
    if not words or len(words) > _LONGEST_NAME:
        return _("Write a name of 1 to %(n)d characters behind the colon.") % {"n": _LONGEST_NAME}
    return _("“%(tag)s” is written twice.") % {"tag": tag} if tag in names else ""


def _words(problem: Problem) -> str:
    place = f"{problem.place}: " if problem.place else ""
    words = f"{place}{problem.reason} {problem.suggestion}"
    return _("Line %(line)d: %(words)s") % {"line": problem.line, "words": words}
