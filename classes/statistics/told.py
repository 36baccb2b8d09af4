"""What the options of a question did, and what is said of each by rule. The kinds say what was chosen themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classes.statistics.shapes import FEW, OptionFigures, PlaceFigures
from quizzes.domain.described import Asked
from quizzes.domain.kinds import AnySpec
from quizzes.domain.statistics import OptionStatistics, coded_distractors, fisher
from quizzes.domain.statistics.options import FEWEST
from quizzes.models import ItemRevision

LISTED = 8
"""Typed answers that are listed."""
TOGETHER = 3
"""A typed answer is listed where so many students gave it: what one person wrote stays with that person."""
_DRAWS = 0.1


@dataclass(frozen=True)
class Chose:
    """What the students who had a question answered: the number of each answer, the different answers, and marks.

    `rest` are the points on the other questions, `shares` what each student earned of this one.
    """

    codes: NDArray[np.int64]
    choices: Sequence[tuple[ItemRevision, Any] | None]
    rest: NDArray[np.float64]
    shares: NDArray[np.float64]


def places_of(
    spec: AnySpec, versions: Sequence[AnySpec], chose: Chose
) -> tuple[tuple[PlaceFigures, ...], list[OptionStatistics]]:
    """Return the figures of each place of a question, and those of the options where there is one place alone."""
    asked = _of_all_versions(spec, versions)
    if not asked or spec.is_anonymous:
        return (), []
    met, codes = np.unique(chose.codes, return_inverse=True)
    codes = codes.reshape(-1)
    told = [_answered(chose.choices[int(code)]) for code in met]
    found: list[PlaceFigures] = []
    options: list[OptionStatistics] = []
    for each in asked:
        given = [answer.get(each.key, ()) for answer in told]
        if each.offered:
            options = coded_distractors(given, codes, chose.rest, options=list(each.offered), right=each.right)
            found.append(_place(each, options, len(codes)))
        else:
            found.append(_typed(each, given, codes, chose))
    return tuple(found), options if len(asked) == 1 else []


def suspect_of(places: Sequence[PlaceFigures]) -> str:
    """Return the words of the wrong option that draws stronger students most; nothing where none does."""
    offered = [option for place in places if not place.is_typed for option in place.options]
    drawn = [each for each in offered if not (each.is_right or each.is_blank) and (each.correlation or 0) > 0]
    return max(drawn, key=lambda each: each.correlation or 0).words if drawn else ""


def _answered(choice: tuple[ItemRevision, Any] | None) -> Mapping[str, tuple[str, ...]]:
    return {} if choice is None or choice[1] is None else choice[0].spec.answered(choice[1])


def _of_all_versions(spec: AnySpec, versions: Sequence[AnySpec]) -> list[Asked]:
    """Return the places of the newest version, with options that only earlier ones offered."""
    found = {each.key: each for each in spec.asked()}
    for version in versions:
        for each in version.asked():
            known = found.get(each.key)
            if known is not None and known.offered:
                offered = {**known.offered, **{k: v for k, v in each.offered.items() if k not in known.offered}}
                found[each.key] = Asked(known.key, known.words, offered, known.right)
    return list(found.values())


def _place(asked: Asked, options: Sequence[OptionStatistics], students: int) -> PlaceFigures:
    told = [_option(each, asked.offered.get(str(each.option), str(each.option)), students) for each in options]
    if not any(each.is_blank for each in told):
        told.append(OptionFigures("", 0, 0.0, (0.0, 0.0, 0.0), None, None, is_right=False, is_blank=True))
    return PlaceFigures(asked.words, is_typed=False, options=tuple(sorted(told, key=lambda each: each.is_blank)))


def _option(found: OptionStatistics, words: str, students: int) -> OptionFigures:
    return OptionFigures(
        words="" if found.option is None else words,
        count=found.count,
        share=found.share,
        thirds=found.thirds,
        correlation=found.correlation,
        interval=None if found.correlation is None else fisher(found.correlation, students),
        is_right=found.is_right,
        is_blank=found.option is None,
        verdict=_verdict(found, students),
    )


def _verdict(found: OptionStatistics, students: int) -> str:
    """Name what is said of an option. Correlations within a tenth of 0 are taken for none."""
    if students < FEW or found.option is None:
        return ""
    if not found.is_right and (found.share or 0) < FEWEST:
        return "chosen-by-few"
    if found.correlation is None:
        return ""
    if found.is_right:
        return _key_verdict(found.correlation)
    if found.correlation > _DRAWS:
        return "draws-stronger"
    return "distracts" if found.correlation < 0 else "draws-alike"


def _key_verdict(correlation: float) -> str:
    if correlation < 0:
        return "key-draws-weaker"
    return "key-works" if correlation > _DRAWS else "key-flat"


def _typed(asked: Asked, given: Sequence[tuple[str, ...]], codes: NDArray[np.intp], chose: Chose) -> PlaceFigures:
    """Return the answers that several students typed; however they wrote capital letters, they are one."""
    folded = [tuple(" ".join(words.split()).casefold() for words in each) for each in given]
    spelt = _commonest(given, folded, np.bincount(codes, minlength=len(given)))
    found = coded_distractors(folded, codes, chose.rest)
    several = sorted((each for each in found if each.option and each.count >= TOGETHER), key=lambda each: -each.count)
    listed = [each for each in found if each.option is None] + several[:LISTED]
    told = [
        OptionFigures(
            words="" if each.option is None else spelt[str(each.option)],
            count=each.count,
            share=each.share,
            thirds=each.thirds,
            correlation=each.correlation,
            interval=None if each.correlation is None else fisher(each.correlation, len(codes)),
            is_right=False,
            is_blank=each.option is None,
            earned=None if asked.key or each.option is None else _earned(str(each.option), folded, codes, chose.shares),
        )
        for each in sorted(listed, key=lambda each: each.option is None)
    ]
    others = len(codes) - sum(each.count for each in told)
    return PlaceFigures(asked.words, is_typed=True, options=tuple(told), others=others)


def _commonest(
    given: Sequence[tuple[str, ...]], folded: Sequence[tuple[str, ...]], counts: NDArray[np.intp]
) -> dict[str, str]:
    """Return how most students spelt each answer."""
    found: dict[str, tuple[int, str]] = {}
    for spellings, keys, count in zip(given, folded, counts, strict=True):
        for words, key in zip(spellings, keys, strict=True):
            found[key] = max(found.get(key, (0, "")), (int(count), words))
    return {key: words for key, (_count, words) in found.items()}


def _earned(key: str, folded: Sequence[tuple[str, ...]], codes: NDArray[np.intp], shares: NDArray[np.float64]) -> float:
    among = np.array([key in each for each in folded])[codes]
    return float(shares[among].mean())
