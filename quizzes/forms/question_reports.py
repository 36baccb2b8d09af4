"""What a student says about a question."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.forms.record import long_text


class ReportForm(forms.Form):
    """A report of a question."""

    text = long_text(_("What is wrong, and why"))
    wants_regrade = forms.BooleanField(label=_("Please look at my mark"), required=False)

    def __init__(self, position: int, data: Any = None) -> None:
        super().__init__(data, prefix=f"report-{position}")
