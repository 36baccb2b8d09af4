"""Cloze as a text with fields and menus in it."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm


class Form(AnswerForm):
    """Words or an option for each gap."""

    def raw(self, data: QueryDict) -> Answer:
        """Return what was typed or chosen, gap by gap."""
        return self.posted_map(data)
