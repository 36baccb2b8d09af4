"""The page of one's own API tokens."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from courses.models import ApiToken
from tests.accounts.door import PASSWORD
from tests.make import browser_of, make_user

PAGE = "/accounts/tokens/"
FIELDS = {"name": "gradebook 7", "days": "30", "password": PASSWORD}


def test_a_token_is_shown_once_and_then_only_listed(person: User) -> None:
    browser = browser_of(person)
    made = browser.post(PAGE, FIELDS)
    [token] = re.findall(r"tumen_[\w-]+", made.content.decode())
    listed = browser.get(PAGE).content.decode()

    assert APIClient(HTTP_AUTHORIZATION=f"Token {token}").get("/api/v1/attempts/").status_code == 200
    assert token not in listed
    assert "gradebook 7" in listed
    assert "no-store" in made["Cache-Control"]


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"password": ""}, {"name": ""}, {"days": "9999"}])
def test_a_wrong_form_makes_nothing(person: User, change: dict[str, str]) -> None:
    refused = browser_of(person).post(PAGE, {**FIELDS, **change})

    assert refused.status_code == 422
    assert not ApiToken.objects.exists()


def test_the_second_factor_is_asked_for_where_there_is_one(person: User) -> None:
    TOTP.activate(person, generate_totp_secret())
    [code, *_others] = RecoveryCodes.activate(person).get_unused_codes()
    browser = browser_of(person)

    assert browser.post(PAGE, FIELDS).status_code == 422
    assert browser.post(PAGE, {**FIELDS, "code": code}).status_code == 200
    assert ApiToken.objects.get().has_second_factor


def test_a_token_that_ended_is_listed_as_such(person: User) -> None:
    browser = browser_of(person)
    browser.post(PAGE, FIELDS)
    assert "Ended" not in browser.get(PAGE).content.decode()
    TOTP.activate(person, generate_totp_secret())

    assert "Ended" in browser.get(PAGE).content.decode()


def test_only_the_owner_sees_and_revokes_a_token(person: User) -> None:
    owner, other = browser_of(person), browser_of(make_user("other"))
    owner.post(PAGE, FIELDS)
    address = reverse("courses:token-revoke", args=[ApiToken.objects.get().pk])

    assert "gradebook 7" not in other.get(PAGE).content.decode()
    assert other.post(address).status_code == 404
    assert owner.get(address).status_code == 405
    assert owner.post(address).status_code == 302
    assert not ApiToken.objects.exists()


def test_nobody_without_an_account_has_tokens(db: None) -> None:
    assert Client().get(PAGE)["Location"].startswith(reverse("account_login"))
    assert Client().post(reverse("courses:token-revoke", args=[1])).status_code == 302
