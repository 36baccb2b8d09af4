"""Categorise as one menu an entry."""

from django.http import QueryDict

from quizzes.domain.base import Answer, name_on_paper
from quizzes.forms.base import AnswerForm, Choice, Row


class Form(AnswerForm):
    """A category for each entry."""

    def raw(self, data: QueryDict) -> Answer:
        """Return the category of each entry that has one."""
        return self.posted_map(data)

    @property
    def rows(self) -> list[Row]:
        """Return the entries in the order of the paper, each with all categories."""
        given = self.shown or {}
        return [self._row(key, given.get(key, "")) for key in self.order]

    def _row(self, key: str, given: str) -> Row:
        name = name_on_paper(key, self.order)
        row_id = f"{self.prefix}-{name}"
        choices = [
            Choice(str(place), text, category == given, f"{row_id}-{place}")
            for place, (category, text) in enumerate(self.spec.categories.items(), start=1)
        ]
        return Row(self.spec.entries[key].text, f"{self.prefix}.{name}", row_id, choices, self.error_at(row_id))
