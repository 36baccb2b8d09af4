"""What the database holds in the end, beside what the server said it had saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from quizzes.domain.base import Answer, points_earned
from quizzes.forms import posted
from quizzes.models import Attempt, ItemResponse, SavedAnswer
from tests.soak.page import Fields
from tests.soak.taker import Taker

TAKEN = SavedAnswer.Outcome.TAKEN


@dataclass
class Verdict:
    """Everything that is not as it was promised, in words."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)


def compare(takers: Sequence[Taker]) -> Verdict:
    """Look for acknowledged answers that are not there, and for anything that counts twice or is marked wrongly."""
    verdict = Verdict()
    attempts = Attempt.objects.select_related("student").prefetch_related(
        "responses__revision__item", "responses__saved_answers"
    )
    by_address = {f"/attempts/{attempt.pk}": attempt for attempt in attempts}
    for taker in takers:
        attempt = by_address.get(taker.attempt)
        if attempt is None:
            verdict.lost.append(f"taker {taker.number} has no attempt")
            continue
        for response in attempt.responses.all():
            acknowledged = taker.acknowledged.get(response.position, [])
            verdict.lost.extend(_lost(response, acknowledged))
            verdict.duplicated.extend(_duplicated(response, acknowledged))
        verdict.duplicated.extend(_wrong_marks(attempt))
    per_student = Counter(attempt.student_id for attempt in attempts)
    verdict.duplicated.extend(f"student {who} has {n} attempts" for who, n in per_student.items() if n > 1)
    return verdict


def _lost(response: ItemResponse, acknowledged: Sequence[Fields]) -> Iterator[str]:
    """Every acknowledged answer is in the log as taken, and the last one is the one that counts."""
    logged = {each.client_key: each for each in response.saved_answers.all() if each.outcome == TAKEN}
    answers = [_read(response, sent) for sent in acknowledged]
    for sent, answer in zip(acknowledged, answers, strict=True):
        saved = logged.get(_key(sent))
        if saved is None or saved.answer != answer:
            yield f"{response.attempt_id}/{response.position}: {answer} is not in the log"
    if answers and response.answer != answers[-1]:
        yield f"{response.attempt_id}/{response.position}: {answers[-1]} was saved last, {response.answer} counts"


def _duplicated(response: ItemResponse, acknowledged: Sequence[Fields]) -> Iterator[str]:
    """No save has two rows, none was kept aside or late, and the response counts them as they are."""
    rows = list(response.saved_answers.all())
    place = f"{response.attempt_id}/{response.position}"
    if len({row.client_key for row in rows}) != len(rows) or len(rows) != len(acknowledged):
        yield f"{place}: {len(rows)} rows for {len(acknowledged)} saves"
    if [row.sequence for row in sorted(rows, key=lambda row: row.pk)] != list(range(len(rows))):
        yield f"{place}: the sequence has gaps or repeats"
    if response.sequence != len(rows) or any(row.outcome != TAKEN for row in rows):
        yield f"{place}: sequence {response.sequence} after {len(rows)} saves"


def _wrong_marks(attempt: Attempt) -> Iterator[str]:
    """The stored marks are those of a fresh marking, and the total is that of the exact shares, rounded once."""
    responses = list(attempt.responses.all())
    shares = [_share(response) for response in responses]
    fresh = [
        None if share is None else points_earned(share, worth=response.revision.points)
        for response, share in zip(responses, shares, strict=True)
    ]
    stored = [response.points for response in responses]
    exact = sum(
        ((share or 0) * each.revision.points for each, share in zip(responses, shares, strict=True)), Decimal(0)
    )
    if stored != fresh or attempt.score != points_earned(exact.quantize(Decimal("0.000001")), worth=Decimal(1)):
        yield f"{attempt.pk}: marked {attempt.score} from {stored}, afresh {exact} from {fresh}"


def _share(response: ItemResponse) -> Decimal | None:
    spec = response.revision.spec
    if spec.is_human_marked:
        return None if response.answer is not None else Decimal(0)
    return Decimal(0) if response.answer is None else spec.mark(response.answer)


def _read(response: ItemResponse, sent: Fields) -> Answer:
    spec = response.revision.spec
    return spec.clean(spec.from_paper(posted(QueryDict(urlencode(sent)), "answer"), response.order))


def _key(sent: Fields) -> UUID:
    return UUID(dict(sent)["client_key"])
