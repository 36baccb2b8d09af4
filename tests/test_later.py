"""What few requests need is not read by a process that starts, and is there when it is asked for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from allauth.mfa import urls as mfa_urls
from django.urls import URLPattern, URLResolver

from courses.accounts import urls as account_urls
from courses.later import later
from tumen.settings import BASE_DIR

HEAVY = [
    "cryptography", "drf_spectacular.openapi", "fido2", "genanki", "icalendar", "numpy", "openpyxl", "requests",
    "rest_framework.views", "scipy", "segno", "snowballstemmer", "typst", "yaml",
]  # fmt: skip
OWN = [
    "classes.api",
    "courses.admin",
    "courses.api",
    "courses.content.load",
    "quizzes.admin",
    "quizzes.api",
    "quizzes.lint",
]


def told(code: str) -> str:
    """Return what a process that has started to serve prints."""
    environment = {
        **os.environ,
        "DEBUG": "0",
        "SECRET_KEY": "test",
        "EMAIL_URL": "none",
        "DATABASE_URL": "sqlite://:memory:",
    }
    whole = f"import sys\nimport tumen.wsgi\nfrom django.urls import resolve, reverse\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", whole], cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_process_that_starts_reads_no_library_or_room_that_few_requests_need() -> None:
    read = told("print(*sys.modules)").split()

    assert {"quizzes.views.sitting", "classes.views.overview"} <= set(read)
    assert [name for name in (*HEAVY, *OWN) if name in read] == []


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ('reverse("admin:quizzes_attempt_changelist"), "quizzes.admin" in sys.modules', "/admin/quizzes/attempt/ True"),
        ('resolve("/admin/quizzes/attempt/").view_name', "admin:quizzes_attempt_changelist"),
        ('resolve("/api/v1/search/").view_name, reverse("api-quizzes")', "api-search /api/v1/quizzes/"),
        ('reverse("api-docs"), "tumen.api" in sys.modules', "/api/v1/docs/ False"),
        ('resolve("/api/v1/none/of/these/").view_name', "api-nothing"),
        ('reverse("mfa_index"), "fido2" in sys.modules', "/accounts/2fa/ False"),
        ('resolve("/accounts/2fa/totp/activate/").view_name', "mfa_activate_totp"),
    ],
)
def test_it_is_read_once_it_is_asked_for(code: str, answer: str) -> None:
    assert told(f"print({code})") == answer


def addresses_in(patterns: list[URLPattern | URLResolver], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            found |= addresses_in(each.url_patterns, route)
        elif each.name:
            found[each.name] = route
    return found


def test_the_addresses_of_the_second_factor_are_those_of_allauth() -> None:
    ours = {name: route for name, route in addresses_in(account_urls.urlpatterns).items() if name.startswith("mfa_")}

    assert ours == addresses_in(mfa_urls.urlpatterns, "2fa/")


def test_a_module_is_imported_when_something_of_it_is_used() -> None:
    sys.modules.pop("this_is_no_module", None)
    absent = later("this_is_no_module")

    with pytest.raises(ModuleNotFoundError):
        absent.anything  # noqa: B018 (being used is the point)
    assert later("json").dumps([1]) == "[1]"
