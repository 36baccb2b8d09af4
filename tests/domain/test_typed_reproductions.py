"""Typed answers that were once marked wrongly, lost or refused, each with its right value.

They come from reports about how other systems treat typed answers; each stands for its kind.
"""

from __future__ import annotations

from typing import Any

import pytest

from quizzes.domain.base import InvalidAnswer
from tests.domain.make import WHY, spec

REFUSED = "refused"
PENALTY = {"rule": "times", "value": "0.25", "feedback": "The unit?"}


def within(answer: Any, tolerance: Any = 0, **fields: Any) -> dict[str, Any]:
    return {"answer": answer, "tolerance": {"kind": "absolute", "value": tolerance}, **fields}


KM = within(1100, 20, unit="km", unit_typed=True, unit_penalty=PENALTY)


def gap(**fields: Any) -> dict[str, Any]:
    return {"text": "About {{ a }} billion.", "gaps": {"a": {**fields, "feedback": WHY}}}


@pytest.mark.parametrize(
    ("kind", "fields", "typed", "earned"),
    [
        # A separator before three digits says two things.
        ("numeric", within(1250, 5, unit="aircraft"), "1.250", 1),
        ("numeric", within(1250, 5, unit="aircraft"), "1,250", 1),
        ("numeric", within(1250, 5, unit="aircraft"), "1 250", 1),
        ("numeric", within("27.25", "0.1", unit="million dollars"), "27,250", 1),
        ("numeric", within("6.33", "0.05", unit="billion dollars"), "6,330", 1),
        # What nobody sees.
        ("text", {"accept": ["Alpha"]}, "Alpha\u200b", 1),
        ("text", {"accept": ["Kozyrev"], "typos": 0}, "\ufeffKo\u00adzy\u2060rev\u202c\u200e", 1),
        ("text", {"accept": ["Kozyrev"]}, "\u200b", None),
        ("text", {"accept": ["Kozyrev"], "typos": 0}, "Koz\x00yrev", 1),
        ("numeric", within(1961), "19\u200b61", 1),
        ("essay", {}, "a\x00b", "ab"),
        # Numbers in gaps.
        ("cloze", gap(**within("5.5", unit="billion dollars")), {"a": "5.50"}, 1),
        ("cloze", gap(**within("5.5", unit="billion dollars")), {"a": "5½"}, 1),
        ("cloze", gap(**within("5.5", unit="billion dollars")), {"a": "$5.5"}, 1),
        ("cloze", gap(**within("5.5", unit="billion dollars")), {"a": "5.5 billion"}, 1),
        ("cloze", gap(**within(8, unit="billion dollars")), {"a": "8,0"}, 1),
        ("cloze", gap(**within(54, unit="kilometres")), {"a": "54 km"}, 1),
        ("cloze", gap(**within(20, unit="years")), {"a": "20 years"}, 1),
        ("cloze", gap(**within("5.5", unit="billion dollars")), {"a": "$5,500,000,000"}, 1),
        ("numeric", within("6.33", "0.05", unit="billion dollars"), "$6,330,000,000", 1),
        ("numeric", within("1995"), "Feb 1995", 1),
        ("numeric", within(20, unit="years"), "twenty (20)", 1),
        ("timeline", {}, {"new": "Feb 2000"}, "0.5"),
        # Units that are to be typed.
        ("numeric", KM, "1100 or 1200", REFUSED),
        ("numeric", KM, "1100 km 900", REFUSED),
        ("numeric", KM, "1100 thousand km", 0),
        ("numeric", KM, "1100 mm", "0.75"),
        ("numeric", KM, "1.1 × 10^3 km", 1),
        ("numeric", KM, "1100 KM", 1),
        ("numeric", KM, "1100 Km", 1),
        ("numeric", KM, "1100 km.", 1),
        # Two numbers are not one.
        ("numeric", within(1995), "1995 1996", REFUSED),
        ("numeric", within(1995), "1995/1996", REFUSED),
        # Letters and marks that are written in two ways.
        ("text", {"accept": ["Щёки"], "typos": 0}, "Щеки", 1),
        ("text", {"accept": ["Щеки"], "typos": 0}, "Щёки", 1),
        ("text", {"accept": ["Щеки"], "typos": 0}, "Ще\u0301ки", 1),
        ("text", {"accept": ["Łódź"], "typos": 0}, "Lodz", 1),
        ("text", {"accept": ["Sorensen"], "typos": 0}, "Sørensen", 1),
        ("text", {"accept": ["A'b"], "typos": 0}, "A\u02bcb", 1),
        ("text", {"accept": ["P'yongyang"], "typos": 0}, "P\u2032yongyang", 1),
        ("text", {"accept": ["Alpha"], "typos": 0}, "「Alpha」", 1),
        ("text", {"accept": ["USSR"], "typos": 0}, "U.S.S.R.", 1),
        ("text", {"accept": ["P.R.C."], "typos": 0}, "PRC", 1),
        # Numbers that people write.
        ("numeric", within(-12), "–12", 1),
        ("numeric", within(-379), "－379", 1),
        ("numeric", within(1, unit="billion roubles"), "1 billion", 1),
        ("numeric", within(150, unit="million dollars"), "$150 million", 1),
        ("numeric", within("3.8", unit="per cent"), "3.8 percent", 1),
        ("numeric", within(85, unit="millimetres"), "85 mm", 1),
        ("numeric", within(3, unit="period"), "3 periods", 1),
        ("numeric", within(1995), "1995 Years", 1),
        ("numeric", within(1000000, unit="people"), "1×10^6", 1),
        ("numeric", within(1000000, unit="people"), "10^6", 1),
        ("numeric", within("0.5", unit="share"), "½", 1),
        ("numeric", within("0.5108", unit="share"), "5108/10,000", 1),
        ("numeric", within(1000000, unit="people"), "10,00,000", 1),
        # Years on a scale, and stars that are meant.
        ("timeline", {}, {"new": "２０００"}, "0.5"),
        ("timeline", {}, {"new": "2 000"}, "0.5"),
        ("timeline", {}, {"new": "2000."}, "0.5"),
        ("timeline", {}, {"new": 2000.0}, "0.5"),
        ("timeline", {}, {"new": "1890"}, REFUSED),
        ("text", {"accept": ["Andrei Kozyrev", "*Kozyrev"]}, "*Kozyrev", 0),
        ("text", {"accept": [r"\*"]}, "*", 1),
        # A slip in a long word.
        ("text", {"accept": ["Khrushchev"]}, "Khushchev", 1),
        ("text", {"accept": ["stumbling block"]}, "stmbling block", 1),
    ],
)
def test_a_typed_answer_earns_what_it_should(kind, fields, typed, earned):
    item = spec(kind, **fields)
    try:
        answer = item.clean(typed)
    except InvalidAnswer:
        assert earned == REFUSED
        return
    if kind == "essay":
        assert answer == earned
    elif answer is None:
        assert earned is None
    else:
        assert str(item.mark(answer).normalize()) == str(earned)
