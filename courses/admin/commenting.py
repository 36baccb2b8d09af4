"""Comments and suggestions on the rows of a course: a page beside each row's own, and the list of a course."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.keeping import KeptForm, posted_as
from courses.errors import CourseError
from courses.models import Comment, Course
from courses.services.comments import Suggested, answer_comment, comment_on

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_State = Comment.State


class CommentForm(forms.Form):
    """A comment."""

    text = forms.CharField(
        label=gettext_lazy("Comment"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 4}), required=False
    )


class CommentedRows:
    """Adds a page of comments to each row. Everyone who works on the course comments; its editors answer.

    A mixin of `CourseRows`. A suggestion is saved by the row's own form, so that it is checked, rendered and kept as
    any other edit is.
    """

    model: type[models.Model]
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        urls: list[URLPattern] = super().get_urls()  # type: ignore[misc]  # a mixin of ModelAdmin
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}_comments"  # noqa: SLF001
        view = self.admin_site.admin_view(self.comments)
        return [path("<path:object_id>/comments/", view, name=name), *urls]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the way to the comments."""
        count = partial(_open_count, self.model, object_id)  # asked for only where the page is shown
        extra = {**(extra_context or {}), "has_comments": True, "open_comments": count}
        page: HttpResponse = super().change_view(request, object_id, form_url, extra)  # type: ignore[misc]
        return page

    def comments(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the comments on a row, and take one, a suggestion, or an answer."""
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]  # of ModelAdmin
        if row is None:
            raise Http404
        edits, course = bool(self.edits(request, row)), _course_of(row)  # type: ignore[attr-defined]  # of CourseRows
        if request.method == "POST":
            try:
                self._take(request, row, course, edits=edits)
            except CourseError as refusal:
                messages.error(request, str(refusal))
            return redirect(request.path)
        fields = self.suggestible(request, row)
        field = request.GET.get("field", "")
        form = CommentForm()
        if field in fields:
            widget = forms.Textarea(attrs={"rows": 12})
            form.fields["suggested"] = forms.CharField(label=fields[field], initial=getattr(row, field), widget=widget)
        context = {
            **self.admin_site.each_context(request), "opts": self.model._meta, "title": _("Comments"),  # noqa: SLF001
            "row": row, "course": course, "form": form, "field": field if field in fields else "", "fields": fields,
            "edits": edits,
            "comments": Comment.objects.on(row).select_related("author__name_order", "answered_by__name_order"),
            "open_elsewhere": _open_elsewhere(row, course),
        }  # fmt: skip
        return render(request, "admin/comments.html", context)

    def suggestible(self, request: HttpRequest, row: models.Model) -> dict[str, str]:
        """Return the fields of a row for which another text may be suggested, with their names."""
        shown = set(self.get_fields(request, row)) - {"key"}  # type: ignore[attr-defined]  # of ModelAdmin
        return {
            field.name: str(field.verbose_name)
            for field in row._meta.concrete_fields  # noqa: SLF001
            if field.name in shown and isinstance(field, models.CharField | models.TextField) and not field.choices
        }

    def _take(self, request: HttpRequest, row: models.Model, course: Course, *, edits: bool) -> None:
        posted, user, now = request.POST, cast("User", request.user), timezone.now()
        if "answered" in posted:
            if not edits:
                raise PermissionDenied
            self._answer(request, row, posted)
            return
        field, suggested = posted.get("field", ""), None
        if field:
            if field not in self.suggestible(request, row):
                raise Http404
            text = posted.get("suggested", "").replace("\r\n", "\n")
            suggested = Suggested(field, str(getattr(row, field)), text)
        comment_on(
            row=row, course=course, author=user, text=posted.get("text", "")[:4_000], now=now, suggested=suggested
        )
        messages.success(request, _("Suggestion saved.") if field else _("Comment saved."))

    def _answer(self, request: HttpRequest, row: models.Model, posted: QueryDict) -> None:
        pk, state = posted.get("answered", ""), posted.get("state", "")
        comment = get_object_or_404(Comment.objects.on(row).open(), pk=pk if pk.isdecimal() else 0)
        may = (_State.ACCEPTED, _State.DECLINED) if comment.is_suggestion else (_State.CLOSED,)
        if state not in may:
            raise Http404
        with transaction.atomic():
            if state == _State.ACCEPTED and not self._accept(request, row, comment):
                transaction.set_rollback(True)
                return
            answer = posted.get("answer", "")[:2_000]
            user = cast("User", request.user)
            answer_comment(comment=comment, actor=user, state=state, answer=answer, now=timezone.now())
        messages.success(request, _("Answered."))

    def _accept(self, request: HttpRequest, row: models.Model, comment: Comment) -> bool:
        """Save a suggestion as its editor would by the row's form; say whether it was saved."""
        if str(getattr(row, comment.field)) != comment.base:
            said = _("Not accepted: the text was changed since. Open the row and take over what you want by hand.")
            messages.error(request, said)
            return False
        page: Any = self.change_view(_as(request, "GET"), str(row.pk))
        data = posted_by(page.context_data)
        data[comment.field] = comment.suggested
        saved: Any = self.change_view(_as(request, "POST", data), str(row.pk))
        if saved.status_code == 302:
            return True
        messages.error(request, _("Not accepted: %(why)s") % {"why": _mistakes(saved)})
        return False


def posted_by(context: Any) -> QueryDict:
    """Return what the form of a page of the admin would post as it stands, its inlines included."""
    data = QueryDict(mutable=True)
    forms_ = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms_ += [inline.formset.management_form, *inline.formset.forms]
    for form in forms_:
        if isinstance(form, KeptForm):
            for name, values in posted_as(form, {bound.name: bound.initial for bound in form}).lists():
                data.setlist(name, values)
            continue
        for bound in form:
            _post(data, bound, bound.html_name, bound.value())
            if bound.field.show_hidden_initial:
                _post(data, bound, bound.html_initial_name, bound.value())
    return data


def _post(data: QueryDict, bound: Any, name: str, value: Any) -> None:
    """Add what a field would post: every part of a compound one, nothing for an empty box."""
    widget = bound.field.widget
    inner = getattr(widget, "widget", widget)  # the admin wraps the choices of relations
    if isinstance(inner, forms.MultiWidget):
        parts: Any = value if isinstance(value, list | tuple) else inner.decompress(value)
        suffixes: Any = inner.widgets_names  # type: ignore[attr-defined]  # the stubs do not know it
        for suffix, part, each in zip(suffixes, inner.widgets, parts, strict=True):
            data[name + suffix] = _written(part.format_value(each))
    elif isinstance(inner, forms.CheckboxInput):
        if inner.check_test(value):
            data[name] = "on"
    elif isinstance(inner, forms.SelectMultiple | forms.CheckboxSelectMultiple):
        data.setlist(name, [str(getattr(each, "pk", each)) for each in value or ()])
    elif isinstance(inner, forms.Select):
        data[name] = _written(getattr(value, "pk", value))
    else:
        data[name] = _written(inner.format_value(value))


def _written(value: Any) -> str:
    return "" if value is None else str(value)


def _as(request: HttpRequest, method: str, data: QueryDict | None = None) -> HttpRequest:
    """Return the request as if it were another for the row's own page."""
    other = copy(request)
    other.method = method
    other.POST = data if data is not None else QueryDict()  # type: ignore[assignment]  # as Django sets it
    return other


def _mistakes(page: Any) -> str:
    """Return what a page of the admin says is wrong."""
    context = page.context_data or {}
    if "adminform" not in context:
        return _("open the row and make the change there, since it asks a question first.")
    errors = context["adminform"].form.errors
    return " ".join(str(mistake) for found in errors.values() for mistake in found)


def _open_count(model: type[models.Model], object_id: str) -> int:
    """Return how many comments wait on a row, on all rows for a course."""
    pk = object_id if object_id.isdecimal() else "0"
    waiting = Comment.objects.open()
    if model is Course:
        return waiting.filter(course=int(pk)).count()
    return waiting.filter(subject_type=model._meta.label_lower, subject_id=pk).count()  # noqa: SLF001


def _open_elsewhere(row: models.Model, course: Course) -> list[tuple[Comment, str, str]]:
    """Return, on the page of a course, the open comments on its other rows with their names and addresses."""
    if not isinstance(row, Course):
        return []
    waiting = list(Comment.objects.filter(course=course).exclude(subject_type="courses.course").open()[:200])
    names: dict[str, dict[int, str]] = {}
    for kind in {comment.subject_type for comment in waiting}:
        ids = [comment.subject_id for comment in waiting if comment.subject_type == kind]
        names[kind] = _named(kind, ids)
    found = [(comment, names[comment.subject_type].get(comment.subject_id, "")) for comment in waiting]
    return [
        (comment, name, reverse(f"admin:{comment.subject_type.replace('.', '_')}_comments", args=[comment.subject_id]))
        for comment, name in found
        if name
    ]


def _named(kind: str, ids: list[int]) -> dict[int, str]:
    rows = apps.get_model(kind)._default_manager.in_bulk(ids)  # noqa: SLF001
    return {pk: str(row) for pk, row in rows.items()}


def _course_of(row: models.Model) -> Course:
    return row if isinstance(row, Course) else row.course  # type: ignore[attr-defined]  # every row of `LoadedAdmin`
