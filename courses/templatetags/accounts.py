"""What templates need to know of accounts."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def mail_is_sent() -> bool:
    """Say whether this site sends mail; where it does not, pages offer none."""
    return bool(settings.MAIL_IS_SENT)
