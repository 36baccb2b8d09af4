"""Matrix as a table of radio buttons or tick boxes."""

from dataclasses import dataclass

from quizzes.domain.base import name_on_paper
from quizzes.forms.base import AnswerForm, Choice


@dataclass(frozen=True)
class GridCell:
    """One place to tick, by the name of its field."""

    name: str
    choice: Choice


@dataclass(frozen=True)
class GridRow:
    """One row of the table: its words, the id of their cell, and its places to tick."""

    text: str
    id: str
    cells: list[GridCell]


class Form(AnswerForm):
    """Ticks in rows. A tick box has a name of its own, so that what is posted is one value a name."""

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Return the columns, each as the id of its heading and its words."""
        return [(f"{self.prefix}-c{at}", text) for at, text in enumerate(self.spec.columns.values(), start=1)]

    @property
    def rows(self) -> list[GridRow]:
        """Return the rows in the order of the paper."""
        return [self._row(key, self.held.get(key) or []) for key in self.order]

    def _row(self, key: str, ticked: list[str]) -> GridRow:
        name = name_on_paper(key, self.order)
        row_id, field = f"{self.prefix}-{name}", f"{self.prefix}.{name}"
        cells = [
            GridCell(
                field if self.spec.choose == "one" else f"{field}.{at}",
                Choice(str(at), text, column in ticked, f"{row_id}-{at}"),
            )
            for at, (column, text) in enumerate(self.spec.columns.items(), start=1)
        ]
        return GridRow(self.spec.rows[key].text, row_id, cells)
