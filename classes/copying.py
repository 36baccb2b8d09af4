"""Forms by which a class is copied: its name and first day, then each date as it would be, to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classes.reports.assignments import title_of
from classes.reports.dates import WORDS
from classes.services.copying import Dates, first_day
from courses.models import Cohort
from quizzes.services.dates import DATES, MovedDate

MOST_DAYS = 3_660


class CopyForm(forms.Form):
    """What the copy is called, and which day its first date falls on."""

    name = forms.CharField(label=gettext_lazy("Name of the new class"), max_length=120)
    first = forms.DateField(
        label=gettext_lazy("First date"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, cohort: Cohort, data: Any = None) -> None:
        self.day = first_day(cohort)
        super().__init__(data, initial={"name": cohort.name, "first": self.day})
        if self.day is None:
            del self.fields["first"]
        else:
            words = _("The first date of this class is %(day)s. All dates move by the same number of whole days.")
            self.fields["first"].help_text = words % {"day": date_format(self.day, "l j F Y")}

    def clean_first(self) -> Any:
        """Refuse a day further away than any term."""
        day = self.cleaned_data["first"]
        if self.day is not None and abs((day - self.day).days) > MOST_DAYS:
            raise forms.ValidationError(_("Choose a day within ten years of the first date."))
        return day

    @property
    def days(self) -> int:
        """Return by how many days dates move."""
        shift = self.cleaned_data["first"] - self.day if self.day is not None else timedelta(0)
        return int(shift.days)


class CopiedDatesForm(forms.Form):
    """Each date of the copy by the clock of the class, as it was shifted or as the teacher corrected it."""

    def __init__(self, cohort: Cohort, dates: Sequence[MovedDate], data: Any = None) -> None:
        super().__init__(data)
        self.zone, self.dates = cohort.zone, dates
        for each in dates:
            there = each.after.astimezone(self.zone).replace(tzinfo=None)
            label = f"{title_of(each.assignment)}: {_(WORDS[each.name])}"
            widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "aria-label": label})
            self.fields[_name(each)] = forms.DateTimeField(label=label, initial=there, required=False, widget=widget)

    def full_clean(self) -> None:
        """Read dates by the clock of the class; an hour that a clock change leaves out or repeats is refused."""
        with timezone.override(self.zone):
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Check that the dates of each piece of work follow each other."""
        given = super().clean() or {}
        for pk in {each.assignment.pk for each in self.dates}:
            names = [f"date-{pk}-{name}" for name in DATES]
            named = [(name, given[name]) for name in names if given.get(name) is not None]
            for (_first, before), (name, after) in pairwise(named):
                if after <= before:
                    self.add_error(name, _("This is before the date above it."))
        return given

    def chosen(self) -> Dates:
        """Return the dates; one that was emptied is none."""
        default = timezone.get_default_timezone()
        found = {(each.assignment.pk, each.name): self.cleaned_data[_name(each)] for each in self.dates}
        return {key: at and at.astimezone(default) for key, at in found.items()}

    def lines(self) -> list[tuple[MovedDate, forms.BoundField]]:
        """Return each date with its field."""
        return [(each, self[_name(each)]) for each in self.dates]


def _name(date: MovedDate) -> str:
    return f"date-{date.assignment.pk}-{date.name}"
