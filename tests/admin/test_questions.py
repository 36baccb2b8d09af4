"""Quizzes, items and their revisions in the admin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.admin.fields import YamlField
from courses.content.documents import parse_yaml
from courses.content.dump import dump_yaml
from courses.content.problems import Problems
from courses.models import Course
from quizzes.domain.kinds import KINDS, SPECS, read_spec
from quizzes.models import Attempt, Item, ItemRevision, Quiz
from quizzes.reports.words import spec_text
from tests.admin.work import page_of, publish, root, save, saved, told, typed
from tests.make import body, give, load, make_attempt, make_quiz, make_user, quiz_file, spec, submit, write_course

ADD = "admin:quizzes_itemrevision_add"


@pytest.fixture
def workshop(db: None) -> Client:
    return root()


@pytest.fixture
def folder(tmp_path: Path, db: None) -> Path:
    load(write_course(tmp_path, quizzes=[quiz_file(items=7)]))
    return tmp_path


@pytest.fixture
def revision(folder: Path) -> ItemRevision:
    """The single choice of the quiz, not issued yet."""
    return ItemRevision.objects.get(item__key="quiz-1")


@pytest.fixture
def attempt(revision: ItemRevision) -> Attempt:
    """Somebody's attempt, with every revision of the quiz on its paper."""
    return make_attempt(Quiz.objects.get(), make_user("student"))


def text_of(workshop: Client, revision: ItemRevision) -> str:
    return str(typed(workshop, page_of(revision))["body"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_out_as_it_is_read(kind: str) -> None:
    worth = {"points": "2.5"} if SPECS[kind].is_scored else {}
    written = spec(kind, stem="Lines\n\n- one: two\n- #three\n", statements=["S01"], **worth)
    problems = Problems()

    document = parse_yaml(spec_text(written), file="", problems=problems)

    assert document is not None
    assert problems.found == []
    assert read_spec(document.data) == written
    assert list(document.data) == list(dict.fromkeys(["key", "kind", *document.data]))


@pytest.mark.parametrize(
    "text", ["1.0e5", "yes", "no", "~", "", "null", "1:30", "- a", "a: b", "#x", " a ", "1961-07-06", "+5", '"', "0.10"]
)
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    document = parse_yaml(dump_yaml({"value": text, "list": [text]}), file="", problems=Problems())

    assert document is not None
    assert document.data == {"value": text, "list": [text]}


def test_before_its_course_is_published_a_revision_on_no_paper_is_rewritten(
    workshop: Client, revision: ItemRevision
) -> None:
    Course.objects.update(is_published=False)
    body = text_of(workshop, revision).replace("What happened?", "What came of it?")

    assert told(save(workshop, page_of(revision), body=body)) == ""

    changed = ItemRevision.objects.get(item=revision.item)
    assert (changed.pk, changed.number, changed.spec.stem) == (revision.pk, 1, "What came of it?")
    assert changed.editor is not None
    assert changed.editor.username == "root"
    assert changed.item.edited_at is not None


def test_the_next_load_keeps_the_words_written_here(folder: Path, workshop: Client, revision: ItemRevision) -> None:
    body = text_of(workshop, revision).replace("What happened?", "What came of it?")
    assert saved(workshop, revision, body=body) == ""

    report = load(folder)

    assert report.is_empty
    assert report.kept == ["question quiz-1"]
    assert revision.item.revisions.get(is_current=True).spec.stem == "What came of it?"


def test_saving_the_same_words_changes_nothing(workshop: Client, revision: ItemRevision) -> None:
    assert told(save(workshop, page_of(revision))) == ""

    revision.refresh_from_db()
    assert (revision.editor, revision.item.edited_at) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("correct: true", "correct: false", "options: 0 options are marked `correct: true`"),
        ("kind: single", "kind: singel", "This value is not one of those possible."),
        ("stem:", "question:", "“question” is not known here."),
        ("key: quiz-1", "key: quiz-2", "the item's key is “quiz-1”"),
        ("objective: objective-1", "objective: gone", "There is no objective “gone”."),
        ("section: section-1", "section: gone", "There is no section “gone”."),
        ("[treaty-1961]", "[gone]", "There is no source “gone”."),
        ("difficulty: 1", "difficulty: 1\nfigure: gone", "There is no figure “gone”."),
        ("difficulty: 1", "difficulty: 1\nenemies: [gone]", "There is no question “gone”."),
        ("difficulty: 1", "difficulty: 1\nstatements: [S99]", "There is no statement “S99”."),
        ("difficulty: 1", "difficulty: 1\ndifficulty: 2", "The key “difficulty” is written twice."),
        ("stem: What", "stem: [What", "This is not YAML"),
    ],
)
def test_mistakes_in_a_question_are_told_in_words_beside_the_field(
    workshop: Client, revision: ItemRevision, before: str, after: str, words: str
) -> None:
    body = text_of(workshop, revision)
    assert before in body

    refused = save(workshop, page_of(revision), body=body.replace(before, after))

    assert refused.status_code == 200
    assert words in " ".join(refused.context["adminform"].form.errors["body"])
    revision.refresh_from_db()
    assert revision.spec.stem == "What happened?"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("map: korea", "map: japan", "There is no map “japan”."),
        ("129.05", "29.05", "The place “strait” is not on the map: write [degrees east, degrees north]."),
    ],
)
def test_a_question_asks_for_places_on_a_map_of_its_course(
    workshop: Client, before: str, after: str, words: str
) -> None:
    asked = make_quiz(course="atlas", items=[body("map", key="where")]).items.get().revisions.get()
    text = text_of(workshop, asked)
    assert before in text

    refused = save(workshop, page_of(asked), body=text.replace(before, after))

    assert words in " ".join(refused.context["adminform"].form.errors["body"])


def test_an_issued_revision_stays_as_it_is_and_leads_to_a_new_one(
    workshop: Client, revision: ItemRevision, attempt: Attempt
) -> None:
    page = workshop.get(page_of(revision))
    text = page.content.decode()

    assert page.context["has_change_permission"] is False
    assert 'name="body"' not in text
    assert f"{reverse(ADD)}?item={revision.item_id}" in text
    assert "Make a new revision" in text
    assert "on a student&#x27;s paper" in text


def test_a_new_revision_begins_from_the_current_words(
    workshop: Client, revision: ItemRevision, attempt: Attempt
) -> None:
    address = f"{reverse(ADD)}?item={revision.item_id}"
    given = typed(workshop, address)
    assert (given["item"], "What happened?" in given["body"]) == (str(revision.item_id), True)

    sent = workshop.post(address, given | {"body": given["body"].replace("What happened?", "What came of it?")})

    assert sent.status_code == 302
    assert [each.is_current for each in revision.item.revisions.order_by("number")] == [True, False]
    publish(revision.item.course)
    first, second = revision.item.revisions.order_by("number")
    assert (first.spec.stem, first.is_current) == ("What happened?", False)
    assert (second.spec.stem, second.is_current, second.number) == ("What came of it?", True, 2)
    assert attempt.responses.get(position=1).revision == first
    assert workshop.get(page_of(first)).context["has_change_permission"] is False
    assert workshop.get(page_of(second)).context["has_change_permission"] is True


def test_what_was_typed_while_the_wording_was_issued_becomes_the_next_revision(
    workshop: Client, revision: ItemRevision
) -> None:
    open_form = typed(workshop, page_of(revision))
    make_attempt(Quiz.objects.get(), make_user("student"))

    sent = workshop.post(page_of(revision), open_form | {"body": open_form["body"].replace("What", "Then what")})

    assert sent.status_code == 302
    first, second = revision.item.revisions.order_by("number")
    assert (first.spec.stem, second.spec.stem) == ("What happened?", "Then what happened?")


def test_what_the_words_name_comes_along(workshop: Client, revision: ItemRevision) -> None:
    course = revision.item.course
    course.statements.create(key="S01", text="It was so.", verdict="confirmed", record="So.")
    course.lessons.get().sections.create(key="section-2", title="Two", position=2)
    body = text_of(workshop, revision).replace("section: section-1", "section: section-2\nstatements: [S01]")

    assert saved(workshop, revision, body=body) == ""

    item = Item.objects.get(pk=revision.item_id)
    assert item.section.key == "section-2"
    assert [statement.key for statement in item.statements.all()] == ["S01"]


@pytest.mark.parametrize("at", range(1, 8))
def test_the_preview_is_the_students_own_view_with_the_key_apart(workshop: Client, folder: Path, at: int) -> None:
    revision = ItemRevision.objects.get(item__key=f"quiz-{at}")

    page = workshop.get(page_of(revision))

    names = [template.name for template in page.templates]
    assert "quizzes/_item.html" in names
    assert f"quizzes/kinds/{revision.spec.kind}.html" in names
    assert names.index("quizzes/_item.html") < names.index("quizzes/_review.html")


def test_words_are_previewed_before_they_are_saved(workshop: Client, revision: ItemRevision) -> None:
    body = text_of(workshop, revision)
    address = reverse("admin:quizzes_itemrevision_preview", args=[revision.pk])
    new = reverse("admin:quizzes_itemrevision_preview_new")

    shown = workshop.post(address, {"body": body.replace("What happened?", "Typed question?")})
    shown_new = workshop.post(new, {"item": revision.item_id, "body": body})
    refused = workshop.post(address, {"body": "key: quiz-1"})

    assert "Typed question?" in shown.content.decode()
    assert shown_new.status_code == 200
    assert refused.status_code == 422
    assert "“kind” is missing" in refused.content.decode()
    revision.refresh_from_db()
    assert revision.spec.stem == "What happened?"
    assert workshop.get(address).status_code == 404


def test_a_new_question_is_made_in_two_steps_and_is_asked(folder: Path, workshop: Client) -> None:
    quiz = Quiz.objects.get()
    item = quiz.items.first()
    assert item is not None
    fields = {"course": quiz.course_id, "quiz": quiz.pk, "key": "made-here", "purpose": "question", "position": 8}
    fields |= {"objective": item.objective_id, "section": item.section_id}
    empty = {"revisions-TOTAL_FORMS": 0, "revisions-INITIAL_FORMS": 0}

    assert workshop.post(reverse("admin:quizzes_item_add"), fields | empty).status_code == 302
    made = Item.objects.get(key="made-here")
    address = f"{reverse(ADD)}?item={made.pk}"
    begun = typed(workshop, address)
    assert "key: made-here" in begun["body"]
    body = spec_text(spec("true_false", key="made-here", stem="Made here."))
    assert workshop.post(address, begun | {"body": body}).status_code == 302

    load(folder)
    assert make_attempt(quiz, make_user("early")).responses.count() == 7
    publish(quiz.course)
    attempt = make_attempt(quiz, make_user("student"))
    assert attempt.responses.get(position=8).revision.spec.stem == "Made here."


def test_a_quizzes_settings_are_edited_and_its_lesson_must_fit_its_unit(folder: Path, workshop: Client) -> None:
    quiz = Quiz.objects.get()
    other = quiz.course.units.create(key="unit-2", title="Other", position=2)

    assert saved(workshop, quiz, pass_percent=80) == ""
    quiz.refresh_from_db()
    assert (quiz.pass_percent, quiz.edited_at is not None) == (80, True)
    assert "This lesson is in another unit." in told(save(workshop, page_of(quiz), unit=other.pk))


def test_work_is_shown_in_words(workshop: Client, attempt: Attempt) -> None:
    give(attempt, "dollars")
    submit(attempt)
    response = attempt.responses.get(position=1)

    for row in (attempt, response, response.saved_answers.get()):
        page = workshop.get(page_of(row))
        assert page.status_code == 200
    assert "Paid in dollars" in workshop.get(page_of(attempt)).content.decode()
    assert "Paid in dollars" in workshop.get(reverse("admin:quizzes_itemresponse_changelist")).content.decode()


def test_an_attempt_costs_the_same_at_any_length(workshop: Client, django_assert_max_num_queries: Any) -> None:
    for size in (1, 30):
        attempt = make_attempt(make_quiz(course=f"course-{size}", items=size), make_user(f"student-{size}"))
        workshop.get(page_of(attempt))
        with django_assert_max_num_queries(12):
            workshop.get(page_of(attempt))


def test_an_empty_field_is_refused() -> None:
    field = YamlField(read=read_spec, names=[])

    with pytest.raises(Exception, match="required"):
        field.clean("")
