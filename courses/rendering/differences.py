"""What differs between two texts, word by word, with what was taken out and what was put in marked as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_CONTEXT = 12
"""How many words and spaces are shown on either side of a change."""
_MOST = 3_000
"""Longer passages are not compared word by word: that would take seconds, and nobody would read it."""


def words(before: str, after: str) -> SafeString:
    """Return two texts as one, in HTML: words taken out in `<del>`, words put in in `<ins>`, long equal parts cut.

    >>> words("A gift of Moscow", "A loan of Moscow")
    'A <del>gift</del><ins>loan</ins> of Moscow'
    """
    parts = list(_parts(before, after))
    shown = [_shown(kind, text, at, len(parts)) for at, (kind, text) in enumerate(parts)]
    return format_html_join("", "{}", ((each,) for each in shown))


def _parts(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield equal, old and new passages: paragraph by paragraph, and word by word within those that differ."""
    old, new = _paragraphs(before), _paragraphs(after)
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = "".join(old[i:j]), "".join(new[k:m])
        if kind == "equal":
            yield "equal", now
        else:
            yield from _word_parts(was, now)


def _word_parts(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _MOST:
        yield from (("old", before), ("new", after))
        return
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "equal", "".join(new[k:m])
            continue
        yield "old", "".join(old[i:j])
        yield "new", "".join(new[k:m])


def _paragraphs(text: str) -> list[str]:
    return re.findall(r".+?(?:\n\n+|\Z)", text, flags=re.DOTALL)


def _shown(kind: str, text: str, at: int, count: int) -> str | SafeString:
    if kind == "equal":
        return _cut(text, is_first=at == 0, is_last=at == count - 1)
    if not text:
        return ""
    tag = SafeString("del" if kind == "old" else "ins")
    return format_html("<{}>{}</{}>", tag, text, tag)


def _cut(text: str, *, is_first: bool, is_last: bool) -> str:
    """Leave out the middle of what is equal, or what stands far before the first change or after the last."""
    found = _WORDS.findall(text)
    if len(found) <= 3 * _CONTEXT:
        return text
    head = "" if is_first else "".join(found[:_CONTEXT])
    tail = "" if is_last else "".join(found[-_CONTEXT:])
    return f"{head} … {tail}"
