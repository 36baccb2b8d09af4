"""An essay as one large field."""

from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """A text of some length."""
