"""What the samples of several kinds are made of."""

from __future__ import annotations

from hypothesis import strategies as st

WHY = "Said to whoever wants to know the reason why."
MARK = "zq-"
"""Every author's key begins so, and no other text holds it: what shows it has shown a key."""


def keys(least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Return authors' keys in any order."""
    names = st.text("abcdefg", min_size=1, max_size=4).map(MARK.__add__)
    return st.lists(names, min_size=least, max_size=most, unique=True)
