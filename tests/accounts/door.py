"""How the tests knock: from some address, in a new browser or in one that is known."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

PASSWORD = "a-long-and-odd-phrase-7"
HTMX = {"HTTP_HX_REQUEST": "true"}


def sign_in(browser: Client, name: str = "person", password: str = PASSWORD, **headers: Any) -> HttpResponse:
    """Send the sign-in form."""
    return browser.post(reverse("account_login"), {"login": name, "password": password}, **headers)


def is_in(browser: Client) -> bool:
    """Say whether someone is signed in."""
    return browser.get(reverse("classes:list")).status_code == 200


def at(address: str) -> Client:
    """Return a new browser at an address."""
    return Client(REMOTE_ADDR=address)


def use_up(name: str = "person", *, tries: int = 10) -> None:
    """Guess a password wrongly, each time from elsewhere, until the account takes no more from strangers."""
    for n in range(tries):
        assert sign_in(at(f"198.51.100.{n + 1}"), name, f"guess-{n}").status_code == 200
