"""The gradebook of a class, for its instructors and assistants; and one's own grades, for its students."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from classes.gradebook.book import TOTAL, Book, Column, book_of
from classes.gradebook.files import FORMS, file_rows, xlsx_chunks
from classes.gradebook.forms import (
    CategoryFormSet,
    DecisionForm,
    RulesForm,
    WhatIfForm,
    named_categories,
    work_forms,
)
from classes.gradebook.page import Wanted, gradebook_page
from classes.gradebook.steps import student_grades
from classes.gradebook.words import category_words, rules_words
from classes.views.overview import seen_class, teaches
from courses.http import SignedInRequest, render_page
from courses.models import Cohort, Deed, Enrolment
from courses.models.content import class_viewed
from courses.reports.tables import csv_lines
from courses.services.audit import record
from quizzes.domain.gradebook import Basis
from quizzes.errors import QuizError
from quizzes.models import GradeCategory
from quizzes.services.gradebook import Decided, Subject, decide, set_rules, sort_work, stamp, take_back
from quizzes.services.standing import catch_up

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def gradebook(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Show a page of students with their totals, categories and graded work."""
    cohort = seen_class(request, cohort_id)
    catch_up(cohort)
    wanted = Wanted.asked_by(request.GET)
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "book": gradebook_page(cohort, wanted, now=timezone.now()),
        "wanted": wanted,
        "bases": [(each, _(each.words)) for each in Basis],
        "forms": FORMS,
        "may_set": teaches(request, cohort),
        "here": "gradebook",
    }
    return render_page(request, "classes/gradebook/page.html", context)


@login_required
@require_GET
def export(request: HttpRequest, cohort_id: int, form: str) -> HttpResponseBase:
    """Give the grades of a class as a file, written while it is read from the database."""
    cohort = seen_class(request, cohort_id)
    if form not in FORMS:
        raise Http404
    catch_up(cohort)
    user = cast("SignedInRequest", request).user
    record(user, Deed.CLASS_EXPORTED, cohort, course=cohort.course_id, cohort=cohort, form=form)
    rows = file_rows(cohort, FORMS[form], now=timezone.now())
    name = f"{slugify(cohort.name) or 'class'}-{form}.{FORMS[form].ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if FORMS[form].ending == "xlsx":
        return StreamingHttpResponse(xlsx_chunks(rows, cohort.name), content_type=_XLSX, headers=headers)
    return StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Set up how a class adds up grades: categories, rules, and which work belongs where."""
    cohort = seen_class(request, cohort_id)
    if not teaches(request, cohort):
        raise PermissionDenied
    book, posted = book_of(cohort), request.POST or None
    of_work = posted is not None and "work" in posted
    works = work_forms(book, posted if of_work else None)
    form = RulesForm(None if of_work else posted, instance=book.rules, seen=stamp(cohort))
    listed = GradeCategory.objects.filter(cohort=cohort).order_by("position", "pk")
    formset = CategoryFormSet(None if of_work else posted, queryset=listed, prefix="category")
    if posted is not None and _save(request, cohort, works if of_work else None, form, formset):
        messages.success(request, _("Saved. Totals follow at once."))
        return redirect("classes:gradebook-rules", cohort_id)
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "form": form,
        "formset": formset,
        "works": works,
        "is_refused": formset.is_bound,
        "sentences": [(each.key, category_words(each)) for each in book.policy.categories if each.key],
        "rules": rules_words(book.rules) if posted is None else [],
        "uncounted": book.uncounted,
        "here": "gradebook",
    }
    status = HTTPStatus.OK if posted is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render_page(request, "classes/gradebook/rules.html", context, status=status)


def _save(request: HttpRequest, cohort: Cohort, works: Any, form: RulesForm, formset: Any) -> bool:
    """Save one of the two forms; return False where something in it cannot be taken."""
    user, now = cast("SignedInRequest", request).user, timezone.now()
    if works is not None:
        if [each for each in works if not each.is_valid()]:  # each of them says what is wrong
            return False
        sort_work(cohort, [row for each in works for row in each.apply()], actor=user, now=now)
        return True
    is_valid = form.is_valid()
    if not formset.is_valid() or not is_valid:
        return False
    try:
        categories = named_categories(formset)
        set_rules(cohort, form.instance, categories, seen=form.cleaned_data["seen"], actor=user, now=now)
    except (ValidationError, QuizError) as refusal:
        form.add_error(None, refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal))
        return False
    return True


@login_required
@require_GET
def student(request: HttpRequest, cohort_id: int, student_id: int) -> HttpResponse:
    """Show how the totals of one student arose."""
    cohort = seen_class(request, cohort_id)
    catch_up(cohort)
    found = student_grades(cohort, _place(cohort, student_id), now=timezone.now())
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "found": found,
        "may_set": teaches(request, cohort),
        "here": "gradebook",
    }
    return render_page(request, "classes/gradebook/student.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, cohort_id: int, student_id: int, work: str) -> HttpResponse:
    """Show how one score arose and what was decided about it; decide, or take a decision back."""
    cohort = seen_class(request, cohort_id)
    may_set = teaches(request, cohort)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    place = _place(cohort, student_id)
    found = student_grades(cohort, place, now=timezone.now())
    column = _column(found.book, work)
    in_force = found.grades.decisions.get(work)
    form = DecisionForm(request.POST or None, column=column, in_force=in_force)
    if request.method == "POST" and _decide(request, place, column, form):
        return redirect("classes:gradebook-student", cohort_id, student_id)
    current = next(each for each in found.ledgers if each.basis is Basis.CURRENT)
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "found": found,
        "column": column,
        "work": work,
        "current": current,
        "line": next((line for each in current.categories for line in each.lines if line.key == work), None),
        "history": [each for each in found.history if (each.quiz_id, each.lesson_id) == _ids(column)],
        "in_force": in_force,
        "form": form,
        "may_set": may_set,
        "here": "gradebook",
    }
    return render_page(request, "classes/gradebook/cell.html", context, status=422 if form.is_bound else 200)


def _decide(request: HttpRequest, place: Enrolment, column: Column | None, form: DecisionForm) -> bool:
    user, now = cast("SignedInRequest", request).user, timezone.now()
    quiz_id, lesson_id = _ids(column)
    subject = Subject(place, quiz_id, lesson_id)
    if "take_back" in request.POST:
        seen = request.POST.get("seen", "")
        if take_back(subject, seen=int(seen) if seen.isdecimal() else None, actor=user, now=now):
            messages.success(request, _("Taken back. The grade is worked out again from the work itself."))
        return True
    if not form.is_valid():
        return False
    decide(subject, Decided(**form.cleaned_data), actor=user, now=now)
    messages.success(request, _("Saved. The student sees the grade and the reason."))
    return True


def _place(cohort: Cohort, student_id: int) -> Enrolment:
    """Return a student's place in a class; a student who left is not there."""
    return get_object_or_404(Enrolment.objects.students().filter(cohort=cohort).with_names(), user=student_id)


def _column(book: Book, work: str) -> Column | None:
    """Return the column of an address, None for the total. Raises Http404."""
    column = book.column(work)
    if column is None and work != TOTAL:
        raise Http404
    return column


def _ids(column: Column | None) -> tuple[int | None, int | None]:
    """Return the quiz and the lesson of a column; neither for the total."""
    if column is None:
        return None, None
    return (column.quiz.pk if column.quiz else None), (column.lesson.pk if column.lesson else None)


@login_required
@require_GET
def own(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Show a student their own grades in a class, and what a score would change; nothing of that is kept."""
    user = cast("SignedInRequest", request).user
    mine = Enrolment.objects.students().filter(user=user.pk)
    viewed = class_viewed(user)
    if viewed is not None:
        mine = mine.filter(cohort=viewed)
    place = get_object_or_404(mine.select_related("cohort__course", "user__name_order"), cohort=cohort_id)
    cohort = place.cohort
    catch_up(cohort)
    now = timezone.now()
    found = student_grades(cohort, place, now=now, is_own=True)
    form = WhatIfForm(found.book, found.grades.pieces, request.GET)
    if form.tries and found.book.rules.shows_totals:
        found = student_grades(cohort, place, now=now, is_own=True, tries=form.tries)
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "found": found,
        "form": form,
        "rules": rules_words(found.book.rules),
    }
    return render_page(request, "classes/gradebook/own.html", context)
