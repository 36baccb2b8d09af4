"""The words of a text, without what is written around them to mark them up."""

from __future__ import annotations

import re

_CITATION = re.compile(r"\[@[^\]]*\]")
_TERM = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_MARK = re.compile(r"\*{1,3}|(?<![\w_])_(?=[^\s_])|(?<=[^\s_])_(?![\w_])|`")


def plain(text: str) -> str:
    """Return a text without its markup.

    >>> plain("The [[treaty-1961|treaty]] was **not** renewed.[@source-key] ____ <em>asked</em>")
    'The treaty was not renewed. ____ asked'
    """
    text = _CITATION.sub("", text)
    text = _LINK.sub(r"\1", _TERM.sub(r"\1", text))
    return _MARK.sub("", _TAG.sub("", text)).strip()
