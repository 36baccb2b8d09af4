"""A course to take away: PDF, EPUB and one page to print say what the lessons say, and no more."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from courses.models import Course
from courses.takeaway.epub import epub_of
from courses.takeaway.fetch import book_of
from courses.takeaway.files import FORMS, make
from courses.takeaway.pdf import pdf_of
from courses.takeaway.typst import typst_of
from quizzes.management.commands.load_content import shipped_folders
from tests.content.sample import edit, write_sample
from tests.make import NOW, load, make_course
from tests.pages.test_cost import counted

XHTML = "{http://www.w3.org/1999/xhtml}"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
RICH = """## Signs that mean something #1 {#signs}

Typst's own: # * _ ` $ < > @ = - + / [ ] ~ \\ ; ( ) { } and 3.14, "quotes", a&b;
[[mutual-assistance|help]]; more. [[mutual-assistance]](at once)

1961\\. A year begins no list.

[호상원조]{lang=ko} and *[взаимная]{lang=ru}* `code #x` **bold**.[@treaty-1961] Again.[@treaty-1961; @koval-2001, p. 4]

3. One
4. Two
   - inner

> Said.

| A | B |
|---|---|
| 1 | [x](https://example.org/?a=1&b=2) |

Term
: Meaning

***

### Below

::: note A title: *here*
In a box, with [the trade](lesson:trade#figures) and [the whole](lesson:trade).
:::

    code block
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_sample(tmp_path / "treaties")
    path = folder / "lessons" / "alliance.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n" + RICH, encoding="utf-8")
    chart = "chart: {mark: bar, encoding: {x: {field: year, type: ordinal}, y: {field: value, type: quantitative}}}\n"
    edit(folder, "figures/trade.yaml", "columns:", f"{chart}columns:")
    return folder


@pytest.fixture
def course(folder: Path, db: None) -> Course:
    load(folder)
    return Course.objects.get()


def opened(content: bytes) -> ZipFile:
    return ZipFile(io.BytesIO(content))


def xml(content: bytes | str) -> ElementTree.Element:
    return ElementTree.fromstring(content)


def test_the_epub_is_well_formed_and_every_link_in_it_leads_somewhere(course: Course) -> None:
    archive = opened(epub_of(book_of(course, now=NOW)))
    pages = {name: xml(archive.read(name)) for name in archive.namelist() if name.endswith("html")}
    ids = {name: {node.get("id") for node in page.iter()} for name, page in pages.items()}
    links = 0

    assert archive.infolist()[0].filename == "mimetype"
    assert archive.infolist()[0].compress_type == ZIP_STORED
    for name, page in pages.items():
        assert len([node for node in page.iter() if node.get("id")]) == len(ids[name] - {None})
        for node in page.iter():
            target = node.get("href") or node.get("src") or ""
            if not target or "://" in target:
                continue
            file, _hash, anchor = target.partition("#")
            file = f"EPUB/{file}" if file else name
            assert file in archive.namelist(), target
            assert not anchor or anchor in ids[file], target
            links += 1
    assert links > 20


def test_the_epub_marks_notes_languages_and_pictures(course: Course) -> None:
    archive = opened(epub_of(book_of(course, now=NOW)))
    lesson = xml(archive.read("EPUB/alliance.xhtml"))
    trade = xml(archive.read("EPUB/trade.xhtml"))

    kinds = [node.get(EPUB_TYPE) for node in lesson.iter() if node.get(EPUB_TYPE)]
    assert kinds.count("footnote") == 4
    assert kinds.count("noteref") == 6
    assert [node.get("lang") for node in lesson.iter(f"{XHTML}span")] == ["ko", "ru"]
    [picture] = list(trade.iter(f"{XHTML}img"))
    assert picture.get("alt") == "Two numbers, the second twice the first."
    drawing = archive.read("EPUB/figures/trade.svg").decode()
    assert xml(drawing).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in drawing
    assert "check" not in archive.read("EPUB/alliance.xhtml").decode()
    assert b"schema:accessMode" in archive.read("EPUB/package.opf")


@pytest.mark.parametrize(
    ("language", "direction", "edge"),
    [("ar", "rtl", "540"), ("he-IL", "rtl", "540"), ("en", "ltr", "60"), ("ko", "ltr", "60")],
)
def test_the_epub_runs_in_the_direction_of_its_language(
    course: Course, language: str, direction: str, edge: str
) -> None:
    course.language = language

    archive = opened(epub_of(book_of(course, now=NOW)))

    package, cover = xml(archive.read("EPUB/package.opf")), xml(archive.read("EPUB/cover.svg"))
    assert package.get("dir") == direction
    assert [each.get("page-progression-direction") for each in package.iter() if each.tag.endswith("spine")] == [
        direction
    ]
    pages = [xml(archive.read(name)) for name in archive.namelist() if name.endswith("html")]
    assert {(page.get("lang"), page.get("dir")) for page in pages} == {(language, direction)}
    lines = [each for each in cover.iter() if each.tag.endswith("text")]
    assert {(line.get("direction"), line.get("x")) for line in lines} == {(direction, edge)}


@pytest.mark.parametrize("name", ["sample", "sample in Arabic", "shipped"])
def test_epubcheck_finds_nothing(folder: Path, tmp_path: Path, db: None, name: str) -> None:
    if name == "sample in Arabic":
        edit(folder, "course.yaml", "title: Treaties", "title: Treaties\nlanguage: ar")
    jar = shutil.which("epubcheck")
    if jar is None:
        assert "epubcheck" not in os.environ.get("TUMEN_REQUIRE", ""), "epubcheck is required here and was not found"
        pytest.skip("no epubcheck on this machine: make test promises to run anywhere, and .ci/run requires it")
    load(shipped_folders()[0] if name == "shipped" else folder)
    path = make(Course.objects.get(), FORMS["epub"], now=NOW, path=tmp_path / "book.epub")

    done = subprocess.run(["java", "-jar", jar, str(path)], capture_output=True, text=True, check=False)

    assert "0 fatals / 0 errors / 0 warnings" in done.stdout + done.stderr, done.stdout + done.stderr


def test_a_lesson_that_is_not_written_is_an_outline_in_the_epub(course: Course) -> None:
    course.lessons.filter(key="trade").update(body="", summary="What is to *come*.")

    text = opened(epub_of(book_of(course, now=NOW))).read("EPUB/trade.xhtml").decode()

    assert "What is to <em>come</em>." in text
    assert "not written yet" in text


def test_typst_sets_every_sign_as_it_was_written(course: Course) -> None:
    source = typst_of(book_of(course, now=NOW))

    assert r"\# \* \_ \` \$ \< \> \@ \= \- \+ \/ \[ \] \~ \\ \; \( ) { } and 3\.14" in source
    assert r"[help]\; more" in source
    assert r"[Mutual assistance]\(at once)" in source
    assert r"1961\. A year" in source
    assert '#text(lang: "ko", dir: ltr)[호상원조]' in source
    assert "#link(<trade--figures>)[the trade]" in source
    assert '#link("https://example.org/?a=1&b=2")[x]' in source
    assert "#enum(start: 3, " in source
    assert source.count("#footnote[") == 5
    assert source.count("#footnote(<") == 3
    assert 'image("figures/trade.svg", width: 100%, alt: "Two numbers, the second twice the first.")' in source


def test_the_pdf_is_tagged_and_accessible_by_its_own_word(course: Course) -> None:
    content = pdf_of(book_of(course, now=datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=UTC)))

    assert content.startswith(b"%PDF-1.")
    assert b"/StructTreeRoot" in content
    assert b"/MarkInfo" in content
    assert b"/Lang(en" in content
    assert b"pdfuaid:part" in content


@pytest.mark.parametrize("folder", [pytest.param(each, id=each.name) for each in shipped_folders()])
def test_every_shipped_course_can_be_set(folder: Path, db: None) -> None:
    load(folder)

    content = pdf_of(book_of(Course.objects.get(), now=NOW))

    # Both fonts are in it, the second for Korean.
    assert b"LibertinusSerif" in content
    assert b"NotoSerifKR" in content


def test_nothing_retired_and_no_key_is_taken_away(course: Course) -> None:
    course.lessons.filter(key="trade").update(is_retired=True)
    course.terms.update(is_retired=True)
    book = book_of(course, now=NOW)
    archive = opened(epub_of(book))

    text = typst_of(book) + "".join(archive.read(name).decode() for name in archive.namelist())

    assert "EPUB/trade.xhtml" not in archive.namelist()
    assert "The first article says so" not in text
    assert "Read the first article again" not in text


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"] or "")
        if (href := found.get("href") or "").startswith("#"):
            self.targets.append(href[1:])


def test_the_page_to_print_holds_everything_once_and_its_links_stay_on_it(course: Course) -> None:
    page = Client().get("/courses/treaties/print/").content.decode()
    found = _Ids()
    found.feed(page)

    assert len(found.ids) == len(set(found.ids))
    assert set(found.targets) <= set(found.ids)
    assert {
        "alliance--note-1",
        "trade--note-1",
        "alliance--promise-p1",
        "trade--figures",
        "term--mutual-assistance",
    } <= set(found.ids)
    assert 'href="#trade--figures"' in page
    assert 'class="margin"' not in page
    assert "The first article says so" not in page


def test_the_page_to_print_costs_the_same_for_two_lessons_and_twenty(db: None) -> None:
    costs = []
    for lessons in (2, 20):
        course = make_course(key=f"course-{lessons}", lessons=lessons)
        with counted() as queries:
            assert Client().get(f"/courses/{course.key}/print/").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 6


def test_only_what_was_made_is_offered(course: Course) -> None:
    page = Client().get("/courses/treaties/take-away/").content.decode()
    assert "PDF" not in page.split("<main", 1)[1]
    assert "/courses/treaties/print/" in page
    assert Client().get("/courses/treaties/take-away/pdf/").status_code == 404

    call_command("export_course", "treaties", "--format", "epub", stdout=io.StringIO())
    page = Client().get("/courses/treaties/take-away/").content.decode()

    assert 'href="/courses/treaties/take-away/epub/"' in page
    assert re.search(r"KB, made on \d+ \w+ \d{4} at \d\d:\d\d UTC", page.replace("\xa0", " "))
    assert Client().get("/courses/treaties/take-away/docx/").status_code == 404


def test_a_file_is_given_with_what_a_browser_needs_to_keep_it(course: Course) -> None:
    make(course, FORMS["epub"], now=NOW)
    browser = Client()

    given = browser.get("/courses/treaties/take-away/epub/")
    again = browser.get("/courses/treaties/take-away/epub/", headers={"If-None-Match": given["ETag"]})

    assert given["Content-Type"] == "application/epub+zip"
    assert given["Content-Disposition"] == 'attachment; filename="treaties.epub"'
    assert "private" in given["Cache-Control"]
    assert given.content[:2] == b"PK"
    assert again.status_code == 304


def test_the_command_writes_to_a_file_and_says_what_it_lacks(
    course: Course, tmp_path: Path, settings: Settings
) -> None:
    said = io.StringIO()

    call_command("export_course", "treaties", "--format", "epub", "--output", tmp_path / "own.epub", stdout=said)

    assert opened((tmp_path / "own.epub").read_bytes()).namelist()[0] == "mimetype"
    assert str(tmp_path / "own.epub") in said.getvalue()
    assert not Path(settings.TAKE_AWAY_DIR).exists()
    with pytest.raises(CommandError, match="no course “nowhere”"):
        call_command("export_course", "nowhere")
    with pytest.raises(CommandError, match="which form"):
        call_command("export_course", "treaties", "--output", tmp_path / "x")
