"""Items, quizzes and courses as the rules see them."""

from __future__ import annotations

from typing import Any

from quizzes.lint.findings import COURSE_RULES, ITEM_RULES, Hit
from quizzes.lint.view import CourseView, ItemView, ObjectiveView, QuizView, SourceView
from tests.domain.make import WHY, spec

SOURCES = {
    "treaty-1961": SourceView("treaty-1961", is_dated=True, is_tertiary=False, has_locator=True),
    "undated": SourceView("undated", is_dated=False, is_tertiary=False, has_locator=True),
    "encyclopedia": SourceView("encyclopedia", is_dated=True, is_tertiary=True, has_locator=True),
    "nowhere": SourceView("nowhere", is_dated=True, is_tertiary=False, has_locator=False),
}
OBJECTIVES = {"objective-1": ObjectiveView("objective-1", "Explain the treaty of Moscow.", "lesson-1")}
COURSE = CourseView(
    objectives=OBJECTIVES,
    sources=SOURCES,
    alts={"portrait": "Portrait of Bismarck", "chart": "A line that falls from left to right"},
    quizzes=(QuizView("quiz", "The year of peace", ()),),
    topics={"quiz": "Moscow and Pyongyang"},
)


def item(kind: str, *, place: dict[str, Any] | None = None, **fields: Any) -> ItemView:
    """Return an item of any kind, with some fields otherwise."""
    return ItemView(spec(kind, **fields), quiz="quiz", **(place or {}))


def choice(stem: str, *texts: str, kind: str = "single", **fields: Any) -> ItemView:
    """Return a choice; a text with a star in front is a key."""
    options = {
        f"o{at}": {"text": text.removeprefix("*"), "correct": text.startswith("*"), "feedback": f"{WHY} ({at})"}
        for at, text in enumerate(texts, start=1)
    }
    return item(kind, stem=stem, options=options, **fields)


def asking(stem: str, **fields: Any) -> ItemView:
    """Return a single choice with a stem, and options that no rule objects to."""
    return choice(stem, "*Timber and coal", "Grain and tools", "Ships and rails", **fields)


def statement(stem: str, *, answer: bool = True, **fields: Any) -> ItemView:
    """Return a statement to judge."""
    return item("true_false", stem=stem, answer=answer, **fields)


def menu(text: str, *options: str) -> ItemView:
    """Return a cloze whose one gap offers options, the first of them right."""
    gap = {"options": {f"o{at}": option for at, option in enumerate(options)}, "right": "o0", "feedback": WHY}
    return item("cloze", stem="Complete the sentence.", text=text, gaps={"a": gap})


def number(answer: Any, *, tolerance: Any = 0, unit: str = "year", near: Any = (), **fields: Any) -> ItemView:
    """Return a numeric item."""
    forms = [
        {"answer": value, "tolerance": {"kind": "absolute", "value": width}, "share": 0, "feedback": WHY}
        for value, width in near
    ]
    body = {"answer": answer, "tolerance": {"kind": "absolute", "value": tolerance}, "unit": unit, "near": forms}
    return item("numeric", **body, **fields)


def ordered(*texts: str, **fields: Any) -> ItemView:
    """Return an ordering with three entries or more."""
    entries = {f"e{at}": {"text": text, "feedback": WHY} for at, text in enumerate(texts)}
    return item("ordering", entries=entries, **fields)


def hits(rule: str, view: ItemView, course: CourseView = COURSE) -> list[Hit]:
    """Return what one rule finds in an item."""
    return list(ITEM_RULES[rule][1](view, course))


def course_of(*items: ItemView, **fields: Any) -> CourseView:
    """Return a course with one quiz."""
    given: dict[str, Any] = {"objectives": OBJECTIVES, "sources": SOURCES, **fields}
    return CourseView(quizzes=(QuizView("quiz", "The quiz", items),), **given)


def whole_hits(rule: str, course: CourseView) -> list[Hit]:
    """Return what one rule finds in a course."""
    return [hit for _owner, hit in COURSE_RULES[rule][1](course)]
