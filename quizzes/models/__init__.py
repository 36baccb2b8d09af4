"""What is so: quizzes and items, attempts and responses. The rest of the program imports `quizzes.models`."""

from quizzes.models.accommodations import Accommodation, QuizOverride
from quizzes.models.assignments import Assignment
from quizzes.models.attempts import Attempt, ItemResponse, SavedAnswer, Try
from quizzes.models.authoring import Item, ItemRevision, ItemUse, Quiz
from quizzes.models.calendar import CalendarAddress
from quizzes.models.gradebook import GradeCategory, GradeDecision, GradeRules
from quizzes.models.history import WITH_HISTORY
from quizzes.models.marks import AttemptEvent, HumanMark, QuestionReport, Regrade
from quizzes.models.parts import QUIZ_PARTS
from quizzes.models.personal import HELD
from quizzes.models.runs import RegradeRun, StagedMark
from quizzes.models.standing import ClassStanding, WorkStanding
from quizzes.models.statistics import StatisticsRun

__all__ = [
    "HELD",
    "QUIZ_PARTS",
    "WITH_HISTORY",
    "Accommodation",
    "Assignment",
    "Attempt",
    "AttemptEvent",
    "CalendarAddress",
    "ClassStanding",
    "GradeCategory",
    "GradeDecision",
    "GradeRules",
    "HumanMark",
    "Item",
    "ItemResponse",
    "ItemRevision",
    "ItemUse",
    "QuestionReport",
    "Quiz",
    "QuizOverride",
    "Regrade",
    "RegradeRun",
    "SavedAnswer",
    "StagedMark",
    "StatisticsRun",
    "Try",
    "WorkStanding",
]
