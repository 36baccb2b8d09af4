"""From a row of the admin to its page on the site: the address behind “View on site”."""

from __future__ import annotations

from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase


def on_site(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponseBase:
    """Redirect to the page of a row, as Django does; raise Http404 also for an id that the table could not hold.

    Django foresees ids that are not numbers, but not ids that are not UUIDs, nor numbers beyond what a database holds.
    """
    try:
        response: HttpResponseBase = shortcut(request, content_type_id, object_id)
    except (ValidationError, OverflowError):
        raise Http404 from None
    return response
