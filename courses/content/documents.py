"""One small strict reader on PyYAML's events: every place knows its line, and YAML's traps are shut.

Only `true` and `false` are booleans (PyYAML reads a bare `no` as false and `1:30` as 90), dates stay text, numbers with
a point reach arithmetic as exact decimals. Refused are repeated keys, anchors, tags, control characters, nesting
without bound, numbers no computer holds, and text that a “ #” would cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from courses.content.files import control_in, is_clean, lines_of, read_text
from courses.content.problems import Document, Place, Problem, Problems

MAX_DEPTH = 40
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[+-]?(0|[1-9][0-9]*)\.[0-9]+([eE][+-]?[0-9]+)?")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_NOWHERE = "\0"
"""The place of what is read only for its mistakes."""
_MAX_DIGITS = 40
_LARGEST = Decimal("1e300")
# A comment behind text stands two spaces away and begins with one; anything else looks like a part of the text.
_CUT = re.compile(r" ?#|\s+#[^\s#]")


class TooDeep(Exception):
    """Lists and mappings inside each other beyond any sense. `line` counts from 0."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Reader:
    """Turns events into values, noting the line of every place and every mistake on the way."""

    def __init__(self, text: str, *, file: str, first_line: int) -> None:
        self.file = file
        self.lines = lines_of(text)
        self.first_line = first_line
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self.places: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self.anchors: dict[str, tuple[int, Any]] = {}
        self.aliased: dict[str, Any] = {}

    def document(self) -> Any:
        """Return the value of the only document; None where there is none. Raises YAMLError and TooDeep."""
        next(self.events)  # the stream begins
        value = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.places:
                    problem: Any = {"problem": "another document begins here", "problem_mark": event.start_mark}
                    raise yaml.MarkedYAMLError(**problem)
                value = self.read(next(self.events), (), depth=0)
        for line, _value in self.anchors.values():
            self.refuse_anchor(line)
        return value

    def read(self, event: Any, place: Place, *, depth: int) -> Any:
        """Return the value that begins with an event."""
        line = event.start_mark.line + self.first_line
        self.places[place] = line
        if depth > MAX_DEPTH:
            raise TooDeep(event.start_mark.line)
        if isinstance(event, yaml.AliasEvent):
            self.refuse_anchor(line)
            name = str(event.anchor)
            _line, value = self.anchors.pop(name, (line, self.aliased.get(name)))
            self.aliased[name] = value
            return value
        if event.tag:
            reason = _("Tags such as “%(tag)s” are not allowed.") % {
                "tag": event.tag.replace("tag:yaml.org,2002:", "!!")
            }
            self.problem(line, reason, _("Take it out; numbers and true or false are known without."))
        if isinstance(event, yaml.MappingStartEvent):
            value = self.mapping(place, depth=depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(place, depth=depth)
        else:
            value = self.scalar(event, line)
        if event.anchor:
            self.anchors[event.anchor] = line, value if isinstance(event, yaml.ScalarEvent) else None
        return value

    def refuse_anchor(self, line: int) -> None:
        """Note an alias, or an anchor that none repeats: each makes a text mean something else than it says."""
        self.problem(line, _("Anchors and aliases are not allowed."), _("Write the value out where it is used."))

    def sequence(self, place: Place, *, depth: int) -> list[Any]:
        """Return the entries up to the end of a list."""
        values: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self.read(event, (*place, len(values)), depth=depth + 1))
        return values

    def mapping(self, place: Place, *, depth: int) -> dict[Any, Any]:
        """Return the pairs up to the end of a mapping; of a key that is written twice the first counts."""
        values: dict[Any, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = event.start_mark.line + self.first_line
            key = self.key(event, place, line, depth=depth)
            if key in values:
                reason = _("The key “%(key)s” is written twice.") % {"key": key}
                first = _("Keep one of them; the first is in line %(line)d.") % {"line": self.places[(*place, key)]}
                self.problem(line, reason, first)
                self.read(next(self.events), (*place, _NOWHERE), depth=depth + 1)
                continue
            values[key] = self.read(next(self.events), (*place, key), depth=depth + 1)
            self.places[(*place, key)] = line
        return values

    def key(self, event: Any, place: Place, line: int, *, depth: int) -> str:
        """Return a key; note one that is no line of text."""
        if isinstance(event, yaml.ScalarEvent) and not event.anchor and not event.tag:
            key = str(event.value)
            if "\n" not in key and not control_in(key):
                return key
        else:
            self.read(event, (*place, _NOWHERE), depth=depth + 1)
            key = ""
        self.problem(line, _("A key must be one line of plain text."), _("Write “key: value”."))
        return " ".join(key.split())

    def scalar(self, event: Any, line: int) -> Any:
        """Return the value of a scalar, and note what is wrong with it."""
        text = str(event.value)
        if event.style:
            if code := control_in(text):
                reason = _("There is a control character (%(code)s) in this text.") % {"code": code}
                self.problem(line, reason, _("Delete it, or write a space or a line break in its place."))
            return text
        value = scalar(event)
        if isinstance(value, str) or text == "":
            self.check_cut(event)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool) and not _is_storable(text, value):
            self.problem(line, _("This number is too long or too large."), _("Write it in fewer digits, or as text."))
            return 0
        return value

    def check_cut(self, event: Any) -> None:
        """Note a comment that looks like a part of the text before it, which YAML drops without a word."""
        mark = event.end_mark
        rest = self.lines[mark.line][mark.column :] if mark.line < len(self.lines) else ""
        if _CUT.match(rest) and not (event.value == "" and rest.lstrip().startswith("# ")):
            reason = _("“%(rest)s” is not part of the text: “ #” begins a comment.") % {"rest": rest.strip()[:60]}
            suggestion = _("Put the text in quotes. A comment behind a text stands two spaces away: “  # like this”.")
            self.problem(mark.line + self.first_line, reason, suggestion)

    def problem(self, line: int, reason: str, suggestion: str) -> None:
        """Note a mistake."""
        self.problems.append(Problem(self.file, line, "", reason, suggestion))


def scalar(event: Any) -> Any:
    """Return the value of a plain scalar by our rules; a quoted or folded one is always text."""
    text = str(event.value)
    if event.style:  # plain is None to the Python reader, empty to the C one
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _MAX_DIGITS else Decimal(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text


def _is_storable(text: str, value: int | Decimal) -> bool:
    """Say whether a number fits into a double and so into JSON: 1.0e400 would become infinity, which is none."""
    size = abs(Decimal(value))
    return len(text) <= _MAX_DIGITS and size < _LARGEST and (size == 0 or size > 1 / _LARGEST)


def parse_yaml(text: str, *, file: str, problems: Problems, first_line: int = 1) -> Document | None:
    """Parse YAML; note what is wrong and return None when nothing can be read."""
    if not is_clean(text, file=file, problems=problems, first_line=first_line):
        return None
    reader = _Reader(text, file=file, first_line=first_line)
    try:
        data = reader.document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = min(mark.line if mark else 0, max(len(reader.lines) - 1, 0)) + first_line
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        problems.add_at(
            file,
            line,
            _("This is not YAML: %(what)s.") % {"what": what},
            _("Check indentation, quotes and colons here."),
        )
        return None
    except TooDeep as error:
        reason = _("More than %(n)d lists and mappings stand inside each other.") % {"n": MAX_DEPTH}
        problems.add_at(file, error.line + first_line, reason, _("Write it with less nesting."))
        return None
    if not isinstance(data, dict):
        problems.add_at(file, first_line, _("The file holds no mapping."), _("Begin with “key: value” lines."))
        return None
    problems.found.extend(reader.problems)
    return Document(file, data, reader.places)


def read_yaml(path: Path, *, root: Path, problems: Problems) -> Document | None:
    """Read a YAML file below a course folder."""
    file = str(path.relative_to(root))
    text = read_text(path, file=file, problems=problems)
    return None if text is None else parse_yaml(text, file=file, problems=problems)


def read_front_matter(path: Path, *, root: Path, problems: Problems) -> Document | None:
    """Read a Markdown file that opens with a YAML block between two lines of three hyphens."""
    file = str(path.relative_to(root))
    text = read_text(path, file=file, problems=problems)
    if text is None:
        return None
    lines = lines_of(text)
    end = next((at for at, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        problems.add_at(
            file, 1, _("The lesson has no front matter."), _("Begin with a line “---”, the fields, and “---”.")
        )
        return None
    head = parse_yaml("\n".join(lines[1:end]), file=file, problems=problems, first_line=2)
    if head is None:
        return None
    body = "\n".join(lines[end + 1 :])
    return Document(file, head.data, head.places, body=body.strip("\n"), body_line=_first_line_of(lines, end + 1))


def _first_line_of(lines: list[str], start: int) -> int:
    """Return the number of the first line with text from a start, counting from 1."""
    return next((at + 1 for at in range(start, len(lines)) if lines[at].strip()), len(lines))
