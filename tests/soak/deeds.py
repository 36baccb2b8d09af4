"""What is done to content while its process is killed: the deeds of `tests.soak.killed`, and what they may leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User

from courses.models import Course, Lesson, Publication
from courses.services.content import rerender_course
from quizzes.models import Regrade
from quizzes.reports.publishing import publish_page
from quizzes.services import unpublishing
from quizzes.services.publishing import Order, WantedRegrade, publish, publish_due, schedule
from tests.content.sample import edit, write_sample
from tests.make import LATER, NOW, answer_rightly, load, make_attempt, make_user, submit
from tests.quizzes.drafting import SOON, draft, lesson_of, order_of, other_key, owned_course

Deed = Callable[[], object]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, those that link others included."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: sorted(model._base_manager.values_list(), key=repr) for model in models}


def deeds(folder: Path) -> Iterator[tuple[str, Deed]]:
    """Yield the deeds in the order in which they can be done, each with its name."""
    owner = make_user("owner")
    course = owned_course(owner)
    order, wanted = _drafted(course, owner)
    yield "publish", lambda: publish(order, now=SOON, regrades=[wanted])
    yield "undo", lambda: unpublishing.undo(Publication.objects.get(), by=owner, now=LATER)
    draft(lesson_of(course, "lesson-2"), owner, title="On time", body="## Fresh {#fresh}\n\nNew words.\n")
    schedule(order_of(course, owner), at=LATER, now=NOW)
    yield "scheduled", lambda: publish_due(now=LATER + timedelta(minutes=1))
    changed = _changed(folder)
    yield "merge", lambda: load(changed)


def _drafted(course: Course, owner: User) -> tuple[Order, WantedRegrade]:
    """Draft a lesson, a quiz and another key of a question that five have answered; return what is to be published."""
    quiz = course.quizzes.get()
    for at in range(5):
        attempt = make_attempt(quiz, make_user(f"student-{at}"))
        answer_rightly(attempt)
        submit(attempt)
    item = quiz.items.order_by("position").first()
    wrong = next(key for key, each in item.revisions.get().spec.options.items() if not each.correct)
    draft(lesson_of(course), owner, title="Told better", body="## Fresh {#fresh}\n\nNew words.\n")
    draft(quiz, owner, title="Asked better")
    other_key(item, owner, wrong)
    [offer] = [line.offer for line in publish_page(course, owner).lines if line.offer]
    both = next(each for each in offer.choices if each.fix == Regrade.Fix.BOTH_KEYS).everywhere
    regrade = offer.regrade(Regrade.Fix.BOTH_KEYS, actor=owner, reason="Key.")
    return order_of(course, owner, note="Better."), WantedRegrade(regrade, None, both.fingerprint)


def _changed(folder: Path) -> Path:
    """Load a course, edit a lesson as the admin does, and return the files with other words in other places."""
    load(write_sample(folder))
    Lesson.objects.filter(key="trade").update(summary="Edited.", edited_at=NOW)
    rerender_course(Course.objects.get(key="treaties"))
    edit(folder, "lessons/trade.md", "title: The trade", "title: Trade")
    edit(folder, "quizzes/alliance.yaml", "title: The alliance", "title: Alliance")
    edit(folder, "course.yaml", "title: Patron", "title: Ally")
    return folder
