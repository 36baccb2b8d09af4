"""What the tables of quizzes hold about people."""

from courses.models.personal import ERASED, REGISTER, Held
from quizzes.domain.kinds import PROSE_KINDS

HELD = (
    Held(
        "quizzes.Attempt",
        "student",
        ("id", "quiz__title", "number", "started_at", "state", "deadline", "extended_to", "submitted_at"),
        plain=("seed", "bank"),
    ),
    Held(
        "quizzes.ItemResponse",
        "attempt__student",
        (
            "attempt_id", "position", "revision__item__key", "revision__body__stem", "answer", "answered_at",
            "confidence", "is_flagged", "hints_shown",
        ),
        written={"answer": {"revision__kind__in": PROSE_KINDS, "answer__isnull": False}},
        typed=("answer",),
        plain=("order",),
    ),
    Held(
        "quizzes.SavedAnswer",
        "response__attempt__student",
        ("response__attempt_id", "response__position", "answer", "confidence", "outcome", "saved_at"),
        written={"answer": {"response__revision__kind__in": PROSE_KINDS, "answer__isnull": False}},
        typed=("answer",),
    ),
    Held(
        "quizzes.Try",
        "response__attempt__student",
        ("response__attempt_id", "response__position", "number", "answer", "hints_shown", "tried_at"),
        typed=("answer",),
    ),
    Held(
        "quizzes.CheckAnswer",
        "student",
        ("revision__item__key", "revision__body__stem", "answer", "share", "answered_at"),
        is_deleted=True,
    ),
    # Marks, and the words that come with them, are exported by what the review of each quiz shows by then.
    Held("quizzes.HumanMark", "response__attempt__student", erased={"comment": ""}, plain=("levels",)),
    # A mark that is not posted is exported by nobody's data: the student may not see it yet.
    Held("quizzes.HeldMark", "response__attempt__student", erased={"comment": ""}, plain=("round", "levels")),
    Held("quizzes.AnswerClaim", "marker", ("until",), plain=("round",), is_deleted=True),
    Held("quizzes.SavedComment", "owner", ("course__title", "item__key", "text", "made_at"), is_deleted=True),
    Held("quizzes.StagedMark", "attempt__student", is_deleted=True),
    Held("quizzes.AttemptEvent", "attempt__student", ("attempt_id", "kind", "happened_at"), erased={"reason": ""}),
    Held(
        "quizzes.QuestionReport",
        "student",
        ("revision__item__key", "text", "wants_regrade", "state", "reported_at", "answer", "answered_at"),
        erased={"text": ERASED, "answer": ""},
    ),
    Held(
        "quizzes.Accommodation",
        "student",
        (
            "course__title", "time_factor", "extra_minutes", "extra_days", "extra_attempts", "no_limit", "is_calm",
            "reason", "expires_at",
        ),
        is_deleted=True,
    ),
    Held("quizzes.WorkStanding", "place__user", plain=("state",)),  # follows from what is exported already
    Held("quizzes.CalendarAddress", "user", ("made_at",), plain=("secret",), is_deleted=True),
    Held("quizzes.ClassStanding", "place__user", erased={"note": ""}),
    Held(
        "quizzes.Assignment",
        "student",
        ("cohort__name", "lesson__title", "quiz__title", "opens_at", "due_at", "closes_at", "minutes", "max_attempts"),
        plain=("category", "lifted"),
        is_deleted=True,
    ),
    Held(
        "quizzes.QuizOverride",
        "student",
        ("quiz__title", "opens_at", "due_at", "closes_at", "minutes", "max_attempts", "lifted"),
        is_deleted=True,
    ),
    # Names of people without an account, and who they are, go some days after the end: `forget_names`.
    Held(
        "quizzes.LiveParticipant",
        "user",
        ("session__cohort__name", "session__quiz__title", "joined_at"),
        erased={"name": ""},
    ),
    Held(
        "quizzes.LiveVote",
        "participant__user",
        ("question__session__quiz__title", "question__position", "round", "answer", "answered_at"),
        typed=("answer",),
    ),
    Held(
        "quizzes.SelfMark",
        "response__attempt__student",
        ("response__attempt_id", "response__position", "levels", "share", "marked_at"),
        plain=("levels",),
    ),
    Held(
        "quizzes.ReviewCard",
        "student",
        (
            "item__key", "term__term", "face", "language", "made_at", "due_on", "not_before", "reviewed_at",
            "is_paused", "is_known",
        ),
        is_deleted=True,
    ),
    # What was answered in a session goes with its card.
    Held(
        "quizzes.ReviewEntry",
        "card__student",
        (
            "card__item__key", "card__term__term", "grade", "answer", "confidence", "hints_shown", "reviewed_at",
            "due_on",
        ),
        is_deleted=True,
    ),
    Held("quizzes.ReviewPlan", "student", ("daily_cap", "exam_on", "sides"), is_deleted=True),
    Held(
        "quizzes.GradeDecision",
        "place__user",
        ("place__cohort__name", "quiz__title", "lesson__title", "kind", "points", "possible", "reason", "decided_at"),
        erased={"reason": ERASED},
    ),
)  # fmt: skip
REGISTER.add(*HELD)
REGISTER.add_impersonal(
    "quizzes.Item",
    "quizzes.ItemRevision",
    "quizzes.ItemUse",
    "quizzes.Quiz",
    "quizzes.Regrade",
    "quizzes.RegradeRun",
    "quizzes.StatisticsRun",
    "quizzes.GradeCategory",
    "quizzes.GradeRules",
    "quizzes.LiveQuestion",
    "quizzes.LiveSession",
)
REGISTER.add_acts(
    "quizzes.Accommodation.author",
    "quizzes.AttemptEvent.actor",
    "quizzes.ClassStanding.set_aside_by",
    "quizzes.GradeDecision.decided_by",
    "quizzes.GradeDecision.ended_by",
    "quizzes.HeldMark.marker",
    "quizzes.HumanMark.marker",
    "quizzes.Item.drafted_by",
    "quizzes.ItemRevision.editor",
    "quizzes.LiveSession.started_by",
    "quizzes.QuestionReport.answered_by",
    "quizzes.Quiz.drafted_by",
    "quizzes.Regrade.actor",
    "quizzes.Regrade.undone_by",
    "quizzes.RegradeRun.actor",
)
