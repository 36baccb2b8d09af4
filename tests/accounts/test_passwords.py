"""Passwords that a guesser of this site would try first are refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from courses.models import Course

pytestmark = pytest.mark.django_db


def is_taken(password: str, user: User | None = None) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "password",
    [
        "tumen123", "Tumen2026", "TUMEN!!!!", "tumentumen", "tumen-1-tumen", "tum3n2026", "2026tumen",
        "passw0rd99", "student01", "quizquiz", "p1p1p1p1", "aabbaabb", "абабабаб",
    ],
)  # fmt: skip
def test_a_site_word_with_little_added_is_refused(password: str) -> None:
    assert not is_taken(password)


@pytest.mark.parametrize(
    "password",
    [
        "a-long-and-odd-phrase-7", "tumen bridge at dawn", "korean war memories", "correct horse", "рыжий кот 17",
        "두만강 푸른 물에", "quizmaster-of-oz",
    ],
)  # fmt: skip
def test_other_words_are_taken(password: str) -> None:
    assert is_taken(password)


@pytest.mark.parametrize(
    ("password", "is_free"),
    [
        ("apiary2026", False),
        ("ap!4ry2026", False),
        ("r-i-v-e-r-s", False),
        ("apiary by the lake", True),
        ("drafts2026", True),
    ],
)
def test_a_word_of_a_title_in_the_catalogue_with_little_added_is_refused(password: str, is_free: bool) -> None:
    Course.objects.create(key="bees", title="The Apiary: Rivers of Bees", is_published=True)
    Course.objects.create(key="drafts", title="Drafts")

    assert is_taken(password) is is_free


def test_ones_own_name_is_refused() -> None:
    assert not is_taken("kim-minseo1", User(username="kim-minseo"))
