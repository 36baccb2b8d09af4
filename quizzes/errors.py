"""What quizzes may have to tell a person. Each message is fit to show: what happened, what was kept, what to do."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class QuizError(Exception):
    """Something that is not allowed, or not possible now."""

    message = gettext_noop("This is not possible now.")

    def __init__(self) -> None:
        super().__init__(str(_(self.message)))


class AttemptClosed(QuizError):
    """The attempt was submitted before."""

    message = gettext_noop("This attempt has already been submitted.")


class NoAttemptsLeft(QuizError):
    """The student has used every attempt the quiz allows."""

    message = gettext_noop("You have used every attempt this quiz allows. Your best score counts.")


class AccountNeeded(QuizError):
    """The quiz counts, so it needs to know who takes it."""

    message = gettext_noop("This quiz counts towards a class, so it needs an account. Sign in or sign up to take it.")


class NothingToAsk(QuizError):
    """Every question of the quiz was retired."""

    message = gettext_noop("This quiz has no questions at the moment. Nothing was started.")


class AnswerBehind(QuizError):
    """The question was answered elsewhere since this page was loaded."""

    message = gettext_noop(
        "This question was answered elsewhere since you opened it. Both answers are kept: choose which one counts."
    )


class RevisionIssued(QuizError):
    """A revision on somebody's paper is never edited."""

    message = gettext_noop(
        "This wording is on somebody's paper, so it stays as it is. Save your change as a new revision."
    )
