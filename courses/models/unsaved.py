"""Text that was typed into a form and not saved: kept for its author until it is saved or discarded."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class UnsavedTextQuerySet(models.QuerySet["UnsavedText"]):
    """Whose text, of which form."""

    def of(self, user_id: int | None, form: str) -> UnsavedTextQuerySet:
        """Return what a person left in a form; nobody else ever sees it."""
        return self.filter(user=user_id, form=form)


class UnsavedText(models.Model):
    """What one person typed into one form and did not save, as the browser would have posted it.

    `form` names the form: the model with the number of the row, or with “add” and what the new row is for.
    """

    LONGEST = 400_000
    """Characters kept of one form, which is several times the longest lesson."""
    MOST = 40
    """Forms kept for one person; the oldest give way."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unsaved_texts", verbose_name=_("person")
    )
    form = models.CharField(_("form"), max_length=120)
    fields = models.TextField(_("fields"))
    saved_at = models.DateTimeField(_("kept"))

    objects = UnsavedTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="one_unsaved_text_per_person_and_form")]

    def __str__(self) -> str:
        return self.form
