"""“View on site”: it leads to the page of a row, or to the page that says there is none, whatever the address."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from tests.admin.work import root, taught_course


@pytest.mark.parametrize("object_id", ["1", "x", "-1", "9" * 30, "6ec3ff25-1bcb-4d5f-b2f5-d0a1a1a7d2ab", "1/2"])
def test_an_address_without_a_row_is_not_found_for_any_kind_of_row(db: None, object_id: str) -> None:
    browser = root()
    browser.raise_request_exception = False

    answers = {
        kind.name: browser.get(f"/admin/r/{kind.pk}/{object_id}/").status_code for kind in ContentType.objects.all()
    }

    assert len(answers) > 30
    assert set(answers.values()) == {404}, answers


@pytest.mark.parametrize("kind", ["0", "x", "9" * 30])
def test_an_unknown_kind_of_row_is_not_found(db: None, kind: str) -> None:
    assert root().get(f"/admin/r/{kind}/1/").status_code == 404


def test_a_row_with_a_page_leads_to_it(db: None) -> None:
    course = taught_course()
    kind = ContentType.objects.get_for_model(course)

    answer = root().get(f"/admin/r/{kind.pk}/{course.pk}/")

    assert answer.status_code == 302
    assert answer["Location"].endswith(course.get_absolute_url())


def test_the_address_is_for_those_who_may_enter_the_admin(db: None) -> None:
    course = taught_course()
    kind = ContentType.objects.get_for_model(course)

    answer = Client().get(f"/admin/r/{kind.pk}/{course.pk}/")

    assert answer.status_code == 302
    assert "login" in answer["Location"]
