"""What is said of draws and review matrices at load: rules the bank cannot meet, and answers shown too early."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext as _

from courses.content.bundle import Bundle
from courses.content.crosscheck import check_key
from courses.content.files import files_in, strays_in
from courses.content.problems import Problems
from quizzes.content.pools import ReadPool
from quizzes.content.read import ReadQuiz, section_of
from quizzes.domain.draws import BankTooSmall, Candidate, draw, without
from quizzes.domain.kinds import KINDS, AnySpec
from quizzes.domain.review import ROWS
from quizzes.domain.specs import BANK_FIX, QuizSpec

_SEEDS = ("1", "2", "3", "4", "5")
"""A draw that can be met is met whatever the seed; a handful tells if a search is only lucky now and then."""


def check_draws(
    bundle: Bundle, quizzes: Sequence[ReadQuiz], problems: Problems, pools: Sequence[ReadPool] = ()
) -> None:
    """Note every quiz whose draw the questions there are cannot meet, or may not draw on those it names.

    A bank with mistakes in it is not judged.
    """
    for quiz in quizzes:
        if quiz.spec.draw is not None:
            _check_names(bundle, quiz, problems)
            if fault := quiz.spec.settings.fault_of_bank(quiz.spec.draw):
                problems.add(quiz.document, ("draw",), _(fault), _(BANK_FIX))
    held = ("course.yaml", "quizzes/", "pools/")
    if any(problem.file.startswith(held) for problem in problems.found):
        return
    for quiz in quizzes:
        for reason in _faults(quiz.spec, bank_of(quiz.spec, bundle, quizzes, pools)):
            words = _("No paper can be drawn: %(reason)s.") % {"reason": reason}
            suggestion = _("Ask for less, or write the questions that are missing.")
            problems.add(quiz.document, ("draw",), words, suggestion)


def _check_names(bundle: Bundle, quiz: ReadQuiz, problems: Problems) -> None:
    """Note every name of a draw that is no name of anything: it would fit no question, beside others that fit."""
    draw_ = quiz.spec.draw
    assert draw_ is not None  # noqa: S101 (asked for by the caller)
    files = {path.stem for path in files_in(bundle.root, "quizzes")}
    known: dict[str, tuple[str, Collection[str]]] = {
        "kinds": (_("kind of question"), KINDS),
        "units": (_("unit"), bundle.unit_keys),
        "lessons": (_("lesson"), bundle.lesson_keys),
        "quizzes": (_("quiz"), files | strays_in(bundle.root, "quizzes")),
        "objectives": (_("objective"), bundle.objective_keys),
        "statements": (_("statement"), bundle.statement_keys),
    }
    for at, stratum in enumerate(draw_.strata):
        for name, (what, keys) in known.items():
            for which, key in enumerate(getattr(stratum, name)):
                check_key(quiz.document, ("draw", "strata", at, name, which), what, key, keys, problems)
    for which, key in enumerate(draw_.cover):
        check_key(quiz.document, ("draw", "cover", which), _("statement"), key, bundle.statement_keys, problems)


def leaks(quizzes: Sequence[ReadQuiz]) -> Iterator[str]:
    """Yield a note for each quiz that shows answers while others may still start."""
    for quiz in quizzes:
        spec = quiz.spec
        rows = [_(ROWS[row]) for row in spec.review.leaks(has_close=spec.closes is not None)]
        if rows:
            words = _("quiz %(quiz)s: shown to those who are done while others may still start: %(rows)s")
            yield words % {"quiz": spec.quiz, "rows": ", ".join(rows)}


def _faults(spec: QuizSpec, bank: Sequence[Candidate]) -> Sequence[str]:
    if spec.draw is None:
        return ()
    drawable = without(bank, {item.key for item in spec.items})
    for seed in _SEEDS:
        try:
            draw(drawable, spec.draw, seed=seed)
        except BankTooSmall as problem:
            return problem.reasons
    return ()


def bank_of(
    spec: QuizSpec, bundle: Bundle, quizzes: Sequence[ReadQuiz], pools: Sequence[ReadPool] = ()
) -> list[Candidate]:
    """Return the questions a quiz draws among as a start would find them: of the bank it names, and marked."""
    is_reserved = spec.draw is not None and spec.draw.is_reserved
    own = [pool for pool in pools if is_reserved and pool.exam == spec.quiz]
    read = [pool.read for pool in own]
    if not any(pool.is_alone for pool in own):
        read += quizzes
    units = {lesson: unit.key for unit in bundle.course.units for lesson in unit.lessons}
    wanted = "reserved" if is_reserved else "items"
    return [
        _candidate(item, quiz.spec, units)
        for quiz in read
        for name, _at, item in quiz.entries
        if name == wanted and item.is_scored
    ]


def _candidate(item: AnySpec, quiz: QuizSpec, units: dict[str, str]) -> Candidate:
    lesson, _section = section_of(item, quiz)
    return Candidate(
        key=item.key,
        kind=item.kind,
        unit=units.get(lesson, ""),
        lesson=lesson,
        quiz=quiz.quiz,
        objective=item.objective,
        level=item.level,
        difficulty=item.difficulty,
        statements=frozenset(item.statements),
        enemies=frozenset(item.enemies),
        is_contested=item.contested,
    )
