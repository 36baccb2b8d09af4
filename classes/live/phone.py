"""A live quiz on a phone: one question at a time, and never more of its key than the screen shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from quizzes.domain.base import ONE, ReviewRow
from quizzes.domain.live import Step
from quizzes.forms import AnswerForm, form_for
from quizzes.models import LiveParticipant, LiveQuestion, LiveSession, LiveVote
from quizzes.reports.figures import load_figures


@dataclass
class Phone:
    """What one participant sees."""

    session: LiveSession
    participant: LiveParticipant
    question: LiveQuestion | None = None
    form: AnswerForm | None = None
    vote: LiveVote | None = None
    """The answer given in the vote that is open, or was last."""
    words: str = ""
    """That answer in words."""
    rows: Sequence[ReviewRow] = field(default_factory=list)
    answered: int = 0
    right: int = 0
    asked: int = 0

    @property
    def waits(self) -> bool:
        """Say whether there is nothing to fill in, so that a page without JavaScript may load again by itself."""
        is_over = self.session.at is Step.ENDED
        return not is_over and not (self.session.takes_votes and self.vote is None)


def phone_of(session: LiveSession, participant: LiveParticipant) -> Phone:
    """Return what a participant sees now, in a fixed number of queries."""
    phone = Phone(session, participant)
    if session.at is Step.ENDED:
        _sum_up(phone)
    elif session.position:
        phone.question = session.questions.select_related("revision__item").get(position=session.position)
        _show(phone, phone.question)
    return phone


def _show(phone: Phone, question: LiveQuestion) -> None:
    revision, spec = question.revision, question.revision.spec
    load_figures(revision.item.course_id, [revision])
    votes = phone.participant.votes.filter(question=question)
    given = {vote.round: vote for vote in votes}
    phone.vote = given.get(phone.session.round)
    shown = phone.vote or given.get(1)
    answer = None if shown is None else shown.answer
    phone.words = "" if answer is None else spec.describe(answer)
    if phone.session.at is Step.REVEALED:
        phone.vote, phone.rows = shown, spec.review(answer)
    mine = phone.vote.answer if phone.vote is not None else None
    phone.form = form_for(spec, order=question.order, answer=mine, maps=revision.maps)


def _sum_up(phone: Phone) -> None:
    """Count the questions asked and answered, and how many answers were right in the end."""
    shares = {vote.question_id: vote.share for vote in phone.participant.votes.order_by("round")}
    phone.asked = phone.session.questions.filter(is_asked=True).count()
    phone.answered, phone.right = len(shares), sum(share == ONE for share in shares.values())
