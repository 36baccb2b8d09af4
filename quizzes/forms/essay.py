"""An essay as one large field."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """A text of some length."""

    def raw(self, data: QueryDict) -> Answer:
        """Return what was typed."""
        return data.get(self.prefix)
