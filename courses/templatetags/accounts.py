"""What templates need to know of accounts."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from courses import conf
from courses.models import NameOrder
from courses.reports.people import display_name

register = template.Library()


@register.simple_tag
def mail_is_sent() -> bool:
    """Say whether this site sends mail; where it does not, pages offer none."""
    return conf.mail_is_sent()


@register.filter
def named(user: Any) -> str:
    """Return the name a person is shown by; nobody is the clock."""
    return display_name(user) if user is not None else ""


@register.filter
def family_marked(user: Any) -> SafeString:
    """Return a person's name with the family name in bold, by which lists are sorted."""
    order = getattr(user, "name_order", None)
    given, family = user.first_name, user.last_name
    if not given or not family:
        return format_html("<b>{}</b>", display_name(user))
    if order is None:
        return format_html("{} <b>{}</b>", given, family)
    return format_html("<b>{}</b>{}{}", family, "" if order.order == NameOrder.Order.JOINED else " ", given)
