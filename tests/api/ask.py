"""How the tests of the API ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from quizzes.models import Attempt

API = "/api/v1"
_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


def program_of(user: User | None) -> APIClient:
    """Return a client that speaks JSON for the user, or for nobody."""
    client = APIClient()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(program: APIClient, attempt: Attempt, answer: Any, **fields: Any) -> Any:
    """Send an answer to the first question, from a paper just loaded, under a fresh name."""
    sent = {"position": 1, "sequence": 0, "client_key": str(uuid4()), **fields, "answer": answer}
    return program.post(f"{API}/attempts/{attempt.pk}/answers/", sent)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements run inside, those of transaction control apart."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [query["sql"] for query in queries if not query["sql"].startswith(_TRANSACTION)]
