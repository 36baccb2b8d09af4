"""Mail is a decision: a server, or none. No link that signs a person in is printed to a log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.core import mail
from django.core.checks import Error
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from courses.accounts.checks import NO_MAIL, check_mail
from tests.accounts.door import sign_in, use_up
from tests.make import browser_of


def started(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python with the settings that an environment gives."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "EMAIL_URL")}
    return subprocess.run(
        [sys.executable, "-c", f"from tumen import settings as s; {code}"],
        cwd=Path(configured.BASE_DIR), env={**kept, "SECRET_KEY": "test", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DEBUG": "1"}, "True True console"),
        ({}, "False False dummy"),
        ({"EMAIL_URL": "none"}, "True False dummy"),
        ({"EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587"}, "True True smtp"),
    ],
)
def test_the_environment_decides_about_mail(environment: dict[str, str], said: str) -> None:
    words = "print(s.MAIL_IS_DECIDED, s.MAIL_IS_SENT, s.EMAIL_CONFIG['EMAIL_BACKEND'].split('.')[-2])"

    assert started(words, **environment).stdout.strip() == said


def test_a_server_never_prints_mail_to_its_log() -> None:
    refused = started("", EMAIL_URL="consolemail://")

    assert refused.returncode != 0
    assert "EMAIL_URL=consolemail:// would print sign-in links to the log" in refused.stderr


def test_what_is_no_mail_server_is_named() -> None:
    assert "EMAIL_URL is no mail server" in started("", EMAIL_URL="mail.example.org").stderr


@pytest.mark.parametrize(("proxies", "works"), [("0", True), ("2", True), ("-1", False), ("many", False)])
def test_the_number_of_proxies_is_a_number(proxies: str, works: bool) -> None:
    assert (started("", TRUSTED_PROXIES=proxies).returncode == 0) == works


@pytest.mark.parametrize(("decided", "found"), [(False, [NO_MAIL]), (True, [])])
def test_a_deployment_undecided_about_mail_is_an_error(settings: Settings, decided: bool, found: list[Error]) -> None:
    settings.MAIL_IS_DECIDED = decided

    assert check_mail(None) == found
    assert (NO_MAIL.id, NO_MAIL.is_serious()) == ("courses.E001", True)


def test_check_deploy_finds_it() -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=Path(configured.BASE_DIR), capture_output=True, text=True, check=False,
        env={**{name: value for name, value in os.environ.items() if name != "EMAIL_URL"}, "DEBUG": "0"},
    )  # fmt: skip

    assert told.returncode != 0
    assert "courses.E001" in told.stderr


PAGES_ABOUT_MAIL = ["account_reset_password", "account_email"]


@pytest.mark.parametrize("page", PAGES_ABOUT_MAIL)
def test_without_mail_a_page_says_what_to_do_instead(person: User, settings: Settings, page: str) -> None:
    settings.MAIL_IS_SENT = False
    text = browser_of(person).get(reverse(page)).content.decode()

    assert "This site does not send email" in text
    assert 'type="email"' not in text


@pytest.mark.parametrize("page", PAGES_ABOUT_MAIL)
def test_with_mail_the_same_pages_offer_it(person: User, page: str) -> None:
    text = browser_of(person).get(reverse(page)).content.decode()

    assert "This site does not send email" not in text
    assert 'type="email"' in text


def test_without_mail_no_address_is_asked_for_at_sign_up() -> None:
    fields = "print(s.ACCOUNT_SIGNUP_FIELDS, s.ACCOUNT_EMAIL_VERIFICATION)"

    assert started(fields, EMAIL_URL="none").stdout.strip() == "['username*', 'password1*'] none"
    assert "'email'" in started(fields, EMAIL_URL="smtp://mail.example.org").stdout


def test_without_mail_nothing_is_sent_and_no_way_in_by_mail_is_offered(person: User, settings: Settings) -> None:
    settings.MAIL_IS_SENT = False
    browser = Client()
    asked = browser.post(reverse("account_reset_password"), {"email": "person@example.org"})
    use_up()
    refused = sign_in(browser)

    assert "does not send email" in asked.content.decode()
    assert mail.outbox == []
    assert reverse("account_reset_password") not in refused.content.decode().split("Other ways to sign in")[1]
