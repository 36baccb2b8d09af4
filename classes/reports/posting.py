"""What posting the grades of a question would do, and how far its two graders agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean

from classes.reports.grading import QueuedQuestion, graded_twice, marking_queue
from courses.models import Cohort
from quizzes.domain.agreement import FEWEST, MANY, Agreement, weighted_kappa
from quizzes.domain.rubric import Criterion, HumanMarked
from quizzes.models import HeldMark, ItemRevision
from quizzes.services.grading import fingerprint_of, waiting_marks


@dataclass(frozen=True)
class Posting:
    """The grades of a question that wait to be posted."""

    question: QueuedQuestion
    held: Sequence[HeldMark]
    changed: int
    """How many of them replace a grade that was posted before."""

    @property
    def revision(self) -> ItemRevision:
        """Return the question."""
        return self.question.revision

    @property
    def fingerprint(self) -> str:
        """Return a name for exactly these grades."""
        return fingerprint_of(self.held)

    @property
    def mean_points(self) -> Decimal | None:
        """Return their mean in points, None without any."""
        return mean(each.share for each in self.held) * self.revision.points if self.held else None

    @property
    def commented(self) -> int:
        """Return how many come with a comment."""
        return sum(bool(each.comment) for each in self.held)


@dataclass(frozen=True)
class Compared:
    """One answer that two people graded: its number in the order of grading, and the levels each chose."""

    number: int
    pk: int
    first: Mapping[str, int]
    second: Mapping[str, int]


@dataclass(frozen=True)
class Differing:
    """One answer that two people graded differently: its number, the points of each, and the criteria in question."""

    number: int
    pk: int
    first: int
    second: int
    criteria: Sequence[str]


@dataclass(frozen=True)
class ComparedGrades:
    """How far the graders of a question agree; without enough answers by both, only how many there are."""

    revision: ItemRevision
    whole: Agreement
    by_criterion: Sequence[tuple[Criterion, Agreement]]
    differing: Sequence[Differing]
    most: int
    """The points of the highest levels together."""

    @property
    def has_few(self) -> bool:
        """Say whether there are too few to tell anything."""
        return self.whole.count < FEWEST

    @property
    def is_uncertain(self) -> bool:
        """Say whether there are few."""
        return self.whole.count < MANY

    @property
    def needed(self) -> int:
        """Return how many answers are needed."""
        return FEWEST


def posting_of(cohort: Cohort, revision_id: int) -> Posting | None:
    """Return what posting would do; None for a question nobody of the class answered. In five queries."""
    question = next((each for each in marking_queue(cohort) if each.revision.pk == revision_id), None)
    if question is None:
        return None
    held = waiting_marks(cohort, question.revision)
    changed = sum(each.is_again for each in held)  # type: ignore[attr-defined]  # annotated
    return Posting(question, held, changed)


def compared_grades(cohort: Cohort, revision_id: int) -> ComparedGrades | None:
    """Return how far two graders agree; None for a question nobody of the class answered."""
    revision = ItemRevision.objects.select_related("item__quiz").filter(pk=revision_id).first()
    if revision is None or not isinstance(spec := revision.spec, HumanMarked):
        return None
    found = graded_twice(cohort, revision_id)
    if found is None:
        return None
    rubric = spec.rubric
    pairs = [Compared(*each) for each in found]
    points = [(rubric.points(each.first), rubric.points(each.second)) for each in pairs]
    by_criterion = [
        (criterion, weighted_kappa([(each.first[key], each.second[key]) for each in pairs]))
        for key, criterion in rubric.root.items()
    ]
    differing = [
        Differing(
            each.number,
            each.pk,
            *both,
            [c.title for key, c in rubric.root.items() if each.first[key] != each.second[key]],
        )
        for each, both in zip(pairs, points, strict=True)
        if each.first != each.second
    ]
    most = sum(criterion.most for criterion in rubric.root.values())
    return ComparedGrades(revision, weighted_kappa(points), by_criterion, differing, most)
