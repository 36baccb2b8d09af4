"""The inbox and messages over the API, with the permissions of the pages."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from courses.models import Cohort, InboxEntry, Message, Thread
from tests.api.ask import API, counted, program_of

TO_ALL = {"to": "class", "subject": "Plans", "text": "They are due on Friday."}


@pytest.fixture
def enrolled(cohort: Cohort) -> User:
    """The student of the class."""
    return cohort.enrolments.get(role="student").user


def write(cohort: Cohort, user: User, **fields: object) -> dict[str, object]:
    sent = program_of(user).post(f"{API}/classes/{cohort.pk}/messages/", {**TO_ALL, **fields})
    assert sent.status_code == 201
    return dict(sent.json())


def test_a_message_is_sent_read_and_replied_to(cohort: Cohort, instructor: User, enrolled: User) -> None:
    thread = write(cohort, instructor)
    student = program_of(enrolled)
    [entry] = student.get(f"{API}/inbox/").json()["results"]
    assert (entry["kind"], entry["heading"], entry["thread"], entry["read_at"]) == (
        "message", "Plans", thread["id"], None,
    )  # fmt: skip
    assert student.post(f"{API}/inbox/{entry['id']}/read/").json()["read_at"] is not None
    shown = student.get(f"{API}/threads/{thread['id']}/").json()
    assert [message["text"] for message in shown["messages"]] == ["They are due on Friday."]

    own = student.post(f"{API}/threads/{thread['id']}/", {"text": "Mine is late."}).json()

    assert (own["about"], own["student"]) == (thread["id"], enrolled.pk)
    listed = program_of(instructor).get(f"{API}/threads/").json()["results"]
    assert {row["id"] for row in listed} == {thread["id"], own["id"]}


def test_the_same_key_sends_once(cohort: Cohort, instructor: User) -> None:
    key = str(uuid4())

    assert write(cohort, instructor, client_key=key) == write(cohort, instructor, client_key=key)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": ""}, 400),
        ({"text": "x" * 5_001}, 400),
        ({"subject": "x" * 121}, 400),
        ({"to": "everyone"}, 400),
        ({"to": "students"}, 409),
        ({"to": "students", "students": [999_999]}, 409),
        ({"to": "group"}, 409),
        ({"to": "instructors"}, 404),
    ],
)
def test_what_reaches_no_one_or_is_unfit_is_refused(
    cohort: Cohort, instructor: User, fields: dict[str, object], status: int
) -> None:
    sent = program_of(instructor).post(f"{API}/classes/{cohort.pk}/messages/", {**TO_ALL, **fields})

    assert sent.status_code == status
    assert not Thread.objects.exists()


def test_no_one_reads_the_entry_of_another(cohort: Cohort, instructor: User) -> None:
    write(cohort, instructor)
    entry = InboxEntry.objects.get(as_staff=False)

    assert program_of(instructor).post(f"{API}/inbox/{entry.pk}/read/").status_code == 404
    entry.refresh_from_db()
    assert entry.read_at is None


@pytest.mark.parametrize("address", ["inbox", "threads"])
def test_lists_cost_the_same_whatever_their_length(
    cohort: Cohort, instructor: User, enrolled: User, address: str
) -> None:
    costs = []
    for size in (2, 18):
        for _message in range(size):
            write(cohort, instructor)
        with counted() as queries:
            listed = program_of(enrolled).get(f"{API}/{address}/").json()
        costs.append(len(queries))
    assert listed["count"] == 20

    assert costs[0] == costs[1]
