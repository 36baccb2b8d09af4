"""What instructors fill in about grades: categories and rules, the work that counts, and decisions by hand."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classes.gradebook.book import TOTAL, Book, Column
from classes.gradebook.words import number
from classes.roster.reading import MOST_BYTES, Table, read_file, read_pasted
from classes.roster.refusals import RosterRefused
from quizzes.domain.gradebook import Mode, Status
from quizzes.domain.scales import Boundary, Scale
from quizzes.forms.record import long_text
from quizzes.models import Assignment, GradeCategory, GradeDecision, GradeRules

MOST_COLUMNS = 200
"""Columns a file of grades may have: forty pieces of work with their dates, and more."""


class CategoryForm(forms.ModelForm[GradeCategory]):
    """A category. One without a name is left out, and an existing one whose name is emptied goes."""

    name = forms.CharField(label=gettext_lazy("Category"), max_length=60, required=False)

    class Meta:
        model = GradeCategory
        fields = ("name", "weight", "mode", "drop_lowest", "drop_highest")

    def clean(self) -> dict[str, Any]:
        """Refuse to drop the highest by points: a better score could then lower the total."""
        given = super().clean() or {}
        if given.get("drop_highest") and given.get("mode") == Mode.POINTS:
            words = _("The highest can be dropped only from a mean of percents. Choose that, or drop none.")
            self.add_error("drop_highest", words)
        return given


CategoryFormSet = forms.modelformset_factory(GradeCategory, form=CategoryForm, extra=3, max_num=20)


def named_categories(formset: Any) -> list[GradeCategory]:
    """Return the categories of a formset that have a name, in order. Raises ValidationError where two have the same."""
    listed: list[GradeCategory] = [form.instance for form in formset.forms if form.cleaned_data.get("name")]
    check_names([each.name for each in listed])
    return listed


def check_names(names: Sequence[str]) -> None:
    """Refuse two categories of one name, in any case. Raises ValidationError."""
    if len({name.casefold() for name in names}) < len(names):
        raise ValidationError(_("Two categories have the same name. Give each a name of its own."))


class RulesForm(forms.ModelForm[GradeRules]):
    """What happens to late and missing work, and the grade boundaries; `seen` is the stamp of what was shown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    scale = forms.CharField(
        label=gettext_lazy("Grade boundaries"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 20}),
        help_text=gettext_lazy(
            "One on each line, the highest first: a grade, then from how many per cent, as in “A 85”."
        ),
    )

    class Meta:
        model = GradeRules
        fields = ("late_rate", "late_hours", "late_floor", "missing", "scale", "below", "shows_totals")
        help_texts = {
            "late_rate": gettext_lazy("Of the maximum, for each hour, day or week begun. Empty: nothing is taken off."),
            "missing": gettext_lazy("Empty: missing work has no score until its final total counts it as 0."),
            "below": gettext_lazy("Given below the last boundary, as in “F”."),
        }

    def __init__(self, data: Any, *, instance: GradeRules, seen: str) -> None:
        lines = "\n".join(f"{grade} {mark}" for grade, mark in instance.scale)
        initial = {"scale": lines, "seen": seen}
        super().__init__(data, instance=instance, initial=initial)

    def clean_scale(self) -> list[list[str]]:
        """Return the boundaries as pairs of text."""
        lines = [line.split() for line in self.cleaned_data["scale"].splitlines() if line.strip()]
        found = [(" ".join(words[:-1]), _mark(words)) for words in lines]
        if any(len(grade) > 20 for grade, _at in found):
            raise ValidationError(_("A grade has at most 20 letters."))
        try:
            Scale(tuple(Boundary(grade, mark) for grade, mark in found))
        except ValueError:
            words = _("Put the highest first, each lower than the one before, with at most one decimal place.")
            raise ValidationError(words) from None
        return [[grade, f"{mark:f}"] for grade, mark in found]


def _mark(words: Sequence[str]) -> Decimal:
    """Return the per cent at the end of a line. Raises ValidationError."""
    try:
        mark = Decimal(words[-1].rstrip("%").replace(",", "."))
    except InvalidOperation:
        mark = Decimal("NaN")
    if len(words) < 2 or not mark.is_finite() or not 0 <= mark <= 200:
        raise ValidationError(
            _("“%(line)s” is no boundary. Write a grade and a number from 0 to 200, as in “A 85”."),
            params={"line": " ".join(words)},
        )
    return mark


class WorkForm(forms.Form):
    """To which category a piece of work belongs, and what it is worth there."""

    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    points = forms.DecimalField(
        label=gettext_lazy("Points"), required=False, min_value=Decimal("0.01"), max_digits=7, decimal_places=2
    )
    weight = forms.DecimalField(
        label=gettext_lazy("Weight"), min_value=Decimal(0), max_digits=6, decimal_places=2, initial=Decimal(1)
    )
    is_extra = forms.BooleanField(label=gettext_lazy("Extra credit"), required=False)
    is_never_dropped = forms.BooleanField(label=gettext_lazy("Never dropped"), required=False)

    def __init__(
        self, data: Any, *, prefix: str, title: str, rows: Sequence[Assignment], categories: Sequence[str]
    ) -> None:
        first = rows[0]
        known = {name.casefold(): name for name in categories}
        initial: dict[str, Any] = {
            "category": known.get(first.category.casefold(), first.category),
            **{name: getattr(first, name) for name in ("points", "weight", "is_extra", "is_never_dropped")},
        }
        super().__init__(data, prefix=prefix, initial=initial)
        self.title, self.rows = title, rows
        other = [first.category] if first.category and first.category.casefold() not in known else []
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        none = _("none") if categories or first.quiz_id is None else _("all work")
        field.choices = [("", none), *((name, name) for name in [*categories, *other])]

    def apply(self) -> list[Assignment]:
        """Return the assignments with what was given, for everyone and for single students alike."""
        for row in self.rows:
            for name in ("category", "points", "weight", "is_extra", "is_never_dropped"):
                setattr(row, name, self.cleaned_data[name])
        return list(self.rows)


class DecisionForm(forms.Form):
    """What an instructor decides about one grade; `seen` is the decision in force that the page showed."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    points = forms.DecimalField(
        label=gettext_lazy("Points"), required=False, min_value=Decimal(0), max_digits=7, decimal_places=2
    )
    reason = long_text(label=gettext_lazy("Reason"), help_text=gettext_lazy("The student can read it."))

    def __init__(self, data: Any, *, column: Column | None, in_force: GradeDecision | None) -> None:
        initial: dict[str, Any] = {"seen": in_force.pk if in_force is not None else None}
        if in_force is not None:
            initial |= {"kind": in_force.kind, "points": in_force.points, "reason": in_force.reason}
        super().__init__(data, initial=initial)
        self.possible = column.possible if column is not None else Decimal(100)
        kinds = GradeDecision.Kind
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        if column is None:
            field.choices = [(kinds.TOTAL.value, _("Set the total by hand"))]
            self.fields["points"].label = _("Total in per cent")
        else:
            field.choices = [
                (kinds.SCORE.value, _("Set the score by hand")),
                (kinds.EXCUSED.value, _("Excuse: it does not count")),
                (kinds.ON_TIME.value, _("Waive what was taken off for being late")),
            ]
            self.fields["points"].label = _("Points, out of %(n)s") % {"n": number(self.possible)}

    def clean(self) -> dict[str, Any]:
        """Ask for points where they are what is decided, and at most twice what is possible."""
        given = super().clean() or {}
        sets = given.get("kind") in (GradeDecision.Kind.SCORE, GradeDecision.Kind.TOTAL)
        points = given.get("points")
        if sets and points is None and "points" not in self.errors:
            self.add_error("points", _("Give a number of points."))
        elif sets and points is not None and points > 2 * self.possible:
            self.add_error("points", _("That is more than twice the maximum. Check the number."))
        given["points"] = points if sets else None
        given["possible"] = self.possible if sets else None
        return given


class WhatIfForm(forms.Form):
    """Points that a student would like to try, for work that is not finished or could go better. Never saved."""

    def __init__(self, book: Book, pieces: Sequence[Any], data: Any) -> None:
        super().__init__(data or None)
        for piece in pieces:
            column = book.column(piece.key)
            if column is None or piece.status is Status.EXCUSED:
                continue
            label = _("%(title)s, out of %(n)s") % {"title": column.title, "n": number(column.possible)}
            self.fields[f"if-{piece.key}"] = forms.DecimalField(
                label=label,
                required=False,
                max_value=2 * column.possible,
                validators=[MinValueValidator(Decimal(0))],
                decimal_places=2,
                max_digits=7,
            )

    @property
    def tries(self) -> dict[str, Decimal]:
        """Return the points by column, of those that were given and are numbers."""
        if not self.is_bound:
            return {}
        self.full_clean()
        given = self.cleaned_data.items()
        return {name.removeprefix("if-"): value for name, value in given if value is not None}


class GradesFileForm(forms.Form):
    """A file of grades, or its text pasted."""

    text = forms.CharField(
        label=gettext_lazy("Paste a table"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        help_text=gettext_lazy("With headings: who, then a column for each piece of work by its title."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a file"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "CSV or Excel (.xlsx), at most 2 MB: the gradebook’s own, or one from Canvas or Moodle."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    table: Table

    def clean(self) -> dict[str, Any] | None:
        """Read whichever was given."""
        cleaned = super().clean()
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        try:
            most = {"most_columns": MOST_COLUMNS}
            self.table = read_file(file.read(MOST_BYTES + 1), **most) if file else read_pasted(text, **most)
        except RosterRefused as refusal:
            self.add_error("file" if file else "text", str(refusal))
        return cleaned

    def as_text(self) -> str:
        """Return the table as it was read, for the page that shows what it would change."""
        out = StringIO()
        csv.writer(out, delimiter="\t").writerows(line.cells for line in self.table.lines)
        return out.getvalue()


def work_forms(book: Book, data: Any) -> list[WorkForm]:
    """Return a form for each piece of work that was assigned by itself."""
    names = [each.name for each in book.categories]
    rows: dict[str, list[Assignment]] = {}
    for each in book.assignments.values():
        if not each.is_whole_course and not (each.quiz is not None and each.quiz.is_practice):
            rows.setdefault(f"quiz-{each.quiz_id}" if each.quiz_id else f"lesson-{each.lesson_id}", []).append(each)
    return [
        WorkForm(
            data,
            prefix=key,
            title=str(listed[0].quiz or (listed[0].lesson.title if listed[0].lesson else TOTAL)),
            rows=listed,
            categories=names,
        )
        for key, listed in rows.items()
    ]
