"""The examples in docstrings are right."""

from __future__ import annotations

import doctest
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

import courses.rendering
import quizzes.domain


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(found.name)


EXAMPLES = {
    test.name: test
    for package in (quizzes.domain, courses.rendering)
    for module in modules(package)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, module.__name__)
    if test.examples
}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_examples_of_a_docstring_are_right(name):
    results = doctest.DocTestRunner().run(EXAMPLES[name])

    assert results.attempted > 0
    assert results.failed == 0


def test_the_examples_are_found():
    assert {"quizzes.domain.numerals.read_numeral", "courses.rendering.references.spell_date"} <= set(EXAMPLES)
