"""How a student wants to review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from courses.rendering.languages import is_language
from quizzes.domain.spaced_review import Face


class PlanForm(forms.Form):
    """Cards a day and the date of an exam. Which sides of glossary terms are asked is posted as `sides-<course>`."""

    daily_cap = forms.IntegerField(label=_("Cards a day, at most"), min_value=1, max_value=500)
    exam_on = forms.DateField(
        label=_("Date of your exam"),
        help_text=_("Leave it empty if there is none. Cards come once more in the days before it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def sides(self, courses: Sequence[Course]) -> dict[str, list[str]]:
        """Return the sides chosen, by the key of each course whose glossary the form showed."""
        data: Any = self.data
        shown = [course.key for course in courses if f"shows-{course.key}" in data]
        return {key: [side for side in data.getlist(f"sides-{key}") if is_side(side)] for key in shown}


def is_side(text: str) -> bool:
    """Say whether a text names a side of a term: `face:language`, with no language for the course's own."""
    face, colon, language = text.partition(":")
    return bool(colon) and face in {each.value for each in Face} and (not language or is_language(language))
