"""One small strict reader on PyYAML's composer: every place knows its line, and YAML's traps are shut.

Only `true` and `false` are booleans (PyYAML reads a bare `no` as false and `1:30` as 90), dates stay text, repeated
keys and aliases are refused, and numbers with a point reach arithmetic as exact decimals.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from courses.content.problems import Document, Path_, Problem, Problems

MAX_BYTES = 2_000_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[+-]?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"[+-]?(0|[1-9]\d*)\.\d+([eE][+-]?\d+)?")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Reader:
    """Turns composed nodes into values, noting the line of every place and every mistake on the way."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.places: dict[Path_, int] = {}
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def read(self, node: Any, place: Path_, near: int = 1) -> Any:
        """Return a node's value. An alias is the very node it repeats, so its own line is the one it stands `near`."""
        is_alias = id(node) in self.seen
        line = near if is_alias else node.start_mark.line + self.first_line
        self.places[place] = line
        if is_alias:
            self.problem(line, _("Anchors and aliases are not allowed."), _("Write the value out where it is used."))
            return scalar(node) if isinstance(node, yaml.ScalarNode) else None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(inner, (*place, at), line) for at, inner in enumerate(node.value)]
        return scalar(node)

    def mapping(self, node: Any, place: Path_) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + self.first_line
            if key in values:
                reason = _("The key “%(key)s” is written twice.") % {"key": key}
                self.problem(
                    line,
                    reason,
                    _("Keep one of them; the first is in line %(line)d.") % {"line": self.places[(*place, key)]},
                )
                continue
            values[key] = self.read(value_node, (*place, key), line)
            self.places[(*place, key)] = line
        return values

    def problem(self, line: int, reason: str, suggestion: str) -> None:
        self.problems.append(Problem(self.file, line, "", reason, suggestion))


def scalar(node: Any) -> Any:
    """Return the value of a plain scalar by our rules; a quoted or folded one is always text."""
    text = str(node.value)
    if node.style:  # plain is None to the Python reader, empty to the C one
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text


def parse_yaml(text: str, *, file: str, problems: Problems, first_line: int = 1) -> Document | None:
    """Parse YAML; note what is wrong and return None when nothing can be read."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = (mark.line if mark else 0) + first_line
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        problems.add_at(
            file,
            line,
            _("This is not YAML: %(what)s.") % {"what": what},
            _("Check indentation, quotes and colons here."),
        )
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.add_at(file, first_line, _("The file holds no mapping."), _("Begin with “key: value” lines."))
        return None
    reader = _Reader(file, first_line)
    data = reader.read(node, ())
    problems.found.extend(reader.problems)
    return Document(file, data, reader.places)


def read_text(path: Path, *, file: str, problems: Problems) -> str | None:
    """Read a file within bounds as UTF-8."""
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            problems.add_at(file, 1, _("The file is larger than %(n)d bytes.") % {"n": MAX_BYTES}, _("Split it."))
            return None
        return raw.decode("utf-8-sig")
    except OSError as error:
        problems.add_at(
            file, 1, _("The file cannot be read: %(why)s.") % {"why": error.strerror}, _("Check its name and rights.")
        )
    except UnicodeDecodeError:
        problems.add_at(file, 1, _("The file is not UTF-8 text."), _("Save it as UTF-8."))
    return None


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
    lines = text.splitlines()
    end = next((at for at, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
    if not lines or lines[0].rstrip() != "---" or end is None:
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
