"""The keys that hold for a question once it was regraded: what an answer earns by them, and which of them explains it.

A regrade may put a new key in the place of the old, or beside it, and say of options that they are always right or do
not count; what is said of options is said of every key that holds then, and adds up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any

from quizzes.domain.base import ONE, RULES, ZERO, Answer, InvalidAnswer
from quizzes.domain.kinds import AnySpec
from quizzes.domain.kinds.multiple import MultipleSpec
from quizzes.domain.kinds.single import SingleSpec

ByKey = Callable[[AnySpec, Any], Decimal]
"""Gives what an answer, or what stands in its place, earns by the key of a spec."""


@dataclass(frozen=True)
class RegradedKey:
    """The key of a spec, with the options that are always right by it and those that do not count."""

    spec: AnySpec
    always_right: frozenset[str] = frozenset()
    disregarded: frozenset[str] = frozenset()
    rules: int = RULES
    """The edition of the rules under which options were last spoken of."""

    def with_options(self, always_right: frozenset[str], disregarded: frozenset[str], rules: int) -> RegradedKey:
        """Return it with more said of options; what is said last of an option holds."""
        return replace(
            self,
            always_right=(self.always_right - disregarded) | always_right,
            disregarded=(self.disregarded - always_right) | disregarded,
            rules=rules,
        )

    def under(self, rules: int) -> RegradedKey:
        """Return the same key with answers read and marked by an edition of the rules."""
        return replace(self, spec=self.spec.under(rules), rules=rules)

    def share(self, answer: Any, share_by: ByKey) -> Decimal | None:
        """Return what an answer earns; None: the question does not count for it.

        Single choice: an option always right earns everything, one left out takes the question out for all who chose
        it. Multiple response: an option always right counts as right for those who ticked it and as wrong for those
        who did not, so that it costs nobody anything (under weights it takes nothing away); one left out is as if it
        had not been offered. Where nothing right is left, the question is out for everybody, blanks too; under the
        first edition of the rules a blank earned nothing, and a wrong single choice as well.
        """
        if not (self.always_right or self.disregarded):
            return share_by(self.spec, answer)
        if self.rules == 1:
            if answer is None:
                return share_by(self.spec, answer)
        elif not self._is_anything_right:
            return None
        if isinstance(self.spec, SingleSpec) and answer is None:
            return share_by(self.spec, answer)
        if isinstance(answer, str):
            if answer in self.always_right:
                return ONE
            return None if answer in self.disregarded else share_by(self.spec, answer)
        return self._share_of_ticks(frozenset(answer or ()) - self.disregarded)

    def explaining(self, answer: Answer) -> AnySpec:
        """Return the spec with the options that are always right among its right ones, as far as this answer goes."""
        if not self.always_right:
            return self.spec
        spec = self._choice
        ticked = self.always_right if isinstance(spec, SingleSpec) else frozenset(answer or ())
        right = {key: spec.options[key].never_wrong(is_ticked=key in ticked) for key in self.always_right}
        return spec.model_copy(update={"options": {**spec.options, **right}})

    @property
    def _choice(self) -> SingleSpec | MultipleSpec:
        assert isinstance(self.spec, SingleSpec | MultipleSpec)  # noqa: S101 (only choices are regraded by options)
        return self.spec

    @property
    def _is_anything_right(self) -> bool:
        right = {key for key, option in self._choice.options.items() if option.is_right}
        return bool((right | self.always_right) - self.disregarded)

    def _share_of_ticks(self, ticked: frozenset[str]) -> Decimal | None:
        spec = self._choice
        options = {
            key: option.never_wrong(is_ticked=key in ticked) if key in self.always_right else option
            for key, option in spec.options.items()
            if key not in self.disregarded
        }
        if not any(option.is_right for option in options.values()):
            return None
        if not ticked <= options.keys():
            return ZERO
        remade = spec.model_copy(update={"options": options})
        return remade.share_of(sorted(ticked) or None)


def best_share(keys: Sequence[RegradedKey], share_by: ByKey, answer: Any) -> Decimal | None:
    """Return the most an answer earns by any of the keys.

    Left out by one of them, it counts only where another gives it everything.
    """
    shares = [key.share(answer, share_by) for key in keys]
    known = [share for share in shares if share is not None]
    if len(known) < len(shares) and ONE not in known:
        return None
    return max(known)


def explaining_spec(keys: Sequence[RegradedKey], paper: AnySpec, answer: Answer) -> AnySpec:
    """Return the words and key that explain an answer: those it earns most by, the older where it earns the same.

    A key whose parts are others than those on the paper, or that cannot hold the answer, explains nothing: where no
    other is left, the paper's own words are.
    """
    able = [key for key in keys if _has_parts_of(key.spec, paper) and _holds(key.spec, answer)]
    best = max(able, key=lambda key: key.share(answer, share_by_key) or ZERO, default=RegradedKey(paper))
    return best.explaining(answer)


def share_by_key(spec: AnySpec, answer: Answer) -> Decimal:
    """Mark by a key. An answer its words cannot hold earns nothing there; of one in fields, only such a field does."""
    return spec.share_of(readable(spec, answer))


def readable(spec: AnySpec, answer: Answer) -> Answer:
    """Return an answer as a spec reads it, or None where its words cannot hold it.

    Of an answer with fields, those stay that can be read: one that the key has no more, or no longer reads, costs only
    itself. Under the first edition of the rules it cost the whole answer.
    """
    try:
        return spec.clean(answer)
    except InvalidAnswer:
        if spec.rules == 1 or not isinstance(answer, dict):
            return None
    fields: dict[str, Answer] = {}
    for key, given in answer.items():
        fields |= _read_alone(spec, {key: given})
    return fields or None


def _read_alone(spec: AnySpec, field: dict[str, Answer]) -> dict[str, Answer]:
    try:
        read = spec.clean(field)
    except InvalidAnswer:
        return {}
    return read if isinstance(read, dict) else {}


def _has_parts_of(spec: AnySpec, paper: AnySpec) -> bool:
    return spec.kind == paper.kind and sorted(spec.order(Random(0))) == sorted(paper.order(Random(0)))  # noqa: S311


def _holds(spec: AnySpec, answer: Answer) -> bool:
    """Say whether the words of a spec hold the whole of an answer."""
    try:
        return answer is None or spec.clean(answer) is not None
    except InvalidAnswer:
        return False
