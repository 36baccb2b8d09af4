"""Sign-in slips: passphrases made in the background, shown once, kept nowhere; and who may reset a password."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.urls import reverse

from classes.tasks import make_slips
from courses.models import AuditEntry, Deed, Enrolment, ManagedAccount, Slip
from courses.services.classes import set_active
from courses.services.slips import (
    KEPT_FOR,
    WORDS,
    ask_for_slips,
    forget_slips,
    make_passphrases,
    new_passphrase,
    short_words,
    take_slips,
)
from tests.classes.rosters import imported
from tests.make import LATER, NOW, browser_of, make_cohort, make_course, make_user


@pytest.fixture
def cohort(db, instructor):
    cohort = make_cohort(make_course(lessons=1), instructor=instructor)
    imported(cohort, "Number\tName\n1\tNora Haddad\n2\t김민지\n", instructor)
    return cohort


@pytest.fixture
def nora(cohort) -> User:
    return User.objects.get(last_name="Haddad")


def printed(cohort, teacher, users, now=NOW):
    ask_for_slips(cohort=cohort, users=[user.pk for user in users], actor=teacher, now=now)
    make_passphrases(asked_by=teacher.pk, now=now)
    return {slip.user.pk: slip.passphrase for slip in take_slips(cohort=cohort, actor=teacher)}


def test_a_passphrase_has_four_short_words_of_a_long_list():
    assert len(set(short_words())) > 1_200
    assert len(new_passphrase().split("-")) >= WORDS
    assert len({new_passphrase() for _each in range(200)}) == 200


def test_the_page_makes_the_slips_shows_them_once_and_lets_each_pupil_in(cohort, instructor, client):
    browser, address = browser_of(instructor), reverse("classes:slips", args=[cohort.pk])
    assert "Make 2 sign-in slips" in browser.get(reverse("classes:people", args=[cohort.pk])).content.decode()

    browser.post(address)
    assert "Show 2 slips" in browser.get(address).content.decode()
    page = browser.post(address, {"show": "on"}).content.decode()

    slips = re.findall(
        r'<dd class="code">([^<]+)</dd>\s*</div>\s*<div>\s*<dt>Passphrase</dt>\s*<dd class="code">([^<]+)', page
    )
    assert len(slips) == 2
    for username, passphrase in slips:
        assert client.login(username=username.strip(), password=passphrase.strip())
    assert "No slips are waiting" in browser.get(address).content.decode()
    assert "<svg" in page
    assert "no way to sign in" not in browser.get(reverse("classes:people", args=[cohort.pk])).content.decode()


def test_a_page_of_slips_is_kept_by_no_cache(cohort, instructor):
    answer = browser_of(instructor).post(reverse("classes:slips", args=[cohort.pk]), {"show": "on"})

    assert "no-store" in answer["Cache-Control"]


def test_while_passphrases_are_made_the_page_says_how_far_it_is(cohort, instructor, nora):
    ask_for_slips(cohort=cohort, users=[nora.pk], actor=instructor, now=NOW)

    answer = browser_of(instructor).get(reverse("classes:slips", args=[cohort.pk]))

    assert "0 of 1 passphrases are made" in answer.content.decode()
    assert answer["Refresh"] == "3"


def test_no_table_holds_a_passphrase_in_clear(cohort, instructor, nora):
    ask_for_slips(cohort=cohort, users=[nora.pk], actor=instructor, now=NOW)
    make_slips.enqueue(instructor.pk)
    held = [
        str(value)
        for model in apps.get_models()
        for row in model._default_manager.values_list()
        for value in row
    ]  # fmt: skip

    [slip] = take_slips(cohort=cohort, actor=instructor)

    assert slip.passphrase
    assert not [value for value in held if slip.passphrase in value]
    assert not Slip.objects.exists()


def test_slips_sealed_under_another_secret_are_lost_and_not_an_error(cohort, instructor, nora, settings):
    ask_for_slips(cohort=cohort, users=[nora.pk], actor=instructor, now=NOW)
    make_passphrases(asked_by=instructor.pk, now=NOW)
    settings.SECRET_KEY = "another secret of the site"

    assert take_slips(cohort=cohort, actor=instructor) == []


def test_slips_nobody_prints_are_forgotten_after_a_day(cohort, instructor, nora):
    ask_for_slips(cohort=cohort, users=[nora.pk], actor=instructor, now=NOW)

    assert forget_slips(now=NOW + KEPT_FOR) == 0
    assert forget_slips(now=NOW + KEPT_FOR * 2) == 1


def test_a_colleague_does_not_get_anothers_slips(cohort, instructor, nora):
    colleague = make_user("colleague")
    cohort.enrolments.create(user=colleague, role="instructor")
    ask_for_slips(cohort=cohort, users=[nora.pk], actor=instructor, now=NOW)
    make_passphrases(asked_by=instructor.pk, now=NOW)

    assert take_slips(cohort=cohort, actor=colleague) == []
    assert list(printed(cohort, colleague, [nora])) == [nora.pk]
    assert take_slips(cohort=cohort, actor=instructor) == []


@pytest.mark.parametrize(
    ("role", "where", "may"),
    [("instructor", "here", True), ("assistant", "here", False), ("instructor", "elsewhere", False), ("", "", False)],
)
def test_only_instructors_of_the_class_that_made_an_account_reset_it(cohort, instructor, nora, role, where, may):
    elsewhere = make_cohort(cohort.course)
    elsewhere.enrolments.create(user=nora)
    person = make_user("person")
    if role:
        (cohort if where == "here" else elsewhere).enrolments.create(user=person, role=role)

    for each in (cohort, elsewhere):
        browser_of(person).post(reverse("classes:slips", args=[each.pk]), {"user": nora.pk})

    nora.refresh_from_db()
    assert nora.has_usable_password() is may


def test_a_student_who_signed_up_is_not_reset_by_anyone(cohort, instructor):
    own = make_user("own")
    own.set_password("between Tumen and Amur")
    own.save()
    cohort.enrolments.create(user=own)

    assert printed(cohort, instructor, [own]) == {}
    own.refresh_from_db()
    assert own.check_password("between Tumen and Amur")


def test_a_reset_is_recorded_and_the_pupil_is_told_once(cohort, instructor, nora, client):
    instructor.first_name, instructor.last_name = "Helen", "Moreau"
    instructor.save()
    first = printed(cohort, instructor, [nora])[nora.pk]
    assert "was reset" not in signed_in(client, nora, first)
    second = printed(cohort, instructor, [nora], now=LATER)[nora.pk]
    assert not client.login(username=nora.username, password=first)

    assert re.search(r"Your password was reset on .* by Helen Moreau", signed_in(client, nora, second))
    assert "was reset" not in signed_in(client, nora, second)
    assert AuditEntry.objects.filter(deed=Deed.PASSWORD_RESET, person_id=nora.pk, cohort_id=cohort.pk).count() == 2


def signed_in(client, user, password) -> str:
    client.logout()
    sent = {"login": user.username, "password": password}
    return client.post(reverse("account_login"), sent, follow=True).content.decode()


def test_a_removed_pupil_gets_no_slip(cohort, instructor, nora):
    set_active(place=cohort.enrolments.get(user=nora), is_active=False, actor=instructor, now=NOW)

    browser_of(instructor).post(reverse("classes:slips", args=[cohort.pk]))

    assert set(Slip.objects.values_list("user__last_name", flat=True)) == {"김"}


def test_an_account_belongs_to_the_class_that_made_it_in_later_classes_too(cohort, instructor, nora):
    later = make_cohort(cohort.course, instructor=instructor)
    imported(later, "Number\tName\n1\tNora Haddad\n", instructor)
    assert Enrolment.objects.filter(user=nora).count() == 2

    browser_of(instructor).post(reverse("classes:slips", args=[later.pk]), {"user": nora.pk})

    assert ManagedAccount.objects.get(user=nora).cohort == cohort
    assert AuditEntry.objects.get(deed=Deed.PASSWORD_RESET).cohort_id == cohort.pk
