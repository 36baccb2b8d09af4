"""What is wrong with the text of a lesson by itself, in a file or in the admin: its sections, length and markup."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.content.files import control_in
from courses.rendering.lessons import BadLesson, ParsedSection, read_sections
from courses.rendering.slips import slips_in

# A paragraph is one search entry, and PostgreSQL's index of a text ends at a megabyte.
MAX_BODY = 200_000
_TITLE, _KEY = 200, 80
"""What the columns of a section hold; a test keeps these equal to them."""


def read_body(body: str) -> tuple[list[ParsedSection], list[tuple[int, str, str]]]:
    """Split a body into sections; return them and each mistake as (line within the body, reason, suggestion)."""
    sections, faults = read_sections(body)
    found = [(fault.line, str(fault), _("docs/authoring.md shows a lesson.")) for fault in [*_bounds(body), *faults]]
    keys = [section.key for section in sections]
    for section in sections:
        found += [(fault.line, str(fault), _("Write less.")) for fault in _long_names(section)]
        found += _misplaced(section)
        for slip in slips_in(section.tokens, first_line=section.line + 1, sections=keys):
            found.append((slip.line, slip.reason, slip.suggestion))
    return sections, found


def _bounds(body: str) -> Iterator[BadLesson]:
    if code := control_in(body):
        yield BadLesson(_("There is a control character (%(code)s) in the text.") % {"code": code}, 1)
    if len(body) > MAX_BODY:
        yield BadLesson(_("The lesson is longer than %(n)d characters; make two of it.") % {"n": MAX_BODY}, 1)


def _long_names(section: ParsedSection) -> Iterator[BadLesson]:
    for name, limit in ((section.title, _TITLE), (section.key, _KEY)):
        if len(name) > limit:
            yield BadLesson(
                _("A title has at most %(n)d characters, a key %(m)d.") % {"n": _TITLE, "m": _KEY}, section.line
            )


def _misplaced(section: ParsedSection) -> Iterator[tuple[int, str, str]]:
    """Yield figures and checks that do not stand by themselves, where they would not be seen."""
    words = {
        "container": _("A %(what)s cannot stand inside a box."),
        "list": _("A %(what)s cannot stand inside a list."),
        "blockquote": _("A %(what)s cannot stand inside a quotation."),
    }
    around: list[str] = []
    for token in section.tokens:
        if token.type == "directive" and token.level:
            name = "container" if "container" in around else "list" if "list" in around else "blockquote"
            line = section.line + 1 + (token.map[0] if token.map else 0)
            yield line, words[name] % {"what": token.meta["name"]}, _MOVE[name]()
        elif token.nesting:
            name = "container" if token.type.startswith("container_") else token.type.rpartition("_")[0].split("_")[-1]
            _follow(around, "list" if name == "item" else name, token.nesting)


def _follow(around: list[str], name: str, nesting: int) -> None:
    if nesting == 1:
        around.append(name)
    elif around:
        around.pop()


_MOVE = {
    "container": lambda: _("Move its line below the “:::” that closes the box."),
    "list": lambda: _("Put it on a line of its own that begins at the margin."),
    "blockquote": lambda: _("Put it on a line of its own that begins at the margin."),
}
