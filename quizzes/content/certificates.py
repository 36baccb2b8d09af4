"""The quizzes that a course's certificate asks for are there."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.content.bundle import Bundle
from courses.content.crosscheck import check_key
from courses.content.files import files_in
from courses.content.outline import texts
from courses.content.problems import Place, Problems


def check_certificate(bundle: Bundle, problems: Problems) -> None:
    """Note every quiz that the rule names and that has no file."""
    document = bundle.documents["course"]
    rule = document.data.get("certificate")
    if not isinstance(rule, dict):
        return
    known = {path.stem for path in files_in(bundle.root, "quizzes")}
    for place, key in _named(rule):
        check_key(document, place, _("quiz"), key, known, problems)


def _named(rule: dict[str, object]) -> Iterator[tuple[Place, str]]:
    for which, key in enumerate(texts(rule.get("quizzes_passed"))):
        yield ("certificate", "quizzes_passed", which), key
    scores = rule.get("scores")
    for key in scores if isinstance(scores, dict) else ():
        yield ("certificate", "scores", key), str(key)
