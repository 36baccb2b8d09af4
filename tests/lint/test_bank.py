"""Rules on quizzes, banks and courses: what violates each, and the neighbour that does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quizzes.lint.findings import COURSE_RULES
from quizzes.lint.run import FAMILIES, all_rules, lint
from quizzes.lint.view import CourseView, FactView, LessonView, ObjectiveView, QuizView, SectionView
from tests.domain.make import WHY
from tests.lint.make import asking, choice, course_of, item, statement, whole_hits

LONG, SHORT = "A much longer option than the rest", ["One here", "Two here", "Six here"]


def lengths(hits, size):
    """Return questions with one longest option of four, the key in so many of them."""
    for at in range(size):
        is_hit = at < hits
        texts = [("*" if is_hit else "") + LONG, ("" if is_hit else "*") + SHORT[0], *SHORT[1:]]
        yield choice(f"Question {at}?", *texts, key=f"q{at}")


def at_places(*places, **fields):
    """Return questions of four options with the key at the places named."""
    for at, place in enumerate(places):
        texts = [f"*Answer {at}" if number == place else f"Other {number}" for number in range(4)]
        yield choice(f"Question {at}?", *texts, key=f"q{at}", **fields)


def spread(counts, **fields):
    """Return questions with so many keys at each place, no two neighbours alike where it can be helped."""
    left, places = list(counts), []
    while sum(left):
        for place, count in enumerate(left):
            if count:
                places.append(place)
                left[place] -= 1
    return at_places(*places, **fields)


def statements(true, size):
    return [statement(f"Claim {at} holds.", answer=at < true, key=f"s{at}") for at in range(size)]


def absolutes(wrong, right, size=40):
    for at in range(size):
        key = f"*{'All' if at < right else 'Some'} of {at}"
        texts = [f"{'Never' if at < wrong else 'Then'} {at} {number}" for number in range(3)]
        yield choice(f"Question {at}?", key, *texts, key=f"q{at}")


def drawing(**fields):
    """Return a course with a quiz that draws its questions."""
    return CourseView(quizzes=(QuizView("exam", "Exam", (), **fields),))


def ready_made(hits, size):
    for at in range(size):
        texts = ["All of the above", "Coal"] if at >= hits else ["*All of the above", "Coal"]
        yield choice(f"Question {at}?", *texts, "Oil" if at < hits else "*Oil", key=f"q{at}")


def on(*objectives, **fields):
    """Return questions on objectives."""
    return [asking(f"Question {at}?", objective=key, key=f"q{at}", **fields) for at, key in enumerate(objectives)]


def with_objectives(*keys, items):
    known = {key: ObjectiveView(key, f"Explain {key}.", "lesson-1", ("objectives", at)) for at, key in enumerate(keys)}
    return course_of(*items, objectives=known)


def levels(recall, size, **fields):
    return [
        asking(f"Question {at}?", key=f"q{at}", level="remember" if at < recall else "apply", **fields)
        for at in range(size)
    ]


def unexplained(wrong, size):
    for at in range(size):
        yield statement(f"Claim {at}.", key=f"s{at}", feedback_false="No." if at < wrong else WHY)


def objective(text):
    return course_of(objectives={"one": ObjectiveView("one", text, "lesson-1", ("objectives", 0))})


def study(tested, *, listed=("S01",), is_written=True):
    lesson = LessonView("lesson-1", listed, (), is_written)
    items = [asking(f"Question {at}?", key=f"q{at}", statements=["S01"]) for at in range(tested)]
    return course_of(*items, lessons=(lesson,), statements={"S01": ("lesson-1",)})


def teaching(text, *, confidence="contested", cited="source-a", has_dispute=False, facts=("claim",)):
    """Return a course whose one section rests on a claim and says something where it cites a source."""
    section = SectionView("one", facts, ((text, frozenset({cited})),), has_dispute)
    register = {"claim": FactView("claim", confidence, None, frozenset({"source-a"}))}
    return course_of(lessons=(LessonView("lesson-1", (), (section,), is_written=True),), facts=register)


FALL = "In which year did the Berlin Wall fall?"
NANTES = choice("Which text was it?", "*Edict of Nantes", "Bull of Rome", "Peace of Ulm", key="q3")
GAVE = asking("The Edict of Nantes of 1598 gave what?", key="q7")
UNRELATED = [asking(f"Question {at}?", key=f"u{at}") for at in range(3)]
PAIRS = {
    "BANK-LONGKEY": [
        (course_of(*lengths(30, 60)), course_of(*lengths(16, 60))),
        (course_of(*lengths(11, 20)), course_of(*lengths(10, 20))),
        (course_of(*lengths(18, 40)), course_of(*lengths(17, 40))),
        (course_of(*lengths(19, 20)), course_of(*lengths(19, 19))),
    ],
    "BANK-POSITION": [
        (course_of(*spread([10, 40, 38, 12])), course_of(*spread([24, 26, 27, 23]))),
        (course_of(*at_places(0, 1, 1, 1, 1, 1, 1)), course_of(*at_places(0, 1, 1, 1, 1, 1, 0))),
        (course_of(*spread([10, 10, 0, 0])), course_of(*spread([10, 9, 0, 0]))),
    ],
    "BANK-POOL": [
        (drawing(fault_of_bank="It is an exam."), drawing()),
        (drawing(choices_of_strata=(9, 4)), drawing(choices_of_strata=(9, 5))),
    ],
    "BANK-RUBRIC": [
        (
            course_of(item("essay", stem="Why?", key="q1"), item("essay", stem="To what end?", key="q2")),
            course_of(item("essay", stem="Why?", key="q1"), item("essay", stem="Why?", key="q2")),
        ),
    ],
    "BANK-TF": [
        (course_of(*statements(32, 40)), course_of(*statements(24, 40))),
        (course_of(*statements(20, 20)), course_of(*statements(19, 19))),
    ],
    "BANK-ABSOLUTE": [(course_of(*absolutes(18, 1)), course_of(*absolutes(18, 8)))],
    "BANK-ALLNONE": [
        (course_of(*ready_made(7, 8)), course_of(*ready_made(3, 8))),
        (course_of(*ready_made(6, 6)), course_of(*ready_made(5, 5))),
    ],
    "BANK-NEARDUP": [
        (
            course_of(
                item("text", stem=FALL, accept=["1989", "'89"], key="q1"),
                item("text", stem="When did the Berlin Wall fall?", accept=["1989", "89"], key="q2"),
            ),
            course_of(
                item("text", stem=FALL, accept=["1989", "'89"], key="q1"),
                item("text", stem="When was Rome founded?", accept=["753", "753 BC"], key="q2"),
            ),
        ),
    ],
    "BANK-CUE": [
        (course_of(NANTES, GAVE, *UNRELATED), course_of(NANTES, *UNRELATED)),
        (
            course_of(NANTES, GAVE),
            course_of(replace(NANTES, spec=NANTES.spec.model_copy(update={"enemies": ("q7",)})), GAVE),
        ),
        (
            course_of(NANTES, asking("Who?", key="q7", hints=["Nantes had an edict."])),
            course_of(NANTES, asking("Who?")),
        ),
        (  # an exam draws both, from whatever lesson
            course_of(replace(NANTES, is_reserved=True), replace(GAVE, is_reserved=True), *UNRELATED),
            course_of(replace(NANTES, is_reserved=True), GAVE, *UNRELATED),
        ),
    ],
    "BANK-OBJECTIVE": [
        (
            with_objectives("one", "two", items=on("one", "one", "two", "two", "two")),
            with_objectives("one", "two", "three", items=on(*["one", "two", "three"] * 3)),
        ),
        (with_objectives("one", "two", items=on(*["one"] * 9, *["two"] * 3)), course_of()),
    ],
    "BANK-MASTERY": [
        (
            with_objectives("one", "two", items=on(*["one"] * 5, *["two"] * 4)),
            with_objectives("one", "two", items=on(*["one", "two"] * 5)),
        ),
        (  # what a person marks may never be marked
            with_objectives("one", items=(*on(*["one"] * 4), item("essay", key="essay", objective="one"))),
            with_objectives(
                "one", items=(*on(*["one"] * 4), replace(asking("Who?", key="check", objective="one"), is_check=True))
            ),
        ),
        (  # and what is reserved for an exam is no practice
            with_objectives(
                "one", items=(*on(*["one"] * 4), replace(asking("Who?", key="r", objective="one"), is_reserved=True))
            ),
            with_objectives("one", items=on(*["one"] * 5)),
        ),
    ],
    "BANK-LEVEL": [
        (course_of(*levels(19, 20, stimulus="A letter.")), course_of(*levels(14, 20, stimulus="A letter."))),
        (course_of(*levels(1, 5)), course_of(*levels(1, 5, stimulus="A letter."))),
    ],
    "FB-DISTRACTOR": [(course_of(*unexplained(3, 20)), course_of(*unexplained(2, 20)))],
    "BANK-BLIND": [(course_of(*lengths(60, 60)), course_of(*lengths(15, 60)))],
    "OBJ-VERB": [
        (objective("Understand feudalism."), objective("Explain feudalism.")),
        (objective("Be aware of debts."), objective("Learned opinions compared.")),
    ],
    "STUDY-TESTED": [
        (study(1), study(2)),
        (study(2, listed=()), study(2)),
        (study(0), study(0, is_written=False)),
    ],
    "FACT-UNKNOWN": [
        (teaching("x", facts=("other",)), teaching("x", facts=("claim",))),
        (
            course_of(asking("Which?", facts=["other"]), facts={}),
            course_of(asking("Which?", facts=["other"])),
        ),
    ],
    "FACT-UNVERIFIED": [(teaching("x", confidence="unverified"), teaching("x", confidence="medium"))],
    "CONTESTED-UNATTRIBUTED": [
        (teaching("It was paid in full."), teaching("It was paid in full.", confidence="high")),
        (teaching("It was paid in full."), teaching("By Kim's account it was paid in full.")),
        (teaching("It was paid in full."), teaching("It was paid in full.", has_dispute=True)),
        (teaching("Kim says that it was paid.", cited="source-b"), teaching("Kim says that it was paid.")),
    ],
}
CASES = [
    pytest.param(rule, bad, clean, id=f"{rule}-{at}")
    for rule, pairs in PAIRS.items()
    for at, (bad, clean) in enumerate(pairs, start=1)
]


def test_every_rule_on_courses_has_an_example():
    assert set(PAIRS) == set(COURSE_RULES)
    assert FAMILIES


@pytest.mark.parametrize(("rule", "bad", "clean"), CASES)
def test_the_example_violates_its_rule_and_the_neighbour_does_not(rule, bad, clean):
    assert whole_hits(rule, bad)
    assert whole_hits(rule, clean) == []


@pytest.mark.parametrize(("rule", "bad", "clean"), CASES)
def test_each_finding_says_why_in_a_sentence(rule, bad, clean):
    for hit in whole_hits(rule, bad):
        assert (hit.reason % hit.details).endswith(".")
        assert hit.span


def test_what_a_shuffle_hides_is_only_noted():
    [shuffled] = whole_hits("BANK-POSITION", course_of(*spread([10, 40, 38, 12])))
    [fixed] = whole_hits("BANK-POSITION", course_of(*spread([10, 40, 38, 12], shuffle=False)))

    assert (shuffled.severity, fixed.severity) == ("I", None)


def test_questions_alike_with_other_keys_are_only_siblings():
    course = course_of(
        choice("What did the Berlin Wall part?", "*Two cities", "Two rivers", "Two roads", key="q1"),
        choice("What did the Berlin Wall part?", "*Two worlds", "Two hills", "Two seas", key="q2"),
    )

    [hit] = whole_hits("BANK-NEARDUP", course)

    assert hit.severity == "I"


def test_a_quiz_of_its_own_does_not_cue_another():
    course = replace(course_of(NANTES), quizzes=(QuizView("one", "One", (NANTES,)), QuizView("two", "Two", (GAVE,))))

    assert whole_hits("BANK-CUE", course) == []


def test_a_run_reports_items_and_bank_together():
    found = lint(course_of(asking("Rome?"), asking("Rome?", key="other")))

    assert {"STEM-EMPTY", "BANK-NEARDUP"} <= {finding.rule for finding in found}
    assert {finding.rule for finding in found} <= set(all_rules())
