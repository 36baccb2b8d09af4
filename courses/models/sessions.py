"""Sessions that know whose they are, so that one query brings the session and the person of a request."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models.prepared import Given, Prepared

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Session(AbstractBaseSession):
    """A session of Django's, with the person who has signed in; nobody, for a guest."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True, db_constraint=False,
        verbose_name=_("person"),
    )  # fmt: skip

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """Return what reads the data of a row: Django's own store, whose form it has."""
        return SessionStore


def _columns() -> list[str]:
    return [field.attname for field in get_user_model()._meta.concrete_fields]  # noqa: SLF001


def _with_person() -> QuerySet[Session, tuple[object, ...]]:
    valid = Session.objects.filter(
        session_key=Given("key", models.CharField()), expire_date__gt=Given("now", models.DateTimeField())
    )
    person = [f"user__{name}" for name in _columns()]
    return valid.values_list("session_data", "expire_date", *person)


_WITH_PERSON = Prepared(_with_person)


def find_session(key: str | None, *, now: datetime) -> tuple[Session, User | None] | None:
    """Return a session that has not expired, and the person it is of, in one query."""
    row = _WITH_PERSON.one(key=key, now=now)
    if row is None or key is None:
        return None
    data, expires, *person = row
    columns = _columns()
    session = Session(session_key=key, session_data=data, expire_date=expires)
    is_there = person[columns.index("password")] is not None
    return session, get_user_model().from_db(DEFAULT_DB_ALIAS, columns, person) if is_there else None
