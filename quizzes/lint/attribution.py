"""Whether a text says whose claim it passes on."""

from __future__ import annotations

import re

from quizzes.domain.markup import plain

_RECORDS = r"""accounts? reports? records? count telling study papers references figures? estimates? files version
reckoning list ranking"""
_VOICES = r"historians? authors? scholars? accounts? records? sources? reports? observers? voices? speakers?"
_VERBS = r"""says? said claims? claimed writes? wrote puts? gives? argue[sd]? date[sd]? counts? counted estimate[sd]?
reports? reported describe[sd]? judge[sd]? calls? called differ disagree dispute[sd]?"""
_ATTRIBUTED = re.compile(
    r"\baccording to\b|\b(?:used|named|given|told|made|quoted|stated) by\b|\bh(?:eld|olds?) that\b"
    rf"|\b(?:which|what|each|two|three|four) (?:{'|'.join(_VOICES.split())})\b"
    rf"|\bby (?:[\w'’.-]+ ){{1,5}}?(?:{'|'.join(_RECORDS.split())})\b"
    rf"|\b(?:{'|'.join(_VERBS.split())})\b",
    re.IGNORECASE,
)


def is_attributed(text: str) -> bool:
    """Say whether a text names who says so, or asks who does.

    >>> is_attributed("What caused it, according to Gibbon?"), is_attributed("By Kunadze's account, who objected?")
    (True, True)
    >>> is_attributed("The Crisis Group judged its influence too small.")
    True
    >>> is_attributed("Vienna told Rome that the treaty would lapse.")
    False
    """
    return bool(_ATTRIBUTED.search(plain(text)))
