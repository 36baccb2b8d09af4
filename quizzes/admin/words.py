"""The history of an item with that of its words, any of which can be made the current ones again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from courses.admin.edits import NOTE
from courses.admin.history import HIGHEST, HistoryPages
from courses.admin.keeping import post_instead, posted_as
from courses.services.history import fields_in, versions_of
from quizzes.domain.kinds import read_spec
from quizzes.models import ItemRevision
from quizzes.reports.words import spec_text, words_of

_MOST_DIGITS = 4


class WordsHistory(HistoryPages):
    """Where an item's history is looked at: its place, and all the words it had."""

    history_template = "admin/item_history.html"

    def get_urls(self) -> list[URLPattern]:
        """Add where earlier words are made the current ones again."""
        view = self.admin_site.admin_view(self.words_view)
        name = "quizzes_item_words_restore"
        return [path("<path:object_id>/history/words/<int:revision>/restore/", view, name=name), *super().get_urls()]

    def history_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add a page of the item's revisions."""
        before = request.GET.get("words_before", "")
        is_number = before.isascii() and before.isdecimal() and len(before) <= _MOST_DIGITS
        words, older = words_of(row, before=int(before) if is_number else None)
        return {**super().history_context(request, row), "words": words, "older_words": older}

    def words_view(self, request: HttpRequest, object_id: str, revision: int) -> HttpResponse:
        """Write earlier words again as new ones, through the page on which words are written."""
        item = self._seen(request, object_id)
        if not self.has_change_permission(request, item):
            raise PermissionDenied
        found = item.revisions.filter(pk=revision).first() if revision <= HIGHEST else None
        if request.method != "POST" or found is None:
            raise Http404
        page: Any = self.admin_site._registry[ItemRevision]  # noqa: SLF001 (no public way to ask)
        kind = page.get_form(request, None, change=False, fields=["item", "body"])
        text = spec_text(read_spec(_body_of(request, found), rules=found.rules))
        data = posted_as(kind(initial={"item": str(item.pk)}), {"item": item.pk, "body": text})
        data[NOTE] = _("Made current again: version %(number)d") % {"number": found.number}
        post_instead(request, data)
        response: HttpResponse = page.changeform_view(request, None)
        if not isinstance(response, HttpResponseRedirect):
            return response
        messages.success(request, _("These are the current words again."))
        return redirect(self.history_address(str(item.pk)))


def _body_of(request: HttpRequest, revision: ItemRevision) -> dict[str, Any]:
    """Return the words asked for: those of a revision, or those that it had before it was written over."""
    version = request.POST.get("version", "")
    if not version:
        return dict(revision.body)
    is_number = version.isascii() and version.isdecimal() and int(version) <= HIGHEST
    state = versions_of(revision).filter(pk=int(version)).first() if is_number else None
    if state is None:
        raise Http404
    return dict(fields_in(state.serialized_data)["body"])
