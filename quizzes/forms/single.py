"""Single choice as radio buttons."""

from django.http import QueryDict

from quizzes.domain.base import Answer
from quizzes.forms.base import AnswerForm, Choice


class Form(AnswerForm):
    """One of the options."""

    def raw(self, data: QueryDict) -> Answer:
        """Return the option chosen."""
        return data.get(self.prefix)

    @property
    def options(self) -> list[Choice]:
        """Return the options in the order of the paper."""
        return self.choices(
            {key: option.text for key, option in self.spec.options.items()}, [str(self.shown)] if self.shown else []
        )
