"""Mark: the words of a text that answer the question are to be marked in it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool, model_validator

from quizzes.domain.base import (
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Line,
    ReviewRow,
    Spec,
    Text,
    Told,
    Verdict,
    Workings,
    key_on_paper,
    name_on_paper,
)
from quizzes.domain.described import Asked, Said, Where
from quizzes.domain.kinds.single import option_verdict
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.ticks import (
    COUNT_RULES,
    mean_share_of_ticks,
    share_of_ticks,
    ticked_nearly,
    workings_of_ticks,
)

_SPAN = re.compile(r"\[\[\s*([^\s\[\]|]+)\s*\|([^\[\]|]+)\]\]")


class Span(Spec):
    """Words that may be marked: whether they should be, and why."""

    correct: StrictBool = False
    feedback: Line
    missed: Line | None = None


class MarkSpec(ItemBase):
    """A text in which words are to be marked. An answer is a sorted list of span keys."""

    told_while_trying: ClassVar[Told] = Told.TICKS
    count_words: ClassVar[tuple[str, str]] = (
        _("%(right)d of the %(of)d place you marked in your last try is right."),
        _("%(right)d of the %(of)d places you marked in your last try are right."),
    )
    field_in_text: ClassVar[re.Pattern[str] | None] = re.compile(r"\[\[[a-z0-9-]+\|([^\[\]\n]*)\]\]")

    kind: Literal["mark"] = "mark"
    rule: Literal["net", "all", "decisions"] = "net"
    text: Text
    spans: Annotated[InOrder[Span], Field(min_length=3, max_length=12)]

    @model_validator(mode="after")
    def _each_span_stands_once(self) -> MarkSpec:
        placed = self.placed
        for key in self.spans:
            if placed.count(key) != 1:
                raise ValueError(
                    f"[[{key}|words]] must stand in the text once; it stands there {placed.count(key)} times"
                )
        if unknown := sorted(set(placed) - set(self.spans)):
            raise ValueError(f"the text marks words that `spans` does not describe: {', '.join(unknown)}")
        if not self.right_answer():
            raise ValueError("no span is marked `correct: true`")
        return self

    @property
    def placed(self) -> list[str]:
        """Return the keys of the spans as they stand in the text; a paper numbers them so, from 1."""
        return [found[1] for found in _SPAN.finditer(self.text)]

    @property
    def words(self) -> dict[str, str]:
        """Return the words of each span, in the order of the text."""
        return {found[1]: found[2].strip() for found in _SPAN.finditer(self.text)}

    def passage(self) -> str:
        """Return the text without its marks."""
        return _SPAN.sub(r"\2", self.text)

    def key_words(self) -> tuple[str, ...]:
        """Return the words to be marked."""
        return tuple(self.words[key] for key in self.right_answer())

    def clean(self, raw: Answer) -> Answer:
        """Accept a list of span keys; the order and repetitions do not matter."""
        if raw in (None, "", []):
            return None
        keys = [raw] if isinstance(raw, str) else raw
        if not isinstance(keys, list | tuple) or any(key not in list(self.spans) for key in keys):
            raise InvalidAnswer(_("Mark words that the text offers."))
        return sorted(set(keys))

    def mark(self, answer: Answer) -> Decimal:
        """Apply the rule named in the spec."""
        return share_of_ticks(self.rule, answer, right=self.right_answer(), offered=len(self.spans))

    def workings(self, answer: Answer) -> Workings:
        """Count the marks that are right and wrong."""
        return workings_of_ticks(self.rule, answer, right=self.right_answer(), offered=len(self.spans))

    def right_answer(self) -> Answer:
        """Return the spans to be marked."""
        return sorted(key for key, span in self.spans.items() if span.correct)

    def guess_share(self) -> Decimal:
        """Average over all sets of spans, each as likely as another."""
        return mean_share_of_ticks(self.rule, right=len(self.right_answer()), offered=len(self.spans))

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each span, in the order of the text."""
        marked = set(answer or [])
        rows = []
        for key, words in self.words.items():
            span = self.spans[key]
            verdict = option_verdict(key in marked, span.correct)
            feedback = span.missed if verdict is Verdict.MISSED and span.missed else span.feedback
            rows.append(ReviewRow(words, "", "", verdict, feedback))
        return tuple(rows)

    def describe(self, answer: Answer) -> str:
        """Return the words marked."""
        return "; ".join(words for key, words in self.words.items() if key in answer)

    def marking_rule(self) -> str:
        """Say how right and wrong marks count."""
        return COUNT_RULES[self.rule]

    def with_spans(self, written: str) -> str:
        """Return the text with each span written otherwise; `#` in it stands for the number of the span."""
        return _SPAN.sub(lambda found: written.replace("#", name_on_paper(found[1], self.placed)), self.text)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:  # noqa: ARG002
        """Return the text with its spans by number, and the words of each."""
        words = {name_on_paper(key, self.placed): words for key, words in self.words.items()}
        return {"text": self.with_spans("[[#]]"), "spans": words}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Name the spans as their author did."""
        names = [raw] if isinstance(raw, str) and raw else raw
        return [key_on_paper(name, self.placed) for name in names] if isinstance(names, list | tuple) else names

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Name the spans as the paper does."""
        return None if answer is None else sorted(name_on_paper(key, self.placed) for key in answer)

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the text."""
        yield ("text",), self.text

    def asked(self) -> tuple[Asked, ...]:
        """Return the text as one place, its spans as options."""
        return (Asked("", offered=self.words, right=frozenset(self.right_answer())),)

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return the spans marked."""
        return {"": tuple(answer)}

    def explanations(self) -> Iterator[Said]:
        """Yield why each span is to be marked or not, and what is said where one was missed."""
        for key, span in self.spans.items():
            yield Said(span.feedback, ("spans", key, "feedback"), span.correct)
            if span.missed:
                yield Said(span.missed, ("spans", key, "missed"))

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Leave a right span out and mark a wrong one."""
        return ticked_nearly(self.right_answer(), list(self.spans), rng)
