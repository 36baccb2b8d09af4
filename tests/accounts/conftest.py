"""Accounts with an address, on a site that sends mail."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from tests.accounts.door import PASSWORD
from tests.make import make_user


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    """Send mail (into the test's outbox), whatever EMAIL_URL says."""
    settings.MAIL_IS_SENT = True
    settings.ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


@pytest.fixture
def person(db: None) -> User:
    """Somebody with an address, whose password is known."""
    return make_user("person", password=PASSWORD, email="person@example.org")
