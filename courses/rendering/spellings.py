"""What a word typed into a search is also looked for as: without an ending, in Latin letters, as others spell it.

This is a matter of the word's own script and of the language of a course, never of what one course is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from anyascii import anyascii
from django.utils import translation
from django.utils.formats import date_format

from courses.later import later
from courses.rendering.folding import fold

_HANGUL = re.compile(r"[\uac00-\ud7a3]{3,}")
_FIRST_SYLLABLE, _ENDINGS, _NO_ENDING, _R = 0xAC00, 28, 0, 8
_AFTER_CONSONANT = ["은", "이", "을", "과", "으로", "으로서", "으로써", "이나", "이라는", "이랑"]
_AFTER_VOWEL = ["는", "가", "를", "와", "로", "로서", "로써", "나", "라는", "랑"]
_AFTER_ANY = [
    "의",
    "에",
    "에서",
    "에게",
    "에게서",
    "께",
    "께서",
    "한테",
    "까지",
    "부터",
    "보다",
    "처럼",
    "마다",
    "조차",
    "도",
    "만",
]
_LAST = ("은", "는", "의", "도", "만")
"""Korean particles: which may follow a consonant, a vowel or either, and which may follow another particle."""
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
_DAYS, _MONTHS = ("DATE_FORMAT", "j F Y", "F j Y", "j E Y"), ("YEAR_MONTH_FORMAT", "F Y", "E Y")


_STEMMERS = later("snowballstemmer")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]{3,}")
_SHORTEST_STEM = 4
_YE = re.compile("(?:^|(?<=[аеиоуыэюяьъ]))е")
# British and American spelling, each as the end of a word; what follows in brackets may follow it.
_SPELT_TWICE = [
    ("isation", "ization", "s?"), ("ise", "ize", "[sdr]?"), ("ising", "izing", ""), ("yse", "yze", "[sdr]?"),
    ("our", "or", "(?:s|ed|ing|able|er|ers)?"), ("re", "er", "s?"), ("ence", "ense", "s?"),
    ("ll", "l", "(?:ed|ing|ers?)"), ("ogue", "og", "s?"), ("amme", "am", "s?"),
]  # fmt: skip
_SPELLINGS = [
    (re.compile(rf"^([a-z]{{2,}}){one}({rest})$"), other)
    for british, american, rest in _SPELT_TWICE
    for one, other in ((british, american), (american, british))
]
_POSSESSIVE = re.compile(r"['’]s?$")


def also_written(word: str, language: str) -> list[str]:
    """Return how a folded word may stand in texts of a language besides as it was typed.

    A Korean word without its particles, a Russian one without its ending, a Cyrillic one in Latin letters as well, and
    an English one as the other side of the Atlantic spells it.

    >>> also_written("еленой", "en"), also_written("honored", "en"), also_written("rome", "en")
    (['елен', 'yelen', 'yelenoy'], ['honoured'], [])
    """
    found = without_particles(word)
    if _CYRILLIC.fullmatch(word):
        stem = _STEMMERS.stemmer("russian").stemWord(word)
        forms = [word, stem] if len(stem) >= _SHORTEST_STEM else [word]
        found += [*forms[1:], *(_in_latin(form) for form in reversed(forms))]
    if language.startswith("en"):
        found += [f"{match[1]}{other}{match[2]}" for spelt, other in _SPELLINGS if (match := spelt.match(word))]
    return [form for form in dict.fromkeys(found) if form and form != word]


def _in_latin(word: str) -> str:
    """Return a Cyrillic word as English texts write it: Yelena, not Elena."""
    return fold(anyascii(_YE.sub("йе", word)).replace("'", ""))


def without_possessive(word: str, language: str) -> str:
    """Return an English word without the ’s of a possessive.

    >>> without_possessive("Tolstoy’s", "en"), without_possessive("L’s", "fr")
    ('Tolstoy', 'L’s')
    """
    return _POSSESSIVE.sub("", word) if language.startswith("en") else word


def without_particles(word: str) -> list[str]:
    """Return what a Korean word may be without its particles; two syllables at least are left.

    >>> without_particles("평양의"), without_particles("평양에서는"), without_particles("평양")
    (['평양'], ['평양에서', '평양'], [])
    """
    if not _HANGUL.fullmatch(word):
        return []
    found = list(_stems(word))
    for stem, particle in found[:]:
        if particle in _LAST:
            found += [(inner, each) for inner, each in _stems(stem) if each not in _LAST]
    return list(dict.fromkeys(stem for stem, _particle in found))


def _stems(word: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each particle that a word may end in, the longest particle first."""
    for particle in sorted((*_AFTER_CONSONANT, *_AFTER_VOWEL, *_AFTER_ANY), key=len, reverse=True):
        stem = word.removesuffix(particle)
        if stem != word and len(stem) >= 2 and _may_follow(particle, stem[-1]):
            yield stem, particle


def _may_follow(particle: str, syllable: str) -> bool:
    ending = (ord(syllable) - _FIRST_SYLLABLE) % _ENDINGS
    if particle in _AFTER_CONSONANT:
        return ending != _NO_ENDING
    if particle in _AFTER_VOWEL:
        return ending == _NO_ENDING or (ending == _R and particle.startswith("로"))
    return True


def spelt_dates(typed: str, language: str) -> list[tuple[str, ...]]:
    """Return a date or month in ISO 8601 as texts in a language write it, in folded words; nothing for anything else.

    >>> spelt_dates("1961-07", "en"), spelt_dates("1961-07-06", "ru")[0], spelt_dates("1961-13", "en")
    ([('july', '1961')], ('6', 'июля', '1961', 'г'), [])
    """
    found = _ISO_DATE.fullmatch(typed)
    if found is None:
        return []
    year, month, day = found.groups()
    try:
        meant = date(int(year), int(month), int(day or 1))
    except ValueError:
        return []
    with translation.override(language):
        spelt = [fold(date_format(meant, form)) for form in (_DAYS if day else _MONTHS)]
    return list(dict.fromkeys(tuple(words.split()) for words in spelt))
