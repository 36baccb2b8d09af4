"""Messages in a class: whom they reach, who reads and replies them, and what they cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.template import Context
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.errors import CannotReply, NoRecipients, TooManyTries
from courses.models import Cohort, Enrolment, Group, InboxEntry, Message, Thread
from courses.models.inbox import unread_count
from courses.reports.personal import held_about
from courses.services.limits import MESSAGE
from courses.services.messages import Letter, To, reply, write_to_instructors, write_to_students
from courses.services.privacy import erase_person
from courses.templatetags.inbox import plain_text
from tests.make import LATER, NOW, browser_of, make_cohort, make_course, make_user

LETTER = ("Plans are due on Friday.", "Your plans")
Audience = Thread.Audience


class People:
    """A class with an instructor, an assistant and three students; and an instructor and a student of another."""

    def __init__(self) -> None:
        self.nora, self.ben, self.assistant = (make_user(name) for name in ("nora", "ben", "assistant"))
        self.students = [make_user(name) for name in ("ada", "bo", "cy")]
        self.stranger, self.elsewhere = make_user("stranger"), make_user("elsewhere")
        course = make_course(lessons=1, sections=1)
        self.cohort = make_cohort(course, instructor=self.nora, students=self.students)
        self.other = make_cohort(course, instructor=self.stranger, students=[self.elsewhere])
        self.staff(self.ben, Enrolment.Role.INSTRUCTOR)
        self.staff(self.assistant, Enrolment.Role.ASSISTANT)

    def staff(self, user: User, role: str) -> None:
        Enrolment.objects.create(cohort=self.cohort, user=user, role=role)

    def place(self, user: User) -> Any:
        return self.cohort.enrolments.filter(user=user)

    def group(self, *members: User) -> Group:
        made = Group.objects.create(cohort=self.cohort, name="Tuesday")
        made.members.set(self.cohort.enrolments.filter(user__in=members))
        return made

    def to(self, *people: User) -> To:
        return To(Audience.STUDENTS, frozenset(each.pk for each in people))

    def write(self, to: To, *, actor: User | None = None, **fields: Any) -> Thread:
        letter = fields.pop("letter", None) or Letter(*LETTER)
        return write_to_students(cohort=self.cohort, actor=actor or self.nora, to=to, letter=letter, now=NOW)

    def ask(self, student: User) -> Thread:
        return write_to_instructors(cohort=self.cohort, student=student, letter=Letter("May I?", "A question"), now=NOW)


@pytest.fixture
def people(db: None) -> People:
    return People()


def readers(thread: Thread) -> set[str]:
    return {user.username for user in User.objects.all() if Thread.objects.seen_by(user).filter(pk=thread.pk).exists()}


def unread(*users: User) -> list[int]:
    return [unread_count(user.pk) for user in users]


STAFF = {"nora", "ben", "assistant"}


@pytest.mark.parametrize(
    ("audience", "reached"),
    [("one", {"ada"}), ("several", {"ada", "bo"}), ("group", {"bo", "cy"}), ("class", {"ada", "bo", "cy"})],
)
def test_a_message_reaches_whom_it_names_and_the_staff_of_the_class(people, audience, reached):
    ada, bo, cy = people.students
    to = {
        "one": people.to(ada),
        "several": people.to(ada, bo),
        "group": To(Audience.GROUP, group=people.group(bo, cy)),
        "class": To(Audience.CLASS),
    }[audience]

    thread = people.write(to)

    assert readers(thread) == reached | STAFF
    entries = InboxEntry.objects.filter(thread=thread, as_staff=False)
    assert set(entries.values_list("user__username", flat=True)) == reached
    assert unread(people.nora) == [0]


def test_an_announcement_is_read_by_students_who_join_later_as_well(people):
    thread = people.write(To(Audience.ANNOUNCEMENT))
    Enrolment.objects.create(cohort=people.cohort, user=people.elsewhere)

    assert readers(thread) == {"ada", "bo", "cy", "elsewhere"} | STAFF
    page = browser_of(people.elsewhere).get(reverse("classes:announcements", args=[people.cohort.pk]))
    assert "Your plans" in page.content.decode()
    assert (
        "Your plans"
        in browser_of(people.nora).get(reverse("classes:overview", args=[people.cohort.pk])).content.decode()
    )


@pytest.mark.parametrize("whom", ["no one", "another class", "removed", "staff"])
def test_a_message_reaches_no_one_who_is_not_a_student_of_the_class_now(people, whom):
    people.place(people.students[0]).update(is_active=False)
    to = {
        "no one": people.to(),
        "another class": people.to(people.elsewhere),
        "removed": people.to(people.students[0]),
        "staff": people.to(people.ben),
    }[whom]

    with pytest.raises(NoRecipients):
        people.write(to)
    assert not Thread.objects.exists()


def test_what_a_student_writes_reaches_every_instructor_and_no_other_student(people):
    ada = people.students[0]
    thread = people.ask(ada)

    assert readers(thread) == {"ada"} | STAFF
    assert unread(people.nora, people.ben, people.assistant, *people.students) == [1, 1, 1, 0, 0, 0]


def test_a_reply_goes_to_the_student_and_to_the_other_instructors(people):
    ada = people.students[0]
    thread = people.ask(ada)

    reply(thread=thread, author=people.ben, letter=Letter("You may."), now=LATER)

    assert unread(ada, people.nora, people.ben) == [1, 1, 0]
    assert [message.from_staff for message in thread.messages.all()] == [False, True]
    thread.refresh_from_db()
    assert thread.last_at == LATER


def test_a_reply_to_a_message_to_several_is_read_by_no_other_student(people):
    ada, bo, _cy = people.students
    sent = people.write(To(Audience.CLASS))

    own = reply(thread=sent, author=ada, letter=Letter("Mine is late."), now=LATER)
    again = reply(thread=sent, author=ada, letter=Letter("By a day."), now=LATER)

    assert own == again
    assert (own.about, own.student, own.subject) == (sent, ada, "Your plans")
    assert readers(own) == {"ada"} | STAFF
    assert not Message.objects.filter(thread=sent).exclude(author=people.nora).exists()
    assert b"Mine is late." not in browser_of(bo).get(reverse("courses:thread", args=[sent.pk])).content
    assert b"By a day." in browser_of(people.nora).get(reverse("courses:thread", args=[sent.pk])).content


@pytest.mark.parametrize("who", ["assistant", "other student", "stranger", "removed student", "dropped", "archived"])
def test_a_person_who_may_not_reply_is_refused_and_nothing_is_sent(people, who):
    ada, bo, _cy = people.students
    thread = people.ask(ada)
    if who == "removed student":
        people.place(ada).update(is_active=False)
    people.place(people.ben).update(is_active=who != "dropped")
    Cohort.objects.filter(pk=people.cohort.pk).update(archived_at=NOW if who == "archived" else None)
    author = {
        "assistant": people.assistant,
        "other student": bo,
        "stranger": people.stranger,
        "removed student": ada,
        "dropped": people.ben,
        "archived": people.nora,
    }[who]

    with pytest.raises(CannotReply):
        reply(thread=thread, author=author, letter=Letter("No."), now=LATER)
    assert thread.messages.count() == 1


def test_instructors_cannot_write_to_a_student_who_has_left(people):
    thread = people.ask(people.students[0])
    people.place(people.students[0]).update(is_active=False)

    with pytest.raises(CannotReply):
        reply(thread=thread, author=people.nora, letter=Letter("Still there?"), now=LATER)


def test_a_removed_student_keeps_what_was_sent_and_sees_nothing_new(people):
    ada = people.students[0]
    kept = people.write(people.to(ada))
    people.place(ada).update(is_active=False)
    later = people.write(To(Audience.ANNOUNCEMENT))

    assert "ada" in readers(kept)
    assert "ada" not in readers(later)
    assert unread(ada) == [1]


def test_a_dropped_co_teacher_sees_no_thread_and_counts_none(people):
    thread = people.ask(people.students[0])
    assert unread(people.ben) == [1]

    people.place(people.ben).update(is_active=False)

    assert "ben" not in readers(thread)
    assert unread(people.ben) == [0]
    browser = browser_of(people.ben)
    assert browser.get(reverse("courses:inbox")).context["found"].lines == []
    assert browser.get(reverse("courses:thread", args=[thread.pk])).status_code == 404


def test_a_co_teacher_who_comes_later_reads_the_threads_of_the_class(people):
    thread = people.ask(people.students[0])
    people.staff(people.stranger, Enrolment.Role.INSTRUCTOR)

    assert "stranger" in readers(thread)
    page = browser_of(people.stranger).get(reverse("classes:messages", args=[people.cohort.pk]))
    assert "A question" in page.content.decode()


def test_the_same_key_sends_once(people):
    letter = Letter(*LETTER, client_key=uuid4())

    first, second = (people.write(To(Audience.CLASS), letter=letter) for _time in range(2))

    assert first == second
    assert Message.objects.count() == 1


def test_a_person_sends_so_many_messages_in_an_hour_and_no_more(people):
    for _time in range(MESSAGE.amount):
        people.ask(people.students[0])

    with pytest.raises(TooManyTries):
        people.ask(people.students[0])
    people.ask(people.students[1])
    assert Thread.objects.count() == MESSAGE.amount + 1


# Pages.


def test_recipients_are_named_before_anything_is_sent(people):
    ada, bo, _cy = people.students
    browser, address = browser_of(people.nora), reverse("classes:message", args=[people.cohort.pk])
    asked = f"{address}?student={ada.pk}&student={bo.pk}&student={people.elsewhere.pk}"

    page = browser.get(asked)

    assert list(page.context["recipients"].names) == ["ada", "bo"]
    posted = {"subject": "Plans", "text": "Soon.", "client_key": str(uuid4())}
    assert browser.post(asked, posted).status_code == 422
    people.place(bo).update(is_active=False)
    changed = browser.post(asked, {**posted, "named": page.context["recipients"].fingerprint})
    assert changed.status_code == 422
    assert "who is in the class has changed" in changed.content.decode()
    assert "Soon." in changed.content.decode()
    assert not Thread.objects.exists()
    sent = browser.post(asked, {**posted, "named": changed.context["recipients"].fingerprint})
    thread = Thread.objects.get()
    assert sent.url == reverse("courses:thread", args=[thread.pk])
    assert thread.student == ada


@pytest.mark.parametrize("asked", ["", "group=999", "group=x", "student=x", "student=999999", "to=instructors"])
def test_an_address_that_names_no_one_of_the_class_offers_the_choice(people, asked):
    page = browser_of(people.nora).get(f"{reverse('classes:message', args=[people.cohort.pk])}?{asked}")

    assert [name for _pk, name in page.context["choice"].students] == ["ada", "bo", "cy"]


def test_a_group_of_another_class_is_not_written_to(people):
    foreign = Group.objects.create(cohort=people.other, name="Theirs")
    program: Any = browser_of(people.nora)

    sent = program.post(
        reverse("api-class-messages", args=[people.cohort.pk]),
        {"to": "group", "group": foreign.pk, "subject": "x", "text": "y"},
        content_type="application/json",
    )

    assert sent.status_code == 409
    assert not Thread.objects.exists()


def test_opening_a_thread_reads_it(people):
    ada = people.students[0]
    thread = people.write(people.to(ada))
    assert b"Inbox (1)" in browser_of(ada).get(reverse("courses:catalogue")).content

    browser_of(ada).get(reverse("courses:thread", args=[thread.pk]))

    assert unread(ada) == [0]
    assert b"Inbox (" not in browser_of(ada).get(reverse("courses:catalogue")).content


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b\nand & more", "<p>a &lt; b<br>and &amp; more</p>"),
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("See http://testserver/courses/x/.", 'See <a href="/courses/x/">http://testserver/courses/x/</a>.'),
        ("http://testserver", '<a href="/">http://testserver</a>'),
        ("http://testserver//evil.example", '<a href="/evil.example">'),
        ("http://testserver/\\evil.example", '<a href="/evil.example">'),
        ("http://evil.example/courses/", "<p>http://evil.example/courses/</p>"),
        ("http://testserver@evil.example/", "<p>http://testserver@evil.example/</p>"),
        ("http://testserver.evil.example/", "<p>http://testserver.evil.example/</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ('http://testserver/"onclick="x', "&quot;onclick=&quot;x"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_a_text_is_shown_as_written_and_links_lead_nowhere_else(text, shown):
    context = Context({"request": RequestFactory().get("/")})

    assert shown in plain_text(context, text)


@pytest.mark.parametrize("field", ["subject", "text"])
def test_a_message_that_is_too_long_is_refused_and_kept_in_the_form(people, field):
    posted = {"subject": "Short", "text": "Short", "client_key": str(uuid4()), field: "x" * 5_001}

    page = browser_of(people.students[0]).post(reverse("classes:ask", args=[people.cohort.pk]), posted)

    assert page.status_code == 422
    assert "x" * 5_001 in page.content.decode()
    assert not Thread.objects.exists()


def test_erasing_a_student_takes_the_words_of_their_threads(people):
    ada = people.students[0]
    own, sent = people.ask(ada), people.write(To(Audience.CLASS))
    reply(thread=own, author=people.nora, letter=Letter("Dear Ada, you may."), now=LATER)

    erase_person(user=ada, now=LATER + timedelta(days=1))

    own.refresh_from_db()
    assert own.subject == "[erased]"
    assert {message.text for message in own.messages.all()} == {"[erased]"}
    assert sent.messages.get().text == LETTER[0]
    assert not InboxEntry.objects.filter(user=ada).exists()


def test_the_download_of_a_person_holds_what_they_wrote_and_what_was_written_to_them(people):
    ada, bo, _cy = people.students
    own = people.ask(ada)
    reply(thread=own, author=people.nora, letter=Letter("You may."), now=LATER)
    people.ask(bo)

    tables = held_about(ada)

    assert [row["text"] for row in tables["messages"]] == ["May I?"]
    assert [row["messages_text"] for row in tables["threads"]] == ["May I?", "You may."]
    assert [row["thread_subject"] for row in tables["inbox"]] == ["A question"]


# Cost.


def _class_of(size: int) -> People:
    made = People()
    for at in range(size):
        Enrolment.objects.create(cohort=made.cohort, user=make_user(f"s{size}-{at}"))
    return made


@pytest.mark.parametrize("students", [2, 30])
def test_writing_to_a_class_costs_the_same_whatever_its_size(db, students):
    people = _class_of(students)

    with CaptureQueriesContext(connection) as queries:
        people.write(To(Audience.CLASS))

    assert InboxEntry.objects.count() == students + 4
    writes = [query["sql"] for query in queries if query["sql"].startswith("INSERT")]
    assert len(queries) <= 20, "\n".join(query["sql"] for query in queries)
    assert len(writes) == 5  # the count of tries, thread, message, entries of students, entry of the author


@pytest.mark.parametrize("threads", [2, 24])
@pytest.mark.parametrize(("page", "at_most"), [("inbox", 9), ("messages", 11)])
def test_lists_of_threads_cost_the_same_whatever_their_length(people, threads, page, at_most):
    for at in range(threads):
        people.write(people.to(people.students[at % 3]), actor=[people.nora, people.ben][at % 2])
    reader = people.students[0] if page == "inbox" else people.assistant
    address = reverse("courses:inbox") if page == "inbox" else reverse("classes:messages", args=[people.cohort.pk])
    browser = browser_of(reader)

    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200

    assert len(queries) <= at_most, "\n".join(query["sql"] for query in queries)


def test_a_guest_is_asked_nothing_about_an_inbox(client, people):
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("courses:catalogue"))

    assert not [query for query in queries if "inbox" in query["sql"]]
