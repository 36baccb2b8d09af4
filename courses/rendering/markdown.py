"""Markdown with citations, glossary terms, boxes and directives. Raw HTML is off; nh3 cleans the result as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin

from courses.rendering.languages import direction_of
from courses.rendering.slips import BOXES, slips_plugin

# No bracket may stand within: what is looked ahead for ends where the next attempt begins, so that reading is linear.
_CITATION = re.compile(r"\[(@[^\[\]\n]+)\]")
_CITED = re.compile(r"@([A-Za-z0-9-]+)(?:,\s*(.+))?")
_TERM = re.compile(r"\[\[([a-z0-9-]+)(?:\|([^\[\]\n]+))?\]\]")
_DIRECTIVE = re.compile(r"\{\{\s*(figure|check)\s+([a-z0-9-]+)\s*\}\}")


class Linker(Protocol):
    """Turns what Markdown refers to into HTML and addresses: all that a page with notes does otherwise than others."""

    def cite(self, cited: Sequence[tuple[str, str]]) -> str:
        """Return the HTML of a citation of (source key, locator) pairs."""

    def term(self, key: str, words: str) -> str:
        """Return the HTML of a glossary link; `words` is empty when the author left the term's own name."""

    def lesson(self, reference: str) -> str:
        """Return the address of `lesson-key` or `lesson-key#section`."""


def _citation_rule(state: StateInline, silent: bool) -> bool:
    found = _CITATION.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta = {"cited": list(cited_in(found[1]))}
    state.pos = found.end()
    return True


def cited_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield (source key, locator) for each citation in `@one; @two, p. 4`."""
    for part in text.split(";"):
        found = _CITED.fullmatch(part.strip())
        yield (found[1], (found[2] or "").strip()) if found else (part.strip(), "")


def _term_rule(state: StateInline, silent: bool) -> bool:
    found = _TERM.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("term", "", 0)
        token.meta = {"key": found[1], "words": found[2] or ""}
    state.pos = found.end()
    return True


def _directive_rule(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    found = _DIRECTIVE.fullmatch(line.strip())
    if not found:
        return False
    if not silent:
        token = state.push("directive", "", 0)
        token.meta = {"name": found[1], "key": found[2]}
        token.map = [start, start + 1]
        state.line = start + 1
    return True


def _render_citation(_r: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    linker: Linker = env["linker"]
    return linker.cite(tokens[at].meta["cited"])


def _render_term(_r: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    linker: Linker = env["linker"]
    return linker.term(tokens[at].meta["key"], tokens[at].meta["words"])


def _render_link(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    target = str(tokens[at].attrs.get("href", ""))
    if target.startswith("lesson:"):
        linker: Linker = env["linker"]
        tokens[at].attrSet("href", linker.lesson(target.removeprefix("lesson:")))
    return renderer.renderToken(tokens, at, options, env)


def _render_span(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    language = str(tokens[at].attrGet("lang") or "")
    if language and direction_of(language) == "rtl":
        tokens[at].attrSet("dir", "rtl")
    return renderer.renderToken(tokens, at, options, env)


def _render_table_open(_r: RendererHTML, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    # A wide table scrolls inside its frame; the frame is focusable so that the keyboard can scroll it too.
    return '<div class="scroll" tabindex="0" role="group"><table>'


def _render_table_close(_r: RendererHTML, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return "</table></div>"


def _box_renderer(kind: str) -> Any:
    def render(_r: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
        if tokens[at].nesting == -1:
            return "</aside>\n"
        title = tokens[at].info.strip().removeprefix(kind).strip()
        head = f'<p class="box-title">{nh3.clean_text(title)}</p>' if title else ""
        return f'<aside class="box box-{kind}" aria-label="{nh3.clean_text(title or kind)}">{head}\n'

    return render


def _new_parser(*, has_blocks: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["smartquotes", "replacements"])
    md.inline.ruler.before("link", "citation", _citation_rule)
    md.inline.ruler.before("link", "term", _term_rule)
    md.use(slips_plugin)
    md.use(attrs_plugin, spans=True, allowed=["lang"])
    md.add_render_rule("citation", _render_citation)
    md.add_render_rule("term", _render_term)
    md.add_render_rule("link_open", _render_link)
    md.add_render_rule("span_open", _render_span)
    md.disable("image")
    if has_blocks:
        md.enable("table")
        md.block.ruler.before("paragraph", "directive", _directive_rule, {"alt": ["paragraph"]})
        md.use(deflist_plugin)
        for kind in BOXES:
            md.use(container_plugin, kind, render=_box_renderer(kind))
        md.add_render_rule("table_open", _render_table_open)
        md.add_render_rule("table_close", _render_table_close)
    return md


BLOCKS = _new_parser(has_blocks=True)
INLINE = _new_parser(has_blocks=False)

_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "class", "id", "role", "rel", "aria-label"},
    "abbr": {"title"},
    "aside": {"class", "aria-label"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "i": {"lang"},
    "p": {"class"},
    "span": {"class", "dir", "lang"},
    "sup": {"class"},
    "td": {"style"},
    "th": {"style", "scope"},
}
_TAGS = nh3.ALLOWED_TAGS | {"aside"}


def clean(html: str) -> str:
    """Keep only the elements and attributes our renderers write. No style attribute survives: the CSP forbids them."""
    attributes = {tag: names - {"style"} for tag, names in _ATTRIBUTES.items()}
    return nh3.clean(
        html, tags=set(_TAGS), attributes=attributes, link_rel=None, url_schemes={"http", "https", "mailto"}
    )


def render_tokens(tokens: Sequence[Token], linker: Linker) -> str:
    """Render parsed blocks to clean HTML."""
    env: Mapping[str, Any] = {"linker": linker}
    return clean(BLOCKS.renderer.render(tokens, BLOCKS.options, dict(env)))


def render_blocks(text: str, linker: Linker) -> str:
    """Render Markdown to clean HTML; directives leave nothing."""
    return render_tokens([token for token in BLOCKS.parse(text) if token.type != "directive"], linker)


def render_inline(text: str, linker: Linker) -> str:
    """Render one line of Markdown to clean HTML without a paragraph around it."""
    return clean(INLINE.renderInline(text, {"linker": linker}))


def references_in(tokens: Sequence[Token], *, first_line: int = 1) -> Iterator[tuple[str, str, int]]:
    """Yield (what, key, line) for everything the tokens refer to: source, term, lesson, figure, check."""
    line = first_line
    for token in tokens:
        line = first_line + token.map[0] if token.map else line
        if token.type == "directive":
            yield token.meta["name"], token.meta["key"], line
        for child in token.children or []:
            if child.type == "citation":
                yield from (("source", key, line) for key, _locator in child.meta["cited"])
            elif child.type == "term":
                yield "term", child.meta["key"], line
            elif child.type == "link_open" and str(child.attrs.get("href", "")).startswith("lesson:"):
                yield "lesson", str(child.attrs["href"]).removeprefix("lesson:"), line
