"""Shapes of input."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class InvitedForm(forms.Form):
    """What a student decides on coming into a class."""

    share_earlier_work = forms.BooleanField(
        label=_("Share my earlier work: what I read and answered in this course before joining"), required=False
    )


class JoinForm(InvitedForm):
    """A class code."""

    code = forms.CharField(
        label=_("Class code"),
        max_length=40,
        help_text=_("Eight letters and digits, from your instructor. Spaces and case do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    field_order = ["code", "share_earlier_work"]
