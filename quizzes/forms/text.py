"""Short text as one field."""

from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """A word or a few."""
