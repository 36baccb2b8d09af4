"""Checked quizzes → rows. The caller holds the transaction; nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.content.load import LoadedCourse
from courses.content.problems import Problems
from courses.content.report import LoadReport
from courses.content.schema import hash_of
from courses.content.sync import Sync, Take
from courses.models import Section
from courses.services.history import Edit, values_of
from quizzes.content.changes import note_on_key, note_on_pass_mark, notes_on_items, notes_on_quizzes
from quizzes.content.read import ReadQuiz, section_of
from quizzes.domain.kinds import AnySpec
from quizzes.domain.specs import content_hash, spec_hash
from quizzes.models import Item, ItemRevision, Quiz
from quizzes.models.settings import columns_of
from quizzes.services.authoring import revise_item
from quizzes.services.clock import Shorter, refresh_quiz


class QuizLoader:
    """Loads the quizzes of a course that was just loaded."""

    def __init__(
        self, loaded: LoadedCourse, *, report: LoadReport, problems: Problems, take: Take, now: datetime
    ) -> None:
        self.loaded, self.report, self.problems, self.take, self.now = loaded, report, problems, take, now
        sections = Section.objects.filter(lesson__course=loaded.course).select_related("lesson")
        self.sections = {(section.lesson.key, section.key): section for section in sections}

    def load(self, quizzes: list[ReadQuiz]) -> None:
        """Write every quiz with its questions and checks."""
        quiz_sync = self._sync(Quiz, _("quiz"))
        item_sync = self._sync(Item, _("question"))
        self.current = {
            revision.item_id: revision
            for revision in ItemRevision.objects.current()
            .filter(item__course=self.loaded.course)
            .annotate(paper_count=Count("responses"))
        }
        self.tested: dict[int, set[str]] = {}
        self.rescheduled: list[tuple[Quiz, Quiz]] = []
        self.same_words = 0
        for read in quizzes:
            quiz = self._put_quiz(quiz_sync, read)
            for name, at, spec in read.entries:
                self._put_item(item_sync, quiz, read, (name, at), spec)
        quiz_sync.retire_missing()
        item_sync.retire_missing()
        self.report.notes += notes_on_quizzes(quiz_sync.retired, quiz_sync.added)
        self.report.notes += notes_on_items(item_sync.retired, item_sync.added)
        self._link_statements()
        self._move_deadlines()
        self._tell_new_rules()

    def _sync(self, model: type[Any], word: str) -> Sync[Any]:
        scope = {"course": self.loaded.course}
        return Sync(model, word=word, scope=scope, report=self.report, problems=self.problems, take=self.take)

    def _put_quiz(self, sync: Sync[Any], read: ReadQuiz) -> Quiz:
        spec = read.spec
        lesson = self.loaded.lessons[spec.lesson] if spec.lesson else None
        values = {
            "unit": lesson.unit if lesson else self.loaded.units[spec.unit or ""],
            "lesson": lesson,
            "title": spec.title,
            "intro": spec.intro or "",
            "draw": spec.draw.model_dump(mode="json") if spec.draw else None,
            **columns_of(spec.settings),
        }
        own = spec.model_dump(mode="json", exclude={"items", "checks", "sets"})
        was = copy(sync.stored[spec.quiz]) if spec.quiz in sync.stored else None
        quiz: Quiz = sync.put(spec.quiz, values, file_hash=hash_of(own), document=read.document)[0]
        if was is not None and _clock_of(was) != _clock_of(quiz):
            self.rescheduled.append((was, quiz))
        if was is not None and quiz.pass_percent != was.pass_percent:
            self._note(note_on_pass_mark(quiz, was.pass_percent))
        return quiz

    def _note(self, words: str) -> None:
        self.report.notes += [words] if words else []

    def _move_deadlines(self) -> None:
        """Let changed windows take effect in attempts that are open, where they give more time.

        A file is no place to ask: what would shorten an open attempt counts for attempts that start later.
        """
        for was, quiz in self.rescheduled:
            refreshed = refresh_quiz(quiz, now=self.now, shorter=Shorter.KEEP, was=was)
            if refreshed.extended:
                words = ngettext(
                    "%(quiz)s: %(n)d open attempt has more time now",
                    "%(quiz)s: %(n)d open attempts have more time now",
                    refreshed.extended,
                )
                self.report.notes.append(words % {"quiz": quiz.key, "n": refreshed.extended})
            if refreshed.kept:
                words = ngettext(
                    "%(quiz)s: %(n)d open attempt keeps the time it has; the new limit is for later attempts",
                    "%(quiz)s: %(n)d open attempts keep the time they have; the new limit is for later attempts",
                    refreshed.kept,
                )
                self.report.notes.append(words % {"quiz": quiz.key, "n": refreshed.kept})

    def _tell_new_rules(self) -> None:
        """Say how many questions got a version only because answers of their kind are marked otherwise now."""
        if self.same_words:
            words = ngettext(
                "%(n)d question has a new version because marking rules changed; marks already given stay",
                "%(n)d questions have new versions because marking rules changed; marks already given stay",
                self.same_words,
            )
            self.report.notes.append(words % {"n": self.same_words})

    def _put_item(self, sync: Sync[Any], quiz: Quiz, read: ReadQuiz, place: tuple[str, int], spec: AnySpec) -> None:
        name, at = place
        section = self.sections.get(section_of(spec, read.spec))
        if section is None:
            self._refuse_section(sync, read, place, spec)
            return
        values = {
            "quiz": quiz,
            "purpose": Item.Purpose.CHECK if name == "checks" else Item.Purpose.QUESTION,
            "position": at + 1,
            "objective": self.loaded.objectives[spec.objective],
            "section": section,
        }
        file_hash, line = content_hash(spec), read.document.line_of((name, at))
        item, is_file = sync.put(spec.key, values, file_hash=file_hash, document=read.document, line=line)
        if is_file:
            self.tested[item.pk] = set(spec.statements)
            self._revise(item, spec)

    def _refuse_section(self, sync: Sync[Any], read: ReadQuiz, place: tuple[str, int], spec: AnySpec) -> None:
        """The files have the section, but the lesson stands as it was edited here, without it."""
        sync.seen.add(spec.key)
        reason = _("The lesson was edited in the admin and has no section “%(section)s” here.") % {
            "section": spec.section
        }
        suggestion = _("Take the lesson's file as well (--take file), or add the section in the admin.")
        self.problems.add(read.document, (*place, "section"), reason, suggestion)

    def _revise(self, item: Item, spec: AnySpec) -> None:
        before = self.current.get(item.pk)
        if before is not None and before.content_hash == spec_hash(spec):
            return
        if before is not None and content_hash(before.spec) == content_hash(spec):
            self.same_words += 1
            revise_item(item=item, spec=spec, editor=None, now=self.now)
            return
        if before is not None:
            self._note(note_on_key(item, before.spec, spec))
            if not before.is_issued:  # it is written over, and the history alone will have its words
                self.report.edits.append(Edit(before, values_of(before)))
        papers = before.paper_count if before is not None else 0  # type: ignore[attr-defined]  # annotated above
        revision = revise_item(item=item, spec=spec, editor=None, now=self.now)
        if papers:
            words = ngettext(
                "%(item)s: revision %(number)d made; %(n)d paper keeps the words it began with",
                "%(item)s: revision %(number)d made; %(n)d papers keep the words they began with",
                papers,
            )
            self.report.notes.append(words % {"item": item.key, "number": revision.number, "n": papers})

    def _link_statements(self) -> None:
        """Bring the table of tested statements to what the files say, in three queries for all items together."""
        through = Item.statements.through
        keys: Mapping[str, Any] = self.loaded.statements
        want = {(item, keys[key].pk) for item, names in self.tested.items() for key in names}
        rows = through._default_manager.filter(item__in=self.tested)  # noqa: SLF001
        have = {(row["item_id"], row["studystatement_id"]): row["id"] for row in rows.values()}
        rows.filter(pk__in=[pk for pair, pk in have.items() if pair not in want]).delete()
        new = [{"item_id": item, "studystatement_id": statement} for item, statement in sorted(want - set(have))]
        through._default_manager.bulk_create([through(**pair) for pair in new])  # noqa: SLF001


def _clock_of(quiz: Quiz) -> tuple[object, ...]:
    """Return what decides when an attempt ends."""
    return (quiz.window, quiz.overdue, quiz.grace_minutes)
