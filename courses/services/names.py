"""What a person is called: a name in any script, and which part of it is the family name, by which lists are sorted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from courses.errors import FamilyNameElsewhere
from courses.models import NameOrder

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST = 150
"""Letters of a whole name, and of each part: what Django's own columns hold."""
_FIRST, _JOINED = NameOrder.Order.FAMILY_FIRST, NameOrder.Order.JOINED
# Hangul syllables, and Han characters: written without a space, family name first.
_EAST_ASIAN = re.compile(r"[가-힣\u3400-\u9fff\uf900-\ufaff]+")
_OF_TWO_SYLLABLES = (
    "남궁",
    "황보",
    "제갈",
    "사공",
    "선우",
    "독고",
    "서문",
    "동방",
    "司马",
    "欧阳",
    "諸葛",
    "夏侯",
    "司馬",
)
_FATHERS = re.compile(r"\w+(ович|евич|ич|овна|евна|ична|инична|івна|ївна)", re.IGNORECASE)
_KOREAN_GIVEN = re.compile(r"[A-Z][a-z]+-[a-z]+")


@dataclass(frozen=True)
class PersonName:
    """A name in parts. `order` is "" where the given name comes first. A name without a marked part is all family."""

    given: str
    family: str
    order: str = ""

    @property
    def shown(self) -> str:
        """The name as the person writes it."""
        if self.order and self.given:
            return NameOrder(order=self.order).joined(self.given, self.family)
        return f"{self.given} {self.family}".strip()


def tidy(text: str) -> str:
    """Return text in composed letters, without stray spaces and control characters."""
    whole = unicodedata.normalize("NFC", text)
    plain = "".join(" " if letter.isspace() else letter for letter in whole if letter.isprintable() or letter.isspace())
    return " ".join(plain.split())


def name_of(whole: str, family: str = "") -> PersonName:
    """Return a whole name in parts; `family` is the part at its beginning or end that is the family name.

    Where it is left out it is guessed (`guessed_family`). Raises FamilyNameElsewhere for a part that is not there.
    """
    whole, family = tidy(whole), tidy(family)
    if not family and whole.count(",") == 1:
        family, given = (part.strip() for part in whole.split(","))
        return PersonName(given, family) if given and family else PersonName("", (given or family))
    family = family or guessed_family(whole)
    if family in ("", whole):
        return PersonName("", whole)
    if whole.endswith(f" {family}"):
        return PersonName(whole.removesuffix(family).strip(), family)
    if whole.startswith(f"{family} "):
        return PersonName(whole.removeprefix(family).strip(), family, _FIRST)
    if whole.startswith(family) and _EAST_ASIAN.fullmatch(whole):
        return PersonName(whole.removeprefix(family), family, _JOINED)
    raise FamilyNameElsewhere(family=family, name=whole)


def name_of_parts(given: str, family: str) -> PersonName:
    """Return a name from two columns of a list: in Korean and Chinese letters the family name comes first."""
    given, family = tidy(given), tidy(family)
    if not given or not family:
        return PersonName("", given or family)
    is_joined = _EAST_ASIAN.fullmatch(given) and _EAST_ASIAN.fullmatch(family)
    return PersonName(given, family, _JOINED if is_joined else "")


def guessed_family(whole: str) -> str:
    """Return which part of a name is likely the family name, or "" for a name of one word.

    Korean and Chinese names begin with it, and so do Russian ones that end with a father's name and romanised Korean
    ones ("Kim Min-ji"); others end with it. It is a guess: the person, or their teacher, can say otherwise.
    """
    words = whole.split()
    if len(words) == 1 and _EAST_ASIAN.fullmatch(whole) and len(whole) in (2, 3, 4):
        return whole[:2] if len(whole) > 2 and whole.startswith(_OF_TWO_SYLLABLES) else whole[:1]
    if len(words) < 2:
        return ""
    is_first = (
        _EAST_ASIAN.fullmatch(words[0]) is not None
        or (len(words) == 3 and _FATHERS.fullmatch(words[-1]) is not None)
        or (len(words) == 2 and _KOREAN_GIVEN.fullmatch(words[-1]) is not None)
    )
    return words[0] if is_first else words[-1]


@transaction.atomic
def set_name(*, user: User, name: PersonName) -> None:
    """Give an account a name, or none."""
    user.first_name, user.last_name = name.given, name.family
    user.save(update_fields=["first_name", "last_name"])
    if name.order:
        NameOrder.objects.update_or_create(user=user, defaults={"order": name.order})
    else:
        NameOrder.objects.filter(user=user).delete()
