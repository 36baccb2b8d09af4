"""Markdown → safe HTML, with citations, terms, boxes and links to lessons."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rendering.lessons import BadLesson, parse_sections, read_sections, render_lesson
from courses.rendering.library import FigureEntry, Library, NotesLinker, PlainLinker, TermEntry, Unlinked
from courses.rendering.markdown import BLOCKS, BOXES, clean, references_in, render_blocks, render_inline
from courses.rendering.references import format_reference

TREATY = {"id": "treaty", "type": "treaty", "title": "Treaty of Friendship", "issued": "1961-07-06"}
BOOK = {
    "id": "koval",
    "type": "book",
    "title": "Roubles",
    "author": [{"family": "Koval", "given": "Anna"}],
    "issued": "2001",
}
TREATY_LINE, BOOK_LINE = format_reference(TREATY), format_reference(BOOK)


@pytest.fixture
def library():
    """Two sources, a term, a figure and a lesson."""
    figure = FigureEntry(
        key="trade",
        title="Trade",
        caption="It doubled.[@koval]",
        alt="Two numbers.",
        columns=[{"label": "Year"}, {"label": "Value", "unit": "million"}],
        rows=[[1960, 100.5], [1970, "about *two* hundred"], [1980, None]],
    )
    return Library(
        base="/courses/treaties/",
        sources={"treaty": TREATY_LINE, "koval": BOOK_LINE},
        terms={"aid": TermEntry("Mutual aid", {"ko": "원조", "ru": "помощь"}, "A <em>promise</em>.")},
        figures={"trade": figure},
        lessons={"trade": "1.2 Trade"},
    )


class Seen(HTMLParser):
    """What a browser would make of a text: elements, attributes, and nothing else."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


# Nothing dangerous survives.

DANGEROUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html,<script>1</script>)",
    "<javascript:alert(1)>",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example){onclick="alert(1)" style="color:red"}',
    '[x]{lang=ko style="color:red" onclick="alert(1)" class=evil id=evil}',
    '[x]{lang="\\"><script>alert(1)</script>"}',
    "![x](https://evil.example/x.png)",
    "<style>body{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
    '::: note "><script>alert(1)</script>\nwords\n:::',
    "::: note <b onclick=alert(1)>x</b>\nwords\n:::",
    "|a|b|\n|:--|--:|\n|<b style=x>1</b>|[x](javascript:alert(1))|\n",
    "[[aid|<script>alert(1)</script>]]",
    "[@treaty, <script>alert(1)</script>]",
    '[x](lesson:trade"onclick="alert(1))',
    "[x](lesson:javascript:alert(1))",
    "<svg onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
SAFE_TAGS = {
    "a", "aside", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "li", "ol", "p", "pre", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SAFE_ATTRIBUTES = {"href", "title", "class", "id", "role", "rel", "aria-label", "lang", "tabindex", "scope", "start"}


def assert_harmless(html: str) -> None:
    seen = Seen(html)
    assert seen.tags <= SAFE_TAGS
    assert {name for name, _value in seen.attributes} <= SAFE_ATTRIBUTES
    for name, value in seen.attributes:
        assert name != "href" or value.startswith(("https://", "http://", "mailto:", "/", "#")) or ":" not in value


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_that_runs_or_loads_survives(library, text):
    for linker in (Unlinked(), PlainLinker(library), NotesLinker(library)):
        assert_harmless(render_blocks(text, linker))
        assert_harmless(render_inline(text, linker))


@given(st.lists(st.sampled_from([*DANGEROUS, *"[](){}<>\"'`*_|:\\\n\n &@;-"]) | st.text(max_size=4), max_size=8))
def test_nothing_that_runs_or_loads_survives_in_any_company(parts):
    text = "".join(parts)

    assert_harmless(render_blocks(text, Unlinked()))
    assert_harmless(render_inline(text, Unlinked()))


def test_raw_html_is_shown_as_the_text_it_is():
    assert render_inline("<b>x</b> & y", Unlinked()) == "&lt;b&gt;x&lt;/b&gt; &amp; y"


def test_no_style_attribute_survives():
    aligned = render_blocks("|a|b|\n|:--|--:|\n|1|2|\n", Unlinked())

    assert "<table>" in aligned
    assert "style" not in aligned
    assert clean('<td style="color:red" class="x">1</td><p style="x">2</p>') == "<td>1</td><p>2</p>".replace(
        "<td>1</td>", "1"
    )


def test_an_image_from_elsewhere_becomes_a_link_at_most():
    assert "<img" not in render_inline("![a map](https://evil.example/map.png)", Unlinked())


# What authors write.


def test_foreign_words_carry_their_language():
    assert render_inline("[호상원조]{lang=ko}", Unlinked()) == '<span lang="ko">호상원조</span>'


def test_an_ordinary_link_stays():
    assert render_inline("[x](https://a.example/b?c=1)", Unlinked()) == '<a href="https://a.example/b?c=1">x</a>'


def test_a_table_scrolls_in_a_frame_the_keyboard_reaches():
    html = render_blocks("|Year|Value|\n|--|--|\n|1990|2|\n", Unlinked())

    assert html.startswith('<div class="scroll" tabindex="0" role="group"><table>')


@pytest.mark.parametrize("kind", BOXES)
def test_each_kind_of_box_has_its_title(kind):
    html = render_blocks(f"::: {kind} Who wrote it\nWords.\n:::", Unlinked())

    assert html.startswith(f'<aside class="box box-{kind}" aria-label="Who wrote it">')
    assert '<p class="box-title">Who wrote it</p>' in html
    assert "<p>Words.</p>" in html


def test_a_box_without_a_title_is_named_by_its_kind():
    assert 'aria-label="note"' in render_blocks("::: note\nWords.\n:::", Unlinked())


@pytest.mark.parametrize(
    ("linker", "url"), [(Unlinked, "#trade#meaning"), (PlainLinker, "/courses/treaties/lessons/trade/#meaning")]
)
def test_a_link_to_a_lesson_finds_its_way(library, linker, url):
    made = linker() if linker is Unlinked else linker(library)

    assert f'href="{url}"' in render_inline("[x](lesson:trade#meaning)", made)


def test_where_nothing_can_be_cited_the_words_stay():
    assert render_inline("It lapsed.[@treaty; @koval, p. 4] [[aid|help]] [[aid]]", Unlinked()) == (
        "It lapsed.[@treaty; @koval] help aid"
    )


def test_a_page_without_notes_cites_in_brackets(library):
    html = render_inline("It lapsed.[@treaty; @koval, p. 4] [[aid|help]]", PlainLinker(library))

    assert '<a href="/courses/treaties/sources/#treaty">Treaty of Friendship, 1961</a>' in html
    assert '<a href="/courses/treaties/sources/#koval">Koval, 2001, p. 4</a>' in html
    assert '<a class="term" href="/courses/treaties/glossary/#aid">help</a>' in html


# A lesson's notes.


def test_notes_are_numbered_in_the_order_they_are_met(library):
    linker = NotesLinker(library)

    html = render_blocks("One.[@koval] Two.[@treaty, art. 1] Three.[@koval] Four.[@treaty]", linker)

    numbers = [value for name, value in Seen(html).attributes if name == "href"]
    assert numbers == ["#note-1", "#note-2", "#note-1", "#note-3"]
    assert [(note.number, note.key) for note in linker.notes.values()] == [(1, "koval"), (2, "treaty"), (3, "treaty")]
    assert "art. 1" in linker.notes["treaty", "art. 1"].html
    assert html.count('role="doc-noteref"') == 4


def test_two_sources_in_one_citation_have_a_number_each(library):
    assert render_inline("One.[@koval; @treaty]", NotesLinker(library)).count("<a ") == 2


def test_the_margin_shows_each_note_and_term_once(library):
    linker = NotesLinker(library)
    render_blocks("One.[@koval] [[aid]]", linker)
    first = linker.take_new()
    render_blocks("Two.[@koval] [[aid]] [@treaty]", linker)
    second = linker.take_new()

    assert ([note.key for note in first[0]], [key for key, _entry in first[1]]) == (["koval"], ["aid"])
    assert ([note.key for note in second[0]], second[1]) == (["treaty"], [])


def test_a_term_carries_its_originals():
    entry = TermEntry("Mutual aid", {"ru": "<b>", "he": "עזרה", "ko": "원조"}, "A promise.")

    assert entry.originals == (
        ' · <span lang="he" dir="rtl">עזרה</span> · <span lang="ko" dir="ltr">원조</span>'
        ' · <span lang="ru" dir="ltr">&lt;b&gt;</span>'
    )


LESSON = """\
## First {#first}

One.[@koval] See [[aid|help]].

{{ check c-1 }}

Two.[@treaty]

## Second {#second}

{{ figure trade }}
"""


def test_a_lesson_is_rendered_section_by_section(library):
    lesson = render_lesson(LESSON, library)

    first, second = lesson.sections
    assert (first.key, first.title, second.key) == ("first", "First", "second")
    assert [list(part) for part in first.parts] == [["html"], ["check"], ["html"]]
    assert first.parts[1]["check"] == "c-1"
    assert [(note["number"], note["key"]) for note in lesson.notes] == [(1, "koval"), (2, "treaty")]
    assert lesson.source_keys == ["koval", "treaty"]
    assert [(term["key"], term["term"]) for term in lesson.terms] == [("aid", "Mutual aid")]


def test_each_block_has_a_margin_of_its_own_notes_and_terms(library):
    first, _check, second = render_lesson(LESSON, library).sections[0].parts

    assert first["html"].count('class="margin"') == second["html"].count('class="margin"') == 1
    assert ("Koval, 2001" in first["html"], "Koval, 2001" in second["html"]) == (True, False)
    assert ("Treaty of Friendship, 1961" in first["html"], "Treaty of" in second["html"]) == (False, True)
    assert "원조" in first["html"]


def test_a_figure_has_its_caption_and_its_data(library):
    html = render_lesson(LESSON, library).sections[1].parts[0]["html"]

    assert "<figcaption>It doubled." in html
    assert 'href="#note-1"' in html
    assert '<th scope="row">1960</th>' in html
    assert "<td>about <em>two</em> hundred</td>" in html
    assert "no figure" in html


@pytest.mark.parametrize(
    ("body", "words", "line"),
    [
        ("Words.\n\n## A {#a}", "begins with a section", 1),
        ("## A {#a}\n\n## B\n", "has no key", 3),
        ("## A {#a}\n\nx\n\n## B {#a}\n", "used twice", 5),
        ("## A {#A}\n", "has no key", 1),
    ],
)
def test_a_body_that_is_not_made_of_sections_is_refused_at_its_line(body, words, line):
    with pytest.raises(BadLesson, match=words) as refusal:
        parse_sections(body)

    assert refusal.value.line == line


def test_everything_wrong_with_a_body_is_found():
    _sections, faults = read_sections("Words.\n\n## A {#a}\n\n## B\n\n## C {#a}\n")

    assert [fault.line for fault in faults] == [1, 5, 7]


def test_an_empty_body_has_no_sections():
    assert parse_sections("") == []


def test_references_are_found_with_their_lines():
    text = """\
One.[@koval; @treaty, p. 4]

| a |
|---|
| [x](lesson:trade#meaning) |

::: note
[[aid|help]]
:::

{{ figure trade }}

- {{ check c-1 }} is text here

{{ check c-1 }}
"""

    assert list(references_in(BLOCKS.parse(text), first_line=10)) == [
        ("source", "koval", 10),
        ("source", "treaty", 10),
        ("lesson", "trade#meaning", 14),
        ("term", "aid", 17),
        ("figure", "trade", 20),
        ("check", "c-1", 24),
    ]


def test_what_only_looks_like_a_reference_is_none():
    text = "`[@koval]` \\[@treaty] [[Not A Key]] [x](https://a.example) {{ figure trade }} at the end"

    assert list(references_in(BLOCKS.parse(text))) == []
