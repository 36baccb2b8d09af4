"""Values → YAML as authors write it. What `parse_yaml` reads back is the value that was written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import yaml

from courses.content.documents import scalar

# Lines are never folded: an editor wraps the text anyway.
_WIDTH = 1_000_000
_SHORT = 60


class _Dumper(yaml.SafeDumper):
    """Writes blocks for long text, quotes only where our reader needs them, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Write the same value out wherever it stands."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    is_plain = isinstance(scalar(yaml.ScalarNode("", text)), str)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain else '"')


def _number(dumper: _Dumper, number: Decimal) -> yaml.ScalarNode:
    digits = f"{number:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in digits else 'int'}", digits)


def _list(dumper: _Dumper, values: list[Any]) -> yaml.SequenceNode:
    """Write a list of keys or numbers on one line, as authors do."""
    is_short = all(isinstance(value, str | int | Decimal) and len(str(value)) <= _SHORT for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=is_short)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(Decimal, _number)


class _FlowDumper(_Dumper):
    """Writes everything in one line."""


def _flow_list(dumper: _Dumper, values: list[Any]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)


_FlowDumper.add_representer(list, _flow_list)


def dump_yaml(value: Mapping[str, Any]) -> str:
    """Write a mapping as a YAML document, its keys in their own order."""
    text: str = yaml.dump(
        _plain(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=False
    )
    return text


def dump_flow(value: Any) -> str:
    """Write a value in one line, as it may stand behind a key or in brackets."""
    written: str = yaml.dump(
        [_plain(value)], Dumper=_FlowDumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=True
    )
    return written.strip().removeprefix("[").removesuffix("]")


def dump_quoted(text: str) -> str:
    """Write a text in double quotes, in one line; JSON's texts are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Turn tuples into lists and words with a type of their own, such as levels, into text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [_plain(inner) for inner in value]
    return value
