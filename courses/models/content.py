"""What is taught: courses, units, lessons, sections, objectives."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, FilteredRelation, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models.base import Drafted, Loaded, Readable, key_field, language_validator
from courses.rendering.colours import UnitColour

if TYPE_CHECKING:
    from courses.models.reference import StudyStatement

Viewer: TypeAlias = AbstractBaseUser | AnonymousUser


def is_administrator(user: Viewer) -> bool:
    """Say whether the user runs the site. Staff status alone gives nothing."""
    return bool(getattr(user, "is_superuser", False) and user.is_active)


def class_viewed(user: Viewer | None) -> Any:
    """Return the class in which a student is viewed by an instructor now; None for everyone who is here themselves.

    What such a student sees is what the class may see of them.
    """
    return getattr(user, "seen_in", None)


def new_edition() -> str:
    """Return a name for the content of a course as it stands, which no other ever had."""
    return uuid.uuid4().hex


class CourseQuerySet(models.QuerySet["Course"]):
    """Which courses, and who may see them."""

    def visible_to(self, user: Viewer) -> CourseQuerySet:
        """Published courses for everybody, and drafts for the people who work on them.

        An archived course is shown to the people who took it: who are in a class of it, or read in it.
        """
        cohort = class_viewed(user)
        if cohort is not None:
            return self.filter(pk=cohort.course_id, is_published=True)
        if is_administrator(user):
            return self
        offered = Q(is_published=True, archived_at=None)
        if user.pk is None:
            return self.filter(offered)
        has_place = Course.objects.filter(cohorts__enrolments__user=user.pk, cohorts__enrolments__is_active=True)
        has_read = Course.objects.filter(lessons__sections__reads__student=user.pk)
        took = Q(pk__in=has_place.values("pk")) | Q(pk__in=has_read.values("pk"))
        taken = Q(is_published=True, archived_at__isnull=False) & took
        return self.filter(offered | taken | Q(pk__in=Course.objects.worked_on_by(user).values("pk")))

    def offered(self) -> CourseQuerySet:
        """Courses that are there for everyone: published and not archived."""
        return self.filter(is_published=True, archived_at=None)

    def for_head(self) -> CourseQuerySet:
        """Load what pages of a course say of it, without its longer texts."""
        return self.defer("summary", "summary_html", "about_study", "about_study_html", "people_groups", "draft")

    def worked_on_by(self, user: Viewer) -> CourseQuerySet:
        """Courses whose drafts and rows the user may see: those they have a role in. Teaching a class gives none."""
        return self._with_role(user, "owner", "editor", "reviewer")

    def with_keys_for(self, user: Viewer) -> CourseQuerySet:
        """Courses whose answer keys the user may see: those they work on, and published ones a class of theirs takes.

        A draft is for the people who work on it, also where a class waits for it.
        """
        return self._worked_on_or_taught(user, "instructor", "assistant")

    def duplicated_by(self, user: Viewer) -> CourseQuerySet:
        """Courses the user may make a copy of: those they work on, and published ones they teach a class of."""
        return self._worked_on_or_taught(user, "instructor")

    def in_use(self) -> CourseQuerySet:
        """Courses that are not archived: those that lists and pickers offer."""
        return self.filter(archived_at=None)

    def edited_by(self, user: Viewer) -> CourseQuerySet:
        """Courses the user may change: as owner or editor."""
        return self._with_role(user, "owner", "editor")

    def owned_by(self, user: Viewer) -> CourseQuerySet:
        """Courses the user may publish and withdraw: as owner."""
        return self._with_role(user, "owner")

    def _worked_on_or_taught(self, user: Viewer, *roles: str) -> CourseQuerySet:
        if is_administrator(user):
            return self
        if user.pk is None:
            return self.none()
        teaches = Course.objects.filter(
            is_published=True,
            cohorts__enrolments__user=user.pk,
            cohorts__enrolments__role__in=roles,
            cohorts__enrolments__is_active=True,
        )
        works_on = Course.objects.worked_on_by(user)
        return self.filter(Q(pk__in=works_on.values("pk")) | Q(pk__in=teaches.values("pk")))

    def _with_role(self, user: Viewer, *roles: str) -> CourseQuerySet:
        if is_administrator(user):
            return self
        if user.pk is None:
            return self.none()
        return self.filter(roles__user=user.pk, roles__role__in=roles)

    def for_catalogue(self) -> CourseQuerySet:
        """Courses in use with the number of their written lessons."""
        return (
            self.in_use()
            .annotate(
                lesson_count=Count("lessons", filter=Q(lessons__is_retired=False), distinct=True),
            )
            .order_by("title")
        )


class Course(Loaded):
    """What is taught, independent of who takes it when."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    lede = models.CharField(_("lede"), max_length=400, blank=True)
    summary = models.TextField(_("summary"), blank=True, help_text=_("Markdown."))
    summary_html = models.TextField(editable=False, blank=True)
    about_study = models.TextField(_("about the study"), blank=True, help_text=_("Markdown."))
    about_study_html = models.TextField(editable=False, blank=True)
    study_title = models.CharField(_("title of the study page"), max_length=200, blank=True)
    language = models.CharField(
        _("language"),
        max_length=35,
        default="en",
        validators=[language_validator],
        help_text=_("The tag of the language: en, he, pt-BR, zh-Hant-TW."),
    )
    people_groups = models.JSONField(default=list, editable=False)
    """The groups of its people, in the order pages show them."""
    lists = models.JSONField(default=list, editable=False)
    """Which of its lists hold anything (timeline, glossary, people, sources, study): pages link to those alone."""
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    hours = models.PositiveSmallIntegerField(_("hours of work"), null=True, blank=True)
    certificate = models.JSONField(_("certificate"), null=True, blank=True, encoder=Readable)
    """The rule by which its certificate is earned (`CertificateRule`); none without one."""
    is_published = models.BooleanField(_("published"), default=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    """Since when it is in no catalogue and no picker; its pages stay for the people who took it."""
    loaded_by = models.CharField(max_length=64, blank=True, editable=False)
    """The code that loaded its files, by a hash: the same files need no second load by the same code."""
    edition = models.CharField(max_length=32, default=new_edition, editable=False)
    """Another one after every change of the course's content: what is made of it and kept is named after it."""

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the course page."""
        return reverse("courses:course", args=[self.key])


class UnitQuerySet(models.QuerySet["Unit"]):
    """Which units."""

    def current(self) -> UnitQuerySet:
        """Units that are not retired, in order."""
        return self.filter(is_retired=False).order_by("position")


class Unit(Loaded):
    """An ordered part of a course; a course that works in phases titles its units so."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="units", verbose_name=_("course"))
    key = key_field()
    label = models.CharField(_("label"), max_length=40, blank=True, help_text=_("Stands before the title: Phase 2."))
    title = models.CharField(_("title"), max_length=200)
    year_from = models.SmallIntegerField(_("from"), null=True, blank=True)
    year_to = models.SmallIntegerField(_("to"), null=True, blank=True, help_text=_("Empty: to today."))
    colour = models.CharField(_("colour"), max_length=20, choices=UnitColour.choices, default=UnitColour.GREY)
    summary = models.TextField(_("summary"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["course", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="unit_key_unique_in_course")]

    def __str__(self) -> str:
        return f"{self.label} · {self.title}" if self.label else self.title

    @property
    def years(self) -> str:
        """Return the span in words a page shows, or nothing when the unit has no dates."""
        if self.year_from is None:
            return ""
        return f"{self.year_from}–{self.year_to}" if self.year_to else _("%(year)s to today") % {"year": self.year_from}


class LessonQuerySet(models.QuerySet["Lesson"]):
    """Which lessons, who may see them, and what a page needs of them."""

    def current(self) -> LessonQuerySet:
        """Lessons that are not retired, in the order of the course."""
        return self.filter(is_retired=False, unit__is_retired=False).order_by("unit__position", "position")

    def written(self) -> LessonQuerySet:
        """Lessons with a text; the others are outlines."""
        return self.filter(word_count__gt=0)

    def offered(self) -> LessonQuerySet:
        """Lessons that are there for everyone: of courses that are published and not archived."""
        return self.filter(course__is_published=True, course__archived_at=None)

    def visible_to(self, user: Viewer) -> LessonQuerySet:
        """Lessons of courses the user may see."""
        return self.filter(course__in=Course.objects.visible_to(user))

    def with_section_count(self) -> LessonQuerySet:
        """Annotate how many sections there are."""
        return self.annotate(section_count=_number_of(Section.objects.filter(lesson=OuterRef("pk"), is_retired=False)))

    def with_progress(self, learner: Viewer | None) -> LessonQuerySet:
        """Annotate how many sections there are, how many the learner has read, and whether the lesson is complete.

        Only the learner's own rows are read, however many people have read the lesson.
        """
        if learner is None or learner.pk is None:
            nothing = {"read_count": Value(0), "is_complete": Value(value=False)}
            return self.with_section_count().annotate(**nothing)
        live = Section.objects.filter(lesson=OuterRef("pk"), is_retired=False)
        completed = Lesson.objects.filter(pk=OuterRef("pk"), completions__student=learner.pk)
        return self.with_section_count().annotate(
            read_count=_number_of(live.filter(reads__student=learner.pk)), is_complete=Exists(completed)
        )

    def for_head(self) -> LessonQuerySet:
        """Load what the page around a lesson reads, and nothing of its text."""
        course = ("key", "title", "language", "licence", "lists", "study_title", "edition")
        own = ("key", "number", "title", "word_count", "unit__colour")
        return self.select_related("course", "unit").only(*own, *(f"course__{name}" for name in course))

    def for_page(self) -> LessonQuerySet:
        """Load what the head of a lesson page reads, with the objectives."""
        return self.select_related("course", "unit").prefetch_related(
            Prefetch("objectives", LearningObjective.objects.filter(is_retired=False))
        )


class Lesson(Loaded):
    """One page of teaching in a unit. `body` is its Markdown; sections hold what it was rendered to."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("course"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("unit"))
    key = key_field()
    number = models.CharField(_("number"), max_length=10, blank=True)
    title = models.CharField(_("title"), max_length=200)
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    question = models.CharField(_("opening question"), max_length=400, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=25)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown; docs/authoring.md says what it may hold."))
    notes = models.JSONField(default=list, editable=False)
    moved_sections = models.JSONField(_("sections with another key"), default=dict, editable=False)
    """While the text waits to be published: the new keys of sections, by the old; what points at them goes along."""
    word_count = models.PositiveIntegerField(_("words"), default=0, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    statements: models.ManyToManyField[StudyStatement, Any] = models.ManyToManyField(
        "courses.StudyStatement", related_name="lessons", blank=True, verbose_name=_("statements of the study")
    )

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["course", "unit__position", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="lesson_key_unique_in_course")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        """Return the lesson page."""
        return reverse("courses:lesson", args=[self.course.key, self.key])

    @property
    def is_written(self) -> bool:
        """Say whether the lesson has a text, or is only an outline."""
        return self.word_count > 0


def _number_of(sections: SectionQuerySet) -> Coalesce:
    """Return an expression that counts the sections of each lesson by themselves, without joining them to its row."""
    counted = sections.order_by().values("lesson").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


class SectionQuerySet(models.QuerySet["Section"]):
    """Which sections."""

    def current(self) -> SectionQuerySet:
        """Sections that are not retired, in order."""
        return self.filter(is_retired=False).order_by("position")

    def with_read_by(self, learner: Viewer | None) -> SectionQuerySet:
        """Annotate whether the learner has read each."""
        reader = learner.pk if learner is not None else None
        return self.annotate(
            own_read=FilteredRelation("reads", condition=Q(reads__student=reader)),
            is_read=ExpressionWrapper(Q(own_read__isnull=False), models.BooleanField()),
        )


class Section(models.Model):
    """A titled part of a lesson, rendered. Progress is kept by section, so its key lasts.

    `parts` is a list of `{"html": …}` and `{"check": item key}` in reading order; `mentions` holds the keys of the
    sources, terms and people met in the text, by what they are.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="sections", verbose_name=_("lesson"))
    key = key_field()
    title = models.CharField(_("title"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"))
    parts = models.JSONField(default=list, editable=False)
    facts = models.JSONField(default=list, editable=False)
    mentions = models.JSONField(default=dict, editable=False)
    is_retired = models.BooleanField(_("retired"), default=False)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["lesson", "position"]
        constraints = [models.UniqueConstraint(fields=["lesson", "key"], name="section_key_unique_in_lesson")]

    def __str__(self) -> str:
        return self.title


class LearningObjective(Drafted):
    """What a student can do afterwards: one sentence, one verb."""

    class Level(models.TextChoices):
        """Bloom's six levels."""

        REMEMBER = "remember", _("remember")
        UNDERSTAND = "understand", _("understand")
        APPLY = "apply", _("apply")
        ANALYSE = "analyse", _("analyse")
        EVALUATE = "evaluate", _("evaluate")
        CREATE = "create", _("create")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="objectives", verbose_name=_("course"))
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="objectives", verbose_name=_("lesson"))
    key = key_field()
    text = models.CharField(_("text"), max_length=400)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("learning objective")
        verbose_name_plural = _("learning objectives")
        ordering = ["lesson", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="objective_key_unique_in_course")]

    def __str__(self) -> str:
        return self.text
