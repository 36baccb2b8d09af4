"""A number as one field with its unit."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """A number as people write it."""

    def raw(self, data: QueryDict) -> Answer:
        """Return what was typed."""
        return data.get(self.prefix)
