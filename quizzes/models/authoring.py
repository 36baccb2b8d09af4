"""What is authored: quizzes, items, and the revisions that hold their exact words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Course, LearningObjective, Lesson, Map, Section, StudyStatement, Unit
from courses.models.base import Loaded, key_field
from courses.models.content import Viewer
from quizzes.domain.base import RULES
from quizzes.domain.kinds import UNSCORED_KINDS, AnySpec, read_spec
from quizzes.models.settings import DeliverySettings
from quizzes.models.specs import KEPT, Name


class QuizQuerySet(models.QuerySet["Quiz"]):
    """Which quizzes, and who may see them."""

    def current(self) -> QuizQuerySet:
        """Quizzes that are not retired, in the order of the course."""
        return self.filter(is_retired=False).order_by("unit__position", "lesson__position", "key")

    def visible_to(self, user: Viewer) -> QuizQuerySet:
        """Quizzes of courses the user may see."""
        return self.filter(course__in=Course.objects.visible_to(user))

    def with_key_for(self, user: Viewer) -> QuizQuerySet:
        """Quizzes whose key the user may see: of courses they work on, or whose classes they teach."""
        return self.filter(course__in=Course.objects.with_keys_for(user).values("pk"))

    def with_question_count(self) -> QuizQuerySet:
        """Annotate the number of questions."""
        live = Item.objects.filter(quiz=OuterRef("pk"), is_retired=False, purpose=Item.Purpose.QUESTION).order_by()
        counted = live.values("quiz").annotate(n=Count("pk")).values("n")
        return self.annotate(question_count=Coalesce(Subquery(counted), 0))


class Quiz(Loaded, DeliverySettings):
    """An ordered set of items sat together. It belongs to a lesson, or to a whole unit."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="quizzes", verbose_name=_("course"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="quizzes", verbose_name=_("unit"))
    lesson = models.ForeignKey(
        Lesson, on_delete=models.PROTECT, related_name="quizzes", null=True, blank=True, verbose_name=_("lesson")
    )
    key = key_field()
    title = models.CharField(_("title"), max_length=200)
    intro = models.TextField(_("introduction"), blank=True, help_text=_("Markdown."))
    sets = models.JSONField(null=True, blank=True, editable=False)
    """The sources that several of its questions share, by key, as files hold them; nothing until a load tells."""
    draws_pools_alone = models.BooleanField(
        _("private pools alone"),
        default=False,
        editable=False,
        help_text=_("An exam leaves out what the course itself reserves: set by the file of a private pool."),
    )
    is_for_practice = models.BooleanField(_("holds practice of missed questions"), default=False, editable=False)
    """Whether it has no questions of its own and only holds what students practise (`services/practice.py`).

    There is at most one for each course. It is retired from the start, so no list of quizzes shows it.
    """

    objects = QuizQuerySet.as_manager()

    class Meta(DeliverySettings.Meta):
        abstract = False
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["course", "unit__position", "lesson__position", "key"]
        constraints = [
            *DeliverySettings.Meta.constraints,
            models.UniqueConstraint(fields=["course", "key"], name="quiz_key_unique_in_course"),
            models.UniqueConstraint(
                fields=["course"], condition=Q(is_for_practice=True), name="one_practice_quiz_per_course"
            ),
            models.CheckConstraint(
                condition=Q(is_for_practice=False) | Q(is_retired=True), name="practice_quiz_is_in_no_list"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the page a student starts from."""
        if self.is_for_practice:
            return reverse("quizzes:practice", args=[self.course.key])
        return reverse("quizzes:quiz", args=[self.course.key, self.key])


class ItemQuerySet(models.QuerySet["Item"]):
    """Which items."""

    def current(self) -> ItemQuerySet:
        """Items that are not retired, in the order of their quiz."""
        return self.filter(is_retired=False).order_by("position")

    def questions(self) -> ItemQuerySet:
        """Items that are marked."""
        return self.filter(purpose=Item.Purpose.QUESTION)

    def checks(self) -> ItemQuerySet:
        """Ungraded items that a lesson places in its text."""
        return self.filter(purpose=Item.Purpose.CHECK)


class Item(Loaded):
    """A question with a lasting identity; its words are in its revisions."""

    class Purpose(models.TextChoices):
        """What the item is for."""

        QUESTION = "question", _("question of the quiz")
        CHECK = "check", _("ungraded check in the text")
        RESERVED = "reserved", _("reserved for exams")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="items", verbose_name=_("course"))
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="items", verbose_name=_("quiz"))
    key = key_field()
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.QUESTION)
    pool = models.CharField(
        _("private pool"),
        max_length=100,
        blank=True,
        default="",
        editable=False,
        help_text=_("Where it came from, if not from the course's own files."),
    )
    position = models.PositiveSmallIntegerField(_("position"))
    objective = models.ForeignKey(
        LearningObjective, on_delete=models.PROTECT, related_name="items", verbose_name=_("objective")
    )
    section = models.ForeignKey(
        Section,
        on_delete=models.PROTECT,
        related_name="items",
        verbose_name=_("section that answers it"),
    )
    statements: models.ManyToManyField[StudyStatement, Any] = models.ManyToManyField(
        StudyStatement, related_name="items", blank=True, verbose_name=_("statements of the study")
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["quiz", "purpose", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="item_key_unique_in_course")]

    def __str__(self) -> str:
        return self.key


class ItemUse(models.Model):
    """How many papers have held an item, whatever its words were: kept as papers are made and forgotten.

    A paper that is drawn takes what was used least; counting all responses of a course for that would hold up everyone
    who starts at the same time. `quizzes.services.uses` is the only one to write it.
    """

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, related_name="use", primary_key=True, verbose_name=_("item")
    )
    papers = models.PositiveIntegerField(_("papers"), default=0)

    class Meta:
        verbose_name = _("use of an item on papers")
        verbose_name_plural = _("uses of items on papers")

    def __str__(self) -> str:
        return f"{self.item_id}: {self.papers}"


class ItemRevisionQuerySet(models.QuerySet["ItemRevision"]):
    """Which revisions."""

    def current(self) -> ItemRevisionQuerySet:
        """The revision new papers get."""
        return self.filter(is_current=True)

    def drafts(self) -> ItemRevisionQuerySet:
        """Revisions whose words wait to be published."""
        return self.filter(is_draft=True)

    def published(self) -> ItemRevisionQuerySet:
        """Revisions that are current, or were."""
        return self.filter(is_draft=False)

    def surveys(self) -> ItemRevisionQuerySet:
        """Revisions of questions that are asked and never marked."""
        return self.filter(kind__in=UNSCORED_KINDS, item__purpose=Item.Purpose.QUESTION)

    def with_issued(self) -> ItemRevisionQuerySet:
        """Annotate how many papers hold each revision: counted for the rows that are fetched, not for all."""
        own = ItemRevision.objects.filter(pk=OuterRef("pk")).order_by()
        return self.annotate(paper_count=Subquery(own.values("pk").annotate(n=Count("responses")).values("n")))

    def regraded_by(self, user: Viewer) -> ItemRevisionQuerySet:
        """Revisions the user may regrade, in their own classes: of courses they teach a class of, or edit."""
        edited = Course.objects.edited_by(user).values("pk")
        taught = Cohort.objects.taught_by(user).values("course")
        return self.filter(Q(item__course__in=edited) | Q(item__course__in=taught))

    def for_paper(self) -> ItemRevisionQuerySet:
        """Current revisions of live questions, in paper order."""
        live = Q(item__is_retired=False, item__purpose=Item.Purpose.QUESTION)
        return self.current().filter(live).select_related("item").order_by("item__position")


class ItemRevision(models.Model):
    """An item's exact wording, options and key at one time. `body` is the validated spec of its kind."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("item"))
    number = models.PositiveSmallIntegerField(_("number"))
    body = models.JSONField(_("body"))
    kind = models.GeneratedField(
        expression=KeyTextTransform("kind", "body"), output_field=models.CharField(_("kind"), max_length=20),
        db_persist=True, db_index=True, verbose_name=_("kind"),
    )  # fmt: skip
    """The kind that `body` names: kept by the database, so that lists can choose and count by it."""
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    is_current = models.BooleanField(_("current"), default=True)
    is_draft = models.BooleanField(_("draft"), default=False, editable=False)
    """Whether these words wait to be published; no paper gets them before."""
    rules = models.PositiveSmallIntegerField(
        _("marking rules"),
        default=RULES,
        editable=False,
        help_text=_("The edition of the marking rules that answers are marked by."),
    )
    content_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made"))
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("editor"),
        help_text=_("Empty: loaded from a file."),
    )

    objects = ItemRevisionQuerySet.as_manager()

    figures: dict[str, SafeString] | None = None
    """The figures of the page it is shown on, by key, once `load_figures` has fetched them."""
    maps: Mapping[str, Map] | None = None
    """The maps of that page, likewise."""

    class Meta:
        verbose_name = _("item revision")
        verbose_name_plural = _("item revisions")
        ordering = ["item", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="revision_number_unique"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_current=True), name="one_current_revision_per_item"
            ),
            models.UniqueConstraint(fields=["item"], condition=Q(is_draft=True), name="one_draft_revision_per_item"),
            models.CheckConstraint(condition=~Q(is_draft=True, is_current=True), name="draft_revision_is_not_current"),
        ]

    def __str__(self) -> str:
        return f"{self.item} r{self.number}"

    @cached_property
    def spec(self) -> AnySpec:
        """Return the body as the spec of its kind; a body that was read before need not be at hand."""
        if self.pk is None or not self.content_hash:
            return read_spec(self.body, rules=self.rules)
        found = KEPT.find(self._name, self.__dict__.get("body"))
        return KEPT.read(self._name, self.body) if found is None else found

    @property
    def is_read(self) -> bool:
        """Say whether this process has read the words before, so that `spec` needs no body."""
        return KEPT.find(self._name, None) is not None

    @property
    def _name(self) -> Name:
        return Name(self.pk, self.content_hash, self.rules)

    @property
    def is_issued(self) -> bool:
        """Say whether something rests on the revision: a paper, answered or not, a review, a vote, or a regrade's key.

        An answer to a check counts for mastery, so it rests on the check as well.
        """
        rests = (self.responses, self.keyed_regrades, self.check_answers, self.reviews, self.live_questions)
        return any(rows.exists() for rows in rests)
