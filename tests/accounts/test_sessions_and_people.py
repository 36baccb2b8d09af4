"""The person comes with the session, in one query, and whatever Django ends is ended all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db as plain
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Session
from tests.make import browser_of

pytestmark = pytest.mark.django_db


def is_signed_in(browser: Client) -> bool:
    return browser.get(reverse("classes:list")).status_code == 200


def test_one_query_brings_the_session_and_the_person(student: User) -> None:
    browser = browser_of(student)
    with CaptureQueriesContext(connection) as queries:
        assert is_signed_in(browser)

    about = [query["sql"] for query in queries if "session" in query["sql"] or 'FROM "auth_user"' in query["sql"]]
    assert len(about) == 1
    assert "auth_user" in about[0]


def test_a_session_names_the_person_who_signed_in_and_a_guest_s_names_nobody(student: User) -> None:
    browser_of(student)
    Client().get("/")

    assert [row.user_id for row in Session.objects.all()] == [student.pk]


def change_password(student: User) -> None:
    student.set_password("another one, long enough")
    student.save()


def close_account(student: User) -> None:
    User.objects.filter(pk=student.pk).update(is_active=False)


def delete_account(student: User) -> None:
    User.objects.filter(pk=student.pk).delete()


def let_expire(_student: User) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("happens", [change_password, close_account, delete_account, let_expire])
def test_what_ends_a_session_elsewhere_ends_it_here(student: User, happens) -> None:
    browser = browser_of(student)
    assert is_signed_in(browser)

    happens(student)

    assert not is_signed_in(browser)


def test_a_session_under_an_older_secret_key_goes_on_and_is_signed_by_the_new_one(student: User, settings) -> None:
    browser = browser_of(student)
    old = browser.session[HASH_SESSION_KEY]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is as long as a key has to be, fifty or more"

    assert is_signed_in(browser)
    assert browser.session[HASH_SESSION_KEY] != old


def test_a_session_whose_backend_is_gone_is_nobody_s(student: User, settings) -> None:
    browser = browser_of(student)
    settings.AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

    assert not is_signed_in(browser)


def test_signing_out_deletes_the_session(student: User) -> None:
    browser = browser_of(student)
    browser.post(reverse("account_logout"))

    assert not Session.objects.filter(user=student).exists()
    assert not is_signed_in(browser)


def test_the_data_of_a_session_is_read_by_django_s_own_store(student: User) -> None:
    browser = browser_of(student)
    row = Session.objects.get(user=student)

    assert plain.SessionStore().decode(row.session_data) == dict(browser.session)
    assert row.get_decoded() == dict(browser.session)
    assert settings.SESSION_ENGINE == "courses.accounts.sessions"
