"""What a question and a quiz are worth as measures: classical statistics, options, bias between groups, and IRT.

Marks come as one row for each student and one column for each question; None says that the question was not on the
student's paper, and a blank answer is a mark of 0. What is undefined is None, never 0, and nothing is clipped.
"""

from quizzes.domain.statistics.bias import Bias, holm, mantel_haenszel, mantel_haenszel_of_tables
from quizzes.domain.statistics.intervals import feldt, fisher, wilson
from quizzes.domain.statistics.irt import IrtFit, fit_irt, likelihood_ratio
from quizzes.domain.statistics.items import ItemStatistics, item_statistics
from quizzes.domain.statistics.options import OptionStatistics, coded_distractors, distractors, traces
from quizzes.domain.statistics.whole import QuizStatistics, histogram, quiz_statistics

__all__ = [
    "Bias",
    "IrtFit",
    "ItemStatistics",
    "OptionStatistics",
    "QuizStatistics",
    "coded_distractors",
    "distractors",
    "feldt",
    "fisher",
    "fit_irt",
    "histogram",
    "holm",
    "item_statistics",
    "likelihood_ratio",
    "mantel_haenszel",
    "mantel_haenszel_of_tables",
    "quiz_statistics",
    "traces",
    "wilson",
]
