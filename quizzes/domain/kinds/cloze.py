"""Cloze: a text with gaps, each to be typed in or chosen from a menu."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from quizzes.domain.base import (
    ONE,
    ZERO,
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Key,
    Line,
    Number,
    ReadAs,
    ReviewRow,
    Text,
    Told,
    Weight,
    key_on_paper,
    name_on_paper,
    read_each,
    shuffled,
)
from quizzes.domain.described import Asked, Choice, Measured, Option, Said, Typed, Where, said_of_near, some_of
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.quantity import EXACTLY, Near, Quantity, Tolerance, check_tolerances
from quizzes.domain.wording import Wording, has_star, read_words, typed_verdict, unescaped

_GAP = re.compile(r"\{\{\s*([^\s{}]+)\s*\}\}")


class Gap(Wording):
    """A gap and what is right in it: forms or a number that are typed, or options of which one is right."""

    accept: tuple[Line, ...] = ()
    answer: Number | None = None
    tolerance: Tolerance = EXACTLY
    unit: Line | None = None
    near: tuple[Near, ...] = ()
    options: Annotated[InOrder[Line], Field(max_length=8)] = Field(default_factory=dict)
    right: Key | None = None
    weight: Weight = ONE
    feedback: Line

    @model_validator(mode="after")
    def _typed_or_chosen(self) -> Gap:
        if sum((bool(self.accept), self.answer is not None, bool(self.options))) != 1:
            raise ValueError(
                "a gap has either `accept` (words are typed), `answer` (a number is), or `options` and `right` (a menu)"
            )
        if self.right is not None and not self.options:
            raise ValueError("`right` belongs to a gap with `options`")
        if self.answer is None and (self.unit or self.near or self.tolerance != EXACTLY):
            raise ValueError("`tolerance`, `unit` and `near` belong to a gap with `answer`")
        if self.accept:
            self.check_forms(self.accept)
        elif self.answer is not None:
            check_tolerances(self.answer, self.tolerance, self.near)
        elif len(self.options) < 3:
            raise ValueError("a menu offers three options or more")
        elif self.right not in self.options:
            raise ValueError("`right` names none of the options")
        return self

    @cached_property
    def quantity(self) -> Quantity | None:
        """Return the number that is right, as kind `numeric` has it; None in a gap for words or with a menu."""
        if self.answer is None:
            return None
        return Quantity.model_construct(
            answer=self.answer,
            tolerance=self.tolerance,
            unit=self.unit or "",
            near=self.near,
            feedback_right=self.feedback,
            feedback_wrong=self.feedback,
        )

    @property
    def best(self) -> str:
        """Return what is right: the key of an option, the number, or the form the author put first."""
        if self.quantity:
            return self.quantity.plain()
        return self.right or self.shown(self.accept[0])

    def key_words(self) -> list[str]:
        """Return what is right in words."""
        return [self.shown(form) for form in self.accept if not has_star(form)] or [self.says(self.best)]

    def read(self, raw: Answer) -> str | None:
        """Return what was typed or chosen, or None for a blank; raise InvalidAnswer if it cannot be read."""
        if self.quantity:
            return self.quantity.read(raw)
        if not self.options:
            return read_words(raw, rules=self.rules)
        if raw in (None, ""):
            return None
        if not isinstance(raw, str) or raw not in self.options:
            raise InvalidAnswer(_("Choose one of the options offered."))
        return raw

    def gist(self, given: str) -> Any:
        """Return the option chosen, the readings of the number, or the words without what does not matter."""
        if self.quantity:
            return self.quantity.gist(given)
        return given if self.options else self.folded(given)

    def earned(self, given: str | None, elsewhere: Collection[str] = ()) -> Decimal:
        """Return the share of its weight that the gap earns; `elsewhere` is as for `form`."""
        if given is None:
            return ZERO
        if self.quantity:
            return self.quantity.earned(given)
        is_right = given == self.right if self.options else self.form(given, elsewhere) is not None
        return ONE if is_right else ZERO

    def form(self, given: str, elsewhere: Collection[str] = ()) -> tuple[int, str] | None:
        """Return the accepted form that words come to, with how near they are.

        Forms that are right in another gap (`elsewhere`) are no slip of the pen in this one.
        """
        folded = self.folded(given)
        found = self.nearest(folded, self.accept)
        is_other = found is not None and found[0] > 1 and any(self.nearness(folded, form) == 0 for form in elsewhere)
        return None if is_other else found

    def offered(self, where: Where) -> Iterator[Option]:
        """Yield the options of the menu; only the right one has a reason."""
        for key, text in self.options.items():
            is_right = key == self.right
            yield Option(text, is_right, self.feedback if is_right else "", (*where, key))

    def says(self, given: str) -> str:
        """Return what was given in words."""
        return self.options[given] if self.options else given

    def row(self, label: str, given: str | None, elsewhere: Collection[str] = ()) -> ReviewRow:
        """Set what was given beside what is right."""
        if self.quantity:
            return replace(self.quantity.row(label, given), right=self.best)
        verdict = typed_verdict(given, self.earned(given, elsewhere))
        found = self.form(given, elsewhere) if given and self.accept else None
        spelling = self.spelling(*found) if found else ""
        return ReviewRow(
            label, self.says(given) if given else "", self.says(self.best), verdict, self.feedback, spelling
        )


class ClozeSpec(ItemBase):
    """A text with gaps. An answer maps gap keys to typed words or option keys; gaps left open are absent."""

    new_rules: ClassVar[int] = 2
    told_while_trying: ClassVar[Told] = Told.PARTS
    field_in_text: ClassVar[re.Pattern[str] | None] = re.compile(r"\{\{\s*[a-z0-9-]+\s*\}\}")
    kind: Literal["cloze"] = "cloze"
    text: Text
    gaps: Annotated[InOrder[Gap], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _each_gap_stands_once(self) -> ClozeSpec:
        placed = self.placed
        for key in self.gaps:
            if placed.count(key) != 1:
                raise ValueError(
                    f"the gap {{{{ {key} }}}} must stand in the text once; it stands there {placed.count(key)} times"
                )
        if unknown := sorted(set(placed) - set(self.gaps)):
            raise ValueError(f"the text has gaps that `gaps` does not describe: {', '.join(unknown)}")
        return self

    @property
    def placed(self) -> list[str]:
        """Return the keys of the gaps as they stand in the text; a paper numbers them so, from 1."""
        return _GAP.findall(self.text)

    def with_gaps(self, written: str) -> str:
        """Return the text with each gap written otherwise; `#` in it stands for the number of the gap."""
        return _GAP.sub(lambda found: written.replace("#", name_on_paper(found[1], self.placed)), self.text)

    def passage(self) -> str:
        """Return the text with numbers in its gaps."""
        return self.with_gaps("(#) …")

    def key_words(self) -> tuple[str, ...]:
        """Return what is right in each gap."""
        return tuple(words for gap in self.gaps.values() for words in gap.key_words())

    def under(self, rules: int) -> Self:
        """Return the same text and key, each gap marked by an edition of the rules."""
        gaps = {key: gap.under(rules) for key, gap in self.gaps.items()}
        return super().under(rules).model_copy(update={"gaps": gaps})

    def clean(self, raw: Answer) -> Answer:
        """Accept a mapping; empty gaps are left out."""
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, dict) or any(key not in self.gaps for key in raw):
            raise InvalidAnswer(_("Fill in the gaps of the text."))
        return read_each(raw, {key: (self._label(key), gap.read) for key, gap in self.gaps.items()})

    def mark(self, answer: Answer) -> Decimal:
        """Weights of the gaps filled rightly, out of all weights."""
        shares = ((gap, gap.earned(answer.get(key), self._elsewhere(key))) for key, gap in self.gaps.items())
        return sum((gap.weight * share for gap, share in shares), ZERO) / self._weights()

    def gist(self, answer: Answer) -> Any:
        """Return what fills the gaps, without what does not matter."""
        return {key: self.gaps[key].gist(given) for key, given in answer.items()}

    def right_answer(self) -> Answer:
        """Return what is right in each gap."""
        return {key: gap.best for key, gap in self.gaps.items()}

    def guess_share(self) -> Decimal:
        """One in as many as a menu offers; nothing for a gap to type in."""
        guessed = sum((gap.weight / len(gap.options) for gap in self.gaps.values() if gap.options), ZERO)
        return guessed / self._weights()

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each gap, in the order of the text."""
        given = answer or {}
        return tuple(
            self.gaps[key].row(f"({at})", given.get(key), self._elsewhere(key))
            for at, key in enumerate(self.placed, start=1)
        )

    def read_as(self, answer: Answer) -> tuple[ReadAs, ...]:
        """Return the numbers in gaps whose spelling leaves two readings open."""
        filled = (
            (f"({at})", self.gaps[key].quantity, (answer or {}).get(key)) for at, key in enumerate(self.placed, 1)
        )
        found = ((label, typed, number.readings(typed)) for label, number, typed in filled if number and typed)
        return tuple(ReadAs(*each) for each in found if each[2])

    def describe(self, answer: Answer) -> str:
        """Return what stands in each gap."""
        filled = ((at, key) for at, key in enumerate(self.placed, start=1) if key in answer)
        return "; ".join(f"({at}) {self.gaps[key].says(answer[key])}" for at, key in filled)

    def marking_rule(self) -> str:
        """Say whether all gaps count alike."""
        if len({gap.weight for gap in self.gaps.values()}) == 1:
            return _("Each gap filled rightly earns an equal part.")
        return _("Each gap filled rightly earns a part; some count for more.")

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the options of the menus, each named `gap.option`; the gaps stay where the text has them."""
        return shuffled([f"{key}.{option}" for key, gap in self.gaps.items() for option in gap.options], rng)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the text with its gaps by number, and for each gap the options of its menu, or null to type in it.

        `numbers` are the gaps that take a number.
        """
        gaps = {name_on_paper(key, self.placed): self.offered(key, order) for key in self.placed}
        numbers = [name_on_paper(key, self.placed) for key in self.placed if self.gaps[key].quantity]
        return {"text": self.with_gaps("{{ # }}"), "gaps": gaps, "numbers": numbers}

    def offered(self, key: str, order: Sequence[str]) -> dict[str, str] | None:
        """Return the options of a menu, in the order and by the names of the paper; None for a gap to type in."""
        options, own = self.gaps[key].options, _of_gap(key, order)
        return {name_on_paper(option, own): options[option] for option in own} if options else None

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name gaps and options as their author did."""
        if not isinstance(raw, dict):
            return raw
        named = ((key_on_paper(name, self.placed), given) for name, given in raw.items())
        return {
            key: key_on_paper(given, _of_gap(key, order)) if self._is_choice(key, given) else given
            for key, given in named
        }

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name gaps and options as the paper does."""
        if answer is None:
            return None
        return {
            name_on_paper(key, self.placed): name_on_paper(given, _of_gap(key, order))
            if self.gaps[key].options
            else given
            for key, given in answer.items()
        }

    def is_complete(self, answer: Answer) -> bool:
        """Say whether every gap is filled."""
        return answer is not None and len(answer) == len(self.gaps)

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the text and the options of its menus."""
        yield ("text",), self.text
        for name, gap in self.gaps.items():
            yield from ((("gaps", name, "options", key), text) for key, text in gap.options.items())

    def option_sets(self) -> Iterator[Choice]:
        """Yield the menus; what their options complete is the text up to the gap."""
        for name, gap in self.gaps.items():
            if gap.options:
                where = ("gaps", name, "options")
                before = next(self.text[: found.start()] for found in _GAP.finditer(self.text) if found[1] == name)
                yield Choice(before, tuple(gap.offered(where)), where)

    def typed_words(self) -> Iterator[Typed]:
        """Yield the gaps to type words in."""
        for name, gap in self.gaps.items():
            if gap.accept:
                yield Typed(tuple(map(unescaped, gap.accept)), gap.fold, ("gaps", name, "accept"))

    def quantities(self) -> Iterator[Measured]:
        """Yield the gaps to type numbers in."""
        for name, gap in self.gaps.items():
            if gap.quantity:
                yield gap.quantity.measured(("gaps", name))

    def asked(self) -> tuple[Asked, ...]:
        """Return each gap by its number, with the options of its menu if it has one."""
        return tuple(
            Asked(key, self._label(key), gap.options, frozenset(filter(None, (gap.right,))))
            for key, gap in self.gaps.items()
        )

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return what each gap was filled with."""
        return {gap: (given,) for gap, given in answer.items()}

    def explanations(self) -> Iterator[Said]:
        """Yield what is said of each gap."""
        for name, gap in self.gaps.items():
            yield Said(gap.feedback, ("gaps", name, "feedback"))
            yield from said_of_near(gap.near, ("gaps", name))

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Fill in some of the gaps only."""
        return some_of(self.right_answer(), rng)

    def _is_choice(self, key: str, given: Answer) -> bool:
        return key in self.gaps and bool(self.gaps[key].options) and given not in (None, "")

    def _elsewhere(self, key: str) -> tuple[str, ...]:
        """Return the forms that are right in other gaps than this."""
        if not self.gaps[key].accept:
            return ()
        return tuple(form for other, gap in self.gaps.items() if other != key for form in gap.accept)

    def _label(self, key: str) -> str:
        return f"({name_on_paper(key, self.placed)})"

    def _weights(self) -> Decimal:
        return sum((gap.weight for gap in self.gaps.values()), ZERO)


def _of_gap(key: str, order: Sequence[str]) -> list[str]:
    """Return the options of one gap in the order of the paper, which names each `gap.option`."""
    return [name.removeprefix(f"{key}.") for name in order if name.startswith(f"{key}.")]
