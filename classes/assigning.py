"""Forms by which work is assigned. Their dates are those of the class's own clock."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classes.reports.assignments import Offer
from courses.models import Cohort, Enrolment, Group, Lesson
from quizzes.models import Assignment, Quiz

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DATES = ("opens_at", "due_at", "closes_at")
LIMITS = ("minutes", "max_attempts")
RULES = ("after_lesson", "after_quiz", "after_percent")
OF_QUIZZES = ("closes_at", *LIMITS, *RULES)
FIELDS = (*DATES, *LIMITS, "category", "weight", *RULES)


def _date(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text)


class _ChosenLesson(forms.ModelChoiceField[Lesson]):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.title}".strip()


class DatesForm(forms.Form):
    """When work opens, is due and closes, with what limits, and how it counts."""

    opens_at = _date(_("Opens"))
    due_at = _date(_("Due"))
    closes_at = _date(_("Closes"), _("For quizzes. Reading is never closed."))
    minutes = forms.IntegerField(
        label=_("Time limit in minutes"), required=False, min_value=1, max_value=10_000, help_text=_("For quizzes.")
    )
    max_attempts = forms.IntegerField(
        label=_("Attempts allowed"), required=False, min_value=1, max_value=1_000, help_text=_("For quizzes.")
    )
    category = forms.CharField(label=_("Category"), required=False, max_length=60)
    weight = forms.DecimalField(label=_("Weight"), min_value=0, max_value=1_000, decimal_places=2, initial=1)

    after_lesson = _ChosenLesson(
        Lesson.objects.none(), label=_("Only after reading"), required=False, empty_label=_("Nothing"),
        help_text=_("For quizzes. Nobody starts before reading this lesson to the end."),
    )  # fmt: skip
    after_quiz = forms.ModelChoiceField(
        Quiz.objects.none(), label=_("Only after the quiz"), required=False, empty_label=_("None"),
        help_text=_("For quizzes. Nobody starts before submitting this one."),
    )  # fmt: skip
    after_percent = forms.IntegerField(
        label=_("With at least, in per cent"), required=False, min_value=0, max_value=100,
        help_text=_("Of the quiz that comes first. Empty: submitting it is enough."),
    )  # fmt: skip

    def __init__(self, cohort: Cohort, *, data: Any = None, of: Assignment | None = None) -> None:
        self.cohort, self.zone = cohort, cohort.zone
        self.own_quiz = None if of is None else of.quiz
        initial = {} if of is None else {name: self._there(getattr(of, name)) for name in FIELDS}
        super().__init__(data, initial=initial)
        if of is not None and of.quiz_id is None:
            for name in OF_QUIZZES:
                del self.fields[name]
            return
        course = {"course": cohort.course_id}
        lessons = Lesson.objects.current().written().filter(**course)
        self.fields["after_lesson"].queryset = lessons.defer("body", "notes")  # type: ignore[attr-defined]
        self.fields["after_quiz"].queryset = Quiz.objects.current().filter(**course)  # type: ignore[attr-defined]

    def _there(self, value: Any) -> Any:
        return value.astimezone(self.zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    def full_clean(self) -> None:
        """Read dates by the clock of the class; one that a clock change leaves out or repeats is refused."""
        with timezone.override(self.zone):
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Check that dates follow each other."""
        given = super().clean() or {}
        dates = [(name, given[name]) for name in DATES if given.get(name)]
        for (_first, before), (name, after) in pairwise(dates):
            if after <= before:
                self.add_error(name, _("This is before the date above it."))
        if self.own_quiz is not None and given.get("after_quiz") == self.own_quiz:
            self.add_error("after_quiz", _("A quiz cannot wait for itself."))
        if given.get("after_percent") and not given.get("after_quiz"):
            self.add_error("after_quiz", _("Choose the quiz in which that has to be reached."))
        return given

    def clean_after_percent(self) -> int:
        """Take nothing for 0."""
        return self.cleaned_data["after_percent"] or 0

    def put_into(self, assignment: Assignment) -> list[str]:
        """Put what was filled in into an assignment; return the names of what is other than before."""
        changed = []
        for name in FIELDS:
            value = self.cleaned_data.get(name)
            if assignment.quiz_id is None and name in OF_QUIZZES:
                value = 0 if name == "after_percent" else None
            if name in DATES and value is not None:
                value = value.astimezone(timezone.get_default_timezone())
            if getattr(assignment, name) != value:
                setattr(assignment, name, value)
                changed.append(name)
        return changed


class AssignForm(DatesForm):
    """Which lessons and quizzes are assigned, and to whom."""

    def __init__(self, cohort: Cohort, offered: list[Offer], *, data: Any = None, student: str = "") -> None:
        super().__init__(cohort, data=data)
        choices = [(each.value, each.title) for each in offered]
        self.fields["work"] = forms.MultipleChoiceField(label=_("Lessons and quizzes"), choices=choices)
        self.fields["work"].error_messages["required"] = _("Tick at least one lesson or quiz.")
        self.fields["student"] = forms.CharField(
            label=_("For one student"), required=False, max_length=150, initial=student,
            help_text=_("A username. Empty: everyone in the class."),
        )  # fmt: skip
        groups = Group.objects.filter(cohort=cohort)
        if groups:
            self.fields["for_group"] = forms.ModelChoiceField(
                groups, label=_("For a group"), required=False, empty_label=_("No group"),
                help_text=_("Goes before what everyone is assigned. Students who join the group later have it too."),
            )  # fmt: skip

    def clean_student(self) -> User | None:
        """Find the student in the class."""
        name = self.cleaned_data["student"].strip()
        if not name:
            return None
        place = Enrolment.objects.students().filter(cohort=self.cohort, user__username=name).select_related("user")
        found = place.first()
        if found is None:
            words = _("No student of this class has the username “%(name)s”.")
            raise forms.ValidationError(words, params={"name": name})
        return found.user

    def clean(self) -> dict[str, Any]:
        """Refuse what these people are assigned already."""
        given = super().clean()
        student, group = given.get("student"), given.get("for_group")
        if student is not None and group is not None:
            self.add_error("for_group", _("Choose a student or a group, not both."))
        live = Assignment.objects.live().filter(cohort=self.cohort, student=student, for_group=group)
        there = {_value(*pair) for pair in live.values_list("lesson", "quiz")}
        titles = dict(self.fields["work"].choices)  # type: ignore[attr-defined]
        first = given.get("after_quiz")
        if first is not None and _value(None, first.pk) in given.get("work", ()):
            self.add_error("after_quiz", _("A quiz cannot wait for itself."))
        for value in there & set(given.get("work", ())):
            self.add_error("work", _("“%(title)s” is assigned already.") % {"title": titles[value]})
        return given

    def assignments(self) -> list[Assignment]:
        """Return what was ticked, not saved yet."""
        found = []
        for value in self.cleaned_data["work"]:
            kind, _dash, pk = value.partition("-")
            whose = {name: self.cleaned_data.get(name) for name in ("student", "for_group")}
            made = Assignment(cohort=self.cohort, **whose, **{f"{kind}_id": int(pk)})
            self.put_into(made)
            found.append(made)
        return found


def _value(lesson: int | None, quiz: int | None) -> str:
    return f"lesson-{lesson}" if lesson is not None else f"quiz-{quiz}"
