"""What every item and every quiz must say."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from pydantic import ValidationError

from quizzes.domain.base import RULES, InvalidAnswer
from quizzes.domain.kinds import KINDS, SPECS, read_spec
from quizzes.domain.specs import QuizSpec, content_hash, spec_hash
from tests.domain.make import BODIES, COMMON, body, quiz_file, spec


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (kind, field)
        for kind, spec in SPECS.items()
        for field in ("key", *COMMON)
        if spec.is_scored or field in ("key", "stem", "objective", "section")
    ],
)
def test_no_common_field_may_be_missing(kind, field):
    written = body(kind)
    del written[field]

    with pytest.raises(ValidationError) as refusal:
        read_spec(written)

    assert [(error["type"], error["loc"][-1]) for error in refusal.value.errors()] == [("missing", field)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_field_is_refused(kind):
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        spec(kind, hint="Look again.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "Upper"),
        ("key", "two--hyphens"),
        ("key", "x" * 81),
        ("stem", "   "),
        ("level", "know"),
        ("difficulty", 4),
        ("section", "lesson#section#more"),
        ("sources", []),
        ("statements", ["S 4"]),
        ("points", 0),
        ("points", "0.001"),
        ("points", 101),
        ("feedback", ""),
        ("hints", [""]),
        ("hints", ["Look again."] * 11),
        ("set", "Letters"),
        ("enemies", ["Other"]),
        ("contested", "perhaps"),
    ],
)
def test_a_common_field_that_makes_no_sense_is_refused(field, value):
    with pytest.raises(ValidationError) as refusal:
        spec("single", **{field: value})

    assert {error["loc"][1] for error in refusal.value.errors()} == {field}


@pytest.mark.parametrize(
    ("kind", "hint", "told"),
    [
        ("single", "It was paid in dollars, was it not?", "Paid in dollars"),
        ("multiple", "Think of labour.", "Labour"),
        ("text", "Mr Kozyrev knew.", "Kozyrev"),
        ("numeric", "The year of 1961.", "1961"),
        ("cloze", "Some 2.2BN, they say.", "2.2bn"),
        ("cloze", "Not 830 but 83 million.", "83 million"),
        ("numbers", "It has 1100 km.", "1100"),
        ("timeline", "It came after 1961.", "1961"),
        ("map", "Look on the coast, in the north-east.", "On the coast, in the north-east"),
        ("mark", "See where the conference was proposed.", "the conference was proposed"),
    ],
)
def test_a_hint_that_gives_the_answer_away_is_refused(kind, hint, told):
    with pytest.raises(ValidationError, match=f"hint 2 gives the answer away: it says “{told}”"):
        spec(kind, hints=["Think of the decade.", hint])


@pytest.mark.parametrize("hint", ["The Kozyrevs of this world.", "A minister of the nineties."])
def test_a_hint_that_says_less_is_taken(hint):
    assert spec("text", hints=[hint]).hints == (hint,)


@pytest.mark.parametrize(("enemies", "reason"), [(["question"], "names the question itself"), (["b", "b"], "twice")])
def test_enemies_are_other_questions_each_named_once(enemies, reason):
    with pytest.raises(ValidationError, match=reason):
        spec("single", enemies=enemies)


def test_a_kind_nobody_knows_is_refused():
    with pytest.raises(ValidationError, match="does not match any of the expected tags"):
        read_spec({**body("single"), "kind": "riddle"})


def test_a_spec_cannot_be_changed():
    item = spec("single")

    with pytest.raises(ValidationError, match="frozen"):
        item.stem = "Something else?"


def test_each_kind_has_a_builder():
    assert sorted(KINDS) == sorted(BODIES)


@pytest.mark.parametrize("places", [{}, {"lesson": "lesson-1", "unit": "unit-1"}])
def test_a_quiz_belongs_to_a_lesson_or_to_a_unit(places):
    written = quiz_file()
    del written["lesson"]

    with pytest.raises(ValidationError, match="either the `lesson` or the `unit`"):
        QuizSpec.model_validate(written | places)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_attempts", 0),
        ("pass_percent", 101),
        ("review", "sometimes"),
        ("practice", "perhaps"),
        ("behaviour", "lenient"),
        ("penalty", 2),
        ("opens", "2026-09-01T08:00:00"),
        ("credit", [{"days": 1}]),
        ("draw", {"strata": []}),
    ],
)
def test_a_setting_of_a_quiz_that_makes_no_sense_is_refused(field, value):
    with pytest.raises(ValidationError) as refusal:
        QuizSpec.model_validate(quiz_file() | {field: value})

    assert {error["loc"][0] for error in refusal.value.errors()} == {field}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"items": []}, "has no questions"),
        ({"opens": "2026-09-02T08:00:00Z", "closes": "2026-09-01T08:00:00Z"}, "in that order"),
        ({"layout": "all", "navigation": "one_way"}, "cannot be one-way"),
        ({"credit": [{"days": 1, "percent": 50}]}, "counts from `due`"),
        ({"behaviour": "immediate", "review": "after_close"}, "marked at once say"),
        ({"grace_minutes": 5}, "belongs to `overdue: grace`"),
        ({"credits": [1, "0.5"]}, "belongs to `behaviour"),
        ({"confidence": "certainty", "behaviour": "adaptive"}, "goes with `behaviour: deferred`"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(fields, words):
    with pytest.raises(ValidationError, match=words):
        QuizSpec.model_validate(quiz_file() | fields)


def test_words_read_now_are_marked_by_the_newest_rules_and_stored_ones_by_their_own():
    written = spec("text")

    assert (written.rules, read_spec(body("text"), rules=1).rules) == (RULES, 1)
    assert RULES == 2, "a new edition of the rules wants a decision of its own"
    assert "rules" not in written.model_dump()


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_edition_asks_for_a_new_version_only_where_it_changes_marks(kind):
    new, old = read_spec(body(kind)), read_spec(body(kind), rules=1)

    assert content_hash(new) == content_hash(old)
    assert (spec_hash(new) != spec_hash(old)) is (new.new_rules > 1)


def test_the_hash_of_words_stays_what_it_is_or_every_question_would_get_a_new_version():
    written = read_spec(body("single", stem="Wer übernahm das Café?"))

    assert content_hash(written) == "f738c5d3fdeb9d5e517d69bb5f7a0ab2528c6ff37f095271d49442b51b2d1b0c"


def test_an_answer_marked_at_once_may_tell_whether_it_is_right_and_what_it_earns_and_no_more():
    told = {"correctness": ["after"], "marks": ["after"]}
    quiz = QuizSpec.model_validate(quiz_file() | {"behaviour": "immediate", "review": told})

    assert quiz.behaviour == "immediate"


@pytest.mark.parametrize(("year", "fits"), [(1969, False), (1970, True), (2199, True), (2200, False)])
def test_a_moment_lies_within_the_years_a_quiz_may_have(year, fits):
    written = quiz_file() | {"opens": f"{year}-06-01T08:00:00+00:00"}

    if fits:
        assert QuizSpec.model_validate(written).opens.year == year
    else:
        with pytest.raises(ValidationError, match="must lie between the years"):
            QuizSpec.model_validate(written)


def test_a_number_written_with_a_point_is_exactly_what_is_written():
    assert spec("numeric", answer=0.1).answer == Decimal("0.1")


@pytest.mark.parametrize(("weight", "fits"), [(100, True), (101, False), (0, False)])
def test_the_weight_of_a_part_has_bounds(weight, fits):
    fields = {name: {**field, "weight": weight} for name, field in body("numbers")["fields"].items()}

    if fits:
        assert spec("numbers", fields=fields)
    else:
        with pytest.raises(ValidationError, match=r"100|greater than 0"):
            spec("numbers", fields=fields)


def test_a_field_the_question_does_not_have_is_refused_beside_those_it_has():
    question = spec("numbers")
    known = dict.fromkeys(question.fields, "1")

    assert question.clean(known) == known
    with pytest.raises(InvalidAnswer, match="each field"):
        question.clean(known | {"other": "1"})


SURVEY = {"key": "q", "kind": "survey", "stem": "How was it?", "objective": "o", "section": "s", "style": "likert"}


def test_a_survey_of_which_only_the_question_is_written_comes_back_from_json_as_it_was():
    written = read_spec(SURVEY)

    assert read_spec(json.loads(json.dumps(written.model_dump(mode="json")))) == written
    assert (written.points, written.feedback, written.is_scored) == (0, "", False)
