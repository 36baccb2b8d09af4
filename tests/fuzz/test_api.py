"""The API does what its document says, whatever is sent.

Schemathesis makes requests up from the OpenAPI document: such as fit it, and such as break it in one place. They are
sent to the site in this process, each in a transaction that is rolled back, so that every request meets the same rows.
`FUZZ_CASES` says about how many are sent in all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
)

from quizzes.models import Quiz
from tests.make import browser_of, make_attempt, make_cohort, make_quiz, make_user

CASES = int(os.environ.get("FUZZ_CASES", "300"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    positive_data_acceptance,
]
# What fits the document may still be refused: for who asks (401, 403), for what is there (404, 409), or because an
# answer does not suit its question (422), which no document can say.
REFUSED = {"positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 422]}}
CSRF = "a" * 32
HEADERS = {"X-CSRFToken": CSRF, "Accept-Encoding": "identity"}


def documented() -> Any:
    """Return the API's document, tied to the site."""
    config = SchemathesisConfig.from_dict({"checks": REFUSED})
    document = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True), config=config)
    document.app = get_wsgi_application()
    return document


@pytest.fixture(autouse=True)
def _connected() -> Iterator[None]:
    """Keep the connection when a request ends: the rows are in a transaction that is not committed."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@dataclass
class Role:
    """Somebody who asks: the cookies of a session, and what there is to ask for."""

    cookies: dict[str, str] = field(default_factory=dict)
    named: dict[str, Any] = field(default_factory=dict)

    def strategies(self, operation: Any) -> Iterator[st.SearchStrategy[Any]]:
        """Yield ways to make requests up: at random, and of rows that are there."""
        path = {each.name: self.named[each.name] for each in operation.path_parameters if each.name in self.named}
        query = {"course": "course"} if any(each.name == "course" for each in operation.query) else None
        for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
            if mode is GenerationMode.POSITIVE or operation.body or operation.query:
                yield operation.as_strategy(mode)
                if path or query:
                    yield operation.as_strategy(mode, path_parameters=path or None, query=query)


def _signed_in(user: User, **named: Any) -> Role:
    cookies = {name: morsel.value for name, morsel in browser_of(user).cookies.items()}
    return Role({**cookies, "csrftoken": CSRF}, named)


@pytest.fixture
def roles(db: None) -> dict[str, Role]:
    """Nobody, a student with an open attempt at a question of each kind, and the instructor of the class."""
    quiz = make_quiz(items=15, behaviour="interactive")
    teacher, student = make_user("teacher"), make_user("student")
    cohort = make_cohort(quiz.course, instructor=teacher, students=[student])
    named = {"course": "course", "lesson": "lesson-1", "quiz": quiz.key, "key": "course"}
    open_one, other = make_attempt(quiz, student), make_attempt(Quiz.objects.get(), teacher)
    return {
        "nobody": Role(named={**named, "id": str(open_one.pk)}),
        "student": _signed_in(student, **named, id=str(open_one.pk)),
        "instructor": _signed_in(teacher, **named, id=str(other.pk), pk=cohort.pk),
    }


@pytest.mark.parametrize("name", ["nobody", "student", "instructor"])
def test_the_api_answers_as_its_document_says(roles, name):
    role, found = roles[name], []
    operations = [result.ok() for result in documented().get_all_operations()]
    for operation in operations:
        found += _tried(operation, role, cases=-(-CASES // (3 * len(operations))))
    assert not found, "\n\n".join(found)


def _tried(operation: Any, role: Role, *, cases: int) -> list[str]:
    """Send made-up requests to one address; return in words what did not go as documented."""

    @hypothesis.settings(
        max_examples=cases,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
    )
    @hypothesis.given(case=st.one_of(*role.strategies(operation)))
    def send(case: Any) -> None:
        cache.clear()
        with transaction.atomic():
            response = case.call(cookies=role.cookies, headers=HEADERS)
            transaction.set_rollback(True)
        # Whether a password is the right one no document can say.
        unsaid = [positive_data_acceptance] if "/token" in operation.path else []
        sent[:] = [str(case.query), str(case.body)]
        case.validate_response(response, checks=CHECKS, excluded_checks=unsaid)

    sent: list[str] = []

    try:
        send()
    except (Failure, FailureGroup, BaseExceptionGroup) as problem:
        each = problem.exceptions if isinstance(problem, BaseExceptionGroup) else [problem]
        return [f"{operation.label}: {one}\nSent: {' '.join(sent)[:500]}" for one in each]
    return []
