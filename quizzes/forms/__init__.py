"""What a student is shown of an item. One module a kind, found by the kind's name in the registry of the core."""

import random
from collections.abc import Mapping
from importlib import import_module

from courses.models import Map
from quizzes.domain.base import Answer
from quizzes.domain.kinds import KINDS, AnySpec
from quizzes.forms.base import AnswerForm, posted

_FORMS: dict[str, type[AnswerForm]] = {kind: import_module(f"quizzes.forms.{kind}").Form for kind in KINDS}


def form_for(
    spec: AnySpec,
    *,
    order: list[str],
    answer: Answer = None,
    prefix: str = "answer",
    maps: Mapping[str, Map] | None = None,
) -> AnswerForm:
    """Return the form of an item, showing a clean answer. `tell` makes it show one that cannot be read."""
    form = _FORMS[spec.kind](spec, order=order, answer=answer, prefix=prefix)
    form.maps = maps or {}
    return form


def steady_order(spec: AnySpec) -> list[str]:
    """Return the same shuffled order each time: for a check, which has no paper to remember one."""
    return spec.order(random.Random(spec.key))  # noqa: S311 (not a secret)


__all__ = ["AnswerForm", "form_for", "posted", "steady_order"]
