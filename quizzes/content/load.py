"""Checked quizzes → rows. The caller holds the transaction; nothing here commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.content.load import LoadedCourse
from courses.content.problems import Problems
from courses.content.sync import Run, Stand, Sync
from courses.models import Lesson, Section, Unit
from courses.services.history import Edit, values_of
from quizzes.content.changes import note_on_key, note_on_pass_mark, notes_on_items, notes_on_quizzes
from quizzes.content.pools import ReadPool, note_taken
from quizzes.content.read import ReadQuiz
from quizzes.content.tables import ITEMS, QUIZZES, entries_of_quizzes, entry_of_item
from quizzes.domain.kinds import AnySpec
from quizzes.domain.specs import content_hash, spec_hash
from quizzes.models import Item, ItemRevision, Quiz
from quizzes.services.authoring import give_words, revise_item
from quizzes.services.clock import Shorter, refresh_quiz


class QuizLoader:
    """Loads the quizzes of a course that was just loaded."""

    def __init__(self, loaded: LoadedCourse, *, run: Run, problems: Problems, now: datetime) -> None:
        self.loaded, self.run, self.problems, self.now = loaded, run, problems, now
        self.report = run.report
        sections = Section.objects.filter(lesson__course=loaded.course).select_related("lesson")
        self.sections = {(section.lesson.key, section.key): section for section in sections}
        self.rows: dict[type[Any], Mapping[str, Any]] = {Unit: loaded.units, Lesson: loaded.lessons}

    def load(self, quizzes: Sequence[ReadQuiz], pools: Sequence[ReadPool] = ()) -> None:
        """Write every quiz with its questions and checks, and the questions of private pools."""
        self._refuse_taken(quizzes, pools)
        entries = entries_of_quizzes(quizzes)
        scope = {"course": self.loaded.course}
        quiz_sync: Sync[Quiz] = Sync(QUIZZES, scope=scope, run=self.run)
        item_sync: Sync[Item] = Sync(ITEMS, scope={**scope, "pool": ""}, run=self.run)
        self.current = words_of(item_sync.stored.values())
        self.new_words: list[tuple[Item, AnySpec]] = []
        self.put_by_files: list[AnySpec] = []
        self.tested: dict[int, set[str]] = {}
        self.rescheduled: list[tuple[Quiz, Quiz]] = []
        self.same_words = 0
        self.rows[Quiz] = quiz_sync.rows
        items = item_sync.merge(entries[ITEMS.what].values())
        moved = item_sync.order()
        for quiz in quiz_sync.merge(entries[QUIZZES.what].values()).values():
            self._put_quiz(quiz_sync, quiz)
        self._put_items(item_sync, items, moved)
        quiz_sync.retire_missing()
        item_sync.retire_missing()
        for pool in pools:
            self._put_pool(pool)
        self.report.notes += notes_on_quizzes(quiz_sync.retired, quiz_sync.added)
        self.report.notes += notes_on_items(item_sync.retired, item_sync.added)
        self._link_statements()
        self._move_deadlines()
        self._tell_new_rules()

    def _refuse_taken(self, quizzes: Sequence[ReadQuiz], pools: Sequence[ReadPool]) -> None:
        """Refuse keys that questions from elsewhere have here: of private pools, or of what is retired."""
        pairs = Item.objects.filter(course=self.loaded.course).values_list("key", "pool")
        found = dict(pairs) if pools else dict(pairs.exclude(pool=""))
        files = [("", quiz) for quiz in quizzes] + [(pool.key, pool.read) for pool in pools]
        for own, read in files:
            note_taken(read, {key for key, pool in found.items() if pool != own}, self.problems)
        self.problems.stop_if_any()

    def _put_items(self, sync: Sync[Item], stands: Mapping[str, Stand[Item]], moved: Mapping[str, int]) -> None:
        self.new_words, self.put_by_files = [], []
        for stand in stands.values():
            self._put_item(sync, stand)
        sync.write_new()
        give_words(self.new_words, now=self.now)
        self.tested |= {sync.rows[spec.key].pk: set(spec.statements) for spec in self.put_by_files}
        for key, position in moved.items():
            Item.objects.filter(pk=sync.stored[key].pk).update(position=position)

    def _put_pool(self, pool: ReadPool) -> None:
        """Write the questions of a private pool; those the file no longer holds are retired."""
        scope = {"course": self.loaded.course, "pool": pool.key}
        sync: Sync[Item] = Sync(ITEMS, scope=scope, run=self.run)
        self.current |= words_of(sync.stored.values())
        entries = [entry_of_item(pool.read, *each) for each in pool.read.entries]
        stands = sync.merge(entries)
        self._put_items(sync, stands, sync.order())
        sync.retire_missing()
        exam = Quiz.objects.filter(course=self.loaded.course, key=pool.exam)
        exam.update(draws_pools_alone=pool.is_alone)

    def _put_quiz(self, sync: Sync[Quiz], stand: Stand[Quiz]) -> None:
        was = copy(stand.row)
        quiz = sync.put(stand, stand.values(QUIZZES, self.rows))
        if was is not None and _clock_of(was) != _clock_of(quiz):
            self.rescheduled.append((was, quiz))
        if was is not None and quiz.pass_percent != was.pass_percent:
            self._note(note_on_pass_mark(quiz, was.pass_percent))

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

    def _put_item(self, sync: Sync[Item], stand: Stand[Item]) -> None:
        spec: AnySpec = stand.entry.file
        values = stand.values(ITEMS, self.rows)
        if stand.state != "kept":
            section = self._section_of(spec, values["quiz"])
            if section is None:
                self._refuse_section(stand)
                return
            values |= {"objective": self.loaded.objectives[spec.objective], "section": section}
        item = sync.put(stand, values, later=True)
        if stand.state == "kept":
            return
        self.put_by_files.append(spec)
        if stand.row is None:
            self.new_words.append((item, spec))
        else:
            self._revise(item, spec)

    def _section_of(self, spec: AnySpec, quiz: Quiz) -> Section | None:
        lesson, hash_, key = spec.section.rpartition("#")
        section = self.sections.get((lesson if hash_ else quiz.lesson.key if quiz.lesson else "", key))
        if section is not None and section.is_retired:
            words = _("%(item)s: its section “%(section)s” is not in the lesson as it was edited here; choose another")
            self._note(words % {"item": spec.key, "section": spec.section})
        return section

    def _refuse_section(self, stand: Stand[Item]) -> None:
        """The files have the section, but the lesson stands as it was edited here, without it."""
        spec, entry = stand.entry.file, stand.entry
        reason = _("The lesson was edited in the admin and has no section “%(section)s” here.") % {
            "section": spec.section
        }
        suggestion = _("Take the lesson's file as well (--take file), or add the section in the admin.")
        self.problems.add(entry.document, (*entry.at, "section"), reason, suggestion)

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


def words_of(items: Iterable[Item]) -> dict[int, ItemRevision]:
    """Return the current words of items by id, with the number of papers that hold them; each item gets its own."""
    rows = list(items)
    current = ItemRevision.objects.current().with_issued().filter(item__in=[item.pk for item in rows])
    found = {revision.item_id: revision for revision in current}
    for item in rows:
        item.words = found.get(item.pk)  # type: ignore[attr-defined]  # read by the table of items
    return found


def _clock_of(quiz: Quiz) -> tuple[object, ...]:
    """Return what decides when an attempt ends."""
    return (quiz.window, quiz.overdue, quiz.grace_minutes)
