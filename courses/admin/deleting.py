"""Deleting content that nobody has met, by Django's own pages: they list what goes along, or what stands in the way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from courses.errors import CannotDelete
from courses.services.deletion import delete_content, removal_of


class DeletesUnmet:
    """Lets the people who may change a row delete it, as long as no one has met it and nothing refers to it.

    A mixin of `CourseRows`. What students met is retired.
    """

    delete_confirmation_template: Any = "admin/delete_content.html"
    delete_selected_confirmation_template: Any = "admin/delete_selected_content.html"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave it to the people who may change the row."""
        may: bool = super().has_delete_permission(request, obj)  # type: ignore[misc]  # a mixin of ModelAdmin
        return may and (obj is None or self.deletes(request, obj))

    def deletes(self, request: HttpRequest, row: Any) -> bool:
        """Say whether the user may delete the row."""
        return bool(self.edits(request, row))  # type: ignore[attr-defined]  # of CourseRows

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, dict[str, int], set[str], list[str]]:
        """Return what would be deleted, how many of each kind, what is not permitted, and what stands in the way."""
        rows = list(objs)
        refused = {str(row) for row in rows if not self.deletes(request, row)}
        removal = removal_of(rows)
        named = [str(row) for found in removal.rows.values() for row in found]
        return named, removal.counts, refused, list(removal.in_the_way)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show the page, or delete; where something came into the way meanwhile, say so."""
        try:
            page: HttpResponse = super().delete_view(request, object_id, extra_context)  # type: ignore[misc]
        except CannotDelete as refusal:
            messages.error(request, str(refusal))
            request.method = "GET"
            page = super().delete_view(request, object_id, extra_context)  # type: ignore[misc]
        return page

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a row with what belongs to it."""
        delete_content([obj], actor=request.user)  # type: ignore[arg-type]  # signed in: the admin saw to it

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete several rows, all or none."""
        delete_content(list(queryset), actor=request.user)  # type: ignore[arg-type]
