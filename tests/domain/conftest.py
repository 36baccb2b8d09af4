"""The tests of the core: alone they run without Django, and nothing here can import it."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

import pytest

from tests import profiles

profiles.load()
REFUSED = frozenset({"django", "rest_framework", "yaml"})  # as the import contract of the core has it


class _Refusal(MetaPathFinder):
    """Refuses to find what the core does without."""

    def find_spec(self, name: str, *_where: object) -> None:
        if name.partition(".")[0] in REFUSED:
            raise ModuleNotFoundError(
                f"The core and its tests do without {name}: its test belongs outside tests/domain."
            )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse Django where these tests run alone; in a run of all tests it is there already."""
    if not any(
        getattr(plugin, "__name__", "") == "pytest_django.plugin" for plugin in config.pluginmanager.get_plugins()
    ):
        sys.meta_path.insert(0, _Refusal())
