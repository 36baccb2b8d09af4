"""A class signs in together while a guesser gets nowhere, and no one is locked out of their own account."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from rest_framework.test import APIClient

from courses.models import ApiToken
from tests.accounts.door import HTMX, PASSWORD, at, is_in, sign_in, use_up
from tests.make import browser_of, make_user


def test_a_class_of_forty_behind_one_address_signs_in_within_a_minute(db: None) -> None:
    for n in range(40):
        make_user(f"pupil-{n}", password=PASSWORD)
    with time_machine.travel("2026-11-30 09:00:00Z", tick=False):
        for n in range(40):
            browser = at("203.0.113.7")
            # One slip each, as happens.
            assert sign_in(browser, f"pupil-{n}", "slip").status_code == 200
            assert sign_in(browser, f"pupil-{n}").status_code == 302
            assert is_in(browser)


def test_a_class_of_forty_signs_up_within_a_minute_and_a_thousand_do_not(db: None) -> None:
    def sign_up(n: int) -> int:
        form = {"username": f"pupil-{n}", "password1": PASSWORD}
        return at("203.0.113.7").post(reverse("account_signup"), form).status_code

    with time_machine.travel("2026-11-30 09:00:00Z", tick=False):
        statuses = [sign_up(n) for n in range(120)]

    assert statuses[:40] == [302] * 40
    assert statuses[-1] == 429
    assert User.objects.count() == 100


def test_a_thousand_guesses_from_a_hundred_addresses_find_nothing_and_the_owner_gets_in(person: User) -> None:
    home = at("192.0.2.1")
    sign_in(home)
    home.post(reverse("account_logout"))

    with time_machine.travel("2026-11-30 09:00:00Z", tick=False):
        statuses = [
            # The hundredth guess is right, and is not even looked at.
            sign_in(at(f"198.51.100.{n % 100}"), password=PASSWORD if n == 99 else f"guess-{n}").status_code
            for n in range(1000)
        ]
        assert statuses == [200] * 10 + [429] * 990
        assert sign_in(home).status_code == 302
        assert is_in(home)


@pytest.mark.parametrize("name", ["person", "PERSON", "person@example.org", "Person@Example.org", " person"])
def test_an_account_has_one_count_whatever_it_is_called(person: User, name: str) -> None:
    use_up()

    assert sign_in(at("192.0.2.1"), name).status_code == 429


def test_the_account_takes_passwords_again_when_the_time_is_over(person: User) -> None:
    with time_machine.travel("2026-11-30 09:00:00Z", tick=False):
        use_up()
        refused = sign_in(at("192.0.2.1"))
    with time_machine.travel("2026-11-30 09:10:00Z", tick=False):
        taken = sign_in(at("192.0.2.1"))

    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    assert "Try again in 10 minutes." in refused.content.decode()
    assert taken.status_code == 302


def test_right_passwords_are_not_counted(person: User) -> None:
    assert [sign_in(at("192.0.2.1")).status_code for _n in range(15)] == [302] * 15


def test_a_known_browser_has_ten_tries_of_its_own_and_no_more(person: User) -> None:
    home = Client()
    sign_in(home)
    home.post(reverse("account_logout"))

    assert [sign_in(home, password="wrong").status_code for _n in range(11)] == [200] * 10 + [429]
    assert sign_in(home).status_code == 429
    assert sign_in(Client()).status_code == 302


def test_a_browser_known_to_one_account_is_a_stranger_to_another(person: User) -> None:
    make_user("other", password=PASSWORD)
    browser = Client()
    sign_in(browser, "other")
    browser.post(reverse("account_logout"))
    use_up()

    assert sign_in(browser).status_code == 429


@pytest.mark.parametrize("forged", ["x", "x.y", "|", ".", "x." + "0" * 32, "é.é"])
def test_a_forged_mark_opens_nothing(person: User, forged: str) -> None:
    browser = Client()
    browser.cookies["known"] = forged
    use_up()

    assert sign_in(browser).status_code == 429


def test_a_mark_ends_with_the_password_and_the_browser_that_changed_it_stays_known(person: User) -> None:
    home, elsewhere = Client(), Client()
    for browser in (home, elsewhere):
        sign_in(browser)
    new = "another-odd-phrase-8"
    change = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert home.post(reverse("account_change_password"), change).status_code == 302
    home.post(reverse("account_logout"))
    use_up()

    assert sign_in(elsewhere, password=new).status_code == 429
    assert sign_in(home, password=new).status_code == 302


def test_a_program_with_a_token_gets_no_mark(person: User) -> None:
    program = APIClient(HTTP_AUTHORIZATION=f"Token {token().json()['token']}")
    answer = program.post("/api/v1/classes/join/", {"code": "none"})

    assert answer.status_code == 409
    assert "known" not in answer.cookies


@pytest.mark.parametrize(("secure", "name"), [(True, "__Host-known"), (False, "known")])
def test_the_mark_is_a_cookie_no_script_and_no_other_host_can_use(
    person: User, settings: Settings, secure: bool, name: str
) -> None:
    settings.SESSION_COOKIE_SECURE = secure
    browser = Client()
    sign_in(browser, secure=secure)

    cookie = browser.cookies[name]
    assert cookie["httponly"]
    assert bool(cookie["secure"]) == secure
    assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax")
    assert str(person.pk) not in cookie.value.split(".")
    assert "person" not in cookie.value


def test_a_shared_computer_remembers_a_bounded_number_of_people(db: None) -> None:
    browser = Client()
    for n in range(25):
        make_user(f"pupil-{n}", password=PASSWORD)
        sign_in(browser, f"pupil-{n}")
        browser.post(reverse("account_logout"))

    assert len(browser.cookies["known"].value) < 1000
    use_up("pupil-24")
    use_up("pupil-0")
    assert sign_in(browser, "pupil-24").status_code == 302
    browser.post(reverse("account_logout"))
    assert sign_in(browser, "pupil-0").status_code == 429


def test_a_mailed_link_lets_a_new_browser_in_while_guesses_go_on(person: User) -> None:
    use_up()
    browser = at("192.0.2.1")
    browser.post(reverse("account_reset_password"), {"email": "person@example.org"})
    [link] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)

    assert open_link(browser, link)
    use_up()
    browser.post(reverse("account_logout"))
    assert sign_in(browser, password="another-odd-phrase-8").status_code == 302


def test_an_administrator_can_hand_over_a_link(person: User, capsys: pytest.CaptureFixture[str]) -> None:
    use_up()
    call_command("password_link", "Person", site="https://example.org/")
    address = capsys.readouterr().out.strip()

    assert address.startswith("https://example.org/accounts/password/reset/key/")
    assert open_link(at("192.0.2.1"), address.removeprefix("https://example.org"))


def open_link(browser: Client, link: str) -> bool:
    """Choose a new password under a link; say whether that signed the browser in."""
    form = browser.get(link)["Location"]
    browser.post(form, {"password1": "another-odd-phrase-8", "password2": "another-odd-phrase-8"})
    return is_in(browser)


def test_a_person_given_a_new_password_gets_in_with_it(person: User) -> None:
    use_up()
    person.set_password("given-by-the-teacher-9")
    person.save()

    assert sign_in(at("192.0.2.1"), password="given-by-the-teacher-9").status_code == 302


def test_an_unknown_name_is_refused_as_a_known_one_is(person: User) -> None:
    use_up("person")
    use_up("nobody")

    known, unknown = (sign_in(at("192.0.2.1"), name) for name in ("person", "nobody"))

    assert known.status_code == unknown.status_code == 429
    assert known.content == unknown.content


def test_one_address_cannot_try_one_password_on_everybody(db: None) -> None:
    make_user("pupil", password=PASSWORD)
    statuses = [sign_in(at("198.51.100.1"), f"name-{n}", "summer2026").status_code for n in range(101)]

    assert statuses == [200] * 100 + [429]
    assert sign_in(at("198.51.100.2"), "pupil").status_code == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded"),
    [(0, "10.0.0.{n}"), (1, "10.0.0.{n}, 198.51.100.1"), (2, "10.0.0.{n}, 198.51.100.1, 10.1.1.1"), (3, "10.0.0.{n}")],
)
def test_a_claimed_address_gives_no_new_tries(db: None, settings: Settings, proxies: int, forwarded: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    statuses = [
        sign_in(Client(), f"name-{n}", "wrong", HTTP_X_FORWARDED_FOR=forwarded.format(n=n)).status_code
        for n in range(101)
    ]

    assert statuses[-1] == 429


def test_behind_a_proxy_each_client_counts_by_its_own_address(db: None, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    statuses = {
        sign_in(Client(), f"name-{n}", "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code for n in range(101)
    }

    assert statuses == {200}


def token(**fields: Any) -> Any:
    """Ask for an API token."""
    return APIClient().post("/api/v1/token/", {"username": "person", "password": PASSWORD, **fields})


def test_every_door_shares_the_count_of_an_account(person: User) -> None:
    for n in range(5):
        assert sign_in(at(f"198.51.100.{n}"), password="wrong").status_code == 200
    for _n in range(5):
        assert token(password="wrong").status_code == 400

    refused = token()
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/json")
    assert int(refused["Retry-After"]) > 0
    assert "Too many wrong passwords" in refused.json()["detail"]
    assert sign_in(Client()).status_code == 429
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("page", ["account_reauthenticate", "courses:tokens"])
def test_an_open_session_does_not_let_the_password_be_guessed(person: User, page: str) -> None:
    browser = Client()
    sign_in(browser)
    fields = {"name": "script", "days": "30"}
    statuses = [browser.post(reverse(page), {**fields, "password": f"guess-{n}"}).status_code for n in range(11)]

    assert 429 not in statuses[:10]
    assert statuses[10] == 429


def test_the_old_password_is_not_found_out_on_the_page_that_changes_it(person: User) -> None:
    browser = Client()
    sign_in(browser)
    change = {"password1": "another-odd-phrase-8", "password2": "another-odd-phrase-8"}
    address = reverse("account_change_password")
    statuses = [browser.post(address, {**change, "oldpassword": f"guess-{n}"}).status_code for n in range(11)]

    assert statuses == [200] * 10 + [429]


def test_codes_of_the_second_factor_are_counted_and_a_known_browser_goes_on(person: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    address = reverse("mfa_authenticate")

    def code() -> str:
        return format_hotp_value(hotp_value(secret, next(iter(counters()))))

    home = Client()
    with time_machine.travel("2026-11-30 08:00:00Z", tick=False):
        sign_in(home)
        assert home.post(address, {"code": code()}).status_code == 302
        home.post(reverse("account_logout"))
    with time_machine.travel("2026-11-30 09:00:00Z", tick=False):
        guesser = Client()
        assert sign_in(guesser)["Location"].startswith(address)
        statuses = [guesser.post(address, {"code": "000000"}).status_code for _n in range(11)]
        assert statuses == [200] * 10 + [429]
        assert guesser.post(address, {"code": code()}).status_code == 429
        sign_in(home)
        assert home.post(address, {"code": code()}).status_code == 302
        assert is_in(home)


def test_mail_to_reset_a_password_is_sent_a_few_times_from_any_address(person: User) -> None:
    ask = [
        at(f"198.51.100.{n}").post(reverse("account_reset_password"), {"email": "Person@example.org"}).status_code
        for n in range(6)
    ]

    assert ask == [302] * 3 + [429] * 3
    assert len(mail.outbox) == 3


def test_many_accounts_cannot_flood_one_mailbox(db: None) -> None:
    for n in range(9):
        browser = browser_of(make_user(f"pupil-{n}"))
        browser.post(reverse("account_email"), {"action_add": "", "email": "victim@example.org"})

    assert len(mail.outbox) == 6
    assert {to for message in mail.outbox for to in message.to} == {"victim@example.org"}


def test_no_mail_goes_to_an_address_nobody_has(db: None) -> None:
    Client().post(reverse("account_reset_password"), {"email": "stranger@example.org"})

    assert mail.outbox == []


def test_the_refusal_is_a_page_of_ours_and_names_other_ways_in(person: User) -> None:
    use_up()
    page = sign_in(Client()).content.decode()

    assert "<h1>Too many tries</h1>" in page
    assert "Too many wrong passwords for this account." in page
    assert reverse("account_reset_password") in page
    assert "Ask your instructor" in page


def test_htmx_is_told_where_the_refusal_goes(person: User) -> None:
    use_up()
    part = sign_in(Client(), **HTMX)

    assert (part.status_code, part["HX-Retarget"]) == (429, "#messages")
    assert int(part["Retry-After"]) > 0
    assert "<h1>" not in part.content.decode()
    assert "Too many wrong passwords" in part.content.decode()
