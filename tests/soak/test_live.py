"""Sixty phones in one live quiz, on a server like that of `make run LAN=1`: every answer it took is counted, once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from quizzes.domain.live import Act
from quizzes.models import LiveParticipant, LiveSession, LiveVote
from quizzes.services.live import start_live, take_step
from tests.journeys.site import Site
from tests.make import make_cohort, make_quiz
from tests.soak.phones import Phone

PHONES = 60


@pytest.fixture
def served(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    """A server in processes of its own, on the database of this test."""
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    site = Site(url, tmp_path / "server.log")
    site.start()
    yield site
    site.stop()


def test_sixty_phones_lose_no_answer(served: Site) -> None:
    quiz = make_quiz(items=1)
    teacher = User.objects.create_user("teacher")
    session = start_live(cohort=make_cohort(quiz.course), quiz=quiz, actor=teacher, now=timezone.now())
    phones = [Phone(served.url, session.code, f"Phone {at}") for at in range(PHONES)]

    with ThreadPoolExecutor(PHONES) as pool:
        joined = list(pool.map(Phone.join, phones))
        take(session, Act.ASK)
        called = list(pool.map(Phone.is_called, phones))
        acknowledged = list(pool.map(Phone.answer, phones))
    take(session, Act.CLOSE)

    assert (joined, called, acknowledged) == ([302] * PHONES, [True] * PHONES, [302] * PHONES)
    assert LiveParticipant.objects.count() == PHONES
    assert set(LiveVote.objects.values_list("participant__name", flat=True)) == {phone.name for phone in phones}
    assert LiveVote.objects.count() == PHONES


def take(session: LiveSession, act: Act) -> None:
    """Take a step as the instructor does."""
    session.refresh_from_db()
    take_step(session_id=session.pk, act=act, version=session.version, now=timezone.now())
