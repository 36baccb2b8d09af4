"""What the API's document says of every operation, beside what each says of itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.permissions import SAFE_METHODS, IsAuthenticatedOrReadOnly

from courses.api.serializers import RefusalSerializer, TextField

# Without NUL, which no text may hold; and with something that is no space, which is cut off at both ends.
_ANY, _SOME = r"^[^\x00]*$", r"^[^\x00]*[^\s\x00-\x20\x7f-\xa0][^\x00]*$"

_WORDS = {
    400: "What was sent cannot be read: what is wrong, by field.",
    401: "Not signed in, or the token or session is not known.",
    403: "Not allowed to the caller.",
    404: "There is no such thing, or none the caller may see.",
    406: "JSON is all there is.",
    413: "More was sent than the server takes; it may answer without JSON.",
    414: "The address is longer than the server takes; it may answer without JSON.",
    415: "Send JSON.",
    429: "Too many requests; `Retry-After` says when to go on.",
}


class TextFieldExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Describes text by what it may not be, so that what fits the document is not refused."""

    target_class = TextField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Add the pattern."""
        described: dict[str, Any] = auto_schema._map_serializer_field(  # noqa: SLF001 (as its documentation does)
            self.target, direction, bypass_extensions=True
        )
        return {**described, "pattern": _ANY if self.target.allow_blank else _SOME}


class Documented(AutoSchema):
    """Adds the refusals that no operation names itself, since they follow from how it is asked."""

    def get_auth(self) -> list[dict[str, Any]]:
        """Say that what anybody may read needs no sign-in, whichever permission says so."""
        ways: list[dict[str, Any]] = super().get_auth()
        is_public = any(isinstance(each, IsAuthenticatedOrReadOnly) for each in self.view.get_permissions())
        if is_public and self.method in SAFE_METHODS and {} not in ways:
            ways.append({})
        return ways

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        general = {str(code): self._refusal(code) for code in self._refusals() if str(code) not in bodies}
        return dict(sorted({**bodies, **general}.items()))

    def _refusals(self) -> list[int]:
        has_body = self.method not in SAFE_METHODS
        has_query = any(parameter["in"] == "query" for parameter in self._get_parameters())
        found = [406, 414, 429]
        if has_body or has_query:
            found += [400]
        if self.view.get_authenticators():
            found += [401]
        if has_body:
            found += [403, 413, 415]
        if has_query or "{" in self.path:
            found += [404]
        return sorted(found)

    def _refusal(self, code: int) -> Any:
        shape = OpenApiTypes.OBJECT if code == 400 else None if code in (413, 414) else RefusalSerializer
        response = OpenApiResponse(shape, description=_WORDS[code])
        return self._get_response_for_code(response, str(code))  # type: ignore[no-untyped-call]
