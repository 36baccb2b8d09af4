"""Several numbers as a list of fields with their units."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """A number for each field."""

    def raw(self, data: QueryDict) -> Answer:
        """Return what was typed, field by field."""
        return self.posted_map(data)
