"""Mark as tick boxes in a running text."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """Any of the spans."""

    def raw(self, data: QueryDict) -> Answer:
        """Return the spans marked."""
        return data.getlist(self.prefix)
