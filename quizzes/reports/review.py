"""The pages of a review session: one card with what may be said of it, and what comes back when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from courses.models import Course, GlossaryTerm
from courses.models.content import Viewer
from quizzes.domain.base import ReviewRow
from quizzes.domain.draws import option_rng
from quizzes.domain.kinds import AnySpec
from quizzes.domain.spaced_review import Face, Grade, Review, due_day, reviewed
from quizzes.models import ItemRevision, ReviewCard, ReviewEntry
from quizzes.models.review import ReviewCardQuerySet
from quizzes.services.review import Queue, askable

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AHEAD = 14
"""Days whose cards the front page counts."""
_PLACES = ("item__section__lesson__unit", "item__course", "term__course")


@dataclass(frozen=True)
class TermSide:
    """A flashcard: what is shown first and what is hidden. `language` is that of the term, nothing for the course's."""

    term: GlossaryTerm
    face: str
    language: str

    @property
    def word(self) -> str:
        """Return the term in the language of the card."""
        return self.term.names.get(self.language, self.term.term) if self.language else self.term.term

    @property
    def asks_meaning(self) -> bool:
        """Say whether the term is shown and its meaning asked."""
        return self.face == Face.TERM.value


@dataclass(frozen=True)
class GradeButton:
    """A grade to choose for a flashcard, and the day it would come back."""

    grade: int
    words: str
    day: date


def revision_for(card: ReviewCard) -> ItemRevision:
    """Return the newest published words of a card's question, with its course and where it is taught, in one query."""
    taught = ["item__section__lesson__unit", "item__course", "item__quiz"]
    return ItemRevision.objects.current().select_related(*taught).get(item=card.item_id)


def term_for(card: ReviewCard) -> TermSide:
    """Return a flashcard's term with its course, in one query."""
    term = GlossaryTerm.objects.select_related("course").get(pk=card.term_id or 0)
    return TermSide(term, card.face, card.language)


def order_for(card: ReviewCard, spec: AnySpec) -> list[str]:
    """Return the parts of a question in the order of this review: another at each, the same when it is sent."""
    seed = f"{card.pk}/{card.reviewed_at.isoformat() if card.reviewed_at else ''}"
    return spec.order(option_rng(seed, spec.key))


def grade_buttons(card: ReviewCard, words: Sequence[str], *, now: datetime, today: date) -> list[GradeButton]:
    """Return the four grades of a flashcard with the day each would bring it back."""
    return [
        GradeButton(grade.value, each, due_day(reviewed(card.memory, Review(grade, now)), today=today))
        for grade, each in zip(Grade, words, strict=True)
    ]


@dataclass(frozen=True)
class Done:
    """A review as it is shown once it is answered."""

    entry: ReviewEntry
    rows: Sequence[ReviewRow] = ()
    side: TermSide | None = None
    before: ReviewEntry | None = None
    """The review before, if there was one."""

    @property
    def state(self) -> str:
        """Return how it went: right, partly or wrong."""
        share = self.entry.share
        if share is None:
            return "right" if self.entry.grade > Grade.WRONG else "wrong"
        return "right" if share == 1 else "partly" if share > 0 else "wrong"

    @property
    def days(self) -> int:
        """Return in how many days it comes back."""
        return (self.entry.due_on - self.entry.asked_on).days


def done_of(entry: ReviewEntry) -> Done:
    """Return a review with the answer beside the key; its card, question and term are fetched with it."""
    before = entry.card.entries.filter(reviewed_at__lt=entry.reviewed_at).order_by("-reviewed_at").first()
    if entry.revision is None:
        card = entry.card
        side = TermSide(card.term, card.face, card.language) if card.term is not None else None
        return Done(entry, side=side, before=before)
    spec = entry.revision.spec
    return Done(entry, spec.review(spec.clean(entry.answer)), before=before)


def reviewed_today(student: User, *, today: date) -> list[Done]:
    """Return what was reviewed in sessions today, newest last, in one query."""
    rows = ReviewEntry.objects.filter(card__student=student.pk, response=None, asked_on=today)
    return [Done(entry) for entry in rows.select_related("card__item", "card__term", "revision")]


@dataclass(frozen=True)
class Front:
    """The front page of review."""

    queue: Queue
    done: Sequence[Done]
    ahead: Sequence[tuple[date, int]]
    """How many cards come on each of the next days that has any."""
    later: date | None
    card_count: int
    courses: Sequence[tuple[Course, Sequence[tuple[str, str]]]]
    """The courses with a glossary, and the languages in which their terms can be asked."""

    @property
    def next_day(self) -> date | None:
        """Return the next day on which cards come, after today."""
        return self.ahead[0][0] if self.ahead else self.later


def front_of(student: Viewer | None, queue: Queue, *, now: datetime, today: date, courses: Any) -> Front:
    """Return the front page of review for a student, in six queries, and more only where a close decides."""
    cards = askable(student, now=now).live()
    days = list(cards.filter(due_on__gt=today).order_by("due_on").values_list("due_on").annotate(n=Count("pk")))
    ahead = [(day, n) for day, n in days if (day - today).days <= AHEAD]
    later = days[0][0] if days else None
    done = [] if student is None else reviewed_today(student, today=today)  # type: ignore[arg-type]  # a user
    return Front(queue, done, ahead, later, sum(n for _day, n in days) + len(queue.cards), languages_of(courses))


def languages_of(courses: Any) -> list[tuple[Course, list[tuple[str, str]]]]:
    """Return courses that have a glossary, with the tags of the languages its terms have names in, in one query."""
    found: dict[Course, set[str]] = {}
    for term in GlossaryTerm.objects.filter(course__in=courses, is_retired=False).select_related("course"):
        found.setdefault(term.course, set()).update(term.names)
    return [(course, [("", ""), *((tag, tag) for tag in sorted(tags))]) for course, tags in found.items()]


def own_cards(student: Viewer | None) -> ReviewCardQuerySet:
    """Return a student's cards with what a list of them shows, those due first."""
    listed = ReviewCard.objects.of(student).select_related(*_PLACES).order_by("is_known", "is_paused", "due_on", "pk")
    return listed.exclude(item__is_retired=True).exclude(term__is_retired=True)


def stems_of(cards: Iterable[ReviewCard]) -> dict[int, str]:
    """Return the newest published words that ask each question of some cards, by its number, in one query."""
    items = [card.item_id for card in cards if card.item_id is not None]
    current = ItemRevision.objects.current().filter(item__in=items)
    return {revision.item_id: revision.spec.stem for revision in current}
