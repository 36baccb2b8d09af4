"""Multiple response as tick boxes."""

from quizzes.forms.base import AnswerForm, Choice


class Form(AnswerForm):
    """Any of the options."""

    @property
    def options(self) -> list[Choice]:
        """Return the options in the order of the paper."""
        return self.choices({key: option.text for key, option in self.spec.options.items()}, self.chosen)
