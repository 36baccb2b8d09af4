"""Rendered HTML → plain text, and the blocks of a section by their ids."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_OPENING = re.compile(r"\s*<(p|h\d|ul|ol|dl|blockquote|pre|div|aside|figure|hr)\b")
# Note numbers, what stands in the margin, drawings: not words of the text itself.
_ASIDE = re.compile(
    r'<svg\b.*?</svg>|<sup class="cite">.*?</sup>|<div class="margin".*?</div>|<summary>.*?</summary>', re.DOTALL
)
_BREAK = re.compile(r"</(?:p|h\d|li|dt|dd|td|th|tr|div|aside|figcaption)>|<br ?/?>")
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r'<\w+ id="([a-z0-9-]+-p\d+)"')


def with_id(block: str, anchor: str) -> str:
    """Give the first element of a rendered block an id."""
    opening = _OPENING.match(block)
    return f'{block[: opening.end()]} id="{anchor}"{block[opening.end() :]}' if opening else block


def plain_text(markup: str) -> str:
    """Return the words of rendered HTML, on one line."""
    without = _TAG.sub("", _BREAK.sub(" ", _ASIDE.sub("", markup)))
    return " ".join(html.unescape(without).split())


def blocks_of(markup: str) -> Iterator[tuple[str, str]]:
    """Yield (id, words) for each block that has an id; a section may have none, if it holds only a check."""
    markup = _ASIDE.sub("", markup)
    starts = [(found.start(), found[1]) for found in _BLOCK.finditer(markup)]
    ends = [*(start for start, _anchor in starts), len(markup)][1:]
    for (start, anchor), end in zip(starts, ends, strict=True):
        if words := plain_text(markup[start:end]):
            yield anchor, words
