"""What pages of courses may ask about attempts, and where publishing is."""

from __future__ import annotations

from django import template
from django.urls import reverse

from courses.models import Course
from quizzes.models import Attempt

register = template.Library()


@register.simple_tag
def open_attempts(course: Course) -> int:
    """Return how many attempts at quizzes of a course are in progress."""
    return Attempt.objects.open().filter(quiz__course=course).count()


@register.simple_tag
def publish_url(course_id: int) -> str:
    """Return the page on which changes of a course are published."""
    return reverse("admin:courses_publication_publish", args=[course_id])


@register.simple_tag
def preview_url(course: Course) -> str:
    """Return the course page as a student would see it, with all changes, now."""
    return reverse("admin:courses_publication_preview", args=[course.pk, "now", f"courses/{course.key}/"])
