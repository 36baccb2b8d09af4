"""What is shown to the person whose edit collides with another's: both texts, what each changed, and the choice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.admin.keeping import KeptField, KeptForm, unit_of
from courses.rendering.differences import marked
from courses.rendering.merging import Collision, Settled, Unit, merge_words

_HEADING = re.compile(r"^#{1,6} +(.+?)(?: *\{#[\w-]+\})? *$", re.MULTILINE)
_PASSED_ON = ("_popup", "_to_field")
_ROWS = 60
"""Characters of a proposal to one line of its box."""


@dataclass(frozen=True)
class Passage:
    """A passage of a field on which the person decides; `name` begins the names of what is posted of it."""

    name: str
    title: str
    yours: SafeString
    theirs: SafeString
    collision: Collision
    both: str

    @property
    def rows(self) -> int:
        """Return how many lines the box for both has."""
        return min(20, 2 + self.both.count("\n") + len(self.both) // _ROWS)


@dataclass(frozen=True)
class Asked:
    """A field on which the person decides: by passages, or (a number, a choice) as a whole."""

    bound: KeptField
    label: str
    passages: list[Passage]
    settled: list[tuple[str, str]]
    count: int
    theirs: SafeString
    yours: SafeString
    is_base_known: bool
    widget: SafeString
    """The field itself, to be edited; a text is edited by its passages."""


@dataclass(frozen=True)
class Taken:
    """A field in which something of others was taken without asking, with what that changed."""

    label: str
    difference: SafeString


def asked_in(form: KeptForm) -> list[Asked]:
    """Return the fields on which the person decides."""
    return [_asked(form, bound) for bound in form.open_fields]


def taken_in(form: KeptForm) -> list[Taken]:
    """Return the fields in which something of others was taken."""
    found = []
    for bound in form.merged_fields:
        outcome = form.outcomes[bound.name]
        difference = marked(words_of(bound, outcome.base), words_of(bound, outcome.value))
        found.append(Taken(_label(form, bound), difference))
    return found


def hidden_in(form: Any) -> SafeString:
    """Return what a form holds besides, hidden: what is decided already comes back with the choices."""
    open_names = {bound.name for bound in form.open_fields} if isinstance(form, KeptForm) else set()
    return format_html_join("", "{}", ((part,) for part in _hidden_parts(form, open_names)))


def _hidden_parts(form: Any, open_names: set[str]) -> Iterator[SafeString]:
    for name in form.fields:
        bound = form[name]
        if bound.field.show_hidden_initial:
            yield bound.as_hidden(only_initial=True)
        is_unticked = isinstance(bound.field, forms.BooleanField) and not bound.value()
        if name not in open_names and not is_unticked:
            yield bound.as_hidden()


def passed_on(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was posted beside the fields of the forms and is wanted again."""
    names = [name for name in request.POST if name in _PASSED_ON or name.startswith("moved-")]
    return [(name, str(request.POST[name])) for name in names]


def button_of(request: HttpRequest) -> str:
    """Return the name of the button that was pressed, so that saving goes on where it was to go."""
    return next((name for name in ("_continue", "_addanother") if name in request.POST), "_save")


def words_of(bound: KeptField, value: Any) -> str:
    """Return a value, as posted, in the words of its field."""
    field = bound.field
    if isinstance(field, forms.BooleanField):
        return _("yes") if field.to_python(value) else _("no")
    if isinstance(field, forms.ModelMultipleChoiceField | forms.ModelChoiceField):
        keys = value if isinstance(value, (list, tuple)) else [value]
        rows = cast("QuerySet[Any]", field.queryset).filter(pk__in=[getattr(key, "pk", key) for key in keys if key])
        return "\n".join(str(row) for row in rows)
    if isinstance(field, forms.ChoiceField):
        keys = value if isinstance(value, (list, tuple)) else [value]
        names = {str(key): str(name) for key, name in _flat(cast("Iterable[Any]", field.choices))}
        return "\n".join(names.get(str(key), str(key)) for key in keys)
    if isinstance(value, (list, tuple)):
        return " ".join(str(part) for part in value if part)
    return "" if value is None else str(value)


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for key, name in choices:
        if isinstance(name, (list, tuple)):
            yield from _flat(name)
        else:
            yield key, name


def _label(form: KeptForm, bound: KeptField) -> str:
    """Name a field; one of a row within the page by that row as well."""
    return f"{form.instance}: {bound.label}" if form.prefix else str(bound.label)


def _asked(form: KeptForm, bound: KeptField) -> Asked:
    outcome = form.outcomes[bound.name]
    passages, settled, heading = [], [], ""
    for at, region in enumerate(outcome.regions):
        name = f"{bound.html_name}-{at}"
        if isinstance(region, Settled):
            settled.append((name, region.text))
            heading = (_HEADING.findall(region.text) or [heading])[-1]
        else:
            passages.append(_passage(name, heading, region, unit_of(bound.field)))
    base, theirs, yours = (words_of(bound, value) for value in (outcome.base, bound.stands, outcome.value))
    is_known = outcome.base is not None or any(
        isinstance(region, Collision) and region.base is not None for region in outcome.regions
    )
    label = _label(form, bound)
    return Asked(
        bound, label, passages, settled, len(outcome.regions),
        theirs=marked(base, theirs) if is_known else format_html("{}", theirs),
        yours=marked(base if is_known else theirs, yours), is_base_known=is_known,
        widget=bound.as_widget(attrs={"aria-label": label}),
    )  # fmt: skip


def _passage(name: str, heading: str, region: Collision, unit: Unit | None) -> Passage:
    base, theirs, mine = region.base, region.theirs, region.mine
    empty = format_html("<em>{}</em>", _("empty"))
    both = merge_words(base, theirs, mine) if base is not None else None
    if base is None:
        shown = format_html("{}", theirs)
        return Passage(name, heading, marked(theirs, mine) or empty, shown or empty, region, mine)
    between = {"paragraph": "\n\n", "line": "\n"}.get(unit or "", " ")
    joined = mine if not theirs or theirs in mine else f"{theirs.rstrip()}{between}{mine}" if mine else theirs
    proposal = joined if both is None else both
    return Passage(name, heading, marked(base, mine) or empty, marked(base, theirs) or empty, region, proposal)
