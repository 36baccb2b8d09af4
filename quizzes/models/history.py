"""Which rows of quizzes have a history, and which of their fields."""

from courses.models.history import keep_history
from quizzes.models.accommodations import Accommodation, QuizOverride
from quizzes.models.authoring import Item, ItemRevision, Quiz

keep_history(Quiz)
# What the words name belongs to the words: the statements are in the body of the revision.
keep_history(Item, without=["statements"])
keep_history(ItemRevision, without=["points", "is_current", "created_at", "editor"])
# The reason is seen by its author and administrators alone, which a history could not promise.
keep_history(Accommodation, without=["reason"])
keep_history(QuizOverride)

WITH_HISTORY = (Quiz, Item, ItemRevision, Accommodation, QuizOverride)
