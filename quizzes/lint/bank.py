"""Rules on a quiz, and on all questions of a course together: what single questions do not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, groupby
from math import sqrt
from statistics import mean

from quizzes.domain import mastery
from quizzes.domain.described import Choice, Option
from quizzes.domain.markup import plain
from quizzes.domain.messages import gettext_noop as _
from quizzes.lint import thresholds as at
from quizzes.lint.blind import solve
from quizzes.lint.feedback import why
from quizzes.lint.findings import E, Hit, I, Owner, W, course_rule
from quizzes.lint.options import absolute_in
from quizzes.lint.stats import chi_square, chi_square_tail, fisher_tail, hits_tail, two_sided
from quizzes.lint.view import CourseView, ItemView, QuizView
from quizzes.lint.words import content, norm

Found = Iterator[tuple[Owner, Hit]]
_BANK = Owner()


def _singles(items: tuple[ItemView, ...]) -> list[Choice]:
    """Return the choices with one key."""
    return [choice for item in items for choice in item.choices if choice.is_single and choice.key is not None]


def _place(choice: Choice) -> int:
    return choice.options.index(choice.keys[0])


@course_rule("BANK-LONGKEY", E, _("Shorten keys, and give distractors as much to say."))
def bank_longkey(course: CourseView) -> Found:
    """The longest option is the key more often than chance allows."""
    chosen = [(choice, longest) for choice in _singles(course.items) if (longest := _longest(choice))]
    if len(chosen) < at.BANK_LONGKEY_ITEMS:
        return
    chances = [1 / len(choice.options) for choice, _option in chosen]
    hits = sum(option.is_right for _choice, option in chosen)
    is_high = hits / len(chosen) > mean(chances) + at.BANK_LONGKEY_MARGIN
    if is_high and hits_tail(hits, chances) < at.BANK_P:
        reason = _("Of %(n)d questions with one longest option it is the key in %(hits)d.")
        yield _BANK, Hit((), f"{hits}/{len(chosen)}", reason, {"n": len(chosen), "hits": hits})


def _longest(choice: Choice) -> Option | None:
    """Return the option that is longer than every other."""
    first, second = sorted(choice.options, key=lambda option: -len(option.text))[:2]
    return first if len(first.text) > len(second.text) else None


@course_rule("BANK-POSITION", W, _("Let the options be shuffled; never balance them by hand."))
def bank_position(course: CourseView) -> Found:
    """Keys crowd at one authored place. Where options are shuffled, this is only noted."""
    singles = sorted(_singles(course.items), key=lambda choice: len(choice.options))
    for size, group in groupby(singles, key=lambda choice: len(choice.options)):
        choices = list(group)
        counts = [sum(_place(choice) == place for choice in choices) for place in range(size)]
        if len(choices) < at.BANK_POSITION_PER_OPTION * size:
            continue
        distance = chi_square(counts)
        is_strong = sqrt(distance / (len(choices) * (size - 1))) >= at.BANK_POSITION_V
        if is_strong and chi_square_tail(distance, size - 1) < at.BANK_P:
            severity = I if all(choice.is_shuffled for choice in choices) else None
            told = " ".join(f"{place}:{count}" for place, count in enumerate(counts, start=1))
            yield (
                _BANK,
                Hit((), told, _("Keys stand unevenly at the authored places: %(places)s."), {"places": told}, severity),
            )
    for quiz in course.quizzes:
        yield from _runs(quiz)


def _runs(quiz: QuizView) -> Found:
    singles = _singles(quiz.questions)
    for place, group in groupby(singles, key=_place):
        run = list(group)
        if len(run) >= at.BANK_POSITION_RUN:
            severity = I if all(choice.is_shuffled for choice in run) else None
            reason = _("%(n)d questions in a row have their key at place %(place)d.")
            yield Owner(quiz=quiz.key), Hit((), str(place + 1), reason, {"n": len(run), "place": place + 1}, severity)


@course_rule("BANK-TF", W, _("Turn some statements round."))
def bank_tf(course: CourseView) -> Found:
    """Too many statements are true, or too few."""
    answers = [item.spec.truth for item in course.items if item.spec.truth is not None]
    low, high = at.BANK_TF_SHARE
    if len(answers) < at.BANK_TF_ITEMS:
        return
    if not low <= sum(answers) / len(answers) <= high and two_sided(sum(answers), len(answers)) < at.BANK_TF_P:
        numbers = {"n": len(answers), "true": sum(answers)}
        yield _BANK, Hit((), f"{sum(answers)}/{len(answers)}", _("Of %(n)d statements %(true)d are true."), numbers)


@course_rule("BANK-ABSOLUTE", W, _("Take absolute words out of the distractors, or put some into keys."))
def bank_absolute(course: CourseView) -> Found:
    """Absolute words stand in distractors far more often than in keys."""
    options = [option for item in course.items for choice in item.choices for option in choice.options]
    keys = [bool(absolute_in(option.text)) for option in options if option.is_right]
    rest = [bool(absolute_in(option.text)) for option in options if not option.is_right]
    if not keys or not rest or not sum(rest):
        return
    is_often = sum(rest) / len(rest) >= at.BANK_ABSOLUTE_RATIO * sum(keys) / len(keys)
    if is_often and fisher_tail(sum(rest), len(rest), sum(keys), len(keys)) < at.BANK_P:
        numbers = {"wrong": sum(rest), "right": sum(keys)}
        reason = _("Absolute words stand in %(wrong)d distractors and %(right)d keys.")
        yield _BANK, Hit((), f"{sum(rest)}/{sum(keys)}", reason, numbers)


@course_rule("BANK-ALLNONE", W, _("Replace most of them by true distractors."))
def bank_allnone(course: CourseView) -> Found:
    """“All of the above” is mostly right where it stands."""
    made = [option for choice in _singles(course.items) for option in choice.options if _is_ready_made(option.text)]
    hits = sum(option.is_right for option in made)
    if len(made) >= at.BANK_ALLNONE_ITEMS and hits >= at.BANK_ALLNONE_SHARE * len(made):
        numbers = {"n": len(made), "hits": hits}
        yield _BANK, Hit((), made[0].text, _("It stands in %(n)d questions and is the key in %(hits)d."), numbers)


def _is_ready_made(text: str) -> bool:
    lowered = norm(text)
    return any(f"{word} of {which}" in lowered for word in ("all", "none") for which in ("the above", "these"))


@course_rule("BANK-NEARDUP", E, _("Keep one of them, or let them test different things."))
def bank_neardup(course: CourseView) -> Found:
    """Two questions ask one thing; with different keys they are only noted as siblings."""
    asked = [(item, frozenset(content(f"{item.stem} {item.key_text or _all_shown(item)}"))) for item in course.items]
    for (one, first), (other, second) in combinations(asked, 2):
        union = len(first | second)
        if not union or len(first & second) / union < at.BANK_NEARDUP:
            continue
        is_same = bool(one.key_text) and norm(one.key_text) == norm(other.key_text)
        reason = _("It asks what %(other)s asks.") if is_same else _("It is worded much as %(other)s is.")
        hit = Hit(("stem",), other.stem, reason, {"other": one.key}, None if is_same else I)
        yield Owner(item=other.key, quiz=other.quiz), hit


@course_rule("BANK-CUE", W, _("Reword one of them, or list one under the other's `enemies`."))
def bank_cue(course: CourseView) -> Found:
    """In one quiz, or among the questions reserved for exams, one says what is the key of another."""
    shown = {item.key: frozenset(content(" ".join(_shown(item)))) for item in course.items}
    open_ = tuple(item for item in course.items if not item.is_reserved)
    # An exam draws its reserved questions from all lessons, so that any two of them may meet.
    for bank, papers in ((open_, [quiz.questions for quiz in course.quizzes]), (course.items, [course.reserved])):
        counts = Counter(one for item in bank for one in shown[item.key])
        usual = max(at.BANK_CUE_ITEMS, at.BANK_CUE_SHARE * len(bank))
        rare = {one for one, count in counts.items() if count <= usual}
        for item, other, told in _cues(papers, shown, rare):
            details = {"words": ", ".join(sorted(told)), "other": item.key}
            reason = _("It tells the key of %(other)s: %(words)s.")
            yield Owner(item=other.key, quiz=other.quiz), Hit(("stem",), other.stem, reason, details)


def _cues(
    papers: Sequence[Sequence[ItemView]], shown: Mapping[str, frozenset[str]], rare: set[str]
) -> Iterator[tuple[ItemView, ItemView, set[str]]]:
    """Yield each question, one that may stand on a paper with it, and the words of its key that the other shows."""
    for together in papers:
        for item in together:
            key = rare & _key_stems(item)
            for other in together if len(key) >= at.BANK_CUE_WORDS else ():
                told = key & shown[other.key]
                if other != item and len(told) >= at.BANK_CUE_WORDS and not _never_meet(item, other):
                    yield item, other, told


def _all_shown(item: ItemView) -> str:
    return " ".join(text for _where, text in item.asked)


def _shown(item: ItemView) -> list[str]:
    return [*(text for _where, text in item.asked), *map(plain, item.hints)]


def _key_stems(item: ItemView) -> set[str]:
    """Return the content of a key that is one thing; orders and pairs are made of words that are shown anyway."""
    is_in_words = item.is_question and not item.quantities
    return set(content(item.key_text)) if is_in_words else set()


def _never_meet(one: ItemView, other: ItemView) -> bool:
    """Say whether one cannot give away the other: they never meet, or the source both stand on is read anyway."""
    if one.spec.set and (one.quiz, one.spec.set) == (other.quiz, other.spec.set):
        return True
    return one.key in other.enemies or other.key in one.enemies


@course_rule("BANK-OBJECTIVE", W, _("Write questions for the objective, or spread the quiz over more of them."))
def bank_objective(course: CourseView) -> Found:
    """An objective with too few questions, or with too much of a quiz."""
    questions = [item for quiz in course.quizzes for item in quiz.questions]
    counts = Counter(item.spec.objective for item in questions)
    asked = {course.objectives[key].lesson for key in counts if key in course.objectives}
    for objective in course.objectives.values():
        if objective.lesson in asked and counts[objective.key] < at.BANK_OBJECTIVE_ITEMS:
            numbers = {"objective": objective.key, "n": counts[objective.key]}
            hit = Hit(objective.where, objective.key, _("The objective %(objective)s has %(n)d questions."), numbers)
            yield Owner(lesson=objective.lesson), hit
    for quiz in course.quizzes:
        for key, count in Counter(item.spec.objective for item in quiz.questions).items():
            size = len(quiz.questions)
            if size >= at.BANK_LEVEL_ITEMS and count > at.BANK_OBJECTIVE_SHARE * size:
                numbers = {"objective": key, "n": count, "size": size}
                reason = _("%(n)d of %(size)d questions are on the objective %(objective)s.")
                yield Owner(quiz=quiz.key), Hit(("items",), key, reason, numbers)


@course_rule("BANK-MASTERY", I, _("Write questions or checks for it that mark themselves; five let it be judged well."))
def bank_mastery(course: CourseView) -> Found:
    """An objective has too few questions that mark themselves for a student's mastery of it to be judged as usual."""
    asked = [item for item in course.items if item.spec.is_machine_marked and not item.is_reserved]
    counts = Counter(item.spec.objective for item in asked)
    lessons = {course.objectives[item.spec.objective].lesson for item in course.items
               if item.spec.objective in course.objectives}  # fmt: skip
    for objective in course.objectives.values():
        count = counts[objective.key]
        if objective.lesson in lessons and count < mastery.ANSWERS:
            reason = _LOWERED if count < mastery.QUESTIONS else _REPEATED
            numbers = {"objective": objective.key, "n": count, "gate": mastery.QUESTIONS}
            yield Owner(lesson=objective.lesson), Hit(objective.where, objective.key, reason, numbers)


_LOWERED = _(
    "%(n)d questions and checks on the objective %(objective)s mark themselves, where mastery asks for %(gate)d "
    "different ones: it is judged by what there is."
)
_REPEATED = _(
    "%(n)d questions and checks on the objective %(objective)s mark themselves: a student has to answer some again on "
    "another day before it can be judged."
)


@course_rule("BANK-LEVEL", W, _("Ask for more than recall: reasons, comparisons, work on a source."))
def bank_level(course: CourseView) -> Found:
    """Almost all is recall; or nothing is asked on a source."""
    for quiz in course.quizzes:
        size = len(quiz.questions)
        recall = sum(item.spec.level == "remember" for item in quiz.questions)
        if size >= at.BANK_LEVEL_ITEMS and recall > at.BANK_LEVEL_SHARE * size:
            numbers = {"n": recall, "size": size}
            hit = Hit(("items",), "remember", _("%(n)d of %(size)d questions ask for recall only."), numbers)
            yield Owner(quiz=quiz.key), hit
    if course.items and not any(item.spec.stimulus or item.spec.figure or item.record for item in course.items):
        yield _BANK, Hit((), "stimulus", _("No question of the course is asked on a source, a table or a figure."))


@course_rule("BANK-POOL", E, _("Reserve questions for the exam, five or more for each stratum, or write “bank: open”."))
def bank_pool(course: CourseView) -> Found:
    """An exam draws on questions whose answers are open, without saying so; few for a stratum are a warning."""
    for quiz in course.quizzes:
        if quiz.fault_of_bank:
            yield Owner(quiz=quiz.key), Hit(("draw",), quiz.key, quiz.fault_of_bank)
        for number, count in enumerate(quiz.choices_of_strata):
            if count < at.BANK_POOL_CHOICES:
                numbers = {"n": count}
                reason = _("The stratum has %(n)d reserved questions to choose from.")
                yield Owner(quiz=quiz.key), Hit(("draw", "strata", number), quiz.key, reason, numbers, W)


@course_rule("BANK-RUBRIC", I, _("Say in each rubric what the levels are for its own task."))
def bank_rubric(course: CourseView) -> Found:
    """One rubric serves questions that ask for different things."""
    first: dict[str, ItemView] = {}
    for item in course.items:
        rubric = getattr(item.spec, "rubric", None)
        if rubric is None:
            continue
        other = first.setdefault(str(rubric), item)
        if other.spec.stem != item.spec.stem:
            reason = _("Its rubric is that of %(other)s, word for word.")
            yield Owner(item=item.key, quiz=item.quiz), Hit(("rubric",), item.stem, reason, {"other": other.key})


@course_rule("FB-DISTRACTOR", W, _("Explain the distractors; nine in ten at least."))
def bank_distractors(course: CourseView) -> Found:
    """Too many distractors of the bank are unexplained, overrides or not."""
    wrong = [said for item in course.items for said in item.said if said.is_right is False]
    explained = sum(why(said.text) >= at.WHY_WORDS for said in wrong)
    if wrong and explained < at.FB_DISTRACTOR_SHARE * len(wrong):
        numbers = {"n": len(wrong), "explained": explained}
        reason = _("Of %(n)d wrong answers %(explained)d are explained.")
        yield _BANK, Hit((), f"{explained}/{len(wrong)}", reason, numbers)


@course_rule("BANK-BLIND", E, _("See which cue it uses (length, echo, shared words, absolutes) and take that out."))
def bank_blind(course: CourseView) -> Found:
    """A solver that never reads the facts beats chance."""
    singles = tuple(_singles(course.items))
    if len(singles) < at.BANK_BLIND_ITEMS:
        return
    verdict = _solved(singles)
    if verdict.lower > at.BANK_BLIND_MARGIN:
        numbers = {"hits": verdict.hits, "n": verdict.items, "expected": verdict.expected, "lower": verdict.lower}
        reason = _(
            "Without reading, a solver gets %(hits).0f of %(n)d questions where chance gives %(expected).0f; the gain "
            "per question is %(lower).2f or more."
        )
        yield _BANK, Hit((), f"{verdict.hits:.0f}/{verdict.items}", reason, numbers)


_solved = lru_cache(maxsize=8)(solve)
