"""What is so: quizzes and items, attempts and responses. The rest of the program imports `quizzes.models`."""

from quizzes.models.attempts import Attempt, ItemResponse, SavedAnswer
from quizzes.models.authoring import Item, ItemRevision, Quiz

__all__ = ["Attempt", "Item", "ItemResponse", "ItemRevision", "Quiz", "SavedAnswer"]
