"""The page on which changes are published: each with its difference, its class, and whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.models import Cohort, Course, Enrolment, Publication, Section
from courses.rendering.lessons import read_sections
from courses.services.drafts import NEW, Change
from quizzes.domain.change_classes import ChangeClass, class_of_field, class_of_words, weightiest
from quizzes.models import Item, ItemRevision
from quizzes.reports.affected import Affected, affected_by
from quizzes.reports.dependence import needs_of
from quizzes.reports.mistakes import mistakes_in
from quizzes.reports.regrade_offers import Offer, offers_for
from quizzes.reports.shown_changes import shown_changes
from quizzes.services.publishing import changes_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Line:
    """One change as the page lists it."""

    change: Change
    change_class: ChangeClass
    title: str
    what: str
    address: str
    shown: Sequence[tuple[str, SafeString]]
    affected: Affected
    needs: Sequence[str] = ()
    mistakes: Sequence[str] = ()
    offer: Offer | None = None
    is_leaving: bool = False
    """Whether readers would no longer see the row."""

    @property
    def key(self) -> str:
        """Return the name of the change in the form."""
        return self.change.key

    @property
    def is_in_use(self) -> bool:
        """Say whether something that people use would be taken away."""
        return self.is_leaving and (self.affected.is_any or self.affected.in_classes)


@dataclass(frozen=True)
class PublishPage:
    """A course with the changes that wait, by class, the weightiest first."""

    course: Course
    lines: Sequence[Line]
    broken: Sequence[str]
    """Mistakes elsewhere in the course that publishing everything would make."""
    classes: Sequence[Cohort]
    student_count: int
    last: Publication | None
    waiting: Sequence[Publication]
    may_publish: bool
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> list[tuple[ChangeClass, list[Line]]]:
        """Return the changes by class; classes without any are left out."""
        listed = [(each, [line for line in self.lines if line.change_class is each]) for each in ChangeClass]
        return [(each, lines) for each, lines in listed if lines]

    def is_flawed(self, key: str) -> bool:
        """Say whether a change has mistakes, so that it cannot be published as it is."""
        return any(line.key == key and line.mistakes for line in self.lines)

    @property
    def needs(self) -> dict[str, Sequence[str]]:
        """Return which changes come along with which."""
        return {line.key: line.needs for line in self.lines}

    @property
    def authors(self) -> list[Any]:
        """Return who made the changes."""
        return list({line.change.by.pk: line.change.by for line in self.lines if line.change.by}.values())


def publish_page(course: Course, user: User) -> PublishPage:
    """Return the page for a person who may see the drafts, in a fixed number of queries but for regrades offered."""
    changes = changes_of(course)
    sections = set(Section.objects.current().filter(lesson__course=course).values_list("lesson__key", "key"))
    needs = needs_of(changes, sections)
    mistakes, broken = mistakes_in(course, changes)
    affected = affected_by(changes)
    shown = shown_changes(changes)
    students = Count("enrolments", filter=Q(enrolments__is_active=True, enrolments__role=Enrolment.Role.STUDENT))
    classes = list(Cohort.objects.filter(course=course).annotate(student_count=students).order_by("name"))
    lines = [
        Line(
            change,
            class_of(change),
            title_of(change),
            what_of(change),
            address_of(change),
            shown[change.key],
            replace(affected[change.key], in_classes=bool(classes)),
            needs[change.key],
            mistakes.get(change.key, ()),
            is_leaving=NEW in change.fields and change.fields[NEW][1] is True,
        )
        for change in changes
    ]
    offers = offers_for([line.change for line in lines if line.change_class is not ChangeClass.WORDING], user, affected)
    publications = Publication.objects.filter(course=course).select_related("by")
    done = publications.filter(state=Publication.State.DONE)
    return PublishPage(
        course,
        [replace(line, offer=offers.get(line.key)) for line in lines],
        broken,
        classes,
        sum(each.student_count for each in classes),  # type: ignore[attr-defined]  # annotated
        done.order_by("-published_at", "-pk").first(),
        list(publications.filter(state__in=[Publication.State.SCHEDULED, Publication.State.HELD])),
        Course.objects.owned_by(user).filter(pk=course.pk).exists(),
        {line.key: line.title for line in lines},
    )


def class_of(change: Change) -> ChangeClass:
    """Return the class of a change: the weightiest of its fields; a section more or less is one of structure."""
    if isinstance(change.row, ItemRevision):
        before, after = change.fields["body"]
        return class_of_words(_spec(before, change.row), change.row.spec) if after else ChangeClass.WORDING
    label = change.row._meta.label_lower  # noqa: SLF001 (Django's documented accessor)
    found = [class_of_field(label, name) for name in change.fields]
    if "body" in change.fields and _section_keys(change, 0) != _section_keys(change, 1):
        found.append(ChangeClass.STRUCTURE)
    return weightiest(found)


def _spec(body: dict[str, Any] | None, draft: ItemRevision) -> Any:
    return None if body is None else ItemRevision(body=body, rules=draft.rules).spec


def _section_keys(change: Change, at: int) -> list[str]:
    return [section.key for section in read_sections(change.fields["body"][at])[0]]


def title_of(change: Change) -> str:
    """Return what a change is called; a question goes by its quiz and its place there, as students know it."""
    item = change.row.item if isinstance(change.row, ItemRevision) else change.row
    if not isinstance(item, Item):
        return str(change.row)
    if item.purpose == Item.Purpose.CHECK:
        return _("%(quiz)s, check “%(key)s”") % {"quiz": item.quiz, "key": item.key}
    return _("%(quiz)s, question %(n)d") % {"quiz": item.quiz, "n": item.position}


def what_of(change: Change) -> str:
    """Return what kind of row it is, in the words of the screen."""
    if isinstance(change.row, Item | ItemRevision):
        return _("question")
    return str(change.row._meta.verbose_name)  # noqa: SLF001 (Django's documented accessor)


def address_of(change: Change) -> str:
    """Return where the change is edited."""
    meta = change.row._meta  # noqa: SLF001 (Django's documented accessor)
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[change.row.pk])
