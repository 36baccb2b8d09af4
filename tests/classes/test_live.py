"""A live quiz: an instructor asks, everyone answers on a phone, and nothing is told before its time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.models import Cohort, Enrolment
from quizzes.domain.kinds import KINDS
from quizzes.domain.live import Act
from quizzes.errors import LiveFull, LiveMovedOn, LiveUnderWay, NameTaken, NothingLive, NotLive, PutOut, VoteClosed
from quizzes.models import Attempt, LiveParticipant, LiveQuestion, LiveSession, LiveVote, Quiz, WorkStanding
from quizzes.services import live
from quizzes.services.live import (
    MOST_HOURS,
    NAMES_KEPT,
    end_forgotten,
    forget_names,
    give_vote,
    join_live,
    live_questions,
    remove_participant,
    start_live,
    take_step,
)
from tests.make import WHY, browser_of, make_cohort, make_quiz, make_user
from tests.racing import race

KEY = re.compile(rf"{WHY}|Right answer|state-word right|review-row")


@pytest.fixture
def quiz(db: None) -> Quiz:
    """Two questions: a choice and a multiple response."""
    return make_quiz(items=2, kinds=["single", "multiple"])


@pytest.fixture
def session(cohort: Cohort, quiz: Quiz, instructor: User) -> LiveSession:
    """A live quiz nobody has joined."""
    return start_live(cohort=cohort, quiz=quiz, actor=instructor, now=timezone.now())


def step(session: LiveSession, *acts: Act) -> LiveSession:
    """Take some steps."""
    for act in acts:
        session.refresh_from_db()
        take_step(session_id=session.pk, act=act, version=session.version, now=timezone.now())
    session.refresh_from_db()
    return session


def joined(session: LiveSession, name: str) -> LiveParticipant:
    """Return someone who joined by a name."""
    return join_live(session_id=session.pk, name=name, now=timezone.now())


def vote(session: LiveSession, who: LiveParticipant, *, right: bool = True) -> LiveVote:
    """Answer the question in hand rightly or not."""
    session.refresh_from_db()
    question = session.questions.select_related("revision").get(position=session.position)
    spec, order = question.revision.spec, question.order
    given = spec.right_answer()
    if not right:
        keys = [key for key, option in spec.options.items() if not option.is_right]
        given = keys[0] if spec.kind == "single" else keys
    place = {"position": session.position, "round_": session.round}
    return give_vote(participant_id=who.pk, raw=spec.to_paper(given, order), now=timezone.now(), **place)


def phone(session: LiveSession, name: str = "") -> Client:
    """Return a phone that joined by a name (or has yet to)."""
    client = Client()
    if name:
        client.post(reverse("classes:live-join", args=[session.code]), {"name": name})
    return client


def page(client: Client, session: LiveSession) -> str:
    """Return what the phone shows."""
    return client.get(reverse("classes:live-phone", args=[session.code])).content.decode()


def screen(session: LiveSession) -> str:
    """Return where the screen is."""
    return reverse("classes:live-screen", args=[session.cohort_id, session.pk])


def test_a_question_is_asked_discussed_and_asked_again(session, instructor):
    teacher = browser_of(instructor)
    ada, ben = joined(session, "Ada"), joined(session, "Ben")
    step(session, Act.ASK)
    vote(session, ada), vote(session, ben, right=False)
    step(session, Act.CLOSE, Act.DISCUSS, Act.REVOTE)
    vote(session, ada), vote(session, ben)
    step(session, Act.CLOSE, Act.REVEAL)

    shown = teacher.get(screen(session)).content.decode()

    assert "50% right in the first vote" in shown
    assert "100% in the second" in shown
    assert "gain 100% of what was possible" in shown
    assert "Ada" not in shown
    assert "Ben" not in shown


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("essay", "constructed", "survey")])
def test_no_key_is_on_any_page_before_it_is_revealed(db, instructor, kind):
    quiz = make_quiz(items=1, kinds=[kind])
    session = start_live(
        cohort=make_cohort(quiz.course, instructor=instructor), quiz=quiz, actor=instructor, now=timezone.now()
    )
    ada, teacher = phone(session, "Ada"), browser_of(instructor)

    found = {}
    for act in (Act.ASK, Act.CLOSE, Act.DISCUSS, Act.REVOTE, Act.CLOSE):
        step(session, act)
        found[f"phone {act}"] = KEY.findall(page(ada, session))
        found[f"screen {act}"] = KEY.findall(teacher.get(screen(session)).content.decode())
    step(session, Act.REVEAL)

    assert {place: keys for place, keys in found.items() if keys} == {}
    assert KEY.findall(page(ada, session))


def test_what_is_shown_while_a_vote_is_open_does_not_depend_on_the_key(session, instructor):
    """The page of a phone that answered rightly differs from one that did not by the answer alone."""
    ada, ben = phone(session, "Ada"), phone(session, "Ben")
    one, two = LiveParticipant.objects.order_by("pk")
    step(session, Act.ASK)
    vote(session, one), vote(session, two, right=False)
    step(session, Act.CLOSE)

    def told(client):
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page(client, session))
        return re.sub(r"Ada|Ben|You answered: [^<]*", "", text)

    assert told(ada) == told(ben)


def test_counts_are_hidden_from_the_screen_until_they_are_asked_for(session, instructor):
    teacher, ada = browser_of(instructor), joined(session, "Ada")
    step(session, Act.ASK)
    vote(session, ada)

    step(session, Act.CLOSE)
    assert "live-bars" not in teacher.get(screen(session)).content.decode()
    step(session, Act.COUNTS)

    shown = teacher.get(screen(session)).content.decode()
    assert "live-bars" in shown
    assert "is-right" not in shown
    step(session, Act.DISCUSS, Act.REVOTE)
    assert "live-bars" not in teacher.get(screen(session)).content.decode()


def test_a_phone_joins_by_a_name_alone_answers_and_finds_itself_again(session):
    ada = phone(session, "Ada")
    step(session, Act.ASK)
    assert "Send my answer" in page(ada, session)

    where = {"position": 1, "round": 1, "answer": "1"}
    answered = ada.post(reverse("classes:live-answer", args=[session.code]), where, follow=True)

    assert "Answer received" in answered.content.decode()
    assert LiveVote.objects.get().participant.name == "Ada"
    # Opened again later, or in another tab: the same person.
    assert "Answer received" in page(ada, session)
    assert ada.post(reverse("classes:live-answer", args=[session.code]), {**where, "answer": "2"}).status_code == 302
    assert LiveVote.objects.count() == 1


def test_a_blank_answer_is_refused_in_words_and_not_counted(session):
    ada = phone(session, "Ada")
    step(session, Act.ASK)

    refused = ada.post(reverse("classes:live-answer", args=[session.code]), {"position": 1, "round": 1})

    assert refused.status_code == 422
    assert "No answer yet" in refused.content.decode()
    assert not LiveVote.objects.exists()


def test_a_student_of_the_class_takes_part_as_themselves_on_any_device(session, student):
    first, second = browser_of(student), browser_of(student)
    assert "Take part as student" in page(first, session)

    for browser in (first, second):
        browser.post(reverse("classes:live-join", args=[session.code]), {"name": "Someone else"})

    place = LiveParticipant.objects.get()
    assert (place.user, place.name) == (student, "")
    # Whoever signs in to the browser next is not the student.
    first.force_login(make_user("other"), backend="django.contrib.auth.backends.ModelBackend")
    assert "Your name" in page(first, session)


def test_a_cookie_of_one_live_quiz_opens_no_other(session, cohort, quiz, instructor):
    ada = phone(session, "Ada")
    step(session, Act.END)
    later = start_live(cohort=cohort, quiz=quiz, actor=instructor, now=timezone.now())
    ada.cookies["live"]["path"] = "/"

    assert "Your name" in page(ada, later)


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "A\u202eda", "Ada"])
def test_a_name_that_cannot_be_taken_is_refused_in_words(session, name):
    joined(session, "ada")
    refused = Client().post(reverse("classes:live-join", args=[session.code]), {"name": name})

    assert refused.status_code == 422
    assert "Not saved. Fix these" in refused.content.decode()
    assert LiveParticipant.objects.count() == 1


def test_a_removed_name_is_gone_with_its_votes_and_may_be_chosen_again(session):
    client, ben = phone(session, "Rude word"), joined(session, "Ben")
    step(session, Act.ASK)
    rude = LiveParticipant.objects.get(name="Rude word")
    vote(session, rude), vote(session, ben)

    remove_participant(participant=rude, now=timezone.now())

    assert LiveVote.objects.counted().count() == 1
    assert "Your name" in page(client, session)
    with pytest.raises(PutOut):
        vote(session, rude)
    joined(session, "Rude word")


def test_a_removed_student_stays_out(session, student):
    place = join_live(session_id=session.pk, user=student, now=timezone.now())
    remove_participant(participant=place, now=timezone.now())

    with pytest.raises(PutOut):
        join_live(session_id=session.pk, user=student, now=timezone.now())


@pytest.mark.parametrize("acts", [[], [Act.ASK, Act.CLOSE], [Act.ASK, Act.CLOSE, Act.DISCUSS, Act.REVOTE]])
def test_an_answer_to_another_vote_is_not_counted(session, acts):
    ada = joined(session, "Ada")
    step(session, *acts)

    with pytest.raises(VoteClosed):
        give_vote(participant_id=ada.pk, position=1, round_=1, raw="1", now=timezone.now())
    assert not LiveVote.objects.exists()


def test_a_double_click_takes_one_step(session):
    take_step(session_id=session.pk, act=Act.ASK, version=1, now=timezone.now())

    with pytest.raises(LiveMovedOn):
        take_step(session_id=session.pk, act=Act.ASK, version=1, now=timezone.now())
    session.refresh_from_db()
    assert (session.position, session.step) == (1, "vote")


@pytest.mark.parametrize("act", [Act.REVEAL, Act.REVOTE, Act.COUNTS, Act.CLOSE])
def test_a_step_that_does_not_lead_on_from_here_is_refused(session, act):
    with pytest.raises(LiveMovedOn):
        take_step(session_id=session.pk, act=act, version=1, now=timezone.now())


def test_one_live_quiz_runs_in_a_class(session, cohort, quiz, instructor):
    with pytest.raises(LiveUnderWay):
        start_live(cohort=cohort, quiz=quiz, actor=instructor, now=timezone.now())
    assert LiveSession.objects.count() == 1


def test_an_exam_is_refused_with_words(cohort, instructor):
    exam = make_quiz(course="exams", practice=False, review="after_close")

    with pytest.raises(NotLive, match="is an exam"):
        start_live(cohort=cohort, quiz=exam, actor=instructor, now=timezone.now())
    assert not LiveSession.objects.exists()


def test_what_no_one_marks_at_once_is_left_out_and_a_quiz_of_nothing_else_refused(db, cohort, instructor):
    mixed = make_quiz(course="mixed", items=2, kinds=["essay", "single"])
    essays = make_quiz(course="essays", items=1, kinds=["essay"])

    assert [revision.spec.kind for revision in live_questions(mixed)] == ["single"]
    with pytest.raises(NothingLive):
        start_live(cohort=cohort, quiz=essays, actor=instructor, now=timezone.now())


def test_reserved_questions_are_never_asked_live(quiz):
    quiz.items.filter(position=1).update(purpose="reserved")

    assert [revision.spec.kind for revision in live_questions(quiz)] == ["multiple"]


def test_one_question_is_asked_alone(cohort, quiz, instructor):
    item = quiz.items.order_by("position")[1]
    address = reverse("classes:live", args=[cohort.pk])

    browser_of(instructor).post(address, {"quiz": quiz.pk, "question": item.pk})

    assert [asked.revision.item_id for asked in LiveQuestion.objects.select_related("revision")] == [item.pk]


def test_the_number_of_people_is_limited(session, monkeypatch):
    monkeypatch.setattr(live, "MOST_PEOPLE", 1)
    joined(session, "Ada")

    with pytest.raises(LiveFull):
        joined(session, "Ben")


def test_two_people_who_race_for_a_name_do_not_both_get_it(transactional_db):
    quiz = make_quiz(items=1)
    cohort = make_cohort(quiz.course)
    session = LiveSession.objects.create(cohort=cohort, quiz=quiz)

    outcomes = race(*[lambda: joined(session, "Ada")] * 4)

    assert sum(isinstance(each, NameTaken) for each in outcomes) == 3
    assert LiveParticipant.objects.count() == 1


def test_it_counts_in_no_gradebook_and_is_no_attempt(session, student, cohort):
    place = join_live(session_id=session.pk, user=student, now=timezone.now())
    before = list(WorkStanding.objects.values())
    step(session, Act.ASK)
    vote(session, place)
    step(session, Act.CLOSE, Act.REVEAL, Act.END)

    assert not Attempt.objects.exists()
    assert list(WorkStanding.objects.values()) == before


def test_the_summary_stays_and_names_go_two_weeks_later(session, instructor):
    ada = joined(session, "Ada Lovelace")
    step(session, Act.ASK)
    vote(session, ada)
    step(session, Act.CLOSE, Act.REVEAL, Act.END)
    ended = session.ended_at
    teacher, people = browser_of(instructor), reverse("classes:live-people", args=[session.cohort_id, session.pk])
    assert "Ada Lovelace" in teacher.get(people).content.decode()

    assert forget_names(now=ended + NAMES_KEPT - timedelta(minutes=1)) == 0
    assert forget_names(now=ended + NAMES_KEPT + timedelta(minutes=1)) == 1

    assert "Names are removed two weeks after" in teacher.get(people).content.decode()
    assert "100% right" in teacher.get(screen(session)).content.decode()
    assert not LiveParticipant.objects.exclude(name="").exists()


def test_typed_answers_go_with_the_names_and_what_they_earned_stays(db, cohort, instructor):
    quiz = make_quiz(course="typed", items=1, kinds=["text"])
    session = start_live(cohort=cohort, quiz=quiz, actor=instructor, now=timezone.now())
    ada = joined(session, "Ada")
    step(session, Act.ASK)
    give_vote(participant_id=ada.pk, position=1, round_=1, raw="Kozyrev", now=timezone.now())
    step(session, Act.END)

    forget_names(now=session.ended_at + NAMES_KEPT + timedelta(days=1))

    given = LiveVote.objects.get()
    assert (given.answer, given.share) == (None, 1)
    assert "100% right" in browser_of(instructor).get(screen(session)).content.decode()


def test_a_live_quiz_that_nobody_ended_is_ended(session):
    assert end_forgotten(now=session.started_at + MOST_HOURS - timedelta(minutes=1)) == 0
    assert end_forgotten(now=session.started_at + MOST_HOURS + timedelta(minutes=1)) == 1
    session.refresh_from_db()
    assert session.step == "ended"


@pytest.mark.parametrize("who", ["student", "assistant", "other"])
def test_only_an_instructor_of_the_class_leads(session, student, who):
    users = {"student": student, "assistant": make_user("assistant"), "other": make_user("other")}
    Enrolment.objects.create(cohort=session.cohort, user=users["assistant"], role=Enrolment.Role.ASSISTANT)

    answer = browser_of(users[who]).post(screen(session), {"act": "ask", "version": 1})

    session.refresh_from_db()
    assert (answer.status_code, session.step) == (404, "lobby")


def test_a_phone_is_told_when_there_is_something_new(session):
    ada = phone(session, "Ada")
    address = reverse("classes:live-phone-changes", args=[session.code])

    assert "HX-Trigger" not in ada.get(address, {"since": "1"})
    step(session, Act.ASK)
    assert ada.get(address, {"since": "1"})["HX-Trigger"] == "live-moved"


@pytest.mark.parametrize("size", [2, 40])
def test_polls_and_pages_cost_the_same_whatever_the_number_of_people(
    session, instructor, student, size, django_assert_max_num_queries: DjangoAssertNumQueries
):
    member, guest, teacher = browser_of(student), phone(session, "Ada"), browser_of(instructor)
    member.post(reverse("classes:live-join", args=[session.code]))
    step(session, Act.ASK)
    for at in range(size):
        vote(session, joined(session, f"Voter {at}"))
    of_phone = reverse("classes:live-phone-changes", args=[session.code])
    of_screen = reverse("classes:live-changes", args=[session.cohort_id, session.pk])

    with django_assert_max_num_queries(1):
        guest.get(of_phone, {"since": session.version})
    with django_assert_max_num_queries(2):
        member.get(of_phone, {"since": session.version})
    with django_assert_max_num_queries(3):
        teacher.get(of_screen, {"since": f"{session.version}-{size + 2}-{size}"})
    with django_assert_max_num_queries(8):  # two of them are the transaction's
        guest.post(reverse("classes:live-answer", args=[session.code]), {"position": 1, "round": 1, "answer": "1"})
    with django_assert_max_num_queries(10):
        page(guest, session)
    step(session, Act.CLOSE, Act.REVEAL)
    with django_assert_max_num_queries(10):
        teacher.get(screen(session))


def test_the_list_offers_no_exam_and_links_what_runs(session, instructor, cohort):
    shown = browser_of(instructor).get(reverse("classes:live", args=[cohort.pk])).content.decode()

    assert "Open the screen" in shown


def test_on_the_machine_that_serves_it_the_screen_shows_the_address_of_the_site(session, instructor, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "http://192.168.1.20:8000", ["*"]
    teacher = browser_of(instructor)

    shown = teacher.get(screen(session), headers={"host": "127.0.0.1:8000"}).content.decode()

    assert f"http://192.168.1.20:8000/live/{session.code}/" in shown
    settings.SITE_URL = ""
    assert (
        "Phones cannot open this address"
        in teacher.get(screen(session), headers={"host": "127.0.0.1:8000"}).content.decode()
    )
