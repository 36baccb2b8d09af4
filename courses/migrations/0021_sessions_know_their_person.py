"""Sessions move to a table that names the person: one query then brings the session and who has signed in.

Nobody is signed out by it. Sessions of a project that keeps them elsewhere stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OWN = "courses.accounts.sessions"
BATCH = 500


def move_here(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Move the sessions of Django's own table, each with the person its data names."""
    if settings.SESSION_ENGINE != OWN:
        return
    plain, session = apps.get_model("sessions", "Session"), apps.get_model("courses", "Session")
    people = set(apps.get_model("auth", "User").objects.values_list("pk", flat=True))
    store = SessionStore()
    for rows in _batches(plain):
        named = [(row, store.decode(row.session_data).get(SESSION_KEY)) for row in rows]
        session.objects.bulk_create(
            session(
                session_key=row.session_key, session_data=row.session_data, expire_date=row.expire_date,
                user_id=int(name) if name is not None and int(name) in people else None,
            )
            for row, name in named
        )  # fmt: skip
        plain.objects.filter(pk__in=[row.pk for row in rows]).delete()


def move_back(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Move them into Django's own table again."""
    plain, session = apps.get_model("sessions", "Session"), apps.get_model("courses", "Session")
    for rows in _batches(session):
        plain.objects.bulk_create(
            plain(session_key=row.session_key, session_data=row.session_data, expire_date=row.expire_date)
            for row in rows
        )
        session.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _batches(model: Any) -> Iterator[list[Any]]:
    """Yield the rows, so many at a time, until none is left: the caller takes those it gets away."""
    while rows := list(model.objects.order_by("pk")[:BATCH]):
        yield rows


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("sessions", "0001_initial"),
        ("courses", "0021_names_numbers_and_groups"),
    ]
    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.RunPython(move_here, move_back),
    ]
