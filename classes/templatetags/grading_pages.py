"""What pages of grading show of agreement."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from quizzes.domain.agreement import Agreement

register = template.Library()


@register.inclusion_tag("classes/_agreement_cells.html")
def agreement_cells(each: Agreement) -> dict[str, Any]:
    """Show a coefficient, its interval and its strength as cells of a table."""
    return {"each": each, "words": _(each.strength.words) if each.strength is not None else ""}
