"""What quizzes may have to tell a person. Each message is fit to show: what happened, what was kept, what to do."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class QuizError(Exception):
    """Something that is not allowed, or not possible now."""

    message = gettext_noop("This is not possible now.")

    def __init__(self, **values: object) -> None:
        super().__init__(str(_(self.message)) % values if values else str(_(self.message)))


class AttemptClosed(QuizError):
    """The attempt was submitted before."""

    message = gettext_noop("This attempt has already been submitted.")


class HandLowered(QuizError):
    """Only a hand that is up is answered, once."""

    message = gettext_noop(
        "This hand is down already: the student lowered it, or a colleague answered. Nothing was sent."
    )


class DatesMoved(QuizError):
    """What a class is assigned changed between looking at its dates and moving them."""

    message = gettext_noop(
        "Dates of this class changed while you looked, so nothing was moved. Below are the dates as they are now."
    )


class GroupHasWork(QuizError):
    """A group that is assigned work is not deleted: its members would lose the work or its dates unseen."""

    message = gettext_noop(
        "This group is assigned work, so it was not deleted. Withdraw the work assigned to it first, on the page of "
        "assignments."
    )


class RegradeUnderWay(QuizError):
    """Only one regrade of a question is worked out at a time."""

    message = gettext_noop(
        "Another regrade of this question is being worked out, so nothing was done. Wait until it is done, or cancel "
        "it on the question's regrade page."
    )


class NotUnderWay(QuizError):
    """A regrade that is done, cancelled or failed cannot be cancelled."""

    message = gettext_noop("This regrade is over already, so nothing was cancelled. If it was made, you can undo it.")


class StatisticsNotReady(QuizError):
    """Statistics of a large quiz are worked out in the background, when they are asked for."""

    message = gettext_noop(
        "The statistics of so many answers have not been worked out yet. Start that on the quiz's page of statistics, "
        "and ask again in a few minutes."
    )


class StaysClosed(AttemptClosed):
    """A student has one open attempt at a quiz."""

    message = gettext_noop(
        "The student has an attempt at this quiz open, so this one was not opened again. Give that one more time "
        "instead."
    )


class NoDeadline(QuizError):
    """More time than all there is cannot be given."""

    message = gettext_noop("This attempt has no deadline, so it needs no more time. Nothing was changed.")


class NotLate(QuizError):
    """Only a late answer can be accepted, once."""

    message = gettext_noop("This answer was accepted before, or did not come late. Nothing was changed.")


class NoAttemptsLeft(QuizError):
    """The student has used every attempt the quiz allows."""

    message = gettext_noop("You have used every attempt this quiz allows. What you did is kept and counts.")


class ChooseClass(QuizError):
    """Several classes ask for the quiz, and it was not said for which this attempt is."""

    message = gettext_noop(
        "Several of your classes have assigned this quiz. Nothing was started. Choose the class you are working for."
    )


class DoFirst(QuizError):
    """The class has set something that comes before the quiz."""

    message = gettext_noop("You cannot start this quiz yet. First: %(what)s")


class RulesInACircle(QuizError):
    """Quizzes of a class would wait for each other, so that nobody could start any of them."""

    message = gettext_noop(
        "Not saved: %(titles)s would wait for each other, and nobody could start them. Choose another quiz that comes "
        "first."
    )


class NotOpenYet(QuizError):
    """The quiz opens later."""

    message = gettext_noop("This quiz opens on %(at)s UTC. Nothing was started.")


class QuizClosed(QuizError):
    """The quiz has closed."""

    message = gettext_noop("This quiz closed on %(at)s UTC. Nothing was started; what you did before is kept.")


class WaitFirst(QuizError):
    """Another attempt needs a pause after the last one."""

    message = gettext_noop("You can start the next attempt on %(at)s UTC. Nothing was started.")


class WrongPassword(QuizError):
    """The quiz asks for a password, and this is another."""

    message = gettext_noop("This is not the password of the quiz. Nothing was started; ask your instructor for it.")


class BankTooSmallNow(QuizError):
    """The bank no longer holds a paper."""

    message = gettext_noop("No paper can be drawn at the moment. Nothing was started; your instructor can see why.")


class AttemptAbandoned(QuizError):
    """The time was up and nobody submitted."""

    message = gettext_noop(
        "The time of this attempt was up before it was submitted, so it is not marked. Every answer is kept, and your "
        "instructor can open it again."
    )


class TimeIsUp(QuizError):
    """The time was up before this arrived."""

    message = gettext_noop("The time of this attempt was up. What you sent is kept, and your instructor can accept it.")


class QuestionClosed(QuizError):
    """The question takes no more answers, though the attempt is open."""

    message = gettext_noop(
        "This question is closed: you have used its tries. What you sent is kept and does not count."
    )


class NothingToCheck(QuizError):
    """There is no answer to mark."""

    message = gettext_noop("There is no answer to check yet. Nothing was counted as a try.")


class NoHintLeft(QuizError):
    """Every hint was shown."""

    message = gettext_noop("There are no more hints for this question.")


class HintAfterTry(NoHintLeft):
    """Hints are given, not asked for."""

    message = gettext_noop("In this quiz a hint is given after each wrong try. Nothing was changed.")


class ReasonNeeded(QuizError):
    """A change of marks names its reason."""

    message = gettext_noop("Say why: the student can read the reason. Nothing was changed.")


class MarksMoved(QuizError):
    """A regrade would do something else than its preview showed."""

    message = gettext_noop(
        "Marks have changed since you looked: a student submitted, or a colleague marked. Nothing was changed. "
        "What the regrade would do now is below; confirm it again."
    )


class MarkedMeanwhile(QuizError):
    """A colleague marked the answer while this person was reading it."""

    message = gettext_noop(
        "%(name)s marked this answer while you were reading it. Nothing was changed. Your choice is still below: save "
        "it again to put it in the place of theirs, or go on to the next answer."
    )


class AnswerClaimed(QuizError):
    """Another grader has the answer now."""

    message = gettext_noop(
        "%(name)s is grading this answer until %(until)s UTC. Your grade was not saved; what you chose and wrote is "
        "still below. Go on to the next answer, or save it once they have finished."
    )


class GradedByAnother(QuizError):
    """A colleague graded the answer, and their mark is not to be seen yet."""

    message = gettext_noop(
        "%(name)s graded this answer meanwhile, and their grade stays hidden until it is posted. Yours was not saved; "
        "what you chose and wrote is still below. You can save it as a second grade."
    )


class OwnMark(QuizError):
    """The second grader of an answer would be the first one again."""

    message = gettext_noop(
        "You graded this answer first. A second grade has to come from someone else. Nothing was saved."
    )


class NothingToCompare(QuizError):
    """An answer is graded a second time only while a first grade waits to be posted."""

    message = gettext_noop(
        "This answer has no grade that waits to be posted, so it takes no second one. Nothing was saved."
    )


class TooManyComments(QuizError):
    """A grader keeps as many comments as are shown."""

    message = gettext_noop("You have kept %(most)s comments here. The new one was not kept: delete one first.")


class PostingMoved(QuizError):
    """Other grades wait to be posted than those that were shown."""

    message = gettext_noop(
        "Grades were added or changed meanwhile. Nothing was posted. These are the grades now: check them."
    )


class AttemptStillOpen(QuizError):
    """Only what was handed in can be reported."""

    message = gettext_noop("You can report a question once you have submitted. Nothing was sent.")


class ClassNeeded(QuizError):
    """Nobody would read the report."""

    message = gettext_noop(
        "A report goes to the instructors of your class, and their answer comes back to you. So it needs an account "
        "and a class of this course that sees this attempt. Nothing was sent."
    )


class ReportedBefore(QuizError):
    """An earlier report of the same question waits."""

    message = gettext_noop("You have reported this question already. Its answer will appear beside the question.")


class AnsweredBefore(QuizError):
    """The report was answered meanwhile."""

    message = gettext_noop("This report has been answered already. Your answer was not sent; theirs stands.")


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
    """A revision on a student's paper is never edited."""

    message = gettext_noop(
        "This wording is on a student's paper, so it stays as it is. Save your change as a new revision."
    )


class DraftsMoved(QuizError):
    """What is to be published is not what was read."""

    message = gettext_noop(
        "Nothing was published: the changes were edited, published or discarded since you opened this page. Look at "
        "them as they are now."
    )


class NothingToPublish(QuizError):
    """No change was chosen."""

    message = gettext_noop("Nothing was published: choose at least one change.")


class GradeMoved(QuizError):
    """Another decision was made about a grade since the page was opened."""

    message = gettext_noop(
        "Not saved: this grade was changed since you opened the page. Look at it as it is now, then decide again."
    )


class RulesMoved(QuizError):
    """Someone saved how a class adds up grades since the page was opened."""

    message = gettext_noop(
        "Not saved: the categories and rules were changed since you opened the page. Open it again and make your "
        "change there."
    )


class NothingMissed(QuizError):
    """Nothing is left to practise."""

    message = gettext_noop(
        "There is nothing to practise here: every question you missed has been right twice, or its answer is not "
        "shown yet. Nothing was started."
    )


class NotSelfGraded(QuizError):
    """Students grade their own texts only where nobody else will."""

    message = gettext_noop(
        "Not saved. You can grade your own answer only where no instructor will, once it is submitted and a good "
        "answer is shown. An instructor’s grade is never replaced."
    )


class LevelsMissing(QuizError):
    """A rubric was not judged in full."""

    message = gettext_noop("Not saved yet. Choose a level for: %(criteria)s. The levels you chose are kept here.")


class CardGone(QuizError):
    """The question or term of a card is no longer asked."""

    message = gettext_noop("This card has been withdrawn. It no longer counts, and your other cards stay as they are.")


class LiveUnderWay(QuizError):
    """A class runs one live quiz at a time."""

    message = gettext_noop("A live quiz is running in this class already. End it first; nothing was started.")


class NotLive(QuizError):
    """An exam asked live would give its answers away."""

    message = gettext_noop(
        "“%(title)s” is an exam: showing its right answers here would give them away. Choose another quiz; nothing was "
        "started."
    )


class NothingLive(QuizError):
    """None of the questions chosen can be asked live."""

    message = gettext_noop(
        "None of these questions can be asked live: a person has to mark the answers, or they are not marked at all. "
        "Nothing was started."
    )


class LiveMovedOn(QuizError):
    """The live quiz was at another step when a button was pressed."""

    message = gettext_noop("The live quiz had moved on, so nothing was changed. Here is where it is now.")


class LiveOver(QuizError):
    """The live quiz has ended."""

    message = gettext_noop("This live quiz has ended. Your answers up to then were counted.")


class VoteClosed(QuizError):
    """An answer came when none is taken."""

    message = gettext_noop("The vote was closed before your answer arrived, so it was not counted.")


class LiveFull(QuizError):
    """As many people take part as may."""

    message = gettext_noop("This live quiz is full. Tell your instructor.")


class NameTaken(QuizError):
    """Someone else in the live quiz has the name."""

    message = gettext_noop("Someone here has this name already. Add an initial or a number.")


class PutOut(QuizError):
    """The instructor removed the participant."""

    message = gettext_noop("Your instructor removed you from this live quiz.")
