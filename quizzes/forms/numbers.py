"""Several numbers as a list of fields with their units."""

from typing import Any

from django.http import QueryDict

from quizzes.domain.base import Answer, InvalidAnswer
from quizzes.forms.base import AnswerForm, Blank


class Form(AnswerForm):
    """A number for each field."""

    def raw(self, data: QueryDict) -> Answer:
        """Return what was typed, field by field."""
        return self.posted_map(data)

    @property
    def blanks(self) -> list[Blank]:
        """Return the fields in the author's order."""
        return [self._blank(str(place), key) for place, key in enumerate(self.spec.fields, start=1)]

    def _blank(self, place: str, key: str) -> Blank:
        field, typed = self.spec.fields[key], (self.shown or {}).get(key, "")
        return Blank(
            place,
            f"{self.prefix}.{place}",
            f"{self.prefix}-{place}",
            value=typed,
            label=field.label,
            unit=field.shown_unit,
            is_unread=bool(self.error) and not _is_read(field, typed),
        )


def _is_read(field: Any, typed: str) -> bool:
    try:
        field.read(typed)
    except InvalidAnswer:
        return False
    return True
