"""A rubric that changed: grades given by levels count by its points, after a preview, and can be taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from quizzes.domain.regrading import Adjustment, Fix, by_levels
from quizzes.models import Attempt, HumanMark, Regrade
from quizzes.services.authoring import revise_item
from quizzes.services.grading import mark_by_hand
from quizzes.services.regrading import undo_regrade
from tests.domain.make import spec
from tests.make import LATER, NOW, body, browser_of
from tests.staff import Taught, taught, text_of


def rubric_of(*, claim=(0, 1, 3), evidence=(0, 2), keys=("claim", "evidence")):
    points = dict(zip(keys, (claim, evidence), strict=True))
    return {
        key: {"title": key.title(), "levels": [{"points": each, "text": f"{each} points"} for each in listed]}
        for key, listed in points.items()
    }


def essay(**rubric):
    return spec("essay", rubric=rubric_of(**rubric))


@pytest.mark.parametrize(
    ("share", "levels", "new", "never_lower", "expected"),
    [
        ("0.2", {"claim": 1, "evidence": 0}, {"claim": (0, 4, 8)}, False, "0.4"),
        ("0.2", {"claim": 1, "evidence": 0}, {"claim": (0, 1, 8)}, False, "0.1"),
        ("0.2", {"claim": 1, "evidence": 0}, {"claim": (0, 1, 8)}, True, "0.2"),
        ("1", {"claim": 2, "evidence": 1}, {"claim": (0, 1, 8)}, False, "1"),
        ("0.5", {}, {"claim": (0, 4, 8)}, False, "0.5"),  # given without levels
        ("0.2", {"claim": 1, "other": 0}, {"claim": (0, 4, 8)}, False, "0.2"),  # a criterion it does not have
        ("0.2", {"claim": 2, "evidence": 0}, {"claim": (0, 4)}, False, "0.2"),  # a level it does not have
    ],
)
def test_levels_count_by_the_points_of_the_new_rubric(share, levels, new, never_lower, expected):
    adjustment = Adjustment(Fix.NEW_RUBRIC, essay(**new), never_lower=never_lower)

    assert by_levels(Decimal(share), levels, [adjustment]) == Decimal(expected)


def test_a_later_rubric_wins_and_what_is_left_out_stays_out():
    one, two = (Adjustment(Fix.NEW_RUBRIC, essay(claim=(0, each, 8)), never_lower=False) for each in (2, 4))
    out = Adjustment(Fix.DISREGARD, touches_human=True)

    assert by_levels(Decimal("0.2"), {"claim": 1, "evidence": 0}, [one, two]) == Decimal("0.4")
    assert by_levels(Decimal("0.2"), {"claim": 1, "evidence": 0}, [out, two]) is None


@pytest.fixture
def room(db) -> Taught:
    item = body("essay", key="essay", points=5, rubric=rubric_of())
    made = taught(items=[item], practice=False)
    for name, levels in (("ann", {"claim": 1, "evidence": 0}), ("ben", {"claim": 2, "evidence": 1})):
        response = made.hand_in(name, "It lapsed.").responses.get()
        mark_by_hand(response=response, levels=levels, comment="", marker=made.teacher, now=LATER)
    return made


def revised(room, **rubric):
    item = room.quiz.items.get()
    new = item.revisions.get().spec.model_copy(update={"rubric": essay(**rubric).rubric})
    return revise_item(item=item, spec=new, editor=None, now=NOW)


def scores():
    return dict(Attempt.objects.values_list("student__username", "score"))


def test_a_new_rubric_is_previewed_put_in_force_shown_and_taken_back(room):
    old = room.quiz.items.get().revisions.get()
    before = scores()
    new = revised(room, claim=(0, 4, 8))
    page = reverse("classes:regrade", args=[old.pk])
    asked = {"regrade-fix": "new_rubric", "regrade-new_revision": new.pk, "regrade-reason": "Too strict."}

    shown = room.browser.post(page, asked)
    expected = shown.context["preview"].fingerprint
    assert (scores(), shown.context["counts"]) == (before, {"up": 1, "down": 0, "same": 1})
    room.browser.post(page, {**asked, "expected": expected})
    after = scores()
    ann = Attempt.objects.select_related("student").get(student__username="ann")
    result = text_of(browser_of(ann.student).get(reverse("quizzes:result", args=[ann.pk])))
    regrade = Regrade.objects.get()
    undo_regrade(regrade=regrade, actor=room.teacher, reason="No.", now=LATER)

    assert after == {**before, "ann": Decimal("2.00")}
    assert "4 points: 4 points" in result
    assert "Too strict." in result
    assert scores() == before
    assert HumanMark.objects.filter(share=Decimal("0.2")).count() == 1


@pytest.mark.parametrize("other", [{"claim": (0, 4)}, {"keys": ("claim", "style")}, {}])
def test_a_rubric_that_cannot_read_the_levels_or_says_the_same_is_not_offered(room, other):
    old = room.quiz.items.get().revisions.get()
    item = room.quiz.items.get()
    new = old.spec.model_copy(update={"rubric": essay(**other).rubric, "stem": "Why then?"})
    revise_item(item=item, spec=new, editor=None, now=NOW)

    html = text_of(room.browser.get(reverse("classes:regrade", args=[old.pk])))

    assert 'value="new_rubric"' not in html


def test_a_new_rubric_wants_to_be_named(room):
    old = room.quiz.items.get().revisions.get()
    revised(room, claim=(0, 4, 8))

    refused = room.browser.post(
        reverse("classes:regrade", args=[old.pk]), {"regrade-fix": "new_rubric", "regrade-reason": "So."}
    )

    assert refused.status_code == 422
    assert "Choose the version with the new rubric." in text_of(refused)
