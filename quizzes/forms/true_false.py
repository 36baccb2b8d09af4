"""True or false as two radio buttons."""

from django.utils.translation import gettext as _

from quizzes.forms.base import AnswerForm, Choice


class Form(AnswerForm):
    """One of two words."""

    @property
    def options(self) -> list[Choice]:
        """Return True and False, always in this order."""
        words = {key: _(word) for key, word in self.spec.parts([])["options"].items()}
        return self.choices(words, [] if self.shown in (None, "") else [str(self.shown).lower()])
