"""What templates need to know of inboxes and messages."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from courses.models.inbox import unread_count

register = template.Library()
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


@register.simple_tag(takes_context=True)
def unread(context: Any) -> int:
    """Return how many entries of the reader's inbox are unread; none, and no query, while viewing as a student."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or getattr(request, "viewing", None) is not None:
        return 0
    return unread_count(user.pk)


@register.simple_tag(takes_context=True)
def plain_text(context: Any, text: str) -> SafeString:
    """Return what a person wrote, escaped, with its line breaks; only addresses of this site become links.

    An address elsewhere stays text: a message must not send its reader to a page that looks like ours.
    """
    request = context.get("request")
    here = request.get_host() if request is not None else ""
    parts, at = [], 0
    for found in _ADDRESS.finditer(text):
        address = found.group()
        host, _slash, rest = address.partition("://")[2].partition("/")
        if host != here:
            continue
        path = "/" + rest.lstrip("/\\")  # two slashes would lead to another host
        parts += [escape(text[at : found.start()]), f'<a href="{escape(path)}">{escape(address)}</a>']
        at = found.end()
    whole = "".join([*parts, escape(text[at:])])
    paragraphs = re.split(r"(?:\r\n|\r|\n)\s*(?:\r\n|\r|\n)", whole.strip())
    lines = (re.sub(r"\r\n|\r|\n", "<br>", each) for each in paragraphs)
    return mark_safe("".join(f"<p>{each}</p>" for each in lines))  # noqa: S308 (each part is escaped above)
