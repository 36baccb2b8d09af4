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
class Chosen:
    """What was chosen: the changes, those that come along with them, and the regrades."""

    lines: Sequence[Line]
    along: Sequence[Line]
    seen: Mapping[str, str]
    fixes: Mapping[str, tuple[Fix, str]]

    @classmethod
    def read(cls, page: PublishPage, data: QueryDict) -> Chosen:
        """Read what was posted; what is not on the page is left out."""
        by_key = {line.key: line for line in page.lines}
        ticked = [key for key in data.getlist("change") if key in by_key]
        keys = with_needs(ticked, page.needs)
        fixes = {}
        for key in keys:
            fix, reach = data.get(f"fix-{key}", NOTHING), data.get(f"reach-{key}", OWN)
            if by_key[key].offer is not None and fix in list(Fix):
                fixes[key] = (Fix(fix), reach)
        return cls(
            [by_key[key] for key in keys],
            [by_key[key] for key in keys if key not in ticked],
            {key: data.get(f"seen-{key}", "") for key in keys},
            fixes,
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

    def regrades(self, data: QueryDict, *, by: User, note: str) -> list[WantedRegrade]:
        """Return the regrades chosen, each to do exactly what the page showed."""
        found = []
        for line in self.lines:
            if line.key in self.fixes and line.offer is not None:
                fix, reach = self.fixes[line.key]
                found.append(_wanted(line.offer, line.key, fix, reach, data, by, note))
        return found


def _wanted(offer: Offer, key: str, fix: Fix, reach: str, data: QueryDict, by: User, note: str) -> WantedRegrade:  # noqa: PLR0913, PLR0917
    choice = next(each for each in offer.choices if each.fix is fix)
    is_everywhere = choice.everywhere is not None and (reach == EVERYWHERE or choice.own is None)
    expected = data.get(f"expected-{key}-{fix}-{EVERYWHERE if is_everywhere else OWN}", "")
    regrade = offer.regrade(fix, actor=by, reason=note)
    return WantedRegrade(regrade, None if is_everywhere else offer.classes, expected)
