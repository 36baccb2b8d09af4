"""One's own name, and one's own API tokens: listed, made, revoked."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from courses.accounts.credentials import check_credentials
from courses.accounts.forms import NameForm, TokenForm
from courses.http import SignedInRequest, render_page
from courses.models import ApiToken
from courses.reports.people import shown_name
from courses.services.accounts import has_second_factor
from courses.services.limits import TOKEN, take
from courses.services.names import PersonName, set_name
from courses.services.tokens import make_token, works


@login_required
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Let a person say how their class sees them."""
    user = cast("SignedInRequest", request).user
    given = {"name": shown_name(user), "family_name": user.last_name if user.first_name else ""}
    form = NameForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        set_name(user=user, name=form.person_name)
        messages.success(request, _saved(form.person_name))
        return redirect("courses:name")
    return render_page(request, "account/name.html", {"form": form}, status=422 if form.errors else 200)


def _saved(name: PersonName) -> str:
    """Say what is shown from now on, and by which part lists are sorted, which may have been guessed."""
    if not name.family:
        return _("Saved. Your class sees your username.")
    if not name.given:
        return _("Saved. Your class sees “%(name)s”.") % {"name": name.shown}
    words = _("Saved. Your class sees “%(name)s”; lists are sorted by “%(family)s”.")
    return words % {"name": name.shown, "family": name.family}


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password", "code")
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens and make one; a token just made is shown on this answer and never again."""
    user, now = cast("SignedInRequest", request).user, timezone.now()
    needs_code = has_second_factor(user)
    form, made = TokenForm(request.POST or None, needs_code=needs_code), ""
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        form = TokenForm(needs_code=needs_code) if made else form
    listed = [
        (token, works(token, user=user, needs_second_factor=needs_code, now=now))
        for token in ApiToken.objects.owned_by(user)
    ]
    context = {"form": form, "made": made, "tokens": listed}
    return render_page(request, "account/tokens.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of one's tokens at once."""
    token = get_object_or_404(ApiToken.objects.owned_by(request.user), pk=token_id)
    token.delete()
    messages.success(request, _("Token “%(name)s” revoked. Programs that use it are refused.") % {"name": token.name})
    return redirect("courses:tokens")


def _made(request: HttpRequest, form: TokenForm) -> str:
    """Make the token the form asks for and return it; tell the form what is wrong and return "" otherwise."""
    user, now, asked = cast("SignedInRequest", request).user, timezone.now(), form.cleaned_data
    try:
        check_credentials(request, name=user.username, password=asked["password"], code=asked.get("code", ""))
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return ""
    take(TOKEN, str(user.pk), now=now)
    _row, token = make_token(user=user, name=asked["name"], days=asked["days"], now=now)
    return token
