"""The history of a row in the admin: who changed what, when and why; any of its states can be restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from courses.admin.keeping import post_instead, posted_as
from courses.models import AUTHORED
from courses.reports.history import history_page
from courses.services.history import Values, fields_in, has_history, versions_of

if TYPE_CHECKING:
    ModelAdmin: TypeAlias = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

_MOST_DIGITS = 18
HIGHEST = 2**63 - 1
"""The highest number of a row that a database holds."""


class HistoryPages(ModelAdmin):
    """Rows whose states are kept. People who may see a row see its history; people who may change it restore."""

    history_template = "admin/courses/history.html"

    def get_urls(self) -> list[URLPattern]:
        """Add where an earlier state is restored."""
        view = self.admin_site.admin_view(self.restore_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        return [path("<path:object_id>/history/<int:version>/restore/", view, name=name), *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was done to a row, newest first."""
        row = self._seen(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": row},
            "row": row,
            "opts": self.opts,
            "may_restore": self.has_change_permission(request, row),
            **self.history_context(request, row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.history_template, context)

    def history_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return a page of the history: the newest acts, or those before the act that the address names."""
        before = request.GET.get("before", "")
        is_number = before.isascii() and before.isdecimal() and len(before) <= _MOST_DIGITS
        if not has_history(self.model):
            return {"page": None}
        return {"page": history_page(row, before=int(before) if is_number else None), "is_older": bool(before)}

    def restore_view(self, request: HttpRequest, object_id: str, version: int) -> HttpResponse:
        """Save an earlier state through the page's own form, so that it is checked, rendered and kept like any edit."""
        row = self._seen(request, object_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if request.method != "POST" or not has_history(self.model) or version > HIGHEST:
            raise Http404
        found = versions_of(row).select_related("revision").filter(pk=version).first()
        if found is None:
            raise Http404
        values = fields_in(found.serialized_data)
        note = _("Restored: the state of %(when)s") % {"when": date_format(found.revision.date_created, "j N Y, H:i")}
        data = self._posted(request, row, values)
        data["history_note"] = note
        return self.save_as_posted(request, object_id, data, values)

    def save_as_posted(self, request: HttpRequest, object_id: str, data: QueryDict, values: Values) -> HttpResponse:
        """Let the page save what a form would have posted; where it refuses, it shows the form with what is wrong."""
        for name, given in request.POST.lists():  # such as what becomes of attempts that would be shortened
            if name not in data:
                data.setlist(name, given)
        post_instead(request, data)
        request.restored = values  # type: ignore[attr-defined]
        # Where it cannot be saved as it was, the form is shown, and goes on as an edit like any other.
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[unquote(object_id)])
        response = self.changeform_view(request, object_id, address)
        if not isinstance(response, HttpResponseRedirect):
            return response
        messages.success(request, _("Restored. What stood here before is in the history."))
        return redirect(self.history_address(unquote(object_id)))

    def history_address(self, object_id: str) -> str:
        """Return the address of the history of a row."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[object_id])

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Bring back, besides what the form holds, what is written by files alone."""
        row = super().save_form(request, form, change)
        for name, value in getattr(request, "restored", {}).items():
            field = self.opts.get_field(name) if name in AUTHORED.get(self.model, ()) else None
            if field is not None and not field.editable and isinstance(field, models.JSONField):
                setattr(row, name, value)
        return row

    def _seen(self, request: HttpRequest, object_id: str) -> Any:
        """Return a row that the person may look at; raise Http404 where there is none for them."""
        row = ModelAdmin.get_object(self, request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return self.as_it_stands(request, row)

    def as_it_stands(self, request: HttpRequest, row: Any) -> Any:  # noqa: ARG002 (pages with drafts ask who looks)
        """Return the row as forms and histories show it."""
        return row

    def _posted(self, request: HttpRequest, row: Any, values: Values) -> QueryDict:
        """Return what the form of a row would post, had it been filled in with an earlier state."""
        names = flatten_fieldsets(self.get_fieldsets(request, row))
        kind: Any = self.get_form(request, row, change=True, fields=names)
        now, then = kind(instance=row), kind(instance=_as_it_was(row, values))
        several = forms.ModelMultipleChoiceField
        was = {
            name: values[name] if isinstance(then.fields[name], several) else then[name].initial for name in then.fields
        }
        data = posted_as(now, was)
        prefixes: dict[str, int] = {}
        for formset, _inline in self.get_formsets_with_inlines(request, row):
            prefix = formset.get_default_prefix()
            prefixes[prefix] = prefixes.get(prefix, 0) + 1
            prefix = prefix if prefixes[prefix] == 1 else f"{prefix}-{prefixes[prefix]}"
            # Rows within the page have histories of their own: none of them is posted, none is changed.
            data[f"{prefix}-TOTAL_FORMS"] = data[f"{prefix}-INITIAL_FORMS"] = "0"
        return data


def _as_it_was(row: models.Model, values: Values) -> models.Model:
    """Return a row in memory with an earlier state; what it is and whose stays."""
    options = row._meta  # noqa: SLF001 (Django's documented accessor)
    was = type(row)(pk=row.pk)
    for field in options.concrete_fields:
        value = getattr(row, field.attname)
        if field.name in values:
            value = field.to_python(values[field.name]) if not field.is_relation else values[field.name]
        setattr(was, field.attname, value)
    return was
