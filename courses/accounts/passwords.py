"""Passwords that a guesser of this site would try first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.models import Course
from courses.rendering.folding import fold

SITE_WORDS = ("tumen", "course", "quiz", "student", "teacher", "password", "school", "class")
FEWEST_CHARACTERS = 5
"""How many different characters a password needs: "p1p1p1p1" is as short as "p1"."""
_LOOKALIKES = str.maketrans("013457@$!", "oleastasi")


class SiteWords:
    """Refuses a word of this site with only digits, marks or look-alikes added, and a few characters repeated."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 (Django's signature)
        """Raise ValidationError in words when a guesser would find the password soon."""
        if len(set(password.casefold())) < FEWEST_CHARACTERS:
            message = _("This password repeats a few characters. Use at least %(n)d different characters.")
            raise ValidationError(message % {"n": FEWEST_CHARACTERS}, code="password_repeats")
        words = {*SITE_WORDS, *_words_of_courses()}
        spelt_out = password.casefold().strip("0123456789").translate(_LOOKALIKES)
        if _bare(password, words) in words or _bare(spelt_out, words) in words:
            message = _("This password is a common word on this site with little added. Use other words.")
            raise ValidationError(message, code="password_of_this_site")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("Your password can’t be a common word on this site with a few digits added, such as “tumen123”.")


def _words_of_courses() -> set[str]:
    """Return the longer words of the titles that everybody sees in the catalogue."""
    titles = Course.objects.filter(is_published=True).values_list("title", flat=True)
    return {word for title in titles for word in fold(title).split() if len(word) >= FEWEST_CHARACTERS}


def _bare(password: str, words: Iterable[str]) -> str:
    """Return the letters of a password, those of a word repeated once: "Tumen123" and "tumentumen" are "tumen"."""
    letters = "".join(character for character in password.casefold() if character.isalpha())
    for word in words:
        if letters and letters == word * (len(letters) // len(word)):
            return word
    return letters
