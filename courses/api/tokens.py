"""Tokens for programs: obtaining one by password, listing and revoking one's own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from courses.accounts.credentials import check_credentials
from courses.api.serializers import RefusalSerializer, TextField
from courses.models import ApiToken
from courses.services.limits import TOKEN, take
from courses.services.tokens import LIFETIMES, make_token


class TokenInput(serializers.Serializer[Any]):
    """What a token is obtained with."""

    username = TextField(max_length=254, help_text="User name or email address.")
    password = TextField(max_length=4096, trim_whitespace=False, write_only=True)
    code = TextField(
        max_length=32, default="", allow_blank=True, help_text="Of the second factor, where the account has one."
    )
    name = TextField(max_length=80, default="API token", help_text="To know it by in the list.")
    days = serializers.ChoiceField(choices=[(days, str(days)) for days in LIFETIMES], default=90)


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """One of the caller's tokens. The token itself is never shown again."""

    class Meta:
        model = ApiToken
        fields = ["id", "name", "created_at", "expires_at", "last_used_at"]
        read_only_fields = fields


class NewTokenSerializer(TokenSerializer):
    """A token just made, to be sent as `Authorization: Token …`. Keep it: it is shown this once."""

    token = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class TokenView(GenericAPIView[Any]):
    """A token for programs."""

    permission_classes = [AllowAny]
    authentication_classes = []
    serializer_class = TokenInput

    @extend_schema(
        request=TokenInput,
        responses={200: NewTokenSerializer, 429: RefusalSerializer},
        operation_id="token",
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Make a token for an account by its name and password, and a code where it uses two-factor sign-in.

        Wrong passwords count as at sign-in: after ten in ten minutes the account takes none from strangers for a while.
        """
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        try:
            user = check_credentials(
                request._request,  # noqa: SLF001 (DRF's one way to the request of Django)
                name=asked["username"], password=asked["password"], code=asked["code"],
            )  # fmt: skip
        except ValidationError as refusal:
            raise serializers.ValidationError(refusal.message_dict) from None
        now = timezone.now()
        take(TOKEN, str(user.pk), now=now)
        row, token = make_token(user=user, name=asked["name"], days=asked["days"], now=now)
        return Response({**TokenSerializer(row).data, "token": token})


class TokenViewSet(mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[ApiToken]):
    """The caller's own tokens."""

    permission_classes = [IsAuthenticated]
    serializer_class = TokenSerializer

    def get_queryset(self) -> QuerySet[ApiToken]:
        """Fetch the caller's own."""
        return ApiToken.objects.owned_by(self.request.user)
