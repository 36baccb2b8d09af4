"""What the API says of an answer of which not all can be read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from quizzes.forms.base import as_on_paper, names_by_key, words_of
from quizzes.services.answers import AnswerUnread


class ProblemSerializer(serializers.Serializer[Any]):
    """A field of an answer that cannot be read."""

    field = serializers.CharField(allow_null=True, help_text="Its name on the paper; null: the answer as a whole.")
    label = serializers.CharField(help_text="Its words on the paper; empty for the answer as a whole.")  # type: ignore[assignment]
    detail = serializers.CharField(help_text="Why it cannot be read.")


class UnreadSerializer(serializers.Serializer[Any]):
    """An answer of which not all can be read: why not, and what counts now."""

    detail = serializers.CharField()
    problems = ProblemSerializer(many=True)
    position = serializers.IntegerField()
    sequence = serializers.IntegerField(help_text="Send this number with the next answer to the question.")
    answer = serializers.JSONField(
        allow_null=True,
        help_text="The answer that counts: the fields that were read, and what the others held before.",
    )


def unread_of(refusal: AnswerUnread, raw: Any) -> dict[str, Any]:
    """Return what to say of an answer, which came as `raw`: each unreadable field, and what counts now."""
    response = refusal.saved.response
    spec = response.revision.spec
    names = names_by_key(spec, raw, response.order)
    problems = [
        {"field": names.get(problem.key), "label": problem.where, "detail": words_of(problem)}
        for problem in as_on_paper(refusal.error.problems, names)
    ]
    said = [f"{each['label']}: {each['detail']}" if each["label"] else str(each["detail"]) for each in problems]
    return {
        "detail": " ".join(said),
        "problems": problems,
        "position": response.position,
        "sequence": response.sequence,
        "answer": spec.to_paper(response.answer, response.order),
    }
