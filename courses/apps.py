"""Django's registration of the app."""

from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from courses.accounts import checks  # noqa: F401 (registers what `manage.py check` looks at)
from courses.converters import NumberConverter


class CoursesConfig(AppConfig):
    """Courses, their lessons, and the classes that take them."""

    name = "courses"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Courses and classes")

    def ready(self) -> None:
        """Teach addresses what a number is, before any list of addresses is read."""
        register_converter(NumberConverter, "number")
