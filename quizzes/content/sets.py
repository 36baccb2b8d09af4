"""Questions on one source: each gets the source's words for its own, so that a revision holds all it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from django.utils.translation import gettext as _
from pydantic import ValidationError

from courses.content.crosscheck import check_key
from courses.content.outline import entries
from courses.content.problems import Document, Problems
from quizzes.domain.kinds import AnySpec, read_spec
from quizzes.domain.specs import SourceSet

_LEAST = 2
_ASKED = ("items", "reserved")
"""The lists of a quiz whose questions may share a source."""


def with_source(spec: AnySpec, sets: Mapping[str, SourceSet]) -> AnySpec:
    """Return a question with the source of its set above its own stimulus; raise ValidationError if both are too long.

    One whose set is not known stays as it is.
    """
    source = sets.get(spec.set or "")
    if source is None:
        return spec
    stimulus = "\n\n".join(filter(None, (source_text(source), spec.stimulus)))
    return read_spec({**spec.model_dump(), "stimulus": stimulus})


def source_text(source: SourceSet) -> str:
    """Return a source as Markdown: its title, a line for each thing known of it, and its words."""
    words = {
        "author": _("Author"),
        "date": _("Date"),
        "place": _("Place"),
        "genre": _("Kind of source"),
        "audience": _("Written for"),
    }
    known = source.record.model_dump(exclude_none=True)
    record = [f"*{words[name]}:* {value}" for name, value in known.items()]
    return "\\\n".join([f"**{source.title}**", *record]) + f"\n\n{source.stimulus}"


def check_sets(document: Document, problems: Problems) -> None:
    """Note sets that are not there, that stand apart, and that hold too little. Works on files with mistakes too."""
    found = document.data.get("sets")
    known = [str(key) for key in found] if isinstance(found, dict) else []
    names = []
    for holder in _ASKED:
        named = [entry.get("set") for entry in entries(document, holder)]
        for at, name in enumerate(named):
            check_key(document, (holder, at, "set"), _("set"), name, known, problems)
        _check_neighbours(document, holder, named, problems)
        names += named
    for key in known:
        if names.count(key) < _LEAST:
            reason = _("The set “%(key)s” has fewer than two questions.") % {"key": key}
            suggestion = _("Name it in the questions as “set: %(key)s”, or give the source to its one question.")
            problems.add(document, ("sets", key), reason, suggestion % {"key": key})
    for at, entry in enumerate(entries(document, "checks")):
        if "set" in entry:
            reason = _("A check stands by itself, where its lesson puts it.")
            problems.add(document, ("checks", at, "set"), reason, _("Give it the source as “stimulus”."))


def check_set_sources(
    document: Document, sets: Mapping[str, SourceSet], known: Iterable[str], problems: Problems
) -> None:
    """Note what a set cites and the course's list of sources does not have."""
    for key, source in sets.items():
        for which, cited in enumerate(source.sources):
            check_key(document, ("sets", key, "sources", which), _("source"), cited, known, problems)


def take_source(
    document: Document, place: tuple[str, int], spec: AnySpec, sets: Mapping[str, SourceSet], problems: Problems
) -> AnySpec:
    """Return a question with the source of its set, or note that the two together are too long."""
    try:
        return with_source(spec, sets)
    except ValidationError:
        reason = _("The source of the set and this question's own stimulus are too long together.")
        problems.add(document, (*place, "set"), reason, _("Shorten one of them; 10,000 characters may be shown."))
        return spec


def _check_neighbours(document: Document, holder: str, names: list[object], problems: Problems) -> None:
    at, closed = 0, set()
    for name, together in groupby(names):
        if name is not None and name in closed:
            reason = _("The questions of the set “%(key)s” do not stand next to each other.") % {"key": name}
            problems.add(document, (holder, at, "set"), reason, _("Move this question to the others of its set."))
        closed.add(name)
        at += len(list(together))
