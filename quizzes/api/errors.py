"""The one place where what a service refuses becomes an answer of the API."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from courses.errors import CourseError, TooManyTries
from quizzes.errors import AccountNeeded, QuizError


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal with 409 (403 without an account, 429 at a limit)."""
    if isinstance(error, TooManyTries):
        return Response({"detail": str(error)}, status=429, headers={"Retry-After": str(error.seconds)})
    if isinstance(error, QuizError | CourseError):
        return Response({"detail": str(error)}, status=403 if isinstance(error, AccountNeeded) else 409)
    return exception_handler(error, context)
