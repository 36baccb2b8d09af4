"""A book → Typst, the language of the typesetter that makes the PDF."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from markdown_it.token import Token

from courses.rendering.languages import direction_of, primary, region_of
from courses.rendering.library import FigureEntry
from courses.rendering.markdown import BLOCKS, INLINE
from courses.takeaway.book import Book, Chapter

# Signs that mean something to Typst: anywhere, or where a text follows a call (`;`, `(` and a point go on with it).
_SPECIAL = re.compile(r"[\\#*_`$<>@=\-+/\[\]~\"';(]|^\.|(?<=\d)[.)]")
FONTS = (
    "Libertinus Serif", "Noto Serif KR", "Noto Serif Hebrew", "Noto Naskh Arabic", "Noto Serif Devanagari",
    "Noto Serif Thai", "Noto Serif JP", "Noto Serif SC",
)  # fmt: skip
"""Fonts in the order they are asked for a letter; those that are not installed are passed over."""
_PLAIN_KEY = re.compile(r"[^A-Za-z0-9-]")
# Blocks and spans that only wrap what is inside them.
_WRAPPERS = {
    "paragraph_open": "",
    "paragraph_close": "\n\n",
    "em_open": "#emph[",
    "strong_open": "#strong[",
    "blockquote_open": "#quote(block: true)[",
    "bullet_list_open": "#list(",
    "bullet_list_close": ")\n\n",
    "ordered_list_close": ")\n\n",
    "list_item_open": "[",
    "list_item_close": "],",
    "dl_open": "#terms(",
    "dl_close": ")\n\n",
    "dt_open": "terms.item([",
    "dt_close": "], ",
    "dd_open": "[",
    "dd_close": "]),",
    "table_close": ")\n\n",
    "thead_open": "table.header(",
    "thead_close": "),",
    "th_open": "[",
    "th_close": "],",
    "td_open": "[",
    "td_close": "],",
    "tr_open": "",
    "tr_close": "",
    "tbody_open": "",
    "tbody_close": "",
    "softbreak": " ",
    "hardbreak": "#linebreak()",
    "hr": "#line(length: 100%)\n\n",
}


def escape(text: str) -> str:
    """Return a text as Typst sets it literally.

    >>> escape("#1 *a* [b] 3.")
    '\\\\#1 \\\\*a\\\\* \\\\[b\\\\] 3\\\\.'
    """
    return _SPECIAL.sub(lambda sign: f"\\{sign[0]}", text)


def quoted(text: str) -> str:
    """Return a text as a string of Typst's code."""
    return json.dumps(text, ensure_ascii=False)


def label(*parts: str) -> str:
    """Return the name of a place that links lead to."""
    return "--".join(_PLAIN_KEY.sub("-", part) for part in parts)


def typst_of(book: Book) -> str:
    """Return the whole book; figures stand in files beside it, `figures/<key>.svg`."""
    renderer = _Renderer(book)
    parts = [
        {
            "title": escape(part.title),
            "years": escape(part.years),
            "summary": renderer.inline(part.summary),
            "chapters": [renderer.chapter(chapter) for chapter in part.chapters],
        }
        for part in book.parts
    ]
    terms = [
        {
            "label": label("term", term.key),
            "names": _names(term.term, term.names),
            "text": renderer.inline(term.definition),
        }
        for term in book.terms
    ]
    context = {
        "title": quoted(book.title),
        "shown_title": escape(book.title),
        "subtitle": escape(book.subtitle),
        "lede": escape(book.lede),
        "licence": escape(book.licence),
        "fonts": ", ".join(map(quoted, FONTS)),
        "language": in_language(book.language),
        "made": escape(f"{book.made_at:%-d %B %Y}"),
        "about": renderer.blocks(book.summary),
        "parts": parts,
        "terms": terms,
        "sources": [{"label": label("source", key), "text": from_html(html)} for key, html in book.cited()],
    }
    return render_to_string("takeaway/book.typ", context)


def _names(term: str, names: Mapping[str, str]) -> str:
    forms = "".join(f" · #text({in_language(tag)})[{escape(words)}]" for tag, words in sorted(names.items()))
    return f"#strong[{escape(term)}]{forms}"


def in_language(tag: str) -> str:
    """Return the arguments that tell Typst of a language, its region and its direction.

    >>> in_language("zh-Hant-TW"), in_language("he")
    ('lang: "zh", region: "TW", dir: ltr', 'lang: "he", dir: rtl')
    """
    region = region_of(tag)
    where = f", region: {quoted(region)}" if region else ""
    return f"lang: {quoted(primary(tag))}{where}, dir: {direction_of(tag)}"


class _Renderer:
    """Renders Markdown tokens. Within a chapter citations are footnotes, elsewhere short references in brackets."""

    def __init__(self, book: Book) -> None:
        self.book, self.library = book, book.library
        self.places = {chapter.key: {key for key, _title, _blocks in chapter.sections()} for chapter in book.chapters}
        self.notes: set[str] | None = None
        self.chapter_key = ""

    def chapter(self, chapter: Chapter) -> dict[str, str]:
        """Render a lesson."""
        self.notes, self.chapter_key = set(), chapter.key
        body = "".join(
            f"#heading(level: 3)[{escape(title)}] <{label(chapter.key, key)}>\n\n" + "".join(map(self._block, blocks))
            for key, title, blocks in chapter.sections()
        )
        self.notes = None
        return {
            "label": label(chapter.key),
            "heading": escape(chapter.heading),
            "subtitle": escape(chapter.subtitle),
            "question": escape(chapter.question),
            "summary": "" if chapter.body else self.inline(chapter.summary),
            "body": body,
        }

    def blocks(self, text: str) -> str:
        """Render Markdown."""
        return self._tokens(BLOCKS.parse(text))

    def inline(self, text: str) -> str:
        """Render one line of Markdown."""
        return self._tokens(INLINE.parseInline(text))

    def _block(self, tokens: list[Token]) -> str:
        if tokens[0].type == "directive":
            return self._figure(self.library.figures[tokens[0].meta["key"]])
        return self._tokens(tokens)

    def _tokens(self, tokens: Sequence[Token]) -> str:
        return "".join(self._token(token, tokens, at) for at, token in enumerate(tokens))

    def _token(self, token: Token, tokens: Sequence[Token], at: int) -> str:
        if token.type == "inline":
            return self._tokens(token.children or [])
        if token.type == "table_open":
            columns = _columns_of(tokens, at)
            return f"#table(columns: {columns}, "
        if token.type == "ordered_list_open":
            return f"#enum(start: {int(token.attrs.get('start', 1))}, "
        if token.type in _WRAPPERS:
            # A paragraph hidden by a tight list ends where its item does.
            return "" if token.hidden else _WRAPPERS[token.type]
        special: Callable[[Token], str] | None = getattr(self, f"_on_{token.type}", None)
        if special is not None:
            return special(token)
        if token.type.startswith("container_"):
            return self._box(token)
        return "]" + ("\n\n" if token.block else "") if token.nesting == -1 else escape(token.content)

    def _on_text(self, token: Token) -> str:
        return escape(token.content)

    def _on_code_inline(self, token: Token) -> str:
        return f"#raw({quoted(token.content)})"

    def _on_fence(self, token: Token) -> str:
        return f"#raw(block: true, {quoted(token.content)})\n\n"

    _on_code_block = _on_fence

    def _on_heading_open(self, _token: Token) -> str:
        return "#heading(level: 4, outlined: false)["

    def _on_span_open(self, token: Token) -> str:
        return f"#text({in_language(str(token.attrs.get('lang', self.book.language)))})["

    def _on_link_open(self, token: Token) -> str:
        target = str(token.attrs.get("href", ""))
        if not target.startswith("lesson:"):
            return f"#link({quoted(target)})["
        key, _hash, section = target.removeprefix("lesson:").partition("#")
        if key not in self.places or (section and section not in self.places[key]):
            return "#["
        return f"#link(<{label(key, section) if section else label(key)}>)["

    def _on_term(self, token: Token) -> str:
        words = token.meta["words"] or self.library.terms[token.meta["key"]].term
        return f"#link(<{label('term', token.meta['key'])}>)[{escape(words)}]"

    def _on_citation(self, token: Token) -> str:
        if self.notes is None:
            short = "; ".join(_with_place(self.library.sources[key].short, place) for key, place in token.meta["cited"])
            return f" ({escape(short)})"
        return "#super[, ]".join(self._note(key, place) for key, place in token.meta["cited"])

    def _note(self, key: str, place: str) -> str:
        assert self.notes is not None  # noqa: S101 (asked for within a chapter only)
        name = label("note", self.chapter_key, key, place)
        if name in self.notes:
            return f"#footnote(<{name}>)"
        self.notes.add(name)
        text = from_html(str(self.library.sources[key].html)) + (f" {escape(place)}." if place else "")
        return f"#footnote[{text}]<{name}>"

    def _box(self, token: Token) -> str:
        if token.nesting == -1:
            return "]\n\n"
        kind = token.type.removeprefix("container_").removesuffix("_open")
        return f"#boxed([{escape(token.info.strip().removeprefix(kind).strip())}])["

    def _figure(self, figure: FigureEntry) -> str:
        caption = self.inline(figure.caption)
        if figure.credit:
            caption += f" #text(size: 0.85em)[{escape(_('Map: %(credit)s') % {'credit': figure.credit})}]"
        title = f"#strong[{escape(figure.title)}]"
        if figure.wide:
            body = f'image("figures/{figure.key}.svg", width: 100%, alt: {quoted(figure.alt)})'
        else:
            body = self._data(figure)
        return f"#shown([{title}], [{caption}], {body})\n\n"

    def _data(self, figure: FigureEntry) -> str:
        heads = "".join(f"[{escape(_head(column))}]," for column in figure.columns)
        cells = "".join(f"[{self._cell(cell)}]," for row in figure.rows for cell in row)
        return f"table(columns: {len(figure.columns)}, table.header({heads}), {cells})"

    def _cell(self, cell: object) -> str:
        if cell is None:
            return "–"
        return self.inline(cell) if isinstance(cell, str) else escape(str(cell))


def _with_place(short: str, place: str) -> str:
    return f"{short}, {place}" if place else short


def _head(column: object) -> str:
    assert isinstance(column, dict)  # noqa: S101 (as declared)
    unit = column.get("unit")
    return f"{column['label']} ({unit})" if unit and unit != "year" else str(column["label"])


def _columns_of(tokens: Sequence[Token], at: int) -> int:
    end = next(place for place in range(at, len(tokens)) if tokens[place].type == "thead_close")
    return sum(token.type == "th_open" for token in tokens[at:end])


class _References(HTMLParser):
    """Turns a formatted reference, which is italics, languages and links, into Typst."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open what the tag stands for."""
        found = dict(attrs)
        if tag == "a":
            self.pieces.append(f"#link({quoted(found.get('href') or '')})[")
        elif tag == "span":
            self.pieces.append(f"#text({in_language(found.get('lang') or 'en')})[")
        else:
            self.pieces.append("#emph[")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        """Close it."""
        self.pieces.append("]")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.pieces.append(escape(data))


def from_html(html: str) -> str:
    """Return a formatted reference in Typst.

    >>> from_html('<i>A &amp; B</i>, <a href="https://a.b/?c=1">a.b</a>')
    '#emph[A & B], #link("https://a.b/?c=1")[a.b]'
    """
    parser = _References()
    parser.feed(html)
    parser.close()
    return "".join(parser.pieces)
