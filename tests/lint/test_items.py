"""Each rule on one item: the example that violates it, and a neighbour that does not."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import pytest

from quizzes.domain.kinds.essay import EssaySpec
from quizzes.domain.specs import SourceRecord
from quizzes.lint.findings import ITEM_RULES
from quizzes.lint.run import lint_item
from quizzes.lint.view import FactView, ItemView
from tests.domain.make import BODIES, WHY, body
from tests.lint.make import COURSE, asking, choice, hits, item, menu, number, ordered, statement

PLAIN = asking("Which goods did Moscow send to Pyongyang in 1961?")
RECORD = SourceRecord(author="A minister", date="1993", place="Moscow", genre="letter")
TWENTY = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
STORY = f"Napoleon {' '.join(TWENTY.split()[:15])}. " * 6
POEM = "\n".join(f"> {TWENTY}" for _line in range(3))


def told(**texts):
    """Return a single choice with explanations otherwise: `key`, `one` and `two`."""
    options = {
        "key": {"text": "Timber and coal", "correct": True, "feedback": texts.get("key", f"{WHY} (key)")},
        "one": {"text": "Grain and tools", "feedback": texts.get("one", f"{WHY} (one)")},
        "two": {"text": "Ships and rails", "feedback": texts.get("two", f"{WHY} (two)")},
    }
    return item("single", stem="What was sent?", options=options)


def matched(size):
    prompts = {f"p{at}": {"text": f"Prompt {at}", "match": "m0", "feedback": WHY} for at in range(size)}
    return item("matching", prompts=prompts, matches={"m0": "Yes", "m1": "No"})


def sorted_into(size):
    entries = {f"e{at}": {"text": f"Entry {at}", "category": "xy"[at % 2], "feedback": WHY} for at in range(size)}
    return item("categorise", categories={"x": "One", "y": "Two"}, entries=entries)


def typed(*accept, **fields):
    return item("text", accept=accept, **fields)


def places(*texts, stem="Which place is it?"):
    points = {
        f"p{at}": {"at": [126 + at / 2, 38 + at / 2], "text": text, "correct": not at, "feedback": WHY}
        for at, text in enumerate(texts)
    }
    return item("map", stem=stem, places=points)


class Riddle(EssaySpec):
    """A kind that tells the rules nothing, and that no person marks."""

    is_human_marked: ClassVar[bool] = False
    kind: Literal["riddle"] = "riddle"


def riddle():
    return ItemView(Riddle.model_validate({**body("essay"), "kind": "riddle"}), quiz="quiz")


# Rule: pairs of what violates it and the neighbour that does not.
PAIRS = {
    "STEM-EMPTY": [
        (asking("Rome?"), asking("Which state founded Rome?")),
        (asking("The year of peace"), asking("The year of peace was marked by which event?")),
    ],
    "STEM-FOCUS": [
        (asking("The Congress of Vienna:"), asking("The Congress of Vienna restored the dynasty of France, namely:")),
        (
            asking("Which of the following is true of Rome?"),
            asking("Which of the following towns did Rome hold in 44?"),
        ),
        (asking("The Congress of Vienna met."), asking("The Congress of Vienna met in the city of ____.")),
        (places("In the west", "In the east", "In the south", stem="The port."), places("In a", "In b", "In c")),
    ],
    "STEM-SHORTER": [
        (
            choice("The Black Death…", *(f"*{TWENTY}" if not at else f"{at} {TWENTY}" for at in range(4))),
            choice(f"{TWENTY} {TWENTY}?", *(f"*{TWENTY}" if not at else f"{at} {TWENTY}" for at in range(4))),
        )
    ],
    "STEM-NEG": [
        (asking("Which was not a cause of the war?"), asking("Which was a cause of the war?")),
        (asking("Which goods weren't sent?"), asking("Which state said that it would not send goods?")),
        (asking("All of these were sent except which?"), asking("At least how many were sent, and to which state?")),
        (item("mark", stem="Mark what was **not** agreed."), item("mark", stem="Mark what was agreed.")),
    ],
    "STEM-NEG-PLAIN": [
        (asking("Which of these was not signed in 1648?"), asking("Which of these was **not** signed in 1648?")),
        (asking("Which is never in a treaty?"), asking("Which is NEVER in a treaty?")),
        (asking("Which was *later* not signed?"), asking("Which was <em>not</em> signed?")),
    ],
    "STEM-DOUBLE-NEG": [
        (
            choice("Which is NOT true?", "*It was ratified", "It was not ratified", "It was signed"),
            choice("Which is true?", "*It was ratified", "It was not ratified", "It was signed"),
        ),
    ],
    "STEM-REPEAT": [
        (
            choice("Why?", "*It was caused by trade", "It was caused by debt", "It was caused by war"),
            choice("Why?", "*It was caused by trade", "Debt brought it about", "War made it happen"),
        ),
        (choice("Who?", "*Treaty A1", "Treaty B2", "Treaty C3"), choice("Who?", "*The war", "The peace", "The debt")),
        (menu("Ties {{ a }}.", "were cut by Moscow", "were cut by Seoul", "were cut by Rome"), menu("{{ a }}", *"abc")),
    ],
    "STEM-BLANK": [
        (
            asking("____ crossed the Alps in 218 BCE."),
            asking("The general who crossed the Alps in 218 BCE was ____."),
        ),
        (typed("a", "b", stem="In some year ____ gave ____ to ____."), typed("a", "b", stem="He gave corn to ____.")),
    ],
    "STEM-MULTI": [
        (asking("Who won at Hastings and when?"), asking("Who won at Hastings and Stamford Bridge?")),
        (asking("Who won? What did it cost?"), asking("Who won, and thereby took the crown?")),
    ],
    "STEM-OPINION": [
        (asking("What do you think caused the war?"), asking("What does Carr think caused the war?")),
        (asking("What do you think caused it?"), item("essay", stem="What do you think caused it?")),
    ],
    "STEM-ORPHAN": [
        (asking("What was sent, according to the source?"), asking("What was the source of the coal?")),
        (asking("What does the source say?"), asking("Match each claim to the source that makes it:")),
        (
            asking("What does the table show?"),
            asking("What does the table show?", stimulus="| a |\n|---|\n| b |"),
        ),
    ],
    "STEM-VAGUE": [
        (asking("Which were significant in recent times?"), asking("How many were sent in 1961?")),
    ],
    "STEM-LONG": [
        (asking(f"{STORY} In which year?"), asking(f"{STORY} In which year?", stimulus="A story.")),
        (asking(f"In {TWENTY}, {TWENTY}, who won it?"), asking(f"In {TWENTY}. Then who won it?")),
    ],
    "STEM-SUPERLATIVE": [
        (asking("What was the first university?"), asking("What was the first university in Korea?")),
        (statement("It was the largest donor."), statement("It was the largest donor of 1954.")),
        (asking("What was the only reason given?"), asking("What did they not only say but write at first?")),
    ],
    "OPT-COUNT": [
        (
            choice("Which came first?", "*Rome", "Carthage"),
            choice("Which came first?", "*Rome", "Carthage", "Tyre"),
        ),
        (choice("Which?", "*a", "b", "c", "d", "e", "f"), places("a", "b", "c", "d", "e", "f")),
    ],
    "OPT-DUP": [
        (choice("When?", "*1914", "in 1914", "1915"), choice("When?", "*1914", "in 1916", "1915")),
        (
            choice("When?", "*14 July 1789", "July 14, 1789", "1790"),
            choice("When?", "*14 July 1789", "1 May 1789", "x"),
        ),
        (menu("There were {{ a }} parties.", "six", "6", "five"), menu("There were {{ a }} parties.", "six", "5", "7")),
    ],
    "OPT-NEAR": [
        (
            choice("Which?", "*Edict of Nantes", "Edicts of Nantes", "A bull"),
            choice("Which?", "*Edict of Nantes", "Peace of Nantes", "A bull"),
        ),
        (
            choice("Which?", "*It was paid in full by Moscow", "It was paid in bull by Moscow", "Nobody paid"),
            choice("Which?", "*It was paid in full in 1961", "It was paid in full in 1962", "Nobody paid"),
        ),
    ],
    "OPT-CONTAINS": [
        (choice("Where?", "*Asia", "Asia and Africa", "Europe"), choice("Where?", "*Asia", "Eurasian lands", "Europe")),
        (choice("How far?", "*4 km", "about 4 km", "9 km"), choice("How far?", "*4 km", "14 km", "9 km")),
    ],
    "OPT-ALL": [
        (choice("Which?", "*Coal", "Oil", "All of the above"), choice("Which?", "*Coal", "Oil", "All of Korea")),
    ],
    "OPT-NONE": [
        (choice("Which?", "*Coal", "Oil", "None of these"), choice("Which?", "*Coal", "Oil", "None of his coal")),
    ],
    "OPT-COMBO": [
        (choice("Which?", "*Coal", "Oil", "Both A and C"), choice("Which?", "*Coal", "Oil", "Austria and Belgium")),
        (choice("Which?", "*Coal", "Oil", "B or C only"), choice("Which?", "*Coal", "Oil", "Both Austria and Belgium")),
    ],
    "OPT-ORDERREF": [
        (
            choice("Which?", "*Coal", "Oil", "Both A and B"),
            choice("Which?", "*Coal", "Oil", "Both A and B", shuffle=False),
        ),
        (
            told(one="That is the second option, in another wording of it."),
            told(one="That was his second choice of men."),
        ),
        (told(one="For the reason, see above."), told(one="This is far below the 83 million recorded for 1995.")),
        (told(one="That would make option B right as well."), told(one="The answer a minister gave was another.")),
    ],
    "OPT-ABSOLUTE": [
        (
            choice("Who?", "*Some peasants held land", "All peasants supported it", "Towns took part"),
            choice("Who?", "*Some peasants held land", "Most peasants supported it", "Towns took part"),
        ),
    ],
    "OPT-HEDGE": [
        (
            choice("How?", "*It was usually paid in kind", "It was paid in gold", "It was paid in coin"),
            choice("How?", "*It was usually paid in kind", "It was often paid in gold", "It was paid in coin"),
        ),
        (choice("When?", "*It may be so", "1961", "1962"), choice("When?", "*In May 1961", "1961", "1962")),
    ],
    "OPT-LONGKEY": [
        (
            choice("Why?", f"*{' '.join(TWENTY.split()[:14])}", "a b c d e", "f g h i j"),
            choice("Why?", f"*{' '.join(TWENTY.split()[:5])}", "three four five six", "seven eight nine six"),
        ),
    ],
    "OPT-LENGTHS": [
        (choice("Why?", "*War", f"{TWENTY}", "Peace"), choice("Why?", "*War", "Peace", "Debt")),
        (choice("Why?", "*A debt", "A debt that grew for years", "War"), choice("How many?", "*5", "100,000", "7")),
    ],
    "OPT-OPPOSITE": [
        (
            choice("What then?", "*It was ratified", "It was not ratified", "It lapsed", "It was lost"),
            choice("What then?", "*It was ratified", "It was denounced", "It lapsed", "It was lost"),
        ),
        (choice("What?", "*Trade rose", "Trade fell", "War"), choice("What?", "*Trade rose", "Debt fell", "War")),
    ],
    "OPT-ARTICLE": [
        (
            choice("Hannibal used an", "*elephant", "horse", "camel"),
            choice("Hannibal used", "*an elephant", "a horse", "a camel"),
        ),
        (menu("It was a {{ a }}.", "treaty", "edict", "order"), menu("It was a {{ a }}.", "treaty", "bill", "union")),
    ],
    "OPT-NUMBER": [
        (
            choice("The causes of the war were", "*high taxes", "the king", "a famine"),
            choice("The causes of the war were", "*high taxes", "weak kings", "bad harvests"),
        ),
        (choice("The cause was", "*a famine", "taxes", "wars"), choice("The cause was", "*a famine", "a tax", "wars")),
    ],
    "OPT-FORM": [
        (
            choice("What was the aim?", "*to raise taxes", "raising armies", "lowering prices"),
            choice("What was the aim?", "*raising taxes", "raising armies", "lowering prices"),
        ),
        (
            choice("What?", "*Buying it", "A", "B"),
            choice("What?", "*Sourcing: who wrote it", "Context: when", "Use: why"),
        ),
        (choice("What?", "*coal", "Oil", "Gas"), choice("What?", "*Coal", "Oil", "gas")),
        (choice("What?", "*Coal.", "Oil", "Gas"), choice("What?", "*Coal.", "Oil.", "Gas.")),
        (choice("What?", "*석탄", "Oil", "Gas"), choice("What?", "*석탄", "가스", "기름")),
    ],
    "OPT-PRECISE": [
        (
            choice("How many?", "*1,347", "1000", "2000", "3000"),
            choice("How many?", "*1,300", "1,100", "2,200", "3,600"),
        ),
        (choice("When?", "*4 July 1776", "1770", "1783"), choice("When?", "*4 July 1776", "1 May 1770", "1783")),
        (choice("How far?", "*40 km", "60", "90"), choice("How far?", "*40 km", "60 km", "90 km")),
        (choice("How much?", "*12.5", "20", "30"), choice("When?", "*1991", "1990", "2000")),
    ],
    "OPT-ECHO": [
        (
            choice(
                "What ended at the Peace of Westphalia?", "*the Westphalian war", "the English war", "the Dutch war"
            ),
            choice("What ended at the Peace of Westphalia?", "*the long war", "the English war", "the Dutch war"),
        ),
        (
            choice("Which office took the letter?", "*The office of trade", "The court", "The bank"),
            choice("Which town did Moscow choose?", "*The Moscow suburb", "The port", "The bank"),
        ),
        (
            choice("Which talks were held?", "*Talks on debt", "A show", "A race", kind="multiple"),
            choice("Which talks were held?", "*Talks on debt", "Talks on gas", "A race", kind="multiple"),
        ),
    ],
    "OPT-CONVERGE": [
        (
            choice("Who?", "*guilds and towns", "guilds and kings", "bishops and towns", "guilds and knights"),
            choice("Who?", "guilds and towns", "*guilds and kings", "bishops and towns", "guilds and knights"),
        ),
    ],
    "NUM-OVERLAP": [
        (choice("When?", "1914-1918", "1918-1939", "*1945"), choice("When?", "1914-1918", "1919-1939", "*1945")),
        (number(50, near=[(60, 5), (63, 1)]), number(50, near=[(60, 2), (63, 1)])),
    ],
    "NUM-ORDER": [
        (
            choice("When?", "*1789", "1648", "1815", "1918", shuffle=False),
            choice("When?", "1648", "*1789", "1815", "1918", shuffle=False),
        ),
        (choice("When?", "*1789", "1648", "1815", shuffle=False), choice("When?", "*1789", "1648", "1815")),
    ],
    "NUM-GAP": [
        (number(300, unit="km"), number(300, unit="km", tolerance=10)),
        (number("2.5", unit="rods"), number(6, unit="parties")),
    ],
    "FB-KEY": [
        (told(key="Correct!"), told()),
        (ordered("1788", "1789", "1815", feedback="So it was."), ordered("1788", "1789", "1815")),
    ],
    "FB-DISTRACTOR": [
        (told(one="Wrong, it is B."), told()),
        (statement("It lapsed.", feedback_false="Incorrect."), statement("It lapsed.")),
        (typed("a", "b", partial=[{"accept": ["c"], "share": 0, "feedback": "No."}]), typed("a", "b")),
        (
            item("mark", spans={**BODIES["mark"]["spans"], "held": {"feedback": "No."}}),
            item("mark"),
        ),
    ],
    "FB-SAME": [
        (
            told(one="See chapter 3 on this, where it is set out.", two="See chapter 3 on this, where it is set out."),
            told(),
        ),
    ],
    "FB-CONTRADICTS": [
        (told(one="Yes, well done"), told(one="Yesterday's papers had it so, but nobody else did.")),
        (told(key="No, that was another treaty."), told(key="No treaty says more about it than this one.")),
    ],
    "FB-LEAKS": [
        (
            choice("Which peace?", "*Peace of Prague", "Peace of Rome", "Peace of Ulm", hints=["Think of Prague."]),
            choice("Which peace?", "*Peace of Prague", "Peace of Rome", "Peace of Ulm", hints=["Think of peace."]),
        ),
        (
            item(
                "text",
                accept=["Kozyrev", "A. Kozyrev"],
                feedback_wrong="It was Kozyrev.",
                place={"is_told_early": True},
            ),
            item("text", accept=["Kozyrev", "A. Kozyrev"], feedback_wrong="It was Kozyrev."),
        ),
    ],
    "SRC-NONE": [(asking("Which?", sources=["nowhere"]), asking("Which?", sources=["nowhere", "undated"]))],
    "SRC-WEAK": [
        (asking("Which?", sources=["encyclopedia"]), asking("Which?", sources=["encyclopedia", "treaty-1961"])),
        (asking("Which?", sources=["undated"]), asking("Which?", sources=["treaty-1961"])),
        (asking("Which?", contested=True), asking("Which?", contested=True, sources=["treaty-1961", "undated"])),
    ],
    "OBJ-LEVEL": [
        (asking("In which year was it?", level="evaluate"), asking("In which year was it?", level="apply")),
        (asking("Who was it?", level="analyse"), asking("Which reading fits?", level="analyse")),
    ],
    "TAG-CONTESTED": [
        (
            asking("What caused the fall of Rome?", contested=True),
            asking("What caused the fall of Rome, according to Gibbon?", contested=True),
        ),
        (
            asking("Who shot first in the war?", contested=True),
            asking("By the Soviet account, who shot first in the war?", contested=True),
        ),
        (asking("Who was it?", contested=True), asking("Who was it?")),
        (asking("Who told whom?", contested=True), asking("Which historian was it?", contested=True)),
    ],
    "ALT-KEY": [
        (
            choice("How does it go?", "*It falls", "It rises", "It stays", figure="chart"),
            choice("Where does it fall?", "*On the left", "On the right", "Not at all", figure="chart"),
        ),
        (
            choice("Who is this?", "*Bismarck", "Moltke", "Roon", figure="portrait"),
            choice("Who is this?", "*Moltke", "Bismarck", "Roon", figure="portrait"),
        ),
    ],
    "LIC-NONE": [
        (asking("Who wrote this?", stimulus=POEM), asking("Who wrote this?", stimulus=f"{POEM}\n> — Anna Koval, 2001")),
        (asking("Who wrote it?", stimulus=POEM), asking("Who wrote it?", stimulus=POEM, place={"record": RECORD})),
    ],
    "KIND-UNSEEN": [(riddle(), item("essay")), (riddle(), item("categorise"))],
    "TF-COMPOUND": [
        (statement("Caesar was emperor and died in 44 BCE"), statement("Caesar and Pompey died before 40 BCE")),
        (statement("Trade fell because prices rose."), statement("Trade fell and with it the price of rice.")),
        (statement("The pact, which lapsed, was secret."), statement("Papers give the year in which it lapsed.")),
    ],
    "TF-ABSOLUTE": [
        (statement("All Romans could vote", answer=False), statement("Romans of rank could vote", answer=False)),
        (statement("All Romans could vote", answer=False), statement("All Romans could vote", answer=True)),
    ],
    "TF-NEG": [
        (statement("Sparta was not a democracy"), statement("Sparta was a democracy")),
        (statement("Sparta wasn’t a democracy"), statement("Notable Spartans voted")),
    ],
    "MATCH-LONG": [(sorted_into(9), sorted_into(8))],
    "SHORT-ONE": [
        (typed("Peking"), typed("Peking", "Beijing")),
        (typed("Peking", "Pekin"), typed("Peking", "Pekin", "Beijing")),
        (typed("four"), typed("four", "quattuor")),
        (typed("four", "4"), typed("four", "quattuor")),
        (typed("1,961.5"), typed("A1961", "1961A", "05.1961", "24.05.1961")),
        (
            item("cloze", text="In {{ a }}.", gaps={"a": {"accept": ["1961", "the year 1961"], "feedback": WHY}}),
            item("cloze", text="In {{ a }}.", gaps={"a": {"answer": 1961, "unit": "year", "feedback": WHY}}),
        ),
        (typed("a", "b", fold=[]), typed("a", "b", fold=["case"])),
        (
            item("cloze", text="To {{ a }}.", gaps={"a": {"accept": ["Seoul"], "feedback": WHY}}),
            item("cloze", text="To {{ a }}.", gaps={"a": {"accept": ["Seoul", "Hanyang"], "feedback": WHY}}),
        ),
    ],
    "DBQ-SOURCES": [
        (item("constructed", stimulus="One letter."), item("constructed", stimulus="A letter of 1993 from Moscow.")),
        (
            item("constructed", place={"record": SourceRecord(author="A minister")}),
            item("constructed", place={"record": RECORD}),
        ),
        (
            item("essay", stimulus="A letter of 1993."),
            item("essay", stimulus="A letter of 1993.", sources=["treaty-1961", "undated"]),
        ),
    ],
    "DATE-AMBIG": [
        (asking("What was signed on 4/7/1776?"), asking("What was signed on 14/7/1789?")),
        (asking("What was signed on 14.7.89?"), asking("What is in section 14.7.189?")),
        (told(one="It was signed on 1-2-1990, by a report."), told()),
    ],
    "DATE-ERA": [
        (asking("Who died in 44?"), asking("Who died in 44 BCE?")),
        (number(44, unit="year", stem="In which year did Caesar die?"), number(1961, stem="In which year was it?")),
        (asking("Since 668, who has ruled?"), asking("What fell in 15 per cent of cases?")),
    ],
    "DATE-CENTURY": [
        (asking("Which 18th century war ended in 1812?"), asking("Which 19th century war ended in 1812?")),
        (asking("Which war of the eighteenth century ended in 1812?"), asking("Which eighteenth-century war was it?")),
    ],
    "DATE-CALENDAR": [
        (
            asking("What followed the October Revolution of 7 November?"),
            asking("What followed the October Revolution of 7 November (N.S.)?"),
        ),
        (asking("What did London do on 3 May 1700?"), asking("What did London do on 3 May 1800?")),
        (asking("What did Russia do on 3 May 1800?"), asking("What did Russia do on 3 May 1950?")),
    ],
    "DATE-RELATIVE": [
        (asking("Who is the current president?"), asking("Who was president in 2000?")),
        (asking("What was signed ten years ago?"), asking("What was known of it?")),
    ],
    "DATE-CIRCA": [
        (
            number(-1200, stem="When did it fall?", feedback_right="By the digs it fell c. 1200 BCE, or so they say."),
            number(
                -1200, tolerance=25, stem="When?", feedback_right="By the digs it fell c. 1200 BCE, or so they say."
            ),
        ),
        (number(300, stem="About 300 men?"), number(300, stem="About 3000 men?")),
    ],
    "DATE-INTOL": [
        (number(1453, tolerance=5, near=[(1450, 0)]), number(1453, tolerance=2, near=[(1450, 0)])),
    ],
    "DATE-SELF": [
        (number(1067, facts=["hastings"]), number(1066, facts=["hastings"])),
        (
            number(1067, facts=["hastings"]),
            item(
                "cloze",
                text="After Hastings, by {{ a }}, he was king.",
                gaps={"a": {"answer": 1067, "unit": "year", "feedback": WHY}},
                facts=["hastings"],
            ),
        ),
        (choice("When?", "*1067", "1065", "1070", facts=["hastings"]), number(1067, facts=["undated-fact"])),
    ],
    "ORDER-TIE": [
        (ordered("1789", "14 July 1789", "1815"), ordered("1788", "14 July 1789", "1815")),
        (ordered("Early 1961", "6 March 1961", "1962"), ordered("Early in 1961", "6 June 1961", "1962")),
        (ordered("May 1961", "6 May 1961", "1962"), ordered("May 1961", "6 June 1961", "1962")),
    ],
}
FACTS = {"hastings": FactView("hastings", "high", (1066, 1066)), "undated-fact": FactView("undated-fact", "high")}
WITH_FACTS = replace(COURSE, facts=FACTS)
CASES = [
    pytest.param(rule, bad, clean, id=f"{rule}-{at}")
    for rule, pairs in PAIRS.items()
    for at, (bad, clean) in enumerate(pairs, start=1)
]


def test_every_rule_on_items_has_an_example():
    assert set(PAIRS) == set(ITEM_RULES)


@pytest.mark.parametrize(("rule", "bad", "clean"), CASES)
def test_the_example_violates_its_rule_and_the_neighbour_does_not(rule, bad, clean):
    assert hits(rule, bad, WITH_FACTS)
    assert hits(rule, clean, WITH_FACTS) == []


@pytest.mark.parametrize(("rule", "bad", "clean"), CASES)
def test_each_finding_says_why_in_a_sentence_and_points_into_the_item(rule, bad, clean):
    for hit in hits(rule, bad, WITH_FACTS):
        assert (hit.reason % hit.details).endswith(".")
        assert hit.span
        assert hit.where[0] in type(bad.spec).model_fields


def test_a_good_question_is_left_alone():
    assert list(lint_item(PLAIN, COURSE)) == []


@pytest.mark.parametrize(
    ("rule", "bad", "severity"),
    [
        ("OPT-ALL", choice("Which?", "Coal", "Oil", "*All of the above"), "E"),
        ("OPT-NONE", choice("Which?", "Coal", "Oil", "*None of these"), "E"),
        ("OPT-ABSOLUTE", choice("Which?", "*All the coal", "Some oil", "Some gas"), "I"),
        ("OPT-ARTICLE", choice("Hannibal used an", "*elephant", "horse", "camel"), "E"),
        ("OPT-ARTICLE", choice("Hannibal used a", "elephant", "*horse", "camel"), "W"),
        ("NUM-OVERLAP", choice("When?", "*1914-1918", "1918-1939", "1945"), "E"),
    ],
)
def test_some_rules_weigh_more_or_less_where_the_key_is_concerned(rule, bad, severity):
    findings = [finding for finding in lint_item(bad, COURSE) if finding.rule == rule]

    assert [str(finding.severity) for finding in findings] == [severity]


def test_entries_that_may_stand_in_any_order_do_not_tie():
    entries = {
        "a": {"text": "1789", "feedback": WHY},
        "b": {"text": "14 July 1789", "feedback": WHY},
        "c": {"text": "1815", "feedback": WHY, "after": ["a", "b"]},
    }
    loose = item("ordering", rule="graph", entries=entries)
    tight = item("ordering", rule="graph", entries={**entries, "b": {**entries["b"], "after": ["a"]}})

    assert hits("ORDER-TIE", loose) == []
    assert hits("ORDER-TIE", tight)
