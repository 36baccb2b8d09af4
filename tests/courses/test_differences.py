"""What is marked as changed between two texts."""

from __future__ import annotations

import time

import pytest

from courses.rendering.differences import Piece, compare, marked


def told(before: str, after: str) -> str:
    """Return a difference in one line: [-gone-] and [+come+]."""
    signs = {"same": ("", ""), "added": ("[+", "+]"), "removed": ("[-", "-]")}
    return "".join(piece.text.join(signs[piece.kind]) for piece in compare(before, after))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "", ""),
        ("same", "same", "same"),
        ("", "new", "[+new+]"),
        ("old", "", "[-old-]"),
        ("its layers, counted", "its three layers, counted", "its [+three +]layers, counted"),
        ("30", "35", "[-30-][+35+]"),
        ("a debt.", "a debt, perhaps.", "a debt[+, perhaps+]."),
        ("one\ntwo\nthree\n", "one\n2\nthree\n", "one\n[-two-][+2+]\nthree\n"),
        ("one\n", "one\ntwo\n", "one\n[+two\n+]"),
        ("平和条約", "平和新条約", "平和[+新+]条約"),
        ("평양에서 만났다", "평양에서 다시 만났다", "평양에서 [+다시 +]만났다"),
    ],
)
def test_words_that_changed_are_marked(before: str, after: str, shown: str) -> None:
    assert told(before, after) == shown


@pytest.mark.parametrize(("before", "after"), [("a b c", "c b a"), ("x\n\ny", "y\n\nx\n"), ("é ü", "e u"), ("", "a\n")])
def test_the_pieces_make_both_texts(before: str, after: str) -> None:
    pieces = compare(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


def test_markup_in_a_text_is_shown_and_not_obeyed() -> None:
    shown = marked("safe", "<script>alert(1)</script>")

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_change_is_named_for_those_who_hear_the_page() -> None:
    shown = marked("thirty minutes", "forty minutes")

    assert '<del class="diff"><span class="visually-hidden">[removed: </span>thirty ' in shown
    assert '<ins class="diff"><span class="visually-hidden">[added: </span>forty ' in shown


def test_what_is_far_from_every_change_is_left_out() -> None:
    long = "word " * 2_000

    shown = marked(f"one {long}two", f"1 {long}2")

    assert len(shown) < 2_000
    assert " … " in shown


def test_a_lesson_is_compared_quickly_and_one_line_without_end_as_well() -> None:
    lesson = "\n\n".join(f"Paragraph {at} says what was said in {1900 + at}. " * 10 for at in range(200))
    other = lesson.replace("said in 1950", "held in 1950")
    line, changed = "word other " * 20_000, "other word " * 20_000

    began = time.perf_counter()
    assert Piece("added", "held ") in compare(lesson, other)
    assert [piece.kind for piece in compare(line, changed)] == ["removed", "added"]
    assert time.perf_counter() - began < 2
