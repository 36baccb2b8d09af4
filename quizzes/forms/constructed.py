"""A constructed response as one large field a prompt."""

from dataclasses import dataclass

from quizzes.domain.base import name_on_paper
from quizzes.forms.base import AnswerForm


@dataclass(frozen=True)
class Box:
    """One field to write in, with the words asked for."""

    text: str
    words: int
    name: str
    id: str
    value: str
    error: str


class Form(AnswerForm):
    """A few sentences to each prompt."""

    @property
    def boxes(self) -> list[Box]:
        """Return the prompts in their author's order."""
        given = self.held
        prompts = list(self.spec.prompts)
        return [self._box(name_on_paper(key, prompts), key, given.get(key, "")) for key in prompts]

    def _box(self, name: str, key: str, given: str) -> Box:
        prompt, box_id = self.spec.prompts[key], f"{self.prefix}-{name}"
        return Box(prompt.text, prompt.words, f"{self.prefix}.{name}", box_id, given, self.error_at(box_id))
