"""The shipped exam: questions of its own, enough for each stratum, and papers that keep their rules."""

from __future__ import annotations

from collections import Counter

import pytest

from quizzes.content.draws import bank_of
from quizzes.content.folder import Folder, read_folder
from quizzes.domain.draws import draw
from quizzes.domain.kinds import AnySpec
from quizzes.lint.findings import COURSE_RULES
from quizzes.lint.folder import course_view
from quizzes.management.commands.load_content import shipped_folders

SEEDS = 1_000


@pytest.fixture(scope="module")
def folder() -> Folder:
    return read_folder(next(each for each in shipped_folders() if each.name == "patron-stranger-balancer"))


@pytest.fixture(scope="module")
def exam(folder):
    return next(read.spec for read in folder.quizzes if read.spec.quiz == "final-exam")


@pytest.fixture(scope="module")
def bank(folder, exam):
    return bank_of(exam, folder.bundle, folder.quizzes)


@pytest.fixture(scope="module")
def reserved(folder) -> dict[str, AnySpec]:
    """Return the reserved questions of the course by key."""
    listed = (entry for read in folder.quizzes for entry in read.entries)
    return {item.key: item for name, _at, item in listed if name == "reserved"}


def test_it_draws_on_a_hundred_questions_and_more_that_no_quiz_asks(folder, exam, bank, reserved):
    asked = {item.key for read in folder.quizzes for name, _at, item in read.entries if name != "reserved"}

    assert exam.draw.is_reserved
    assert exam.items == ()
    assert len(bank) >= 100
    assert {candidate.key for candidate in bank} == set(reserved)
    assert asked.isdisjoint(reserved)


def test_each_of_its_strata_chooses_from_five_or_more(exam, bank):
    assert len(exam.draw.strata) <= 20
    assert [stratum for stratum in exam.draw.strata if sum(map(stratum.fits, bank)) < 5] == []


def test_every_reserved_question_fits_a_stratum(exam, bank):
    assert [each.key for each in bank if not any(stratum.fits(each) for stratum in exam.draw.strata)] == []


def test_less_than_a_third_of_them_ask_for_recall_and_more_for_judgement(bank):
    levels = Counter(candidate.level.value for candidate in bank)

    assert levels["remember"] <= 0.30 * len(bank)
    assert levels["analyse"] + levels["evaluate"] + levels["create"] >= 0.35 * len(bank)


def test_their_keys_stand_at_each_place_alike(reserved):
    fours = [item for item in reserved.values() if item.kind == "single" and len(item.options) == 4]
    places = Counter(list(item.options).index(item.right_answer()) for item in fours)

    assert len(fours) >= 100
    assert all(0.2 <= places[place] / len(fours) <= 0.3 for place in range(4)), places


def test_a_thousand_papers_keep_every_quota_and_no_question_on_them_tells_the_key_of_another(
    folder, exam, bank, reserved
):
    """A draw that cannot keep a rule raises; cue pairs stand on fewer than two papers in a hundred."""
    _rule, find_cues = COURSE_RULES["BANK-CUE"]
    cues = find_cues(course_view(folder))
    pairs = {frozenset((owner.item, hit.details["other"])) for owner, hit in cues if owner.item in reserved}
    drawn, told = Counter(), 0

    for seed in range(SEEDS):
        paper = [candidate.key for candidate in draw(bank, exam.draw, seed=str(seed))]
        assert len(set(paper)) == exam.draw.size == 40
        assert sum(reserved[key].points for key in paper) == 66
        told += any(pair <= set(paper) for pair in pairs)
        drawn.update(paper)

    assert told < 0.02 * SEEDS
    assert set(drawn) == set(reserved)
    assert max(drawn.values()) <= 0.6 * SEEDS
