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


class CodeExpired(CourseError):
    """The code of the class worked until a moment that has passed."""

    message = gettext_noop("This class code has expired. Ask your instructor for a new one.")


class ClassFull(CourseError):
    """The class has as many students as it takes by its code."""

    message = gettext_noop("This class is full. Ask your instructor to make room or to add you.")


class HasPlace(CourseError):
    """The person has this place in the class."""

    message = gettext_noop("This person has this place in the class already.")


class InvitedToClass(CourseError):
    """An invitation to the class waits for the person's answer."""

    message = gettext_noop("This person has an invitation already. Withdraw it to send another.")


class LeftThemselves(CourseError):
    """The person left the class; no one is brought back without having agreed."""

    message = gettext_noop("This person left the class. Send an invitation; they come back by accepting it.")


class LastInstructor(CourseError):
    """The class would have no instructor."""

    message = gettext_noop("A class needs an instructor. Invite another instructor first; nothing was changed.")


class NoRecipients(CourseError):
    """A message would reach nobody."""

    message = gettext_noop("No one was chosen who is in the class now. Nothing was sent.")


class CannotReply(CourseError):
    """The student has left the class, or the class is archived."""

    message = gettext_noop("Not sent. The class is archived, or the student is no longer in it.")


class FamilyNameElsewhere(CourseError):
    """What is said to be the family name is not at an end of the name."""

    message = gettext_noop(
        "“%(family)s” is not at the beginning or the end of “%(name)s”. Write the family name as it stands there."
    )


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


class AuditIsKept(CourseError):
    """An entry of the audit was to be changed or deleted."""

    message = gettext_noop("The audit is only added to: no entry can be changed or deleted.")


class HasRole(CourseError):
    """The person works on the course already."""

    message = gettext_noop("This person works on the course already. Change the role in the list.")


class InvitedBefore(CourseError):
    """An invitation to the course waits for the person's answer."""

    message = gettext_noop("This person has an invitation already. Withdraw it to send another.")


class LastOwner(CourseError):
    """The course would have no owner."""

    message = gettext_noop("A course needs an owner. Make another person an owner first; nothing was changed.")


class KeyTaken(CourseError):
    """Another course has the key."""

    message = gettext_noop("Another course has the key “%(key)s”. Nothing was copied; choose another key.")


class ClassesRun(CourseError):
    """The course is taken by classes now."""

    message = gettext_noop("Classes are taking this course: %(names)s. It was not archived.")


class CannotDelete(CourseError):
    """What is to be deleted is used, or was met by students."""

    message = gettext_noop("Not deleted: %(why)s. Retire it instead.")


class NothingSaid(CourseError):
    """A comment without words, or a suggestion that changes nothing."""

    message = gettext_noop("Not saved: write a comment, or change the text you suggest.")


class AnsweredAlready(CourseError):
    """A comment or suggestion was answered before."""

    message = gettext_noop("This was answered already; nothing was changed. Reload to see the answer.")


class CannotView(CourseError):
    """The pages of a student would show work that the class may not see."""

    message = gettext_noop(
        "This student worked in the course before joining the class and did not share that work, which their own pages "
        "show. See the student's page of the class instead."
    )


class OnlyViewing(CourseError):
    """Something was to be done, or another page opened, while viewing as a student."""

    message = gettext_noop(
        "You are viewing as a student, which is read-only: nothing was changed or saved. "
        "Stop viewing, then go back and try again."
    )


class ReasonMissing(CourseError):
    """A certificate would be revoked without a reason."""

    message = gettext_noop("Nothing was changed: say why. The person is told the reason, nobody else.")
