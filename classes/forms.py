"""What instructors fill in about a class: marks by a rubric, regrades, answers to reports, time and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.reports.people import display_name
from quizzes.domain.regrading import Fix
from quizzes.domain.rubric import Criterion, HumanMarked, RubricLevel
from quizzes.forms.record import MAX_MINUTES, long_text
from quizzes.models import Attempt, HeldMark, HumanMark, ItemRevision, QuestionReport, Regrade
from quizzes.services.question_reports import Verdict

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class MarkForm(forms.Form):
    """A level of each criterion, and a comment; `seen` is when the mark was given that the marker saw."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    kept = False
    """Whether it shows what was chosen and not checked yet."""

    def __init__(self, spec: HumanMarked, *, human: HeldMark | HumanMark | None, data: Any = None) -> None:
        given = human.levels if human is not None else {}
        initial: dict[str, Any] = {f"level-{key}": str(level) for key, level in given.items()}
        initial |= {"comment": human.comment, "seen": human.marked_at.isoformat()} if human is not None else {}
        super().__init__(data, initial=initial, prefix="mark")
        self.rubric = spec.rubric
        for key, criterion in spec.rubric.root.items():
            choices = [(str(at), _level_words(level)) for at, level in enumerate(criterion.levels)]
            widget = forms.RadioSelect()
            self.fields[f"level-{key}"] = forms.ChoiceField(label=criterion.title, choices=choices, widget=widget)
        self.fields["comment"] = long_text(_("Comment for the student"), required=False)

    @classmethod
    def unchecked(cls, spec: HumanMarked, *, human: HeldMark | HumanMark | None, posted: QueryDict) -> MarkForm:
        """Return a form that holds what was posted and finds no fault with it: it is not finished yet."""
        form = cls(spec, human=human)
        given = {name: posted[form.add_prefix(name)] for name in form.fields if form.add_prefix(name) in posted}
        form.initial.update(given)
        form.kept = bool(given)
        return form

    def criteria(self) -> list[tuple[Criterion, forms.BoundField]]:
        """Return each criterion with its field."""
        return [(criterion, self[f"level-{key}"]) for key, criterion in self.rubric.root.items()]

    def levels(self) -> dict[str, int]:
        """Return the levels chosen, by criterion."""
        start = "level-"
        chosen = self.cleaned_data.items()
        return {name.removeprefix(start): int(level) for name, level in chosen if name.startswith(start)}

    def clean_seen(self) -> datetime | None:
        """Return the moment; what is no moment is none."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None


class RegradeForm(forms.Form):
    """What is done about the marks of a revision; its kind and its other wordings decide what is offered."""

    def __init__(
        self,
        revision: ItemRevision,
        others: Sequence[ItemRevision],
        *,
        reaches: Sequence[tuple[str, str]] = (),
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data, prefix="regrade")
        self.revision = revision
        self.others = {str(other.pk): other for other in others if _can_replace(other, revision)}
        options = revision.spec.regradable_options()
        fixes = _fixes(revision, has_options=bool(options), has_others=bool(self.others))
        choices = [(fix.value, _(fix.words)) for fix in fixes]
        self.fields["fix"] = forms.ChoiceField(label=_("What is done"), choices=choices, widget=forms.RadioSelect())
        if Fix.NEW_KEY in fixes or Fix.NEW_RUBRIC in fixes:
            listed = [("", "–"), *((pk, _revision_words(other)) for pk, other in self.others.items())]
            label = _("The new key is that of") if Fix.NEW_KEY in fixes else _("The new rubric is that of")
            self.fields["new_revision"] = forms.ChoiceField(label=label, choices=listed, required=False)
        if Fix.OPTIONS in fixes:
            for name, label in (("always_right", _("Always right:")), ("disregarded", _("Does not count:"))):
                widget = forms.CheckboxSelectMultiple()
                self.fields[name] = forms.MultipleChoiceField(
                    label=label, choices=list(options.items()), required=False, widget=widget
                )
        self.fields["never_lower"] = forms.BooleanField(
            label=_("Never lower a score"),
            help_text=_("Has no effect if the question does not count for anyone."),
            required=False,
            initial=True,
        )
        self.fields["touches_human"] = forms.BooleanField(label=_("Also grades given by people"), required=False)
        if reaches:
            self.fields["reach"] = forms.ChoiceField(
                label=_("Which results"), choices=reaches, initial=reaches[0][0], widget=forms.RadioSelect()
            )
        self.fields["reason"] = long_text(_("Reason"), help_text=_("Students whose mark changes read this."))

    def clean(self) -> dict[str, Any]:
        """Check that the fix has what it needs."""
        super().clean()
        given, fix = self.cleaned_data, self.cleaned_data.get("fix")
        if fix in _TO_ANOTHER and not given.get("new_revision"):
            is_rubric = fix == Fix.NEW_RUBRIC
            words = (
                _("Choose the version with the new rubric.") if is_rubric else _("Choose the version with the new key.")
            )
            self.add_error("new_revision", words)
        if fix == Fix.OPTIONS:
            self._check_options(set(given.get("always_right", ())), set(given.get("disregarded", ())))
        return given

    def _check_options(self, right: set[str], out: set[str]) -> None:
        if not right | out:
            self.add_error("always_right", _("Tick at least one option here or below."))
        if right & out:
            self.add_error("disregarded", _("An option is either always right or does not count, not both."))
        if len(self.revision.spec.regradable_options()) - len(out) < 2:
            self.add_error("disregarded", _("At least two options must be left. Disregard the question instead."))

    def regrade(self, actor: User) -> Regrade:
        """Return the regrade, yet to be saved."""
        given, fix = self.cleaned_data, self.cleaned_data["fix"]
        is_new_key, is_options = fix in _TO_ANOTHER, fix == Fix.OPTIONS
        return Regrade(
            revision=self.revision,
            fix=fix,
            new_revision=self.others[given["new_revision"]] if is_new_key else None,
            always_right=given["always_right"] if is_options else [],
            disregarded=given["disregarded"] if is_options else [],
            never_lower=given["never_lower"] and fix != Fix.DISREGARD,
            touches_human=given["touches_human"],
            reason=given["reason"],
            actor=actor,
        )

    def posted(self) -> list[tuple[str, str]]:
        """Return what was posted, to be sent again on confirming."""
        assert isinstance(self.data, QueryDict)  # noqa: S101 (only a form that was posted is confirmed)
        names = [self.add_prefix(name) for name in self.fields]
        return [(name, value) for name in names for value in self.data.getlist(name)]


class ExtendForm(forms.Form):
    """More minutes for one running attempt."""

    def __init__(self, running: Sequence[Attempt], *, data: Any = None) -> None:
        super().__init__(data, prefix="extend")
        self.running = {str(attempt.pk): attempt for attempt in running}
        choices = [(pk, _attempt_words(attempt)) for pk, attempt in self.running.items()]
        minutes = forms.IntegerField(label=_("Extra minutes"), min_value=1, max_value=MAX_MINUTES, initial=10)
        self.fields["attempt"] = forms.ChoiceField(label=_("Attempt"), choices=choices)
        self.fields["minutes"] = minutes
        self.fields["reason"] = long_text(_("Reason"), rows=2, help_text=_("It is kept in the record."))

    def attempt(self) -> Attempt:
        """Return the attempt chosen."""
        return self.running[self.cleaned_data["attempt"]]


class VerdictForm(forms.Form):
    """The answer to a report of a question."""

    def __init__(self, report: QuestionReport, regrades: Sequence[Regrade], *, data: Any = None) -> None:
        super().__init__(data, prefix=f"report-{report.pk}")
        self.regrades = {str(regrade.pk): regrade for regrade in regrades}
        states = [(state.value, _VERDICTS[state]) for state in _VERDICTS]
        self.fields["state"] = forms.ChoiceField(label=_("Decision"), choices=states)
        self.fields["text"] = long_text(_("Answer to the student"))
        if self.regrades:
            listed = [
                ("", "–"),
                *((pk, f"{each.get_fix_display()}: {each.reason}") for pk, each in self.regrades.items()),
            ]
            self.fields["regrade"] = forms.ChoiceField(label=_("With this regrade"), choices=listed, required=False)

    def verdict(self) -> Verdict:
        """Return the answer."""
        given = self.cleaned_data
        state = QuestionReport.State(given["state"])
        return Verdict(state, given["text"], self.regrades.get(given.get("regrade", "")))


_VERDICTS = {
    QuestionReport.State.ANSWERED: _("explained"),
    QuestionReport.State.CHANGED: _("the question or its marks were changed"),
    QuestionReport.State.KEPT: _("the question stays as it is"),
}


def _attempt_words(attempt: Attempt) -> str:
    name = display_name(attempt.student)
    words = _("%(name)s, %(quiz)s, until %(end)s UTC")
    return str(words) % {"name": name, "quiz": attempt.quiz.title, "end": f"{attempt.deadline:%-d %B, %H:%M}"}


def _fixes(revision: ItemRevision, *, has_options: bool, has_others: bool) -> list[Fix]:
    if not revision.spec.is_scored:
        return []
    offered = [
        Fix.CREDIT_ALL, Fix.BOTH_KEYS, Fix.NEW_KEY, Fix.NEW_RUBRIC, Fix.NEW_RULES, Fix.DISREGARD, Fix.OPTIONS, Fix.KEEP
    ]  # fmt: skip
    keys = has_others and revision.spec.is_machine_marked
    rubrics = has_others and revision.spec.is_human_marked
    left_out = {*(() if keys else (Fix.BOTH_KEYS, Fix.NEW_KEY)), *(() if has_options else (Fix.OPTIONS,))}
    left_out |= set() if rubrics else {Fix.NEW_RUBRIC}
    left_out |= set() if revision.spec.has_newer_rules else {Fix.NEW_RULES}
    return [fix for fix in offered if fix not in left_out]


_TO_ANOTHER = (Fix.BOTH_KEYS, Fix.NEW_KEY, Fix.NEW_RUBRIC)
"""The fixes that name another version of the question."""


def _can_replace(other: ItemRevision, revision: ItemRevision) -> bool:
    """Say whether another version can take the place of a key: of the same kind, and with a rubric that fits."""
    if other.body["kind"] != revision.body["kind"]:
        return False
    mine, theirs = revision.spec, other.spec
    if isinstance(mine, HumanMarked) and isinstance(theirs, HumanMarked):
        return theirs.rubric.fits(mine.rubric) and theirs.rubric != mine.rubric
    return True


def _revision_words(revision: ItemRevision) -> str:
    words = _("revision %(number)d, which is current") if revision.is_current else _("revision %(number)d")
    return str(words) % {"number": revision.number}


def _level_words(level: RubricLevel) -> str:
    words = ngettext("%(points)d point: %(text)s", "%(points)d points: %(text)s", level.points)
    return words % {"points": level.points, "text": level.text}
