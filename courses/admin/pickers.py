"""Choosing a person in the admin: by the name people know them by, with the username beside it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from courses.reports.people import shown_name


class NamedPicker(AutocompleteJsonView):
    """What pickers offer: people by their names, all other rows as ever."""

    def get_queryset(self) -> QuerySet[Any]:
        """Fetch people with what their names want."""
        rows: QuerySet[Any] = super().get_queryset()
        return rows.select_related("name_order") if rows.model is get_user_model() else rows

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Say who a choice is."""
        told: dict[str, str] = super().serialize_result(obj, to_field_name)
        return {**told, "text": words_of(obj)}


def words_of(row: Any) -> str:
    """Return the words for a choice: the name and the username of a person who has both."""
    name = shown_name(row) if isinstance(row, get_user_model()) else ""
    return f"{name} ({row.get_username()})" if name else str(row)
