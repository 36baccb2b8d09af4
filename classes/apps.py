"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassesConfig(AppConfig):
    """Pages for running a class. Its rows are those of courses and quizzes: nothing is stored here."""

    name = "classes"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Running a class")
