"""Several numbers as a list of fields with their units."""

from quizzes.forms.base import AnswerForm, Blank


class Form(AnswerForm):
    """A number for each field."""

    @property
    def blanks(self) -> list[Blank]:
        """Return the fields in the author's order."""
        return [self._blank(str(place), key) for place, key in enumerate(self.spec.fields, start=1)]

    def _blank(self, place: str, key: str) -> Blank:
        field, field_id = self.spec.fields[key], f"{self.prefix}-{place}"
        return Blank(
            place,
            f"{self.prefix}.{place}",
            field_id,
            value=self.held.get(key, ""),
            label=field.label,
            unit=field.shown_unit,
            error=self.error_at(field_id),
        )
