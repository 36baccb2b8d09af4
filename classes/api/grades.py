"""Grades by API: what the pages of the gradebook show and do, with the same permissions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from classes.gradebook.book import TOTAL, Column
from classes.gradebook.forms import DecisionForm
from classes.gradebook.page import GradebookPage, Wanted, gradebook_page
from classes.gradebook.steps import StudentGrades, student_grades
from courses.api.serializers import RefusalSerializer, TextField
from courses.models import Cohort, Enrolment
from courses.reports.people import display_name
from quizzes.domain.gradebook import Basis, CategoryTotal, Fate, Line, Mode, Status, StepKind, Total
from quizzes.models import GradeDecision
from quizzes.services.gradebook import Decided, Subject, decide, take_back
from quizzes.services.standing import catch_up

_PERCENT = Decimal("0.000001")


class PercentField(serializers.DecimalField):
    """A share as a percentage with six places, unrounded otherwise."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=6, **kwargs)


def _percent(share: Fraction | None) -> Decimal | None:
    return None if share is None else (Decimal(share.numerator) / Decimal(share.denominator)).quantize(_PERCENT)


class StepSerializer(serializers.Serializer[Any]):
    """One step of a score: per cent before and after it, and the number it goes by."""

    kind = serializers.ChoiceField(choices=[each.value for each in StepKind])
    before = PercentField(allow_null=True)
    after = PercentField()
    number = serializers.DecimalField(
        max_digits=7,
        decimal_places=2,
        help_text="Which attempt, how many, per cent of credit, intervals late, or per cent for missing work.",
    )


class GradeLineSerializer(serializers.Serializer[Any]):
    """One piece of work on its way into the total."""

    work = serializers.CharField(help_text="`quiz-` or `lesson-` and its number.")
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=[each.value for each in Status])
    possible = serializers.DecimalField(max_digits=7, decimal_places=2)
    percent = PercentField(allow_null=True)
    fate = serializers.ChoiceField(choices=[each.value for each in Fate])
    steps = StepSerializer(many=True)


class CategoryTotalSerializer(serializers.Serializer[Any]):
    """A category: what it comes to, its part of the total after weights were shared out, and what that adds."""

    name = serializers.CharField(allow_blank=True)
    weight = serializers.DecimalField(max_digits=6, decimal_places=2)
    mode = serializers.ChoiceField(choices=[each.value for each in Mode])
    drop_lowest = serializers.IntegerField()
    drop_highest = serializers.IntegerField()
    percent = PercentField(allow_null=True)
    part = PercentField()
    contribution = PercentField()
    lines = GradeLineSerializer(many=True)


class TotalSerializer(serializers.Serializer[Any]):
    """A total with everything it arose from. `shown` is rounded half up, but never across a grade boundary."""

    basis = serializers.ChoiceField(choices=[each.value for each in Basis])
    percent = PercentField(allow_null=True)
    worked_out = PercentField(allow_null=True, help_text="Other than `percent` where the total was set by hand.")
    shown = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)
    grade = serializers.CharField(allow_blank=True)
    categories = CategoryTotalSerializer(many=True)


class StudentGradesSerializer(serializers.Serializer[Any]):
    """One student's totals."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    totals = TotalSerializer(many=True)


class GradebookRowSerializer(serializers.Serializer[Any]):
    """One student of the gradebook."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    student_number = serializers.CharField(allow_blank=True)
    percent = PercentField(allow_null=True)
    shown = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)
    grade = serializers.CharField(allow_blank=True)
    scores = serializers.DictField(child=serializers.CharField(), help_text="By piece of work, as the page shows it.")


class GradebookSerializer(serializers.Serializer[Any]):
    """A page of the gradebook."""

    count = serializers.IntegerField()
    pages = serializers.IntegerField()
    page = serializers.IntegerField()
    rows = GradebookRowSerializer(many=True)


class DecisionSerializer(serializers.Serializer[Any]):
    """What is decided about a grade. `seen` is the number of the decision in force, null for none."""

    kind = serializers.ChoiceField(choices=GradeDecision.Kind.choices)
    points = serializers.DecimalField(
        max_digits=7, decimal_places=2, min_value=Decimal(0), required=False, allow_null=True
    )
    reason = TextField(max_length=2_000)
    seen = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)


class DecidedSerializer(serializers.Serializer[Any]):
    """The decision in force; null after it was taken back."""

    decision = serializers.IntegerField(allow_null=True)


class GradesOfClass(APIView):
    """What grades of a class have in common: who may see them."""

    permission_classes = [IsAuthenticated]

    def seen(self, pk: int) -> Cohort:
        """Return a class whose work the caller sees; to others it is not there."""
        cohort = get_object_or_404(Cohort.objects.seen_by(self.request.user).select_related("course"), pk=pk)
        catch_up(cohort)
        return cohort

    def place(self, cohort: Cohort, student_id: int) -> Enrolment:
        """Return a student's place in the class."""
        return get_object_or_404(Enrolment.objects.students().filter(cohort=cohort).with_names(), user=student_id)


class GradebookView(GradesOfClass):
    """The gradebook of a class."""

    @extend_schema(
        operation_id="gradebook",
        responses=GradebookSerializer,
        parameters=[
            OpenApiParameter("total", str, enum=[each.value for each in Basis]),
            OpenApiParameter("q", str, description="Words of names, usernames or student numbers."),
            OpenApiParameter("sort", str, description="`name`, `total` or a piece of work; with `-` the other way."),
            OpenApiParameter("page", int),
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        """Give a page of 50 students, for the instructors and assistants of the class."""
        found = gradebook_page(self.seen(pk), Wanted.asked_by(request.query_params), now=timezone.now())
        return Response(GradebookSerializer(_page_data(found)).data)


class StudentGradesView(GradesOfClass):
    """How the totals of a student arose."""

    @extend_schema(operation_id="student_grades", responses=StudentGradesSerializer)
    def get(self, request: Request, pk: int, student_id: int) -> Response:  # noqa: ARG002
        """Give every step from score to total, for the instructors and assistants of the class."""
        cohort = self.seen(pk)
        found = student_grades(cohort, self.place(cohort, student_id), now=timezone.now())
        return Response(StudentGradesSerializer(_student_data(found, found.totals)).data)


class OwnGradesView(APIView):
    """How one's own totals arose."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="own_grades", responses=StudentGradesSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Give a student their own grades in a class, as far as they may see them."""
        mine = Enrolment.objects.students().filter(user=request.user.pk).select_related("cohort__course")
        place = get_object_or_404(mine.with_names(), cohort=pk)
        catch_up(place.cohort)
        found = student_grades(place.cohort, place, now=timezone.now(), is_own=True)
        totals = found.totals if found.book.rules.shows_totals else ()
        return Response(StudentGradesSerializer(_student_data(found, totals)).data)


class GradeDecisionView(GradesOfClass):
    """Deciding about a grade by hand."""

    @extend_schema(
        operation_id="grade_decide",
        request=DecisionSerializer,
        responses={200: DecidedSerializer, 409: RefusalSerializer},
    )
    def put(self, request: Request, pk: int, student_id: int, work: str) -> Response:
        """Excuse a piece of work, set its score or the total, or waive late points; instructors only."""
        cohort, place = self._taught(pk, student_id)
        found = student_grades(cohort, place, now=timezone.now())
        column = found.book.column(work)
        if column is None and work != TOTAL:
            raise Http404
        sent = DecisionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        form = DecisionForm(sent.validated_data, column=column, in_force=None)
        if not form.is_valid():
            words = {name: [str(each) for each in errors] for name, errors in form.errors.items()}
            raise serializers.ValidationError(words)
        made = decide(_subject(place, column), Decided(**form.cleaned_data), actor=self._user, now=timezone.now())
        return Response({"decision": made.pk})

    @extend_schema(
        operation_id="grade_take_back",
        request=None,
        responses={200: DecidedSerializer, 409: RefusalSerializer},
        parameters=[OpenApiParameter("seen", int, description="The decision in force.")],
    )
    def delete(self, request: Request, pk: int, student_id: int, work: str) -> Response:
        """Take a decision back; instructors only."""
        cohort, place = self._taught(pk, student_id)
        found = student_grades(cohort, place, now=timezone.now())
        column = found.book.column(work)
        if column is None and work != TOTAL:
            raise Http404
        seen = request.query_params.get("seen", "")
        number = int(seen) if seen.isdecimal() and len(seen) < 19 else None
        take_back(_subject(place, column), seen=number, actor=self._user, now=timezone.now())
        return Response({"decision": None})

    @property
    def _user(self) -> User:
        return cast("User", self.request.user)

    def _taught(self, pk: int, student_id: int) -> tuple[Cohort, Enrolment]:
        """Return the class and the place; an assistant sees both, and may decide nothing."""
        cohort = self.seen(pk)
        if not Cohort.objects.taught_by(self._user).filter(pk=pk).exists():
            raise PermissionDenied
        return cohort, self.place(cohort, student_id)


def _subject(place: Enrolment, column: Column | None) -> Subject:
    if column is None:
        return Subject(place)
    return Subject(place, column.quiz.pk if column.quiz else None, column.lesson.pk if column.lesson else None)


def _page_data(found: GradebookPage) -> dict[str, Any]:
    rows = [
        {
            "id": row.place.user_id,
            "name": row.name,
            "student_number": row.place.student_number,
            "percent": _percent(row.total.percent),
            "shown": row.shown,
            "grade": row.total.grade,
            "scores": {cell.key: cell.text for cell in row.cells if cell.text},
        }
        for row in found.rows
    ]
    paginator = found.page.paginator
    return {"count": paginator.count, "pages": paginator.num_pages, "page": found.page.number, "rows": rows}


def _student_data(found: StudentGrades, totals: Any) -> dict[str, Any]:
    user = found.place.user
    return {"id": user.pk, "name": display_name(user), "totals": [_total_data(found, each) for each in totals]}


def _total_data(found: StudentGrades, total: Total) -> dict[str, Any]:
    scale = found.book.policy.scale
    return {
        "basis": total.basis.value,
        "percent": _percent(total.percent),
        "worked_out": _percent(total.worked_out),
        "shown": None if total.percent is None else scale.shown(total.percent),
        "grade": total.grade,
        "categories": [_category_data(found, each) for each in total.categories],
    }


def _category_data(found: StudentGrades, total: CategoryTotal) -> dict[str, Any]:
    category = total.category
    return {
        "name": category.key,
        "weight": category.weight,
        "mode": category.mode.value,
        "drop_lowest": category.drop_lowest,
        "drop_highest": category.drop_highest,
        "percent": _percent(total.percent),
        "part": _percent(100 * total.part),
        "contribution": _percent(total.contribution),
        "lines": [_line_data(found, line) for line in total.lines],
    }


def _line_data(found: StudentGrades, line: Line) -> dict[str, Any]:
    column = found.book.column(line.piece.key)
    return {
        "work": line.piece.key,
        "title": column.title if column is not None else line.piece.key,
        "status": line.piece.status.value,
        "possible": line.piece.possible,
        "percent": _percent(None if line.share is None else 100 * line.share),
        "fate": line.fate.value,
        "steps": [
            {
                "kind": step.kind.value,
                "before": _percent(None if step.before is None else 100 * step.before),
                "after": _percent(100 * step.after),
                "number": step.number,
            }
            for step in line.steps
        ],
    }
