"""One table of fields for each kind of content: the history and the drafts hold what it names."""

from __future__ import annotations

import pytest

from courses.content.fields import Table
from courses.models import AUTHORED
from courses.services.drafts import authored
from quizzes.content.tables import TABLES

WITHOUT_DRAFT = {"people_groups", "facts", "is_published"}
"""What files alone change, and whether a course is there at all, which is said and done in one step."""
WITHOUT_HISTORY = {"sets"}
"""A quiz shares texts among questions as its file says; what each question shows is in its own history."""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.model.__name__)
def test_what_authors_write_has_a_history_and_can_be_drafted(table: Table) -> None:
    columns = set(table.columns) - {"key"}
    links = {field.name for field in table.model._meta.many_to_many}

    assert columns - set(AUTHORED[table.model]) <= WITHOUT_HISTORY
    assert columns - links - {field.name for field in authored(table.model)} <= WITHOUT_DRAFT
