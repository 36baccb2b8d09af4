"""The forms of allauth that limit what is tried in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import conf
from courses.errors import FamilyNameElsewhere
from courses.http import client_address, visitor_of
from courses.services.accounts import take_all, take_code_try
from courses.services.limits import PASSWORD_MAIL, PASSWORD_MAIL_ADDRESS, give_back
from courses.services.names import LONGEST, PersonName, name_of, set_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class TokenForm(forms.Form):
    """A token for a program, created with the account's password and, where it has one, its second factor."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("What will use it, such as “backup script”."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Expires after"), coerce=int, initial=90,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("1 year"))],
    )  # fmt: skip
    password = forms.CharField(
        label=gettext_lazy("Your password"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=32, required=False,
        help_text=gettext_lazy("From your authenticator app, or a recovery code."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )  # fmt: skip

    def __init__(self, *args: Any, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_code:
            del self.fields["code"]


class NameForm(forms.Form):
    """What a person is called, and which part of it is the family name. Both may be left empty."""

    name = forms.CharField(
        label=gettext_lazy("How should your class see you?"), max_length=LONGEST, required=False,
        help_text=gettext_lazy("Your name, in any script and order: Nora Haddad, 김민지, Иванов Пётр."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    family_name = forms.CharField(
        label=gettext_lazy("Family name"), max_length=LONGEST, required=False,
        help_text=gettext_lazy("The part of it that lists are sorted by. If you leave it empty, it is guessed."),
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        """Find the family name in the name."""
        cleaned = super().clean()
        family = self.cleaned_data.get("family_name", "")
        try:
            self.person_name = name_of(self.cleaned_data.get("name") or family, family)
        except FamilyNameElsewhere as refusal:
            self.add_error("family_name", str(refusal))
            self.person_name = PersonName("", "")
        return cleaned


class NamedSignupForm(NameForm, SignupForm):  # type: ignore[misc]  # allauth is untyped
    """Signing up, with an optional name that the person's class will see."""

    field_order = ["username", "password1", "email", "name", "family_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("How should your class see you? (optional)")
        self.fields["family_name"].label = _("Family name (optional)")

    def custom_signup(self, request: Any, user: User) -> None:
        """Keep the name with the account."""
        super().custom_signup(request, user)
        if self.person_name.family:
            set_name(user=user, name=self.person_name)


class _LimitedCode:
    """Counts each code that is tried, and gives a right one back."""

    user: User

    def clean_code(self) -> Any:
        """Check a code. Raises TooManyTries."""
        tried = take_code_try(self.user, visitor_of(context.request), now=timezone.now())
        code = super().clean_code()  # type: ignore[misc]  # of allauth's form beside this class
        give_back(tried)
        return code


class LimitedAuthenticateForm(_LimitedCode, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The second step of signing in."""


class LimitedReauthenticateForm(_LimitedCode, ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The second factor asked for again."""


class LimitedResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for mail with a link to choose a new password: a few an hour for one address, from anywhere."""

    def clean_email(self) -> str:
        """Refuse where no mail is sent, and when the address has been asked for too often."""
        if not conf.mail_is_sent():
            raise ValidationError(_("This site does not send email. Nothing was sent."))
        wanted = [
            (PASSWORD_MAIL_ADDRESS, client_address(context.request)),
            (PASSWORD_MAIL, self.cleaned_data["email"].casefold()),
        ]
        take_all(wanted, now=timezone.now())
        email: str = super().clean_email()
        return email
