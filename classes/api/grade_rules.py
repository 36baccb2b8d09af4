"""How a class adds up grades, by API: categories, rules and the work that counts, by the forms of the page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from classes.api.grades import GradesOfClass
from classes.gradebook.book import Book, book_of
from classes.gradebook.forms import CategoryForm, RulesForm, WorkForm, check_names, work_forms
from courses.api.serializers import RefusalSerializer, TextField
from courses.models import Cohort
from quizzes.domain.gradebook import Mode
from quizzes.models import GradeCategory, GradeRules
from quizzes.services.gradebook import set_rules, sort_work, stamp


class BoundarySerializer(serializers.Serializer[Any]):
    """A grade and the per cent from which it is given."""

    grade = TextField(max_length=20)
    percent = serializers.DecimalField(max_digits=4, decimal_places=1, min_value=Decimal(0), max_value=Decimal(200))


class CategorySerializer(serializers.Serializer[Any]):
    """A category. One with an `id` may have got another name, which its work follows; without, it is new."""

    id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    name = TextField(max_length=60)
    weight = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=Decimal(0))
    mode = serializers.ChoiceField(choices=[each.value for each in Mode])
    drop_lowest = serializers.IntegerField(min_value=0, max_value=32_767, default=0)
    drop_highest = serializers.IntegerField(min_value=0, max_value=32_767, default=0)


class WorkSerializer(serializers.Serializer[Any]):
    """A piece of assigned work: its category (empty: none), its points (null: those of its questions), its weight."""

    work = serializers.RegexField(r"^(quiz|lesson)-\d{1,10}$")
    title = serializers.CharField(read_only=True)
    category = TextField(max_length=60, allow_blank=True)
    points = serializers.DecimalField(max_digits=7, decimal_places=2, min_value=Decimal("0.01"), allow_null=True)
    weight = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=Decimal(0))
    is_extra = serializers.BooleanField()
    is_never_dropped = serializers.BooleanField()


class GradeRulesSerializer(serializers.Serializer[Any]):
    """How a class adds up. `seen` names the state that was read: one saved since is not overwritten.

    What is put takes the place of all there was; categories that are left out go. Work that is left out stays.
    """

    seen = TextField(max_length=40, allow_blank=True)
    late_rate = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), allow_null=True,
        help_text="Per cent of the maximum that is taken off for each interval begun; null: nothing.",
    )  # fmt: skip
    late_hours = serializers.ChoiceField(choices=GradeRules.Interval.values)
    late_floor = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), help_text="In per cent."
    )
    missing = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), allow_null=True,
        help_text="Per cent that missing work earns; null: it has no score.",
    )  # fmt: skip
    boundaries = BoundarySerializer(many=True)
    below = TextField(max_length=20, allow_blank=True)
    shows_totals = serializers.BooleanField()
    categories = CategorySerializer(many=True, max_length=20)  # type: ignore[call-arg]  # of the list that it becomes
    works = WorkSerializer(many=True, required=False)


class GradeRulesView(GradesOfClass):
    """How a class adds up grades."""

    @extend_schema(operation_id="grade_rules", responses=GradeRulesSerializer)
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002
        """Give categories, rules and work, for the instructors and assistants of the class."""
        return Response(_told(self.seen(pk)))

    @extend_schema(
        operation_id="grade_rules_set",
        request=GradeRulesSerializer,
        responses={200: GradeRulesSerializer, 409: RefusalSerializer},
    )
    def put(self, request: Request, pk: int) -> Response:
        """Set categories, rules and what is said of work, all of it or nothing; instructors only."""
        cohort, user = self.seen(pk), cast("User", request.user)
        if not Cohort.objects.taught_by(user).filter(pk=pk).exists():
            raise PermissionDenied
        sent = GradeRulesSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given, now = sent.validated_data, timezone.now()
        rules, categories = _rules(cohort, given), _categories(cohort, given["categories"])
        with transaction.atomic():
            set_rules(cohort, rules, categories, seen=given["seen"], actor=user, now=now)
            works = _works(book_of(cohort), given.get("works", ()))
            if works:
                sort_work(cohort, [row for each in works for row in each.apply()], actor=user, now=now)
        return Response(_told(cohort))


def _told(cohort: Cohort) -> dict[str, Any]:
    book = book_of(cohort)
    rules = book.rules
    plain = ("late_rate", "late_hours", "late_floor", "missing", "below", "shows_totals")
    names = ("id", "name", "weight", "mode", "drop_lowest", "drop_highest")
    told = {
        "seen": stamp(cohort),
        **{name: getattr(rules, name) for name in plain},
        "boundaries": [{"grade": grade, "percent": mark} for grade, mark in rules.scale],
        "categories": [{name: getattr(each, name) for name in names} for each in book.categories],
        "works": [
            {"work": form.prefix, "title": form.title, **{name: form.initial[name] for name in _WORK}}
            for form in work_forms(book, None)
        ],
    }
    return cast("dict[str, Any]", GradeRulesSerializer(told).data)


_WORK = ("category", "points", "weight", "is_extra", "is_never_dropped")


def _rules(cohort: Cohort, given: dict[str, Any]) -> GradeRules:
    scale = "\n".join(f"{each['grade']} {each['percent']}" for each in given["boundaries"])
    values = {name: given[name] for name in ("late_rate", "late_hours", "late_floor", "missing", "below")}
    there = GradeRules.objects.filter(cohort=cohort).first() or GradeRules(cohort=cohort)
    sent = {**values, "scale": scale, "shows_totals": given["shows_totals"], "seen": given["seen"]}
    form = RulesForm(sent, instance=there, seen=given["seen"])
    _check(form, {"scale": "boundaries"})
    return form.instance


def _categories(cohort: Cohort, given: list[dict[str, Any]]) -> list[GradeCategory]:
    there = GradeCategory.objects.filter(cohort=cohort).in_bulk()
    found = []
    for each in given:
        pk = each.get("id")
        if pk is not None and pk not in there:
            raise serializers.ValidationError({"categories": [_("The class has no category of this number.")]})
        form = CategoryForm(each, instance=there[pk] if pk is not None else GradeCategory(cohort=cohort))
        _check(form)
        found.append(form.instance)
    numbers = [each.pk for each in found if each.pk is not None]
    try:
        check_names([each.name for each in found])
    except ValidationError as refusal:
        raise serializers.ValidationError({"categories": refusal.messages}) from None
    if len(set(numbers)) < len(numbers):
        raise serializers.ValidationError({"categories": [_("A category is listed twice.")]})
    return found


def _works(book: Book, given: list[dict[str, Any]]) -> list[WorkForm]:
    sent = {f"{each['work']}-{name}": each[name] for each in given for name in _WORK}
    wanted = {each["work"] for each in given}
    found = [form for form in work_forms(book, sent) if form.prefix in wanted]
    if len(found) < len(wanted):
        raise serializers.ValidationError({"works": [_("The class has no graded work of this name.")]})
    for form in found:
        _check(form)
    return found


def _check(form: forms.BaseForm, names: dict[str, str] | None = None) -> None:
    """Refuse what the form of the page would refuse. Raises ValidationError."""
    if not form.is_valid():
        words = {name: [str(each) for each in errors] for name, errors in form.errors.items()}
        raise serializers.ValidationError({(names or {}).get(name, name): each for name, each in words.items()})
