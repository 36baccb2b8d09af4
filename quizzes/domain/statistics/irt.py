"""Item response theory: one- and two-parameter logistic models, by marginal maximum likelihood.

P(right) = 1 / (1 + exp(−(aθ + d))), abilities θ are standard normal in those who answered, the difficulty is −d/a, and
there is no factor 1.702 (Bock and Aitkin 1981).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from quizzes.domain.statistics import table as tables
from quizzes.domain.statistics.table import Floats, Marks

Model: TypeAlias = Literal["1PL", "2PL"]

_NODES = 41
# With fewer answers the slopes of the two-parameter model run away: their logarithms are held near 0 by a normal prior.
_FEW, _SPREAD = 500, 0.5
_STEP = 1e-4


@dataclass(frozen=True)
class IrtFit:
    """A fitted model: for each question its slope and difficulty with standard errors, and each student's ability.

    None for a question that all or none got right, which no model can place. The ability is the mean of what the
    answers leave likely (EAP), finite for no and for full marks, with its standard deviation.
    """

    model: str
    discriminations: list[float | None]
    difficulties: list[float | None]
    discrimination_errors: list[float | None]
    difficulty_errors: list[float | None]
    log_likelihood: float
    parameters: int
    abilities: list[float]
    ability_errors: list[float]
    has_converged: bool


def fit_irt(responses: Marks, model: Model = "1PL") -> IrtFit:
    """Fit a model to right (1) and wrong (0) answers, students × questions; None for a question a student did not have.

    Raises `ValueError` for other marks than 0 and 1, an unknown model, or where no question has both kinds of answers.
    """
    if model not in ("1PL", "2PL"):
        raise ValueError(f"There is no model “{model}”: choose 1PL or 2PL.")
    columns = responses.shape[1] if isinstance(responses, np.ndarray) else max(map(len, responses), default=0)
    read = tables.table(responses, columns)
    if not np.isin(read[~np.isnan(read)], (0.0, 1.0)).all():
        raise ValueError("The models are for questions that are right (1) or wrong (0).")
    placed = np.flatnonzero([_has_both(read[:, place]) for place in range(columns)])
    if not len(placed):
        raise ValueError("At least one question needs both right and wrong answers.")
    fitting = _Fitting(read[:, placed], model)
    return fitting.fit(columns, placed)


def likelihood_ratio(smaller: IrtFit, larger: IrtFit) -> tuple[float, int, float]:
    """Return the test of a model within another: the statistic, its degrees of freedom and its p-value."""
    statistic = 2 * (larger.log_likelihood - smaller.log_likelihood)
    degrees = larger.parameters - smaller.parameters
    return statistic, degrees, float(special.chdtrc(degrees, max(0.0, statistic)))


def _has_both(column: Floats) -> bool:
    return len(np.unique(column[~np.isnan(column)])) == 2


class _Fitting:
    """The likelihood of one table of answers, worked out over its different rows."""

    def __init__(self, read: Floats, model: Model) -> None:
        coded = np.where(np.isnan(read), -1, read).astype(np.int8)
        patterns, self.of_student, counts = np.unique(coded, axis=0, return_inverse=True, return_counts=True)
        self.of_student = self.of_student.reshape(-1)
        self.counts = counts.astype(np.float64)
        self.right = (patterns == 1).astype(np.float64)
        self.had = (patterns >= 0).astype(np.float64)
        self.questions = read.shape[1]
        self.is_single = model == "1PL"
        self.model = model
        self.has_prior = not self.is_single and len(read) < _FEW
        nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
        self.nodes, self.log_weights = nodes, np.log(weights / weights.sum())

    def fit(self, columns: int, placed: NDArray[np.intp]) -> IrtFit:
        """Find the parameters, their errors and the abilities, and put them at the places of the questions."""
        found = optimize.minimize(self._minus, self._start(), jac=True, method="L-BFGS-B", options=_OPTIONS)
        slopes, intercepts = self._unfold(found.x)
        likely, posterior = self._posterior(slopes, intercepts)
        slope_errors, difficulty_errors = self._errors(found.x)
        means = posterior @ self.nodes
        spreads = np.sqrt(np.maximum(posterior @ self.nodes**2 - means**2, 0))

        def at_place(values: Floats) -> list[float | None]:
            return _spread_out(values, columns, placed)

        return IrtFit(
            model=self.model,
            discriminations=at_place(slopes),
            difficulties=at_place(-intercepts / slopes),
            discrimination_errors=at_place(slope_errors),
            difficulty_errors=at_place(difficulty_errors),
            log_likelihood=float(self.counts @ likely),
            parameters=len(found.x),
            abilities=[float(value) for value in means[self.of_student]],
            ability_errors=[float(value) for value in spreads[self.of_student]],
            has_converged=bool(found.success),
        )

    def _start(self) -> Floats:
        shares = (self.counts @ self.right) / (self.counts @ self.had)
        slopes = np.zeros(1) if self.is_single else np.zeros(self.questions)
        if not self._is_logarithmic:
            slopes = slopes + 1
        return np.concatenate([slopes, special.logit(shares) * 1.2])

    @property
    def _is_logarithmic(self) -> bool:
        return self.has_prior

    def _unfold(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the slope and the intercept of each question."""
        head = values[: -self.questions]
        slopes = np.exp(head) if self._is_logarithmic else head
        return np.broadcast_to(slopes, (self.questions,)), values[-self.questions :]

    def _posterior(self, slopes: Floats, intercepts: Floats) -> tuple[Floats, Floats]:
        """Return the log-likelihood of each pattern, and how likely each ability is given it."""
        logits = np.outer(slopes, self.nodes) + intercepts[:, None]
        joint = self.right @ logits - self.had @ np.logaddexp(0, logits) + self.log_weights
        likely = special.logsumexp(joint, axis=1)
        return likely, np.exp(joint - likely[:, None])

    def _minus(self, values: Floats) -> tuple[float, Floats]:
        """Return what is minimised, minus the log-likelihood (and the prior), with its gradient."""
        slopes, intercepts = self._unfold(values)
        likely, posterior = self._posterior(slopes, intercepts)
        weighted = posterior * self.counts[:, None]
        chances = special.expit(np.outer(slopes, self.nodes) + intercepts[:, None])
        # How many more were right at each ability than the model expects there.
        surplus = self.right.T @ weighted - (self.had.T @ weighted) * chances
        by_slope, by_intercept = surplus @ self.nodes, surplus.sum(axis=1)
        value = float(self.counts @ likely)
        if self._is_logarithmic:
            by_slope = by_slope * slopes
        if self.is_single:
            by_slope = by_slope.sum(keepdims=True)
        if self.has_prior:
            head = values[: -self.questions]
            value -= float(head @ head) / (2 * _SPREAD**2)
            by_slope = by_slope - head / _SPREAD**2
        return -value, -np.concatenate([by_slope, by_intercept])

    def _errors(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the standard errors of slopes and difficulties, from the inverse of the observed information."""
        size = len(values)
        information = np.empty((size, size))
        for place in range(size):
            step = np.zeros(size)
            step[place] = _STEP
            information[place] = (self._minus(values + step)[1] - self._minus(values - step)[1]) / (2 * _STEP)
        spread = np.linalg.pinv((information + information.T) / 2).astype(np.float64)
        slopes, intercepts = self._unfold(values)
        slope_rows, difficulty_rows = self._derivatives(slopes, intercepts, size)
        return _deviation(slope_rows, spread), _deviation(difficulty_rows, spread)

    def _derivatives(self, slopes: Floats, intercepts: Floats, size: int) -> tuple[Floats, Floats]:
        """Return how each question's slope and difficulty change with each parameter."""
        by_slope, by_difficulty = np.zeros((2, self.questions, size))
        every = np.arange(self.questions)
        heads = np.zeros(self.questions, dtype=int) if self.is_single else every
        inner = slopes if self._is_logarithmic else np.ones(self.questions)
        by_slope[every, heads] = inner
        by_difficulty[every, heads] = intercepts / slopes**2 * inner
        by_difficulty[every, size - self.questions + every] = -1 / slopes
        return by_slope, by_difficulty


_OPTIONS = {"maxiter": 1000, "maxfun": 100_000, "ftol": 1e-13, "gtol": 1e-6}


def _deviation(rows: Floats, spread: Floats) -> Floats:
    squares: Floats = np.einsum("ij,jk,ik->i", rows, spread, rows)
    return np.sqrt(np.where(squares < 0, np.nan, squares))


def _spread_out(values: Floats, columns: int, placed: NDArray[np.intp]) -> list[float | None]:
    out: list[float | None] = [None] * columns
    for place, value in zip(placed, values, strict=True):
        out[int(place)] = float(value) if math.isfinite(value) else None
    return out
