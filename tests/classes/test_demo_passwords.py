"""The published password of the demonstration accounts stays on the own machine."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from pytest_django import Settings

from classes.management.commands import prepare
from classes.services.demo import CLASS_NAME, JOIN_CODE, PASSWORD, demo_accounts, set_password
from courses.models import Cohort, Enrolment
from tests.make import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(cohort: Cohort) -> list[User]:
    """The instructor and the student of the demonstration class, with the published password."""
    Cohort.objects.filter(pk=cohort.pk).update(join_code=JOIN_CODE, name=CLASS_NAME)
    people = demo_accounts()
    set_password(people, PASSWORD)
    return people


def prepared(*, is_shown: bool, is_lan: bool) -> str:
    """Do what `prepare` does about passwords; return what it printed."""
    output = StringIO()
    prepare.Command(stdout=output)._demo_password(is_shown=is_shown, is_lan=is_lan)
    return output.getvalue()


def opens(password: str) -> list[bool]:
    """Say of each demonstration account whether a password opens it."""
    return [account.check_password(password) for account in demo_accounts()]


def printed_password(printed: str) -> str:
    """Return the password that was printed."""
    return printed.split("password “")[1].split("”", maxsplit=1)[0]


@pytest.mark.parametrize("is_shown", [True, False])
def test_others_on_the_network_cannot_use_the_published_password(accounts: list[User], is_shown: bool) -> None:
    printed = prepared(is_shown=is_shown, is_lan=True)

    assert opens(PASSWORD) == [False, False]
    assert opens(printed_password(printed)) == [True, True]


def test_on_the_own_machine_the_published_password_is_back(accounts: list[User]) -> None:
    prepared(is_shown=True, is_lan=True)
    printed = prepared(is_shown=True, is_lan=False)

    assert printed_password(printed) == PASSWORD
    assert opens(PASSWORD) == [True, True]


def test_a_password_that_is_not_published_is_left_alone_without_demo(accounts: list[User]) -> None:
    set_password(accounts, "chosen by the owner")

    assert prepared(is_shown=False, is_lan=True) == ""
    assert opens("chosen by the owner") == [True, True]


def test_people_who_came_to_the_class_themselves_keep_their_password(accounts: list[User], cohort: Cohort) -> None:
    guest = make_user("somchai")
    set_password([guest], PASSWORD)
    Enrolment.objects.create(cohort=cohort, user=guest, role=Enrolment.Role.STUDENT)

    prepared(is_shown=True, is_lan=True)

    guest.refresh_from_db()
    assert guest.check_password(PASSWORD)


def test_a_server_makes_no_accounts_with_a_published_password(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="published password"):
        prepare.Command().handle(demo=True, lan=False, port=None)
