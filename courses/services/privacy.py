"""Erasing a person: name, address and free text go; answers stay, under no name, so that statistics hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import get_random_string
from reversion.models import Revision

from courses import conf
from courses.errors import LastAdministrator
from courses.models import Deed, Erasure, Message, NameOrder, RosterDraft, Thread, UnsavedText
from courses.models.personal import ERASED, REGISTER, Held
from courses.services.audit import record
from courses.services.history import forget

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def erase_person(*, user: User, now: datetime, actor: User | None = None) -> User:
    """Erase a person; return the row that stays, under a random name.

    The erasure is recorded by number, in the database and in the file of `ERASURES_FILE`, so that it can be repeated
    after a backup is restored. `actor` is who does it (None: a command).
    Raises LastAdministrator where nobody else could look after the site.
    """
    locked = get_user_model().objects.select_for_update().get(pk=user.pk)
    if locked.is_superuser and not _other_administrators(locked).exists():
        raise LastAdministrator
    names = _names_of(locked)
    for held in REGISTER.held:
        _erase_rows(held, locked.pk, names)
    _erase_from_log(names)
    _erase_from_notes(names)
    RosterDraft.objects.filter(cohort__enrolments__user=locked).delete()
    _erase_from_threads(locked.pk)
    _end_sessions(locked.pk)
    _leave_a_nameless_row(locked)
    Erasure.objects.create(user_id=locked.pk, erased_at=now)
    record(actor, Deed.ERASED, locked, at=now, person=locked.pk)
    _note(conf.erasures_file(), locked.pk, now)
    return locked


def repeat_erasures(*, since: datetime, now: datetime) -> int:
    """Erase again everyone who was erased after a moment, by the file of erasures; return how many.

    A restored backup brings back people as they were then. People who joined later have no row to erase.
    """
    done = 0
    known = set(Erasure.objects.values_list("user_id", flat=True))
    for user_id, erased_at in _noted(conf.erasures_file()):
        person = get_user_model().objects.filter(pk=user_id, date_joined__lte=since).first()
        if erased_at >= since and user_id not in known and person is not None:
            with suppress(LastAdministrator):
                erase_person(user=person, now=now)
                done += 1
    return done


def _other_administrators(user: User) -> Any:
    return get_user_model().objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)


def _names_of(user: User) -> re.Pattern[str]:
    """Return what finds the person in a text: account name, address, and both names together in either order.

    A given or family name alone is not looked for: it is shared with the people that courses tell of.
    """
    whole = {user.get_full_name(), f"{user.last_name} {user.first_name}".strip()}
    joined = NameOrder.objects.filter(user=user, order=NameOrder.Order.JOINED).exists()
    both = {f"{user.last_name}{user.first_name}"} if joined else set()
    names = {user.username, user.email, *both, *(name for name in whole if " " in name)} - {""}
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), re.IGNORECASE)


def _erase_rows(held: Held, user_id: int, names: re.Pattern[str]) -> None:
    rows = held.rows_of(user_id)
    if held.is_deleted:
        forget(held.model, rows.values_list("pk", flat=True))
        rows.delete()
        return
    if held.erased:
        rows.update(**held.erased)
    for name, condition in held.written.items():
        rows.filter(**condition).update(**{name: ERASED})
    for name in held.typed:
        changed = [row for row in rows.exclude(**{name: None}).iterator() if _forget(row, name, names)]
        held.model._default_manager.bulk_update(changed, [name], batch_size=200)  # noqa: SLF001


def _forget(row: Any, name: str, names: re.Pattern[str]) -> bool:
    """Take the person's names out of a value as JSON holds it; say whether anything changed."""
    before = getattr(row, name)
    after = _without(before, names)
    setattr(row, name, after)
    return bool(after != before)


def _without(value: Any, names: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return names.sub(ERASED, value)
    if isinstance(value, list):
        return [_without(inner, names) for inner in value]
    if isinstance(value, dict):
        return {key: _without(inner, names) for key, inner in value.items()}
    return value


def _erase_from_log(names: re.Pattern[str]) -> None:
    """The admin's log names people in the words of the day; the numbers beside them stay."""
    told = [entry for entry in LogEntry.objects.iterator() if names.search(entry.object_repr + entry.change_message)]
    for entry in told:
        entry.object_repr, entry.change_message = ERASED, ""
    LogEntry.objects.bulk_update(told, ["object_repr", "change_message"], batch_size=200)


def _erase_from_notes(names: re.Pattern[str]) -> None:
    """Notes that came with changes may name people as well, and so may what others typed and did not save."""
    noted = [act for act in Revision.objects.exclude(comment="").iterator() if names.search(act.comment)]
    for act in noted:
        act.comment = names.sub(ERASED, act.comment)
    Revision.objects.bulk_update(noted, ["comment"], batch_size=200)
    typed = [kept.pk for kept in UnsavedText.objects.iterator() if names.search(unquote_plus(kept.fields))]
    UnsavedText.objects.filter(pk__in=typed).delete()


def _erase_from_threads(user_id: int) -> None:
    """What was written to the person alone is about them; a subject was written with its first message."""
    Message.objects.filter(thread__student=user_id).update(text=ERASED)
    Thread.objects.filter(started_by=user_id).update(subject=ERASED)


def _end_sessions(user_id: int) -> None:
    """End sessions that a project keeps in Django's own table, which does not say whose they are."""
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user_id):
            session.delete()


def _leave_a_nameless_row(user: User) -> None:
    user.username = f"erased-{get_random_string(12).lower()}"
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()


def _note(file: Path, user_id: int, now: datetime) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps({"user": user_id, "at": now.isoformat()}) + "\n")


def _noted(file: Path) -> Iterator[tuple[int, datetime]]:
    if not file.exists():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        noted = json.loads(line)
        yield noted["user"], datetime.fromisoformat(noted["at"])
