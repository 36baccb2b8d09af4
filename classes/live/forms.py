"""What is filled in at a live quiz: the code, a name, and what to ask."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from quizzes.models.live import MOST_NAME


class CodeForm(forms.Form):
    """The code on the screen."""

    code = forms.CharField(
        label=_("Code on the screen"), max_length=12,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Return the code as it is stored: in capitals, without spaces and hyphens."""
        return "".join(sign for sign in self.cleaned_data["code"].upper() if sign.isalnum())


class NameForm(forms.Form):
    """The name someone takes part by."""

    name = forms.CharField(
        label=_("Your name"), max_length=MOST_NAME,
        help_text=_("As your class knows you. Only your instructor sees it, and it is removed two weeks later."),
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )  # fmt: skip

    def clean_name(self) -> str:
        """Return the name with single spaces. Raises ValidationError for signs that cannot be seen."""
        name = " ".join(self.cleaned_data["name"].split())
        if not name.isprintable():
            raise ValidationError(_("Use letters, digits and signs that can be seen."))
        return name
