"""Cloze: a text with gaps, each to be typed in or chosen from a menu."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

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
    ReviewRow,
    Text,
    Told,
    Weight,
    key_on_paper,
    name_on_paper,
    shuffled,
)
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.wording import Wording, read_words, typed_verdict

_GAP = re.compile(r"\{\{\s*([^\s{}]+)\s*\}\}")


class Gap(Wording):
    """A gap and what is right in it: forms that are accepted when typed, or options of which one is right."""

    accept: tuple[Line, ...] = ()
    options: Annotated[InOrder[Line], Field(max_length=8)] = Field(default_factory=dict)
    right: Key | None = None
    weight: Weight = ONE
    feedback: Line

    @model_validator(mode="after")
    def _typed_or_chosen(self) -> Gap:
        if bool(self.accept) == bool(self.options):
            raise ValueError("a gap has either `accept` (it is typed) or `options` and `right` (it is a menu)")
        if self.accept:
            if self.right is not None:
                raise ValueError("`right` belongs to a gap with `options`")
            self.check_forms(self.accept)
            return self
        if len(self.options) < 3:
            raise ValueError("a menu offers three options or more")
        if self.right not in self.options:
            raise ValueError("`right` names none of the options")
        return self

    @property
    def best(self) -> str:
        """Return what is right: the key of an option, or the form the author put first."""
        return self.right or self.accept[0]

    def read(self, raw: Answer) -> str | None:
        """Return the words typed or the option chosen, or None for a blank; raise InvalidAnswer if it is neither."""
        if not self.options:
            return read_words(raw)
        if raw in (None, ""):
            return None
        if not isinstance(raw, str) or raw not in self.options:
            raise InvalidAnswer(_("Choose one of the options offered."))
        return raw

    def gist(self, given: str) -> str:
        """Return the option chosen, or the words typed without what does not matter."""
        return given if self.options else self.folded(given)

    def is_right(self, given: str | None) -> bool:
        """Say whether what was given is right."""
        if given is None or self.options:
            return given is not None and given == self.right
        return self.is_any(given, self.accept)

    def says(self, given: str) -> str:
        """Return what was given in words."""
        return self.options[given] if self.options else given

    def row(self, label: str, given: str | None) -> ReviewRow:
        """Set what was given beside what is right."""
        verdict = typed_verdict(given, ONE if self.is_right(given) else ZERO)
        return ReviewRow(label, self.says(given) if given else "", self.says(self.best), verdict, self.feedback)


class ClozeSpec(ItemBase):
    """A text with gaps. An answer maps gap keys to typed words or option keys; gaps left open are absent."""

    new_rules: ClassVar[int] = 2
    told_while_trying: ClassVar[Told] = Told.PARTS
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
        words = (form for gap in self.gaps.values() for form in gap.accept or [gap.says(gap.best)])
        return tuple(form for form in words if "*" not in form)

    def clean(self, raw: Answer) -> Answer:
        """Accept a mapping; empty gaps are left out."""
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, dict) or any(key not in self.gaps for key in raw):
            raise InvalidAnswer(_("Fill in the gaps of the text."))
        given = {key: gap.read(raw.get(key)) for key, gap in self.gaps.items()}
        return {key: words for key, words in given.items() if words is not None} or None

    def mark(self, answer: Answer) -> Decimal:
        """Weights of the gaps filled rightly, out of all weights."""
        won = sum((gap.weight for key, gap in self.gaps.items() if gap.is_right(answer.get(key))), ZERO)
        return won / self._weights()

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
        return tuple(self.gaps[key].row(f"({at})", given.get(key)) for at, key in enumerate(self.placed, start=1))

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
        """Return the text with its gaps by number, and for each gap the options of its menu, or null to type in it."""
        gaps = {name_on_paper(key, self.placed): self.offered(key, order) for key in self.placed}
        return {"text": self.with_gaps("{{ # }}"), "gaps": gaps}

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

    def _is_choice(self, key: str, given: Answer) -> bool:
        return key in self.gaps and bool(self.gaps[key].options) and given not in (None, "")

    def _weights(self) -> Decimal:
        return sum((gap.weight for gap in self.gaps.values()), ZERO)


def _of_gap(key: str, order: Sequence[str]) -> list[str]:
    """Return the options of one gap in the order of the paper, which names each `gap.option`."""
    return [name.removeprefix(f"{key}.") for name in order if name.startswith(f"{key}.")]
