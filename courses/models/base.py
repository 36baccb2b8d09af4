"""What all content loaded from files has in common."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.rendering.languages import is_language

key_validator = RegexValidator(r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", _("Use letters, digits and single hyphens."))


def language_validator(tag: str) -> None:
    """Refuse what is no tag of a language."""
    if not is_language(tag):
        raise ValidationError(_("“%(tag)s” is no language. Write its tag, such as en, he or pt-BR.") % {"tag": tag})


def key_field() -> models.CharField[str, str]:
    """Return the lasting name of a row in files and URLs."""
    return models.CharField(_("key"), max_length=80, validators=[key_validator])


class Readable(DjangoJSONEncoder):
    """Writes every script as it is, so that the text of a JSON column can be searched."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


def names_field() -> models.JSONField[Any, Any]:
    """Return what something is called in other languages, by their tags (BCP 47)."""
    return models.JSONField(_("names in other languages"), default=dict, blank=True, encoder=Readable)


class Drafted(models.Model):
    """Content of which changes wait here until they are published.

    `draft` holds, by field, the value it would have and the one that was published when it was changed:
    `{"title": {"base": "Old", "value": "New"}}`; another row is held by its id, several rows by a list of ids. A row
    that was never published is retired, and its draft ends that: `{"is_retired": {"base": null, "value": false}}`.
    """

    draft = models.JSONField(default=dict, blank=True, editable=False, encoder=Readable)
    drafted_at = models.DateTimeField(_("draft of"), null=True, blank=True, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, editable=False,
        verbose_name=_("draft by"),
    )  # fmt: skip

    class Meta:
        abstract = True

    @property
    def is_new(self) -> bool:
        """Say whether the row was never published: no reader has met it."""
        entry = self.draft.get("is_retired")
        is_hidden: bool = self.is_retired  # type: ignore[attr-defined]  # every model with drafts has it
        return is_hidden and entry is not None and entry["base"] is None


LIVE_OR_COMING = models.Q(is_retired=False) | models.Q(draft__is_retired__value=False)
"""The condition on rows that are there, or will be once their drafts are published."""


class Loaded(Drafted):
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
