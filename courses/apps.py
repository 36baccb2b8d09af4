"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """Courses, their lessons, and the classes that take them."""

    name = "courses"
    verbose_name = _("Courses and classes")
