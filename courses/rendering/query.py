"""What was typed into a search → words to look for, excerpts that show them, and what a misspelt word may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from courses.rendering.folding import fold
from courses.rendering.languages import script_of
from courses.rendering.spellings import also_written, spelt_dates, without_possessive

MAX_TYPED, MAX_WORDS = 100, 8
_CHUNK = re.compile(r"[\"“”«»]([^\"“”«»]+)[\"“”«»]|(\S+)")
_COMPOUND = re.compile(r"[^\W\d_]\w*(?:[-‐‑–]\w+)+")
_EAST_ASIAN = re.compile(r"[\u1100-\u11ff\u3400-\u9fff\uac00-\ud7a3]")
_PLURAL = [
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"^([a-z]{3,})ies$", "y"),
        (r"^([a-z]+(?:ss|x|ch|sh))es$", ""),
        (r"^([a-z]{3,}[^s\W])s$", ""),
    )
]
# The letters of scripts, and the language each is most used for: better read aloud in that than in the page's own.
_LETTERS = {
    "ko": "\uac00-\ud7a3", "ru": "\u0400-\u04ff", "el": "\u0370-\u03ff\u1f00-\u1fff", "he": "\u0590-\u05ff",
    "ar": "\u0600-\u06ff", "hi": "\u0900-\u097f", "th": "\u0e00-\u0e7f", "ja": "\u3040-\u30ff",
}  # fmt: skip
_SCRIPTS = re.compile(
    "|".join(f"(?P<{tag}>[{letters}]+(?:[\\s·-]+[{letters}]+)*)" for tag, letters in _LETTERS.items())
)
# How much of two words' trigrams must agree for one to be taken for the other; a word the course holds, if rarely, is
# doubted only for one that is more like it and much more usual.
_LIKE_ENOUGH, _VERY_LIKE, _RARE, _USUAL, _TIMES = 0.3, 0.4, 3, 5, 5
_LONGEST_ACRONYM = 6


@dataclass(frozen=True)
class Word:
    """A word to look for, or several that were joined: as typed, and folded into its parts."""

    typed: str
    parts: tuple[str, ...]
    also: tuple[tuple[str, ...], ...] = ()
    """How else texts may write it: a date in words, other spellings, other letters, other endings."""

    @property
    def forms(self) -> list[tuple[str, ...]]:
        """Return the rows of words any of which will do; the last word of each may go on.

        What was written with a hyphen is found written as one word as well, and a plural by its singular.
        """
        forms = [self.parts, *self.also]
        if len(self.parts) > 1:
            forms.append(("".join(self.parts),))
        for pattern, ending in _PLURAL:
            if len(self.parts) == 1 and (plural := pattern.match(self.parts[0])):
                forms.append((plural[1] + ending,))
                break
        return forms

    @property
    def is_letter(self) -> bool:
        """Say whether it is one letter of an alphabet, with which half of all words begin."""
        return len(self.parts) == 1 and len(self.parts[0]) == 1 and not _EAST_ASIAN.match(self.parts[0])


@dataclass(frozen=True)
class Query:
    """What is searched for: every word of it must be there."""

    words: tuple[Word, ...]
    is_too_short: bool = False
    """Whether all that was typed was a letter, which would find everything."""

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return " ".join(word.typed for word in self.words)


def parse_query(typed: str, language: str = "") -> Query:
    """Read what was typed. Signs mean nothing but to keep words together: “mutual assistance”, write-off.

    `language` is that of the texts, in which dates are spelt. A single letter counts only as part of something kept
    together.

    >>> [word.forms for word in parse_query("write-off* AND treaties (").words]
    [[('write', 'off'), ('writeoff',)], [('and',)], [('treaties',), ('treaty',)]]
    """
    chunks = (found[1] or found[2] for found in _CHUNK.finditer(typed[:MAX_TYPED]))
    words = [word for chunk in chunks if (word := _word(chunk.strip(), language)).parts]
    longer = [word for word in words if not word.is_letter]
    return Query(tuple(longer[:MAX_WORDS]), is_too_short=bool(words) and not longer)


def _word(typed: str, language: str) -> Word:
    typed = without_possessive(typed, language)
    parts = tuple(fold(typed).split())
    also = spelt_dates(typed, language) if language else []
    if len(parts) == 1:
        also += [(form,) for form in also_written(parts[0], language)]
    return Word(typed, parts, tuple(also))


def words_for(text: str) -> str:
    """Return what a text is found by: its words folded, those with hyphens also as one, and the ends of Korean ones.

    Korean writes words together that a reader looks for apart: 경수로 is in 한국형경수로.
    """
    folded = " ".join([fold(text), *(fold(found[0]).replace(" ", "") for found in _COMPOUND.finditer(text))])
    ends = (word[at:] for word in folded.split() if _EAST_ASIAN.match(word) for at in range(1, len(word)))
    return " ".join([folded, *ends])


def excerpt(text: str, query: Query, *, language: str = "en", around: int = 90, length: int = 260) -> SafeString:
    """Return the part of a text where the query is first met, with what was searched for marked.

    Words in another script than that of the text's own language are marked with the language they are likely in.
    """
    spans = list(_hits(text, query))
    start = max(0, spans[0][0] - around) if spans else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = text.find(" ", start + length)
    end = len(text) if end < 0 else end
    body = _marked(text, spans, (start, end), language)
    return format_html("{}{}{}", "… " if start else "", body, " …" if end < len(text) else "")


def marked(text: str, query: Query, *, language: str = "en") -> SafeString:
    """Return a whole text with what was searched for marked."""
    return _marked(text, list(_hits(text, query)), (0, len(text)), language)


def _marked(text: str, spans: Sequence[tuple[int, int]], part: tuple[int, int], language: str) -> SafeString:
    (start, end), pieces = part, []
    at = start
    for first, last in spans:
        if at <= first and last <= end:
            pieces += [
                _with_languages(text[at:first], language),
                format_html("<mark>{}</mark>", _with_languages(text[first:last], language)),
            ]
            at = last
    pieces.append(_with_languages(text[at:end], language))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _hits(text: str, query: Query) -> Iterator[tuple[int, int]]:
    """Yield where the words of a query stand in a text, in order and without overlap."""
    tokens = [(found.start(), found.end(), fold(found[0])) for found in re.finditer(r"\w+", text)]
    forms = [form for word in query.words for form in word.forms]
    at = 0
    while at < len(tokens):
        following = [word for _start, _end, word in tokens[at : at + MAX_WORDS]]
        count = max((_fits(following, form) for form in forms), default=0)
        if count:
            yield tokens[at][0], tokens[at + count - 1][1]
        at += count or 1


def _fits(words: Sequence[str], form: tuple[str, ...]) -> int:
    """Return how many of the words a form stands for where they begin: none, its own number, or two for write-off."""
    head, last, length = form[:-1], form[-1], len(form)
    if len(words) >= length and tuple(words[: length - 1]) == head:
        word = words[length - 1]
        if word.startswith(last) or (_EAST_ASIAN.match(last) and last in word):
            return length
    return 2 if not head and len(words) > 1 and len(words[0]) < len(last) and last == "".join(words[:2]) else 0


def _with_languages(text: str, own: str) -> SafeString:
    """Escape a text, and mark its words in other scripts than that of its own language."""
    written = script_of(own)
    pieces, at = [], 0
    for found in _SCRIPTS.finditer(text):
        language = found.lastgroup or ""
        if script_of(language) == written:
            continue
        pieces += [
            format_html("{}", text[at : found.start()]),
            format_html('<span lang="{}">{}</span>', language, found[0]),
        ]
        at = found.end()
    pieces.append(format_html("{}", text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308 (each piece is escaped)


@dataclass(frozen=True)
class Known:
    """A word the course holds: as it is spelt, and how many places hold it."""

    spelling: str
    count: int


@dataclass(frozen=True)
class Corrected:
    """A query with the words put right that the course lacks or hardly holds; `is_whole`: all that it lacks."""

    query: Query
    is_whole: bool


def corrected(query: Query, known: Mapping[str, Known]) -> Corrected:
    """Return the query with what can be put right of it."""
    trigrams = {word: _trigrams(word) for word in known}
    words = [(word, _corrected_word(word, known, trigrams)) for word in query.words]
    right = Query(tuple(better or word for word, better in words))
    return Corrected(right, all(better for _word, better in words))


def _corrected_word(word: Word, known: Mapping[str, Known], trigrams: Mapping[str, frozenset[str]]) -> Word | None:
    right = word
    for part in word.parts:
        met = times_met(word, part, known)
        if met > _RARE or (met and len(part) < 3):
            continue
        is_acronym = word.typed.isupper() and len(part) <= _LONGEST_ACRONYM
        others = {name: other for name, other in known.items() if other.spelling.isupper()} if is_acronym else known
        name = _most_like(part, others, trigrams, met=met)
        if name:
            parts = tuple(name if each == part else each for each in right.parts)
            right = Word(_respelt(right.typed, part, known[name].spelling), parts)
        elif not met:
            return None
    return right


def times_met(word: Word, part: str, known: Mapping[str, Known]) -> int:
    """Return how many places hold words that begin with a part of a word, or with how else it is written."""
    stems = (part, *(form[0] for form in word.also if len(word.parts) == len(form) == 1))
    return sum(other.count for name, other in known.items() if name.startswith(stems))


def _most_like(
    part: str, known: Mapping[str, Known], trigrams: Mapping[str, frozenset[str]], *, met: int
) -> str | None:
    wanted = _trigrams(part)
    least, usual = (_VERY_LIKE, max(_USUAL, _TIMES * met)) if met else (_LIKE_ENOUGH, 0)
    near = (
        (_likeness(wanted, trigrams[name]), other.count, name)
        for name, other in known.items()
        if abs(len(name) - len(part)) <= 3 and other.count >= usual and not name.startswith(part)
    )
    likeness, _count, name = max(near, default=(0.0, 0, ""))
    return name if likeness >= least else None


def _respelt(typed: str, part: str, spelling: str) -> str:
    """Put the right spelling where the wrong word was typed."""
    return re.sub(r"\w+", lambda found: spelling if fold(found[0]) == part else found[0], typed)


def _trigrams(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common)
