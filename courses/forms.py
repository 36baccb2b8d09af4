"""Shapes of input."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from courses.models.inbox import MAX_SUBJECT, MAX_TEXT
from courses.services.messages import Letter


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


class ReplyForm(forms.Form):
    """A message in a thread. What is too long is refused in words, so that nothing pasted is cut."""

    text = forms.CharField(
        label=_("Message"),
        validators=[MaxLengthValidator(MAX_TEXT)],
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Plain text, up to 5,000 characters."),
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"client_key": uuid4(), **kwargs.pop("initial", {})}, **kwargs)

    def letter(self) -> Letter:
        """Return what is to be sent."""
        given = self.cleaned_data
        return Letter(given["text"], given.get("subject", ""), given["client_key"])


class MessageForm(ReplyForm):
    """The first message of a thread."""

    subject = forms.CharField(label=_("Subject"), validators=[MaxLengthValidator(MAX_SUBJECT)])

    field_order = ["subject", "text"]
