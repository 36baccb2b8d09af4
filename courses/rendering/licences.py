"""What a licence allows, as far as its name says."""

from __future__ import annotations

import re

_FORBIDS = re.compile(r"\bND\b|no[ -]?deriv|all rights reserved|proprietary|\bno changes\b", re.IGNORECASE)


def forbids_changes(licence: str) -> bool:
    """Say whether a licence forbids changed copies, by its name.

    >>> forbids_changes("CC BY-NC-ND 4.0"), forbids_changes("All rights reserved"), forbids_changes("CC BY-SA 4.0")
    (True, True, False)
    """
    return _FORBIDS.search(licence) is not None
