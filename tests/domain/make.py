"""Plain builders that need no database: specs and quiz files as authors write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from quizzes.domain.kinds import KINDS, AnySpec, read_spec
from quizzes.domain.kinds.matching import MatchingSpec
from quizzes.domain.kinds.multiple import MultipleSpec
from quizzes.domain.kinds.numeric import NumericSpec
from quizzes.domain.kinds.ordering import OrderingSpec
from quizzes.domain.kinds.single import SingleSpec
from quizzes.domain.kinds.text import TextSpec
from quizzes.domain.kinds.true_false import TrueFalseSpec
from tests.kinds import of_samples
from tests.kinds.parts import WHY

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)

COMMON: dict[str, Any] = {
    "stem": "What happened?",
    "objective": "objective-1",
    "level": "remember",
    "difficulty": 1,
    "section": "section-1",
    "sources": ["treaty-1961"],
    "feedback": WHY,
}
RUBRIC: dict[str, Any] = {
    "claim": {
        "title": "Claim",
        "levels": [{"points": 0, "text": "No answer"}, {"points": 1, "text": "Vague"}, {"points": 3, "text": "Plain"}],
    },
    "evidence": {"title": "Evidence", "levels": [{"points": 0, "text": "None"}, {"points": 2, "text": "Dated"}]},
}
BODIES: dict[str, dict[str, Any]] = {
    "single": {
        "options": {
            "roubles": {"text": "Paid in roubles", "feedback": WHY},
            "dollars": {"text": "Paid in dollars", "correct": True, "feedback": WHY},
            "kind": {"text": "Paid in kind", "feedback": WHY},
        }
    },
    "multiple": {
        "options": {
            "coal": {"text": "Coal", "correct": True, "feedback": WHY},
            "oil": {"text": "Oil", "feedback": WHY},
            "labour": {"text": "Labour", "correct": True, "feedback": WHY},
            "gold": {"text": "Gold", "feedback": WHY},
        }
    },
    "true_false": {"answer": False, "feedback_true": WHY, "feedback_false": WHY},
    "text": {"accept": ["Kozyrev", "Andrei Kozyrev"], "feedback_right": WHY, "feedback_wrong": WHY},
    "numeric": {
        "answer": 1961,
        "tolerance": {"kind": "absolute", "value": 0},
        "unit": "year",
        "feedback_right": WHY,
        "feedback_wrong": WHY,
    },
    "matching": {
        "prompts": {
            "old": {"text": "Treaty of 1961", "match": "help", "feedback": WHY},
            "new": {"text": "Treaty of 2000", "match": "consult", "feedback": WHY},
        },
        "matches": {"help": "A duty to help", "consult": "A promise to consult", "command": "A joint command"},
    },
    "ordering": {
        "entries": {
            "war": {"text": "War", "feedback": WHY},
            "alliance": {"text": "Alliance", "feedback": WHY},
            "recognition": {"text": "Recognition", "feedback": WHY},
            "debt": {"text": "Debt written off", "feedback": WHY},
        }
    },
    "cloze": {
        "text": "Trade fell from {{ soviet }} in 1990 to {{ russian }} in *1995*.",
        "gaps": {
            "soviet": {"accept": ["2.2 billion", "2.2bn"], "feedback": WHY},
            "russian": {
                "options": {"low": "8.3 million", "key": "83 million", "high": "830 million"},
                "right": "key",
                "feedback": WHY,
            },
        },
    },
    "categorise": {
        "categories": {"founding": "Founding role", "seat": "Council seat", "place": "Geography"},
        "entries": {
            "state": {"text": "Set up the state in 1948", "category": "founding", "feedback": WHY},
            "army": {"text": "Trained its army", "category": "founding", "feedback": WHY},
            "veto": {"text": "Can veto sanctions", "category": "seat", "feedback": WHY},
        },
    },
    "numbers": {
        "fields": {
            "line": {
                "label": "Gas line",
                "answer": 1100,
                "tolerance": {"kind": "absolute", "value": 20},
                "unit": "kilometres",
                "feedback_right": WHY,
                "feedback_wrong": WHY,
            },
            "border": {
                "label": "Border",
                "answer": 17,
                "tolerance": {"kind": "absolute", "value": 1},
                "unit": "kilometres",
                "feedback_right": WHY,
                "feedback_wrong": WHY,
            },
        },
    },
    "mark": {
        "text": (
            "In 1994 [[proposed|the conference was proposed]], [[accepted|accepted by all]] and"
            " [[held|held in *Moscow*]]."
        ),
        "spans": {
            "proposed": {"correct": True, "feedback": WHY},
            "accepted": {"feedback": WHY},
            "held": {"feedback": WHY},
        },
    },
    "timeline": {
        "start": 1945,
        "end": 2025,
        "events": {
            "old": {"text": "Treaty with a duty to help", "year": 1961, "feedback": WHY},
            "new": {"text": "Treaty with a promise to consult", "year": 2000, "tolerance": 1, "feedback": WHY},
        },
    },
    "map": {
        "map": "korea",
        "places": {
            "port": {"at": [130.3, 42.25], "text": "On the coast, in the north-east", "correct": True, "feedback": WHY},
            "capital": {"at": [125.75, 39.02], "text": "Inland, in the west", "feedback": WHY},
            "strait": {"at": [129.05, 35.1], "text": "On the coast, in the south-east", "feedback": WHY},
        },
    },
    "essay": {"words": {"min": 20, "max": 60}, "rubric": RUBRIC, "model": "It lapsed.\n\nNobody had *cancelled* it."},
    "constructed": {
        "stimulus": "A deputy minister wrote to a colleague in June 1993.",
        "prompts": {
            "sourcing": {"text": "Who wrote it, and for whom?", "words": 20},
            "context": {"text": "What had happened before?", "words": 30},
        },
        "rubric": RUBRIC,
        "model": "A deputy minister, for a colleague.\n\nTrade had fallen.",
    },
    **of_samples("BODY"),
}


def body(kind: str, **fields: Any) -> dict[str, Any]:
    """Return an item as an author writes it, with some fields otherwise."""
    return {"key": "question", "kind": kind, **COMMON, **BODIES[kind], **fields}


def spec(kind: str, **fields: Any) -> AnySpec:
    """Return the spec of any kind."""
    return read_spec(body(kind, **fields))


def single(**fields: Any) -> SingleSpec:
    """Return a single choice; without more, `dollars` of three is right."""
    return SingleSpec.model_validate(body("single", **fields))


def multiple(right: str = "", wrong: str = "", **fields: Any) -> MultipleSpec:
    """Return a multiple response; `right` and `wrong` name options of one letter each."""
    if right or wrong:
        letters = sorted(right + wrong)
        fields["options"] = {
            letter: {"text": f"Option {letter}", "correct": letter in right, "feedback": WHY} for letter in letters
        }
    return MultipleSpec.model_validate(body("multiple", **fields))


def weighted(weights: Mapping[str, Any], **fields: Any) -> MultipleSpec:
    """Return a multiple response whose options carry weights."""
    options = {
        key: {"text": f"Option {at}", "weight": weight, "feedback": WHY}
        for at, (key, weight) in enumerate(weights.items(), start=1)
    }
    return MultipleSpec.model_validate(body("multiple", rule="weights", options=options, **fields))


def true_false(**fields: Any) -> TrueFalseSpec:
    """Return a statement to judge; without more, it is false."""
    return TrueFalseSpec.model_validate(body("true_false", **fields))


def text(*accept: str, **fields: Any) -> TextSpec:
    """Return a short text; without more, Kozyrev is right."""
    return TextSpec.model_validate(body("text", **({"accept": accept} if accept else {}), **fields))


def numeric(answer: Any = 1961, kind: str = "absolute", value: Any = 0, **fields: Any) -> NumericSpec:
    """Return a numeric item with one tolerance."""
    tolerance = {"kind": kind, "value": value}
    return NumericSpec.model_validate(body("numeric", answer=answer, tolerance=tolerance, **fields))


def matching(**fields: Any) -> MatchingSpec:
    """Return a matching item; without more, two prompts with three matches."""
    return MatchingSpec.model_validate(body("matching", **fields))


def ordering(named: Iterable[str] = (), **fields: Any) -> OrderingSpec:
    """Return an ordering item; `named` names its entries in their right order."""
    if named:
        fields["entries"] = {key: {"text": f"Entry {key}", "feedback": WHY} for key in named}
    return OrderingSpec.model_validate(body("ordering", **fields))


def quiz_file(
    *, key: str = "quiz", items: int | list[dict[str, Any]] = 1, kinds: Sequence[str] = KINDS, **fields: Any
) -> dict[str, Any]:
    """Return a quiz file with the items given, or with so many of them that go through the kinds in turn."""
    if isinstance(items, int):
        listed = [body(kind, key=f"{key}-{at}") for at, kind in enumerate(islice(cycle(kinds), items), start=1)]
    else:
        listed = items
    fields = fields if "unit" in fields else {"lesson": "lesson-1", **fields}
    return {"quiz": key, "title": f"Quiz {key}", "practice": True, "items": listed, **fields}
