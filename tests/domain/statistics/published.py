"""Published answers: two sections of the Law School Admission Test (Bock and Lieberman 1970), 1,000 people each.

The counts are of the 32 patterns of five answers, from none right to all right, read as binary numbers.
"""

from __future__ import annotations

# fmt: off
LSAT6 = (
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
    10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
)
LSAT7 = (
    12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28,
    7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308,
)
# Admissions at Berkeley in 1973 (Bickel, Hammel and O'Connell 1975), six departments: men admitted and refused, women
# admitted and refused.
ADMISSIONS = (
    (512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391),
    (138, 279, 131, 244), (53, 138, 94, 299), (22, 351, 24, 317),
)
# fmt: on


def answers(patterns: tuple[int, ...]) -> list[list[float]]:
    """Return one row of five answers for each person."""
    return [[float(sign) for sign in f"{at:05b}"] for at, count in enumerate(patterns) for _ in range(count)]
