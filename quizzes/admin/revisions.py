"""Item revisions: a question's words and key as YAML, with the student's own view of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import ForeignKey, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.base import CourseRows, ModelAdmin, OwnChoices, draft_courses, edited_courses, staff_of
from courses.admin.edits import KeepsEdits
from courses.admin.fields import YamlField
from courses.admin.keeping import KeptForm
from courses.content.dump import dump_yaml
from courses.content.problems import field_names
from courses.models import UnsavedText
from courses.services.drafts import is_drafting
from courses.services.history import Edit, recorded_in, values_of, with_recorded
from quizzes.admin.authoring import short_stem
from quizzes.content.read import idle_words, repeat_words
from quizzes.domain.idle import idle_in
from quizzes.domain.kinds import AnySpec, read_spec
from quizzes.domain.repeats import repeats_in
from quizzes.errors import RevisionIssued
from quizzes.forms import form_for, steady_order
from quizzes.lint.advice import advice_on_item
from quizzes.lint.folder import overrides_of
from quizzes.models import Item, ItemRevision
from quizzes.reports.figures import maps_for
from quizzes.reports.words import spec_text
from quizzes.services.authoring import draft_item, edit_item, missing_from


class RevisionForm(KeptForm):
    """The words and key of an item. `spec` is what was written, once the form is valid.

    New words are compared with the item's draft, or its current ones, as an edit of these would be: a revision that
    someone else wrote meanwhile is not written over.
    """

    body = YamlField(
        label=gettext_lazy("Question"), read=read_spec, names=field_names(*get_args(AnySpec)),
        help_text=gettext_lazy("As in a quiz file; docs/authoring.md says what each kind wants."),
    )  # fmt: skip
    spec: AnySpec

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current: Any = self.instance if self.instance.pk else None
        item = None if self.instance.pk else _item_named(self.data.get("item") or self.initial.get("item"))
        if self.instance.pk:
            self.initial["body"] = spec_text(self.instance.spec)
        elif item is not None:
            self.current = _current_of(item)
            self._begin_from(item)

    def _begin_from(self, item: Item) -> None:
        """Begin from the current words, or from what is known of an item that has none."""
        if self.current is None:
            self.initial["body"] = _first_text(item)
            return
        self.initial["body"] = spec_text(self.current.spec)
        self.carry_what_was_read()
        self.fields["item"].show_hidden_initial = False
        if self.is_bound:
            self.before = values_of(self.current)

    @property
    def subject(self) -> str:
        """Return whose words they are: an edit may become the next revision."""
        item = self.current.item_id if self.current is not None else None
        return f"{self.instance._meta.label_lower}:of:{item}"  # noqa: SLF001

    def clean(self) -> dict[str, Any] | None:
        """Check that the words are those of the item, and that what they name is there."""
        cleaned = super().clean()
        item = self.instance.item if self.instance.pk else self.cleaned_data.get("item")
        spec = self.cleaned_data.get("body")
        if item is None or spec is None:
            return cleaned
        if spec.key != item.key:
            words = _("“key” says “%(written)s”, but the item's key is “%(key)s”. Keys last: write the same.")
            self.add_error("body", words % {"written": spec.key, "key": item.key})
        for mistake in [
            *missing_from(item, spec),
            *map(repeat_words, repeats_in(spec)),
            *map(idle_words, idle_in(spec)),
        ]:
            self.add_error("body", mistake)
        self.spec, self.cleaned_data["body"] = spec, spec.model_dump(mode="json")
        return cleaned


def _item_named(pk: Any) -> Item | None:
    return Item.objects.filter(pk=int(pk)).first() if str(pk).isdecimal() else None


def _current_of(item: Item) -> ItemRevision | None:
    """Return the draft, else the current words; the item is locked while new ones are compared with them and saved."""
    if connection.in_atomic_block:
        Item.objects.select_for_update().get(pk=item.pk)
    standing = Q(is_draft=True) | Q(is_current=True)
    return with_recorded(item.revisions.filter(standing)).order_by("-is_draft").first()


def _first_text(item: Item) -> str:
    """Return what the first words of an item begin from."""
    return dump_yaml({"key": item.key, "kind": "single", "objective": item.objective.key, "section": item.section.key})


@admin.register(ItemRevision)
class ItemRevisionAdmin(KeepsEdits, CourseRows, OwnChoices, ModelAdmin):
    """Words and key of items, shown as a student sees them; fixed once issued: an edit makes the next revision."""

    form = RevisionForm
    course_path = "item__course"
    change_form_template = "admin/revision_form.html"
    list_display = [
        "item",
        "number",
        "kind",
        "stem",
        "points",
        "is_current",
        "is_draft",
        "papers",
        "editor",
        "created_at",
    ]
    list_filter = ["item__course", "is_current", "is_draft", "item__quiz"]
    list_select_related = ["item", "editor"]
    search_fields = ["item__key", "body__stem"]
    ordering = ["-pk"]
    list_per_page = 50
    show_full_result_count = False
    autocomplete_fields = ["item"]
    readonly_fields = [
        "number", "is_current", "is_draft", "points", "papers", "editor", "created_at", "words", "preview", "key",
        "advice",
    ]  # fmt: skip

    class Media:
        css = {"all": ["css/workshop.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the papers that hold each revision; leave drafts to the people who may see them."""
        rows: Any = super().get_queryset(request)
        if not staff_of(request).is_superuser:
            rows = rows.filter(Q(is_draft=False) | Q(item__course__in=draft_courses(request)))
        counted: QuerySet[Any] = rows.with_issued()
        return counted

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show the words to be edited, or as they stand."""
        if obj is None:
            return ["item", "body"]
        words = "body" if self.has_change_permission(request, obj) else "words"
        told = ["points", "papers", "editor", "created_at"]
        return ["item", "number", "is_current", "is_draft", words, "advice", "preview", "key", *told]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """Fix whose words they are."""
        return [*self.readonly_fields, *(["item"] if obj else [])]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Take, and begin from, only items of courses the user edits."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "item":
            field.queryset = Item.objects.filter(course__in=edited_courses(request))
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin from an item named in the address, where the user may edit it."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        item = _item_named(initial.get("item"))
        if item is None or item.course_id not in edited_courses(request):
            initial.pop("item", None)
        return initial

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse what is on a student's paper, what is no longer current, and words that a draft will replace."""
        is_fixed = obj is not None and not obj.is_draft and (not obj.is_current or obj.is_issued or has_draft(obj))
        return not is_fixed and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Refuse: an item keeps every wording it had."""
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Edit a revision. What was typed while it got onto a paper is saved as the next one, so nothing is lost."""
        found = self.get_object(request, object_id)
        user = staff_of(request)
        own = ItemRevision.objects.regraded_by(user)
        may_regrade = found is not None and found.is_issued and own.filter(pk=found.pk).exists()
        extra_context = {**(extra_context or {}), "may_regrade": may_regrade}
        may_revise = self.has_add_permission(request) and found is not None and self.edits(request, found)
        if found is None or self.has_change_permission(request, found) or not may_revise:
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            typed = request.POST.copy()
            typed["item"] = str(found.item_id)
            request.POST = typed  # type: ignore[assignment]  # as Django's own admin does for a new copy
            messages.info(request, str(RevisionIssued()))
            return self.add_view(request, form_url, extra_context)
        words = _("These words have a draft, which is edited in their place.") if has_draft(found) else RevisionIssued()
        context = {**extra_context, "can_revise": True, "fixed": str(words)}
        return super().change_view(request, object_id, form_url, context)

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Lead to the history of the item, which holds all its words."""
        row = self._seen(request, object_id)
        return redirect("admin:quizzes_item_history", row.item_id)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Write a new revision, beginning from the current words of the item named in the address."""
        return super().add_view(request, form_url, {**(extra_context or {}), "can_preview": True})

    def save_model(self, request: HttpRequest, obj: ItemRevision, form: Any, change: bool) -> None:  # noqa: ARG002
        """Save through the service, and go on with the revision that is current now."""
        editor = staff_of(request)
        write = draft_item if is_drafting(obj.item) else edit_item
        saved = write(item=obj.item, spec=form.spec, editor=editor, now=timezone.now())
        if saved.is_draft:
            self.message_user(request, _("Saved as a draft. Students get it once it is published."), messages.INFO)
        obj.pk = saved.pk
        obj.refresh_from_db()

    def _form_name(self, request: HttpRequest, row: Any) -> str:
        """Keep unsaved text by item: words that are on a paper by now are continued as the next revision."""
        item = row.item_id if row is not None else request.GET.get("item", "")
        return f"{self.opts.label_lower}:of:{str(item)[:20]}"

    def _take_up(self, request: HttpRequest, kept: UnsavedText, object_id: str | None, *rest: Any) -> Any:
        """Show text that was not saved; it may have been typed as an edit of words that are fixed by now."""
        fields = QueryDict(kept.fields, mutable=True)
        if object_id is None:
            fields.setdefault("item", request.GET.get("item", ""))
        kept.fields = fields.urlencode()
        return super()._take_up(request, kept, object_id, *rest)

    def edits_of(self, form: Any, formsets: Sequence[Any]) -> Iterator[Edit]:  # noqa: ARG002 (there are none)
        """Return what was written: words that were on no paper were written over, and the history alone has them."""
        row, current = form.instance, form.current
        is_rewritten = current is not None and current.pk == row.pk
        edit = Edit(row, form.before if is_rewritten else None, values_of(row))
        if is_rewritten:
            edit.recorded = recorded_in(current)
        if edit.before != edit.after:
            yield edit

    def collided_with(self, form: Any) -> ItemRevision | None:
        """Return the words that were written meanwhile."""
        current: ItemRevision | None = form.current
        return current

    def get_urls(self) -> list[URLPattern]:
        """Add the previews: of a revision that is edited, and of one that is new."""
        view = self.admin_site.admin_view(self.preview_page)
        return [
            path("<int:pk>/preview/", view, name="quizzes_itemrevision_preview"),
            path("preview/", view, name="quizzes_itemrevision_preview_new"),
            *super().get_urls(),
        ]

    def preview_page(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show what the form holds as a student would see it, or say what is wrong. Nothing is saved."""
        revision = self.get_object(request, str(pk)) if pk is not None else None
        if request.method != "POST" or (pk is not None and revision is None):
            raise Http404
        if not (self.has_add_permission(request) or self.has_change_permission(request, revision)):
            raise PermissionDenied
        kind: Any = self.get_form(request, revision, change=revision is not None)
        kind.is_preview = True
        form = kind(request.POST, instance=revision)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "title": _("No preview"), "form": form}
            return render(request, "admin/no_preview.html", context, status=422)
        context = {**_as_shown(form.instance, form.spec, read_only=False), "course": form.instance.item.course}
        return render(request, "admin/item_preview.html", context)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind(self, revision: ItemRevision) -> str:
        """Return the kind."""
        return str(revision.kind)

    @admin.display(description=gettext_lazy("question"))
    def stem(self, revision: ItemRevision) -> str:
        """Return the first words of the question."""
        return short_stem(str(revision.body.get("stem", "")))

    @admin.display(description=gettext_lazy("papers"))
    def papers(self, revision: Any) -> int:
        """Return how many papers hold the revision."""
        counted = getattr(revision, "paper_count", None)
        return int(revision.responses.count() if counted is None else counted)

    @admin.display(description=gettext_lazy("question"))
    def words(self, revision: ItemRevision) -> SafeString:
        """Show the words as their author wrote them."""
        return format_html('<pre class="yaml">{}</pre>', spec_text(revision.spec))

    @admin.display(description=gettext_lazy("as a student sees it"))
    def preview(self, revision: ItemRevision) -> SafeString:
        """Show the question by the student's own template, without its key."""
        return render_to_string("admin/_item.html", _as_shown(revision, revision.spec, read_only=True))

    @admin.display(description=gettext_lazy("key"))
    def key(self, revision: ItemRevision) -> SafeString:
        """Show the key and the explanations."""
        return render_to_string("admin/_key.html", _as_shown(revision, revision.spec, read_only=True))

    @admin.display(description=gettext_lazy("advice"))
    def advice(self, revision: ItemRevision) -> SafeString:
        """Say what the rules of item writing find in these words."""
        rows = Item.objects.select_related("course", "quiz__course", "quiz__unit", "quiz__lesson")
        item = rows.get(pk=revision.item_id)
        found = advice_on_item(item, revision.spec, overrides_of(item.course.key))
        return render_to_string("admin/_advice.html", {"advice": found})


def has_draft(revision: ItemRevision) -> bool:
    """Say whether a draft waits to replace the words of a revision."""
    return ItemRevision.objects.drafts().filter(item=revision.item_id).exclude(pk=revision.pk).exists()


def _as_shown(revision: ItemRevision, spec: AnySpec, *, read_only: bool) -> dict[str, Any]:
    """Return what the templates of a question and of a result want."""
    return {
        "revision": revision,
        "spec": spec,
        "form": form_for(spec, order=steady_order(spec), maps=maps_for(revision, spec)),
        "number": "?",
        "read_only": read_only,
        "rows": spec.review(spec.right_answer()) if spec.is_scored else (),
    }
