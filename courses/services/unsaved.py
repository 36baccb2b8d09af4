"""Keeping text that was typed and not saved, until it is saved or discarded."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.models import UnsavedText

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def keep_unsaved(*, user: User, form: str, fields: str, now: datetime) -> bool:
    """Keep what a person typed into a form, in place of what was kept of it; return False if it is too long to keep."""
    if len(fields) > UnsavedText.LONGEST:
        return False
    UnsavedText.objects.update_or_create(user=user, form=form, defaults={"fields": fields, "saved_at": now})
    kept = UnsavedText.objects.filter(user=user).order_by("-saved_at", "-pk").values_list("pk", flat=True)
    UnsavedText.objects.filter(pk__in=list(kept[UnsavedText.MOST :])).delete()
    return True
