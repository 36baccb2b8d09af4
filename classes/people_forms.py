"""What instructors fill in about the people of a class: lists, how students join, invitations, numbers, groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from classes.roster.columns import Column, twice
from classes.roster.reading import MOST_BYTES, Table, read_file, read_pasted
from classes.roster.refusals import RosterRefused
from classes.services.roster import Preview
from courses.models import Cohort, Enrolment, Group
from courses.models.classes import zone_validator
from courses.services.accounts import accounts_named
from quizzes.services.dates import ClassSettings

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_SHOWN = 50
"""Lines with errors that are offered for correction at a time."""


class ListForm(forms.Form):
    """A list of people, pasted or in a file."""

    text = forms.CharField(
        label=_("Paste a list"), required=False, max_length=MOST_BYTES, strip=False,
        help_text=_("One student a line: a name is enough. Copied from a spreadsheet, columns are recognised."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or choose a file"), required=False, allow_empty_file=True,
        help_text=_("CSV or Excel (.xlsx), at most 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )  # fmt: skip

    table: Table

    def clean(self) -> dict[str, Any] | None:
        """Read whichever was given."""
        cleaned = super().clean()
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        try:
            self.table = read_file(file.read(MOST_BYTES + 1)) if file else read_pasted(text)
        except RosterRefused as refusal:
            self.add_error("file" if file else "text", str(refusal))
        return cleaned

    @property
    def name(self) -> str:
        """The name of the file, or ""."""
        file = self.cleaned_data.get("file")
        return file.name if file else ""


class PreviewForm(forms.Form):
    """What a person says of a list: its columns, whether it is the whole class, and corrected cells."""

    is_whole = forms.BooleanField(
        label=_("This list is the whole class: remove students who are not in it"), required=False
    )
    leaves_out = forms.BooleanField(label=_("Leave out the lines with errors and import the rest"), required=False)

    def __init__(self, preview: Preview, data: QueryDict | None = None) -> None:
        draft = preview.draft
        initial: dict[str, Any] = {"is_whole": draft.is_whole, "leaves_out": draft.leaves_out}
        super().__init__(data, initial=initial)
        self.preview = preview
        head = preview.table.lines[0].cells if preview.has_heading else ()
        for at, column in enumerate(preview.columns):
            label = head[at] if at < len(head) and head[at] else _("Column %(n)d") % {"n": at + 1}
            self.fields[f"column-{at}"] = forms.ChoiceField(
                label=label, choices=Column.choices, initial=str(column), required=False
            )

    def clean(self) -> dict[str, Any] | None:
        """Refuse two columns for one thing."""
        cleaned = super().clean()
        if doubled := twice([Column(column) for column in self.columns()]):
            raise ValidationError(
                _("Two columns are said to be the %(what)s. Choose one, and leave the other out."),
                params={"what": doubled[0].label},
            )
        return cleaned

    def columns(self) -> list[str]:
        """Return what each column is said to hold."""
        return [self.cleaned_data.get(f"column-{at}", "") for at in range(len(self.preview.columns))]

    def cells(self) -> dict[int, dict[int, str]]:
        """Return the corrected cells by line and column, of the lines that have errors."""
        lines = {problem.line for problem in self.preview.difference.problems}
        found: dict[int, dict[int, str]] = {}
        for name, text in self.data.items():
            kind, _dash, place = name.partition("-")
            line, _dash, at = place.partition("-")
            if kind == "cell" and line.isdecimal() and at.isdecimal() and int(line) in lines and int(at) < 40:
                found.setdefault(int(line), {})[int(at)] = str(text)[:300]
        return found


class JoiningForm(forms.Form):
    """How students join."""

    is_open = forms.BooleanField(label=_("Students can join with the class code"), required=False)
    code_until = forms.DateTimeField(
        label=_("The code works until (UTC)"), required=False, help_text=_("Leave empty for no end."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    seats = forms.IntegerField(
        label=_("Most students"), required=False, min_value=1, max_value=100_000,
        help_text=_("The code lets no one in beyond this number. Leave empty for no limit."),
    )  # fmt: skip
    asks_first = forms.BooleanField(label=_("I approve each student who joins with the code"), required=False)


class SettingsForm(forms.Form):
    """What a class is called, and whose calendar its dates follow."""

    name = forms.CharField(label=_("Name of the class"), max_length=120)
    time_zone = forms.CharField(
        label=_("Time zone"), max_length=64, validators=[zone_validator],
        help_text=_("Type part of a city’s name and choose from the list, such as Europe/Lisbon."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    keeps = forms.ChoiceField(
        label=_("Dates of assigned work"), required=False, widget=forms.RadioSelect,
        choices=[
            ("clock", _("Keep the time on the clock: 23:59 stays 23:59, in the new time zone")),
            ("moment", _("Keep the moment: clocks in the new time zone show another time")),
        ],
    )  # fmt: skip

    def settings(self) -> ClassSettings:
        """Return what was filled in; without a choice, clocks keep their time."""
        given = self.cleaned_data
        return ClassSettings(given["name"], given["time_zone"], keeps_clock=given["keeps"] != "moment")


class InviteForm(forms.Form):
    """An account to invite, by its whole username or email address, and a role to offer."""

    account = forms.CharField(
        label=_("Username or email address"), max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Enrolment.Role.STUDENT, _("Student")),
            (Enrolment.Role.ASSISTANT, _("Assistant: sees the class and grades, changes no settings")),
            (Enrolment.Role.INSTRUCTOR, _("Instructor: teaches the class with you")),
        ],
    )

    user: User

    def clean_account(self) -> str:
        """Find the account."""
        name: str = self.cleaned_data["account"].strip()
        found = list(accounts_named(name).filter(is_active=True)[:2])
        if len(found) != 1:
            raise ValidationError(_("No account has exactly this name or address. Check the spelling."))
        self.user = found[0]
        return name


class PersonForm(forms.Form):
    """The student number and the groups of one person in a class."""

    student_number = forms.CharField(label=_("Student number"), max_length=40, required=False)
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(), label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, place: Enrolment, data: QueryDict | None = None) -> None:
        initial = {"student_number": place.student_number, "groups": place.groups.all()}
        super().__init__(data, initial=initial)
        self.place = place
        groups = Group.objects.filter(cohort=place.cohort_id)
        self.fields["groups"].queryset = groups  # type: ignore[attr-defined]
        if not groups:
            del self.fields["groups"]

    def clean_student_number(self) -> str:
        """Refuse the number of another person of the class."""
        number: str = self.cleaned_data["student_number"]
        others = Enrolment.objects.filter(cohort=self.place.cohort_id, student_number=number)
        if number and others.exclude(pk=self.place.pk).exists():
            raise ValidationError(_("Another student of this class has this number."))
        return number


class GroupForm(forms.Form):
    """The name of a group and who is in it."""

    name = forms.CharField(label=_("Name of the group"), max_length=60)
    members = forms.TypedMultipleChoiceField(
        label=_("Members"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, cohort: Cohort, places: Sequence[tuple[int, str]], *, group: Group | None = None, data: Any = None
    ) -> None:
        initial: dict[str, Any] = {}
        if group is not None:
            initial = {"name": group.name, "members": [place.pk for place in group.members.only("pk")]}
        super().__init__(data, initial=initial)
        self.cohort, self.group = cohort, group
        self.fields["members"].choices = places  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse the name of another group of the class."""
        name: str = self.cleaned_data["name"]
        others = Group.objects.filter(cohort=self.cohort, name=name)
        if self.group is not None:
            others = others.exclude(pk=self.group.pk)
        if others.exists():
            raise ValidationError(_("Another group of this class has this name."))
        return name
