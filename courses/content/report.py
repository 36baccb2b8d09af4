"""What a load did, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _


@dataclass
class LoadReport:
    """Names of things by what happened to them: “lesson worst-years” and the like."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Edited here, and not changed in the files: the edit stays."""
    notes: list[str] = field(default_factory=list)
    """What an author should know, such as how many papers keep an older wording."""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was, or would be, written."""
        return not (self.added or self.changed or self.retired)

    def lines(self) -> list[str]:
        """Return the report as lines: what happened in full, what did not as a count."""
        lines = []
        for word, names in ((_("added"), self.added), (_("changed"), self.changed), (_("retired"), self.retired)):
            lines += [f"  {word:9} {name}" for name in names]
        lines += [f"  {_('kept'):9} {name} {_('(edited here; the file has not changed)')}" for name in self.kept]
        lines += [f"  {note}" for note in self.notes]
        counts = {
            "added": len(self.added),
            "changed": len(self.changed),
            "retired": len(self.retired),
            "unchanged": len(self.unchanged) + len(self.kept),
        }
        lines.append(_("%(added)d added, %(changed)d changed, %(retired)d retired, %(unchanged)d unchanged") % counts)
        return lines
