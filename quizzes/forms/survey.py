"""Survey as radio buttons or tick boxes, with a box for a comment where one is asked for."""

from quizzes.domain.kinds.survey import CHOSEN, COMMENT
from quizzes.forms.base import AnswerForm, Blank, Choice


class Form(AnswerForm):
    """Options and a comment. A tick box has a name of its own, so that what is posted is one value a name."""

    @property
    def options(self) -> list[Choice]:
        """Return the options, each with whether it is chosen."""
        chosen = self.held.get(CHOSEN) or []
        return [
            Choice(str(at), text, key in chosen, f"{self.prefix}-{at}")
            for at, (key, text) in enumerate(self.spec.offered.items(), start=1)
        ]

    @property
    def field(self) -> str:
        """Return the name of the field of the options; that of a tick box ends in the option besides."""
        return f"{self.prefix}.{CHOSEN}"

    @property
    def box(self) -> Blank | None:
        """Return the box for a comment, if one is asked for."""
        if self.spec.comment is None:
            return None
        box_id = f"{self.prefix}-{COMMENT}"
        return Blank(
            "",
            f"{self.prefix}.{COMMENT}",
            box_id,
            str(self.held.get(COMMENT) or ""),
            label=self.spec.comment,
            error=self.error_at(box_id),
        )
