"""Having oneself erased: asked for twice, and with the password where there is one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.http import Reader


class EraseForm(forms.Form):
    """The password, if the reader has an account with one, and a tick that says they mean it."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    is_meant = forms.BooleanField(
        label=_("Erase my data. I understand that this cannot be undone."),
        error_messages={"required": _("Tick the box to erase your data.")},
    )

    def __init__(self, *args: Any, reader: Reader, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reader = reader
        if reader.is_guest or reader.user is None or not reader.user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        """Refuse a password that is not the reader's own."""
        password: str = self.cleaned_data["password"]
        if self.reader.user is None or not self.reader.user.check_password(password):
            raise forms.ValidationError(_("This is not your password. Nothing was erased."))
        return password
