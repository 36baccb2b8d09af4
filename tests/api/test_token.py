"""Tokens, and the API's own description."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from tests.api.ask import API
from tests.make import make_guest, make_user

PASSWORD = "a-long-password"


@pytest.fixture
def person(db: None) -> User:
    return make_user("person", password=PASSWORD)


def test_a_token_speaks_for_its_account(person: User) -> None:
    given = APIClient().post(f"{API}/token/", {"username": "person", "password": PASSWORD}).json()
    program = APIClient(HTTP_AUTHORIZATION=f"Token {given['token']}")

    assert program.get(f"{API}/attempts/").status_code == 200
    assert APIClient(HTTP_AUTHORIZATION="Token wrong").get(f"{API}/attempts/").status_code == 401


def test_a_wrong_password_gives_nothing(person: User) -> None:
    assert APIClient().post(f"{API}/token/", {"username": "person", "password": "wrong"}).status_code == 400
    assert not Token.objects.exists()


def test_two_step_sign_in_is_not_passed_by_with_a_password(person: User) -> None:
    TOTP.activate(person, generate_totp_secret())

    refused = APIClient().post(f"{API}/token/", {"username": "person", "password": PASSWORD})

    assert refused.status_code == 403
    assert "two steps" in refused.json()["detail"]
    assert not Token.objects.exists()


def test_guessing_is_slowed_down(person: User) -> None:
    program = APIClient()
    statuses = [
        program.post(f"{API}/token/", {"username": "person", "password": f"guess-{n}"}).status_code for n in range(11)
    ]

    assert statuses == [400] * 10 + [429]


def test_a_guest_gets_no_token(db: None) -> None:
    guest = make_guest()

    assert APIClient().post(f"{API}/token/", {"username": guest.username, "password": "x"}).status_code == 400


def test_a_session_without_its_csrf_token_writes_nothing(person: User) -> None:
    program = APIClient(enforce_csrf_checks=True)
    program.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    assert program.post(f"{API}/classes/join/", {"code": "x"}).status_code == 403


def test_the_description_is_valid_and_complete() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_the_documentation_holds_no_inline_script_or_style(db: None) -> None:
    page = Client().get(f"{API}/docs/")
    text = page.content.decode()

    assert page.status_code == 200
    assert "<style" not in text
    assert "style=" not in text
    assert "<script>" not in text
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "http://" not in text.replace("http://testserver", "")
