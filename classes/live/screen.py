"""The screen of a live quiz, which may hang on a wall: it shows no names, and no right answer before it is time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classes.live.votes import Votes, votes_on
from courses.models import Cohort
from quizzes.domain.live import Act, Step
from quizzes.forms import AnswerForm, form_for
from quizzes.models import Item, LiveQuestion, LiveSession, LiveVote, Quiz
from quizzes.reports.figures import load_figures
from quizzes.services.live import acts_now, live_questions


@dataclass(frozen=True)
class Asked:
    """A question as the screen shows it."""

    question: LiveQuestion
    form: AnswerForm
    votes: Votes | None
    reveals: bool


@dataclass(frozen=True)
class Screen:
    """A live quiz at one of its steps."""

    session: LiveSession
    asked: Asked | None
    question_count: int
    acts: Sequence[Act]
    """What may be done next, without ending it."""

    @property
    def since(self) -> str:
        """Return what the page asks with whether anything changed."""
        return token_of(self.session)


def screen_of(session: LiveSession) -> Screen:
    """Return the screen of a live quiz from `with_counts`, in a fixed number of queries."""
    count = session.questions.count()
    question = session.questions.filter(position=session.position).select_related("revision__item").first()
    acts = [act for act in acts_now(session, question, count) if act is not Act.END]
    return Screen(session, None if question is None else _asked(session, question), count, acts)


def token_of(session: LiveSession) -> str:
    """Return a mark of the state of a live quiz from `with_counts`: its step, who has joined and who has answered."""
    return f"{session.version}-{session.here}-{session.voted}"  # type: ignore[attr-defined]  # annotated


def _asked(session: LiveSession, question: LiveQuestion) -> Asked:
    revision, reveals = question.revision, session.at is Step.REVEALED
    load_figures(revision.item.course_id, [revision])
    form = form_for(revision.spec, order=question.order, prefix="answer", maps=revision.maps)
    # While people vote, a count would sway the students still to vote; the first vote is seen again beside the second.
    is_counted = reveals or (question.shows_counts and not session.takes_votes)
    if not is_counted:
        return Asked(question, form, None, reveals)
    ballots = LiveVote.objects.filter(question=question).by_question().get(question.pk, [])
    return Asked(question, form, votes_on(question, ballots, rounds=session.round, reveals=reveals), reveals)


def summary_of(session: LiveSession) -> list[Asked]:
    """Return every question that was asked, with its votes, in a fixed number of queries."""
    asked = list(session.questions.filter(is_asked=True).select_related("revision__item"))
    load_figures(session.quiz.course_id, [question.revision for question in asked])
    ballots = LiveVote.objects.filter(question__session=session).by_question()
    found = []
    for question in asked:
        given = ballots.get(question.pk, [])
        rounds = max((each.round for each in given), default=1)
        form = form_for(question.revision.spec, order=question.order, maps=question.revision.maps)
        found.append(Asked(question, form, votes_on(question, given, rounds=rounds, reveals=True), reveals=True))
    return found


@dataclass(frozen=True)
class Offered:
    """A quiz that can be asked live, with its questions."""

    quiz: Quiz
    questions: Sequence[tuple[int, str]]
    """The id of each question's item, and its words."""


def offered_to(cohort: Cohort) -> list[Quiz]:
    """Return the quizzes of a class's course that may be asked live: no exam, and with questions of its own."""
    own = Item.objects.current().questions().order_by().values("quiz")
    quizzes = Quiz.objects.current().filter(course=cohort.course_id, pk__in=own)
    return [quiz for quiz in quizzes if not quiz.settings.is_exam]


def questions_of(quiz: Quiz) -> Offered:
    """Return the questions of a quiz that can be asked live, in one query."""
    return Offered(quiz, [(revision.item_id, revision.spec.stem) for revision in live_questions(quiz)])
