"""How an answer was judged, by a sign and words, so that neither shape nor colour has to be known."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

register = template.Library()
_STATES = {
    "right": ("right", "✓", gettext_noop("right")),
    "partly": ("begun", "◐", gettext_noop("partly right")),
    "wrong": ("wrong", "✗", gettext_noop("wrong")),
    "blank": ("soft", "○", gettext_noop("left open")),
    "waiting": ("soft", "…", gettext_noop("not graded yet")),
    "out": ("soft", "–", gettext_noop("does not count")),
    "unscored": ("soft", "–", gettext_noop("not marked")),
    "hidden": ("soft", "○", gettext_noop("submitted")),
}
_UNMARKED = ("soft", "○", gettext_noop("not marked yet"))
_HTML = '<span class="state-word {}"><span aria-hidden="true">{}</span> <span{}>{}</span></span>'


@register.simple_tag
def state_word(state: str, *, sign_only: bool = False) -> SafeString:
    """Return the sign and the word of a state; with `sign_only` the word is for listeners alone."""
    kind, sign, word = _STATES.get(state, _UNMARKED)
    hidden = SafeString(' class="visually-hidden"') if sign_only else SafeString("")
    return format_html(_HTML, kind, sign, hidden, _(word))
