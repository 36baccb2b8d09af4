"""Where sessions are kept: Django's own store, on a table that names the person (`SESSION_ENGINE`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from courses.models.sessions import Session, find_session

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class SessionStore(db.SessionStore):
    """Django's store. Reading a session brings the person it is of along, as `person`.

    The name is part of how data is signed: sessions of Django's own table can be read as they are.
    """

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for what is to be saved, with the person who has signed in."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 (the model of this store)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row

    def _get_session_from_db(self) -> Session | None:
        found = find_session(self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
            return None
        session, self.person = found
        return session


def person_of(request: HttpRequest) -> User | AnonymousUser:
    """Return who has signed in: the person that came with the session, if nothing speaks against it.

    Whatever is not plainly in order (another key, a password changed elsewhere, an account that was closed, a backend
    that is gone, another kind of session) is left to Django, which asks again and ends sessions that must end.
    """
    session = request.session
    if not session.get(SESSION_KEY):  # which reads the session
        return AnonymousUser()
    person = getattr(session, "person", None)
    if (
        person is not None
        and person.is_active
        and session[SESSION_KEY] == str(person.pk)
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    ):
        return person  # type: ignore[no-any-return]  # the store's own
    return get_user(request)
