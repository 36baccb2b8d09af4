"""Publishing in the workshop: the page of a course's changes, what was published, and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.base import CourseRows, LookOnly, edited_courses, staff_of
from courses.models import Course, Publication
from quizzes.admin.asking import AsksBeforeShortening
from quizzes.admin.previewing import preview_page
from quizzes.admin.publish_form import Chosen, WhenForm
from quizzes.errors import QuizError
from quizzes.lint.advice import Advice, advice_on_words
from quizzes.lint.folder import overrides_of
from quizzes.models import ItemRevision
from quizzes.reports.publishing import PublishPage, publish_page
from quizzes.services.clock import Shorter, WouldShorten
from quizzes.services.publishing import Published, cancel, changes_of, discard, publish, schedule
from quizzes.services.unpublishing import undo

_ASKED = ("csrfmiddlewaretoken", "sure")


@admin.register(Publication)
class PublicationAdmin(LookOnly, CourseRows, AsksBeforeShortening):
    """What was published, and what is to be. Its pages publish, undo and preview."""

    list_display = ["made_at", "course", "state", "by", "change_count", "note", "scheduled_for"]
    list_filter = ["course", "state"]
    list_select_related = ["course", "by"]
    search_fields = ["note", "course__title"]
    date_hierarchy = "made_at"
    fields = [
        "course", "state", "obstacle", "note", "what", "by", "made_at", "scheduled_for", "published_at", "undone_at",
        "undone_by", "ways",
    ]  # fmt: skip
    readonly_fields = ["what", "ways"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep the publications of courses whose drafts the user may see."""
        rows: Any = super().get_queryset(request)
        seen: QuerySet[Any] = rows.seen_by(staff_of(request))
        return seen

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that publish, undo and preview."""
        view, name = self.admin_site.admin_view, "courses_publication_{}".format
        return [
            path("<int:course_id>/publish/", view(self.publish_view), name=name("publish")),
            path("<int:course_id>/discard/", view(self.discard_view), name=name("discard")),
            path("<int:pk>/undo/", view(self.undo_view), name=name("undo")),
            path("<int:pk>/cancel/", view(self.cancel_view), name=name("cancel")),
            path("<int:course_id>/preview/<str:at>/<path:page>", view(preview_page), name=name("preview")),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("changes"))
    def change_count(self, publication: Publication) -> int:
        """Return how many changes there are."""
        return len(publication.changes)

    @admin.display(description=gettext_lazy("changes"))
    def what(self, publication: Publication) -> str:
        """Name the rows that were changed."""
        return ", ".join(str(each["name"]) for each in publication.changes)

    @admin.display(description=gettext_lazy("next"))
    def ways(self, publication: Publication) -> SafeString | str:
        """Lead to what may be done with it."""
        if publication.is_undoable:
            address = reverse("admin:courses_publication_undo", args=[publication.pk])
            return format_html('<a href="{}">{}</a>', address, _("Undo this publication"))
        address = reverse("admin:courses_publication_publish", args=[publication.course_id])
        return format_html('<a href="{}">{}</a>', address, _("Publish changes"))

    def publish_view(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """Show the changes of a course; publish those chosen, or ask before something is taken from students."""
        course = self._course(request, course_id)
        page = publish_page(course, staff_of(request))
        if request.method != "POST":
            return self._page(request, page, WhenForm(now=timezone.now()))
        if not page.may_publish:
            raise PermissionDenied
        return self._asking(request, lambda: self._publish(request, page))

    def _publish(self, request: HttpRequest, page: PublishPage) -> HttpResponse:
        now, chosen = timezone.now(), Chosen.read(page, request.POST)
        form = WhenForm(request.POST, now=now)
        if not form.is_valid():
            return self._page(request, page, form, chosen=chosen, status=422)
        note, moment = form.cleaned_data["note"], form.moment
        if mistakes := chosen.mistakes(note=note, is_later=moment is not None):
            form.add_error(None, mistakes)
            return self._page(request, page, form, chosen=chosen, status=422)
        if any(line.is_in_use for line in chosen.lines) and "sure" not in request.POST:
            return self._ask_before_retiring(request, page, chosen)
        try:
            if moment is None:
                self._publish_now(request, page, chosen, note)
            else:
                schedule(chosen.order(page.course, by=staff_of(request), note=note), at=moment, now=now)
                words = _("%(n)d changes will be published on %(at)s UTC.")
                self.message_user(request, words % {"n": len(chosen.lines), "at": date_format(moment, "j F Y, H:i")})
        except WouldShorten:
            raise
        except QuizError as refusal:
            fresh = publish_page(page.course, staff_of(request))
            form.add_error(None, str(refusal))
            return self._page(request, fresh, form, chosen=chosen, status=409)
        return redirect("admin:courses_publication_publish", page.course.pk)

    def _publish_now(self, request: HttpRequest, page: PublishPage, chosen: Chosen, note: str) -> None:
        by, done = staff_of(request), list[Published]()
        order = chosen.order(page.course, by=by, note=note)

        def act(shorter: Shorter) -> Any:
            regrades = chosen.regrades(by=by, note=note)
            done.append(publish(order, now=timezone.now(), shorter=shorter, regrades=regrades))
            return done[-1].refreshed

        self.refresh(request, act)
        count = len(chosen.lines)
        words = ngettext("%(n)d change was published.", "%(n)d changes were published.", count)
        self.message_user(request, words % {"n": count}, messages.SUCCESS)
        for line in chosen.along:
            self.message_user(request, _("“%(title)s” came along: others need it.") % {"title": line.title})
        for preview in done[-1].regrades:
            changed = len(preview.changed)
            words = ngettext("%(n)d result changed.", "%(n)d results changed.", changed)
            self.message_user(request, words % {"n": changed})

    def discard_view(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """Throw away one change, for the people who may make one."""
        course = self._course(request, course_id)
        if request.method != "POST":
            raise Http404
        if course.pk not in edited_courses(request):
            raise PermissionDenied
        found = {change.key: change for change in changes_of(course)}
        change = found.get(request.POST.get("discard", ""))
        if change is not None and change.seen == request.POST.get(f"seen-{change.key}"):
            discard(change)
            self.message_user(request, _("The change was discarded."), messages.SUCCESS)
        else:
            self.message_user(request, _("Nothing was discarded: this change is another now."), messages.WARNING)
        return redirect("admin:courses_publication_publish", course.pk)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what undoing a publication does; do it once that was confirmed."""
        found = self._own(request, pk)
        if not found.is_undoable:
            raise Http404
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "title": _("Undo this publication?"),
                "opts": self.opts,
                "publication": found,
                "classes": found.course.cohorts.order_by("name"),
                "regrades": [each for each in found.changes if each.get("regrade")],
            }
            return TemplateResponse(request, "admin/courses/publication/undo.html", context)
        stays = undo(found, by=staff_of(request), now=timezone.now())
        words = _("The publication was undone. What it had published is a draft again.")
        self.message_user(request, words, messages.SUCCESS)
        for each in stays:
            words = _("“%(name)s” keeps its %(field)s: it was changed since.")
            self.message_user(request, words % {"name": each.name, "field": each.field}, messages.WARNING)
        return redirect("admin:courses_publication_publish", found.course_id)

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel a publication that waits for its moment."""
        found = self._own(request, pk)
        if request.method != "POST":
            raise Http404
        if cancel(found):
            self.message_user(request, _("Nothing will be published. The changes stay drafts."), messages.SUCCESS)
        return redirect("admin:courses_publication_publish", found.course_id)

    def _course(self, request: HttpRequest, course_id: int) -> Course:
        """Return a course whose drafts the user may see."""
        return get_object_or_404(Course.objects.worked_on_by(staff_of(request)), pk=course_id)

    def _own(self, request: HttpRequest, pk: int) -> Publication:
        """Return a publication in a course the user owns."""
        owned = Course.objects.owned_by(staff_of(request)).values("pk")
        return get_object_or_404(Publication.objects.filter(course__in=owned).select_related("course"), pk=pk)

    def _page(
        self,
        request: HttpRequest,
        page: PublishPage,
        form: WhenForm,
        *,
        chosen: Chosen | None = None,
        status: int = 200,
    ) -> HttpResponse:
        ticked = [line.key for line in chosen.lines] if chosen else [line.key for line in page.lines]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish changes"),
            "opts": self.opts,
            "page": page,
            "form": form,
            "ticked": [key for key in ticked if not page.is_flawed(key)],
            "fixes": {key: str(chosen_fix.fix) for key, chosen_fix in chosen.fixes.items()} if chosen else {},
            "mistakes": [words for each in form.errors.values() for words in each],
            "advice": _advice(page),
            "may_edit": page.course.pk in edited_courses(request),
        }
        return TemplateResponse(request, "admin/courses/publication/publish.html", context, status=status)

    def _ask_before_retiring(self, request: HttpRequest, page: PublishPage, chosen: Chosen) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("This takes something away from students"),
            "opts": self.opts,
            "page": page,
            "lines": [line for line in chosen.lines if line.is_in_use],
            "fields": [(name, value) for name, all_ in request.POST.lists() if name not in _ASKED for value in all_],
        }
        return TemplateResponse(request, "admin/courses/publication/retire.html", context)


def _advice(page: PublishPage) -> list[Advice]:
    """Return what the rules of item writing say of the questions that would be published."""
    words = [line.change.row for line in page.lines if isinstance(line.change.row, ItemRevision)]
    if not words:
        return []
    found = advice_on_words(page.course, words, overrides_of(page.course.key))
    return [each for each in found if not each.override]
