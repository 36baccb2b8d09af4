"""Work out the rows that pages of classes read, and say how many were not as they should be."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from courses.models import Cohort
from quizzes.services.standing import rebuild


class Command(BaseCommand):
    """Rebuild where students stand in their classes."""

    help = "Work out where students stand in each class; a class whose rows were right is left as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("classes", nargs="*", type=int, help="numbers of classes; without any, all of them")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Rebuild one class after another, each batch of its students in a transaction."""
        cohorts = Cohort.objects.order_by("pk")
        if options["classes"]:
            cohorts = cohorts.filter(pk__in=options["classes"])
        wrong = {cohort: rebuild(cohort) for cohort in cohorts}
        for cohort, count in wrong.items():
            if count:
                words = ngettext("%(rows)d row was put right", "%(rows)d rows were put right", count)
                self.stdout.write(f"{cohort.pk} {cohort.name}: {words % {'rows': count}}")
        whole = ngettext("%(n)d class was looked at.", "%(n)d classes were looked at.", len(wrong))
        self.stdout.write(whole % {"n": len(wrong)})
