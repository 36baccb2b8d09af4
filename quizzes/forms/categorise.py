"""Categorise as one menu an entry."""

from quizzes.domain.base import name_on_paper
from quizzes.forms.base import AnswerForm, Choice, Row


class Form(AnswerForm):
    """A category for each entry."""

    @property
    def rows(self) -> list[Row]:
        """Return the entries in the order of the paper, each with all categories."""
        given = self.held
        return [self._row(key, given.get(key, "")) for key in self.order]

    def _row(self, key: str, given: str) -> Row:
        name = name_on_paper(key, self.order)
        row_id = f"{self.prefix}-{name}"
        choices = [
            Choice(str(place), text, category == given, f"{row_id}-{place}")
            for place, (category, text) in enumerate(self.spec.categories.items(), start=1)
        ]
        return Row(self.spec.entries[key].text, f"{self.prefix}.{name}", row_id, choices, self.error_at(row_id))
