"""The examples in docstrings of the core are right."""

from __future__ import annotations

import pytest

import quizzes.domain
from tests.domain.examples import examples_of, run

EXAMPLES = examples_of(quizzes.domain)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_examples_of_a_docstring_are_right(name):
    results = run(EXAMPLES[name])

    assert results.attempted > 0
    assert results.failed == 0


def test_the_examples_are_found():
    assert "quizzes.domain.numerals.read_numeral" in EXAMPLES
