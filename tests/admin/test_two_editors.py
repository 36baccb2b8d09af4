"""Two people edit the same row: what one of them alone changed stays, and both are asked about what collides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from courses.admin.edits import KeepsEdits
from courses.admin.keeping import KeptForm
from courses.models import Cohort, Course, Enrolment, Lesson, Person, Source, StudyStatement
from courses.services.classes import join_class
from quizzes.models import ItemRevision, Quiz
from tests.admin.test_content import write_whole
from tests.admin.work import page_of, posted, save, told, typed
from tests.make import NOW, browser_of, load, make_attempt, make_cohort, make_course, make_user, write_yaml

BODY = "## One {#section-1}\n\nFirst.\n\nSecond.\n\nThird.\n"
PERSON = {"key": "kim", "name": "Kim Il Sung", "side": "Pyongyang", "role": "Leader", "text": "He led."}


@pytest.fixture
def helen(db: None) -> Client:
    return browser_of(User.objects.create_superuser("helen", first_name="Helen", last_name="Park"))


@pytest.fixture
def sofia(db: None) -> Client:
    return browser_of(User.objects.create_superuser("sofia", first_name="Sofia", last_name="Lindqvist"))


@pytest.fixture
def folder(tmp_path: Path, db: None) -> Path:
    write_whole(tmp_path)
    write_yaml(tmp_path / "people.yaml", {"people": [PERSON]})
    load(tmp_path)
    Course.objects.update(is_published=False)  # edits are seen at once
    return tmp_path


@pytest.fixture
def lesson(folder: Path, helen: Client) -> Lesson:
    made = Lesson.objects.get(key="lesson-1")
    assert told(save(helen, page_of(made), body=BODY)) == ""
    return made


def both(
    first: Client, second: Client, row: Any, one: dict[str, Any], other: dict[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """Let two people open the same page and save it one after the other; return what the second is answered."""
    address = page_of(row)
    early, late = typed(first, address), typed(second, address)
    assert first.post(address, early | one).status_code == 302
    return second.post(address, late | other), late | other


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ({"title": "New"}, {"summary": "Short."}, {"title": "New", "summary": "Short."}),
        ({"minutes": "5"}, {"minutes": "5"}, {"minutes": 5}),
        ({"body": BODY.replace("First", "1")}, {"body": BODY.replace("Second", "2")},
         {"body": BODY.replace("First", "1").replace("Second", "2").strip()}),
        ({"body": BODY.replace("First", "1")}, {"minutes": "7"},
         {"body": BODY.replace("First", "1").strip(), "minutes": 7}),
        ({"is_retired": "on"}, {"title": "New"}, {"is_retired": True, "title": "New"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_edits_of_different_places_are_merged_in_either_order(
    lesson: Lesson, sofia: Client, one: Any, other: Any, wanted: Any, turned: bool
) -> None:
    helen = browser_of(User.objects.get(username="helen"))
    answer, _sent = both(helen, sofia, lesson, *((other, one) if turned else (one, other)))

    assert answer.status_code == 302
    lesson.refresh_from_db()
    assert {name: getattr(lesson, name) for name in wanted} == wanted


def test_a_collision_shows_both_and_saves_nothing(lesson: Lesson, helen: Client, sofia: Client) -> None:
    one = {"body": BODY.replace("First", "Sooner"), "title": "New title"}
    answer, _sent = both(helen, sofia, lesson, one, {"body": BODY.replace("First", "Later"), "minutes": "7"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Helen Park saved this on" in page
    assert '<ins class="diff"><span class="visually-hidden">[added: </span>Later' in page
    assert '<ins class="diff"><span class="visually-hidden">[added: </span>Sooner' in page
    assert "Show the 1 field that was merged by itself" in page
    assert "Third" not in page.split("versions")[1]
    lesson.refresh_from_db()
    assert (lesson.title, lesson.minutes, "Sooner" in lesson.body) == ("New title", 25, True)


@pytest.mark.parametrize(
    ("choice", "first"), [("yours", "Later."), ("theirs", "Sooner."), ("both", "Sooner or later.")]
)
def test_the_choice_is_saved_with_what_was_merged(
    lesson: Lesson, helen: Client, sofia: Client, choice: str, first: str
) -> None:
    one = {"body": BODY.replace("First", "Sooner").replace("Third", "3"), "title": "New title"}
    answer, _sent = both(helen, sofia, lesson, one, {"body": BODY.replace("First", "Later"), "minutes": "7"})
    [name] = [passage.name for asked in answer.context["asked"] for passage in asked.passages]

    chosen = posted(answer) | {f"{name}-choice": choice, f"{name}-both": "Sooner or later.", "_save": "Save"}
    assert sofia.post(page_of(lesson), chosen).status_code == 302

    lesson.refresh_from_db()
    assert lesson.body == BODY.replace("First.", first).replace("Third", "3").strip()
    assert (lesson.title, lesson.minutes) == ("New title", 7)


def test_without_a_choice_it_asks_again(lesson: Lesson, helen: Client, sofia: Client) -> None:
    one = {"body": BODY.replace("First", "Sooner"), "minutes": "5"}
    answer, _sent = both(helen, sofia, lesson, one, {"body": BODY.replace("First", "Later"), "minutes": "7"})

    again = sofia.post(page_of(lesson), posted(answer) | {"minutes-choice": "yours"})

    assert again.status_code == 409
    assert [asked.bound.name for asked in again.context["asked"]] == ["body"]
    lesson.refresh_from_db()
    assert lesson.minutes == 5


@pytest.mark.parametrize(("choice", "minutes"), [("yours", 7), ("theirs", 5)])
def test_a_number_is_taken_from_one_side(
    lesson: Lesson, helen: Client, sofia: Client, choice: str, minutes: int
) -> None:
    answer, _sent = both(helen, sofia, lesson, {"minutes": "5"}, {"minutes": "7"})

    assert sofia.post(page_of(lesson), posted(answer) | {"minutes-choice": choice}).status_code == 302

    lesson.refresh_from_db()
    assert lesson.minutes == minutes


def test_who_saves_a_third_time_is_asked_about_that_alone(lesson: Lesson, helen: Client, sofia: Client) -> None:
    one = {"body": BODY.replace("First", "Sooner"), "minutes": "5", "title": "T1"}
    answer, _sent = both(helen, sofia, lesson, one, {"body": BODY.replace("First", "L"), "minutes": "7", "title": "T2"})
    assert told(save(helen, page_of(lesson), minutes="6", summary="Said later.")) == ""
    [name] = [passage.name for asked in answer.context["asked"] for passage in asked.passages if "body" in passage.name]

    chosen = posted(answer) | {f"{name}-choice": "yours", "minutes-choice": "yours", "title-0-choice": "theirs"}
    again = sofia.post(page_of(lesson), chosen)

    assert again.status_code == 409
    assert [asked.bound.name for asked in again.context["asked"]] == ["minutes"]
    assert sofia.post(page_of(lesson), posted(again) | {"minutes-choice": "yours"}).status_code == 302
    lesson.refresh_from_db()
    assert (lesson.minutes, lesson.title, lesson.summary) == (7, "T1", "Said later.")
    assert "L." in lesson.body


@pytest.mark.parametrize("spoil", ["missing", "changed", "sealed for another row"])
def test_what_was_read_is_not_taken_on_trust(lesson: Lesson, helen: Client, sofia: Client, spoil: str) -> None:
    sent = typed(sofia, page_of(lesson))
    if spoil == "missing":
        sent = {name: value for name, value in sent.items() if not name.startswith("initial-")}
    elif spoil == "changed":
        sent["initial-title"] = "Mine"
    else:
        other = typed(sofia, page_of(Lesson.objects.get(key="lesson-2")))
        sent |= {name: value for name, value in other.items() if name.startswith("initial-title")}

    answer = sofia.post(page_of(lesson), sent | {"title": "Mine"})

    assert answer.status_code == 409
    assert [asked.bound.name for asked in answer.context["asked"]] == ["title"]
    assert "It is not known what your form was opened with" in answer.content.decode()
    lesson.refresh_from_db()
    assert lesson.title == "Title of lesson-1"


def test_choices_of_several_are_united(lesson: Lesson, helen: Client, sofia: Client, folder: Path) -> None:
    course, first = lesson.course, lesson.statements.get()
    second, third = (
        StudyStatement.objects.create(course=course, key=key, text="T", verdict="confirmed", record="R")
        for key in ("S02", "S03")
    )

    answer, _sent = both(helen, sofia, lesson, {"statements": [first.pk, second.pk]}, {"statements": [third.pk]})

    assert answer.status_code == 302
    assert set(lesson.statements.all()) == {second, third}


@pytest.mark.parametrize("turned", [False, True])
def test_lines_of_a_source_are_merged(folder: Path, helen: Client, sofia: Client, turned: bool) -> None:
    source = Source.objects.get()
    text = "id: treaty-1961\ntype: treaty\ntitle: Treaty of Friendship\nlanguage: en\nissued: 1961-07-06\n"
    assert told(save(helen, page_of(source), csl=text)) == ""
    shown = typed(helen, page_of(source))["csl"]
    changes = [{"csl": shown.replace("of Friendship", "of Help")}, {"csl": shown.replace("07-06", "07-07")}]

    answer, _sent = both(helen, sofia, source, *(reversed(changes) if turned else changes))

    assert answer.status_code == 302
    source.refresh_from_db()
    assert (source.csl["title"], source.csl["issued"]) == ("Treaty of Help", "1961-07-07")


def test_a_quiz_keeps_both_edits(folder: Path, helen: Client, sofia: Client) -> None:
    quiz = Quiz.objects.get()

    answer, _sent = both(
        helen, sofia, quiz,
        {"opens_at_0": "2030-01-02", "opens_at_1": "08:00:00"}, {"title": "Renamed", "pass_percent": "60"},
    )  # fmt: skip

    assert answer.status_code == 302
    quiz.refresh_from_db()
    assert (quiz.title, quiz.pass_percent) == ("Renamed", 60)
    assert quiz.opens_at is not None
    assert quiz.opens_at.year == 2030


def test_dates_of_a_quiz_collide(folder: Path, helen: Client, sofia: Client) -> None:
    quiz = Quiz.objects.get()
    one, other = ({"due_at_0": f"2030-01-0{day}", "due_at_1": "08:00:00"} for day in (2, 3))
    answer, _sent = both(helen, sofia, quiz, one, other)

    assert answer.status_code == 409
    assert sofia.post(page_of(quiz), posted(answer) | {"due_at-choice": "yours"}).status_code == 302
    quiz.refresh_from_db()
    assert quiz.due_at is not None
    assert quiz.due_at.day == 3


def test_names_in_other_languages_are_merged_by_their_lines(folder: Path, helen: Client, sofia: Client) -> None:
    person = Person.objects.get()
    assert told(save(helen, page_of(person), names="he: קים\nja: 金\nko: 김")) == ""

    answer, _sent = both(
        helen, sofia, person, {"names": "he: קים\nja: 金\nko: 김일성"}, {"names": "he: קים איל-סונג\nja: 金\nko: 김"}
    )

    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.names == {"he": "קים איל-סונג", "ja": "金", "ko": "김일성"}


class TestClass:
    """A class form and the people within it."""

    @pytest.fixture
    def cohort(self, helen: Client) -> Cohort:
        assert helen.session
        return make_cohort(make_course(lessons=1), students=[make_user("sato"), make_user("kwon")])

    def prefix(self, cohort: Cohort, name: str, sent: dict[str, Any]) -> str:
        place = cohort.enrolments.get(user__username=name)
        return next(
            key.removesuffix("-id") for key, value in sent.items() if key.endswith("-id") and value == str(place.pk)
        )

    def test_who_was_taken_out_stays_out_when_an_older_form_renames_the_class(
        self, cohort: Cohort, helen: Client, sofia: Client
    ) -> None:
        early = typed(helen, page_of(cohort))
        late = typed(sofia, page_of(cohort)) | {"name": "Renamed"}
        early.pop(f"{self.prefix(cohort, 'sato', early)}-is_active")

        assert helen.post(page_of(cohort), early).status_code == 302
        assert sofia.post(page_of(cohort), late).status_code == 302

        cohort.refresh_from_db()
        assert cohort.name == "Renamed"
        assert not cohort.enrolments.get(user__username="sato").is_active
        assert cohort.enrolments.get(user__username="kwon").is_active

    def test_two_people_take_out_two_students(self, cohort: Cohort, helen: Client, sofia: Client) -> None:
        early, late = typed(helen, page_of(cohort)), typed(sofia, page_of(cohort))
        early.pop(f"{self.prefix(cohort, 'sato', early)}-is_active")
        late.pop(f"{self.prefix(cohort, 'kwon', late)}-is_active")

        assert helen.post(page_of(cohort), early).status_code == 302
        assert sofia.post(page_of(cohort), late).status_code == 302

        assert not cohort.enrolments.active().exists()

    def test_who_joins_meanwhile_is_in(self, cohort: Cohort, helen: Client) -> None:
        sent = typed(helen, page_of(cohort)) | {"name": "Renamed"}
        join_class(code=cohort.join_code, user=make_user("new"), now=NOW, shares_earlier=False)

        assert helen.post(page_of(cohort), sent).status_code == 302

        assert cohort.enrolments.active().count() == 3

    def test_roles_of_one_person_collide(self, cohort: Cohort, helen: Client, sofia: Client) -> None:
        early, late = typed(helen, page_of(cohort)), typed(sofia, page_of(cohort))
        role = f"{self.prefix(cohort, 'sato', early)}-role"

        assert helen.post(page_of(cohort), early | {role: "assistant"}).status_code == 302
        answer = sofia.post(page_of(cohort), late | {role: "instructor", "name": "Renamed"})

        assert answer.status_code == 409
        assert sofia.post(page_of(cohort), posted(answer) | {f"{role}-choice": "theirs"}).status_code == 302
        cohort.refresh_from_db()
        assert cohort.name == "Renamed"
        assert cohort.enrolments.get(user__username="sato").role == Enrolment.Role.ASSISTANT


class TestQuestion:
    """The words of a question, on a paper and on none."""

    @pytest.fixture
    def revision(self, folder: Path) -> ItemRevision:
        assert folder.exists()
        return ItemRevision.objects.get(item__key="quiz-1")

    def words(self, revision: ItemRevision) -> str:
        return str(revision.item.revisions.current().get().body)

    @pytest.mark.parametrize("turned", [False, True])
    def test_lines_apart_are_merged(self, revision: ItemRevision, helen: Client, sofia: Client, turned: bool) -> None:
        text = typed(helen, page_of(revision))["body"]
        changes = [
            {"body": text.replace("What happened?", "What came?")},
            {"body": text.replace("difficulty: 1", "difficulty: 2")},
        ]

        answer, _sent = both(helen, sofia, revision, *(reversed(changes) if turned else changes))

        assert answer.status_code == 302
        spec = revision.item.revisions.get().spec
        assert (spec.stem, spec.difficulty) == ("What came?", 2)

    @pytest.mark.parametrize("issued_again", [False, True])
    def test_two_new_revisions_of_an_issued_question(
        self, revision: ItemRevision, helen: Client, sofia: Client, issued_again: bool
    ) -> None:
        make_attempt(Quiz.objects.get(), make_user("student"))
        address = f"/admin/quizzes/itemrevision/add/?item={revision.item_id}"
        early, late = typed(helen, address), typed(sofia, address)
        early["body"] = early["body"].replace("What happened?", "What did Helen see?")
        late["body"] = late["body"].replace("What happened?", "What did Sofia see?")
        assert helen.post(address, early).status_code == 302
        if issued_again:
            make_attempt(Quiz.objects.get(), make_user("other"))

        answer = sofia.post(address, late)

        assert answer.status_code == 409
        assert "What did Helen see?" in self.words(revision)
        assert "Helen Park saved this on" in answer.content.decode()
        [passage] = answer.context["asked"][0].passages
        stem = "stem: What did both see?\n"
        chosen = posted(answer) | {f"{passage.name}-choice": "both", f"{passage.name}-both": stem}
        assert sofia.post(address, chosen).status_code == 302
        assert "What did both see?" in self.words(revision)

    def test_an_edit_that_got_onto_a_paper_is_compared_with_the_revision_made_meanwhile(
        self, revision: ItemRevision, helen: Client, sofia: Client
    ) -> None:
        late = typed(sofia, page_of(revision))
        make_attempt(Quiz.objects.get(), make_user("student"))
        address = f"/admin/quizzes/itemrevision/add/?item={revision.item_id}"
        early = typed(helen, address)
        assert (
            helen.post(address, early | {"body": early["body"].replace("difficulty: 1", "difficulty: 2")}).status_code
            == 302
        )

        answer = sofia.post(page_of(revision), late | {"body": late["body"].replace("What happened?", "What came?")})

        assert answer.status_code == 302
        spec = revision.item.revisions.current().get().spec
        assert (spec.stem, spec.difficulty) == ("What came?", 2)


def _changeable() -> list[Any]:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    ours = [
        each for each in admin.site._registry.values() if each.model.__module__.split(".")[0] in ("courses", "quizzes")
    ]
    return [each for each in ours if each.has_change_permission(request)]


@pytest.mark.parametrize("page", _changeable(), ids=lambda page: type(page).__name__)
def test_every_page_that_changes_something_compares_what_it_read(page: Any, db: None) -> None:
    """Accounts, groups, mail addresses and second factors are edited by Django's and allauth's own pages."""
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)

    assert isinstance(page, KeepsEdits)
    assert issubclass(page.get_form(request), KeptForm)
    for inline in page.get_inline_instances(request):
        if inline.has_change_permission(request) or inline.has_add_permission(request, None):
            assert issubclass(inline.get_formset(request).form, KeptForm), type(inline).__name__
    assert page.list_editable == ()


def test_the_pages_that_change_something_are_found() -> None:
    assert len(_changeable()) >= 16
