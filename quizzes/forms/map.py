"""A map as radio buttons, beside the map with their letters."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """One of the places."""

    def raw(self, data: QueryDict) -> Answer:
        """Return the place chosen."""
        return data.get(self.prefix)
