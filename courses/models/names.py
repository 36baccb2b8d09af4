"""How people are called: a given and a family name in the order of their language, and lists sorted by the family name.

The names stand in Django's own columns, `first_name` and `last_name`; a row here says in which order they are shown.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, OrderBy, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext_lazy as _


class NameOrder(models.Model):
    """That a person's family name comes first; an account without such a row has it last."""

    class Order(models.TextChoices):
        """Where the family name stands, and whether a space parts it from the given name."""

        FAMILY_FIRST = "family_first", _("family name first: Kim Minji")
        JOINED = "joined", _("family name first, no space: 김민지")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="name_order",
        verbose_name=_("person"),
    )  # fmt: skip
    order = models.CharField(_("order of names"), max_length=12, choices=Order.choices)

    class Meta:
        verbose_name = _("order of names")
        verbose_name_plural = _("orders of names")

    def __str__(self) -> str:
        return self.get_order_display()

    def joined(self, given: str, family: str) -> str:
        """Return both names as the person writes them."""
        return f"{family}{given}" if self.order == self.Order.JOINED else f"{family} {given}"


def in_name_order(path: str) -> list[OrderBy]:
    """Return what sorts rows by family name, then given name; people without names sort by their username.

    `path` leads to the user. Case does not matter where the database folds it (SQLite: in ASCII only).
    """

    def given(name: str) -> NullIf:
        return NullIf(F(f"{path}__{name}"), Value(""))

    first = Coalesce(given("last_name"), given("first_name"), F(f"{path}__username"))
    return [Lower(first).asc(), Lower(f"{path}__first_name").asc(), F(f"{path}__username").asc()]
