"""Slips of the pen: how far one word is from another."""

from __future__ import annotations

LONG_WORD = 5
"""The letters a word has at least in which a slip of the pen is forgiven."""


def is_within(given: str, word: str, slips: int) -> bool:
    """Say whether one word becomes the other by so many slips: a letter more, less or other, or two neighbours swapped.

    This is the Damerau–Levenshtein distance in which no letter is changed twice. Only a band as wide as the slips
    allow is computed, so the cost grows with the length of the word, not with its square.

    >>> is_within("kozirev", "kozyrev", 1), is_within("kozryev", "kozyrev", 1), is_within("kozyr", "kozyrev", 1)
    (True, True, False)
    """
    if abs(len(given) - len(word)) > slips:
        return False
    far = slips + 1
    before: dict[int, int] = {}
    row = {at: at for at in range(min(slips, len(word)) + 1)}
    for at, letter in enumerate(given, start=1):
        new: dict[int, int] = {}
        for to in range(max(0, at - slips), min(len(word), at + slips) + 1):
            change = row.get(to - 1, far) + (to == 0 or letter != word[to - 1])
            costs = [row.get(to, far) + 1, new.get(to - 1, far) + 1, change]
            if to > 1 and letter == word[to - 2] and given[at - 2] == word[to - 1]:
                costs.append(before.get(to - 2, far) + 1)
            new[to] = min(costs)
        before, row = row, new
    return row.get(len(word), far) <= slips
