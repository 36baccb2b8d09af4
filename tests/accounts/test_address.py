"""The address a request is counted by is the one our own proxies saw."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from courses.http import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "direct", "address"),
    [
        (0, None, "192.0.2.1", "192.0.2.1"),
        (0, "203.0.113.5", "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.5", "10.0.0.1", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "10.0.0.1", "203.0.113.5"),
        (1, "6.6.6.6,203.0.113.5 ", "10.0.0.1", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.2", "10.0.0.1", "203.0.113.5"),
        # Past one of the proxies, or not an address at all: whoever knocked directly.
        (2, "203.0.113.5", "192.0.2.1", "192.0.2.1"),
        (1, None, "192.0.2.1", "192.0.2.1"),
        (1, "unknown", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "203.0.113.5:4711", "10.0.0.1", "203.0.113.5"),
        (1, "[2001:db8:1:2:3::4]:4711", "10.0.0.1", "2001:db8:1:2::/64"),
        # One household or one attacker has a whole /64.
        (0, None, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (0, None, "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        (0, None, "::ffff:192.0.2.1", "192.0.2.1"),
        (0, None, "", ""),
    ],
)
def test_the_address_is_the_one_the_outermost_proxy_saw(
    settings: Settings, proxies: int, forwarded: str | None, direct: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}

    assert client_address(RequestFactory().get("/", REMOTE_ADDR=direct, **headers)) == address
