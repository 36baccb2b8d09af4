"""What quizzes add to the content of a course."""

from django.db.models import Q

from courses.models.parts import Part, add_parts, goes_with_course

QUIZ_PARTS = (
    Part("quizzes.Quiz", copied=Q(is_for_practice=False)),
    Part("quizzes.Item", within="quiz", notation=r"\{{\{{\s*check\s+{key}\s*\}}\}}"),
    # A copy begins with the words that are asked now, as its first version.
    Part(
        "quizzes.ItemRevision", course="item__course", within="item", copied=Q(is_current=True), fresh={"number": 1},
    ),
)  # fmt: skip
add_parts(*QUIZ_PARTS)
goes_with_course(
    "quizzes.ItemUse",
    "quizzes.RegradeRun",
    "quizzes.ReviewCard",
    "quizzes.ReviewEntry",
    "quizzes.StatisticsRun",
    "quizzes.SavedComment",
)
