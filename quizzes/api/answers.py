"""What is said of an answer: how it was read, and how its parts stand against the key."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ReadAsSerializer(serializers.Serializer[Any]):
    """A typed number whose spelling leaves two readings open; the one that fits counts."""

    label = serializers.CharField(  # type: ignore[assignment]  # a field of this name, not the field's own label
        help_text="Its field, where there are several."
    )
    typed = serializers.CharField()
    numbers = serializers.ListField(child=serializers.CharField())


class ReviewRowSerializer(serializers.Serializer[Any]):
    """A part of a question: what was given, what was right, and why."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the field's own label
    given = serializers.CharField()
    right = serializers.CharField()
    verdict = serializers.ChoiceField(choices=["right", "wrong", "missed", "left"])
    feedback = serializers.CharField()
    spelling = serializers.CharField(help_text="The right spelling, where only the spelling was wrong; else empty.")
    read_as = serializers.ListField(
        child=serializers.CharField(), help_text="The numbers it may mean, where its spelling leaves two readings open."
    )
