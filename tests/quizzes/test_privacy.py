"""What is held about a person can be taken away as a file, and erased."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models
from django.urls import reverse
from django.utils import timezone
from reversion.models import Revision, Version

from classes.reports.progress import class_table
from courses.errors import LastAdministrator
from courses.models import Erasure, UnsavedText
from courses.models.personal import ERASED, REGISTER
from courses.services.history import Edit, record, values_of
from courses.services.privacy import erase_person, repeat_erasures
from courses.services.progress import mark_read
from quizzes.models import Accommodation, Attempt, HumanMark, ItemResponse, QuestionReport, QuizOverride, SavedAnswer
from quizzes.services.grading import mark_by_hand
from tests.make import (
    LATER,
    NOW,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_guest,
    make_user,
    quiz_file,
    submit,
)

NAMES = ("mina-kwon-7", "mina@example.org", "Mina Kwonova", "Mina", "Kwonova")
PASSWORD = "between Tumen and Amur"
TEXTS = (models.CharField, models.TextField, models.JSONField)


def fields_of(model, kinds):
    return [field for field in model._meta.concrete_fields if isinstance(field, kinds)]


MODELS = [pytest.param(model, id=model._meta.label) for model in apps.get_models() if not model._meta.proxy]


@pytest.mark.parametrize("model", MODELS)
def test_every_table_says_what_it_holds_about_people(model):
    held = [each for each in REGISTER.held if each.table == model._meta.label]

    assert (len(held) == 1) is not (model._meta.label in REGISTER.impersonal), "register it in models/personal.py"
    for each in held:
        told = {*each.erased, *each.written, *each.typed, *each.plain}
        free = {field.name for field in fields_of(model, TEXTS) if not field.choices}
        assert each.is_deleted or free <= told, f"say what becomes of {sorted(free - told)} when a person is erased"


@pytest.mark.parametrize("model", MODELS)
def test_every_arrow_to_a_person_is_known(model):
    owners = {each.owner.split("__")[0] for each in REGISTER.held if each.table == model._meta.label}
    people = [field for field in fields_of(model, models.ForeignKey) if field.related_model is User]

    unknown = {field.name for field in people} - owners
    assert {f"{model._meta.label}.{name}" for name in unknown} <= REGISTER.acts


@pytest.fixture
def mina(db) -> User:
    """A student with an account, an address and a name."""
    user = User.objects.create_user("mina-kwon-7", "mina@example.org", PASSWORD, first_name="Mina", last_name="Kwonova")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def cohort(db, instructor):
    """A class on a course with one lesson, and a quiz of a choice, a word and an essay."""
    course = make_course(
        lessons=1, sections=2, quizzes=[quiz_file(key="q", items=3, kinds=["single", "text", "essay"])]
    )
    return make_cohort(course, instructor=instructor)


@pytest.fixture
def work(cohort, mina, instructor) -> Attempt:
    """What Mina did: read, answered, was marked, reported a question; and what was granted to her."""
    cohort.enrolments.create(user=mina)
    lesson = cohort.course.lessons.get()
    mark_read(lesson=lesson, sections=["section-1", "section-2"], student=mina, now=NOW)
    attempt = make_attempt(cohort.course.quizzes.get(), mina)
    right, word, essay = attempt.responses.order_by("position")
    give(attempt, right.revision.spec.right_answer())
    give(attempt, "asked by Mina Kwonova", position=2)
    give(attempt, "I, Mina, think that the debt was settled by its own logic, and that this explains much.", position=3)
    submit(attempt)
    levels = essay.revision.spec.rubric.top()
    mark_by_hand(response=essay, levels=levels, comment="Well argued, Mina.", marker=instructor, now=LATER)
    report = {"revision": word.revision, "response": word, "student": mina, "reported_at": LATER}
    QuestionReport.objects.create(text="Mina says: too hard.", answer="Dear Mina, it stays.", **report)
    Accommodation.objects.create(student=mina, reason="Dyslexia", time_factor="1.5")
    QuizOverride.objects.create(student=mina, quiz=attempt.quiz, minutes=30)
    about = {"content_type": ContentType.objects.get_for_model(User), "object_id": str(mina.pk), "action_flag": CHANGE}
    LogEntry.objects.create(user=instructor, object_repr="mina-kwon-7", change_message="Changed Mina Kwonova", **about)
    changed_and_typed(mina, instructor)
    attempt.refresh_from_db()
    return attempt


def changed_and_typed(mina: User, instructor: User) -> None:
    """Put what was granted to Mina into the history with a note on her, and leave text about her unsaved."""
    grant = Accommodation.objects.get(student=mina)
    values = values_of(grant)
    record([Edit(grant, values, values)], editor=instructor, note="For Mina Kwonova.", now=NOW)
    fields = urlencode({"reason": "Mina Kwonova asked for it."})
    UnsavedText.objects.create(user=instructor, form="quizzes.accommodation:1", fields=fields, saved_at=NOW)


def texts_anywhere():
    """Return every text of the database with its place."""
    for model in apps.get_models():
        for field in fields_of(model, TEXTS):
            for value in model._default_manager.values_list(field.name, flat=True):
                yield f"{model._meta.label}.{field.name}", json.dumps(value, ensure_ascii=False)


def figures(cohort):
    return [(row.cells, row.done) for row in class_table(cohort).rows]


def test_no_trace_of_the_name_is_left_in_any_table(client, mina, work):
    client.force_login(mina)
    assert {name for name in NAMES if any(name in text for _place, text in texts_anywhere())} == set(NAMES)

    erase_person(user=mina, now=LATER)

    left = [(place, name) for place, text in texts_anywhere() for name in NAMES if name.casefold() in text.casefold()]
    assert left == []
    assert not Session.objects.exists()


def test_what_was_granted_goes_from_the_history_too(mina, work, instructor):
    assert Version.objects.count() == 2

    erase_person(user=mina, now=LATER)

    assert not Version.objects.exists()
    assert not UnsavedText.objects.exists()
    assert sorted(Revision.objects.values_list("comment", flat=True)) == [f"For {ERASED}.", "before"]


def test_what_the_class_knows_in_figures_stays(cohort, mina, work):
    before, marks = figures(cohort), list(ItemResponse.objects.values_list("share", "points"))

    erase_person(user=mina, now=LATER)

    assert figures(cohort) == before
    assert list(ItemResponse.objects.values_list("share", "points")) == marks
    assert HumanMark.objects.get().comment == ""
    assert list(ItemResponse.objects.order_by("position").values_list("answer", flat=True))[1:] == [
        f"asked by {ERASED}",
        ERASED,
    ]
    assert not SavedAnswer.objects.filter(answer__icontains="mina").exists()


def test_nobody_signs_in_as_an_erased_person(client, mina, work):
    left = erase_person(user=mina, now=LATER)

    assert not client.login(username="mina-kwon-7", password=PASSWORD)
    assert not left.is_active
    assert not left.has_usable_password()
    assert left.username.startswith("erased-")


def test_the_only_administrator_cannot_be_erased(db):
    admin = User.objects.create_superuser("root", "root@example.org", PASSWORD)

    with pytest.raises(LastAdministrator):
        erase_person(user=admin, now=NOW)

    admin.refresh_from_db()
    assert (admin.username, Erasure.objects.count()) == ("root", 0)


def test_erasures_are_repeated_on_what_a_backup_brings_back(mina, work):
    backed_up = timezone.now()
    kept = {field.attname: getattr(mina, field.attname) for field in User._meta.concrete_fields}
    erase_person(user=mina, now=backed_up + timedelta(hours=1))
    Erasure.objects.all().delete()
    User.objects.filter(pk=mina.pk).update(**kept)  # as a restored backup has it

    assert repeat_erasures(since=backed_up, now=backed_up + timedelta(hours=2)) == 1
    assert repeat_erasures(since=backed_up, now=backed_up + timedelta(hours=2)) == 0

    mina.refresh_from_db()
    assert mina.username.startswith("erased-")


def test_an_erasure_before_the_backup_is_not_repeated(mina):
    erase_person(user=mina, now=NOW)
    Erasure.objects.all().delete()

    assert repeat_erasures(since=timezone.now(), now=timezone.now()) == 0


def download(client):
    response = client.get(reverse("quizzes:personal-file"))
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    return ZipFile(BytesIO(response.content))


def test_everything_held_can_be_downloaded(client, mina, work):
    client.force_login(mina)

    archive = download(client)

    data = json.loads(archive.read("data.json"))
    [account], marks = data["users"], data["marks"]
    assert (account["username"], account["email"], account["last_name"]) == (
        "mina-kwon-7",
        "mina@example.org",
        "Kwonova",
    )
    assert "password" not in account
    assert [row["answer"] for row in data["responses"]][1] == "asked by Mina Kwonova"
    assert [row["reason"] for row in data["accommodations"]] == ["Dyslexia"]
    assert (marks[0]["points"], marks[-1]["comment"]) == (str(work.score), "Well argued, Mina.")
    assert {"enrolments", "sections-read", "email-addresses", "attempts", "reports-of-questions"} <= data.keys()
    rows = list(csv.reader(StringIO(archive.read("responses.csv").decode("utf-8-sig"))))
    assert len(rows) == 1 + 3
    assert rows[2][rows[0].index("answer")] == "asked by Mina Kwonova"
    assert "responses.csv: 3" in archive.read("about.txt").decode()


def test_a_download_tells_no_marks_before_the_quiz_does(client, mina, work):
    work.quiz.review = {"attempt": ["during", "after", "later", "closed"]}
    for name in ("correctness", "maximum", "marks", "option_feedback", "general_feedback", "right_answer", "overall"):
        work.quiz.review[name] = []
    work.quiz.save()
    client.force_login(mina)

    archive = download(client)

    assert "marks" not in json.loads(archive.read("data.json"))
    assert "Well argued" not in "".join(archive.read(name).decode() for name in archive.namelist())


def test_a_person_erases_the_account_with_its_password(client, mina, work):
    client.force_login(mina)
    address = reverse("quizzes:personal")

    refused = client.post(address, {"password": "wrong", "is_meant": "on"})
    assert (refused.status_code, User.objects.filter(username="mina-kwon-7").exists()) == (422, True)
    unsure = client.post(address, {"password": PASSWORD})
    assert (unsure.status_code, User.objects.filter(username="mina-kwon-7").exists()) == (422, True)
    done = client.post(address, {"password": PASSWORD, "is_meant": "on"})

    assert done.status_code == 302
    assert not User.objects.filter(username="mina-kwon-7").exists()
    assert "_auth_user_id" not in client.session


def test_a_reader_without_an_account_takes_everything_away(client, db):
    guest = make_guest()
    course = make_course(lessons=1, sections=1)
    mark_read(lesson=course.lessons.get(), sections=["section-1"], student=guest, now=NOW)
    session = client.session
    session["guest"] = guest.pk
    session.save()

    assert "sections-read" in json.loads(download(client).read("data.json"))
    client.post(reverse("quizzes:personal"), {"is_meant": "on"})

    assert not User.objects.filter(pk=guest.pk).exists()
    assert client.get(reverse("quizzes:personal")).context["counts"] == {}


def test_a_stranger_is_told_that_nothing_is_held(client, db):
    assert "This site holds no data about you." in client.get(reverse("quizzes:personal")).content.decode()
    assert download(client).namelist() == ["about.txt", "data.json"]


def test_nobody_downloads_or_erases_another(client, mina, work):
    other = make_user("other")
    client.force_login(other)

    assert "Kwon" not in download(client).read("data.json").decode()
    client.post(reverse("quizzes:personal"), {"is_meant": "on", "password": PASSWORD})

    assert User.objects.filter(username="mina-kwon-7").exists()
