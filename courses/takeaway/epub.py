"""A book → an EPUB 3, written with the standard library: a zip of XHTML, one file a lesson.

The maintained library for it is under the AGPL; an EPUB is a handful of files, which epubcheck judges.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator, Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from courses.rendering.library import FigureEntry, NotesLinker, PlainLinker
from courses.rendering.markdown import render_blocks as render_markdown
from courses.rendering.markdown import render_inline, render_tokens
from courses.takeaway.book import Book, Chapter

_VOID = re.compile(r"<(br|hr|img|col|wbr)\b([^>]*?)\s*/?>")
_NOTEREF = re.compile(r'<a class="noteref"')
_FIGURE_FONT = "sans-serif"
_COVER_EDGES = {"ltr": 60, "rtl": 540}
"""Where the lines of the cover, which is 600 wide, begin."""


def xhtml(html: str) -> SafeString:
    """Return clean HTML as XML: what nh3 and our templates write lacks only closed void elements."""
    return mark_safe(_VOID.sub(r"<\1\2/>", html).replace("&nbsp;", "&#160;"))  # noqa: S308 (clean before and after)


class EpubLinker(NotesLinker):
    """Links within the book: notes and terms at the end of each file or of the book, lessons by their files."""

    def __init__(self, book: Book) -> None:
        super().__init__(book.library)
        self.places = {chapter.key: {key for key, _title, _blocks in chapter.sections()} for chapter in book.chapters}

    def term(self, key: str, words: str) -> str:
        """Return the words, linked to the book's glossary."""
        return format_html(
            '<a class="term" href="glossary.xhtml#term-{}">{}</a>', key, words or self.library.terms[key].term
        )

    def lesson(self, reference: str) -> str:
        """Return the file of a lesson, and the place in it."""
        key, _hash, section = reference.partition("#")
        return f"{key}.xhtml" + (f"#{section}" if section in self.places.get(key, ()) else "")


class _BackLinker(PlainLinker):
    """Links citations and terms of the glossary within the book."""

    def __init__(self, book: Book) -> None:
        super().__init__(book.library)
        self.epub = EpubLinker(book)

    def cite(self, cited: Sequence[tuple[str, str]]) -> str:
        """Return short references, linked to the bibliography."""
        names = ((key, self.library.sources[key].short, f", {place}" if place else "") for key, place in cited)
        return format_html(" ({})", format_html_join("; ", '<a href="bibliography.xhtml#source-{}">{}{}</a>', names))

    def term(self, key: str, words: str) -> str:
        """Return the words, linked to the glossary."""
        return self.epub.term(key, words)

    def lesson(self, reference: str) -> str:
        """Return the file of a lesson."""
        return self.epub.lesson(reference)


def epub_of(book: Book) -> bytes:
    """Return the EPUB."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        stamp = book.made_at.timetuple()[:6]
        first = ZipInfo("mimetype", stamp)
        first.compress_type = ZIP_STORED
        archive.writestr(first, "application/epub+zip")
        for name, content in _files(book):
            entry = ZipInfo(name, stamp)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def _files(book: Book) -> Iterator[tuple[str, str]]:
    figures = {
        key: chapter.colour
        for chapter in book.chapters
        for key in chapter.figure_keys()
        if book.library.figures[key].wide
    }
    plain = _BackLinker(book)
    context: dict[str, Any] = {
        "book": book,
        "identifier": uuid.uuid5(uuid.NAMESPACE_URL, f"tumen:{book.key}").urn,
        "modified": f"{book.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "figures": sorted(figures),
        "about": xhtml(render_markdown(book.summary, plain)),
        "cover_edge": _COVER_EDGES[book.direction],
        "title_lines": _lines(book.title, 18),
        "subtitle_lines": _lines(book.subtitle, 34),
    }
    yield "META-INF/container.xml", render_to_string("takeaway/container.xml", context)
    yield "EPUB/package.opf", render_to_string("takeaway/package.opf", context)
    yield "EPUB/nav.xhtml", render_to_string("takeaway/nav.xhtml", context)
    yield "EPUB/cover.svg", render_to_string("takeaway/cover.svg", context)
    yield "EPUB/book.css", render_to_string("takeaway/book.css", context)
    yield "EPUB/cover.xhtml", render_to_string("takeaway/cover.xhtml", context)
    yield "EPUB/about.xhtml", render_to_string("takeaway/about.xhtml", context)
    for chapter in book.chapters:
        yield (
            f"EPUB/{chapter.key}.xhtml",
            render_to_string("takeaway/chapter.xhtml", {**context, **_chapter(book, chapter)}),
        )
    terms = [{"entry": term, "html": xhtml(render_inline(term.definition, plain))} for term in book.terms]
    yield "EPUB/glossary.xhtml", render_to_string("takeaway/glossary.xhtml", {**context, "terms": terms})
    sources = [(key, xhtml(html)) for key, html in book.cited()]
    yield "EPUB/bibliography.xhtml", render_to_string("takeaway/bibliography.xhtml", {**context, "sources": sources})
    for key, colour in figures.items():
        yield f"EPUB/figures/{key}.svg", book.drawing(book.library.figures[key], colour, font=_FIGURE_FONT)


def _chapter(book: Book, chapter: Chapter) -> dict[str, Any]:
    linker = EpubLinker(book)
    sections = [
        {"key": key, "title": title, "html": xhtml("".join(_block(block, linker) for block in blocks))}
        for key, title, blocks in chapter.sections()
    ]
    notes = [{"number": note.number, "html": xhtml(str(note.html))} for note in linker.notes.values()]
    summary = xhtml(render_inline(chapter.summary, _BackLinker(book)))
    return {"chapter": chapter, "sections": sections, "notes": notes, "summary": summary}


def _block(tokens: list[Token], linker: EpubLinker) -> str:
    if tokens[0].type == "directive":
        return _figure(linker.library.figures[tokens[0].meta["key"]], linker)
    return _NOTEREF.sub('<a epub:type="noteref" class="noteref"', render_tokens(tokens, linker))


def _figure(figure: FigureEntry, linker: EpubLinker) -> str:
    cells = [[_cell(cell, linker) for cell in row] for row in figure.rows]
    context = {"figure": figure, "rows": cells, "caption": _noted(figure.caption, linker)}
    return render_to_string("takeaway/figure.xhtml", context)


def _cell(cell: object, linker: EpubLinker) -> object:
    return _noted(cell, linker) if isinstance(cell, str) else cell


def _noted(text: str, linker: EpubLinker) -> SafeString:
    return xhtml(_NOTEREF.sub('<a epub:type="noteref" class="noteref"', render_inline(text, linker)))


def _lines(text: str, length: int) -> list[str]:
    """Break a title for the cover, which as an SVG breaks no lines itself."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < length:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
