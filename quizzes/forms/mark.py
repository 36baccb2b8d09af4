"""Mark as tick boxes in a running text."""

from quizzes.domain.base import name_on_paper
from quizzes.forms.base import Choice
from quizzes.forms.running import FIELD_HERE, RunningForm


class Form(RunningForm):
    """Any of the spans."""

    field_template = "quizzes/_span.html"

    def text(self) -> str:
        """Return the text with a tick box before each span."""
        return str(self.spec.with_spans(FIELD_HERE))

    def field(self, name: str) -> Choice:
        """Return one span."""
        return self.options[int(name) - 1]

    @property
    def options(self) -> list[Choice]:
        """Return the spans in the order of the text."""
        marked = self.chosen
        return [
            Choice(name := name_on_paper(key, self.spec.placed), words, key in marked, f"{self.prefix}-{name}")
            for key, words in self.spec.words.items()
        ]
