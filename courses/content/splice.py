"""New values in an author's own YAML: only what changed is written again, and every other byte stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from courses.content.dump import dump_flow, dump_quoted, dump_yaml
from courses.content.merge import same

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_KEYS = ("key", "id")


@dataclass(frozen=True)
class _Edit:
    """Characters to be replaced."""

    start: int
    end: int
    text: str


def splice(text: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return a YAML text with new values; `old` are the values that it holds now.

    Both hold the same fields in the same order. A field with equal values keeps its text, with its comments.
    """
    node = yaml.compose(text, Loader=_LOADER)
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        return dump_yaml(new)
    return _Splicer(text).spliced(node, old, new)


class _Splicer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [found.start() for found in _LINE.finditer(text)]
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def spliced(self, node: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
        """Return the whole text with the edits of its mapping."""
        return self._applied(self._mapping(node, old, new), 0, len(self.text))

    def _applied(self, edits: Sequence[_Edit], start: int, end: int) -> str:
        pieces, at = [], start
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            pieces += [self.text[at : edit.start], edit.text]
            at = edit.end
        return "".join([*pieces, self.text[at:end]])

    def _mapping(self, node: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[_Edit]:
        """Return the edits of a mapping in block style."""
        pairs = {str(key.value): (key, value) for key, value in node.value}
        column = node.start_mark.column
        edits = [self._without(pairs[key]) for key in pairs.keys() & old.keys() - new.keys()]
        last = None
        for key, value in new.items():
            if key in pairs:
                last = pairs[key]
                if key not in old or not same_in_order(old[key], value):
                    edits += self._pair(pairs[key], key, old.get(key), value)
                continue
            written = _indented(dump_yaml({key: value}), column)
            where = self._line_end(self._end(last[1])) if last else self._start(node)
            lines = f"{self.newline}{' ' * column}{written}" if last else f"{written}{self.newline}{' ' * column}"
            edits.append(_Edit(where, where, lines))
        return edits

    def _pair(self, pair: Any, key: str, old: Any, new: Any) -> list[_Edit]:
        """Return the edits of one field whose value is another."""
        name, node = pair
        if isinstance(node, yaml.MappingNode) and isinstance(old, Mapping) and isinstance(new, Mapping) and new:
            return self._flow_mapping(node, old, new) if node.flow_style else self._mapping(node, old, new)
        if isinstance(node, yaml.SequenceNode) and not node.flow_style and _keys_of(old) and _keys_of(new):
            return self._entries(node, old, new)
        if isinstance(node, yaml.ScalarNode) and isinstance(new, str) and node.style in ("'", '"') and "\n" not in new:
            return [_Edit(self._start(node), self._end(node), dump_quoted(new))]
        if isinstance(node, yaml.SequenceNode) and node.flow_style and not _keys_of(new):
            return [_Edit(self._start(node), self._end(node), dump_flow(new))]
        written = _indented(dump_yaml({key: new}), name.start_mark.column)
        return [_Edit(self._start(name), self._end(node), written)]

    def _flow_mapping(self, node: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[_Edit]:
        pairs = {str(key.value): value for key, value in node.value}
        if not (new.keys() <= pairs.keys() and old.keys() <= new.keys()):
            return [_Edit(self._start(node), self._end(node), dump_flow(new))]
        edits = []
        for key, value in new.items():
            if key not in old or not same_in_order(old[key], value):
                inner, before = pairs[key], old.get(key)
                if isinstance(inner, yaml.MappingNode) and isinstance(before, Mapping) and isinstance(value, Mapping):
                    edits += self._flow_mapping(inner, before, value)
                else:
                    is_quoted = isinstance(inner, yaml.ScalarNode) and inner.style and isinstance(value, str)
                    written = dump_quoted(value) if is_quoted else dump_flow(value)
                    edits.append(_Edit(self._start(inner), self._end(inner), written))
        return edits

    def _entries(self, node: Any, old: Sequence[Any], new: Sequence[Any]) -> list[_Edit]:
        """Return the edits of a list whose entries have keys: each is written with what stands above it."""
        nodes = dict(zip(_keys_of(old), node.value, strict=True))
        before = dict(zip(_keys_of(old), old, strict=True))
        if _keys_of(old) == _keys_of(new):
            return [
                edit
                for key, value in zip(nodes, new, strict=True)
                for edit in self._entry(nodes[key], before[key], value)
            ]
        column, chunks = node.start_mark.column, {}
        at = start = self._line_start(self._start(node))
        for key, inner in nodes.items():
            end = self._line_end(self._end(inner))
            chunks[key] = at, end
            at = min(end + len(self.newline), len(self.text))
        is_flow = bool(nodes) and all(getattr(inner, "flow_style", False) for inner in nodes.values())
        written = []
        for key, value in zip(_keys_of(new), new, strict=True):
            if key in nodes:
                edits = [] if same_in_order(before[key], value) else self._entry(nodes[key], before[key], value)
                written.append(self._applied(edits, *chunks[key]))
            else:
                lines = dump_flow(value) if is_flow else _indented(dump_yaml(value), column + 2)
                written.append(f"{' ' * column}- {lines}")
        return [_Edit(start, max(end for _at, end in chunks.values()), self.newline.join(written))]

    def _entry(self, node: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[_Edit]:
        return self._flow_mapping(node, old, new) if node.flow_style else self._mapping(node, old, new)

    def _without(self, pair: Any) -> _Edit:
        start = self._line_start(self._start(pair[0]))
        end = self._line_end(self._end(pair[1]))
        return _Edit(start, min(end + len(self.newline), len(self.text)), "")

    def _start(self, node: Any) -> int:
        return int(self.lines[node.start_mark.line] + node.start_mark.column)

    def _end(self, node: Any) -> int:
        """Return where the last character of a node ends: block collections claim what follows them as well."""
        if isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        mark = node.end_mark
        end = self.lines[mark.line] + int(mark.column) if mark.line < len(self.lines) else len(self.text)
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return len(self.text[:end].rstrip())
        return int(max(end, self._start(node)))

    def _line_start(self, at: int) -> int:
        return max(line for line in self.lines if line <= at) if at < len(self.text) else len(self.text)

    def _line_end(self, at: int) -> int:
        ends = [found for sign in "\r\n" if (found := self.text.find(sign, at)) != -1]
        return min(ends, default=len(self.text))


def same_in_order(one: Any, other: Any) -> bool:
    """Say whether two values are the same; entries in another order are others."""
    return same(one, other) and (
        not isinstance(one, Mapping) or all(same_in_order(one[key], other[key]) for key in one)
    )


def _keys_of(values: Any) -> list[str]:
    """Return the keys of a list of entries; nothing where these have none."""
    if not isinstance(values, list) or not all(isinstance(each, Mapping) for each in values):
        return []
    name = next((name for name in _KEYS if values and all(name in each for each in values)), None)
    return [str(each[name]) for each in values] if name else []


def _indented(written: str, column: int) -> str:
    """Return lines to stand at a column; the first is there already."""
    lines = written.rstrip("\n").split("\n")
    return "\n".join([lines[0], *(f"{' ' * column}{line}" if line else line for line in lines[1:])])
