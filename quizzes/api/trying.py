"""What the API says of a question that is marked while the attempt is open."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from quizzes.api.answers import ReviewRowSerializer


class RightCountSerializer(serializers.Serializer[Any]):
    """How much of a try is right: so many of the parts of the question, or of the things ticked."""

    right = serializers.IntegerField()
    of = serializers.IntegerField()


class CheckedSerializer(serializers.Serializer[Any]):
    """Where a question stands after a try."""

    position = serializers.IntegerField()
    is_new = serializers.BooleanField(help_text="False: the same answer was tried before and was not counted again.")
    last_try = serializers.ChoiceField(choices=["right", "partly", "wrong"])
    share = serializers.DecimalField(max_digits=7, decimal_places=6, help_text="What the tries so far earn.")
    tries_left = serializers.IntegerField(allow_null=True, help_text="Null: as many as one likes.")
    is_over = serializers.BooleanField()
    hints = serializers.ListField(child=serializers.CharField())
    count = RightCountSerializer(
        allow_null=True,
        help_text="How many parts, or ticks, of the last try are right. Null once the question is over, and where an "
        "answer is one thing.",
    )
    review = ReviewRowSerializer(
        many=True, help_text="Until the question is over, at most the one option chosen; never the parts of an answer."
    )


class HintsSerializer(serializers.Serializer[Any]):
    """The hints of a question shown so far."""

    position = serializers.IntegerField()
    hints = serializers.ListField(child=serializers.CharField())
