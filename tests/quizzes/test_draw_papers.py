"""Papers drawn from the bank of a course: reproducible, unseen first, at a fixed cost, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from quizzes.domain.draws import draw, option_rng, without
from quizzes.errors import BankTooSmallNow
from quizzes.models import Attempt, Item, ItemResponse, Quiz
from quizzes.models.papers import own_questions
from quizzes.services.attempts import start_attempt
from quizzes.services.papers import candidates_for, seed_of
from tests.make import NOW, body, make_attempt, make_course, make_quiz, make_user, quiz_file, submit

SOURCE = {"title": "A letter", "stimulus": "Dear comrade.", "sources": ["treaty-1961"]}


def bank_file(size, **fields):
    items = [body("single", key=f"b{at:03}", difficulty=at % 3 + 1) for at in range(size)]
    return quiz_file(key="bank", items=items, **fields)


def drawing(course="course", *, size=20, take=5, own=(), **fields):
    """Return a quiz that draws from a bank of so many single choices."""
    plan = fields.pop("draw", {"strata": [{"take": take, "quizzes": ["bank"]}]})
    final = quiz_file(key="final", items=list(own), draw=plan, **fields)
    made = make_course(key=course, lessons=1, sections=1, quizzes=[bank_file(size), final])
    return Quiz.objects.get(course=made, key="final")


def keys(attempt):
    return list(attempt.responses.order_by("position").values_list("revision__item__key", flat=True))


def test_a_paper_is_drawn_and_its_seed_and_bank_are_stored(db, student):
    attempt = make_attempt(drawing(), student)

    assert len(set(keys(attempt))) == 5
    assert attempt.max_score == 5
    assert attempt.seed == seed_of(attempt.pk)
    assert sorted(attempt.bank) == [[f"b{at:03}", 0, 0] for at in range(20)]


def test_from_the_stored_seed_and_bank_the_same_paper_is_drawn_again(db, student):
    quiz = drawing(own=[body("single", key="own", enemies=["b003"])])
    for who in ("a", "b", "c"):
        make_attempt(quiz, make_user(who))
    attempt = Attempt.objects.get(pk=make_attempt(quiz, student).pk)
    make_attempt(quiz, make_user("later"))  # what comes after changes nothing

    counts = {key: (seen, used) for key, seen, used in attempt.bank}
    now = without((each for each, _pk in candidates_for(quiz, None)), {"own"})
    bank = [replace(each, seen=counts[each.key][0], used=counts[each.key][1]) for each in now]
    again = draw(bank, quiz.blueprint, seed=attempt.seed)

    assert {"b003"}.isdisjoint(counts)
    assert ["own", *(each.key for each in again)] == keys(attempt)
    for response in attempt.responses.select_related("revision__item"):
        rng = option_rng(attempt.seed, response.revision.item.key)
        assert response.order == response.revision.spec.order(rng)


def test_papers_of_different_attempts_differ(db):
    quiz = drawing(size=40)

    papers = {tuple(keys(make_attempt(quiz, make_user(f"s{at}")))) for at in range(6)}

    assert len(papers) == 6


def test_what_a_student_has_met_comes_again_only_when_all_was_met(db, student):
    quiz = drawing(size=12, take=5)
    papers = []
    for hour in range(3):
        attempt = make_attempt(quiz, student, now=NOW + timedelta(hours=hour))
        papers.append(set(keys(attempt)))
        submit(attempt, now=NOW + timedelta(hours=hour))

    assert papers[0].isdisjoint(papers[1])
    assert len(papers[0] | papers[1] | papers[2]) == 12


def test_what_others_used_least_comes_first(db):
    quiz = drawing(size=20, take=5)

    papers = [set(keys(make_attempt(quiz, make_user(f"s{at}")))) for at in range(4)]

    assert len(set.union(*papers)) == 20


def test_its_own_questions_stand_first_and_are_never_drawn_nor_are_their_enemies(db):
    """Twenty in the bank, of which two are foes of the quiz's own question: one by its word, one by theirs."""
    own = [body("single", key="own", enemies=["b001"])]
    items = [body("single", key=f"b{at:03}", enemies=["own"] if at == 2 else []) for at in range(6)]
    plan = {"strata": [{"take": 4}]}
    course = make_course(
        lessons=1, quizzes=[quiz_file(key="bank", items=items), quiz_file(key="final", items=own, draw=plan)]
    )
    quiz = course.quizzes.get(key="final")

    for at in range(8):
        paper = keys(make_attempt(quiz, make_user(f"s{at}")))
        assert paper[0] == "own"
        assert sorted(paper[1:]) == ["b000", "b003", "b004", "b005"]


def test_questions_on_one_source_stay_together_when_the_paper_is_shuffled(db):
    items = [
        *(body("single", key=f"a{at}", set="letter") for at in range(3)),
        *(body("single", key=f"b{at}") for at in range(5)),
        *(body("single", key=f"c{at}", set="note") for at in range(2)),
    ]
    quiz = make_quiz(items=items, sets={"letter": SOURCE, "note": SOURCE}, shuffle=True)

    papers = [keys(make_attempt(quiz, make_user(f"s{at}"))) for at in range(10)]

    assert len(set(map(tuple, papers))) > 5
    for paper in papers:
        words = " ".join(paper)
        assert "a0 a1 a2" in words
        assert "c0 c1" in words


def test_drawn_questions_on_one_source_stand_together_where_the_first_of_them_stands(db):
    items = [body("single", key=f"a{at}", set="letter") for at in range(3)] + [body("single", key="lone")]
    plan = {"strata": [{"take": 4, "quizzes": ["bank"]}]}
    course = make_course(
        lessons=1,
        quizzes=[
            quiz_file(key="bank", items=items, sets={"letter": SOURCE}),
            quiz_file(key="final", items=[], draw=plan),
        ],
    )

    for at in range(10):
        paper = keys(make_attempt(course.quizzes.get(key="final"), make_user(f"s{at}")))
        together = [at for at, key in enumerate(paper) if key.startswith("a")]
        assert together[-1] - together[0] == 2


@pytest.mark.parametrize("size", [20, 200])
@pytest.mark.parametrize("attempts", [0, 3])
def test_starting_costs_the_same_whatever_the_size_of_the_bank(db, student, size, attempts, django_assert_num_queries):
    quiz = drawing(size=size)
    for hour in range(attempts):
        submit(make_attempt(quiz, student, now=NOW + timedelta(hours=hour)), now=NOW + timedelta(hours=hour))

    candidates_for(quiz, None)  # the words of questions are read once in a process, in one query more

    first = 0 if attempts else 2  # the course, and how large its objectives are: once for each edition
    with django_assert_num_queries(12 + first):
        start_attempt(quiz=quiz, student=student, now=NOW + timedelta(days=1))


@pytest.mark.parametrize("items", [1, 30])
def test_starting_a_fixed_paper_costs_the_same_whatever_its_length(db, student, items, django_assert_num_queries):
    quiz = make_quiz(items=items)

    own_questions(quiz.pk)

    with django_assert_num_queries(13):  # the same two
        start_attempt(quiz=quiz, student=student, now=NOW)


def test_a_bank_that_has_become_too_small_starts_nothing(db, student):
    quiz = drawing(size=6, take=5)
    Item.objects.filter(key__in=["b000", "b001"]).update(is_retired=True)

    with pytest.raises(BankTooSmallNow):
        make_attempt(quiz, student)

    assert (Attempt.objects.count(), ItemResponse.objects.count()) == (0, 0)
    Item.objects.update(is_retired=False)
    assert len(keys(make_attempt(quiz, student))) == 5


def test_a_retired_question_and_one_of_a_retired_quiz_are_not_drawn(db, student):
    quiz = drawing(size=7, take=5)
    Item.objects.filter(key="b000").update(is_retired=True)
    assert "b000" not in keys(make_attempt(quiz, student))

    Quiz.objects.filter(key="bank").update(is_retired=True)
    with pytest.raises(BankTooSmallNow):
        make_attempt(quiz, make_user("other"))


def test_what_is_contested_is_drawn_as_often_as_the_blueprint_says(db, student):
    items = [body("single", key=f"b{at}", contested=at < 2) for at in range(6)]
    bank = quiz_file(key="bank", items=items)
    plan = {"strata": [{"take": 3, "quizzes": ["bank"]}], "contested": 2}
    course = make_course(lessons=1, sections=1, quizzes=[bank, quiz_file(key="final", items=[], draw=plan)])

    attempt = make_attempt(Quiz.objects.get(course=course, key="final"), student)

    assert {"b0", "b1"} < set(keys(attempt))
