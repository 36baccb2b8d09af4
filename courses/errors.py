"""What courses may have to tell a person. Each message is fit to show."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext


class CourseError(Exception):
    """Something that is not allowed, or not possible now. `message` says what, and what to do."""

    message = gettext_noop("This is not possible now.")

    def __init__(self, **values: object) -> None:
        super().__init__(str(_(self.message)) % values if values else str(_(self.message)))


class UnknownJoinCode(CourseError):
    """No class has the code."""

    message = gettext_noop("No class has this code. Check it with your instructor, then try again.")


class ClassClosed(CourseError):
    """The class takes nobody in any more."""

    message = gettext_noop("This class is closed to new students. Ask your instructor to open it or to add you.")


class RemovedFromClass(CourseError):
    """An instructor removed the person; a code does not undo that."""

    message = gettext_noop("You were removed from this class. Only its instructor can let you back in.")


class NotWrittenYet(CourseError):
    """The lesson is only an outline so far."""

    message = gettext_noop("This lesson is not written yet, so it cannot be marked as read.")


class CannotBeSet(CourseError):
    """A page could not be set for print."""

    message = gettext_noop(
        "The PDF could not be made: %(why)s. What was made before is kept; the course is not touched."
    )


class TooManyTries(CourseError):
    """A limit is used up. `seconds` is how long until there is a try again; `ways_in` asks for other ways to sign in.

    `message` of the limit says what was tried too often; when to try again is added here.
    """

    message = gettext_noop("Too many tries.")

    def __init__(self, *, wait: timedelta, message: str = "", ways_in: bool = False) -> None:
        self.seconds = max(1, ceil(wait.total_seconds()))
        self.ways_in = ways_in
        super().__init__()
        self.args = (f"{message or self.args[0]} {_again_in(self.seconds)}",)


def _again_in(seconds: int) -> str:
    """Say when to try again, rounded up, in the largest unit that fits."""
    if seconds < 60:
        return ngettext("Try again in %(n)d second.", "Try again in %(n)d seconds.", seconds) % {"n": seconds}
    minutes = ceil(seconds / 60)
    if minutes < 60:
        return ngettext("Try again in %(n)d minute.", "Try again in %(n)d minutes.", minutes) % {"n": minutes}
    hours = ceil(seconds / 3600)
    return ngettext("Try again in %(n)d hour.", "Try again in %(n)d hours.", hours) % {"n": hours}


class LastAdministrator(CourseError):
    """Nobody else looks after the site."""

    message = gettext_noop(
        "This is the only administrator's account, so it was not erased. Make another administrator first."
    )


class CannotBackUp(CourseError):
    """A backup could not be made."""

    message = gettext_noop("No backup was made: %(why)s. The site is not touched.")


class CannotRestore(CourseError):
    """A backup could not be brought back."""

    message = gettext_noop("Nothing was restored: %(why)s. What is here stays as it is.")
