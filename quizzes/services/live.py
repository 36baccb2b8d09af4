"""Leading a live quiz, and answering in it. Votes are counted, and are neither attempts nor marks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import IntegrityError, transaction

from courses.models import Cohort
from quizzes.domain.base import Answer, InvalidAnswer
from quizzes.domain.draws import option_rng
from quizzes.domain.live import MOVES, ROUNDS, Act, Step, acts_at, can_be_asked, options_of
from quizzes.domain.messages import gettext_noop as _
from quizzes.errors import (
    LiveFull,
    LiveMovedOn,
    LiveOver,
    LiveUnderWay,
    NameTaken,
    NothingLive,
    NotLive,
    PutOut,
    VoteClosed,
)
from quizzes.models import Item, ItemRevision, LiveParticipant, LiveQuestion, LiveSession, LiveVote, Quiz

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_PEOPLE = 500
"""People in one live quiz, those who were removed included."""
MOST_HOURS = timedelta(hours=12)
"""A live quiz that nobody ended is ended after so long."""
NAMES_KEPT = timedelta(days=14)
"""How long after the end it is kept who took part."""


def live_questions(quiz: Quiz) -> list[ItemRevision]:
    """Return the questions of a quiz that can be asked live, in order: those of its own that no person has to mark.

    Questions reserved for exams are never among them.
    """
    own = ItemRevision.objects.for_paper().filter(item__quiz=quiz, item__purpose=Item.Purpose.QUESTION)
    return [revision for revision in own if can_be_asked(revision.spec)]


def start_live(*, cohort: Cohort, quiz: Quiz, actor: User, now: datetime, only: int | None = None) -> LiveSession:
    """Start a live quiz of a class with all questions of a quiz that can be asked live, or with one, by its item's id.

    Raises NotLive for an exam, NothingLive where no question is left, and LiveUnderWay.
    """
    if quiz.settings.is_exam:
        raise NotLive(title=quiz.title)
    chosen = [each for each in live_questions(quiz) if only is None or each.item_id == only]
    if not chosen:
        raise NothingLive
    seed = uuid4().hex
    try:
        with transaction.atomic():
            session = LiveSession.objects.create(cohort=cohort, quiz=quiz, started_by=actor, started_at=now)
            LiveQuestion.objects.bulk_create(
                LiveQuestion(session=session, position=at, revision=each, order=_order(each, seed))
                for at, each in enumerate(chosen, start=1)
            )
    except IntegrityError:
        if LiveSession.objects.running().filter(cohort=cohort).exists():
            raise LiveUnderWay from None
        raise
    return session


@transaction.atomic
def take_step(*, session_id: int, act: Act, version: int, now: datetime) -> LiveSession:
    """Take the next step of a live quiz. `version` is that of the screen whose button was pressed.

    Raises LiveMovedOn when it is at another step by now, as after a double click, or the step does not go that way.
    """
    session = LiveSession.objects.select_for_update(of=("self",)).get(pk=session_id)
    question = session.questions.filter(position=session.position).select_related("revision").first()
    if session.version != version or act not in acts_now(session, question, session.questions.count()):
        raise LiveMovedOn
    session.step, session.version = MOVES[session.at, act].value, session.version + 1
    if act is Act.ASK:
        session.position, session.round = session.position + 1, 1
        session.questions.filter(position=session.position).update(is_asked=True)
    elif act is Act.REVOTE:
        session.round = ROUNDS[session.at]
    elif act is Act.COUNTS:
        session.questions.filter(position=session.position).update(shows_counts=True)
    elif act is Act.END:
        session.ended_at = now
    session.save(update_fields=["step", "version", "position", "round", "ended_at"])
    return session


def acts_now(session: LiveSession, question: LiveQuestion | None, count: int) -> list[Act]:
    """Return what the instructor may do now, of a live quiz with so many questions."""
    has_counts = question is not None and bool(options_of(question.revision.spec, question.order))
    is_shown = question is None or question.shows_counts or not has_counts
    return acts_at(session.at, is_last=session.position >= count, shows_counts=is_shown)


@transaction.atomic
def join_live(*, session_id: int, now: datetime, name: str = "", user: User | None = None) -> LiveParticipant:
    """Let someone into a live quiz: a student of the class as themselves, anyone else by a name.

    A student who is in it already is the same participant, on whichever device. Raises LiveOver, LiveFull, NameTaken
    and PutOut.
    """
    session = LiveSession.objects.select_for_update(of=("self",)).get(pk=session_id)
    if session.ended_at is not None:
        raise LiveOver
    there = session.participants.filter(user=user).first() if user is not None else None
    if there is not None:
        if there.removed_at is not None:
            raise PutOut
        return there
    if session.participants.count() >= MOST_PEOPLE:
        raise LiveFull
    if name and session.participants.present().filter(name__iexact=name).exists():
        raise NameTaken
    return LiveParticipant.objects.create(session=session, user=user, name=name, joined_at=now)


@transaction.atomic
def give_vote(*, participant_id: int, position: int, round_: int, raw: Answer, now: datetime) -> LiveVote:
    """Count an answer in the vote that is open; given again, it takes the place of the one before.

    `raw` is in the names of the screen. Raises LiveOver, VoteClosed where another vote or none is open by now, PutOut,
    and InvalidAnswer for what cannot be read or is blank.
    """
    rows = LiveParticipant.objects.select_for_update(of=("session",)).select_related("session")
    participant = rows.get(pk=participant_id)
    session = participant.session
    if participant.removed_at is not None:
        raise PutOut
    if session.ended_at is not None:
        raise LiveOver
    if not session.takes_votes or (session.position, session.round) != (position, round_):
        raise VoteClosed
    question = session.questions.select_related("revision").get(position=position)
    spec = question.revision.spec
    answer = spec.clean(spec.from_paper(raw, question.order))
    if answer is None:
        raise InvalidAnswer(_("No answer yet. Give one, then press the button again."))
    vote = LiveVote(participant=participant, question=question, round=round_, answer=answer, answered_at=now)
    vote.share = spec.share_of(answer)
    LiveVote.objects.bulk_create(
        [vote],
        update_conflicts=True,
        unique_fields=["participant", "question", "round"],
        update_fields=["answer", "share", "answered_at"],
    )
    return vote


@transaction.atomic
def remove_participant(*, participant: LiveParticipant, now: datetime) -> None:
    """Put someone out of a live quiz: the name is gone from the list, and the votes from the counts."""
    LiveSession.objects.select_for_update(of=("self",)).get(pk=participant.session_id)
    LiveParticipant.objects.present().filter(pk=participant.pk).update(removed_at=now)


def end_forgotten(*, now: datetime) -> int:
    """End the live quizzes that nobody ended; return how many."""
    left = LiveSession.objects.running().filter(started_at__lt=now - MOST_HOURS)
    return left.update(step=Step.ENDED.value, ended_at=now)


@transaction.atomic
def forget_names(*, now: datetime) -> int:
    """Forget who took part in live quizzes that ended long enough ago; return how many people.

    The counts stay. An answer that was typed may tell who wrote it, and goes as well: what it earned stays.
    """
    over = LiveSession.objects.filter(ended_at__lt=now - NAMES_KEPT, forgotten_at=None)
    ids = list(over.values_list("pk", flat=True))
    asked = LiveQuestion.objects.filter(session__in=ids).select_related("revision")
    typed = [each.pk for each in asked if not options_of(each.revision.spec, each.order)]
    LiveVote.objects.filter(question__in=typed).update(answer=None)
    people = LiveParticipant.objects.filter(session__in=ids).update(name="", user=None)
    LiveSession.objects.filter(pk__in=ids).update(forgotten_at=now)
    return people


def _order(revision: ItemRevision, seed: str) -> list[str]:
    return revision.spec.order(option_rng(seed, revision.item.key))
