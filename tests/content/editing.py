"""Edits as people make them in the admin, drawn by a seed, and what a course holds whatever its key."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User

from courses.models import Course, GlossaryTerm, Lane, LearningObjective, Lesson, Source, TimelineEvent
from courses.services.content import rerender_course
from quizzes.content.load import words_of
from quizzes.content.tables import ITEMS, TABLES
from quizzes.domain.review import AFTER_CLOSE, MARKS_ONLY
from quizzes.models import Item, Quiz
from quizzes.services.authoring import edit_item
from tests.make import NOW

_MARKS = (
    "no 1960 0.50 true null ~ 'quoted' \"double\" it’s {e} [h] *i* &j !k > @l `m` 평양 Пхеньян العربية 2000-02-09 1:30"
)
WORDS = [
    *_MARKS.split(),
    "key: value",
    "a #b",
    "# c",
    "- d",
    "50 %",
    "f, g",
    "\\n",
    "? x",
    "%",
    "-",
    "yes",
    "=",
    "<<",
    "𝄞",
]
"""What means something else in YAML, at the start of a text or within."""


class Editor:
    """Makes edits in a course."""

    def __init__(self, course: Course, seed: int) -> None:
        self.course, self.random, self.count = course, random.Random(seed), 0
        self.user = User.objects.get_or_create(username="editor")[0]

    def line(self) -> str:
        """Return a line that no other is like, with signs that mean something in YAML at its start and end."""
        self.count += 1
        words = [self.random.choice(WORDS) for _ in range(self.random.randint(1, 3))]
        return " ".join([words[0], f"text {self.count}", *words[1:]]).strip()

    def text(self) -> str:
        """Return one paragraph, or several."""
        return "\n\n".join(f"Text {self.line()}" for _ in range(self.random.randint(1, 3)))

    def edit(self, times: int = 8) -> None:
        """Make some edits, and render as the admin does."""
        kinds: list[Callable[[], None]] = [
            self.course_fields, self.unit, self.source, self.term, self.person, self.event, self.statement, self.lesson,
            self.objective, self.quiz, self.question, self.new_term, self.new_event, self.new_objective, self.retire,
            self.order, self.lane,
        ]  # fmt: skip
        for _ in range(times):
            self.random.choice(kinds)()
        rerender_course(self.course)

    def change(self, rows: Any, **values: Any) -> None:
        """Change one row as a form of the admin does."""
        row = self.random.choice([*rows.filter(is_retired=False).order_by("pk")] or [None])
        if row is not None:
            chosen = self.random.sample(list(values), self.random.randint(1, len(values)))
            type(row).objects.filter(pk=row.pk).update(edited_at=NOW, **{name: values[name] for name in chosen})

    def course_fields(self) -> None:
        """Edit the course itself."""
        fields = {"title": self.line(), "subtitle": self.random.choice(["", self.line()]), "summary": self.text()}
        self.change(Course.objects.filter(pk=self.course.pk), **fields, hours=self.random.choice([None, 7]), licence="")
        self.course.refresh_from_db()

    def unit(self) -> None:
        """Edit a unit."""
        years = self.random.choice([(None, None), (1900, None), (1900, 1910)])
        self.change(self.course.units, title=self.line(), label=self.random.choice(["", "Part 1"]), summary=self.text())
        self.course.units.filter(edited_at=NOW).update(year_from=years[0], year_to=years[1])

    def source(self) -> None:
        """Edit a source."""
        row = self.random.choice([*self.course.sources.order_by("pk")])
        csl = {**row.csl, "title": self.line(), "publisher": self.line()}
        csl.pop("issued", None)
        Source.objects.filter(pk=row.pk).update(csl=csl, note=self.random.choice(["", self.line()]), edited_at=NOW)

    def term(self) -> None:
        """Edit a term."""
        names = self.random.choice([{}, {"ko": self.line()}, {"ru": self.line(), "ko": self.line()}])
        self.change(self.course.terms, names=names, forms=[], definition=f"Text {self.line()}")

    def person(self) -> None:
        """Edit a person."""
        self.change(
            self.course.people, role=self.line(), years=self.random.choice(["", "1945"]), text=f"She {self.line()}"
        )

    def event(self) -> None:
        """Edit an event."""
        self.change(self.course.events, title=self.line(), text=f"Text {self.line()}", facts=[], lesson=None)

    def statement(self) -> None:
        """Edit a statement."""
        self.change(self.course.statements, text=self.line(), record=self.text(), verdict="disputed")

    def lane(self) -> None:
        """Edit a lane."""
        self.change(self.course.lanes, title=self.line()[:60].strip())

    def lesson(self) -> None:
        """Edit a lesson, its text included."""
        row = self.random.choice([*self.course.lessons.filter(is_retired=False).order_by("pk")])
        body = f"{row.body}\n\nText {self.random.choice(['one', 'two'])}: more.\n\n- a list" if row.body else row.body
        fields = {"title": self.line(), "summary": self.text(), "minutes": self.random.choice([25, 30]), "body": body}
        self.change(Lesson.objects.filter(pk=row.pk), **fields, question=self.random.choice(["", self.line()]))

    def objective(self) -> None:
        """Edit an objective."""
        row = self.random.choice([*self.course.objectives.filter(is_retired=False).order_by("pk")])
        LearningObjective.objects.filter(pk=row.pk).update(text=self.line())
        Lesson.objects.filter(pk=row.lesson_id).update(edited_at=NOW)

    def quiz(self) -> None:
        """Edit a quiz."""
        closes = self.random.choice([None, NOW + timedelta(days=30, microseconds=5)])
        review = self.random.choice([MARKS_ONLY, AFTER_CLOSE]).model_dump(mode="json")
        fields = {"title": self.line(), "intro": self.text(), "minutes": self.random.choice([None, 45])}
        rows = Quiz.objects.filter(course=self.course, behaviour="deferred")
        self.change(rows, **fields, closes_at=closes, review=review, shuffle=True, is_practice=False)

    def question(self) -> None:
        """Give a question other words."""
        item = self.random.choice([*self.course.items.filter(is_retired=False).order_by("pk")])
        spec = item.revisions.current().get().spec
        words = {"stem": self.text(), "feedback": self.line(), "contested": self.random.choice([True, False])}
        if spec.kind in ("single", "multiple"):
            key = self.random.choice([*spec.options])
            option = spec.options[key].model_copy(update={"text": self.line()})
            words["options"] = {**spec.options, key: option}
        chosen = self.random.sample(list(words), self.random.randint(1, len(words)))
        new = spec.model_copy(update={name: words[name] for name in chosen})
        edit_item(item=item, spec=new, editor=self.user, now=NOW)

    def new_term(self) -> None:
        """Make a term."""
        self.count += 1
        row = {"key": f"term-{self.count}", "term": self.line(), "definition": self.line()}
        GlossaryTerm.objects.create(course=self.course, edited_at=NOW, **row)

    def new_event(self) -> None:
        """Make an event, in a lane that may be new."""
        self.count += 1
        key, unit = f"new-{self.count}", self.course.units.order_by("pk")[0]
        lane = Lane.objects.filter(course=self.course).order_by("pk").first()
        if lane is None or (self.random.random() < 0.3 and self.course.lanes.count() < 8):
            lane = Lane.objects.create(course=self.course, key=key, title="New", position=0, edited_at=NOW)
        days = {"date": "1990/1995", "starts_on": "1990-01-01", "ends_on": "1995-12-31"}
        words = {"title": self.line(), "text": self.line(), "unit": unit, "lane": lane}
        TimelineEvent.objects.create(course=self.course, key=key, edited_at=NOW, **days, **words)

    def new_objective(self) -> None:
        """Make an objective."""
        self.count += 1
        lesson = self.random.choice([*self.course.lessons.filter(is_retired=False).order_by("pk")])
        row = {"key": f"aim-{self.count}", "text": self.line(), "level": "apply", "position": self.random.randint(0, 3)}
        LearningObjective.objects.create(course=self.course, lesson=lesson, **row)
        Lesson.objects.filter(pk=lesson.pk).update(edited_at=NOW)

    def retire(self) -> None:
        """Retire an event."""
        self.change(self.course.events, is_retired=True)

    def order(self) -> None:
        """Move a question within its quiz."""
        rows = Item.objects.filter(course=self.course, purpose="question", is_retired=False)
        alone = [item for item in rows.order_by("pk") if item.revisions.current().get().spec.set is None]
        row = self.random.choice(alone)
        if not any(each.revisions.current().get().spec.set for each in rows.filter(quiz=row.quiz)):
            Item.objects.filter(pk=row.pk).update(position=self.random.randint(0, 20), edited_at=NOW)


def held(course: Course) -> dict[str, Any]:
    """Return all that files can hold of a course, by table and key, and in which order it stands."""
    found: dict[str, Any] = {}
    for table in TABLES:
        scope: Any = {"pk": course.pk} if table.model is Course else {"course": course}
        rows = [*table.model._default_manager.filter(**scope, is_retired=False).order_by("pk")]
        if table is ITEMS:
            words_of(rows)
        found[table.what] = {"" if table.model is Course else row.key: table.of_row(row) for row in rows}
        if table.group is not None:
            order = sorted(rows, key=lambda row: (table.group_of_row(row), row.position, row.pk))
            found[f"{table.what} order"] = [row.key for row in order]
    return found
