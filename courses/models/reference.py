"""What lessons refer to: sources, terms, figures, events, and the statements of the study."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.base import Loaded, key_field, names_field
from courses.models.content import Course, Lesson, Unit
from courses.rendering.maps import Land, Projection, Region


class Source(Loaded):
    """A work that is cited. `csl` is its CSL-YAML entry; `html` the formatted reference."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sources", verbose_name=_("course"))
    key = key_field()
    csl = models.JSONField(_("CSL entry"), default=dict)
    html = models.TextField(editable=False, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)
    lessons = models.ManyToManyField(Lesson, related_name="sources", blank=True, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["sort_key"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="source_key_unique_in_course")]

    def __str__(self) -> str:
        return str(self.csl.get("title", self.key))


class GlossaryTerm(Loaded):
    """A term with its meaning, and what it is called in other languages."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="terms", verbose_name=_("course"))
    key = key_field()
    term = models.CharField(_("term"), max_length=200)
    names = names_field()
    forms = models.JSONField(_("other forms"), default=list, blank=True)
    definition = models.TextField(_("definition"), help_text=_("Inline Markdown."))
    html = models.TextField(editable=False, blank=True)
    lessons = models.ManyToManyField(Lesson, related_name="terms", blank=True, editable=False)

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="term_key_unique_in_course")]

    def __str__(self) -> str:
        return self.term


class Person(Loaded):
    """A person the course speaks of, by the name it calls them, with the forms their own languages write."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="people", verbose_name=_("course"))
    key = key_field()
    name = models.CharField(_("name"), max_length=200)
    family = models.CharField(
        _("family name"), max_length=200, blank=True, help_text=_("As it stands in the name. Lists are sorted by it.")
    )
    names = names_field()
    side = models.CharField(_("group"), max_length=200, help_text=_("The group the person is listed under."))
    role = models.CharField(_("role"), max_length=400)
    years = models.CharField(
        _("years"),
        max_length=40,
        blank=True,
        help_text=_("When they matter in this course: 1945–1953. Years of an office belong to the role."),
    )
    text = models.TextField(_("text"), help_text=_("Inline Markdown with citations."))
    html = models.TextField(editable=False, blank=True)
    listed = models.JSONField(_("lessons named in the file"), default=list, blank=True, editable=False)
    lessons = models.ManyToManyField(Lesson, related_name="people", blank=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="person_key_unique_in_course")]

    def __str__(self) -> str:
        return self.name


class Map(Loaded):
    """The outlines of a part of the world, over which figures are drawn and questions ask for places.

    `outlines` are polygons in degrees east and north; `path` is how they are drawn, made when content loads.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="maps", verbose_name=_("course"))
    key = key_field()
    title = models.CharField(_("title"), max_length=200)
    projection = models.CharField(_("projection"), max_length=20, choices=Projection.choices)
    west = models.FloatField(_("west"), help_text=_("Degrees east of Greenwich."))
    south = models.FloatField(_("south"), help_text=_("Degrees north of the equator."))
    east = models.FloatField(_("east"))
    north = models.FloatField(_("north"))
    credit = models.CharField(_("credit"), max_length=200)
    licence = models.CharField(_("licence"), max_length=100)
    outlines = models.JSONField(default=list, editable=False)
    path = models.TextField(editable=False)

    class Meta:
        verbose_name = _("map")
        verbose_name_plural = _("maps")
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="map_key_unique_in_course")]

    def __str__(self) -> str:
        return self.title

    @property
    def region(self) -> Region:
        """Return the box in its projection."""
        return Region(self.west, self.south, self.east, self.north, Projection(self.projection))

    @property
    def credit_line(self) -> str:
        """Return whose outlines these are, as it stands below a drawing."""
        return f"{self.credit} ({self.licence})"

    @property
    def land(self) -> Land:
        """Return the map as a chart is drawn over it."""
        return Land(self.region, self.outlines, self.credit_line)


class Figure(Loaded):
    """A chart or a table. `declaration` is what the author wrote; `html` the whole figure, drawn when content loads."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="figures", verbose_name=_("course"))
    key = key_field()
    title = models.CharField(_("title"), max_length=200)
    declaration = models.JSONField(_("declaration"), default=dict)
    drawings = models.JSONField(default=dict, editable=False)
    html = models.TextField(editable=False, blank=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="figure_key_unique_in_course")]

    def __str__(self) -> str:
        return self.title


class Lane(Loaded):
    """A line of the timeline, as the course divides its events: by place, by field, by whose story they are."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="lanes", verbose_name=_("course"))
    key = key_field()
    title = models.CharField(_("title"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("The first is drawn on top."))

    class Meta:
        verbose_name = _("lane of the timeline")
        verbose_name_plural = _("lanes of the timeline")
        ordering = ["course", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="lane_key_unique_in_course")]

    def __str__(self) -> str:
        return self.title


class TimelineEvent(Loaded):
    """Something that happened, dated as precisely as is known."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="events", verbose_name=_("course"))
    key = key_field()
    date = models.CharField(_("date"), max_length=24, help_text=_("2000-02-09, 2000-02, 2000, or 1990/1995."))
    starts_on = models.DateField(editable=False)
    ends_on = models.DateField(editable=False)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="events", verbose_name=_("lane"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), help_text=_("Inline Markdown with citations."))
    html = models.TextField(editable=False, blank=True)
    facts = models.JSONField(default=list, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="events", verbose_name=_("unit"))
    lesson = models.ForeignKey(
        Lesson, on_delete=models.PROTECT, related_name="events", null=True, blank=True, verbose_name=_("lesson")
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_on", "ends_on", "key"]
        constraints = [
            models.UniqueConstraint(fields=["course", "key"], name="event_key_unique_in_course"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="event_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.title}"


class StudyStatement(Loaded):
    """One statement of the study behind a course, and what the wider record says of it."""

    class Verdict(models.TextChoices):
        """How the statement stands against the wider record."""

        CONFIRMED = "confirmed", _("confirmed")
        REFINED = "refined", _("refined")
        DISPUTED = "disputed", _("disputed")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="statements", verbose_name=_("course"))
    key = key_field()
    text = models.TextField(_("text"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    record = models.TextField(_("the wider record"), help_text=_("Markdown with citations."))
    html = models.TextField(editable=False, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("statement of the study")
        verbose_name_plural = _("statements of the study")
        ordering = ["course", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="statement_key_unique_in_course")]

    def __str__(self) -> str:
        return f"{self.key} {self.text}"
