"""Decks for Anki: one's own review cards, and the glossary of a course. Made by `genanki`, with lasting identifiers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _

from courses.later import later
from courses.models import Course, GlossaryTerm
from courses.models.content import Viewer
from courses.rendering.library import Unlinked
from courses.rendering.markdown import render_blocks, render_inline
from quizzes.domain.base import Verdict
from quizzes.domain.kinds import AnySpec
from quizzes.domain.spaced_review import Face
from quizzes.models import ItemRevision
from quizzes.reports.review import TermSide
from quizzes.services.review import askable

genanki = later("genanki")
_STYLE = ".card { font: 20px/1.5 serif; text-align: start; max-width: 40em; margin: 0 auto }"


def _number(*names: str) -> int:
    """Return a lasting number for Anki, which wants one of 31 bits for models and decks."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return (1 << 30) + int.from_bytes(digest[:4], "big") % (1 << 30)


def _model() -> Any:
    fields = [{"name": "Front"}, {"name": "Back"}]
    answer = '{{FrontSide}}<hr id="answer">{{Back}}'
    templates = [{"name": "Card", "qfmt": "{{Front}}", "afmt": answer}]
    return genanki.Model(_number("tumen", "model"), "Tumen", fields=fields, templates=templates, css=_STYLE)


def deck_of_cards(student: Viewer | None, *, now: datetime) -> bytes:
    """Return a student's cards as a package for Anki: questions whose key is told, and the flashcards begun.

    What may not be asked now is not in it; nor is what the student never wants to be asked.
    """
    cards = list(askable(student, now=now).live().select_related("term__course").order_by("pk"))
    items = [card.item_id for card in cards if card.item_id is not None]
    revisions = {each.item_id: each for each in _revisions(items)}
    model, notes = _model(), []
    for card in cards:
        if card.item_id in revisions:
            revision = revisions[card.item_id]
            name = f"item/{revision.item.course.key}/{revision.item.key}"
            notes.append(_note(model, _front(revision.spec), _back(revision), name))
        elif card.term is not None:
            notes.append(_of_side(model, TermSide(card.term, card.face, card.language)))
    return _packed(genanki.Deck(_number("tumen", "review"), _("Tumen: my review")), notes)


def deck_of_glossary(course: Course) -> bytes:
    """Return the glossary of a course as a package for Anki: each term both ways, with its names on the back."""
    model = _model()
    terms = GlossaryTerm.objects.filter(course=course, is_retired=False).order_by("term")
    sides = [TermSide(term, face.value, "") for term in terms for face in Face]
    title = _("%(course)s: glossary") % {"course": course.title}
    deck = genanki.Deck(_number("tumen", "glossary", course.key), title)
    return _packed(deck, (_of_side(model, each) for each in sides))


def _revisions(items: Iterable[int]) -> Iterable[ItemRevision]:
    return ItemRevision.objects.current().filter(item__in=list(items)).select_related("item__course")


def _front(spec: AnySpec) -> str:
    source = _blocks(spec.stimulus) if spec.stimulus else ""
    texts = [option.text for choice in spec.option_sets() for option in choice.options]
    texts = texts or sorted({text for _where, text in spec.texts()})  # the author's order may be the answer
    options = "".join(f"<li>{_inline(text)}</li>" for text in texts)
    return f"{source}{_blocks(spec.stem)}{f'<ul>{options}</ul>' if options else ''}"


def _back(revision: ItemRevision) -> str:
    spec = revision.spec
    rows = [row for row in spec.review(spec.right_answer()) if row.verdict is not Verdict.LEFT]
    reasons = "".join(f"<p><small>{_inline(row.feedback)}</small></p>" for row in rows if row.feedback)
    return f"<p><b>{_inline(spec.describe(spec.right_answer()))}</b></p>{reasons}<p>{_inline(spec.feedback)}</p>"


def _of_side(model: Any, side: TermSide) -> Any:
    term = side.term
    names = "".join(f'<p lang="{escape(tag)}">{escape(name)}</p>' for tag, name in sorted(term.names.items()))
    word, meaning = f"<p><b>{escape(side.word)}</b></p>", f"<p>{_inline(term.definition)}</p>"
    own = "" if not side.language else f"<p><b>{escape(term.term)}</b></p>"
    front, back = (word, own + meaning + names) if side.asks_meaning else (meaning, word + own + names)
    return _note(model, front, back, f"term/{term.course.key}/{term.key}/{side.face}/{side.language}")


def _note(model: Any, front: str, back: str, name: str) -> Any:
    return genanki.Note(model=model, fields=[front, back], guid=genanki.guid_for("tumen", name))


def _packed(deck: Any, notes: Iterable[Any]) -> bytes:
    for note in notes:
        deck.add_note(note)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(path)
        return path.read_bytes()


def _blocks(text: str) -> str:
    return render_blocks(text, Unlinked())


def _inline(text: str) -> str:
    return render_inline(text, Unlinked())
