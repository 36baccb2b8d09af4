"""What the rules want to know of a source, read from its CSL entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from quizzes.lint.view import SourceView

_TERTIARY = ("entry", "entry-encyclopedia")
_OF_LAW = ("treaty", "legislation", "bill")
_PLACED = re.compile(
    r"\b(?:page|section|chapter|passage|article|archive|fond|document no)\b|\bpp?\. ?\d", re.IGNORECASE
)


def source_view(key: str, csl: Mapping[str, Any], note: str = "") -> SourceView:
    """Return a source as the rules see it.

    It can be found by a page, a volume, an address or a note that says where; or by its date, in print.
    """
    where = f"{csl.get('container-title') or ''} {csl.get('publisher') or ''}".casefold()
    is_printed = any(csl.get(name) for name in ("container-title", "publisher", "author")) or csl.get("type") in _OF_LAW
    is_placed = any(csl.get(name) for name in ("URL", "page", "volume", "issue")) or bool(_PLACED.search(note))
    return SourceView(
        key=key,
        is_dated=bool(csl.get("issued")),
        is_tertiary=csl.get("type") in _TERTIARY or "wikipedia" in where or "encyclop" in where,
        has_locator=is_placed or bool(csl.get("issued") and is_printed),
    )
