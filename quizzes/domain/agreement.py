"""How far two people who graded the same answers agree: Cohen's kappa with quadratic weights, and its interval.

Sources: J. Cohen, “Weighted kappa” (Psychological Bulletin 70, 1968, 213–220), for the coefficient; J. L. Fleiss,
J. Cohen and B. S. Everitt, “Large sample standard errors of kappa and weighted kappa” (Psychological Bulletin 72, 1969,
323–327), formula 13, for its standard error; J. R. Landis and G. G. Koch (Biometrics 33, 1977, 159–174) for the words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named

FEWEST = 10
"""With fewer answers graded by both, no agreement is told."""
MANY = 30
"""With fewer, it is told together with how few they are."""
_Z95 = 1.959963984540054
"""The 97.5% point of the normal distribution."""


class Strength(Named):
    """Agreement in words."""

    POOR = "poor", _("no better than chance")
    SLIGHT = "slight", _("slight")
    FAIR = "fair", _("fair")
    MODERATE = "moderate", _("moderate")
    GOOD = "good", _("good")
    VERY_GOOD = "very_good", _("very good")


_BOUNDS = (
    (0.0, Strength.POOR),
    (0.2, Strength.SLIGHT),
    (0.4, Strength.FAIR),
    (0.6, Strength.MODERATE),
    (0.8, Strength.GOOD),
)


@dataclass(frozen=True)
class Agreement:
    """Weighted kappa over `count` pairs with its 95% interval, cut at 1 and -1; all None where it is not defined.

    It is not defined where both graders gave every answer the same one score: chance alone would then agree as well.
    """

    count: int
    kappa: float | None
    low: float | None = None
    high: float | None = None

    @property
    def strength(self) -> Strength | None:
        """Return the agreement in words: 0.2 and less is slight, 0.4 fair, 0.6 moderate, 0.8 good, above very good."""
        if self.kappa is None:
            return None
        return next((word for bound, word in _BOUNDS if self.kappa <= bound), Strength.VERY_GOOD)


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> Agreement:
    """Return the agreement of two graders on ordered scores: 1 is complete, 0 what chance would give.

    A disagreement counts with the square of its distance, so the scale's unit does not matter. One pair a graded
    answer, in whole points.

    >>> weighted_kappa([(0, 0), (1, 1), (2, 2)]).kappa
    1.0
    >>> weighted_kappa([(2, 2), (2, 2)]).kappa is None
    True
    """
    count = len(pairs)
    scores = sorted({score for pair in pairs for score in pair})
    if len(scores) < 2:
        return Agreement(count, None)
    span = (scores[-1] - scores[0]) ** 2
    weight = {(a, b): 1 - (a - b) ** 2 / span for a in scores for b in scores}
    joint = {pair: n / count for pair, n in Counter(pairs).items()}
    first = {score: n / count for score, n in Counter(a for a, _b in pairs).items()}
    second = {score: n / count for score, n in Counter(b for _a, b in pairs).items()}
    observed = sum(share * weight[pair] for pair, share in joint.items())
    chance = sum(p * q * weight[a, b] for a, p in first.items() for b, q in second.items())
    if math.isclose(chance, 1):
        return Agreement(count, None)
    kappa = (observed - chance) / (1 - chance)
    of_first = {a: sum(q * weight[a, b] for b, q in second.items()) for a in scores}
    of_second = {b: sum(p * weight[a, b] for a, p in first.items()) for b in scores}
    spread = sum(
        share * (weight[a, b] * (1 - chance) - (of_first[a] + of_second[b]) * (1 - observed)) ** 2
        for (a, b), share in joint.items()
    )
    variance = (spread - (observed * chance - 2 * chance + observed) ** 2) / (count * (1 - chance) ** 4)
    error = _Z95 * math.sqrt(max(variance, 0))
    return Agreement(count, kappa, max(-1.0, kappa - error), min(1.0, kappa + error))
