"""Enumerations that people read: each value, as it is stored and written in files, with its words."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Named(StrEnum):
    """A value with its words, marked for translation where they are written. The models' choices are made from it."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        """Make a member that equals its value. Each has words; without them, as in `Keep("mean")`, one is found."""
        member = str.__new__(cls, value)
        member._value_, member.words = value, words
        return member
