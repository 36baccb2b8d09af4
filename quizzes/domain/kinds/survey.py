"""Survey: what students think, on a scale or among options. It is asked, counted for the class, and never marked."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool, model_validator

from quizzes.domain.base import Answer, InOrder, InvalidAnswer, Line, key_on_paper, name_on_paper, read_each
from quizzes.domain.described import Where
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.rubric import clean_prose
from quizzes.domain.unscored import Unscored

CHOSEN, COMMENT = "chosen", "comment"
"""The names of the two fields of an answer."""
AGREEMENT = {
    "no": "Strongly disagree",
    "rather-no": "Disagree",
    "neither": "Neither agree nor disagree",
    "rather-yes": "Agree",
    "yes": "Strongly agree",
}
"""The scale of a likert question whose author gives none (R. Likert, 1932: five steps)."""
MOST_WORDS = 300
"""How many words a comment may have."""


class SurveySpec(Unscored):
    """A question about opinions. An answer maps `chosen` to a sorted list of option keys, and `comment` to a text.

    What was left open is absent. An anonymous one is shown to nobody under a name.
    """

    takes_prose: ClassVar[bool] = True
    lettered_parts: ClassVar[tuple[str, ...]] = ("options",)

    kind: Literal["survey"] = "survey"
    style: Literal["likert", "choice"] = "choice"
    choose: Literal["one", "several"] = "one"
    options: Annotated[InOrder[Line], Field(max_length=10)] = Field(default_factory=dict)
    comment: Line | None = None
    anonymous: StrictBool = False

    @model_validator(mode="after")
    def _options_make_sense(self) -> SurveySpec:
        if self.style == "likert" and self.choose == "several":
            raise ValueError("a scale has one answer: leave out `choose: several`, or write `style: choice`")
        if len(self.offered) < 2:
            raise ValueError("give two `options` or more")
        return self

    @property
    def offered(self) -> Mapping[str, str]:
        """Return the words of the options by key; the five steps of agreement where a scale has none of its own."""
        return self.options if self.options or self.style == "choice" else AGREEMENT

    @property
    def is_anonymous(self) -> bool:
        """Say whether its author promises so."""
        return self.anonymous

    def chosen_in(self, answer: Answer) -> Sequence[str]:
        """Return the options chosen."""
        chosen: list[str] = _fields(answer).get(CHOSEN, [])
        return chosen

    def comment_in(self, answer: Answer) -> str:
        """Return the comment."""
        return str(_fields(answer).get(COMMENT, ""))

    def clean(self, raw: Answer) -> Answer:
        """Accept the options chosen, by themselves or with a comment."""
        if raw in (None, "", [], {}):
            return None
        given = raw if isinstance(raw, dict) else {CHOSEN: raw}
        if any(name not in (CHOSEN, COMMENT) for name in given) or (given.get(COMMENT) and self.comment is None):
            raise InvalidAnswer(_("Choose among the options offered."))
        return read_each(given, {CHOSEN: ("", self._chosen), COMMENT: (self.comment or "", _comment)})

    def marking_rule(self) -> str:
        """Say that it is not marked, and who sees an answer."""
        if self.anonymous:
            return _("Not marked. Your instructor sees only how the class answered, never who gave which answer.")
        return _("Not marked: no answer is right or wrong. Your instructor can see your answer.")

    def describe(self, answer: Answer) -> str:
        """Return the wording chosen, and the comment in one line."""
        if isinstance(answer, str):
            return answer
        chosen = "; ".join(text for key, text in self.offered.items() if key in self.chosen_in(answer))
        return " – ".join(filter(None, (chosen, " ".join(self.comment_in(answer).split()))))

    def parts(self, order: Sequence[str]) -> dict[str, Any]:  # noqa: ARG002
        """Return the options, whether one or several may be chosen, and what a comment is asked for, or null."""
        return {
            "style": self.style,
            "choose": self.choose,
            "options": {str(place): text for place, text in enumerate(self.offered.values(), start=1)},
            "comment": self.comment,
        }

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Name the options as their author did. A form may send each tick by itself, named `chosen.option`."""
        if not isinstance(raw, dict):
            return self._keys(raw)
        ticked = [str(name).partition(".")[2] for name, given in raw.items() if _is_tick(name) and given]
        rest = {name: given for name, given in raw.items() if not _is_tick(name)}
        if CHOSEN in rest or ticked:
            rest[CHOSEN] = self._keys(ticked or rest[CHOSEN])
        return rest

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Name the options as the paper does."""
        if answer is None or CHOSEN not in answer:
            return answer
        keys = list(self.offered)
        return {**answer, CHOSEN: sorted(name_on_paper(key, keys) for key in answer[CHOSEN])}

    def is_complete(self, answer: Answer) -> bool:
        """Say whether something is chosen; a comment is never asked of anyone."""
        return answer is not None and CHOSEN in answer

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the options, and what a comment is asked for."""
        yield from ((("options", key), text) for key, text in self.options.items())
        if self.comment:
            yield ("comment",), self.comment

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Choose any one option."""
        return {CHOSEN: [rng.choice(list(self.offered))]}

    def _keys(self, raw: Answer) -> Answer:
        names, keys = [raw] if isinstance(raw, str) and raw else raw, list(self.offered)
        return [key_on_paper(name, keys) for name in names] if isinstance(names, list | tuple) else names

    def _chosen(self, raw: Answer) -> list[str] | None:
        if raw in (None, "", []):
            return None
        keys = [raw] if isinstance(raw, str) else raw
        if not isinstance(keys, list | tuple) or any(key not in list(self.offered) for key in keys):
            raise InvalidAnswer(_("Choose among the options offered."))
        chosen = sorted(set(keys))
        if self.choose == "one" and len(chosen) > 1:
            raise InvalidAnswer(_("Choose one of the options offered."))
        return chosen


def _fields(answer: Answer) -> Mapping[str, Any]:
    """Return the fields of an answer; none where it was erased with its person, which leaves a text in its place."""
    return answer if isinstance(answer, dict) else {}


def _comment(raw: Answer) -> str | None:
    return clean_prose(raw, most_words=MOST_WORDS)


def _is_tick(name: object) -> bool:
    return str(name).startswith(f"{CHOSEN}.")
