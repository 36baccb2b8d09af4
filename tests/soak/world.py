"""What the soak is about: two quizzes, and students, signed in or guests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.crypto import get_random_string

from courses.accounts.sessions import SessionStore
from courses.models import Session
from quizzes.domain.kinds import KINDS
from quizzes.models import Quiz
from tests.make import make_quiz

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class World:
    """Two quizzes that go through the kinds of questions, of which the second is open to guests, and sessions."""

    quiz: Quiz
    open_quiz: Quiz
    sessions: list[str]


def make_world(*, students: int, questions: int) -> World:
    """Return the quizzes, and a session for each student who has signed in."""
    quizzes = [
        make_quiz(course=f"soak-{name}", key="soak", items=questions, kinds=KINDS, practice=name == "open")
        for name in ("counted", "open")
    ]
    users = [User(username=f"taker-{at}", password=make_password(None)) for at in range(students)]
    return World(*quizzes, sessions_of(User.objects.bulk_create(users)))


def sessions_of(users: Sequence[User]) -> list[str]:
    """Return keys of sessions in which the users have signed in: no password is hashed for it."""
    store = SessionStore()
    ends = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = [
        Session(
            session_key=get_random_string(32).lower(),
            session_data=store.encode(_signed_in(user)),
            expire_date=ends,
            user=user,
        )
        for user in users
    ]
    return [row.session_key for row in Session.objects.bulk_create(rows)]


def _signed_in(user: User) -> dict[str, str]:
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
