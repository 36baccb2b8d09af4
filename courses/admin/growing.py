"""Lists of what students do: rows without end, of which a page reads the newest, or those of whom it is asked about."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext as _

from courses.admin.base import ClassFilter, ModelAdmin
from courses.models import Enrolment

NEWEST = 5_000
"""How many rows a list looks through, unless it is asked about someone or something."""
MOST_FOUND = 50
"""How many people (or questions, …) a search looks up."""


class NewestFirst(ChangeList):
    """A page of the newest rows: what is filtered and counted is among these, so that no page reads the whole table."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Keep the newest, unless a search has chosen already."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        if self.query:
            return rows
        listing: Any = self.model_admin
        name: str = listing.newest_by
        all_rows: QuerySet[Any] = self.model._default_manager.all()  # noqa: SLF001 (Django's documented accessor)
        oldest = all_rows.order_by(f"-{name}").values_list(name, flat=True)[NEWEST - 1 : NEWEST].first()
        return rows if oldest is None else rows.filter(**{f"{name}__gte": oldest})


class GrowingRows(ModelAdmin):
    """Rows that students add to, the newest first by an indexed column; sorting by others would read them all.

    A search looks up the people, questions or sections that the fields of `search_fields` belong to, and then only
    their rows.
    """

    newest_by = "pk"
    sortable_by = ()
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    def get_ordering(self, request: HttpRequest) -> list[Any]:  # noqa: ARG002
        """Begin with the newest."""
        return [f"-{self.newest_by}"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002
        """List the newest."""
        return NewestFirst

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Say which rows are listed."""
        words = _("The newest %(n)s are listed. Search to find older ones.") % {"n": f"{NEWEST:,}"}
        return super().changelist_view(request, {"subtitle": words, **(extra_context or {})})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Keep the rows of what is found."""
        words = [_plain(word) for word in smart_split(search_term)]
        fields: dict[str, list[str]] = {}
        for name in self.get_search_fields(request):
            path, _hash, field = str(name).rpartition("__")
            fields.setdefault(path, []).append(field)
        if not words:
            return queryset, False
        first, *others = (self._of_found(path, names, words) for path, names in fields.items())
        return queryset.filter(pk__in=first.union(*others) if others else first), False

    def _of_found(self, path: str, names: list[str], words: list[str]) -> QuerySet[Any]:
        """Return the keys of the rows whose person, question or section, at the end of a path, holds all words."""
        holds = Q()
        for word in words:
            holds &= Q(*(Q(**{f"{name}__icontains": word}) for name in names), _connector=Q.OR)
        if path:
            related: Any = get_fields_from_path(self.model, path)[-1].related_model
            found = related.objects.filter(holds).order_by("pk").values_list("pk", flat=True)[:MOST_FOUND]
            holds = Q(**{f"{path}__in": list(found)})
        rows: QuerySet[Any] = self.model._default_manager.filter(holds)  # noqa: SLF001 (as above)
        return rows.order_by().values("pk")


def row_by_row(condition: Exists) -> Case:
    """Return a condition that is asked of each row of a list, however a database would rather put it.

    PostgreSQL turns EXISTS into a join, and may then begin with everybody's rows; it leaves CASE alone.
    """
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


class EachClassFilter(ClassFilter):
    """Keeps the rows of the students of one class, asked row by row: a large class is not gathered first."""

    student = "student"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Keep the class chosen; one that is not offered changes nothing."""
        chosen: Any = self.value()
        if chosen not in {value for value, _name in self.lookup_choices}:
            return queryset
        return queryset.filter(row_by_row(Exists(Enrolment.objects.filter(cohort=chosen, user=OuterRef(self.student)))))


def _plain(word: str) -> str:
    """Return a word of a search; several words in quotes are one."""
    return unescape_string_literal(word) if word[0] in "\"'" and word[-1] == word[0] and len(word) > 1 else word
