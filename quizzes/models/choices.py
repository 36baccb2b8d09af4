"""The choices of a field, from the enumeration that the core knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from quizzes.domain.named import Named

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def choices_of(values: type[Named]) -> list[tuple[str, StrPromise]]:
    """Return each value with its words in the reader's language.

    A field's default is given as a plain value as well, so that no migration names a class of the core.
    """
    return [(each.value, gettext_lazy(each.words)) for each in values]
