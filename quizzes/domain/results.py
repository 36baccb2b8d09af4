"""Shares against the pass mark: what is tested, and the per cent that is shown. The two always agree."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

_EXACT = Decimal("0.000000000001")
_WHOLE, _TENTH = Decimal(1), Decimal("0.1")


def passes(share: Decimal, pass_percent: int) -> bool:
    """Say whether a share reaches the pass mark."""
    return _percent(share) >= pass_percent


def percent_shown(share: Decimal, *marks: int) -> Decimal:
    """Return a share in per cent as it is shown: a whole number, half up, but never across a mark it does not reach.

    Where a whole number would be across one, it is rounded down to the tenth.

    >>> [str(percent_shown(Decimal(right) / 23, 70)) for right in (16, 17)]
    ['69.5', '74']
    """
    percent = _percent(share)
    whole = percent.quantize(_WHOLE, rounding=ROUND_HALF_UP)
    if any(percent < mark <= whole for mark in marks):
        return percent.quantize(_TENTH, rounding=ROUND_FLOOR)
    return whole + 0  # no minus before a nought


def _percent(share: Decimal) -> Decimal:
    """Return a share in per cent; a mean of thirds is not to miss a mark by the last of its digits."""
    return 100 * share.quantize(_EXACT)
