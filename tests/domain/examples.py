"""The examples in docstrings, as tests."""

from __future__ import annotations

import doctest
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType


def examples_of(package: ModuleType) -> dict[str, doctest.DocTest]:
    """Return the docstrings of a package that have examples, by the name of what they describe."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = (test for module in _modules(package) for test in finder.find(module, module.__name__))
    return {test.name: test for test in found if test.examples}


def run(example: doctest.DocTest) -> doctest.TestResults:
    """Run the examples of one docstring."""
    return doctest.DocTestRunner().run(example)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(found.name)
