"""Copies of messages and notices by email: to whom, when, and how they are turned off."""

from __future__ import annotations

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from courses.models import Cohort, Enrolment, InboxEntry, MailMute, Thread
from courses.services.limits import COPY_TO
from courses.services.mailing import BATCH, mute_mail, mute_token, send_copies
from courses.services.messages import Letter, To, write_to_instructors, write_to_students
from quizzes.tasks import RECURRING, mail_copies
from tests.make import LATER, NOW, browser_of, make_cohort, make_course, make_user


def with_address(name: str, *, verified: bool = True) -> User:
    user = make_user(name, email=f"{name}@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


@pytest.fixture
def ada(db: None) -> User:
    return with_address("ada")


@pytest.fixture
def cohort(ada: User, settings: Settings) -> Cohort:
    settings.SITE_URL = "https://tumen.example.org"
    return make_cohort(make_course(lessons=1, sections=1), instructor=with_address("nora"), students=[ada])


def write(cohort: Cohort, text: str = "Plans are due.") -> Thread:
    nora = User.objects.get(username="nora")
    to = To(Thread.Audience.CLASS)
    return write_to_students(cohort=cohort, actor=nora, to=to, letter=Letter(text, "Plans"), now=NOW)


def test_a_copy_holds_the_message_the_way_to_it_and_a_way_out(cohort, ada):
    thread = write(cohort)

    assert send_copies(now=LATER) == 1

    [sent] = mail.outbox
    assert sent.to == ["ada@example.org"]
    assert sent.subject == "Message: Plans"
    assert "Plans are due." in sent.body
    assert f"https://tumen.example.org{reverse('courses:thread', args=[thread.pk])}" in sent.body
    off = f"https://tumen.example.org{reverse('courses:mail-off', args=[mute_token(ada.pk)])}"
    assert off.rpartition(":")[0] in sent.body  # signed at another moment
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert send_copies(now=LATER) == 0


@pytest.mark.parametrize("why", ["muted", "read", "not confirmed", "no address", "closed account", "no mail"])
def test_no_copy_goes_to_a_person_who_wants_or_needs_none(cohort, ada, settings, why):
    settings.MAIL_IS_SENT = why != "no mail"
    write(cohort)
    if why == "muted":
        mute_mail(user=ada, now=NOW)
    if why == "read":
        browser_of(ada).post(reverse("courses:inbox-read"))
    EmailAddress.objects.filter(user=ada).update(verified=why != "not confirmed")
    if why == "no address":
        EmailAddress.objects.filter(user=ada).delete()
    User.objects.filter(pk=ada.pk).update(is_active=why != "closed account")

    assert send_copies(now=LATER) == 0
    assert mail.outbox == []
    assert InboxEntry.objects.filter(user=ada).exists()


def test_a_dropped_co_teacher_gets_no_copy(cohort, ada):
    write_to_instructors(cohort=cohort, student=ada, letter=Letter("May I?", "A question"), now=NOW)
    Enrolment.objects.filter(user__username="nora").update(is_active=False)

    assert send_copies(now=LATER) == 0


class _Down(EmailBackend):
    """A mail server that fails in one way for one address, or for all."""

    failure: Exception = SMTPServerDisconnected()
    refused = ""

    def send_messages(self, messages: Any) -> int:
        if not self.refused or messages[0].to == [self.refused]:
            raise self.failure
        return super().send_messages(messages)


@pytest.mark.parametrize("failure", [SMTPServerDisconnected(), SMTPDataError(451, b"Later.")], ids=["away", "busy"])
def test_copies_wait_while_the_mail_server_takes_none(cohort, ada, settings, monkeypatch, failure):
    write(cohort)
    monkeypatch.setattr(_Down, "failure", failure)
    settings.EMAIL_BACKEND = f"{__name__}._Down"

    assert send_copies(now=LATER) == 0

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_copies(now=LATER) == 1


@pytest.mark.parametrize("failure", [SMTPRecipientsRefused({}), SMTPDataError(554, b"Rejected.")], ids=["to", "text"])
def test_a_copy_that_is_refused_holds_up_no_other(cohort, ada, settings, monkeypatch, failure):
    bo = with_address("bo")
    Enrolment.objects.create(cohort=cohort, user=bo)
    write(cohort)
    settings.EMAIL_BACKEND = f"{__name__}._Down"
    monkeypatch.setattr(_Down, "failure", failure)
    monkeypatch.setattr(_Down, "refused", "ada@example.org")

    assert send_copies(now=LATER) == 1
    assert [each.to for each in mail.outbox] == [["bo@example.org"]]
    assert send_copies(now=LATER) == 0


def test_a_person_gets_so_many_copies_in_an_hour(cohort, ada):
    for at in range(COPY_TO.amount + 2):
        write(cohort, f"Message {at}.")

    assert send_copies(now=NOW) == COPY_TO.amount
    assert InboxEntry.objects.filter(user=ada).count() == COPY_TO.amount + 2


def test_a_round_sends_only_so_many(cohort, ada):
    people = [with_address(f"s{at}") for at in range(BATCH)]
    Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=user) for user in people)
    write(cohort)

    assert [send_copies(now=LATER) for _round in range(3)] == [BATCH, 1, 0]


def test_the_worker_sends_copies(cohort, ada):
    write(cohort)

    assert mail_copies in RECURRING
    assert mail_copies.call() == 1


# Turning copies off.


@pytest.mark.parametrize("header", ["", "One-Click"])
def test_the_link_in_a_mail_turns_copies_off_without_signing_in(db, ada, header):
    browser, address = Client(enforce_csrf_checks=True), reverse("courses:mail-off", args=[mute_token(ada.pk)])

    assert browser.get(address).status_code == 200
    assert not MailMute.objects.exists()
    done = browser.post(address, {"List-Unsubscribe": header} if header else {})

    assert done.status_code == 200
    assert "Copies are off" in done.content.decode()
    assert MailMute.objects.get().user == ada
    assert "ada" not in done.content.decode()


@pytest.mark.parametrize("token", ["1", "x:y:z", "1:1abc:forged"])
def test_a_link_that_was_not_signed_here_turns_nothing_off(client, ada, token):
    assert client.post(reverse("courses:mail-off", args=[token])).status_code == 404
    assert not MailMute.objects.exists()


def test_copies_are_turned_on_again_in_the_inbox(cohort, ada):
    mute_mail(user=ada, now=NOW)
    browser = browser_of(ada)
    assert "Turn copies on" in browser.get(reverse("courses:inbox")).content.decode()

    browser.post(reverse("courses:mail"), {"mail": "on"})
    write(cohort)

    assert send_copies(now=LATER) == 1


@pytest.mark.parametrize("sent", [True, False])
def test_the_inbox_says_whether_copies_come(cohort, ada, settings, sent):
    settings.MAIL_IS_SENT = sent

    page = browser_of(ada).get(reverse("courses:inbox")).content.decode()

    assert ("This site does not send email" in page) is not sent
    assert ("ada@example.org" in page) is sent
