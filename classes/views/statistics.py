"""Statistics of quizzes, for people who see a class and for people who edit the course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classes.statistics.figures import Found, find
from classes.statistics.files import csv_of
from classes.statistics.index import lines_of
from classes.statistics.runs import What, ask, run_of
from classes.statistics.sample import Offered, Sample, choose, offered_to, quizzes_with_statistics
from classes.statistics.shapes import ONE_PARAMETER, QuestionFigures, fitted_from_json
from classes.statistics.words import RULES, VERSIONS, WHICH, WHOSE, judgement, quiz_judgement
from classes.tasks import work_out_statistics
from classes.views.overview import seen_class
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from quizzes.models import ItemRevision, Quiz

SORTS = {
    "number": gettext_lazy("As in the quiz"),
    "judgement": gettext_lazy("What to look at first"),
    "facility": gettext_lazy("Hardest first"),
    "discrimination": gettext_lazy("Least discrimination first"),
}
_LOOKS = ("bad", "warn", "calm", "ok")


@dataclass(frozen=True)
class Asked:
    """A quiz, the class it is looked at from (None: the course alone), and what is asked of its statistics."""

    request: HttpRequest
    quiz: Quiz
    cohort: Cohort | None
    offered: Offered
    show: str
    sort: str

    @cached_property
    def sample(self) -> Sample:
        """Return the sample that is asked for and may be seen."""
        given = self.request.GET
        return self.offered.sample(self.quiz, given.get("whose", ""), given.get("which", ""), given.get("versions", ""))

    @property
    def whose(self) -> str:
        """Return whose attempts are counted."""
        cohorts = self.sample.cohorts
        if cohorts is None:
            return "everyone"
        return "class" if self.cohort is not None and cohorts == (self.cohort.pk,) else "classes"

    @property
    def which(self) -> str:
        """Return which attempt of each student is counted."""
        return self.sample.which.value

    @property
    def versions(self) -> str:
        """Return which versions are counted."""
        return self.sample.versions.value

    @property
    def query(self) -> str:
        """Return what is asked, without the question that is open."""
        names = ("whose", "which", "versions", "show", "sort")
        return urlencode({name: getattr(self, name) for name in names})

    def url(self, name: str) -> str:
        """Return another address of these statistics, asking for the same."""
        if self.cohort is not None:
            path = reverse(f"classes:class-{name}", args=[self.cohort.pk, self.quiz.key])
        else:
            path = reverse(f"classes:{name}", args=[self.quiz.course.key, self.quiz.key])
        return f"{path}?{self.query}"

    def context(self) -> dict[str, Any]:
        """Return what every page of them needs."""
        return {
            "cohort": self.cohort,
            "course": self.quiz.course,
            "quiz": self.quiz,
            "asked": self,
            "asked_query": self.query,
            "choices": {
                "whose": [(each.value, WHOSE[each]) for each in self.offered.whose()],
                "which": [(each.value, words) for each, words in WHICH.items()],
                "versions": [(each.value, words) for each, words in VERSIONS.items()],
                "sort": list(SORTS.items()),
            },
            "here": "statistics",
        }


@login_required
@require_GET
def index(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """List the quizzes that students of a class have finished, with what can be told of each."""
    cohort = seen_class(request, cohort_id)
    context = {"cohort": cohort, "course": cohort.course, "lines": lines_of(cohort), "here": "statistics"}
    return render_page(request, "classes/statistics/index.html", context)


@login_required
@require_GET
def quiz(request: HttpRequest, **keys: Any) -> HttpResponse:
    """Show the statistics of a quiz; those of one question in full."""
    asked = _asked(request, keys)
    found = find(asked.sample)
    context = {**asked.context(), "run": found.run, "is_quiet": found.is_quiet, "run_url": asked.url("quiz-work-out")}
    if found.figures is not None:
        figures = found.figures
        verdict, follows = quiz_judgement(figures)
        context |= {
            "figures": figures,
            "questions": _listed(figures.questions, asked),
            "open": (shown := _open(request, figures.questions)),
            "links": {} if shown is None else _links(request, asked, shown),
            "verdict": verdict,
            "follows": follows,
            "rules": RULES,
            "csv_url": asked.url("quiz-statistics-file"),
            "models_url": asked.url("quiz-models") if figures.students >= ONE_PARAMETER else "",
        }
    return render_page(request, "classes/statistics/quiz.html", context)


@login_required
@require_GET
def file(request: HttpRequest, **keys: Any) -> HttpResponse:
    """Give the figures as a file that spreadsheets open."""
    asked = _asked(request, keys)
    found: Found = find(asked.sample)
    if found.figures is None:
        messages.error(request, _("These figures are not worked out yet. Start them here, and download them then."))
        return redirect(asked.url("quiz-statistics"))
    name = f"{asked.quiz.key}-statistics.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(csv_of(found.figures), content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@require_http_methods(["GET", "POST"])
def models(request: HttpRequest, **keys: Any) -> HttpResponse:
    """Show the models of item response theory that fit, and differences between groups; a POST has them worked out."""
    asked = _asked(request, keys)
    if request.method == "POST":
        return _ask(asked, What.MODELS, "quiz-models")
    run = run_of(asked.sample, What.MODELS)
    fitted = fitted_from_json(run.result) if run is not None and run.result else None
    context = {
        **asked.context(),
        "run": run,
        "is_quiet": run is not None and run.is_quiet(timezone.now()),
        "run_url": asked.url("quiz-models"),
        "fitted": fitted,
        "students": len(choose(asked.sample).attempts),
        "needed": ONE_PARAMETER,
        "back_url": asked.url("quiz-statistics"),
    }
    return render_page(request, "classes/statistics/models.html", context)


@login_required
@require_POST
def work_out(request: HttpRequest, **keys: Any) -> HttpResponse:
    """Have the figures of a large quiz worked out in the background."""
    return _ask(_asked(request, keys), What.FIGURES, "quiz-statistics")


def _ask(asked: Asked, what: What, back: str) -> HttpResponse:
    run = ask(asked.sample, what, now=timezone.now())
    work_out_statistics.enqueue(run.pk)
    messages.success(asked.request, _("The figures are being worked out. You can leave this page."))
    return redirect(asked.url(back))


def _asked(request: HttpRequest, keys: dict[str, Any]) -> Asked:
    """Read what is asked for; what the reader may not see is not there."""
    user = cast("SignedInRequest", request).user
    cohort = seen_class(request, keys["cohort_id"]) if "cohort_id" in keys else None
    quizzes = quizzes_with_statistics(user)
    if cohort is None:
        found = get_object_or_404(quizzes, course__key=keys["course_key"], key=keys["quiz_key"])
    else:
        found = get_object_or_404(quizzes, course=cohort.course_id, key=keys["quiz_key"])
    offered = offered_to(user, found.course, cohort)
    if not offered.whose():
        raise Http404
    show = "look" if request.GET.get("show") == "look" else "all"
    sort = request.GET.get("sort", "")
    return Asked(request, found, cohort, offered, show, sort if sort in SORTS else "number")


def _listed(questions: Sequence[QuestionFigures], asked: Asked) -> list[QuestionFigures]:
    """Return the questions to list, in the order asked for; undefined figures come last."""
    listed = [each for each in questions if asked.show == "all" or judgement(each).look in ("bad", "warn")]
    if asked.sort == "judgement":
        return sorted(listed, key=lambda each: _LOOKS.index(judgement(each).look))
    if asked.sort in ("facility", "discrimination"):
        values = {each.item_id: getattr(each, asked.sort) for each in listed}
        return sorted(listed, key=lambda each: (values[each.item_id] is None, values[each.item_id] or 0))
    return listed


def _open(request: HttpRequest, questions: Sequence[QuestionFigures]) -> QuestionFigures | None:
    wanted = request.GET.get("question", "")
    return next((each for each in questions if str(each.item_id) == wanted), None)


def _links(request: HttpRequest, asked: Asked, shown: QuestionFigures) -> dict[str, str]:
    """Return what the reader may do about a question."""
    user = cast("SignedInRequest", request).user
    found = {}
    if asked.offered.may_see_everyone and user.is_staff:
        found["edit"] = f"{reverse('admin:quizzes_itemrevision_add')}?item={shown.item_id}"
    if ItemRevision.objects.regraded_by(user).filter(pk=shown.revision_id).exists():
        found["regrade"] = reverse("classes:regrade", args=[shown.revision_id])
    return found
