"""A quiz on paper: forms in orders of their own, the same again for the same seed, and a key that fits each."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.template.loader import render_to_string
from django.test import Client

from classes.reports.papers import PaperForm, PaperQuestion, forms_of
from courses.models import CourseRole
from quizzes.domain.kinds import KINDS, SPECS
from quizzes.models import Item, Quiz
from quizzes.services.authoring import revise_item
from tests.make import NOW, body, browser_of, make_attempt, make_cohort, make_course, make_quiz, quiz_file, spec, submit
from tests.pages.test_cost import counted

ADDRESS = "/courses/course/quizzes/quiz/paper/"


@pytest.fixture
def quiz(db: None) -> Quiz:
    """A quiz with two questions of each kind."""
    return make_quiz(items=2 * len(KINDS))


def forms(quiz: Quiz, seed: str = "1", count: int = 2) -> list[PaperForm]:
    return forms_of(quiz, seed=seed, count=count)


def words_of(question: PaperQuestion) -> dict[str, str]:
    """Return what stands beside each letter and number of a question."""
    return {label: text for each in question.lists for label, text in each.lines}


def of_kind(form: PaperForm, kind: str) -> PaperQuestion:
    return next(question for question in form.questions if question.spec.kind == kind)


def test_each_form_has_every_question_once_in_an_order_of_its_own(quiz: Quiz) -> None:
    first, second = forms(quiz)

    keys = [[question.spec.key for question in form.questions] for form in (first, second)]
    assert sorted(keys[0]) == sorted(keys[1]) == sorted(quiz.items.values_list("key", flat=True))
    assert keys[0] != keys[1]
    assert [question.number for question in first.questions] == list(range(1, 2 * len(KINDS) + 1))
    assert first.points == second.points == 2 * sum(kind.is_scored for kind in SPECS.values())


def test_the_same_seed_gives_the_same_forms_and_another_others(quiz: Quiz) -> None:
    assert forms(quiz) == forms(quiz)
    assert forms(quiz)[0].code != forms(quiz, seed="2")[0].code
    assert forms(quiz)[0].questions != forms(quiz, seed="2")[0].questions


def test_a_revised_question_changes_the_code(quiz: Quiz) -> None:
    before = forms(quiz)[0].code
    item = Item.objects.get(key="quiz-1")

    revise_item(item=item, spec=spec("single", key="quiz-1", stem="Otherwise?"), editor=None, now=NOW)

    assert forms(quiz)[0].code != before


@pytest.mark.parametrize("seed", ["1", "2", "3", "4"])
def test_the_key_of_each_form_names_what_stands_there(quiz: Quiz, seed: str) -> None:
    for form in forms(quiz, seed=seed):
        single, multiple = of_kind(form, "single"), of_kind(form, "multiple")
        assert words_of(single)[single.right_letters] == "Paid in dollars"
        ticked = [words_of(multiple)[letter] for letter in multiple.right_letters.split(", ")]
        assert sorted(ticked) == ["Coal", "Labour"]
        judged = of_kind(form, "true_false")
        assert words_of(judged)[judged.right_letters].lower() == "false"
        matching = of_kind(form, "matching")
        pairs = dict(pair.split(": ") for pair in matching.right_letters.split(", "))
        matched = {words_of(matching)[number]: words_of(matching)[letter] for number, letter in pairs.items()}
        assert matched == {"Treaty of 1961": "A duty to help", "Treaty of 2000": "A promise to consult"}
        ordering = of_kind(form, "ordering")
        places = sorted(
            (int(place), number) for number, place in (pair.split(": ") for pair in ordering.right_letters.split(", "))
        )
        assert [words_of(ordering)[number] for _place, number in places] == [
            "War",
            "Alliance",
            "Recognition",
            "Debt written off",
        ]
        assert (of_kind(form, "text").right_words, of_kind(form, "text").right_letters) == ("Kozyrev", "")
        assert "1961" in of_kind(form, "numeric").right_words


def test_a_kind_without_a_template_is_printed_from_its_parts(monkeypatch: pytest.MonkeyPatch, quiz: Quiz) -> None:
    parts: dict[str, Any] = {
        "text": "Moscow {{ 1 }} and [[2]].",
        "spans": {"2": "Seoul"},
        "gaps": {"1": {"1": "wrote", "2": "rang"}, "2": None},
        "fields": {"1": {"label": "Trade", "unit": "roubles"}},
        "start": 1945,
        "words": {"from": 100, "to": 200},
    }
    single = type(of_kind(forms(quiz)[0], "single").spec)
    monkeypatch.setattr(single, "parts", lambda _self, _order: parts)
    monkeypatch.setattr(single, "to_paper", lambda _self, _answer, _order: {"1": "2"})
    question = of_kind(forms(quiz)[0], "single")

    page = render_to_string(["quizzes/paper/unheard.html", *question.templates[1:]], {"question": question})

    assert "(1) ________ and" in page
    assert "Seoul (2)" in page
    assert "wrote / rang" in page
    assert "Trade roubles" in page
    assert "100" not in page
    assert (question.right_letters, question.right_words) == ("", "Paid in dollars")


def test_a_quiz_that_draws_is_printed_with_what_its_seed_draws(db: None, student: User) -> None:
    items = [body("single", key=f"b{at:02}") for at in range(12)]
    plan = {"strata": [{"take": 4, "quizzes": ["bank"]}]}
    own = [body("text", key="own")]
    files = [quiz_file(key="bank", items=items), quiz_file(key="final", items=own, draw=plan)]
    final = make_course(lessons=1, quizzes=files).quizzes.get(key="final")

    def keys(seed: str) -> list[list[str]]:
        return [[question.spec.key for question in form.questions] for form in forms(final, seed=seed)]

    first, second = keys("1")
    assert sorted(first) == sorted(second)
    assert (len(set(first)), "own" in first) == (5, True)
    assert set(keys("2")[0]) != set(first)
    submit(make_attempt(final, student))
    assert keys("1") == [first, second]


def test_questions_on_one_source_stand_together_and_the_source_once(db: None, instructor: User) -> None:
    source = {"title": "A letter", "stimulus": "The writer asks for dollars.", "sources": ["treaty-1961"]}
    items = [body("single", key=f"q{at}", **({"set": "letter"} if at in (3, 4) else {})) for at in range(8)]
    quiz = make_quiz(items=items, sets={"letter": source})
    make_cohort(quiz.course, instructor=instructor)

    for form in forms(quiz, count=4):
        at = [question.number for question in form.questions if question.spec.set]
        assert at[1] == at[0] + 1
    page = browser_of(instructor).get(ADDRESS + "?forms=1").content.decode()
    assert page.count("The writer asks for dollars.") == 1


@pytest.fixture
def printed(quiz: Quiz, instructor: User) -> str:
    make_cohort(quiz.course, instructor=instructor)
    return browser_of(instructor).get(ADDRESS).content.decode()


def test_the_page_holds_forms_sheets_and_keys_with_their_codes(quiz: Quiz, printed: str) -> None:
    for form in forms(quiz):
        assert printed.count(form.code) == 3
        assert f'id="form-{form.letter}"' in printed
        assert f'id="sheet-{form.letter}"' in printed
        assert f'id="key-{form.letter}"' in printed
    assert printed.index('id="sheet-B"') < printed.index('id="key-A"')


def test_questions_and_sheets_do_not_hold_the_key(printed: str) -> None:
    before = printed.split('id="key-A"', maxsplit=1)[0]

    assert "Kozyrev" not in before
    assert "Said to whoever" not in before
    assert "Kozyrev" in printed


@pytest.mark.parametrize(
    ("query", "count"), [("forms=1", 1), ("forms=4", 4), ("forms=9", 2), ("forms=x&seed=%3Cb%3E", 2), ("seed=", 2)]
)
def test_what_is_asked_for_is_bounded(quiz: Quiz, instructor: User, query: str, count: int) -> None:
    make_cohort(quiz.course, instructor=instructor)

    page = browser_of(instructor).get(f"{ADDRESS}?{query}").content.decode()

    assert len(re.findall(r'id="form-[A-D]"', page)) == count
    assert "<b>" not in page.split("<main", 1)[1].split('id="form-A"')[0]


@pytest.mark.parametrize("role", CourseRole.Role.values)
def test_people_with_a_role_in_the_course_may_print_its_quizzes_and_other_staff_not(
    quiz: Quiz, stranger: User, role: str
) -> None:
    stranger.is_staff = True
    stranger.save()
    stranger.user_permissions.add(Permission.objects.get(codename="change_item"))
    assert browser_of(stranger).get(ADDRESS).status_code == 404

    CourseRole.objects.create(course=quiz.course, user=stranger, role=role)

    assert browser_of(stranger).get(ADDRESS).status_code == 200


def test_it_is_kept_by_no_cache_and_shown_to_nobody_signed_out(quiz: Quiz, instructor: User) -> None:
    make_cohort(quiz.course, instructor=instructor)

    assert "no-store" in browser_of(instructor).get(ADDRESS)["Cache-Control"]
    assert Client().get(ADDRESS).status_code == 302


def test_it_costs_the_same_for_one_question_and_for_thirty(instructor: User) -> None:
    costs = []
    for items in (1, 30):
        quiz = make_quiz(course=f"course-{items}", items=[body("single", key=f"q{at}") for at in range(items)])
        make_cohort(quiz.course, instructor=instructor)
        browser = browser_of(instructor)
        with counted() as queries:
            assert browser.get(f"/courses/course-{items}/quizzes/quiz/paper/").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 6
