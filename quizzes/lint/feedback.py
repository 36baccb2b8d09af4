"""Rules on what is said afterwards, and on what a question rests on: feedback, sources, figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.domain.described import Where
from quizzes.domain.markup import plain
from quizzes.domain.messages import gettext_noop as _
from quizzes.lint import thresholds as at
from quizzes.lint.attribution import is_attributed
from quizzes.lint.findings import E, Hit, I, W, item_rule
from quizzes.lint.view import CourseView, ItemView
from quizzes.lint.words import content, holds, norm, words

_EMPTY_WORDS = re.compile(
    r"\b(?:correct|incorrect|right|wrong|yes|well done)\b[,.!:;]?|\b(?:no)\b[,.!:;]"
    r"|\b(?:it is|the (?:right )?answer is) [\w'’-]+[.,;!]?",
    re.IGNORECASE,
)
_PRAISE = re.compile(r"^(?:correct|right|yes)(?:[,.!:;]|$|\s+(?:answer|choice)\b)", re.IGNORECASE)
_BLAME = re.compile(r"^(?:incorrect|wrong|no)(?:[,.!:;]|$|\s+(?:answer|choice)\b)", re.IGNORECASE)
_RECALL = re.compile(r"^(?:who|when|where|in which year|what (?:is|was) the name)\b", re.IGNORECASE)


def why(text: str) -> int:
    """Return how many words an explanation has once praise, blame and the bare answer are taken away.

    >>> why("Wrong, it is B."), why("Correct!")
    (0, 0)
    """
    return len(words(_EMPTY_WORDS.sub("", plain(text))))


@item_rule("FB-KEY", W, _("Say in eight words or more why it is right."))
def fb_key(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """What is right, without a reason."""
    for said in item.said:
        if said.is_right is True and why(said.text) < at.WHY_WORDS:
            yield Hit(said.where, said.text, _("It does not say why this is right."))


@item_rule("FB-DISTRACTOR", W, _("Say in eight words or more what this answer gets wrong."))
def fb_distractor(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """What is wrong, without a reason of its own."""
    for said in item.said:
        if said.is_right is False and why(said.text) < at.WHY_WORDS:
            yield Hit(said.where, said.text, _("It does not say why this is wrong."))


@item_rule("FB-SAME", W, _("Explain each wrong option by itself."))
def fb_same(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """One text for all distractors."""
    wrong = [said for said in item.said if said.is_right is False]
    if item.is_picked and len(wrong) > 1 and len({norm(said.text) for said in wrong}) == 1:
        yield Hit(wrong[0].where, wrong[0].text, _("All wrong options are explained by one text."))


@item_rule("FB-CONTRADICTS", E, _("Check whether the key or the explanation is wrong."))
def fb_contradicts(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Praise for what is wrong, or blame for what is right."""
    for said in item.said:
        pattern = {True: _BLAME, False: _PRAISE}.get(said.is_right) if said.is_right is not None else None
        if pattern and (found := pattern.search(said.text)):
            word = found[0].strip(",.!:;")
            yield Hit(said.where, found[0], _("It begins with “%(word)s”, against the key."), {"word": word})


@item_rule("FB-LEAKS", E, _("Point at the way to the answer without naming it."))
def fb_leaks(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """Words of the key in what is said while there are tries left."""
    told = telling_words(item)
    early: list[tuple[Where, str]] = [(("hints", number), hint) for number, hint in enumerate(item.hints)]
    if item.is_told_early:
        early += [(said.where, said.text) for said in item.said if said.is_right is False]
    for where, text in early:
        leaked = next((one for one in content(text) if one in told), "")
        if leaked:
            yield Hit(where, leaked, _("“%(word)s” belongs to the answer, and there are tries left."), {"word": leaked})


def telling_words(item: ItemView) -> set[str]:
    """Return the stems of the key that neither the question nor a distractor holds."""
    if item.is_statement or item.spec.is_arranged or not item.is_auto_marked:
        return set()
    known = set(content(f"{item.stem} {plain(item.spec.stimulus or '')}"))
    wrong = [option.text for choice in item.choices for option in choice.distractors]
    known |= {one for text in wrong for one in content(text)}
    keys = [form for typed in item.typed for form in typed.accept] or [item.key_text]
    return {one for key in keys for one in content(key)} - known


@item_rule("SRC-NONE", E, _("Cite a source that can be found: a page, an issue, a dated paper or an address."))
def src_none(item: ItemView, course: CourseView) -> Iterator[Hit]:
    """No source by which the answer could be looked up."""
    cited = [course.sources[key] for key in item.spec.sources if key in course.sources]
    if cited and not any(source.has_locator for source in cited):
        yield Hit(("sources",), cited[0].key, _("None of its sources says where to look."))


@item_rule("SRC-WEAK", W, _("Cite a primary or scholarly source beside it."))
def src_weak(item: ItemView, course: CourseView) -> Iterator[Hit]:
    """One source that is undated or an encyclopedia; or one for what is disputed."""
    cited = [course.sources[key] for key in item.spec.sources if key in course.sources]
    if len(item.spec.sources) != 1 or not cited:
        return
    if cited[0].is_tertiary:
        yield Hit(("sources",), cited[0].key, _("Its only source is a work of reference."))
    elif not cited[0].is_dated:
        yield Hit(("sources",), cited[0].key, _("Its only source is undated."))
    elif item.is_contested:
        yield Hit(("sources",), cited[0].key, _("It rests on a dispute and cites one side only."))


@item_rule("OBJ-LEVEL", I, _("Lower the level, or ask for more than a name or a date."))
def obj_level(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A high level for a question of recall."""
    if item.spec.level in ("analyse", "evaluate", "create") and (found := _RECALL.search(item.stem)):
        reason = _("It is said to be at the level “%(level)s”, yet it asks “%(words)s”.")
        yield Hit(("level",), found[0], reason, {"level": str(item.spec.level), "words": found[0]})


@item_rule("TAG-CONTESTED", E, _("Name in the stem whose account it is: “by …'s account”, “which historian argues …”."))
def tag_contested(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """One key for what historians dispute, and nobody named who says so."""
    shown = " ".join(text for _where, text in item.asked)
    if item.is_contested and item.is_auto_marked and not is_attributed(shown):
        yield Hit(("stem",), item.stem, _("Historians dispute this, and the question does not say by whose account."))


@item_rule("ALT-KEY", E, _("Describe the figure without what the question asks for."))
def alt_key(item: ItemView, course: CourseView) -> Iterator[Hit]:
    """The text for those who cannot see the figure holds the answer, and no other option."""
    alt = course.alts.get(item.spec.figure or "", "")
    told = telling_words(item)
    shown = content(alt)
    wrong = [option.text for choice in item.choices for option in choice.distractors]
    is_read_off = any(all(holds(shown, one) for one in content(text)) for text in wrong)
    if alt and told and not is_read_off and all(holds(shown, one) for one in told):
        yield Hit(("figure",), item.spec.figure or "", _("The figure's description holds the words of the answer."))


@item_rule("LIC-NONE", E, _("Put the words in your own, or name author and licence below the extract."))
def lic_none(item: ItemView, _course: CourseView) -> Iterator[Hit]:
    """A long quotation without author."""
    text = item.spec.stimulus or ""
    quoted = " ".join([*re.findall(r"^> ?(.*)$", text, re.MULTILINE), *re.findall(r"[“\"]([^”\"]{80,})[”\"]", text)])
    if len(words(quoted)) < at.QUOTE_WORDS or item.record:
        return
    if not re.search(
        r"^[>\s]*[—–-]+ \w|\bAuthor:|\[@|\blicen[cs]e|\bCC BY|\bpublic domain", text, re.MULTILINE | re.IGNORECASE
    ):
        yield Hit(
            ("stimulus",), quoted[:60], _("It quotes %(n)d words and names no author."), {"n": len(words(quoted))}
        )
