"""What is so: quizzes and items, attempts and responses. The rest of the program imports `quizzes.models`."""

from quizzes.models.accommodations import Accommodation, QuizOverride
from quizzes.models.assignments import Assignment
from quizzes.models.attempts import Attempt, ItemResponse, SavedAnswer, Try
from quizzes.models.authoring import Item, ItemRevision, ItemUse, Quiz
from quizzes.models.calendar import CalendarAddress
from quizzes.models.gradebook import GradeCategory, GradeDecision, GradeRules
from quizzes.models.grading import AnswerClaim, HeldMark, Round, SavedComment
from quizzes.models.history import WITH_HISTORY
from quizzes.models.live import LiveParticipant, LiveQuestion, LiveSession, LiveVote
from quizzes.models.marks import AttemptEvent, HumanMark, QuestionReport, Regrade
from quizzes.models.objectives import CheckAnswer
from quizzes.models.parts import QUIZ_PARTS
from quizzes.models.personal import HELD
from quizzes.models.review import ReviewCard, ReviewEntry, ReviewPlan, SelfMark
from quizzes.models.runs import RegradeRun, StagedMark
from quizzes.models.standing import ClassStanding, WorkStanding
from quizzes.models.statistics import StatisticsRun

__all__ = [
    "HELD",
    "QUIZ_PARTS",
    "WITH_HISTORY",
    "Accommodation",
    "AnswerClaim",
    "Assignment",
    "Attempt",
    "AttemptEvent",
    "CalendarAddress",
    "CheckAnswer",
    "ClassStanding",
    "GradeCategory",
    "GradeDecision",
    "GradeRules",
    "HeldMark",
    "HumanMark",
    "Item",
    "ItemResponse",
    "ItemRevision",
    "ItemUse",
    "LiveParticipant",
    "LiveQuestion",
    "LiveSession",
    "LiveVote",
    "QuestionReport",
    "Quiz",
    "QuizOverride",
    "Regrade",
    "RegradeRun",
    "ReviewCard",
    "ReviewEntry",
    "ReviewPlan",
    "Round",
    "SavedAnswer",
    "SavedComment",
    "SelfMark",
    "StagedMark",
    "StatisticsRun",
    "Try",
    "WorkStanding",
]
