"""Everything that can be done on the site, tried by everyone: a module for each subject, one table for all."""

from tests.pages.deeds import course, own, people, work
from tests.pages.deeds.table import DEEDS

__all__ = ["DEEDS", "course", "own", "people", "work"]
