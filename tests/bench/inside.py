"""What runs inside a site, in a process of its own: filling its database, counting its queries, timing its jobs.

It imports only what Tumen has had since its first release and prints one line of JSON, so that an older checkout is
measured by the same file. The floor is a site as well.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import django
from django.conf import settings

sys.path.append(str(Path(__file__).resolve().parent))
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

OWN: Any = import_module("floor.jobs" if settings.ROOT_URLCONF.startswith("floor") else "jobs")

CSRF = "c" * 32


def seed(scale: int) -> dict[str, Any]:
    """Migrate and fill: a hundred students times the scale, with 18 finished attempts each, all signed in."""
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # the floor has no migrations; its tables come after users
    with transaction.atomic():
        teacher = User.objects.create(username="teacher")
        students = User.objects.bulk_create(User(username=f"student-{at}") for at in range(max(300, 100 * scale)))
    students = list(User.objects.filter(username__startswith="student-").order_by("pk"))
    paths = OWN.seed(students[: 100 * scale], students, teacher)
    with transaction.atomic():
        sessions = [_session(user) for user in (teacher, *students[-300:])]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"paths": paths, "teacher": sessions[0], "students": sessions[1:]}


def _session(user: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update({"_auth_user_id": str(user.pk), "_auth_user_hash": user.get_session_auth_hash()})
    store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    store.create()
    return str(store.session_key)


def count(where: dict[str, Any]) -> dict[str, list[int]]:
    """Return the queries of each journey, and on SQLite the steps of its virtual machine (in twenties)."""
    found: dict[str, list[int]] = {}
    student, teacher = _client(where["students"][0]), _client(where["teacher"])
    for name, path in where["paths"].items():
        if not name.startswith("start"):
            found[name] = _counted(lambda path=path, name=name: (teacher if "class" in name else student).get(path))
    for name in [name for name in where["paths"] if name.startswith("start")]:
        kept: list[Any] = []
        found[name] = _counted(
            lambda name=name, kept=kept: kept.append(_post(student, where["paths"][name])), once=True
        )
        attempt = "/".join(kept[0]["Location"].split("/")[:3])
        if name == "start":
            found["save"] = _counted(lambda attempt=attempt: _post(student, f"{attempt}/items/1/"), once=True)
            found["submit"] = _counted(lambda attempt=attempt: _post(student, f"{attempt}/submit/"), once=True)
        else:
            _post(student, f"{attempt}/submit/")
    return found


def _client(session: str) -> Client:
    client = Client(headers={"X-CSRFToken": CSRF, "X-Forwarded-Proto": "https", "HX-Request": "false"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    client.cookies["csrftoken"] = CSRF
    return client


def _post(client: Client, path: str) -> Any:
    data = {"answer": "1", "sequence": "0", "client_key": str(uuid4()), "sure": "1"}
    return client.post(path, data, headers={"HX-Request": "true"} if "/items/" in path else {})


def _counted(act: Callable[[], Any], *, once: bool = False) -> list[int]:
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    if not once:
        act()
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(step, 20)
    with CaptureQueriesContext(connection) as queries:
        act()
    return [len([each for each in queries if each["sql"].split()[0] not in ("BEGIN", "COMMIT")]), steps]


if __name__ == "__main__":
    what, argument = sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else None
    act = {"seed": seed, "count": count}.get(what) or getattr(OWN, what)
    print(json.dumps(act(argument)))
