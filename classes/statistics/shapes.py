"""The figures of a quiz as pages, files and the API tell them: plain values that can be kept as JSON.

None where a figure is undefined or too few have answered. Nothing here needs NumPy, so that a page may import it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, TypeAlias

from pydantic import TypeAdapter

COUNTS_ONLY = 10
"""Below so many answers only counts are told; the core has the same number (`judgement`), which a test compares."""
FEW = 30
CORRELATIONS = 100
ONE_PARAMETER = 200
TWO_PARAMETERS = 500
PER_GROUP = 100

Range: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class OptionFigures:
    """What one option did, or one answer that was typed.

    `share` is of the students who had the question, `thirds` are the shares of the lower, middle and upper third by
    the points on the other questions. `correlation` is that of choosing it with those points. `earned` is the mean
    share of the question's points that it earned, told of typed answers. `verdict` names what is said of it in words.
    """

    words: str
    count: int
    share: float | None
    thirds: tuple[float | None, float | None, float | None]
    correlation: float | None
    interval: Range | None
    is_right: bool
    is_blank: bool
    verdict: str = ""
    earned: float | None = None


@dataclass(frozen=True)
class PlaceFigures:
    """What was chosen or typed at one place of a question. `others` gave typed answers that are not listed."""

    words: str
    is_typed: bool
    options: tuple[OptionFigures, ...]
    others: int = 0


@dataclass(frozen=True)
class VersionFigures:
    """How one version of a question did."""

    revision_id: int
    number: int
    is_current: bool
    answers: int
    facility: float | None
    interval: Range | None


@dataclass(frozen=True)
class QuestionFigures:
    """What one question did, over the students on whose paper it was.

    `facility` is the mean share of its points, `sd` in points; `discrimination` is the correlation with the points on
    the other questions. Efficiency and weights are × 100, as Moodle prints them. `seconds` is the median time,
    `revisits` how often a student came back to it, on average. `flags` say what to look at, the gravest first.
    """

    item_id: int
    revision_id: int
    number: int
    stem: str
    kind: str
    points: float
    answers: int
    blanks: int
    stage: str
    facility: float | None = None
    facility_interval: Range | None = None
    sd: float | None = None
    discrimination: float | None = None
    discrimination_interval: Range | None = None
    efficiency: float | None = None
    intended_weight: float | None = None
    effective_weight: float | None = None
    upper_lower: float | None = None
    guess: float = 0.0
    seconds: float | None = None
    revisits: float | None = None
    reports: int = 0
    flags: tuple[str, ...] = ()
    suspect: str = ""
    places: tuple[PlaceFigures, ...] = ()
    versions: tuple[VersionFigures, ...] = ()


@dataclass(frozen=True)
class QuizFigures:
    """What a quiz did. Means, spread and errors are shares of what a paper is worth; `alpha` runs up to 1.

    `students` were counted; `waiting` more have an answer to be graded, and are not. `histogram` has ten bars.
    """

    students: int
    waiting: int
    responses: int
    is_same_paper: bool
    possible: float | None = None
    mean: float | None = None
    mean_interval: Range | None = None
    median: float | None = None
    sd: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    alpha: float | None = None
    alpha_interval: Range | None = None
    standard_error: float | None = None
    histogram: tuple[int, ...] = ()
    questions: tuple[QuestionFigures, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Say whether so few have finished that only their number is told."""
        return self.students < COUNTS_ONLY


@dataclass(frozen=True)
class ModelQuestion:
    """Where a model places a question: its difficulty and slope, with standard errors."""

    number: int
    stem: str
    difficulty: float | None
    difficulty_error: float | None
    slope: float | None
    slope_error: float | None


@dataclass(frozen=True)
class ModelFigures:
    """A fitted model of item response theory."""

    model: str
    students: int
    log_likelihood: float
    has_converged: bool
    questions: tuple[ModelQuestion, ...]


@dataclass(frozen=True)
class GroupQuestion:
    """Whether students of a group answer a question otherwise than others of the same total.

    `delta` is in ETS's unit, below 0 harder for the group; `p_value` is adjusted for all that were tested.
    """

    group: str
    number: int
    stem: str
    members: int
    others: int
    delta: float
    size: str
    p_value: float


@dataclass(frozen=True)
class FittedFigures:
    """What is worked out apart: models, and differences between groups; `left_out` questions have no right or wrong."""

    students: int
    left_out: tuple[int, ...] = ()
    models: tuple[ModelFigures, ...] = ()
    better_fit: float | None = None
    """The p-value of the test of the simpler model within the other."""
    groups: tuple[str, ...] = ()
    differences: tuple[GroupQuestion, ...] = field(default_factory=tuple)


def to_json(figures: QuizFigures | FittedFigures) -> dict[str, Any]:
    """Return figures in JSON's own types."""
    return asdict(figures)


def quiz_from_json(kept: Any) -> QuizFigures:
    """Return the figures of a quiz that were kept."""
    return _adapter(QuizFigures).validate_python(kept)  # type: ignore[no-any-return]


def fitted_from_json(kept: Any) -> FittedFigures:
    """Return what was fitted and kept."""
    return _adapter(FittedFigures).validate_python(kept)  # type: ignore[no-any-return]


@cache
def _adapter(shape: type) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
