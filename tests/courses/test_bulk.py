"""Many rows written at once hold what each would hold if it were saved alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import bulk
from courses.models.bulk import update_rows
from quizzes.models import Attempt, ItemResponse
from tests.make import make_user

SHARES = [Decimal("0.333333"), None, Decimal(1), Decimal("-0.500000"), Decimal(0), Decimal("0.000001"), None]


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_each_row_gets_its_own_values(attempt: Attempt, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(bulk, "BATCH", batch)
    responses = list(attempt.responses.order_by("position"))
    for response, share in zip(responses, SHARES, strict=True):
        response.share, response.points = share, None if share is None else share * 2
        response.answer = "never written"

    update_rows(responses, ["share", "points"])

    found = list(ItemResponse.objects.filter(attempt=attempt).order_by("position"))
    assert [response.share for response in found] == SHARES
    assert [response.points for response in found] == [
        None if share is None else (share * 2).quantize(Decimal("0.01")) for share in SHARES
    ]
    assert {response.answer for response in found} == {None}


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_rows_that_are_not_named_stay_as_they_are(db: None, rows: int) -> None:
    users = [make_user(f"u{at}") for at in range(3)]
    moment = timezone.now()
    for user in users:
        user.last_login, user.first_name = moment, 'It\'s \\ "quoted"'

    update_rows(users[:rows], ["last_login", "first_name"])

    after = list(User.objects.order_by("pk").values_list("last_login", "first_name"))
    assert after == [(moment, 'It\'s \\ "quoted"')] * rows + [(None, "")] * (3 - rows)


def test_a_key_of_letters_finds_its_row(attempt: Attempt) -> None:
    attempt.raw_score, attempt.state = Decimal("1.25"), "overdue"
    update_rows([attempt], ["raw_score", "state"])

    found = Attempt.objects.get(pk=attempt.pk)
    assert (found.raw_score, found.state) == (Decimal("1.25"), "overdue")


def test_five_hundred_rows_take_one_statement(db: None) -> None:
    users = User.objects.bulk_create(User(username=f"u{at}") for at in range(501))
    with CaptureQueriesContext(connection) as queries:
        update_rows(users, ["first_name"])
    assert len(queries) == 2
