"""Matching as one menu a prompt."""

from quizzes.domain.base import name_on_paper
from quizzes.forms.base import AnswerForm, Row


class Form(AnswerForm):
    """A match for each prompt."""

    @property
    def rows(self) -> list[Row]:
        """Return the prompts, each with all matches in the order of the paper."""
        given = self.held
        prompts = list(self.spec.prompts)
        return [self._row(name_on_paper(key, prompts), key, given.get(key, "")) for key in prompts]

    def _row(self, name: str, key: str, given: str) -> Row:
        choices, field_id = self.choices(self.spec.matches, [given], row=name), f"{self.prefix}-{name}"
        return Row(self.spec.prompts[key].text, f"{self.prefix}.{name}", field_id, choices, self.error_at(field_id))
