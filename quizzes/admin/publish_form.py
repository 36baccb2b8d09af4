"""What is chosen on the page that publishes: which changes, when, why, and what becomes of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Course
from quizzes.domain.regrading import Fix
from quizzes.reports.dependence import with_needs
from quizzes.reports.publishing import Line, PublishPage
from quizzes.reports.regrade_offers import Offer
from quizzes.services.publishing import Order, WantedRegrade

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NOTHING = "none"
OWN, EVERYWHERE = "own", "all"


class WhenForm(forms.Form):
    """When changes are published, and a note for colleagues."""

    when = forms.ChoiceField(choices=[("now", gettext_lazy("Now")), ("at", gettext_lazy("At"))], initial="now")
    at = forms.DateTimeField(required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    note = forms.CharField(required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: object, now: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.now = now

    def clean(self) -> dict[str, object]:
        """Refuse a moment that is not to come."""
        super().clean()
        given = self.cleaned_data
        if given.get("when") == "at":
            at = given.get("at")
            if at is None and "at" not in self.errors:
                self.add_error("at", _("Say when the changes are to be published."))
            elif at is not None and at <= self.now:
                self.add_error("at", _("This moment is past. Choose a later one, or publish now."))
        return given

    @property
    def moment(self) -> datetime | None:
        """Return when to publish; None for now."""
        at: datetime | None = self.cleaned_data["at"] if self.cleaned_data["when"] == "at" else None
        return None if at is None else at.astimezone(UTC)


@dataclass(frozen=True)
class ChosenFix:
    """What becomes of results already given: the fix, how far it reaches, and the marks of what it was seen to do."""

    fix: Fix
    reach: str
    seen: Mapping[str, str]

    @classmethod
    def read(cls, key: str, data: QueryDict) -> ChosenFix | None:
        """Read the fix chosen for a change; None where results are left as they are."""
        fix = data.get(f"fix-{key}", NOTHING)
        if fix not in list(Fix):
            return None
        seen = {reach: data.get(f"expected-{key}-{fix}-{reach}", "") for reach in (OWN, EVERYWHERE)}
        return cls(Fix(fix), data.get(f"reach-{key}", OWN), seen)

    def regrade(self, offer: Offer, *, by: User, note: str) -> WantedRegrade:
        """Return the regrade, to do exactly what was seen."""
        choice = next(each for each in offer.choices if each.fix is self.fix)
        is_everywhere = choice.everywhere is not None and (self.reach == EVERYWHERE or choice.own is None)
        made = offer.regrade(self.fix, actor=by, reason=note)
        if is_everywhere:
            return WantedRegrade(made, None, self.seen[EVERYWHERE])
        return WantedRegrade(made, offer.classes, self.seen[OWN])


@dataclass(frozen=True)
class Chosen:
    """What was chosen: the changes, those that come along with them, and the regrades."""

    lines: Sequence[Line]
    along: Sequence[Line]
    seen: Mapping[str, str]
    fixes: Mapping[str, ChosenFix]

    @classmethod
    def read(cls, page: PublishPage, data: QueryDict) -> Chosen:
        """Read what was posted; what is not on the page is left out."""
        by_key = {line.key: line for line in page.lines}
        ticked = [key for key in data.getlist("change") if key in by_key]
        keys = with_needs(ticked, page.needs)
        fixes = {key: ChosenFix.read(key, data) for key in keys if by_key[key].offer is not None}
        return cls(
            [by_key[key] for key in keys],
            [by_key[key] for key in keys if key not in ticked],
            {key: data.get(f"seen-{key}", "") for key in keys},
            {key: fix for key, fix in fixes.items() if fix is not None and _is_offered(by_key[key], fix)},
        )

    def mistakes(self, *, note: str, is_later: bool) -> list[str]:
        """Return why this cannot be published."""
        words = _("“%(title)s” cannot be published yet. Leave it out, or correct it.")
        found = [words % {"title": line.title} for line in self.lines if line.mistakes]
        if self.fixes and not note.strip():
            found.append(_("Write a note: students whose mark changes read it as the reason."))
        if self.fixes and is_later:
            words = _("Results are regraded when you publish now. To publish later, leave the results as they are.")
            found.append(words)
        return found

    def order(self, course: Course, *, by: User, note: str) -> Order:
        """Return what is to be published."""
        return Order(course, by, self.seen, note)

    def regrades(self, *, by: User, note: str) -> list[WantedRegrade]:
        """Return the regrades chosen."""
        return [
            self.fixes[line.key].regrade(line.offer, by=by, note=note)
            for line in self.lines
            if line.key in self.fixes and line.offer is not None
        ]


def _is_offered(line: Line, chosen: ChosenFix) -> bool:
    return line.offer is not None and any(each.fix is chosen.fix for each in line.offer.choices)
