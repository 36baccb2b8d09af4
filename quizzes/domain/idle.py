"""What an author wrote that can never count: a part of a question or a setting of a quiz that says nothing.

These are checked where content is written, in files and in the admin, and not where it is read: a version stored
before is still read and marked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from quizzes.domain.behaviour import Behaviour
from quizzes.domain.described import Where
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.quantity import Near, Tolerance, plain_number
from quizzes.domain.slips import LONG_WORD
from quizzes.domain.specs import QuizSettings
from quizzes.domain.timing import Overdue
from quizzes.domain.wording import FOLD_ALL, Wording, has_star, unescaped

_TAKE_OUT = _("Take it out, or change it so that it counts.")


@dataclass(frozen=True)
class Idle:
    """Something that never counts: its place, why, and what to do; words to be translated, with values to fill in."""

    where: Where
    reason: str
    suggestion: str = _TAKE_OUT
    values: Mapping[str, object] = field(default_factory=dict)


def idle_in(spec: Any) -> Iterator[Idle]:
    """Yield the parts of a question that can never count."""
    yield from _of_quantity(spec, ())
    yield from _of_wording(spec, ())
    for name in ("fields", "gaps"):
        for key, part in getattr(spec, name, {}).items():
            yield from _of_quantity(part, (name, key))
            yield from _of_wording(part, (name, key))
    for name in ("options", "spans"):
        for key, part in getattr(spec, name, {}).items():
            is_right = getattr(part, "correct", False) or (getattr(part, "weight", None) or 0) > 0
            if getattr(part, "missed", None) and not is_right:
                reason = _("“missed” is said when a right option was left, and this one is wrong.")
                yield Idle((name, key, "missed"), reason)
    for key, event in getattr(spec, "events", {}).items():
        if event.accepts(spec.start) and event.accepts(spec.end):
            reason = _("Every year of the scale is accepted, so nothing is asked.")
            yield Idle(("events", key, "tolerance"), reason, _("Narrow the tolerance, or widen the scale."))


def idle_settings(settings: QuizSettings, written: Collection[str]) -> Iterator[Idle]:
    """Yield the settings of a quiz, of those `written`, that its other settings leave without effect."""
    behaviour = settings.behaviour
    is_for_less = behaviour in (Behaviour.INTERACTIVE, Behaviour.ADAPTIVE)
    if "penalty" in written and settings.penalty and settings.credits:
        yield Idle(("penalty",), _("`credits` says what each try is worth, so that `penalty` is never taken."))
    elif "penalty" in written and settings.penalty and not is_for_less:
        yield Idle(("penalty",), _("`penalty` belongs to `behaviour: interactive` or `adaptive`."))
    if settings.hint_penalty and behaviour in (Behaviour.DEFERRED, Behaviour.PRACTICE):
        reason = _("`hint_penalty` belongs to a behaviour in which hints cost something, and in this one they do not.")
        yield Idle(("hint_penalty",), reason)
    if "credit_from" in written and not settings.credit:
        yield Idle(("credit_from",), _("`credit_from` belongs to `credit`: without it nothing is taken for lateness."))
    if settings.overdue is Overdue.GRACE and not settings.grace_minutes:
        reason = _("`overdue: grace` gives no time without `grace_minutes`.")
        yield Idle(("overdue",), reason, _("Add `grace_minutes`, or choose `overdue: abandon`."))


def _of_quantity(part: Any, where: Where) -> Iterator[Idle]:
    """Yield the near answers of which every number is taken by what is judged before them."""
    near: tuple[Near, ...] = getattr(part, "near", ())
    before: list[tuple[Decimal, Tolerance, str]] = []
    if near:
        before.append((part.answer, part.tolerance, _("The right answer, %(other)s, accepts every number this would.")))
    for at, each in enumerate(near):
        for answer, tolerance, reason in before:
            if tolerance.covers(answer, each.tolerance, each.answer):
                yield Idle((*where, "near", at, "answer"), reason, values={"other": plain_number(answer)})
                break
        said = _("%(other)s, which is judged before it, accepts every number this would.")
        before.append((each.answer, each.tolerance, said))


def _of_wording(part: Any, where: Where) -> Iterator[Idle]:
    """Yield what is said of typed words where no words are typed, and slips forgiven where no word is long enough."""
    if not isinstance(part, Wording):
        return
    forms = [form for each in (part, *getattr(part, "partial", ())) for form in getattr(each, "accept", ())]
    names = [name for name in ("fold", "typos") if name in part.model_fields_set]
    if not forms:
        for name in names:
            reason = _("“%(name)s” belongs to a gap with `accept`; in this one no words are typed.")
            yield Idle((*where, name), reason, values={"name": name})
    elif "typos" in names and part.typos and not any(map(_forgives, forms)):
        reason = _("No accepted form has a word of %(count)d letters or more, so no slip is ever forgiven.")
        yield Idle((*where, "typos"), reason, values={"count": LONG_WORD})
    if len(set(part.fold)) < len(part.fold):
        yield Idle(
            (*where, "fold"),
            _("“fold” names a difference twice; there are: %(all)s."),
            values={"all": ", ".join(FOLD_ALL)},
        )


def _forgives(form: str) -> bool:
    words = unescaped(form).replace("-", " ").split()
    return not has_star(form) and any(sum(map(str.isalpha, word)) >= LONG_WORD for word in words)
