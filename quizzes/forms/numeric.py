"""A number as one field with its unit."""

from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """A number as people write it."""
