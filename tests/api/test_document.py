"""What the API's document promises of every operation, and pages of lists."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.api.ask import API, program_of
from tests.make import make_course

PUBLIC = ["courses/", "courses/{key}/", "lessons/", "lessons/{course}/{lesson}/", "search/", "quizzes/"]


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Return every operation of the document with its address and method."""
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    return [(path, method, said) for path, methods in paths.items() for method, said in methods.items()]


@pytest.mark.parametrize("path", [*PUBLIC, "quizzes/{course}/{quiz}/"])
def test_what_anybody_may_read_is_documented_without_sign_in(path):
    [said] = [said for at, method, said in operations() if (at, method) == (f"{API}/{path}", "get")]

    assert {} in said["security"]


@pytest.mark.parametrize("path", ["attempts/", "progress/", "classes/", "classes/{id}/progress/"])
def test_what_belongs_to_the_caller_is_documented_with_sign_in(path):
    [said] = [said for at, method, said in operations() if (at, method) == (f"{API}/{path}", "get")]

    assert {} not in said["security"]


def test_every_operation_documents_how_it_may_refuse():
    for path, method, said in operations():
        named = set(said["responses"])
        assert named >= {"406", "414", "429"}, path
        assert method == "get" or named >= {"400", "413", "415"}, path
        assert "{" not in path or "404" in named, path


@pytest.mark.parametrize("value", ["0", "-1", "201", "all", "1.5", ""])
def test_a_page_size_that_is_none_is_refused(db, value):
    answer = program_of(None).get(f"{API}/courses/", {"page_size": value})

    assert answer.status_code == 400
    assert "page_size" in answer.json()


@pytest.mark.parametrize(("value", "status"), [("0", 400), ("-1", 400), ("last", 400), ("x", 400), ("2", 404)])
def test_a_page_that_is_none_is_refused(db, value, status):
    assert program_of(None).get(f"{API}/courses/", {"page": value}).status_code == status


def test_pages_are_as_long_as_asked_for(db):
    for key in ("one", "two", "three"):
        make_course(key=key, lessons=1, sections=1)

    first = program_of(None).get(f"{API}/courses/", {"page_size": 2}).json()
    second = program_of(None).get(f"{API}/courses/", {"page_size": 2, "page": 2}).json()
    assert (first["count"], len(first["results"]), len(second["results"])) == (3, 2, 1)


@pytest.mark.parametrize("path", ["nowhere/", "attempts/no-uuid/", "lessons/a b/c/", ""])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_leads_nowhere_is_told_in_json(db, path, method):
    answer = getattr(program_of(None), method)(f"{API}/{path}")

    assert answer.status_code == 404
    assert set(answer.json()) == {"detail"}


@pytest.mark.parametrize("code", [12345678, True, None, ["ABCD"], " ", "\x00"])
def test_what_is_no_text_is_not_taken_for_text(student, code):
    answer = program_of(student).post(f"{API}/classes/join/", {"code": code})

    assert answer.status_code == 400
    assert "code" in answer.json()
