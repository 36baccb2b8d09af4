"""The one place where what a service refuses becomes an answer of the API."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from courses.errors import CourseError, TooManyTries
from quizzes.domain.base import InvalidAnswer
from quizzes.errors import AccountNeeded, QuizError
from quizzes.forms.base import words_of


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal with 409 (403 without an account, 429 at a limit), an unreadable answer with 422."""
    if isinstance(error, InvalidAnswer):
        return Response({"detail": words_of(error)}, status=422)
    if isinstance(error, TooManyTries):
        return Response({"detail": str(error)}, status=429, headers={"Retry-After": str(error.seconds)})
    if isinstance(error, QuizError | CourseError):
        return Response({"detail": str(error)}, status=403 if isinstance(error, AccountNeeded) else 409)
    return exception_handler(error, context)
