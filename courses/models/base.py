"""What all content loaded from files has in common."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

key_validator = RegexValidator(r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", _("Use letters, digits and single hyphens."))


def key_field() -> models.CharField[str, str]:
    """Return the lasting name of a row in files and URLs."""
    return models.CharField(_("key"), max_length=80, validators=[key_validator])


class Loaded(models.Model):
    """Content that files and the admin both write.

    `loaded_hash` is the hash of the file's content at the last load; `edited_at` is set when a person changed the row
    here since. With both, a load can tell who wrote last and never overwrites an edit silently.
    """

    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)
    edited_at = models.DateTimeField(_("edited here"), null=True, blank=True, editable=False)
    is_retired = models.BooleanField(
        _("retired"), default=False, help_text=_("Kept for those who met it; shown to nobody else.")
    )

    class Meta:
        abstract = True
