"""Two addresses for probes: is the process alive, and can it serve?"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse


class HealthMiddleware:
    """Answers /healthz and /readyz before anything else does: no session, no cookie, no redirect to TLS, and any Host
    header, since a probe asks by the address of the machine.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass the request on."""
        if request.path_info == "/healthz":
            return _plain("ok")
        if request.path_info == "/readyz":
            trouble = not_ready()
            return _plain(trouble, status=503) if trouble else _plain("ok")
        return self.get_response(request)


def not_ready() -> str:
    """Return in a few words why this process cannot serve now, or "". Nothing of the failure itself is told."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except (DatabaseError, InterfaceError):
        return "the database does not answer"
    waiting = sorted(leaf for leaf in _newest_migrations() if leaf not in applied)
    return "migrations are not applied: " + ", ".join(map(".".join, waiting)) if waiting else ""


@cache
def _newest_migrations() -> tuple[tuple[str, str], ...]:
    """Return the last migration of every app, which a process has on disk for as long as it lives."""
    return tuple(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def _plain(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", content_type="text/plain", status=status, headers={"Cache-Control": "no-store"})
