"""What every kind of item has in common: its spec, the life of an answer, the shape of a review."""

from __future__ import annotations

import random
import re
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    StrictBool,
    StringConstraints,
    WrapSerializer,
    model_validator,
)

from quizzes.domain.described import Described
from quizzes.domain.messages import gettext_noop as _

Answer: TypeAlias = Any
"""The content of a response in JSON's own types; its shape belongs to the kind. `None` is a blank."""

Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
StatementKey: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", max_length=40)]
"""The id of a statement of the study."""
Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
Line: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
Whole: TypeAlias = Annotated[int, Field(strict=True)]
"""A whole number that is written as one: neither text nor true."""


def _written_number(value: object) -> object:
    """Refuse true and false, which Python counts as 1 and 0. A float counts by its shortest form: 0.1 is one tenth."""
    if isinstance(value, bool):
        raise ValueError("a number belongs here, not true or false")  # noqa: TRY004 (pydantic collects these)
    return str(value) if isinstance(value, float) else value


Number: TypeAlias = Annotated[Decimal, BeforeValidator(_written_number)]
Share: TypeAlias = Annotated[Number, Field(ge=0, le=1)]
Weight: TypeAlias = Annotated[Number, Field(gt=0, le=100)]
ZERO, ONE = Decimal(0), Decimal(1)
RULES = 2
"""The edition of the marking rules that new versions of questions are marked by. A version remembers its own:
1, up to November 2026; 2, with one cleaner and one number reader for typed answers, and orders that earn only for
order (docs/decisions/0013-rules.md). An attempt remembers the edition by which its total is added up, and a regrade the
one it was made under (docs/decisions/0018-totals.md)."""
MAX_TYPED = 500
"""Characters a short typed answer may have; what is longer is refused in words."""


def _from_pairs(value: object) -> object:
    """Take a mapping as it is stored: a list of pairs."""
    if isinstance(value, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        return {str(key): inner for key, inner in value}
    return value


def _to_pairs(value: Any, handler: SerializerFunctionWrapHandler) -> list[list[Any]]:
    return [[key, inner] for key, inner in handler(value).items()]


_Part = TypeVar("_Part")
InOrder = Annotated[
    dict[Key, _Part], BeforeValidator(_from_pairs), WrapSerializer(_to_pairs, return_type=list, when_used="json")
]
"""Parts by key, in an order that means something. Stored as pairs: PostgreSQL sorts the keys of a JSON mapping."""


@dataclass(frozen=True)
class Problem:
    """One thing to tell a student about an answer: a message to be translated, and the values that fill it.

    `key` is the author's key of the field it is about and `where` that field's own label; both are empty where it is
    about the answer as a whole.
    """

    message: str
    where: str = ""
    key: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


class InvalidAnswer(ValueError):
    """An answer that cannot be read, or not all of it. It never costs anything.

    `problems` says why, field by field. Where single fields are unreadable, `readable` holds the others in their normal
    form (see `read_each`); it is None where the answer as a whole makes no sense.
    """

    def __init__(self, message: str, *, where: str = "", **values: object) -> None:
        super().__init__(message % values if values else message)
        self.problems: tuple[Problem, ...] = (Problem(message, where, values=values),)
        self.readable: dict[str, Answer] | None = None
        self._fields: tuple[str, ...] = ()

    @classmethod
    def of_fields(
        cls, problems: Sequence[Problem], *, readable: dict[str, Answer], fields: Sequence[str]
    ) -> InvalidAnswer:
        """Return the error of an answer some of whose `fields` (all of them, by key, in order) cannot be read."""
        first = problems[0]
        error = cls(first.message % first.values if first.values else first.message)
        error.problems, error.readable, error._fields = tuple(problems), readable, tuple(fields)
        return error

    def beside(self, old: Answer) -> Answer:
        """Return the answer that counts: what can be read, and for each unreadable field what `old` holds there."""
        if self.readable is None:
            return old
        unread, before = {problem.key for problem in self.problems}, old or {}
        values = {key: (before if key in unread else self.readable).get(key) for key in self._fields}
        return {key: value for key, value in values.items() if value is not None} or None

    def matches(self, saved: Answer) -> bool:
        """Say whether a saved answer is this one, unreadable fields apart."""
        return self.readable is not None and self.beside(saved) == saved


def read_each(
    given: Mapping[str, Answer], fields: Mapping[str, tuple[str, Callable[[Answer], Answer]]]
) -> dict[str, Answer] | None:
    """Read an answer field by field; return the fields that hold something, or None where none does.

    `fields` gives, by key, each field's label and the function that reads it: it returns None for a blank and raises
    InvalidAnswer. All fields are read before the InvalidAnswer of this one is raised, which names each unreadable field
    with its own reason and holds the rest.
    """
    readable: dict[str, Answer] = {}
    problems: list[Problem] = []
    for key, (label, read) in fields.items():
        try:
            value = read(given.get(key))
        except InvalidAnswer as error:
            problems += [replace(problem, where=label, key=key) for problem in error.problems]
        else:
            readable |= {} if value is None else {key: value}
    if problems:
        raise InvalidAnswer.of_fields(problems, readable=readable, fields=list(fields))
    return readable or None


def too_long(text: str, *, most: int) -> InvalidAnswer:
    """Return the error of a typed answer with more characters than can be kept."""
    words = _("This answer has %(count)d characters, %(over)d more than fit. Shorten it to %(most)d.")
    return InvalidAnswer(words, count=len(text), over=len(text) - most, most=most)


class Level(StrEnum):
    """Bloom's six levels, lowest first."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYSE = "analyse"
    EVALUATE = "evaluate"
    CREATE = "create"


class Verdict(StrEnum):
    """How one part of an answer stands against the key."""

    RIGHT = "right"  # given, and part of the key
    WRONG = "wrong"  # given, and not part of the key
    MISSED = "missed"  # part of the key, and not given
    LEFT = "left"  # neither given nor part of the key


class Told(StrEnum):
    """What is said of an answer, besides what it earns, while its question may still be tried."""

    NOTHING = "nothing"
    CHOICE = "choice"  # why the one thing chosen is wrong
    TICKS = "ticks"  # how many of the things chosen are right, and never which
    PARTS = "parts"  # how many parts are right, and never which


@dataclass(frozen=True)
class ReviewRow:
    """One line of a result: a part of the item, what was given, what was right, and why."""

    label: str
    given: str
    right: str
    verdict: Verdict
    feedback: str
    spelling: str = ""
    """The right spelling of an answer that is right but for slips of the pen."""
    read_as: tuple[str, ...] = ()
    """The numbers that what was given may mean, where its spelling leaves two open."""


@dataclass(frozen=True)
class ReadAs:
    """A typed number with two readings: in which field, and what each is. The spelling alone says so, never the key."""

    label: str
    typed: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Workings:
    """The count from which a share follows: words with names in them, to be translated, and the values of the names.

    `tells_key`: the count tells more of the key than the mark does, such as how many options are right.
    """

    words: str
    values: Mapping[str, object]
    tells_key: bool = False


class Spec(BaseModel):
    """A value as its author wrote it: frozen, and closed to unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Ruled(Spec):
    """What answers are read and marked by: an item or a part of one. It knows by which edition of the rules."""

    _rules: int = PrivateAttr(default=RULES)

    @property
    def rules(self) -> int:
        """Return the edition of the marking rules that answers are read and marked by."""
        return self._rules

    def under(self, rules: int) -> Self:
        """Return the same words and key, marked by an edition of the rules."""
        remembering = self.model_copy()
        remembering._rules = rules  # noqa: SLF001 (its own)
        return remembering


class ItemBase(Ruled, Described):
    """The fields every kind of item has."""

    new_rules: ClassVar[int] = 1
    """The latest edition of the marking rules that changed what answers of this kind earn."""
    is_human_marked: ClassVar[bool] = False
    is_scored: ClassVar[bool] = True
    """Whether its answers are marked at all; where not, it is worth no points, and no answer is right (`Unscored`)."""
    takes_prose: ClassVar[bool] = False
    """Whether an answer may hold free words, which may say whose they are: erasing a person erases them."""
    is_in_parts: ClassVar[bool] = False
    """Whether equal parts are right or wrong one by one, so that tries are counted part by part."""
    told_while_trying: ClassVar[Told] = Told.NOTHING
    """What is said of a try that is not the last: two keys by which tries earn the same must look the same."""

    key: Key
    stem: Text
    stimulus: Text | None = None
    figure: Key | None = None
    objective: Key
    level: Level
    difficulty: Annotated[Whole, Field(ge=1, le=3)]
    section: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(#[a-z0-9-]+)?$")]
    sources: Annotated[tuple[Key, ...], Field(min_length=1)]
    facts: tuple[Key, ...] = ()
    statements: tuple[StatementKey, ...] = ()
    points: Annotated[Number, Field(gt=0, le=100, decimal_places=2)] = ONE
    feedback: Line
    hints: Annotated[tuple[Line, ...], Field(max_length=10)] = ()
    set: Key | None = None
    enemies: tuple[Key, ...] = ()
    contested: StrictBool = False

    @property
    def is_machine_marked(self) -> bool:
        """Say whether answers are marked, and no person is needed for it."""
        return self.is_scored and not self.is_human_marked

    @property
    def has_newer_rules(self) -> bool:
        """Say whether answers of this kind are marked otherwise by a newer edition of the rules."""
        return self.rules < self.new_rules

    @model_validator(mode="after")
    def _hints_and_enemies_make_sense(self) -> Self:
        if self.key in self.enemies:
            raise ValueError("`enemies` names the question itself; list the others that must not meet it on one paper")
        if len(frozenset(self.enemies)) < len(self.enemies):
            raise ValueError("`enemies` names a question twice")
        for place, hint in enumerate(self.hints, start=1):
            if told := next((words for words in self.key_words() if _says(hint, words)), None):
                raise ValueError(f"hint {place} gives the answer away: it says “{told}”")
        return self

    @property
    def map_key(self) -> str:
        """Return the key of the course's map on which its places lie; most kinds have none."""
        return ""

    def places_off(self, holds: Callable[[float, float], bool]) -> list[str]:  # noqa: ARG002
        """Return the keys of the places that lie off the map, which says of degrees east and north what it holds."""
        return []

    @abstractmethod
    def clean(self, raw: Answer) -> Answer:
        """Return the answer in its one normal form, or None for a blank; raise InvalidAnswer if unreadable."""

    @abstractmethod
    def mark(self, answer: Answer) -> Decimal:
        """Return the share of the points, 0 to 1, that a clean answer earns. For one that may be blank: `share_of`."""

    @abstractmethod
    def right_answer(self) -> Answer:
        """Return an answer that earns everything."""

    @abstractmethod
    def guess_share(self) -> Decimal:
        """Return the share a blind guess earns on average."""

    @abstractmethod
    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Set a clean answer (or None) beside the key, part by part. Holds the key: only for released results."""

    @abstractmethod
    def describe(self, answer: Answer) -> str:
        """Say a clean answer in one line of words, without judging it."""

    @abstractmethod
    def marking_rule(self) -> str:
        """Say in one sentence, fit to show before answering, how the points are worked out."""

    def order(self, rng: random.Random) -> list[str]:  # noqa: ARG002 (most kinds have nothing to shuffle)
        """Return the keys of the parts in the order one paper shows them."""
        return []

    def parts(self, order: Sequence[str]) -> dict[str, Any]:  # noqa: ARG002
        """Return what a student may see beyond stem and stimulus. Never holds the key, nor the author's names.

        Authors name things in the right order (a, b, c), so a paper names them by their place in its own order.
        """
        return {}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Turn what came from a paper, in the paper's names, into the author's names; `clean` judges the rest."""
        return raw

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Turn a clean answer into the paper's names."""
        return answer

    def workings(self, answer: Answer) -> Workings | None:
        """Return the count behind the share of a clean answer; None where it is right or wrong as a whole."""
        if not self.is_in_parts:
            return None
        rows = self.review(answer)
        right = sum(row.verdict is Verdict.RIGHT for row in rows)
        return Workings(_("%(right)d of %(all)d parts right"), {"right": right, "all": len(rows)})

    def gist(self, answer: Answer) -> Any:
        """Return what of a clean answer its mark can depend on: answers of one gist are one try."""
        return answer

    def read_as(self, answer: Answer) -> tuple[ReadAs, ...]:  # noqa: ARG002
        """Return the numbers of a clean answer whose spelling leaves two readings open, to be said after saving."""
        return ()

    def is_complete(self, answer: Answer) -> bool:
        """Say whether nothing was left open, for the list of unanswered questions before submitting."""
        return answer is not None

    def remarks(self, answer: Answer) -> tuple[Problem, ...]:  # noqa: ARG002 (most kinds have nothing to remark on)
        """Return what a student should be told of an answer that was read, though it may be meant so."""
        return ()

    def share_of(self, answer: Answer) -> Decimal:
        """Return the share an answer earns; a blank earns nothing."""
        return ZERO if answer is None else self.mark(answer)


def _says(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", text.casefold()) is not None


def points_earned(share: Decimal, *, worth: Decimal) -> Decimal:
    """Turn a share into points, to the hundredth, half away from zero. Points are rounded here and nowhere else."""
    return (share * worth).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def shuffled(keys: Sequence[str], rng: random.Random) -> list[str]:
    """Return the keys in a random order."""
    return rng.sample(list(keys), len(keys))


def name_on_paper(key: str, order: Sequence[str]) -> str:
    """Return the name a paper gives a part: its place in the paper's order, from 1."""
    return str(order.index(key) + 1)


def key_on_paper(name: object, order: Sequence[str]) -> str:
    """Return the author's key of a part named on a paper, or a word that is no key."""
    places = {str(place): key for place, key in enumerate(order, start=1)}
    return places.get(str(name), "?")
