"""The site with everybody on it, made once for the tests of a module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests import database
from tests.pages.everybody import Site, make_site


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Site, Path]]:
    """The site, and the folder with the files that readers of its course take away."""
    with database.shared_rows(django_db_blocker):
        yield make_site(), Path(settings.TAKE_AWAY_DIR)


@pytest.fixture
def site(everybody: tuple[Site, Path], db: None) -> Site:
    """The site as it was made, whatever other tests have done to it."""
    made, files = everybody
    shutil.copytree(files, settings.TAKE_AWAY_DIR)
    return deepcopy(made)
