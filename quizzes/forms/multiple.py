"""Multiple response as tick boxes."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm, Choice


class Form(AnswerForm):
    """Any of the options."""

    def raw(self, data: QueryDict) -> Answer:
        """Return the options ticked."""
        return data.getlist(self.prefix)

    @property
    def options(self) -> list[Choice]:
        """Return the options in the order of the paper."""
        return self.choices({key: option.text for key, option in self.spec.options.items()}, self.shown or [])
