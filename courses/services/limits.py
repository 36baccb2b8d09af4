"""How often something may be tried. Counted in the database, so that a limit holds across processes and restarts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from courses.errors import TooManyTries
from courses.models import TryCount

_TEN_MINUTES = timedelta(minutes=10)
_HOUR = timedelta(hours=1)
_WRONG_PASSWORDS = gettext_noop("Too many wrong passwords for this account.")
_FROM_HERE = gettext_noop("Too many tries from your network.")


@dataclass(frozen=True)
class Limit:
    """At most `amount` tries in any stretch of `period`, counted apart for each person, address or whatever is named.

    `message` says what was tried too often; `ways_in` offers other ways to sign in.
    """

    name: str
    amount: int
    period: timedelta
    message: str = TooManyTries.message
    ways_in: bool = False


PASSWORD = Limit("password", 10, _TEN_MINUTES, _WRONG_PASSWORDS, ways_in=True)
"""Wrong passwords for one account, by browsers that have not signed in to it."""
PASSWORD_KNOWN = Limit("password-known", 10, _TEN_MINUTES, _WRONG_PASSWORDS, ways_in=True)
"""Wrong passwords for one account, by one browser that has signed in to it."""
PASSWORD_ADDRESS = Limit("password-address", 100, _TEN_MINUTES, _FROM_HERE, ways_in=True)
"""Wrong passwords for any account from one address: a class may mistype twice each."""
SECOND_FACTOR = Limit("second-factor", 10, _TEN_MINUTES, gettext_noop("Too many wrong codes for this account."))
SIGN_UP = Limit("sign-up", 100, timedelta(minutes=1), _FROM_HERE)
SIGN_UP_DAY = Limit("sign-up-day", 500, timedelta(days=1), _FROM_HERE)
PASSWORD_CHANGE = Limit("password-change", 10, _TEN_MINUTES, gettext_noop("Too many tries to change the password."))
PASSWORD_MAIL = Limit("password-mail", 3, _HOUR, gettext_noop("Too many requests for this email address."))
PASSWORD_MAIL_ADDRESS = Limit("password-mail-address", 60, _HOUR, _FROM_HERE)
PASSWORD_LINK = Limit("password-link", 60, _TEN_MINUTES, _FROM_HERE)
EMAIL_CHANGE = Limit("email-change", 20, _HOUR, gettext_noop("Too many changes of email addresses."))
MAIL_TO = Limit("mail-to", 6, _HOUR)
"""Messages to one mail address, whatever they are about."""
TOKEN = Limit("token", 20, _HOUR, gettext_noop("Too many new API tokens."))
JOIN = Limit("join", 20, _TEN_MINUTES, gettext_noop("Too many class codes tried."))
INVITE = Limit("invite", 200, _HOUR, gettext_noop("Too many invitations."))
"""Looking accounts up by their whole name or address."""
MESSAGE = Limit("message", 30, _HOUR, gettext_noop("Too many messages in the last hour."))
"""Messages that one person sends; one to a whole class counts once."""
COPY_TO = Limit("copy-to", 12, _HOUR)
"""Copies of messages and notices to one person: apart from `MAIL_TO`, so that they never hold up a sign-in link."""
LIVE_JOIN = Limit("live-join", 300, _TEN_MINUTES, _FROM_HERE)
"""Joining live quizzes from one address: a lecture hall behind one address may mistype a code or a name."""
QUIZ_PASSWORD = Limit("quiz-password", 10, _TEN_MINUTES, gettext_noop("Too many wrong passwords for this quiz."))


@dataclass(frozen=True)
class Taken:
    """A try that was counted, so that it can be given back."""

    key: str
    moment: float


def take(limit: Limit, whose: str, *, now: datetime) -> Taken:
    """Count a try. Raises TooManyTries, counting nothing, when the limit is used up.

    Call it before what is limited happens, and outside the transaction that a failure rolls back. Give the try back
    where only failures count: counting after the fact would let parallel tries through.
    """
    key = _key(limit, whose)
    with transaction.atomic():
        # The upsert locks the row until the end, also against the deletion of old rows.
        fresh = TryCount(key=key, expires_at=now + limit.period)
        TryCount.objects.bulk_create(
            [fresh], update_conflicts=True, unique_fields=["key"], update_fields=["expires_at"]
        )
        row = TryCount.objects.get(pk=key)
        start = (now - limit.period).timestamp()
        recent = [moment for moment in row.moments if moment > start]
        if len(recent) >= limit.amount:
            wait = timedelta(seconds=recent[-limit.amount] - start)
            raise TooManyTries(wait=wait, message=_(limit.message), ways_in=limit.ways_in)
        row.moments = [*recent, now.timestamp()]
        row.save(update_fields=["moments"])
    return Taken(key, now.timestamp())


@transaction.atomic
def give_back(tried: Taken) -> None:
    """Forget a try that turned out to be none, such as a right password. One already forgotten changes nothing."""
    row = TryCount.objects.select_for_update().filter(pk=tried.key).first()
    if row is not None and tried.moment in row.moments:
        row.moments.remove(tried.moment)
        row.save(update_fields=["moments"])


def forget_tries(*, now: datetime) -> int:
    """Delete counts that no limit looks at any more; return how many."""
    return TryCount.objects.filter(expires_at__lt=now).delete()[0]


def _key(limit: Limit, whose: str) -> str:
    return salted_hmac(f"courses.limits.{limit.name}", whose, algorithm="sha256").hexdigest()
