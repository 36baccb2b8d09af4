"""Ordering as one menu of places an entry; no dragging is needed."""

from quizzes.domain.base import name_on_paper
from quizzes.forms.base import AnswerForm, Choice, Row


class Form(AnswerForm):
    """A place for each entry."""

    @property
    def rows(self) -> list[Row]:
        """Return the entries in the order of the paper, each with all places."""
        given = self.held
        return [self._row(key, str(given.get(key, ""))) for key in self.order]

    def _row(self, key: str, given: str) -> Row:
        name = name_on_paper(key, self.order)
        row_id = f"{self.prefix}-{name}"
        places = [str(place) for place in range(1, len(self.spec.entries) + 1)]
        choices = [Choice(place, place, place == given, f"{row_id}-{place}") for place in places]
        return Row(self.spec.entries[key].text, f"{self.prefix}.{name}", row_id, choices, self.error_at(row_id))
