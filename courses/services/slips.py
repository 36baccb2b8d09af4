"""Passphrases for the accounts that classes make: made in the background, shown once on slips of paper, never kept."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.crypto import salted_hmac
from xkcdpass import xkcd_password

from courses.later import later
from courses.models import AuditEntry, Cohort, Deed, ManagedAccount, Slip
from courses.services.audit import entry_of

if TYPE_CHECKING:
    from cryptography import fernet
    from django.contrib.auth.models import User
else:
    fernet = later("cryptography.fernet")

WORDS = 4
"""Of 1,296 words each (the EFF's short list): 41 bits, and sign-in allows ten tries in ten minutes."""
KEPT_FOR = timedelta(days=1)
"""How long a passphrase waits to be printed."""


@dataclass(frozen=True)
class Printed:
    """What a slip says."""

    user: User
    passphrase: str


@cache
def short_words() -> Sequence[str]:
    """Return the words: common, of at most five letters, none the beginning of another."""
    file = xkcd_password.locate_wordfile("eff-short")
    words: list[str] = xkcd_password.generate_wordlist(wordfile=file, min_length=3, max_length=5)
    return words


def new_passphrase() -> str:
    """Return words to type, drawn by the system's source of chance."""
    return "-".join(secrets.choice(short_words()) for _place in range(WORDS))


@transaction.atomic
def ask_for_slips(*, cohort: Cohort, users: Iterable[int], actor: User, now: datetime) -> int:
    """Have new passphrases made for accounts whose password the actor may reset; return for how many.

    The old password works until the new one is made. Whoever asks later gets the slip: the earlier one is void.
    """
    accounts = list(ManagedAccount.objects.resettable_by(actor).filter(user__in=users).select_related("user", "cohort"))
    Slip.objects.filter(user__in=[account.user_id for account in accounts]).delete()
    values = {"cohort": cohort, "asked_by": actor, "asked_at": now}
    Slip.objects.bulk_create([Slip(user_id=account.user_id, **values) for account in accounts])
    entries = []
    for account in accounts:
        about = {"person": account.user_id, "course": account.cohort.course_id, "cohort": account.cohort_id}
        entries.append(entry_of(actor, Deed.PASSWORD_RESET, account, at=now, **about))
    AuditEntry.objects.bulk_create(entries)
    return len(accounts)


def make_passphrases(*, asked_by: int, now: datetime) -> int:
    """Make every passphrase that a person has asked for and that is not made yet; return how many were made.

    Hashing takes its time, so each is written by itself, and no transaction is open meanwhile.
    """
    made = 0
    for slip in Slip.objects.filter(asked_by=asked_by, sealed="").order_by("pk").iterator(chunk_size=100):
        passphrase = new_passphrase()
        made += _hand_over(slip, make_password(passphrase), _seal(passphrase), now)
    return made


@transaction.atomic
def _hand_over(slip: Slip, password: str, sealed: str, now: datetime) -> bool:
    """Give the account its password, unless the slip was asked for again meanwhile."""
    if not Slip.objects.filter(pk=slip.pk, sealed="").update(sealed=sealed):
        return False
    account = ManagedAccount.objects.select_related("user").get(pk=slip.user_id)
    if account.user.has_usable_password():
        account.reset_at, account.reset_by_id, account.is_told = now, slip.asked_by_id, False
        account.save(update_fields=["reset_at", "reset_by", "is_told"])
    account.user.password = password
    account.user.save(update_fields=["password"])
    return True


@transaction.atomic
def take_slips(*, cohort: Cohort, actor: User) -> list[Printed]:
    """Return the passphrases the actor asked for in a class, by name, and forget them.

    One that was sealed under another secret of the site is lost; its account waits for another slip.
    """
    slips = Slip.objects.filter(cohort=cohort, asked_by=actor).exclude(sealed="")
    taken = list(slips.select_for_update(of=("self",)).select_related("user__name_order"))
    Slip.objects.filter(pk__in=[slip.pk for slip in taken]).delete()
    opened = [(slip, _open(slip.sealed)) for slip in taken]
    shown = [Printed(slip.user, passphrase) for slip, passphrase in opened if passphrase]
    return sorted(shown, key=lambda each: (each.user.last_name.casefold(), each.user.first_name.casefold()))


def forget_slips(*, now: datetime) -> int:
    """Delete slips that nobody printed in time; return how many."""
    return Slip.objects.filter(asked_at__lt=now - KEPT_FOR).delete()[0]


@transaction.atomic
def reset_not_told(user: User) -> ManagedAccount | None:
    """Return the reset of a password of which its owner has not been told, and note that they are told now."""
    found = ManagedAccount.objects.filter(user=user, is_told=False).select_related("reset_by__name_order").first()
    if found is not None:
        ManagedAccount.objects.filter(pk=user.pk).update(is_told=True)
    return found


def _fernet() -> fernet.Fernet:
    key = salted_hmac("courses.slips", "", algorithm="sha256").digest()
    return fernet.Fernet(base64.urlsafe_b64encode(key))


def _seal(passphrase: str) -> str:
    return _fernet().encrypt(passphrase.encode()).decode()


def _open(sealed: str) -> str:
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except fernet.InvalidToken:
        return ""
