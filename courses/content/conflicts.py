"""What both a file and a person here changed, each to something else: said in words, and decided by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from courses.content.merge import ABSENT, UNKNOWN, Choices, Conflict
from courses.content.problems import ContentInvalid, Problem, Problems
from courses.content.report import LoadReport

_SHOWN = 160


class ContentConflict(ContentInvalid):
    """Only conflicts stood in the way of a load. Nothing was changed."""

    def __init__(self, conflicts: Iterable[Conflict], report: LoadReport | None = None) -> None:
        self.conflicts, self.report = list(conflicts), report
        super().__init__(map(problem_of, self.conflicts))


def refuse_conflicts(conflicts: list[Conflict], problems: Problems, report: LoadReport) -> None:
    """Raise what was found, all at once: conflicts, and mistakes if there are any."""
    if conflicts and not problems.found:
        raise ContentConflict(conflicts, report)
    problems.found += map(problem_of, conflicts)
    problems.stop_if_any()


def problem_of(conflict: Conflict) -> Problem:
    """Return a conflict as one thing to be decided, with both texts and what stood there before."""
    names = {"field": conflict.field, "what": conflict.what, "key": conflict.key, "when": conflict.when}
    if conflict.field == "row" and conflict.file is ABSENT:
        reason = _("The %(what)s “%(key)s” is gone from the files, and was edited in the admin (%(when)s).")
    elif conflict.field == "row":
        reason = _(
            "The %(what)s “%(key)s” was changed in the file and in the admin (%(when)s); both do not go together."
        )
    elif conflict.field == "order":
        reason = _("The order within %(what)s “%(key)s” was changed both in the files and in the admin.")
    else:
        reason = _("“%(field)s” of %(what)s “%(key)s” was changed both in the file and in the admin (%(when)s).")
    texts = [
        _("Last loaded: %(text)s") % {"text": shown(conflict.base)},
        _("File: %(text)s") % {"text": shown(conflict.file)},
        _("Here: %(text)s") % {"text": shown(conflict.database)},
    ]
    how = _("Choose: --take file:%(name)s or --take database:%(name)s") % {"name": conflict.name}
    return Problem(conflict.path, conflict.line, conflict.name, f"{reason % names} {' · '.join(texts)}", how)


def shown(value: Any, most: int = _SHOWN) -> str:
    """Return a value as one line to be read."""
    if value is UNKNOWN:
        return _("not kept")
    if value is ABSENT:
        return _("nothing")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return f"“{line if len(line) <= most else line[:most] + '…'}”"


def notes_on_choices(choices: Choices) -> Iterator[str]:
    """Say of each name that was given to --take and is no conflict's that nothing was decided by it."""
    for name in choices.unused:
        yield _("--take %(name)s: there is no such conflict") % {"name": name}
