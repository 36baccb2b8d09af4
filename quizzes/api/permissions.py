"""Who may ask. Which rows a caller gets is decided by the queryset that fetches them; these stand behind it."""

from __future__ import annotations

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from quizzes.models import Attempt


class IsOwnAttempt(IsAuthenticated):
    """Only the student whose attempt it is may read, answer or submit it here; teaching its class is not enough."""

    def has_object_permission(self, request: Request, view: APIView, obj: Attempt) -> bool:  # noqa: ARG002
        """Compare the caller with the student."""
        return obj.student_id == request.user.pk
