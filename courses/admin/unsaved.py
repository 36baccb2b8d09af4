"""Text typed into a page of the admin and not saved: kept while it is typed, offered when the page is opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from courses.admin.keeping import KeptForm, post_instead
from courses.models import UnsavedText
from courses.services.history import has_history, last_act
from courses.services.unsaved import keep_unsaved

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    ModelAdmin: TypeAlias = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

TAKE_UP = "take_up"
"""What the address of a form says when it is to show the text that was not saved."""
HAS_UNSAVED = "has_unsaved"
"""What a form posts that has text kept: only then is there anything to forget."""
_NOT_KEPT = ("csrfmiddlewaretoken", HAS_UNSAVED)
_LONGEST_SUBJECT = 80


class UnsavedTexts(ModelAdmin):
    """A page that keeps what is typed into it, for the person who typed it alone."""

    class Media:
        js = ["js/unsaved.js"]

    def get_urls(self) -> list[URLPattern]:
        """Add where what is typed is sent to, for a row and for a new one."""
        view, options = self.admin_site.admin_view(self.unsaved_view), self.opts
        name = f"{options.app_label}_{options.model_name}_unsaved"
        own = [
            path("add/unsaved/", view, name=f"{name}_new"),
            path("<path:object_id>/change/unsaved/", view, name=name),
        ]
        return [*own, *super().get_urls()]

    def unsaved_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Keep what is posted, or discard what is kept. What is typed is not checked: it may be half a sentence."""
        row = None
        if object_id is not None:
            row = ModelAdmin.get_object(self, request, object_id)
            if row is None:
                raise Http404
        may = self.has_add_permission(request) if row is None else self.may_type(request, row)
        if not may:
            raise PermissionDenied
        if request.method != "POST":
            raise Http404
        user, form = cast("User", request.user), self._form_name(request, row)
        if "discard" in request.POST:
            UnsavedText.objects.of(user.pk, form).delete()
            return redirect(request.path.removesuffix("unsaved/") + _query(request))
        fields = request.POST.copy()
        for name in _NOT_KEPT:
            fields.pop(name, None)
        now = timezone.now()
        if not keep_unsaved(user=user, form=form, fields=fields.urlencode(), now=now):
            return JsonResponse({"kept": False}, status=413)
        return JsonResponse({"kept": True})

    def may_type(self, request: HttpRequest, row: models.Model) -> bool:
        """Say whether the person may write in the page of a row."""
        return self.has_change_permission(request, row)

    def offer_unsaved(self, request: HttpRequest, context: dict[str, Any], row: Any, *, may_save: bool) -> None:
        """Tell the page where to keep what is typed, and offer what was kept."""
        context["taken_up"] = getattr(request, "taken_up", None)
        if context["taken_up"] is not None:
            context["errors"] = None
        if not may_save:
            return
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_unsaved"
        address = reverse(f"{name}_new") if row is None else reverse(name, args=[row.pk])
        context["unsaved_url"] = address + _query(request)
        context["has_unsaved_name"] = HAS_UNSAVED
        context["typist"] = request.user.pk
        if request.method == "GET":
            kept = UnsavedText.objects.of(request.user.pk, self._form_name(request, row)).first()
            context["unsaved"] = kept
            if kept is not None and row is not None and has_history(type(row)):
                act = last_act(row)
                is_newer = act is not None and act.date_created > kept.saved_at
                context["saved_since"] = act if is_newer else None

    def forget_unsaved(self, request: HttpRequest, row: models.Model | None) -> None:
        """Forget what was kept of a form that was saved."""
        if HAS_UNSAVED in request.POST:
            UnsavedText.objects.of(request.user.pk, self._form_name(request, row)).delete()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form, as it was left where the address says so."""
        if request.method == "GET" and TAKE_UP in request.GET:
            row = None if object_id is None else ModelAdmin.get_object(self, request, object_id)
            kept = UnsavedText.objects.of(request.user.pk, self._form_name(request, row)).first()
            if kept is not None and (row is None or self.may_type(request, row)):
                return self._take_up(request, kept, object_id, form_url, extra_context)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _take_up(
        self,
        request: HttpRequest,
        kept: UnsavedText,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> Any:
        """Show a form with what was typed into it: as one that was posted and not saved."""
        request.taken_up = kept  # type: ignore[attr-defined]
        post_instead(request, QueryDict(kept.fields))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; while earlier text is taken up, one that is never saved."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        return _taken_up(form) if hasattr(request, "taken_up") else form

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the rows within the page; while earlier text is taken up, those that are never saved."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            own: Any = formset
            if hasattr(request, "taken_up"):
                own = type(own.__name__, (own,), {"form": _taken_up(own.form)})
            yield own, inline

    def _form_name(self, request: HttpRequest, row: models.Model | None) -> str:
        """Name the form of a row, or of a new row for what the address says it is to be for."""
        label = self.opts.label_lower
        return f"{label}:{row.pk}" if row is not None else f"{label}:add:{_subject(request)}"


def _taken_up(form: Any) -> Any:
    return type(form.__name__, (form,), {"is_taken_up": True}) if issubclass(form, KeptForm) else form


def _subject(request: HttpRequest) -> str:
    """Return what a new row is to be for, such as the item of a new revision."""
    named = sorted((name, value) for name, value in request.GET.items() if not name.startswith("_") and name != TAKE_UP)
    return "&".join(f"{name}={value}" for name, value in named)[:_LONGEST_SUBJECT]


def _query(request: HttpRequest) -> str:
    subject = _subject(request)
    return f"?{subject}" if subject else ""
