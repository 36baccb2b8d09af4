"""The difference between two texts is shown word by word, and texts are never taken for markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rendering.differences import words

LONG = " ".join(f"word{at}" for at in range(200))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("A gift of Moscow", "A loan of Moscow", "A <del>gift</del><ins>loan</ins> of Moscow"),
        ("Trade fell.", "Trade fell slowly.", "Trade fell<ins> slowly</ins>."),
        ("Trade fell slowly.", "Trade fell.", "Trade fell<del> slowly</del>."),
        ("", "New", "<ins>New</ins>"),
        ("Old", "", "<del>Old</del>"),
        ("Same", "Same", "Same"),
        ("a < b", "a > b", "a <del>&lt;</del><ins>&gt;</ins> b"),
        ("벌집 하나", "벌집 둘", "벌집 <del>하나</del><ins>둘</ins>"),
        ("One.\n\nTwo.", "One.\n\nThree.", "One.\n\n<del>Two</del><ins>Three</ins>."),
    ],
)
def test_words_taken_out_and_put_in_are_marked(before: str, after: str, shown: str) -> None:
    assert words(before, after) == shown


def test_what_is_equal_and_far_from_a_change_is_left_out() -> None:
    shown = words(f"{LONG} old {LONG}", f"{LONG} new {LONG}")

    assert shown.startswith(" … word194 ")
    assert "<del>old</del><ins>new</ins> word0 word1" in shown
    assert len(shown) < 300


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_from_the_difference(before: str, after: str) -> None:
    shown = words(before, after)

    plain = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&"}

    def read(left_out: str) -> str:
        kept = re.sub(rf"<{left_out}>.*?</{left_out}>", "", shown, flags=re.DOTALL)
        kept = re.sub(r"</?(?:ins|del)>", "", kept)
        return re.sub("|".join(plain), lambda found: plain[found[0]], kept)

    if " … " not in shown:
        assert (read("ins"), read("del")) == (before, after)
