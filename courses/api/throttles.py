"""How many calls a minute the API takes. Kept in the cache: this bounds load, and guards no secret."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from courses.http import client_address


class AddressThrottle(AnonRateThrottle):
    """Counts callers without an account by the address that our own proxies saw."""

    def get_ident(self, request: Request) -> str:
        """Return the address; what a caller claims in a header gives no new tries."""
        return client_address(request._request)  # noqa: SLF001 (DRF's one way to the request of Django)
