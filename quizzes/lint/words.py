"""Text as the rules read it: without markup, without what does not matter, down to stems of content words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

from quizzes.domain.markup import plain

_STEMMER = snowballstemmer.stemmer("english")
_WORD = re.compile(r"[\w'’-]+")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9])")
_EDGES = " \t\n.,;:!?…\"'“”‘’«»()[]-–—"
_MIN_AKIN = 6

QUESTION_WORDS = frozenset("who whom whose what which when where why how year years".split())
STOP_WORDS = frozenset(
    """a an the this that these those there here it its he him his she her hers they them their theirs we us our you
    your i me my one ones some any each every both either neither no not nor none all other others another such same
    own and or but if than then so as at by for from in into of off on onto out over per to toward towards under until
    up upon via with within without about above across after against along among around before behind below beneath
    beside between beyond during except since through throughout is am are was were be been being do does did done has
    have had having can could may might must shall should will would just only very too also more most much many few
    less least because while whether although though""".split()
)
NEGATIONS = frozenset("not never no none neither nor nobody nothing cannot".split())
ABSOLUTES = frozenset("always never all none only every must completely impossible entirely".split())
ANTONYMS = frozenset(
    frozenset(pair.split("/"))
    for pair in """accept/refuse accept/reject accepted/refused accepted/rejected agree/disagree agreed/refused
    before/after begin/end began/ended early/late earlier/later first/last gain/lose gained/lost grew/fell grow/fall
    grown/fallen high/low higher/lower include/exclude included/excluded increase/decrease increased/decreased
    large/small larger/smaller legal/illegal long/short more/fewer more/less open/closed opened/closed rise/fall
    rose/fell signed/unsigned strengthened/weakened support/oppose supported/opposed true/false victory/defeat
    war/peace widened/narrowed with/without won/lost""".split()
)
NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty""".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
MONTHS = {
    name: at
    for at, name in enumerate(
        """january february march april may june july august september october november december""".split(), start=1
    )
}
_MONTH = "|".join(MONTHS)
_LEADS = re.compile(r"^(?:(?:in|on|at|by|the|a|an|year)\s+)+")
_MONTH_DAY = re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:,? (\d{{4}}))?\b")


def norm(text: str) -> str:
    """Return a text without the differences that do not matter.

    >>> norm("  The <em>Edict</em>  of Nantes. ")
    'the edict of nantes'
    """
    text = unicodedata.normalize("NFKC", plain(text)).casefold()
    return " ".join(text.split()).strip(_EDGES)


def canon(text: str) -> str:
    """Return the normal form with numbers in figures and dates in one order, and without a preposition that leads.

    >>> canon("In 1914."), canon("July 14, 1789") == canon("14 July 1789"), canon("Six parties")
    ('1914', True, '6 parties')
    """
    text = _LEADS.sub("", norm(text))
    text = _MONTH_DAY.sub(lambda found: " ".join(filter(None, (found[2], found[1], found[3]))), text)
    text = " ".join(NUMBER_WORDS.get(word, word) for word in text.split())
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)


def words(text: str) -> list[str]:
    """Return the words of a text as they are written.

    >>> words("Anglo-French ties didn’t – by then – last.")
    ['Anglo-French', 'ties', 'didn’t', 'by', 'then', 'last']
    """
    return [word for word in _WORD.findall(plain(text)) if any(letter.isalnum() for letter in word)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text.

    >>> sentences("Trade fell. By 1995, what was left?")
    ['Trade fell.', 'By 1995, what was left?']
    """
    return [part for part in _SENTENCE.split(" ".join(plain(text).split())) if part]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem of a word.

    >>> stem("treaties") == stem("Treaty")
    True
    """
    word = word.casefold().replace("’", "'").removesuffix("'s").strip("'-_")
    return str(_STEMMER.stemWord(word))


def content(text: str) -> list[str]:
    """Return the stems of the words that carry content, in their order.

    >>> content("In which year did the Berlin Wall fall?")
    ['berlin', 'wall', 'fall']
    """
    lowered = (word.casefold().replace("’", "'").removesuffix("'s") for word in words(text))
    return [found for word in lowered if word not in STOP_WORDS | QUESTION_WORDS and (found := stem(word))]


def are_akin(one: str, other: str) -> bool:
    """Say whether two stems are one word to a reader: the same, or one a longer form of the other.

    >>> are_akin("westphalia", "westphalian"), are_akin("trade", "trader")
    (True, False)
    """
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _MIN_AKIN and long.startswith(short))


def holds(stems: Iterable[str], one: str) -> bool:
    """Say whether a stem, or one akin to it, is among others."""
    return any(are_akin(one, other) for other in stems)


def names(text: str) -> set[str]:
    """Return the stems of words written with a capital where a sentence does not ask for one.

    >>> sorted(names("Which treaty did Quito and Lima sign?"))
    ['lima', 'quito']
    """
    found = set()
    for sentence in sentences(text):
        found |= {stem(word) for word in words(sentence)[1:] if word[:1].isupper()}
    return found


def is_number(word: str) -> bool:
    """Say whether a word is a number, in figures or spelt out."""
    return word[:1].isdigit() or word.casefold() in NUMBER_WORDS


def is_negation(word: str) -> bool:
    """Say whether a word denies."""
    word = word.casefold().replace("’", "'")
    return word in NEGATIONS or word.endswith("n't")


def similarity(one: str, other: str) -> float:
    """Return 1 less the edits between two texts, per character of the longer.

    >>> similarity("Edict of Nantes", "Edicts of Nantes")
    0.9375
    """
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        before, row[0] = row[0], at
        for there, facing in enumerate(other, start=1):
            before, row[there] = row[there], min(row[there] + 1, row[there - 1] + 1, before + (letter != facing))
    return 1 - row[-1] / max(len(one), len(other), 1)
