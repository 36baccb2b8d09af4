"""Near misses: what looks like our Markdown, or like common Markdown we have not, and would be printed as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

BOXES = ("prequestion", "source", "study", "dispute", "note")

# Every pattern is tried where one of its first signs stands and looks ahead for a bounded stretch, so that a text of
# nothing but such signs is read in linear time.
_TAGS = (
    "a|abbr|article|aside|audio|b|big|blockquote|body|br|center|cite|code|del|details|div|dl|em|embed|figure|font|form|"
    "h[1-6]|head|hr|html|i|iframe|img|input|ins|kbd|li|link|mark|meta|object|ol|p|pre|q|s|script|section|small|span|"
    "strong|style|sub|summary|sup|svg|table|tbody|td|th|thead|title|tr|tt|u|ul|var|video"
)
_PATTERNS = {
    "[": (
        ("term", re.compile(r"\[\[(?:[^\[\]\n]{0,200}\]\]?)?")),
        ("footnote", re.compile(r"\[\^(?:[^\[\]\n]{0,100}\])?")),
        ("citation", re.compile(r"\[@|\[[^\[\]\n@]{0,100}(?<![\w.])@[\w:-]{1,100}[^\[\]\n]{0,100}\](?![({])")),
    ),
    "]": (("link", re.compile(r"\]\((?:[^()\n]{0,300}\))?")), ("language", re.compile(r"\]\{(?:[^{}\n]{0,100}\})?"))),
    "!": (("image", re.compile(r"!\[(?:[^\[\]\n]{0,300}\](?:\([^()\n]{0,300}\))?)?")),),
    "{": (("directive", re.compile(r"\{\{(?:[^{}\n]{0,200}\}\}?)?")),),
    "<": (
        ("html", re.compile(rf"</?(?:{_TAGS})(?=[\s/>])[^<>]{{0,300}}>", re.IGNORECASE)),
        ("html", re.compile(r"<!--")),
    ),
    ":": (("box", re.compile(r":::[^\n]{0,200}")),),
}
_LINKS = ("http://", "https://", "mailto:", "lesson:")
_MAYBE = re.compile(r"[\[\]{<!]|:::|^\s*#|^[\s>]*(?:-{2,}|=+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Slip:
    """Something that is no markup of ours: what it is meant for, as it is written, and its line."""

    what: str
    written: str
    line: int

    @property
    def reason(self) -> str:
        """Return what is wrong."""
        return _REASONS[self.what]() % {"written": self.written}

    @property
    def suggestion(self) -> str:
        """Return what to write in its place."""
        return _SUGGESTIONS[self.what]()


def _printed() -> str:
    return _("“%(written)s” would be printed as it stands.")


_REASONS: dict[str, Callable[[], str]] = {
    **dict.fromkeys(("term", "footnote", "citation", "link", "language", "directive", "html", "box"), _printed),
    "image": lambda: _("“%(written)s” is a picture; a text holds none."),
    "heading": lambda: _("“%(written)s” is a heading of a section, and this is inside one."),
    "underline": lambda: _("The line below “%(written)s” makes it a heading."),
    "unclosed": lambda: _("The box “%(written)s” is not closed, so that everything below it is inside."),
    "target": lambda: _("The link to “%(written)s” leads nowhere."),
    "section": lambda: _("There is no section “%(written)s” in this lesson."),
    "note": lambda: _("“%(written)s” is the text of a footnote; nothing shows it."),
}
_SUGGESTIONS: dict[str, Callable[[], str]] = {
    "term": lambda: _("Write [[key]] or [[key|words]]; keys are lower-case words joined by hyphens."),
    "footnote": lambda: _("Cite a source as [@key], or put the note into the text."),
    "note": lambda: _("Cite a source as [@key], or put the note into the text."),
    "citation": lambda: _("Write [@key], [@key, p. 4] or [@one; @two], with nothing before the “@”."),
    "link": lambda: _("Link to https://…, mailto:… or lesson:key, without spaces."),
    "target": lambda: _("Link to https://…, mailto:… or lesson:key."),
    "section": lambda: _("Link to a section by its key, or to another lesson as lesson:key#section."),
    "language": lambda: _("Mark foreign words as [words]{lang=ko}, with the code of their language."),
    "image": lambda: _("Make it a figure, or link to it without the “!”."),
    "directive": lambda: _("Write {{ figure key }} or {{ check key }} in a lesson, on a line of its own."),
    "html": lambda: _("Write it in Markdown; an example of HTML goes between backticks."),
    "box": lambda: (
        _("A box opens with “::: kind Title” and closes with “:::”. Kinds: %(kinds)s.") % {"kinds": ", ".join(BOXES)}
    ),
    "unclosed": lambda: _("Close it with a line “:::”."),
    "heading": lambda: _("Write “###”. A section begins at the start of a line: ## Title {#key}."),
    "underline": lambda: _("Leave a line empty between them."),
}


def slips_plugin(md: MarkdownIt) -> None:
    """Make near misses tokens of their own. They are rendered as the text they are."""
    md.inline.ruler.before("link", "slip", _slip_rule)
    md.core.ruler.after("block", "boxes", _boxes_rule)
    md.add_render_rule("slip", _render_slip)


def may_hold_markup(text: str) -> bool:
    """Say whether a text holds any sign that could begin markup of ours, before it is parsed in earnest."""
    return _MAYBE.search(text) is not None


def slips_in(tokens: Sequence[Token], *, first_line: int = 1, sections: Collection[str] = ()) -> Iterator[Slip]:
    """Yield what the tokens hold of near misses, each once; `sections` are what the text may link to within itself.

    What closes a box or an element that is none belongs to its opening, and the text of a footnote to its number.
    """
    met: set[str] = set()
    open_boxes = 0
    for slip in _all_slips(tokens, first_line, sections):
        if slip.what == "box":
            is_close = slip.written == ":::" and open_boxes > 0
            open_boxes += -1 if is_close else slip.written != ":::"
        else:
            is_close = (slip.what == "html" and slip.written.startswith("</") and "html" in met) or (
                slip.what == "note" and "footnote" in met
            )
        met.add(slip.what)
        if not is_close:
            yield slip


def _all_slips(tokens: Sequence[Token], first_line: int, sections: Collection[str]) -> Iterator[Slip]:
    line = first_line
    for at, token in enumerate(tokens):
        line = first_line + token.map[0] if token.map else line
        if token.type == "heading_open" and token.tag in ("h1", "h2"):
            what = "heading" if token.markup.startswith("#") else "underline"
            yield Slip(what, tokens[at + 1].content[:60], line)
        elif token.type.startswith("container_") and token.meta.get("is_unclosed"):
            yield Slip("unclosed", token.info.strip(), line)
        elif token.type == "slip":
            yield Slip(token.info, token.content, line)
        yield from _slips_among(token.children or [], line, sections)


def _slips_among(children: Sequence[Token], line: int, sections: Collection[str]) -> Iterator[Slip]:
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "slip":
            yield Slip(child.info, child.content.strip(), line)
        elif child.type == "link_open":
            target = str(child.attrs.get("href", ""))
            if target.startswith("#") and sections and target[1:] not in sections:
                yield Slip("section", target[1:], line)
            elif not target.startswith(_LINKS) and not (target.startswith("#") and sections):
                yield Slip("target", target, line)


def _slip_rule(state: StateInline, silent: bool) -> bool:
    sign = state.src[state.pos]
    for what, pattern in _PATTERNS.get(sign, ()):
        found = pattern.match(state.src, state.pos)
        if found and (what != "box" or state.pos == 0 or state.src[state.pos - 1] == "\n"):
            if not silent:
                token = state.push("slip", "", 0)
                token.info, token.content = what, found[0]
            state.pos = found.end()
            return True
    return False


def _boxes_rule(state: StateCore) -> None:
    """Mark boxes that nothing closes, and the texts of footnotes, which Markdown takes for addresses of links."""
    lines = state.src.split("\n")
    for token in state.tokens:
        if token.type.startswith("container_") and token.nesting == 1 and token.map:
            end = token.map[1]
            token.meta["is_unclosed"] = end >= len(lines) or not lines[end].lstrip("> \t").startswith(":::")
    for label, reference in state.env.get("references", {}).items():
        if label.startswith("^"):
            token = Token("slip", "", 0, map=reference.get("map"), info="note", content=f"[{label.lower()}]: …")
            token.block = token.hidden = True
            state.tokens.append(token)


def _render_slip(_r: RendererHTML, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    return "" if tokens[at].block else escapeHtml(tokens[at].content)
