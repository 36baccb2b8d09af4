"""The form of every page that changes something: it knows what its reader read, so no one's edit is lost by it.

Each field carries the value it was opened with, sealed. When it comes back there are three values: that one (base),
what stands in the row by now (theirs), and what was typed (mine). What one side alone changed is taken; where both
changed the same, the person is shown both and decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.rendering.merging import Collision, Region, Settled, Unit, merge, text_of
from courses.services.history import Values, has_history, values_of

if TYPE_CHECKING:
    ModelForm: TypeAlias = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm

COLLISION = "collision"
"""The code of the error that a form has while its reader is to decide."""
TAKEN_UP = "taken-up"
"""The code of the error of a form that only shows what was typed earlier: nothing of it is ever saved as it is."""
_CHOICES = ("yours", "theirs", "both")
_MOST_REGIONS = 1_000
_SALT = "courses.admin.keeping"


class Unknown:
    """In place of what was read, where that cannot be known."""


UNKNOWN = Unknown()


@dataclass
class Outcome:
    """What becomes of one field: the value that counts, and what its reader should know or decide."""

    value: Any
    base: Any = None
    is_merged: bool = False
    is_open: bool = False
    regions: list[Region] = field(default_factory=list)


class KeptField(BoundField):
    """A field that carries what it was opened with, and tells what came of that."""

    form: KeptForm

    @property
    def data(self) -> Any:
        """Return the value that counts: what was typed, with what others changed meanwhile."""
        outcome = self.form.outcomes.get(self.name) if self.form.is_compared else None
        return self.posted if outcome is None else outcome.value

    @property
    def posted(self) -> Any:
        """Return what was typed, as it came."""
        return super().data

    @cached_property
    def stands(self) -> Any:
        """Return what stands in the row, as a browser would post it."""
        value = self.field.prepare_value(self.initial)
        widget = self.field.widget
        return widget.decompress(value) if isinstance(widget, forms.MultiWidget) else value

    @cached_property
    def read(self) -> Any:
        """Return what the form was opened with, as it came back; UNKNOWN if it did not, or not as it was sent."""
        value = self._hidden_value()
        seal = self.form.data.get(self.seal_name, "")
        if not constant_time_compare(seal, self.seal(value)):
            return UNKNOWN
        try:
            self.as_initial(value)
        except ValidationError:
            return UNKNOWN
        return value

    def as_initial(self, value: Any) -> Any:
        """Return a posted value as fields compare with, without asking the database for other rows."""
        is_row = isinstance(self.field, (forms.ModelChoiceField, forms.MultipleChoiceField))
        if is_row or isinstance(self.field, forms.MultiValueField):
            return value
        return self.field.to_python(value)

    def differs(self, one: Any, other: Any) -> bool:
        """Say whether two values, as browsers post them, are different ones of the field."""
        return bool(self.field.has_changed(self.as_initial(one), other))

    def as_widget(
        self, widget: Any = None, attrs: Mapping[str, Any] | None = None, only_initial: bool = False
    ) -> SafeString:
        """Render the field, or what it was opened with."""
        if not (only_initial and self.form.is_kept):
            return super().as_widget(widget, cast("dict[str, Any] | None", attrs), only_initial)
        hidden = self.field.hidden_widget()
        value = self.field.prepare_value(self.initial)
        seal = self.seal(_as_posted(hidden, value))
        if self.form.is_taken_up:
            value, seal = self._hidden_value(), self.form.data.get(self.seal_name, "")
        rendered = hidden.render(self.html_initial_name, value, None, self.form.renderer)
        return format_html('{}<input type="hidden" name="{}" value="{}">', rendered, self.seal_name, seal)

    @property
    def seal_name(self) -> str:
        """Return the name of the field that says what was read was sent from here."""
        return f"{self.html_initial_name}-seal"

    def _hidden_value(self) -> Any:
        return self.field.hidden_widget().value_from_datadict(self.form.data, MultiValueDict(), self.html_initial_name)

    def seal(self, value: Any) -> str:
        """Return what only this site can say of a value: that this form was opened with it."""
        texts = [lines(str(part or "")) for part in (value if isinstance(value, (list, tuple)) else [value])]
        return salted_hmac(_SALT, json.dumps([self.form.subject, self.name, texts])).hexdigest()[:32]


class KeptForm(ModelForm):
    """A form of a row that others may be changing as well. See the head of this module."""

    bound_field_class = KeptField
    is_preview = False
    """Nothing is saved, so what others changed meanwhile does not matter."""
    is_taken_up = False
    """It shows text that was typed earlier and not saved; it is compared when it is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before: Values | None = None
        self.is_kept = False
        if self.instance.pk is not None:
            self.carry_what_was_read()
            if self.is_bound and has_history(type(self.instance)):
                self.before = values_of(self.instance, self.initial)

    def carry_what_was_read(self) -> None:
        """Let each field carry what it was opened with."""
        self.is_kept = True
        for each in self.fields.values():
            each.show_hidden_initial = not each.disabled

    @property
    def subject(self) -> str:
        """Return which row the form is about: what was read of one is not to pass for another."""
        return f"{self.instance._meta.label_lower}:{self.instance.pk}"  # noqa: SLF001

    @property
    def is_compared(self) -> bool:
        """Say whether what was read is compared with what stands."""
        return self.is_kept and self.is_bound and not (self.is_preview or self.is_taken_up)

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """What becomes of each field that carries what was read, by its name."""
        return {name: self._outcome(bound) for name, bound in self._kept_fields()}

    def _kept_fields(self) -> Iterable[tuple[str, KeptField]]:
        if not self.is_kept:
            return []
        return [(name, cast("KeptField", self[name])) for name in self.fields if self.fields[name].show_hidden_initial]

    @property
    def open_fields(self) -> list[KeptField]:
        """Return the fields about which the person is to decide."""
        if not self.is_compared:
            return []
        return [bound for name, bound in self._kept_fields() if self.outcomes[name].is_open]

    @property
    def merged_fields(self) -> list[KeptField]:
        """Return the fields in which something of others was taken without asking."""
        if not self.is_compared:
            return []
        return [bound for name, bound in self._kept_fields() if self.outcomes[name].is_merged]

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields whose value is to be another than what stands in the row."""
        kept = dict(self._kept_fields())
        if not kept:
            return super().changed_data
        # What the form was opened with is of no matter here, and asking for it would cost a query for each choice.
        return [name for name in self.fields if self.fields[name].has_changed(self[name].initial, self[name].data)]

    def full_clean(self) -> None:
        """Check the fields; what collides is an error until the person has decided."""
        super().full_clean()
        if self.is_taken_up:
            self.add_error(None, ValidationError(_("This text is not saved yet."), code=TAKEN_UP))
        if self.is_bound and not self.empty_permitted and self.open_fields:
            words = _("Someone else changed this as well. Choose for each difference, then save.")
            self.add_error(None, ValidationError(words, code=COLLISION))

    def _outcome(self, bound: KeptField) -> Outcome:
        unit = unit_of(bound.field)
        answers = self._answers(bound)
        if unit is None:
            return self._whole(bound)
        mine = bound.posted if answers is None else "".join(_mine(region) for region in answers)
        mine = lines(mine or "")
        if unit == "whole" and not isinstance(bound.field.widget, forms.Textarea):
            mine = " ".join(mine.split("\n"))  # chosen in a box of several lines, for a field of one
        outcome = self._text(bound, mine.strip() if getattr(bound.field, "strip", False) else mine, unit)
        if answers is not None and text_of(answers) is None and not outcome.is_open:
            # Not all is decided, and nothing new has come: what is decided stays so.
            return Outcome(mine, is_open=True, regions=answers)
        return outcome

    def _whole(self, bound: KeptField) -> Outcome:
        """Compare a field that is taken whole: a number, a choice, a date."""
        mine, base = bound.posted, bound.read
        choice = self.data.get(f"{bound.html_name}-choice")
        if choice == "theirs" and base is not UNKNOWN:
            mine = base
        is_asked = f"{bound.html_name}-asked" in self.data and choice not in _CHOICES
        if not bound.field.has_changed(bound.initial, mine):
            return Outcome(mine)
        if base is UNKNOWN or is_asked:
            return Outcome(mine, None if base is UNKNOWN else base, is_open=True)
        if not bound.field.has_changed(bound.initial, base):
            return Outcome(mine)
        if not bound.differs(base, mine):
            return Outcome(bound.stands, base, is_merged=True)
        if isinstance(bound.field, (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)):
            return Outcome(_united(base, bound.stands, mine), base, is_merged=True)
        return Outcome(mine, base, is_open=True)

    def _text(self, bound: KeptField, mine: str, unit: Unit) -> Outcome:
        """Compare a text, and merge it by its units."""
        if not bound.field.has_changed(bound.initial, mine):
            return Outcome(mine)
        stands, base = lines(str(bound.stands or "")), bound.read
        if base is UNKNOWN:
            return Outcome(mine, None, is_open=True, regions=merge(None, stands, mine, unit=unit))
        base = lines(base or "")
        if not bound.field.has_changed(bound.initial, base):
            return Outcome(mine, base)
        if not bound.differs(base, mine):
            return Outcome(stands, base, is_merged=True)
        regions = merge(base, stands, mine, unit=unit)
        merged = text_of(regions)
        if merged is None:
            return Outcome(mine, base, is_open=True, regions=regions)
        return Outcome(merged, base, is_merged=True)

    def _answers(self, bound: KeptField) -> list[Region] | None:
        """Return a text as it was decided on, in its regions; None where nothing was asked about it."""
        count = self.data.get(f"{bound.html_name}-asked", "")
        if not count.isdecimal() or unit_of(bound.field) is None:
            return None
        return [self._answer(f"{bound.html_name}-{at}") for at in range(min(int(count), _MOST_REGIONS))]

    def _answer(self, name: str) -> Region:
        def text(part: str) -> str:
            return lines(self.data.get(f"{name}-{part}", ""))

        if f"{name}-settled" in self.data:
            return Settled(text("settled"))
        choice = self.data.get(f"{name}-choice")
        if choice not in _CHOICES:
            return Collision(text("base") if f"{name}-base" in self.data else None, text("theirs"), text("yours"))
        # An editor may take the line end away with which the next passage would go on in the same line.
        end = text("yours") or text("theirs")
        chosen = text(choice)
        return Settled(chosen.rstrip("\n") + end[len(end.rstrip("\n")) :] if chosen else "")


def unit_of(field: forms.Field) -> Unit | None:
    """Return by what units the text of a field is merged; None for a field that is taken whole."""
    own: Unit | None = getattr(field, "merged_by", None)
    if own is not None:
        return own
    is_text = type(field) in (forms.CharField, forms.JSONField) or isinstance(field, forms.SlugField)
    if not is_text:
        return None
    is_long = isinstance(field.widget, forms.Textarea) and not isinstance(field, forms.JSONField)
    return "paragraph" if is_long else "whole"


def lines(text: str) -> str:
    """Return a text with the line ends of files; browsers send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _mine(region: Region) -> str:
    return region.mine if isinstance(region, Collision) else region.text


def _united(base: Any, theirs: Any, mine: Any) -> list[str]:
    """Return a choice of several with what either side added, without what either took out."""
    was, others, own = ({str(each) for each in values or ()} for values in (base, theirs, mine))
    return sorted((others - (was - own)) | (own - was))


def _as_posted(hidden: forms.Widget, value: Any) -> Any:
    """Return what a browser sends back of a hidden field."""
    if isinstance(hidden, forms.MultipleHiddenInput):
        return [str(each) for each in value or ()]
    if isinstance(hidden, forms.MultiWidget):
        parts: Any = value if isinstance(value, (list, tuple)) else hidden.decompress(value)
        return [widget.format_value(part) or "" for widget, part in zip(hidden.widgets, parts, strict=True)]
    return hidden.format_value(value) or ""


def posted_as(form: KeptForm, values: Mapping[str, Any]) -> QueryDict:
    """Return what a browser would post that opened a form and filled it in with other values, by field."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        bound = cast("KeptField", form[name])
        _post(data, bound.html_name, bound.field.widget, bound.field.prepare_value(values[name]))
        if form.is_kept and bound.field.show_hidden_initial:
            hidden, read = bound.field.hidden_widget(), bound.field.prepare_value(bound.initial)
            _post(data, bound.html_initial_name, hidden, read)
            data[bound.seal_name] = bound.seal(_as_posted(hidden, read))
    return data


def post_instead(request: HttpRequest, data: QueryDict) -> None:
    """Let a request go on as if it had posted other data."""
    _read = request.FILES  # what was sent is read once, and would take the place of the other data later
    request.method = "POST"
    request.POST = data  # type: ignore[assignment]


def _post(data: QueryDict, name: str, widget: Any, value: Any) -> None:
    """Put a value where a browser would put it."""
    if isinstance(widget, forms.MultiWidget):
        parts: Any = value if isinstance(value, (list, tuple)) else widget.decompress(value)
        names: list[str] = widget.widgets_names  # type: ignore[attr-defined]  # named in Django's documentation
        for suffix, part, own in zip(names, parts, widget.widgets, strict=True):
            _post(data, f"{name}{suffix}", own, part)
    elif isinstance(widget, forms.CheckboxInput):
        if value:
            data[name] = "on"
    elif isinstance(value, (list, tuple, set)):
        data.setlist(name, [str(getattr(each, "pk", each)) for each in value])
    else:
        shown = value if isinstance(widget, forms.Select) else widget.format_value(value)
        data[name] = "" if shown is None else str(shown)
