"""Drafts are published together, now or at a set time, whole or not at all, and taken back in one step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from courses.models import Course, CourseRole, GlossaryTerm, Lesson, Publication, Source
from courses.services import drafts
from courses.services.drafts import changes_of as rows_changed
from courses.services.drafts import keep, keep_new, standing
from quizzes.domain.change_classes import ChangeClass, class_of_words, differences
from quizzes.errors import DraftsMoved, MarksMoved, NothingToPublish
from quizzes.models import Attempt, Item, ItemRevision, Regrade
from quizzes.reports.publishing import class_of, publish_page
from quizzes.services import publishing
from quizzes.services.authoring import draft_item, missing_from, revise_item
from quizzes.services.clock import Shorter, WouldShorten
from quizzes.services.publishing import Order, WantedRegrade, changes_of, discard, publish, publish_due, schedule
from quizzes.services.regrading import preview_regrade, undo_regrade
from quizzes.services.unpublishing import undo
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    give,
    load,
    make_attempt,
    make_cohort,
    make_course,
    make_quiz,
    make_user,
    quiz_file,
    spec,
    submit,
    write_course,
)
from tests.racing import race

SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def course(owner: User) -> Course:
    """A published course of two lessons and a quiz of two questions, with an owner."""
    made = make_course(lessons=2, sections=2, quizzes=[quiz_file(items=2, kinds=["single", "single"])])
    CourseRole.objects.create(course=made, user=owner, role=CourseRole.Role.OWNER)
    return made


def draft(row: Any, by: User, **values: Any) -> Any:
    """Keep values as a row's draft, as the admin does."""
    fresh = standing(type(row).objects.get(pk=row.pk))
    for name, value in values.items():
        setattr(fresh, name, value)
    keep(fresh, by=by, now=NOW)
    return fresh


def order_of(course: Course, by: User, *keys: str, note: str = "") -> Order:
    """Order what waits, or the changes named, as they are now."""
    return Order(course, by, {each.key: each.seen for each in changes_of(course) if not keys or each.key in keys}, note)


def publish_all(course: Course, by: User, **options: Any) -> Publication:
    return publish(order_of(course, by), now=SOON, **options).publication


def lesson_of(course: Course, key: str = "lesson-1") -> Lesson:
    return course.lessons.get(key=key)


def new_words(item: Item, by: User, **changes: Any) -> ItemRevision:
    """Draft other words for a question."""
    return draft_item(
        item=item, spec=item.revisions.get(is_current=True).spec.model_copy(update=changes), editor=by, now=NOW
    )


def other_key(item: Item, by: User, right: str) -> ItemRevision:
    """Draft another key for a single choice."""
    options = item.revisions.get(is_current=True).spec.options
    return new_words(
        item, by, options={key: each.model_copy(update={"correct": key == right}) for key, each in options.items()}
    )


# Drafts.


def test_a_draft_is_seen_by_nobody_who_reads_and_holds_what_it_was_based_on(course: Course, owner: User) -> None:
    lesson = lesson_of(course)

    draft(lesson, owner, title="Another")

    lesson.refresh_from_db()
    assert (lesson.title, standing(lesson).title) == ("Title of lesson-1", "Another")
    assert lesson.draft == {"title": {"base": "Title of lesson-1", "value": "Another"}}
    assert (lesson.drafted_by, lesson.drafted_at, lesson.edited_at) == (owner, NOW, None)


def test_a_value_that_is_the_published_one_again_is_no_change(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="Another")

    draft(lesson, owner, title="Title of lesson-1")

    assert rows_changed(course) == []


def test_a_second_edit_keeps_the_base_of_the_first(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="Another")
    Lesson.objects.filter(pk=lesson.pk).update(title="Loaded meanwhile")

    draft(lesson, owner, title="A third")

    [change] = rows_changed(course)
    assert change.fields["title"] == ("Loaded meanwhile", "A third")
    assert change.moved == {"title"}


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("quiz", {"opens_at": SOON, "penalty": "0.500", "credits": [], "minutes": 30, "is_practice": False}),
        ("lesson", {"minutes": 50, "summary": "Ein Bär — «да»"}),
        ("item", {"position": 9}),
    ],
)
def test_every_type_of_value_comes_out_of_a_draft_as_it_went_in(
    course: Course, owner: User, model: str, values: dict[str, Any]
) -> None:
    row = {"quiz": course.quizzes, "lesson": course.lessons, "item": course.items}[model].first()

    draft(row, owner, **values)
    publish_all(course, owner)

    row.refresh_from_db()
    assert {name: str(getattr(row, name)) for name in values} == {name: str(value) for name, value in values.items()}


def test_related_rows_are_drafted_by_their_ids(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    one = course.statements.create(key="S01", text="It was so.", verdict="confirmed", record="So.")

    keep(lesson, by=owner, now=NOW, links={"statements": [one.pk]})

    assert not lesson.statements.exists()
    assert list(standing(Lesson.objects.get(pk=lesson.pk)).statements.all()) == [one]
    publication = publish_all(course, owner)
    assert list(Lesson.objects.get(pk=lesson.pk).statements.all()) == [one]
    undo(publication, by=owner, now=LATER)
    assert not lesson.statements.exists()


def test_a_new_row_is_seen_once_it_is_published(course: Course, owner: User) -> None:
    term = GlossaryTerm(course=course, key="loan", term="Loan", definition="Money lent.")
    keep_new(term, by=owner, now=NOW)
    term.save()
    assert (term.is_retired, term.is_new) == (True, True)

    draft(term, owner, definition="Money that is lent.")

    term.refresh_from_db()
    assert term.definition == "Money that is lent.", "nobody sees it, so it is written at once"
    publish_all(course, owner)
    term.refresh_from_db()
    assert (term.is_retired, term.is_new, term.html) == (False, False, "Money that is lent.")


def test_a_new_person_is_found_in_no_lesson_before_being_published(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, body="## Section 1 {#section-1}\n\nAnna Petrova came.\n\n## Section 2 {#section-2}\n\nWent.\n")
    publish_all(course, owner)
    person = course.people.model(course=course, key="anna", name="Anna Petrova", side="Envoys", role="Envoy", text="-")
    keep_new(person, by=owner, now=NOW)
    person.save()

    draft(lesson, owner, title="Typed")
    publish(order_of(course, owner, f"courses.lesson:{lesson.pk}"), now=SOON)
    assert not person.lessons.exists()
    publish_all(course, owner)

    assert list(person.lessons.all()) == [lesson]


def test_a_new_row_that_a_file_brings_as_well_is_published_and_new_no_more(course: Course, owner: User) -> None:
    term = GlossaryTerm(course=course, key="loan", term="Loan", definition="Money lent.")
    keep_new(term, by=owner, now=NOW)
    term.save()
    GlossaryTerm.objects.update(is_retired=False, definition="From the file.")

    draft(GlossaryTerm.objects.get(), owner, definition="Typed.")

    assert GlossaryTerm.objects.get().definition == "From the file."
    [change] = changes_of(course)
    assert (change.is_new, change.fields) == (False, {"definition": ("From the file.", "Typed.")})


@pytest.mark.parametrize("is_new", [True, False])
def test_a_discarded_change_is_gone_and_a_new_row_with_it(course: Course, owner: User, is_new: bool) -> None:
    if is_new:
        lesson = Lesson(course=course, unit=course.units.get(), key="new", title="New", position=9)
        keep_new(lesson, by=owner, now=NOW)
        lesson.save()
    else:
        lesson = lesson_of(course)
        draft(lesson, owner, title="Another")

    discard(changes_of(course)[0])

    assert changes_of(course) == []
    assert Lesson.objects.filter(pk=lesson.pk).exists() is not is_new
    assert not Lesson.objects.filter(title="Another").exists()


# Words of questions.


def test_no_paper_gets_new_words_before_they_are_published(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    drafted = new_words(item, owner, stem="What came of it?")
    quiz = course.quizzes.get()

    before = make_attempt(quiz, make_user("early"))
    publish_all(course, owner)
    after = make_attempt(quiz, make_user("late"))

    stems = [attempt.responses.get(position=1).revision.spec.stem for attempt in (before, after)]
    assert stems == ["What happened?", "What came of it?"]
    drafted.refresh_from_db()
    assert (drafted.is_draft, drafted.is_current) == (False, True)


def test_drafting_again_rewrites_the_draft_and_going_back_ends_it(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    first = new_words(item, owner, stem="One?")
    second = new_words(item, owner, stem="Two?")
    assert (first.pk, second.spec.stem, item.revisions.count()) == (second.pk, "Two?", 2)

    kept = new_words(item, owner)

    assert (kept.is_current, item.revisions.count()) == (True, 1)


def test_a_load_that_brings_new_words_leaves_the_draft_a_draft(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    drafted = new_words(item, owner, stem="Drafted?")
    make_attempt(course.quizzes.get(), make_user("student"))

    loaded = revise_item(item=item, spec=spec("single", key="quiz-1", stem="Loaded?"), editor=None, now=SOON)

    drafted.refresh_from_db()
    assert (loaded.is_current, loaded.number, drafted.is_draft) == (True, 3, True)
    [change] = changes_of(course)
    assert change.moved == {"body"}
    publish_all(course, owner)
    drafted.refresh_from_db()
    assert (drafted.is_current, drafted.number) == (True, 4), "the newest words have the highest number"


def test_words_may_name_what_a_draft_brings(course: Course, owner: User) -> None:
    item, lesson = course.items.get(key="quiz-1"), lesson_of(course)
    source = Source(course=course, key="new", csl={"id": "new", "type": "book", "title": "New"})
    keep_new(source, by=owner, now=NOW)
    source.save()
    draft(lesson, owner, body=f"{lesson.body}\n\n## Three {{#three}}\n\nMore.\n")
    named = item.revisions.get().spec.model_copy(update={"section": "lesson-1#three", "sources": ("new",)})

    assert missing_from(item, named) == []
    draft_item(item=item, spec=named, editor=owner, now=NOW)
    words = f"quizzes.itemrevision:{item.revisions.get(is_draft=True).pk}"
    page = publish_page(course, owner)
    assert set(page.needs[words]) == {f"courses.lesson:{lesson.pk}", f"courses.source:{source.pk}"}
    publish_all(course, owner)

    item.refresh_from_db()
    assert item.section.key == "three"


# Publishing.


def test_only_what_was_chosen_is_published(course: Course, owner: User) -> None:
    one, two = lesson_of(course, "lesson-1"), lesson_of(course, "lesson-2")
    draft(one, owner, title="One")
    draft(two, owner, title="Two")

    publish(order_of(course, owner, f"courses.lesson:{one.pk}", note="Why."), now=SOON)

    titles = dict(course.lessons.values_list("key", "title"))
    assert titles == {"lesson-1": "One", "lesson-2": "Title of lesson-2"}
    publication = Publication.objects.get()
    assert (publication.state, publication.by, publication.published_at, publication.note) == (
        "done",
        owner,
        SOON,
        "Why.",
    )
    assert publication.changes == [
        {
            "row": f"courses.lesson:{one.pk}",
            "name": "1.1 Title of lesson-1",
            "is_new": False,
            "by": owner.pk,
            "fields": {"title": {"before": "Title of lesson-1", "after": "One"}},
        }
    ]
    assert [change.row.key for change in changes_of(course)] == ["lesson-2"]


def test_publishing_renders_the_text_and_marks_it_as_edited_here(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, body="## Fresh {#fresh}\n\nNew *words*.\n")
    assert not lesson.sections.filter(key="fresh").exists()

    publish_all(course, owner)

    lesson.refresh_from_db()
    assert "<em>words</em>" in lesson.sections.get(key="fresh").parts[0]["html"]
    assert lesson.edited_at == SOON
    assert lesson.sections.get(key="section-1").is_retired


def test_an_objective_is_published_as_an_edit_of_its_lesson(course: Course, owner: User) -> None:
    objective = course.objectives.get(key="objective-1")
    draft(objective, owner, text="Say why.")

    publish_all(course, owner)

    objective.refresh_from_db()
    assert (objective.text, objective.lesson.edited_at) == ("Say why.", SOON)


@pytest.mark.parametrize("how", ["edited", "published", "discarded"])
def test_what_is_not_as_it_was_read_is_not_published(course: Course, owner: User, how: str) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="Read")
    draft(course.quizzes.get(), owner, title="Read too")
    order = order_of(course, owner)
    if how == "edited":
        draft(lesson, owner, title="Written since")
    elif how == "published":
        publish(order_of(course, owner, f"courses.lesson:{lesson.pk}"), now=SOON)
    else:
        discard(rows_changed(course)[0])

    with pytest.raises(DraftsMoved):
        publish(order, now=SOON)

    assert course.quizzes.get().title == "Quiz quiz"


def test_nothing_chosen_is_nothing_published(course: Course, owner: User) -> None:
    with pytest.raises(NothingToPublish):
        publish(Order(course, owner, {}), now=SOON)


@pytest.mark.parametrize("at", ["drafts.apply", "rerender", "_publish_words", "refresh_moved"])
def test_a_failure_half_way_leaves_everything_as_it_was(
    course: Course, owner: User, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    draft(lesson_of(course), owner, title="Typed")
    draft(course.quizzes.get(), owner, minutes=30)
    new_words(course.items.get(key="quiz-1"), owner, stem="Typed?")
    order, before = order_of(course, owner), everything(course)
    target, name = (drafts, "apply") if at == "drafts.apply" else (publishing, at)
    real = getattr(target, name)

    def killed(*args: Any, **options: Any) -> Any:
        real(*args, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(target, name, killed)
    with pytest.raises(KeyboardInterrupt):
        publish(order, now=SOON)

    monkeypatch.undo()
    assert everything(course) == before
    publish(order, now=SOON)
    assert changes_of(course) == []


def everything(course: Course) -> list[Any]:
    """Return every row that publishing may touch."""
    rows = [course.lessons, course.quizzes, course.items, ItemRevision.objects, Publication.objects, Attempt.objects]
    return [list(each.order_by("pk").values()) for each in rows]


def test_a_shorter_limit_is_asked_about_when_it_is_published_not_when_it_is_drafted(
    course: Course, owner: User
) -> None:
    quiz = course.quizzes.get()
    attempt = make_attempt(quiz, make_user("student"))
    draft(quiz, owner, minutes=10)
    order = order_of(course, owner)

    with pytest.raises(WouldShorten):
        publish(order, now=NOW)
    attempt.refresh_from_db()
    assert (attempt.deadline, course.quizzes.get().minutes) == (None, None)
    done = publish(order, now=NOW, shorter=Shorter.SHORTEN)

    attempt.refresh_from_db()
    assert (done.refreshed.shortened, attempt.deadline) == (1, NOW + timedelta(minutes=10))


# Later.


def test_a_scheduled_publication_is_done_once_when_its_moment_has_come(course: Course, owner: User) -> None:
    draft(lesson_of(course), owner, title="Typed")
    waiting = schedule(order_of(course, owner, note="For week two."), at=SOON, now=NOW)

    assert publish_due(now=SOON - timedelta(seconds=1)) == 0
    assert lesson_of(course).title == "Title of lesson-1"
    assert publish_due(now=SOON) == 1
    assert publish_due(now=SOON) == 0

    waiting.refresh_from_db()
    assert (waiting.state, waiting.published_at, waiting.note) == ("done", SOON, "For week two.")
    assert lesson_of(course).title == "Typed"
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(
    ("obstacle", "act"),
    [
        ("edited", lambda owner: draft(Lesson.objects.get(key="lesson-1"), owner, title="Edited since")),
        ("role", lambda _owner: CourseRole.objects.update(role="editor")),
        ("role", lambda _owner: User.objects.update(is_active=False)),
    ],
)
def test_a_scheduled_publication_is_held_back_where_something_changed(
    course: Course, owner: User, obstacle: str, act: Any
) -> None:
    draft(lesson_of(course), owner, title="Typed")
    waiting = schedule(order_of(course, owner), at=SOON, now=NOW)
    act(owner)

    assert publish_due(now=LATER) == 0

    waiting.refresh_from_db()
    assert (waiting.state, waiting.obstacle) == ("held", obstacle)
    assert lesson_of(course).title == "Title of lesson-1"
    assert publishing.cancel(waiting)


def test_one_that_fails_holds_up_no_other(course: Course, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("lesson-1", "lesson-2"):
        draft(lesson_of(course, key), owner, title=f"Typed {key}")
        only = order_of(course, owner, f"courses.lesson:{lesson_of(course, key).pk}")
        schedule(only, at=SOON, now=NOW)
    real = publishing.rerender

    def fails_for_one(course: Course, rows: Any) -> None:
        if any(row.key == "lesson-1" for row in rows):
            raise ValueError
        real(course, rows)

    monkeypatch.setattr(publishing, "rerender", fails_for_one)

    assert publish_due(now=LATER) == 1

    assert [each.obstacle for each in Publication.objects.order_by("pk")] == ["failed", ""]
    assert [each.title for each in course.lessons.order_by("key")] == ["Title of lesson-1", "Typed lesson-2"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, OperationalError])
def test_a_scheduled_publication_that_is_killed_half_way_is_done_by_the_next_round(
    course: Course, owner: User, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    draft(lesson_of(course), owner, title="Typed")
    schedule(order_of(course, owner), at=SOON, now=NOW)
    before = everything(course)

    def killed(*_args: Any, **_options: Any) -> None:
        raise failure

    monkeypatch.setattr(publishing, "refresh_moved", killed)
    with pytest.raises(failure):
        publish_due(now=LATER)
    monkeypatch.undo()

    assert everything(course) == before
    assert publish_due(now=LATER) == 1
    assert lesson_of(course).title == "Typed"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_once() -> None:
    by = make_user("owner")
    course = make_course(lessons=1)
    CourseRole.objects.create(course=course, user=by, role=CourseRole.Role.OWNER)
    draft(lesson_of(course), by, title="Typed")
    schedule(order_of(course, by), at=SOON, now=NOW)

    done = race(*[lambda: publish_due(now=LATER)] * 2)

    assert sorted(done) == [0, 1]
    assert lesson_of(course).title == "Typed"
    assert [each.state for each in Publication.objects.all()] == ["done"]


def test_at_its_moment_a_shorter_limit_spares_attempts_in_progress(course: Course, owner: User) -> None:
    quiz = course.quizzes.get()
    attempt = make_attempt(quiz, make_user("student"))
    draft(quiz, owner, minutes=10)
    schedule(order_of(course, owner), at=SOON, now=NOW)

    assert publish_due(now=SOON) == 1

    attempt.refresh_from_db()
    assert (attempt.deadline, attempt.is_endless, course.quizzes.get().minutes) == (None, True, 10)


# Undoing.


def test_undo_shows_what_was_shown_before_and_keeps_the_rest_as_a_draft(course: Course, owner: User) -> None:
    lesson, item = lesson_of(course), course.items.get(key="quiz-1")
    draft(lesson, owner, title="Typed", body="## Fresh {#fresh}\n\nNew.\n")
    new_words(item, owner, stem="Typed?")
    shown = [list(lesson.sections.filter(is_retired=False).values("key", "parts"))]
    publication = publish_all(course, owner)

    assert undo(publication, by=owner, now=LATER) == []

    lesson.refresh_from_db()
    publication.refresh_from_db()
    assert lesson.title == "Title of lesson-1"
    assert [list(lesson.sections.filter(is_retired=False).values("key", "parts"))] == shown
    assert item.revisions.get(is_current=True).spec.stem == "What happened?"
    assert item.revisions.get(is_draft=True).spec.stem == "Typed?"
    assert (publication.state, publication.undone_by) == ("undone", owner)
    publish_all(course, owner)
    assert lesson_of(course).title == "Typed"


def test_undo_twice_is_undo_once(course: Course, owner: User) -> None:
    draft(lesson_of(course), owner, title="Typed")
    publication = publish_all(course, owner)
    undo(publication, by=owner, now=LATER)
    before = everything(course)

    assert undo(publication, by=owner, now=LATER + timedelta(hours=1)) == []

    assert everything(course) == before


def test_what_is_newer_stays_field_by_field(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="First", summary="First.")
    first = publish_all(course, owner)
    draft(lesson, owner, title="Second")
    publish_all(course, owner)

    stays = undo(first, by=owner, now=LATER)

    lesson.refresh_from_db()
    assert [(each.name, each.field) for each in stays] == [("1.1 Title of lesson-1", "title")]
    assert (lesson.title, lesson.summary) == ("Second", "What it is about.")


def test_a_draft_begun_since_survives_an_undo(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="Published")
    publication = publish_all(course, owner)
    draft(lesson, owner, title="Begun since")

    undo(publication, by=owner, now=LATER)

    lesson.refresh_from_db()
    assert (lesson.title, lesson.draft["title"]) == (
        "Title of lesson-1",
        {"base": "Title of lesson-1", "value": "Begun since"},
    )


def test_a_new_row_is_new_again_after_an_undo(course: Course, owner: User) -> None:
    term = GlossaryTerm(course=course, key="loan", term="Loan", definition="Money lent.")
    keep_new(term, by=owner, now=NOW)
    term.save()
    publication = publish_all(course, owner)

    undo(publication, by=owner, now=LATER)

    term.refresh_from_db()
    assert (term.is_retired, term.is_new) == (True, True)


@pytest.mark.parametrize("is_issued", [True, False])
def test_undone_words_stay_on_the_papers_that_hold_them(course: Course, owner: User, is_issued: bool) -> None:
    item, quiz = course.items.get(key="quiz-1"), course.quizzes.get()
    new_words(item, owner, stem="Typed?")
    publication = publish_all(course, owner)
    held = make_attempt(quiz, make_user("between")) if is_issued else None

    undo(publication, by=owner, now=LATER)

    later = make_attempt(quiz, make_user("later"))
    assert later.responses.get(position=1).revision.spec.stem == "What happened?"
    if held is not None:
        assert held.responses.get(position=1).revision.spec.stem == "Typed?"
    assert item.revisions.get(is_draft=True).spec.stem == "Typed?"
    assert item.revisions.count() == (3 if is_issued else 2)


def test_words_loaded_since_stand_in_the_way_of_an_undo(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    new_words(item, owner, stem="Typed?")
    publication = publish_all(course, owner)
    revise_item(item=item, spec=spec("single", key="quiz-1", stem="Loaded?"), editor=None, now=LATER)

    [stays] = undo(publication, by=owner, now=LATER)

    assert (stays.name, stays.field) == ("quiz-1 r2", "body")
    assert item.revisions.get(is_current=True).spec.stem == "Loaded?"


# A new key.


def test_a_key_changed_on_a_question_with_forty_answers(owner: User) -> None:
    """The page says so before; the regrade is previewed, made with the publication, and undone."""
    quiz = make_quiz(items=1, kinds=["single"])
    course, item = quiz.course, quiz.items.get()
    CourseRole.objects.create(course=course, user=owner, role=CourseRole.Role.OWNER)
    right = item.revisions.get().spec.right_answer()
    wrong = next(key for key in item.revisions.get().spec.options if key != right)
    cohort = make_cohort(course, students=[make_user(f"s{at}") for at in range(40)])
    for at, place in enumerate(cohort.enrolments.order_by("pk")):
        attempt = make_attempt(quiz, place.user)
        give(attempt, wrong if at < 10 else right)
        submit(attempt)
    drafted = other_key(item, owner, wrong)

    [line] = publish_page(course, owner).lines
    assert (line.change_class, line.affected.finished) == (ChangeClass.SCORING, 40)
    assert line.offer is not None
    both = next(each for each in line.offer.choices if each.fix == "both_keys").everywhere
    assert both is not None
    assert (both.up, both.down, both.same) == (10, 0, 30)
    wanted = WantedRegrade(
        line.offer.regrade(Regrade.Fix.BOTH_KEYS, actor=owner, reason="Key."), None, both.fingerprint
    )
    done = publish(order_of(course, owner, note="Key."), now=SOON, regrades=[wanted])

    assert [len(each.changed) for each in done.regrades] == [10]
    assert set(Attempt.objects.values_list("score", flat=True)) == {1}
    regrade = Regrade.objects.get()
    assert (regrade.new_revision, done.publication.changes[0]["regrade"]) == (drafted, regrade.pk)
    undo(done.publication, by=owner, now=LATER)
    assert item.revisions.get(is_current=True).spec.right_answer() == right
    assert set(Attempt.objects.values_list("score", flat=True)) == {1}, "marks stay until the regrade is undone"
    undo_regrade(regrade=regrade, actor=owner, reason="Undone.", now=LATER)
    assert sorted(Attempt.objects.values_list("score", flat=True)) == [0] * 10 + [1] * 30


def test_a_regrade_that_would_do_something_else_by_now_stops_the_publication(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    attempt = make_attempt(course.quizzes.get(), make_user("student"))
    answer_rightly(attempt)
    submit(attempt)
    drafted = other_key(
        item,
        owner,
        next(key for key, each in attempt.responses.get(position=1).revision.spec.options.items() if not each.correct),
    )
    regrade = Regrade(
        revision=item.revisions.get(is_current=True), fix="both_keys", new_revision=drafted, reason="Key.", actor=owner
    )
    before = everything(course)

    with pytest.raises(MarksMoved):
        publish(order_of(course, owner), now=SOON, regrades=[WantedRegrade(regrade, None, "another preview")])

    assert everything(course) == before
    assert not Regrade.objects.exists()
    assert preview_regrade(regrade).changed == []


# What kind of change it is.


@pytest.mark.parametrize(
    ("model", "values", "expected"),
    [
        ("lesson", {"title": "T"}, "wording"),
        ("lesson", {"body": "## Section 1 {#section-1}\n\nOther.\n\n## Section 2 {#section-2}\n\nOther.\n"}, "wording"),
        ("lesson", {"body": "## Section 1 {#section-1}\n\nOther.\n"}, "structure"),
        ("lesson", {"position": 7}, "structure"),
        ("lesson", {"is_retired": True}, "structure"),
        ("quiz", {"title": "T"}, "wording"),
        ("quiz", {"minutes": 20}, "structure"),
        ("quiz", {"title": "T", "pass_percent": 80}, "scoring"),
        ("item", {"position": 7}, "structure"),
    ],
)
def test_the_class_of_a_row_that_changed(
    course: Course, owner: User, model: str, values: dict[str, Any], expected: str
) -> None:
    row = {"quiz": course.quizzes, "lesson": course.lessons, "item": course.items}[model].first()
    draft(row, owner, **values)

    [change] = changes_of(course)

    assert class_of(change) == expected


def without(options: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: each for name, each in options.items() if name != key}


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        ("single", {"stem": "Another?"}, "wording"),
        ("single", {"feedback": "Because."}, "wording"),
        ("single", {"points": 2}, "scoring"),
        ("single", {"difficulty": 3}, "structure"),
        ("single", "other key", "scoring"),
        ("single", "option text", "wording"),
        ("single", "option out", "structure"),
        ("true_false", {"answer": "other"}, "scoring"),
        ("text", {"accept": ("other",)}, "scoring"),
        ("numeric", {"feedback_right": "Quite so."}, "wording"),
    ],
)
def test_the_class_of_new_words(kind: str, change: Any, expected: str) -> None:
    before = spec(kind, key="q")
    if change == "other key":
        right = before.right_answer()
        options = {key: each.model_copy(update={"correct": key != right}) for key, each in before.options.items()}
        last = list(options)[-1]
        change = {"options": {k: v.model_copy(update={"correct": k == last}) for k, v in options.items()}}
    elif change == "option text":
        wrong = next(key for key in before.options if key != before.right_answer())
        change = {"options": {**before.options, wrong: before.options[wrong].model_copy(update={"text": "Typed"})}}
    elif change == "option out":
        wrong = next(key for key in before.options if key != before.right_answer())
        change = {"options": without(before.options, wrong)}
    elif change == {"answer": "other"}:
        change = {"answer": not before.answer}

    after = before.model_copy(update=change)

    assert class_of_words(before, after) == expected
    assert differences(before, after)


def test_the_same_words_differ_in_nothing() -> None:
    assert differences(spec("cloze", key="q"), spec("cloze", key="q")) == []


def test_files_publish_and_a_course_made_here_does_not(tmp_path: Any, db: None) -> None:
    load(write_course(tmp_path))

    assert Course.objects.get().is_published
    assert not Course.objects.create(key="here", title="Here").is_published
    Course.objects.update(is_published=False)
    load(tmp_path)
    assert not Course.objects.get(key="course").is_published, "what stands here is kept where the file says nothing"
