"""Statistics of a quiz: whose attempts are counted, what is told of so many, and what it costs."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from classes.statistics import figures as found_figures
from classes.statistics import shapes
from classes.statistics.figures import find
from classes.statistics.runs import What, ask, run_of, work_on
from classes.statistics.sample import Sample, Versions, Which, offered_to
from classes.statistics.shapes import fitted_from_json, quiz_from_json, to_json
from classes.statistics.words import correlation_words, judgement, percent_words, quiz_judgement, time_words
from classes.views import statistics as statistics_pages
from courses.models import Cohort, CourseRole, Enrolment, Group, GroupMember
from courses.services.staff import make_instructor
from quizzes.domain.statistics import item_statistics, quiz_statistics
from quizzes.domain.statistics import judgement as rules
from quizzes.models import Attempt, ItemResponse, ItemRevision, QuestionReport, StatisticsRun
from quizzes.services.authoring import revise_item
from tests.classes.answered import add_students, by_ability, take_quiz
from tests.make import LATER, NOW, body, browser_of, make_cohort, make_quiz, make_user, spec

RIGHT, WRONG = "dollars", ("roubles", "kind")
ROOT = Path(__file__).resolve().parents[2]


def make_class(questions: int = 4, students: int = 12, *, items=None, answers=None):
    """Return a class whose students have all taken a quiz, its quiz and its instructor."""
    quiz = make_quiz(items=items or [body("single", key=f"q{at}", stem=f"Stem {at}") for at in range(questions)])
    teacher = make_user("teacher")
    make_instructor(teacher)
    cohort = make_cohort(quiz.course, instructor=teacher)
    pupils = add_students(cohort, students)
    given = answers if answers is not None else by_ability(students, questions, right=RIGHT, wrong=WRONG)
    take_quiz(quiz, pupils, given)
    return cohort, quiz, teacher


def sample_of(cohort, quiz, **fields):
    return Sample(quiz, (cohort.pk,), **fields)


def page(user, cohort, quiz, **query):
    return browser_of(user).get(reverse("classes:class-quiz-statistics", args=[cohort.pk, quiz.key]), query)


# The figures.


def test_figures_are_those_of_the_core_for_the_marks_as_they_are(db):
    cohort, quiz, _teacher = make_class(questions=5, students=40)
    found = find(sample_of(cohort, quiz)).figures

    rows = ItemResponse.objects.order_by("attempt__student", "position").values_list("points", flat=True)
    marks = np.array(rows, dtype=float).reshape(40, 5)
    most = [1.0] * 5
    items, whole = item_statistics(marks, most), quiz_statistics(marks, most)
    assert [each.facility for each in found.questions] == pytest.approx([each.facility for each in items])
    assert [each.discrimination for each in found.questions] == pytest.approx([each.point_biserial for each in items])
    assert found.mean == pytest.approx(whole.mean / 5)
    assert found.alpha == pytest.approx(whole.alpha / 100)
    assert found.standard_error == pytest.approx(whole.standard_error / 5)
    assert sum(found.histogram) == found.students == 40


def test_an_option_is_counted_with_blanks_as_an_option_of_their_own(db):
    given = [[RIGHT]] * 6 + [["kind"]] * 5 + [[None]] * 2
    cohort, quiz, _teacher = make_class(questions=1, students=13, answers=given)
    [question] = find(sample_of(cohort, quiz)).figures.questions

    told = {option.words or "blank": option.count for option in question.places[0].options}
    assert told == {"Paid in roubles": 0, "Paid in dollars": 6, "Paid in kind": 5, "blank": 2}
    assert question.blanks == 2
    assert sum(option.is_right for option in question.places[0].options) == 1
    assert question.facility == pytest.approx(6 / 13)


def test_typed_answers_are_listed_that_three_students_gave_in_whatever_letters(db):
    given = [["Kozyrev"]] * 4 + [["kozyrev"]] * 3 + [["Primakov"]] * 3 + [["My neighbour Ivan"]] * 2
    cohort, quiz, _teacher = make_class(students=12, items=[body("text", key="t")], answers=given)
    [place] = find(sample_of(cohort, quiz)).figures.questions[0].places

    assert [(option.words, option.count, option.earned) for option in place.options] == [
        ("Kozyrev", 7, 1.0),
        ("Primakov", 3, 0.0),
    ]
    assert place.others == 2


def test_essays_are_not_quoted_and_surveys_are_no_questions(db):
    items = [body("single", key="s"), body("essay", key="e"), body("survey", key="o")]
    quiz = make_quiz(items=items)
    cohort = make_cohort(quiz.course)
    pupils = add_students(cohort, 12)
    attempts = take_quiz(quiz, pupils, [[RIGHT, None, None]] * 12)
    ItemResponse.objects.filter(attempt__in=attempts, position=2).update(answer="The same words")
    found = find(sample_of(cohort, quiz)).figures

    assert [each.kind for each in found.questions] == ["single", "essay"]
    assert found.questions[1].places == ()


def test_time_goes_to_the_question_saved_next_and_coming_back_is_counted(db):
    cohort, quiz, _teacher = make_class(questions=3, students=12)
    found = find(sample_of(cohort, quiz)).figures
    assert [each.seconds for each in found.questions] == pytest.approx([30, 30, 30], abs=0.01)
    assert [each.revisits for each in found.questions] == [0, 0, 0]

    for response in ItemResponse.objects.filter(position=1):  # saved again after the third
        kept = response.saved_answers.get()
        kept.pk, kept.client_key = None, response.attempt_id
        kept.saved_at = kept.saved_at + (NOW + (LATER - NOW) - NOW)
        kept.save()
    again = find(sample_of(cohort, quiz)).figures
    assert again.questions[0].revisits == 1
    assert again.questions[0].seconds > 60
    assert again.questions[1].seconds == pytest.approx(30, abs=0.01)


def test_versions_count_together_or_the_current_one_alone(db):
    cohort, quiz, teacher = make_class(questions=2, students=12)
    revision = ItemRevision.objects.get(item__key="q0", is_current=True)
    other = spec("single", key="q0", stem="Other words", points=2)
    revise_item(item=revision.item, spec=other, editor=teacher, now=LATER)
    more = add_students(cohort, 11)
    take_quiz(quiz, more, [[RIGHT, RIGHT]] * 11)

    together = find(sample_of(cohort, quiz)).figures.questions[0]
    alone = find(sample_of(cohort, quiz, versions=Versions.CURRENT)).figures.questions[0]
    assert (together.answers, alone.answers) == (23, 11)
    assert [(each.number, each.answers, each.is_current) for each in together.versions] == [
        (2, 11, True),
        (1, 12, False),
    ]
    assert together.facility <= 1  # marks of the first version count by what the second is worth
    assert alone.versions == ()
    assert together.stem == "Other words"


# Whose attempts.


def test_attempts_that_wait_for_grading_are_left_out_and_told(db):
    cohort, quiz, _teacher = make_class(students=12)
    Attempt.objects.filter(pk__in=Attempt.objects.values("pk")[:3]).update(unmarked_count=1)
    found = find(sample_of(cohort, quiz)).figures
    assert (found.students, found.waiting) == (9, 3)


@pytest.mark.parametrize(("which", "mean"), [(Which.FIRST, 0.0), (Which.BEST, 1.0)])
def test_one_attempt_of_each_student_counts(db, which, mean):
    cohort, quiz, _teacher = make_class(questions=2, students=12, answers=[["kind", "kind"]] * 12)
    pupils = list(Enrolment.objects.students().filter(cohort=cohort).order_by("user"))
    take_quiz(quiz, [each.user for each in pupils], [[RIGHT, RIGHT]] * 12, number=2)
    take_quiz(quiz, [each.user for each in pupils], [["kind", RIGHT]] * 12, number=3)
    found = find(sample_of(cohort, quiz, which=which)).figures
    assert (found.students, found.mean) == (12, mean)


def test_a_viewer_is_offered_what_they_may_see(db):
    cohort, quiz, teacher = make_class(students=12)
    other = Cohort.objects.create(course=quiz.course, name="Another class")
    take_quiz(quiz, add_students(other, 10), by_ability(10, 4, right=RIGHT, wrong=WRONG))
    offered = offered_to(teacher, quiz.course, cohort)
    assert [each.value for each in offered.whose()] == ["class"]
    assert offered.sample(quiz, "everyone", "", "").cohorts == (cohort.pk,)

    Enrolment.objects.create(cohort=other, user=teacher, role=Enrolment.Role.ASSISTANT)
    both = offered_to(teacher, quiz.course, cohort).sample(quiz, "classes", "", "")
    assert find(both).figures.students == 22

    CourseRole.objects.create(course=quiz.course, user=teacher, role="editor")
    everyone = offered_to(teacher, quiz.course, cohort).sample(quiz, "everyone", "", "")
    take_quiz(quiz, [make_user("alone"), teacher], by_ability(2, 4, right=RIGHT, wrong=WRONG))
    assert find(everyone).figures.students == 23  # self-study too, but not who teaches


def test_work_from_before_joining_is_not_counted_unless_it_is_shared(db):
    cohort, quiz, _teacher = make_class(students=12)
    Enrolment.objects.students().filter(cohort=cohort).update(joined_at=LATER)
    assert find(sample_of(cohort, quiz)).figures.students == 0


# What is told of so many.


@pytest.mark.parametrize(
    ("students", "hidden", "word"),
    [
        (9, True, "Too few answers"),
        (10, False, "Few answers"),
        (29, False, "Few answers"),
        (30, False, "Nothing to see yet"),
        (100, False, "Works well"),
    ],
)
def test_few_answers_tell_little(db, students, hidden, word):
    answers = [
        [RIGHT if at % 3 else "kind", RIGHT if at % 3 else ("roubles" if at % 2 else "kind")] for at in range(students)
    ]
    cohort, quiz, _teacher = make_class(questions=2, students=students, answers=answers)
    found = find(sample_of(cohort, quiz)).figures
    assert found.is_hidden is hidden
    assert (found.mean is None) is hidden
    assert all((each.facility is None) is hidden and (each.places == ()) is hidden for each in found.questions)
    assert judgement(found.questions[1]).word == word


@pytest.mark.parametrize("name", ["COUNTS_ONLY", "FEW", "CORRELATIONS", "ONE_PARAMETER", "TWO_PARAMETERS", "PER_GROUP"])
def test_pages_and_core_have_the_same_gates(name):
    assert getattr(shapes, name) == getattr(rules, name)


def test_a_wrong_key_is_named_with_the_option_that_stronger_students_choose(db):
    answers = []
    for at in range(40):
        strong = at < 20
        rest = [RIGHT if strong else "kind"] * 4
        answers.append(["roubles" if strong else RIGHT, *rest])
    cohort, quiz, teacher = make_class(questions=5, students=40, answers=answers)
    suspect = find(sample_of(cohort, quiz)).figures.questions[0]
    assert judgement(suspect).word == "Check the key"
    assert suspect.suspect == "Paid in roubles"

    shown = page(teacher, cohort, quiz, question=suspect.item_id).content.decode()
    assert "stronger students choose “Paid in roubles”" in shown
    assert "Stronger students choose it" in shown
    assert reverse("classes:regrade", args=[suspect.revision_id]) in shown


@pytest.mark.parametrize(
    ("alpha", "verdict"), [(0.8, "Good enough"), (0.7, "Fair"), (0.4, "Good for feedback"), (None, "Judge question by")]
)
def test_a_quiz_is_judged_by_how_consistent_it_is(alpha, verdict):
    found = shapes.QuizFigures(40, 0, 400, is_same_paper=True, alpha=alpha, mean=0.6, standard_error=0.09)
    sentence, follows = quiz_judgement(found)
    assert sentence.startswith(verdict)
    if alpha is not None:
        assert follows[0] == "A score of 60% may well be 51% or 69%."


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (correlation_words(-0.2), "−.20"),
        (correlation_words(0.264), ".26"),
        (correlation_words(1.0), "1.00"),
        (correlation_words(-0.001), ".00"),
        (correlation_words(None), "–"),
        (percent_words(0.555), "56%"),
        (percent_words(None), "–"),
        (time_words(70.2), "1:10"),
    ],
)
def test_figures_are_printed_as_statisticians_do(told, words):
    assert told == words


# Pages and files.


def test_the_page_works_without_scripts_or_styles_in_it(db):
    cohort, quiz, teacher = make_class(students=12)
    item = ItemRevision.objects.first().item_id
    response = page(teacher, cohort, quiz, question=item)
    shown = response.content.decode()
    assert response.status_code == 200
    assert "style=" not in shown
    assert f'id="question-{item}"' in shown
    assert "No answer" in shown


def test_reports_stand_beside_a_question(db):
    cohort, quiz, teacher = make_class(students=12)
    response = ItemResponse.objects.order_by("pk").first()
    QuestionReport.objects.create(
        revision=response.revision, response=response, student=response.attempt.student, text="Odd", reported_at=LATER
    )
    shown = page(teacher, cohort, quiz, question=response.revision.item_id).content.decode()
    assert "1 report" in shown
    assert reverse("classes:question-reports", args=[cohort.pk]) in shown


def test_only_questions_to_look_at_are_listed_and_the_hardest_first(db):
    answers = [[RIGHT, "kind" if at < 39 else RIGHT, RIGHT if at % 2 else "kind"] for at in range(40)]
    cohort, quiz, teacher = make_class(questions=3, students=40, answers=answers)
    listed = page(teacher, cohort, quiz, show="look").context["questions"]
    assert [each.number for each in listed] == [1, 2]
    hardest = page(teacher, cohort, quiz, sort="facility").context["questions"]
    assert [each.number for each in hardest] == [2, 3, 1]


def test_a_file_holds_the_figures_and_runs_no_formula(db):
    items = [body("single", key="q", stem="=HYPERLINK(1) is what?")]
    answers = [[RIGHT]] * 12
    cohort, quiz, teacher = make_class(students=12, items=items, answers=answers)
    address = reverse("classes:class-quiz-statistics-file", args=[cohort.pk, quiz.key])
    response = browser_of(teacher).get(address)
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["Students", "12"]
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert any("Paid in dollars" in row for row in rows)


def test_the_list_tells_what_each_quiz_allows(db):
    cohort, quiz, teacher = make_class(students=12)
    shown = browser_of(teacher).get(reverse("classes:class-statistics", args=[cohort.pk]))
    [line] = shown.context["lines"]
    assert (line.quiz, line.students, line.waiting) == (quiz, 12, 0)
    assert line.words == "First figures, not judged yet"


# Cost.


@pytest.mark.parametrize(("students", "questions"), [(30, 10), (1_000, 40)])
def test_figures_take_six_queries_whatever_the_size_and_about_a_second(db, students, questions):
    cohort, quiz, _teacher = make_class(questions=questions, students=students)
    find(sample_of(cohort, quiz))  # libraries are loaded, specs read
    with CaptureQueriesContext(
        connection,
    ) as queries:
        start = time.process_time()
        found = find(sample_of(cohort, quiz)).figures
        spent = time.process_time() - start
    assert len(queries) <= 6
    assert (found.students, len(found.questions)) == (students, questions)
    assert spent < 2  # a second on one core, and room for a busy machine


def test_the_core_of_statistics_is_not_loaded_when_the_site_starts():
    heavy = ("scipy", "quizzes.domain.statistics")
    script = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        f"import classes.tasks, classes.api.urls; print([name for name in {heavy} if name in sys.modules])"
    )
    given = {**os.environ, "DJANGO_SETTINGS_MODULE": "tumen.settings"}
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


# In the background.


@pytest.fixture
def waits(monkeypatch):
    """Let tasks wait for a worker, as they do outside tests."""
    monkeypatch.setattr(statistics_pages, "work_out_statistics", SimpleNamespace(enqueue=lambda _pk: None))


def test_a_large_quiz_is_worked_out_apart_and_kept(db, monkeypatch, waits):
    cohort, quiz, teacher = make_class(students=12)
    monkeypatch.setattr(found_figures, "LARGE", 10)
    shown = page(teacher, cohort, quiz)
    assert shown.context.get("figures") is None
    assert "Work out the figures" in shown.content.decode()

    browser_of(teacher).post(reverse("classes:class-quiz-work-out", args=[cohort.pk, quiz.key]))
    run = StatisticsRun.objects.get()
    assert (run.state, run.attempt_count) == (StatisticsRun.State.WORKING, 12)
    assert "0 of 12 attempts read" in page(teacher, cohort, quiz).content.decode()
    assert work_on(run.pk)
    assert not work_on(run.pk)  # a second worker finds nothing to do

    run.refresh_from_db()
    assert (run.state, run.done_count) == (StatisticsRun.State.DONE, 12)
    kept = page(teacher, cohort, quiz)
    monkeypatch.setattr(found_figures, "LARGE", 1_000)
    assert kept.context["figures"] == find(sample_of(cohort, quiz)).figures


def test_a_failure_is_told_and_what_was_kept_stays(db, monkeypatch):
    cohort, quiz, teacher = make_class(students=12)
    monkeypatch.setattr(found_figures, "LARGE", 10)
    sample = sample_of(cohort, quiz)
    work_on(ask(sample, What.FIGURES, now=NOW).pk)

    def fails(*_given):
        raise ArithmeticError

    monkeypatch.setattr("classes.statistics.runs._MAKERS", {What.FIGURES: fails})
    assert work_on(ask(sample, What.FIGURES, now=LATER).pk)
    shown = page(teacher, cohort, quiz)
    assert run_of(sample, What.FIGURES).state == StatisticsRun.State.FAILED
    assert "could not be worked out" in shown.content.decode()
    assert shown.context["figures"].students == 12


def test_kept_figures_are_the_same_when_read_again(db):
    cohort, quiz, _teacher = make_class(questions=3, students=40)
    found = find(sample_of(cohort, quiz)).figures
    assert quiz_from_json(to_json(found)) == found


def test_models_and_groups_are_fitted_from_two_hundred_students_on(db):
    answers = by_ability(220, 5, right=RIGHT, wrong=WRONG)
    for at, given in enumerate(answers[:110]):
        given[4] = RIGHT if at % 8 == 0 else "kind"  # the group fails the last one whatever it knows
    cohort, quiz, teacher = make_class(questions=5, students=220, answers=answers)
    group = Group.objects.create(cohort=cohort, name="Tuesday")
    places = Enrolment.objects.filter(cohort=cohort, role="student").order_by("user")[:110]
    GroupMember.objects.bulk_create(GroupMember(group=group, enrolment=each) for each in places)
    address = reverse("classes:class-quiz-models", args=[cohort.pk, quiz.key])
    assert browser_of(teacher).post(address).status_code == 302

    run = StatisticsRun.objects.get(what="models")
    fitted = fitted_from_json(run.result)
    assert [each.model for each in fitted.models] == ["1PL"]
    assert len(fitted.models[0].questions) == 5
    assert fitted.groups == ("Tuesday",)
    worst = max(fitted.differences, key=lambda each: abs(each.delta))
    assert (worst.number, worst.delta < 0, worst.size) == (5, True, "large")
    assert "harder for the group" in browser_of(teacher).get(address).content.decode()


def test_models_are_not_offered_to_few(db):
    cohort, quiz, teacher = make_class(students=12)
    shown = browser_of(teacher).get(reverse("classes:class-quiz-models", args=[cohort.pk, quiz.key])).content.decode()
    assert "Models need 200 graded students" in shown
    assert "Fit the models" not in shown
