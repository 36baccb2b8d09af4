"""What templates need to know of accounts."""

from typing import Any

from django import template

from courses import conf
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
