"""Classes of then work on the whole course, without dates; what was set for a class at one quiz is assigned to it.

An attempt goes to the class it was made in, where that is plain: the student had a place in one class of the course
alone, and the class sees the attempt. All others stay self-study.
"""

from django.db import migrations
from django.db.models import Count, Exists, OuterRef, Q

_DATES = ("opens_at", "due_at", "closes_at", "minutes", "max_attempts", "lifted")
_UNFINISHED = ["open", "overdue"]


def assign(apps, schema_editor):
    """Assign the whole course to each class, and what overrides said of single quizzes; attach attempts."""
    cohorts, overrides, assignments = (_rows(apps, name) for name in ("Cohort", "QuizOverride", "Assignment"))
    for cohort in cohorts.all():
        whole = assignments.create(cohort_id=cohort.pk, made_at=cohort.created_at)
        attempts = _made_in(apps, cohort)
        attempts.update(assignment=whole.pk)
        for override in overrides.filter(cohort=cohort.pk):
            values = {name: getattr(override, name) for name in _DATES}
            made = assignments.create(
                cohort_id=cohort.pk, quiz_id=override.quiz_id, made_at=cohort.created_at, **values
            )
            _rows(apps, "Attempt").filter(assignment=whole.pk, quiz=override.quiz_id).update(assignment=made.pk)
    overrides.filter(cohort__isnull=False).delete()


def override(apps, schema_editor):
    """Turn what is assigned with dates or limits of its own into overrides again; the rest is forgotten.

    Where a student has several attempts open at a quiz, for several classes, the first stays open: one was all there
    could be. The others are as if their time had run out; their answers are kept, and staff can open them again.
    """
    overrides = _rows(apps, "QuizOverride")
    unset = Q(opens_at=None, due_at=None, closes_at=None, minutes=None, max_attempts=None, lifted=[])
    for each in _rows(apps, "Assignment").filter(quiz__isnull=False, withdrawn_at=None).exclude(unset):
        values = {name: getattr(each, name) for name in _DATES}
        whom = {"student_id": each.student_id} if each.student_id else {"cohort_id": each.cohort_id}
        overrides.get_or_create(quiz_id=each.quiz_id, **whom, defaults=values)
    earlier = _rows(apps, "Attempt").filter(
        quiz=OuterRef("quiz"), student=OuterRef("student"), number__lt=OuterRef("number"), state__in=_UNFINISHED
    )
    others = _rows(apps, "Attempt").filter(Exists(earlier), state__in=_UNFINISHED)
    _rows(apps, "Attempt").filter(pk__in=list(others.values_list("pk", flat=True))).update(state="abandoned")


def _rows(apps, name):
    return apps.get_model("courses" if name in ("Cohort", "Enrolment") else "quizzes", name).objects


def _made_in(apps, cohort):
    """Return the attempts that a class sees, of students who never had a place in another class of its course."""
    places = _rows(apps, "Enrolment").filter(role="student", cohort__course=cohort.course_id)
    counted = places.order_by().values("user").annotate(n=Count("pk"))
    here = places.filter(Q(shares_earlier=True) | Q(joined_at__lte=OuterRef("started_at")), cohort=cohort.pk)
    return _rows(apps, "Attempt").filter(
        Exists(here.filter(user=OuterRef("student"))),
        quiz__course=cohort.course_id,
        student__in=list(counted.filter(n=1).values_list("user", flat=True)),
    )


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0012_assignments")]

    operations = [migrations.RunPython(assign, override)]
