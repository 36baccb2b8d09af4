"""How a program says for whom it speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.authentication import TokenScheme
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from courses.models import ApiToken
from courses.services.tokens import user_of_token

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class ApiTokenAuthentication(BaseAuthentication):
    """Reads `Authorization: Token …`."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return whose token was sent, or None where none was. Raises AuthenticationFailed when it does not work."""
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != self.keyword.lower():
            return None
        found = user_of_token(token.strip(), now=timezone.now())
        if found is None:
            raise AuthenticationFailed(_("This token is not valid, or no longer valid. Create a new one."))
        return found

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Name the scheme, so that refusals are 401."""
        return self.keyword


class ApiTokenScheme(TokenScheme):  # type: ignore[no-untyped-call]  # drf-spectacular is half typed
    """Describes the scheme in the API's document."""

    target_class = "courses.api.authentication.ApiTokenAuthentication"
