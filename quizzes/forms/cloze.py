"""Cloze as a text with fields and menus in it."""

from quizzes.domain.base import name_on_paper
from quizzes.forms.base import Blank, Choice
from quizzes.forms.running import FIELD_HERE, RunningForm


class Form(RunningForm):
    """Words or an option for each gap."""

    field_template = "quizzes/_gap.html"

    def text(self) -> str:
        """Return the text with a field for each gap."""
        return str(self.spec.with_gaps(FIELD_HERE))

    def field(self, name: str) -> Blank:
        """Return one gap."""
        return self.blanks[int(name) - 1]

    @property
    def blanks(self) -> list[Blank]:
        """Return the gaps in the order of the text."""
        return [self._blank(name_on_paper(key, self.spec.placed), key) for key in self.spec.placed]

    def _blank(self, name: str, key: str) -> Blank:
        given, field_id = str(self.held.get(key, "")), f"{self.prefix}-{name}"
        blank = Blank(name, f"{self.prefix}.{name}", field_id, value=given, error=self.error_at(field_id))
        offered = self.spec.offered(key, self.order)
        if offered is None:
            return blank
        chosen = self.spec.gaps[key].options.get(given)
        choices = [Choice(value, text, text == chosen, f"{field_id}-{value}") for value, text in offered.items()]
        return Blank(name, blank.name, field_id, choices=choices, error=blank.error)
