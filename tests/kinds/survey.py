"""Surveys for the tests of all kinds."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.kinds.parts import keys

BODY: dict[str, Any] = {
    "options": {"texts": "The texts", "charts": "The charts", "quizzes": "The quizzes"},
    "choose": "several",
    "comment": "What should be better?",
}
PARTS = ("options",)


@st.composite
def fields(draw: st.DrawFn) -> dict[str, Any]:
    style = draw(st.sampled_from(["likert", "choice"]))
    options = draw(st.one_of(keys(2, 5), st.just([]) if style == "likert" else keys(2, 5)))
    return {
        "style": style,
        "choose": "one" if style == "likert" else draw(st.sampled_from(["one", "several"])),
        "options": {key: f"Option {at}" for at, key in enumerate(options)},
        "comment": draw(st.sampled_from([None, "Why?"])),
        "anonymous": draw(st.booleans()),
    }


def given(spec: Any) -> st.SearchStrategy[Any]:
    most = 1 if spec.choose == "one" else len(spec.offered)
    chosen = st.lists(st.sampled_from(list(spec.offered)), min_size=1, max_size=most, unique=True)
    prose = st.text("abd김 \n\r.\u2028", min_size=1, max_size=40).filter(str.strip)
    comment = {"comment": prose} if spec.comment else {}
    return st.one_of(chosen, st.fixed_dictionaries({}, optional={"chosen": chosen, **comment}).filter(bool))


def is_answer(spec: Any, answer: Any) -> bool:
    if not isinstance(answer, dict) or not answer or set(answer) - {"chosen", "comment"}:
        return False
    chosen = answer.get("chosen", list(spec.offered)[:1])
    words = answer.get("comment", "x")
    is_chosen = chosen and chosen == sorted(set(chosen)) and set(chosen) <= set(spec.offered)
    is_written = isinstance(words, str) and len(words) > 0 and words == words.strip() and "\r" not in words
    return bool(is_chosen) and is_written and (spec.choose == "several" or len(chosen) == 1)
