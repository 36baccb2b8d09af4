"""A restart of PostgreSQL leaves dead connections in the pool: no request meets one."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.conf import settings as configured
from django.db import OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper

from tumen.settings import DATABASES

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not configured.DATABASES["default"]["ENGINE"].endswith("postgresql"), reason="needs PostgreSQL"),
]


@pytest.fixture(params=[True, False])
def pooled(db: None, request: pytest.FixtureRequest) -> Iterator[DatabaseWrapper]:
    """A pool with its settings as they are, and one without the check."""
    values = deepcopy(connection.settings_dict)
    values["CONN_HEALTH_CHECKS"] = configured.DATABASES["default"]["CONN_HEALTH_CHECKS"] and request.param
    values["OPTIONS"] = {**values["OPTIONS"], "pool": {"min_size": 2, "max_size": 2, "timeout": 10}}
    wrapper = DatabaseWrapper(values, alias=f"pooled-{request.param}")
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def asks(wrapper: DatabaseWrapper) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    wrapper.close()
    return int(pid)


def test_dead_connections_are_replaced_before_they_are_used(pooled: DatabaseWrapper) -> None:
    pids = {asks(pooled) for _n in range(4)}
    with connection.cursor() as cursor:
        for pid in pids:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    if pooled.settings_dict["CONN_HEALTH_CHECKS"]:
        assert asks(pooled) not in pids
    else:
        with pytest.raises(OperationalError):
            asks(pooled)


def test_the_site_has_the_check() -> None:
    assert DATABASES["default"]["CONN_HEALTH_CHECKS"]
