"""Where pages of courses find the certificate."""

from django import template
from django.urls import reverse

from courses.models import Course

register = template.Library()


@register.simple_tag
def certificate_url(course: Course) -> str:
    """Return the page of a course's certificate; nothing for a course without one."""
    return reverse("quizzes:certificate", args=[course.key]) if course.certificate is not None else ""
