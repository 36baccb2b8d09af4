"""What lessons refer to: sources, terms, figures, events, statements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from courses.admin.base import CourseRows, LoadedAdmin, LookOnly, ModelAdmin, RowForm
from courses.admin.fields import NamesField, YamlField
from courses.admin.history import HistoryPages
from courses.content.check import Known, mistakes_in_text
from courses.content.dump import dump_yaml
from courses.content.explain import nearest
from courses.content.problems import field_names
from courses.content.schema import MOST_LANES, FigureFile, SourceFile, first_day, is_date, last_day
from courses.content.tables import csl_of, declaration_of
from courses.models import Figure, GlossaryTerm, Lane, Map, Person, Source, StudyStatement, TimelineEvent
from courses.rendering.engine import Engine
from courses.rendering.figures import draw
from courses.rendering.languages import marked
from courses.rendering.maps import PATH_WIDTH, Land
from courses.services.content import rerender_course


class ReferenceAdmin(LoadedAdmin):
    """Rows that text refers to: after an edit, everything of the course that may show them is rendered again."""

    list_filter = ["course", "is_retired"]
    autocomplete_fields = ["course"]
    shown_in_lessons = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the lessons that refer to each row."""
        rows = super().get_queryset(request)
        return rows.annotate(lesson_count=Count("lessons")) if self.shown_in_lessons else rows

    @admin.display(description=gettext_lazy("lessons"), ordering="lesson_count")
    def lesson_count(self, row: Any) -> int:
        """Return the number of lessons that refer to the row."""
        return int(row.lesson_count)

    @admin.display(description=gettext_lazy("as it is shown"))
    def shown(self, row: Any) -> SafeString:
        """Show the rendered text."""
        return format_html('<div class="preview">{}</div>', mark_safe(row.html))  # noqa: S308 (rendered and cleaned)

    def rerender(self, row: Any) -> None:
        """Render the whole course."""
        rerender_course(row.course)


class SourceForm(RowForm):
    """A source as its CSL entry."""

    csl = YamlField(
        label=gettext_lazy("CSL entry"), read=SourceFile.model_validate, names=field_names(SourceFile),
        help_text=gettext_lazy("As in sources.yaml, with its id and perhaps a note."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            note = {"note": self.instance.note} if self.instance.note else {}
            self.initial["csl"] = dump_yaml(self.instance.csl | note)

    def clean(self) -> dict[str, Any] | None:
        """Take the entry apart: the note is kept beside it."""
        cleaned = super().clean()
        source = self.cleaned_data.get("csl")
        if source is not None:
            check_key(self, "csl", "id", source.id)
            self.cleaned_data["csl"], self.instance.note = csl_of(source), source.note or ""
        return cleaned


def check_key(form: RowForm, field: str, name: str, written: str) -> None:
    """Refuse YAML that names another row than the one it is for."""
    key = form.instance.key or form.cleaned_data.get("key", "")
    if key and written != key:
        words = _("“%(name)s” says “%(written)s”, but this row's key is “%(key)s”. Keys last: write the same.")
        form.add_error(field, words % {"name": name, "written": written, "key": key})


@admin.register(Source)
class SourceAdmin(ReferenceAdmin):
    """Sources."""

    form = SourceForm
    shown_in_lessons = True
    list_display = ["__str__", "key", "kind", "lesson_count", "is_retired", "edited_at"]
    search_fields = ["key", "html", "note"]
    ordering = ["sort_key"]
    readonly_fields = ["shown"]
    fields = ["course", "key", "csl", "shown", "is_retired", "edited_at"]

    @admin.display(description=gettext_lazy("type"))
    def kind(self, source: Source) -> str:
        """Return the CSL type."""
        return str(source.csl.get("type", ""))


class NamedAdmin(ReferenceAdmin):
    """Rows with names in other languages, by which they are found here as well."""

    shown_in_lessons = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Add the names as one text, to be searched."""
        rows: QuerySet[Any] = super().get_queryset(request).annotate(names_text=Cast("names", TextField()))
        return rows

    @admin.display(description=gettext_lazy("in other languages"))
    def other_names(self, row: Any) -> SafeString:
        """Return the names, each marked with its language."""
        return format_html_join(" · ", "{}", ((marked(words, tag),) for tag, words in sorted(row.names.items())))


class TermForm(RowForm):
    """A glossary term."""

    cited_texts = ("definition",)
    names = NamesField()


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(NamedAdmin):
    """Glossary terms."""

    form = TermForm
    list_display = ["term", "other_names", "key", "lesson_count", "is_retired", "edited_at"]
    search_fields = ["term", "names_text", "key", "definition"]
    ordering = ["term"]
    readonly_fields = ["shown"]
    fields = ["course", "key", "term", "names", "definition", "shown", "is_retired", "edited_at"]


class PersonForm(RowForm):
    """A person."""

    cited_texts = ("text",)
    names = NamesField()


@admin.register(Person)
class PersonAdmin(NamedAdmin):
    """People. A changed name is looked for again in every lesson."""

    form = PersonForm
    list_display = ["name", "other_names", "side", "role", "key", "lesson_count", "is_retired", "edited_at"]
    list_filter = ["course", "side", "is_retired"]
    search_fields = ["name", "names_text", "key", "role", "text"]
    ordering = ["name"]
    readonly_fields = ["shown"]
    fields = [
        "course", "key", "name", "family", "names", "side", "role", "years", "text", "shown", "is_retired", "edited_at",
    ]  # fmt: skip


class FigureForm(RowForm):
    """A figure as it is declared. A changed chart is drawn before it is saved."""

    cited_texts = ("declaration",)
    declaration = YamlField(
        label=gettext_lazy("Declaration"), read=FigureFile.model_validate, names=field_names(FigureFile),
        help_text=gettext_lazy("As in its file. A changed chart is drawn again, which takes a second."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            declared = _with_mappings(self.instance.declaration)
            try:
                declared = FigureFile.model_validate(declared).model_dump(mode="python", exclude_none=True)
            except ValidationError:
                pass  # kept from before a rule that refuses it now: shown as it is, to be put right
            self.initial["declaration"] = dump_yaml(declared)

    def clean(self) -> dict[str, Any] | None:
        """Draw the chart, and take the title from the declaration."""
        cleaned = super().clean()
        figure = self.cleaned_data.get("declaration")
        if figure is not None:
            check_key(self, "declaration", "figure", figure.figure)
            self._draw(figure)
            self.cleaned_data["declaration"], self.instance.title = declaration_of(figure), figure.title
        return cleaned

    def check_texts(self, known: Known) -> None:
        """Refuse references that lead nowhere, in the caption and in the cells."""
        figure = self.cleaned_data.get("declaration")
        if figure is None:
            return
        cells = [cell for row in figure.rows for cell in row.values() if isinstance(cell, str)]
        for mistake in (mistake for text in (figure.caption, *cells) for mistake in mistakes_in_text(text, known)):
            self.add_error("declaration", mistake)

    def _draw(self, figure: FigureFile) -> None:
        if "declaration" not in self.changed_data:
            return
        try:
            over = self._land(figure.map)
            with Engine() as engine:
                chart, rows = figure.chart, figure.rows
                self.instance.drawings = draw(chart, rows, over=over, engine=engine) if chart is not None else {}
        except ValueError as error:
            self.add_error("declaration", _("Vega-Lite cannot draw this chart: %(why)s") % {"why": error})

    def _land(self, key: str | None) -> Land | None:
        """Return the map of the course that a figure names; raise ValueError where the course has no such map."""
        course = self.course()
        if key is None or course is None:
            return None
        maps = {row.key: row for row in course.maps.filter(is_retired=False)}
        if key not in maps:
            words = _("there is no map “%(key)s” in this course. %(hint)s")
            raise ValueError(words % {"key": key, "hint": nearest(key, maps)})
        return maps[key].land


def _with_mappings(declaration: dict[str, Any]) -> dict[str, Any]:
    """Turn the stored pairs of columns back into the mapping an author writes."""
    return declaration | {"columns": dict(declaration["columns"])}


@admin.register(Map)
class MapAdmin(LookOnly, HistoryPages, CourseRows, ModelAdmin):
    """Maps, to look at: their outlines come from files, and figures are drawn over them when these are loaded."""

    list_display = ["title", "key", "course", "projection", "is_retired"]
    list_filter = ["course", "is_retired"]
    list_select_related = ["course"]
    search_fields = ["title", "key", "credit"]
    fields = [
        "course", "key", "title", "shown", "projection", "west", "south", "east", "north", "credit", "licence",
        "is_retired",
    ]  # fmt: skip

    class Media:
        css = {"all": ["css/workshop.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the outlines in the database: the path is what is shown."""
        rows: QuerySet[Any] = super().get_queryset(request).defer("outlines")
        return rows

    @admin.display(description=gettext_lazy("as it is shown"))
    def shown(self, row: Map) -> SafeString:
        """Draw the outlines."""
        return format_html(
            '<div class="preview"><svg viewBox="0 0 {} {}" role="img" aria-label="{}">'
            '<path d="{}" fill="var(--sunk)" stroke="var(--edge)"/></svg></div>',
            PATH_WIDTH, round(row.region.height(PATH_WIDTH)), row.title, row.path,
        )  # fmt: skip


@admin.register(Figure)
class FigureAdmin(ReferenceAdmin):
    """Figures."""

    form = FigureForm
    list_display = ["title", "key", "course", "is_retired", "edited_at"]
    list_select_related = ["course"]
    search_fields = ["title", "key"]
    readonly_fields = ["title", "shown"]
    fields = ["course", "key", "title", "declaration", "shown", "is_retired", "edited_at"]


class LaneForm(RowForm):
    """A lane: a course has no more of them than a drawing has room for."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse one lane too many."""
        cleaned = super().clean()
        course = self.course()
        if course is not None and not self.cleaned_data.get("is_retired"):
            others = course.lanes.filter(is_retired=False).exclude(pk=self.instance.pk)
            if others.count() >= MOST_LANES:
                words = _("A timeline has at most %(n)d lanes. Retire one that is not in use, or use one of those.")
                self.add_error(None, words % {"n": MOST_LANES})
        return cleaned


@admin.register(Lane)
class LaneAdmin(LoadedAdmin):
    """Lanes of timelines."""

    form = LaneForm
    list_display = ["title", "key", "course", "position", "event_count", "is_retired", "edited_at"]
    list_filter = ["course", "is_retired"]
    list_select_related = ["course"]
    search_fields = ["title", "key"]
    ordering = ["course", "position"]
    autocomplete_fields = ["course"]
    fields = ["course", "key", "title", "position", "is_retired", "edited_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the events of each lane."""
        live = Count("events", filter=Q(events__is_retired=False))
        rows: QuerySet[Any] = super().get_queryset(request).annotate(event_count=live)
        return rows

    @admin.display(description=gettext_lazy("events"), ordering="event_count")
    def event_count(self, lane: Any) -> int:
        """Return the number of events that lie in the lane."""
        return int(lane.event_count)


class EventForm(RowForm):
    """An event: its date says from which day to which day it may have lasted."""

    cited_texts = ("text",)

    def clean_date(self) -> str:
        """Refuse what is no date, and spans that end before they begin."""
        written = str(self.cleaned_data["date"]).strip()
        start, _slash, end = written.partition("/")
        if not is_date(start) or (end and not is_date(end)):
            raise forms.ValidationError(_("Write the date as 2000-02-09, 2000-02, 2000, or as a span: 1990/1995."))
        self.instance.starts_on, self.instance.ends_on = first_day(start), last_day(end or start)
        if self.instance.ends_on < self.instance.starts_on:
            raise forms.ValidationError(_("The span ends before it begins."))
        return written


@admin.register(TimelineEvent)
class TimelineEventAdmin(ReferenceAdmin):
    """Events of the timeline."""

    form = EventForm
    list_display = ["title", "date", "lane", "unit", "lesson", "is_retired", "edited_at"]
    list_filter = ["course", "lane", "unit", "is_retired"]
    list_select_related = ["unit", "lane", "lesson"]
    search_fields = ["title", "text", "key", "date"]
    autocomplete_fields = ["course", "lane", "unit", "lesson"]
    date_hierarchy = "starts_on"
    readonly_fields = ["shown"]
    fields = [
        "course", "key", "date", "lane", "title", "text", "shown", "unit", "lesson", "is_retired", "edited_at",
    ]  # fmt: skip


class StatementForm(RowForm):
    """A statement of the study."""

    cited_texts = ("record",)


@admin.register(StudyStatement)
class StudyStatementAdmin(ReferenceAdmin):
    """Statements of the study behind a course."""

    form = StatementForm
    shown_in_lessons = True
    list_display = ["key", "text", "verdict", "lesson_count", "is_retired", "edited_at"]
    list_filter = ["course", "verdict", "is_retired"]
    search_fields = ["key", "text", "record"]
    ordering = ["course", "position"]
    readonly_fields = ["shown"]
    fields = ["course", "key", "text", "verdict", "record", "shown", "position", "is_retired", "edited_at"]
