"""A timeline as one year an event, beside the scale."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """A year for each event."""

    def raw(self, data: QueryDict) -> Answer:
        """Return the year of each event that has one."""
        return self.posted_map(data)
