"""What those who teach fill in: marks by a rubric, regrades, answers to reports, time and reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from quizzes.domain.rubric import HumanMarked, RubricLevel
from quizzes.models import HumanMark

MAX_WORDS = 2_000
"""Characters a comment, a reason or an answer may have."""


def long_text(label: Any, *, rows: int = 3, help_text: Any = "", required: bool = True) -> forms.CharField:
    """Return a field of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=MAX_WORDS, widget=widget, help_text=help_text, required=required)


class MarkForm(forms.Form):
    """A level of each criterion, and a comment; `seen` is when the mark was given that the marker saw."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, spec: HumanMarked, *, human: HumanMark | None, data: Any = None) -> None:
        given = human.levels if human is not None else {}
        initial: dict[str, Any] = {f"level-{key}": str(level) for key, level in given.items()}
        initial |= {"comment": human.comment, "seen": human.marked_at.isoformat()} if human is not None else {}
        super().__init__(data, initial=initial, prefix="mark")
        for key, criterion in spec.rubric.root.items():
            choices = [(str(at), _level_words(level)) for at, level in enumerate(criterion.levels)]
            widget = forms.RadioSelect()
            self.fields[f"level-{key}"] = forms.ChoiceField(label=criterion.title, choices=choices, widget=widget)
        self.fields["comment"] = long_text(_("Comment for the student"), required=False)

    def levels(self) -> dict[str, int]:
        """Return the levels chosen, by criterion."""
        start = "level-"
        chosen = self.cleaned_data.items()
        return {name.removeprefix(start): int(level) for name, level in chosen if name.startswith(start)}

    def clean_seen(self) -> datetime | None:
        """Return the moment; what is no moment is none."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None


def _level_words(level: RubricLevel) -> str:
    words = ngettext("%(points)d point: %(text)s", "%(points)d points: %(text)s", level.points)
    return words % {"points": level.points, "text": level.text}
