"""What the tests know of single kinds of questions: one module a kind, found by the kind's name.

The first fifteen stand in the tables of `tests/domain`; a new kind brings its own module, and the tables take it from
there. `tests/domain/test_kinds.py` says in words what a kind lacks.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from quizzes.domain.kinds import KINDS, SPECS

NEEDED = {
    "BODY": "BODY, an example: the fields of its own as an author writes them",
    "fields": "fields(), a Hypothesis strategy of such fields",
    "given": "given(spec), a strategy of answers in the author's names, never blank",
    "is_answer": "is_answer(spec, answer), whether a value has the shape its answers have",
}
NEEDED_IF_MARKED = {
    "other_key": "other_key(body), a strategy of the same question with another answer right",
    "guesses": "guesses(spec), every whole answer a blind guess may give, each as likely; [] where words are typed",
    "LOOKALIKES": "LOOKALIKES, a list of fields that look the same under other keys, and a list of tries at them",
    "right_of": "right_of(spec, answer), how many parts are right by the key, or None",
}
FIRST_FIFTEEN = {
    "single", "multiple", "true_false", "text", "numeric", "matching", "ordering", "cloze", "categorise", "numbers",
    "mark", "timeline", "map", "essay", "constructed",
}  # fmt: skip
"""The kinds whose samples stand in the tables of `tests/domain`; the shipped course uses each."""
MACHINE_KINDS = [kind for kind, spec in SPECS.items() if spec.is_scored and not spec.is_human_marked]
SAMPLES = {kind: import_module(f"tests.kinds.{kind}") for kind in KINDS if find_spec(f"tests.kinds.{kind}")}


def of_samples(name: str) -> dict[str, Any]:
    """Return what the modules of kinds hold under one name, by kind."""
    return {kind: getattr(sample, name) for kind, sample in SAMPLES.items() if hasattr(sample, name)}
