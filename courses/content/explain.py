"""What a value that does not belong somewhere is told, in our words: those of the library never reach an author."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from courses.rendering.colours import UnitColour
from courses.rendering.languages import is_language

Finding = dict[str, Any]
_LONGEST = 100


def nearest(key: str, known: Iterable[str]) -> str:
    """Suggest the known key that looks most like a wrong one."""
    found = get_close_matches(key[:_LONGEST], sorted(known), n=1, cutoff=0.6)
    if found:
        return _("Did you mean “%(key)s”?") % {"key": found[0]}
    return _("Check the spelling, or add what is missing.")


def explain(findings: Sequence[Finding], names: Iterable[str]) -> tuple[str, str]:
    """Return what is wrong at one place and what to do; several findings are the branches of a choice of types."""
    finding = findings[0]
    kind, last = finding["type"], str(finding["loc"][-1])[:_LONGEST] if finding["loc"] else ""
    if kind == "extra_forbidden":
        return _("“%(name)s” is not known here.") % {"name": last}, _instead_of(last, set(names))
    if kind == "missing":
        return _("“%(name)s” is missing.") % {"name": last}, _("Add “%(name)s: …”.") % {"name": last}
    words = list(dict.fromkeys(word for each in findings if (word := _TYPES.get(each["type"]))))
    if words:
        shown = [word() for word in words if word is not _whole or _number not in words]
        return _("This must be %(what)s.") % {"what": _(" or ").join(shown)}, _how_to_write(findings)
    context = finding.get("ctx", {})
    if kind in _BOUNDS:
        reason, suggestion = _BOUNDS[kind]()
        return reason % context, suggestion
    if kind == "string_pattern_mismatch":
        return _("This is not written as it should be."), _pattern(str(context["pattern"]))
    if kind == "value_error":
        reason = str(context.get("error", ""))
        return reason, _("Correct it as the sentence says; docs/authoring.md has the rule.")
    return _choice(kind, context)


def _instead_of(field: str, known: set[str]) -> str:
    """Say what to write for an unknown field: it had another name once, is a language, or a slip of the pen."""
    if field == "hue" and "colour" in known:
        colours = ", ".join(UnitColour.values)
        return _("Write “colour:” with one of: %(names)s. docs/upgrading.md says which colour each “hue” was.") % {
            "names": colours
        }
    if "names" in known and len(field) == 2 and is_language(field):
        return _("Names in other languages stand together: “names: {%(tag)s: …}”.") % {"tag": field}
    return nearest(field, known)


def _choice(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        expected = str(context.get("expected") or context.get("expected_tags"))
        return _("This value is not one of those possible."), _("Use one of: %(names)s.") % {"names": expected}
    if kind == "union_tag_not_found" and context.get("discriminator") == "'type'":
        return _("“type” is missing."), _("Say which kind of outline this is: Polygon or MultiPolygon.")
    if kind == "union_tag_not_found":
        return _("“kind” is missing."), _("Say which kind of question this is: “kind: single”, for instance.")
    return _("This does not belong here."), _("docs/authoring.md says what belongs here.")


def _whole() -> str:
    return _("a whole number")


def _number() -> str:
    return _("a number")


def _fields() -> str:
    return _("fields with values")


def _list() -> str:
    return _("a list")


_TYPES: dict[str, Callable[[], str]] = {
    "string_type": lambda: _("text"),
    "bool_type": lambda: _("true or false"),
    "bool_parsing": lambda: _("true or false"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _whole),
    **dict.fromkeys(
        ("decimal_type", "decimal_parsing", "float_type", "float_parsing", "finite_number", "is_instance_of"), _number
    ),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type", "mapping_type", "dataclass_type"), _fields),
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type", "iterable_type"), _list),
}
_BOUNDS: dict[str, Callable[[], tuple[str, str]]] = {
    "string_too_short": lambda: (_("This text is empty."), _("Write it, or take the line out.")),
    "string_too_long": lambda: (_("This text is longer than %(max_length)d characters."), _("Shorten it.")),
    "too_short": lambda: (_("There must be %(min_length)d or more here."), _("Add what is missing.")),
    "too_long": lambda: (_("There may be at most %(max_length)d here."), _("Take some out.")),
    "greater_than": lambda: (_("This must be more than %(gt)s."), _("Write a larger number.")),
    "greater_than_equal": lambda: (_("This must be %(ge)s or more."), _("Write a larger number.")),
    "less_than": lambda: (_("This must be less than %(lt)s."), _("Write a smaller number.")),
    "less_than_equal": lambda: (_("This must be at most %(le)s."), _("Write a smaller number.")),
    "decimal_max_places": lambda: (_("This may have at most %(decimal_places)d decimals."), _("Round it.")),
    "decimal_max_digits": lambda: (_("This may have at most %(max_digits)d digits."), _("Round it.")),
    "decimal_whole_digits": lambda: (_("This number is too large."), _("Write a smaller number.")),
}


def _how_to_write(findings: Sequence[Finding]) -> str:
    """Say how a value of the first type that was wanted is written."""
    word = _TYPES[next(each["type"] for each in findings if each["type"] in _TYPES)]
    if word is _list:
        return _("Write it as [one, two], or as lines that begin with a hyphen.")
    if word is _fields:
        return _("Write “key: value” lines below it.")
    if word is _whole or word is _number:
        return _("Write digits, without quotes and without a unit.")
    kind = findings[0]["type"]
    if kind == "string_type":
        return _("Write words; put numbers, dates and “true” or “false” in quotes where they are meant as text.")
    return _("Write the one word without quotes.")


def _pattern(pattern: str) -> str:
    """Say in words what a pattern asks for."""
    known = {
        "^[a-z0-9]+(": _("A key is lower-case words of Latin letters and digits, joined by hyphens: worst-years."),
        "^[a-z0-9-]+(#": _("Name a section by its key: trade, or lesson-key#trade."),
        "^[A-Za-z0-9]+(": _("The id of a statement is letters and digits, joined by hyphens: S08, claim-3."),
        "^https?": _("Write a whole address without spaces: https://example.org/page."),
        "^[a-z]{2": _("Write the code of a language: en, ko, pt-BR, zh-Hant-TW."),
    }
    found = next((words for start, words in known.items() if pattern.startswith(start)), None)
    return found or _("It must match %(pattern)s.") % {"pattern": pattern}
