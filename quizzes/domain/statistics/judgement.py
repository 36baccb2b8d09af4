"""What figures allow to be said: how many answers they need first, and what an author should look at."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from quizzes.domain.statistics.items import ItemStatistics
from quizzes.domain.statistics.options import FEWEST, OptionStatistics

# How many answers a figure needs before it is shown (statistics of simulated papers: the error of a difficulty is .49
# with 30 answers, .19 with 200; that of a correlation .13 with 50, .08 with 100).
COUNTS_ONLY = 10
FEW = 30
CORRELATIONS = 100
ONE_PARAMETER = 200
TWO_PARAMETERS = 500
PER_GROUP = 100

# Where figures ask for a look.
_EASY, _HARD_ABOVE_GUESS = 0.95, 0.05
_WEAK = 0.1
_DISCRIMINATES = 0.2
_EBEL = ((0.4, "strong"), (0.3, "good"), (0.2, "fair"))


class Stage(StrEnum):
    """How much so many answers allow to be shown."""

    COUNTS = "counts"
    TENTATIVE = "tentative"
    FACILITY = "facility"
    CORRELATIONS = "correlations"


class Flag(StrEnum):
    """What is worth a look at a question."""

    KEY_SUSPECT = "key-suspect"
    AGAINST_TOTAL = "against-total"
    TOO_EASY = "too-easy"
    TOO_HARD = "too-hard"
    WEAK = "weak"
    DEAD_OPTION = "dead-option"


def stage(answers: int) -> Stage:
    """Return what may be shown of a question with so many answers."""
    if answers < COUNTS_ONLY:
        return Stage.COUNTS
    if answers < FEW:
        return Stage.TENTATIVE
    return Stage.FACILITY if answers < CORRELATIONS else Stage.CORRELATIONS


def flags(item: ItemStatistics, options: Sequence[OptionStatistics] = (), *, guess: float = 0.0) -> list[Flag]:
    """Return what to look at, the gravest first; nothing where the answers are too few to say.

    The key is suspect where a wrong option draws the stronger students and what is right does not; this is asked from
    30 answers on, since a wrong key should not wait. `guess` is the facility that blind guessing gives.
    """
    at = stage(item.students)
    if at in (Stage.COUNTS, Stage.TENTATIVE):
        return []
    found = []
    if is_key_suspect(item, options):
        found.append(Flag.KEY_SUSPECT)
    if item.facility is not None and item.facility > _EASY:
        found.append(Flag.TOO_EASY)
    if item.facility is not None and item.facility < guess + _HARD_ABOVE_GUESS:
        found.append(Flag.TOO_HARD)
    if at is Stage.CORRELATIONS and item.point_biserial is not None:
        if item.point_biserial < 0:
            found.append(Flag.AGAINST_TOTAL)
        elif item.point_biserial < _DISCRIMINATES:
            found.append(Flag.WEAK)
    if any(not each.is_right and each.option is not None and (each.share or 0) < FEWEST for each in options):
        found.append(Flag.DEAD_OPTION)
    return found


def is_key_suspect(item: ItemStatistics, options: Sequence[OptionStatistics]) -> bool:
    """Say whether a wrong option draws the stronger students while the question as marked does not."""
    if item.point_biserial is None or item.point_biserial >= _WEAK:
        return False
    return any(
        not each.is_right and each.option is not None and each.correlation is not None and each.correlation > 0
        for each in options
    )


def discrimination_word(correlation: float | None) -> str | None:
    """Return "strong", "good", "fair", "weak" or "negative" (Ebel's cut-offs: .40, .30, .20); None where undefined."""
    if correlation is None:
        return None
    if correlation < 0:
        return "negative"
    return next((word for least, word in _EBEL if correlation >= least), "weak")


def guess_share(options: int, right: int = 1) -> float:
    """Return the facility that blind guessing gives with so many options of which so many are right."""
    return right / options if options else 0.0
