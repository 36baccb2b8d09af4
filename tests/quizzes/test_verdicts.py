"""A reader whom nobody will grade gets a true verdict on flawless work: all lesson quizzes of the shipped course."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from courses.http import GUEST_KEY
from quizzes.models import Attempt, Quiz
from quizzes.reports.work import kept_quizzes, lines_of
from tests.make import answer_rightly, load, make_attempt, make_guest, submit

COURSE = Path(settings.BASE_DIR) / "fixtures" / "patron-stranger-balancer"


@pytest.fixture
def guest(db: None):
    load(COURSE)
    return make_guest()


def test_every_lesson_quiz_answered_without_a_mistake_says_passed_on_what_is_marked(guest) -> None:
    browser = Client()
    session = browser.session
    session[GUEST_KEY] = guest.pk
    session.save()
    quizzes = list(Quiz.objects.current().exclude(lesson=None).select_related("course"))
    told: dict[str, str] = {}
    for quiz in quizzes:
        attempt = make_attempt(quiz, guest)
        answer_rightly(attempt)
        submit(attempt)
        page = browser.get(reverse("quizzes:result", args=[attempt.pk])).content.decode()
        told[quiz.key] = " ".join(re.sub(r"<[^>]+>", " ", page).split())

    written = set(Attempt.objects.filter(unmarked_count__gt=0).values_list("quiz__key", flat=True))
    assert len(written) >= 13
    for key, page in told.items():
        assert "Not passed" not in page, key
        verdict = "Passed on what is marked: the pass mark is" if key in written else "Passed: the pass mark is"
        assert verdict in page, key
    lines = lines_of(kept_quizzes(quizzes[0].course, "quizzes"), guest)
    assert sum(line.is_passed_so_far is True for line in lines) == len(quizzes)
    assert f"passed {len(quizzes)} quizzes" in " ".join(
        re.sub(r"<[^>]+>", " ", browser.get("/progress/").content.decode()).split()
    )
