"""What is written into the record of an attempt: reasons, and opening it again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

MAX_WORDS = 2_000
"""Characters a comment, a reason or an answer may have."""
MAX_MINUTES = 60 * 24 * 14
"""How much time may be given at once: two weeks."""


def long_text(label: Any, *, rows: int = 3, help_text: Any = "", required: bool = True) -> forms.CharField:
    """Return a field of several lines.

    What is too long is refused in words: `max_length` would have the browser cut what is pasted without a word.
    """
    widget, most = forms.Textarea(attrs={"rows": rows}), MaxLengthValidator(MAX_WORDS)
    return forms.CharField(label=label, validators=[most], widget=widget, help_text=help_text, required=required)


class ReopenForm(forms.Form):
    """Opening a finished attempt again."""

    prefix = "reopen"
    minutes = forms.IntegerField(
        label=_("For how many minutes"), min_value=1, max_value=MAX_MINUTES, required=False, initial=30,
        help_text=_("Empty: until it is submitted."),
    )  # fmt: skip
    reason = long_text(_("Reason"), help_text=_("It is kept in the record."))
