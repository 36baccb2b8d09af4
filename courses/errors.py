"""What courses may have to tell a person. Each message is fit to show."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


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


class NotWrittenYet(CourseError):
    """The lesson is only an outline so far."""

    message = gettext_noop("This lesson is not written yet, so it cannot be marked as read.")


class CannotBeSet(CourseError):
    """A page could not be set for print."""

    message = gettext_noop(
        "The PDF could not be made: %(why)s. What was made before is kept; the course is not touched."
    )


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
