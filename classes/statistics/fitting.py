"""Models of item response theory and differences between groups: what takes seconds, and is worked out apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classes.statistics.reading import Table, Told, read_table
from classes.statistics.sample import Chosen, Sample
from classes.statistics.shapes import FittedFigures, GroupQuestion, ModelFigures, ModelQuestion
from classes.statistics.working import columns_told
from courses.models import Group
from quizzes.domain.statistics import IrtFit, fit_irt, holm, likelihood_ratio, mantel_haenszel
from quizzes.domain.statistics.judgement import ONE_PARAMETER, PER_GROUP, TWO_PARAMETERS


def fit(sample: Sample, chosen: Chosen, told: Told = lambda _count: None) -> FittedFigures:
    """Return the models that so many answers allow, and differences between groups where a class has large ones.

    Questions with points in part, that all or none got right, or that few had, are left out of models and tests.
    """
    table = read_table(sample, chosen, told)
    right = table.marks / np.where(np.asarray(table.most) > 0, table.most, np.nan)
    placed = [at for at in range(right.shape[1]) if _is_right_or_wrong(right[:, at])]
    words = columns_told(table.columns)
    students = len(table.students)
    fits = _fits(right[:, placed], students) if placed else []
    numbers = [(at + 1, words[at]) for at in placed]
    found = FittedFigures(
        students=students,
        left_out=tuple(at + 1 for at in range(len(words)) if at not in placed),
        models=tuple(_model(each, students, numbers) for each in fits),
        better_fit=likelihood_ratio(fits[0], fits[1])[2] if len(fits) == 2 else None,
    )
    return _with_groups(found, sample, table, right, placed)


def _is_right_or_wrong(column: NDArray[np.float64]) -> bool:
    known = column[~np.isnan(column)]
    return len(known) >= ONE_PARAMETER and set(np.unique(known)) == {0.0, 1.0}


def _fits(right: NDArray[np.float64], students: int) -> list[IrtFit]:
    if students < ONE_PARAMETER:
        return []
    return [fit_irt(right, "1PL")] + ([fit_irt(right, "2PL")] if students >= TWO_PARAMETERS else [])


def _model(found: IrtFit, students: int, numbers: Sequence[tuple[int, str]]) -> ModelFigures:
    rows = zip(
        numbers, found.difficulties, found.difficulty_errors, found.discriminations, found.discrimination_errors,
        strict=True,
    )  # fmt: skip
    questions = tuple(ModelQuestion(number, words, *rest) for (number, words), *rest in rows)
    return ModelFigures(found.model, students, found.log_likelihood, found.has_converged, questions)


def _with_groups(
    found: FittedFigures, sample: Sample, table: Table, right: NDArray[np.float64], placed: Sequence[int]
) -> FittedFigures:
    """Add what differs between each group of the one class and its other students, where both are large enough."""
    groups = _groups(sample, table.students)
    totals = np.nansum(table.marks, axis=1)
    tested: list[tuple[str, int, Any]] = []
    for name, focal in groups.items():
        for at in placed:
            had = ~np.isnan(right[:, at])
            if min(int(focal[had].sum()), int((~focal[had]).sum())) >= PER_GROUP:
                bias = mantel_haenszel(list(right[had, at] == 1), list(focal[had]), list(totals[had]))
                tested.append((name, at, bias))
    adjusted = holm([bias.p_value for _name, _at, bias in tested])
    words = columns_told(table.columns)
    differences = tuple(
        GroupQuestion(name, at + 1, words[at], bias.focal, bias.reference, bias.delta, bias.size, p_value)
        for (name, at, bias), p_value in zip(tested, adjusted, strict=True)
        if p_value is not None and p_value < 0.05 and bias.size in ("moderate", "large")
    )
    return replace(found, groups=tuple(groups), differences=differences)


def _groups(sample: Sample, students: Sequence[int]) -> dict[str, NDArray[np.bool_]]:
    """Return the groups of the one class with who of the students is in each: those with enough inside and outside."""
    if sample.cohorts is None or len(sample.cohorts) != 1:
        return {}
    members: dict[str, set[int]] = {}
    rows = Group.objects.filter(cohort__in=sample.cohorts, members__is_active=True)
    for name, user in rows.order_by("name").values_list("name", "members__user"):
        members.setdefault(name, set()).add(user)
    found = {name: np.array([student in who for student in students]) for name, who in members.items()}
    return {name: who for name, who in found.items() if min(who.sum(), (~who).sum()) >= PER_GROUP}
