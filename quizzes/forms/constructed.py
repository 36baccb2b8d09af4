"""A constructed response as one field a prompt."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """A few sentences to each prompt."""

    def raw(self, data: QueryDict) -> Answer:
        """Return the text of each prompt that has one."""
        return self.posted_map(data)
