"""Tokens for programs, and the API's own description."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from courses.models import ApiToken
from courses.services.tokens import USE_NOTED_EVERY, forget_expired_tokens, make_token
from tests.api.ask import API, counted, program_of
from tests.make import make_guest, make_user

PASSWORD = "a-long-password"


@pytest.fixture
def person(db: None) -> User:
    return make_user("person", password=PASSWORD)


def obtain(**fields: Any) -> Any:
    """Ask for a token."""
    return APIClient().post(f"{API}/token/", {"username": "person", "password": PASSWORD, **fields})


def token_of(user: User) -> str:
    """Return a fresh token."""
    return make_token(user=user, name="script", days=30, now=timezone.now())[1]


def calls(token: str) -> int:
    """Use a token; return the status."""
    return APIClient(HTTP_AUTHORIZATION=f"Token {token}").get(f"{API}/attempts/").status_code


def test_a_token_speaks_for_its_account(person: User) -> None:
    given = obtain(name="backup", days=30).json()

    assert calls(given["token"]) == 200
    assert (given["name"], given["id"]) == ("backup", ApiToken.objects.get().pk)


@pytest.mark.parametrize("sent", ["Token wrong", "Token", "Token ", "Token a b", "token é"])
def test_what_is_no_token_is_refused(person: User, sent: str) -> None:
    token_of(person)
    refused = APIClient(HTTP_AUTHORIZATION=sent).get(f"{API}/attempts/")

    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == "Token"


def test_only_a_digest_is_kept(person: User) -> None:
    token = token_of(person)

    assert token not in str(ApiToken.objects.values().get())
    assert calls(ApiToken.objects.get().digest) == 401


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"password": "wrong"}, "password"),
        ({"username": "nobody"}, "password"),
        ({"days": 36500}, "days"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_a_wrong_request_gives_nothing_and_says_what_is_wrong(person: User, fields: Any, field: str) -> None:
    refused = obtain(**fields)

    assert (refused.status_code, list(refused.json())) == (400, [field])
    assert not ApiToken.objects.exists()


def test_a_closed_account_gets_no_token_and_its_tokens_end(person: User) -> None:
    token = token_of(person)
    User.objects.update(is_active=False)

    assert obtain().status_code == 400
    assert calls(token) == 401


def test_a_token_expires_on_its_day(person: User) -> None:
    with time_machine.travel("2026-11-30 09:00:00Z", tick=False) as clock:
        token = obtain(days=30).json()["token"]
        clock.shift(timedelta(days=30) - timedelta(seconds=1))
        assert calls(token) == 200
        clock.shift(timedelta(seconds=2))
        assert calls(token) == 401
        assert forget_expired_tokens(now=timezone.now() + timedelta(days=29)) == 0
        assert forget_expired_tokens(now=timezone.now() + timedelta(days=31)) == 1


def test_a_change_of_the_password_ends_every_token(person: User) -> None:
    token = token_of(person)
    person.set_password("another-odd-phrase-8")
    person.save()

    assert calls(token) == 401


def test_a_token_outlives_a_changed_secret_key_that_is_still_known(person: User, settings: Any) -> None:
    token = token_of(person)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]

    assert calls(token) == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert calls(token) == 401


def test_two_factor_sign_in_asks_for_a_code_as_well(person: User) -> None:
    before = token_of(person)
    TOTP.activate(person, generate_totp_secret())
    [code, *_others] = RecoveryCodes.activate(person).get_unused_codes()

    assert "two-factor" in obtain().json()["code"][0]
    assert obtain(code="000000").status_code == 400
    made = obtain(code=code)
    assert made.status_code == 200
    assert calls(made.json()["token"]) == 200
    assert obtain(code=code).status_code == 400, "a recovery code works once"
    assert calls(before) == 401, "made without the second step"


def test_codes_are_counted(person: User) -> None:
    TOTP.activate(person, generate_totp_secret())

    assert [obtain(code=f"{n:06}").status_code for n in range(11)] == [400] * 10 + [429]


def test_guessing_is_slowed_down_whatever_address_is_claimed(person: User) -> None:
    program = APIClient()
    statuses = [
        program.post(
            f"{API}/token/", {"username": "person", "password": f"guess-{n}"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}"
        ).status_code
        for n in range(11)
    ]

    assert statuses == [400] * 10 + [429]


def test_the_owner_lists_and_revokes_tokens_and_nobody_else_does(person: User) -> None:
    token = token_of(person)
    row = ApiToken.objects.get()
    owner, other = APIClient(HTTP_AUTHORIZATION=f"Token {token}"), program_of(make_user("other"))

    [listed] = owner.get(f"{API}/tokens/").json()["results"]
    assert set(listed) == {"id", "name", "created_at", "expires_at", "last_used_at"}
    assert listed["last_used_at"] is not None
    assert other.get(f"{API}/tokens/").json()["results"] == []
    assert other.delete(f"{API}/tokens/{row.pk}/").status_code == 404
    assert owner.delete(f"{API}/tokens/{row.pk}/").status_code == 204
    assert calls(token) == 401


def test_a_token_costs_one_query_and_its_use_is_noted_once_an_hour(person: User) -> None:
    token = token_of(person)
    with time_machine.travel("2026-11-30 09:00:00Z", tick=False) as clock:
        ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
        costs = []
        for _n in range(3):
            with counted() as queries:
                calls(token)
            costs.append(sum("apitoken" in query for query in queries))
            assert not any("auth_user" in query for query in queries if "apitoken" not in query)
        clock.shift(USE_NOTED_EVERY + timedelta(seconds=1))
        calls(token)
        assert ApiToken.objects.get().last_used_at == timezone.now()

    assert costs == [2, 1, 1]


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
