"""The words of a quiz: what they refer to is there, and nothing in them is markup that is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from courses.content.bundle import Bundle
from courses.content.crosscheck import UNNOTED, UNNOTED_LINE, check_text
from courses.content.problems import Document, Place, Problems
from quizzes.domain.kinds import SPECS

_BLOCKS = ("stem", "stimulus", "intro", "model")
"""Fields that are shown as paragraphs; all others are one line."""
_TYPED = ("accept", "unit", "units")
"""Fields that a student's typing is compared with: a sign in them is a sign."""
_FIELDS = {kind: spec.field_in_text for kind, spec in SPECS.items() if spec.field_in_text}
"""What stands in the `text` of a kind for the fields it is answered in."""


def check_words(bundle: Bundle, document: Document, problems: Problems) -> None:
    """Note citations, references that lead nowhere and near misses in any text of a quiz."""
    for place, text in _texts(document.data, ()):
        if "[@" in text:
            reason = _("The text cites “%(cited)s”; a question is shown without notes.") % {
                "cited": text.partition("[@")[2].partition("]")[0]
            }
            suggestion = _("Name the source in “sources”, and the work in words where it matters.")
            problems.add(document, place, reason, suggestion)
        else:
            form = UNNOTED if place[-1] in _BLOCKS else UNNOTED_LINE
            check_text(bundle, document, place, text, problems, form=form)


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Yield each text below a value with its place, without what is only compared with and without fields."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        pattern = _FIELDS.get(str(value.get("kind")))
        for name, inner in value.items():
            if name == "text" and pattern is not None and isinstance(inner, str):
                yield (*place, name), pattern.sub(lambda found: found[1] if found.re.groups else "…", inner)
            elif name not in _TYPED:
                yield from _texts(inner, (*place, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(inner, (*place, at))
