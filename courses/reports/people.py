"""How people are called."""

from __future__ import annotations

from typing import Any


def display_name(user: Any) -> str:
    """Return a person's full name, or the name they sign in with."""
    return str(user.get_full_name() or user.get_username())
