"""A course of plain lessons and single choices that every site can hold, and the clock by which its load is timed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WORDS = "The quick brown fox of the north crosses the long bridge and looks at the slow river below. "


def seconds(act: Callable[[], Any]) -> float:
    """Return how many seconds of CPU this process spends on an act."""
    before = time.process_time()
    act()
    return time.process_time() - before


def text(number: int, *, size: int = 9000) -> str:
    """Return the words of a lesson, about as many bytes as asked."""
    return f"Lesson {number}. " + WORDS * (size // len(WORDS))


def html(number: int) -> str:
    """Return the same as the floor keeps it: rendered."""
    return "".join(f"<h2>Part {part}</h2><p>{text(number, size=3000)}</p>" for part in (1, 2, 3))


def write(root: Path, *, key: str = "bench", lessons: int = 20, quizzes: int = 10, questions: int = 10) -> Path:
    """Write the course into a folder, which is made, and return it."""
    keys = [f"lesson-{number}" for number in range(1, lessons + 1)]
    unit = {"key": "unit", "label": "Unit", "title": "Unit", "summary": "All of it.", "lessons": keys}
    source = {"id": "source", "type": "book", "title": "A book", "issued": "1961"}
    _write(root / "course.yaml", {"course": key, "title": "Bench", "summary": "Measured.", "units": [unit]})
    _write(root / "sources.yaml", {"references": [source]})
    for number, lesson in enumerate(keys, start=1):
        head = {"lesson": lesson, "number": str(number), "title": f"Lesson {number}", "summary": "Words.", "minutes": 5}
        head["objectives"] = [{"key": f"aim-{number}", "level": "remember", "text": "Say what it says."}]
        parts = (f"## Part {part} {{#part-{part}}}\n\n{text(number, size=3000)}" for part in (1, 2, 3))
        path = root / "lessons" / f"{lesson}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{json.dumps(head)}\n---\n\n" + "\n\n".join(parts), encoding="utf-8")
    for number in range(1, quizzes + 1):
        items = [_question(number, at) for at in range(1, questions + 1)]
        quiz = {"quiz": f"quiz-{number}", "lesson": f"lesson-{number}", "title": f"Quiz {number}", "items": items}
        _write(root / "quizzes" / f"quiz-{number}.yaml", {**quiz, "practice": True})
    return root


def _question(quiz: int, at: int) -> dict[str, Any]:
    why = "This is what the text of the lesson says."
    options = {
        letter: {"text": f"Answer {letter} of {at}", "correct": letter == "a", "feedback": why} for letter in "abcd"
    }
    about = {"level": "remember", "difficulty": 1, "section": "part-1", "sources": ["source"], "feedback": why}
    stem = f"What does lesson {quiz} say about {at}?"
    return {"key": f"q-{quiz}-{at}", "kind": "single", "stem": stem, "objective": f"aim-{quiz}", **about,
            "options": options}  # fmt: skip


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
