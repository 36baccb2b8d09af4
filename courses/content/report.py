"""What a load did, or would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from courses.services.history import Edit

LONG = 20
"""So many names or notes are read through by a person; more are summed up."""


@dataclass
class LoadReport:
    """Names of things by what happened to them: “lesson worst-years” and the like."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Edited here: what stands is the edit, whatever the file says."""
    merged: list[str] = field(default_factory=list)
    """Edited here and changed in the files, in different places: both stand."""
    notes: list[str] = field(default_factory=list)
    """What an author should know, such as how many papers keep an older wording."""
    edits: list[Edit] = field(default_factory=list)
    """Rows that the load changed, as they stood before it: for the history."""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was, or would be, written."""
        return not (self.added or self.changed or self.merged or self.retired)

    def lines(self, *, in_full: bool) -> list[str]:
        """Return the report as lines; unless it is wanted in full, a long list becomes a count of each kind."""
        lines = []
        told = {
            _("added"): self.added, _("changed"): self.changed, _("merged"): self.merged, _("retired"): self.retired,
        }  # fmt: skip
        for word, names in told.items():
            lines += [f"  {word:9} {each}" for each in (names if in_full or len(names) <= LONG else [_by_kind(names)])]
        kept = [f"{_('kept'):9} {name} {_('(the edit made here stands)')}" for name in self.kept]
        for words in (kept, self.notes):
            lines += [f"  {each}" for each in (words if in_full else words[:LONG])]
            if len(words) > LONG and not in_full:
                lines.append("  " + _("… and %(n)d more like these (-v2 prints all)") % {"n": len(words) - LONG})
        counts = {
            "added": len(self.added),
            "changed": len(self.changed) + len(self.merged),
            "retired": len(self.retired),
            "unchanged": len(self.unchanged) + len(self.kept),
        }
        lines.append(_("%(added)d added, %(changed)d changed, %(retired)d retired, %(unchanged)d unchanged") % counts)
        return lines


def _by_kind(names: Sequence[str]) -> str:
    """Return how many of each kind are named: a name is that of its kind, such as “glossary term”, and a key."""
    counts = Counter(name.rpartition(" ")[0] for name in names)
    return ", ".join(f"{kind} ({count})" for kind, count in counts.items()) + " " + _("(-v2 prints all)")
