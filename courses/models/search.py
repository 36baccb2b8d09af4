"""What a search finds: one row for each paragraph of a lesson and for each entry of a list, and the words they hold.

Both databases search the same words, folded before they are stored, so that both find the same: see decision 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections, models
from django.db.models import Case, F, QuerySet, Value, When, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course
from courses.rendering.query import Query


def _sqlite(column: str, query: Query) -> tuple[str, list[str]]:
    """Return the rows whose column holds a query, by FTS5."""
    words = " AND ".join(
        "({})".format(" OR ".join('"{}" *'.format(" ".join(form)) for form in word.forms)) for word in query.words
    )
    statement = "SELECT rowid FROM courses_searchentry_fts WHERE courses_searchentry_fts MATCH %s"
    return statement, [f"{column} : ({words})"]


def _postgresql(column: str, query: Query) -> tuple[str, list[str]]:
    """Return the rows whose column holds a query, by full-text search without stemming."""
    words = " & ".join(
        "({})".format(" | ".join("{}:*".format(" <-> ".join(f"'{part}'" for part in form)) for form in word.forms))
        for word in query.words
    )
    vector = f"to_tsvector('simple', {column})"
    return f"SELECT id FROM courses_searchentry WHERE {vector} @@ to_tsquery('simple', %s)", [words]  # noqa: S608 (ours)


_ENGINES = {"sqlite": _sqlite, "postgresql": _postgresql}


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Which entries hold the words of a query."""

    def holding(self, query: Query) -> SearchEntryQuerySet:
        """Keep the entries that hold every word; those with all of them in the title come first within their kind."""
        rows = {column: RawSQL(*self._rows(column, query)) for column in ("title_words", "words")}  # noqa: S611
        in_title = models.ExpressionWrapper(models.Q(pk__in=rows["title_words"]), models.BooleanField())
        found = self.filter(pk__in=rows["words"]).annotate(in_title=in_title)
        return found.order_by("kind_order", "-in_title", "position", "pk")

    def holding_most(self, query: Query, weights: Sequence[float], least: float) -> SearchEntryQuerySet:
        """Keep the entries whose words weigh at least such a share of all, the heaviest first."""
        held: Any = Value(0.0)
        kept = models.Q()
        for word, weight in zip(query.words, weights, strict=True):
            rows = models.Q(pk__in=RawSQL(*self._rows("words", Query((word,)))))  # noqa: S611
            held += Case(When(rows, then=Value(weight)), default=Value(0.0))
            kept |= rows
        if not sum(weights):
            return self.none()
        found = self.filter(kept).annotate(held=models.ExpressionWrapper(held, models.FloatField()))
        return found.filter(held__gte=least * sum(weights)).order_by("-held", "kind_order", "position", "pk")

    def first_of_each_kind(self, count: int) -> QuerySet[SearchEntry]:
        """Keep so many entries of each kind, and annotate how many there are in all."""
        order = ["-in_title", "position", "pk"]
        return self.annotate(
            place=Window(RowNumber(), partition_by=[F("kind")], order_by=order),
            kind_count=Window(models.Count("*"), partition_by=[F("kind")]),
        ).filter(place__lte=count)

    def _rows(self, column: str, query: Query) -> tuple[str, list[str]]:
        return _ENGINES[connections[self.db].vendor](column, query)


class SearchEntry(models.Model):
    """A place a search leads to. `path` is its address below the course; `words` what it is found by, folded."""

    class Kind(models.TextChoices):
        """What the place is, in the order results are shown."""

        TERM = "term", _("glossary")
        PERSON = "person", _("people")
        LESSON = "lesson", _("lessons")
        EVENT = "event", _("timeline")
        SOURCE = "source", _("sources")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="search_entries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    kind_order = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=300)
    title = models.CharField(max_length=420)
    text = models.TextField()
    title_words = models.TextField()
    words = models.TextField()
    position = models.PositiveIntegerField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        ordering = ["course", "kind_order", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "path"], name="search_path_unique_in_course")]

    def __str__(self) -> str:
        return self.path

    def get_absolute_url(self) -> str:
        """Return the address of the place."""
        return f"{self.course.get_absolute_url()}{self.path}"


class SearchWord(models.Model):
    """A word the course holds, folded and as it is spelt: what a misspelt word may have meant."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="search_words")
    word = models.CharField(max_length=60)
    spelling = models.CharField(max_length=60)
    count = models.PositiveIntegerField(help_text=_("How many entries hold it."))

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")
        constraints = [models.UniqueConstraint(fields=["course", "word"], name="search_word_unique_in_course")]

    def __str__(self) -> str:
        return self.spelling
