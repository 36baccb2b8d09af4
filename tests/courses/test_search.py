"""Search: in three languages, whatever the spelling; the same on both databases; each result leads to its place."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from courses.models import Course, GlossaryTerm, Lesson, SearchEntry, Section
from courses.rendering.query import excerpt, parse_query, words_for
from courses.rendering.spellings import without_particles
from courses.reports.search import examples_of, groups_meant, groups_of, search
from courses.services.content import rerender_course
from courses.services.search import index_course
from tests.content.sample import PEOPLE, edit, write_sample
from tests.make import load, make_course, write_lesson
from tests.pages.test_cost import counted

PAGE = "/courses/treaties/search/"
TEXT = """## The line {#line}

The Rajin–Khasan line was the first write-off of its kind. *Read* **on**.

A second paragraph on debts, honours, travelling and programmes, and on the [литерный Поезд]{lang=ru} that crossed.

## Khasan again {#again}

- Rajin and Khasan, Khasan and Rajin or Khasan;
- [한국형경수로]{lang=ko} is one word.
- On 6 July 1961 they met in [평양]{lang=ko}; in August 1961 in [평양성]{lang=ko}.

Khasan once more.
"""


PARTICLES = (*"의은이을과에도만", "", "에서", "에서는", "에서의", "으로", "까지", "부터", "에는")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_sample(tmp_path)
    (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    edit(folder, "course.yaml", "[alliance, trade]", "[alliance, trade, railway]")
    write_lesson(folder, "railway", TEXT, number="5.1")
    return folder


@pytest.fixture
def course(folder: Path, db: None) -> Course:
    load(folder)
    return Course.objects.get()


def paths(course: Course, typed: str) -> list[str]:
    return [entry.path for entry in search(course, typed).entries]


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("Поезд", "lessons/railway/#line-p2"),
        ("ПОЕЗД", "lessons/railway/#line-p2"),
        ("поезд литерный", "lessons/railway/#line-p2"),
        ("경수로", "lessons/railway/#again-p1"),
        ("한국형", "lessons/railway/#again-p1"),
        ("write-off", "lessons/railway/#line-p1"),
        ("write off", "lessons/railway/#line-p1"),
        ("WRITEOFF", "lessons/railway/#line-p1"),
        ("write‑off", "lessons/railway/#line-p1"),
        ("Rajin-Khasan", "lessons/railway/#line-p1"),
        ("debt", "lessons/railway/#line-p2"),
        ("paragraphs", "lessons/railway/#line-p2"),
        ('"second paragraph on debts"', "lessons/railway/#line-p2"),
        ("cross", "lessons/railway/#line-p2"),
        ("взаимная", "glossary/#mutual-assistance"),
        ("상호", ""),
        ("호상", "glossary/#mutual-assistance"),
        ("원조", "glossary/#mutual-assistance"),
        ("коваль", "people/#koval"),
        ("moscow 1961", "timeline/#event-alliance-signed"),
        ("roubles rice", "sources/#koval-2001"),
        ("title of railway", "lessons/railway/"),
        ("million", "lessons/trade/#figures-p1"),
        ("paragraph second", "lessons/railway/#line-p2"),
        ('"paragraph second"', ""),
        ("honors", "lessons/railway/#line-p2"),
        ("traveling", "lessons/railway/#line-p2"),
        ("program", "lessons/railway/#line-p2"),
        ("Khasan’s", "lessons/railway/#line-p1"),
        ("поездом", "lessons/railway/#line-p2"),
        ("Хасан", "lessons/railway/#line-p1"),
        ("Хасаном", "lessons/railway/#line-p1"),
        ("a debt", "lessons/railway/#line-p2"),
        *((f"평양{particle}", "lessons/railway/#again-p1") for particle in PARTICLES),
        ("한국형경수로를", "lessons/railway/#again-p1"),
        ("경수로의", "lessons/railway/#again-p1"),
        ("호상원조는", "glossary/#mutual-assistance"),
        ("1961-07-06", "timeline/#event-alliance-signed"),
        ("1961-07", "timeline/#event-alliance-signed"),
        ("1961-07-06", "lessons/railway/#again-p1"),
        ("1961-07", "lessons/railway/#again-p1"),
        ("1961-08 평양성에서", "lessons/railway/#again-p1"),
        ("1961-07-07", ""),
        ("1961-09", ""),
    ],
)
def test_words_are_found_where_they_stand(course: Course, typed: str, path: str) -> None:
    assert (path in paths(course, typed)) if path else paths(course, typed) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Rajin-Hasan", "Rajin-Khasan"), ("Hasan", "Khasan"), ("paragraf", "paragraph"), ("Пояезд", "Поезд")],
)
def test_a_misspelt_word_is_put_right(course: Course, typed: str, meant: str) -> None:
    found = search(course, typed)

    assert (str(found.query), found.is_corrected) == (meant, True)
    assert found.entries.exists()


def test_where_no_place_holds_everything_those_that_hold_most_are_shown(course: Course) -> None:
    found = search(course, "which debts were honoured by zebras?")
    [group] = groups_of(found)

    assert (found.is_partial, found.is_corrected, group.kind) == (True, False, "closest")
    assert group.results[0].entry.path == "lessons/railway/#line-p2"
    assert list(search(course, "second absent").entries)


@pytest.mark.parametrize("typed", ["a", "я", "“k”", "a b"])
def test_a_letter_finds_nothing_and_the_page_says_why(course: Course, typed: str) -> None:
    assert list(search(course, typed).entries) == []
    assert "Type at least two letters" in Client().get(PAGE, {"q": typed}).content.decode()


def test_a_name_is_found_however_its_parts_are_joined(folder: Path, db: None) -> None:
    edit(folder, "people.yaml", "name: Anna Koval", "name: Kim Il Sung")
    load(folder)

    for typed in ("Kim Ilsung", "kim il-sung", "Kim Il Sung", "ilsung"):
        assert paths(Course.objects.get(), typed)[0] == "people/#koval"


def test_an_acronym_is_not_taken_for_a_word(course: Course) -> None:
    assert search(course, "RAJIM").is_corrected is False
    assert search(course, "Rajim").is_corrected is True


def test_the_empty_page_shows_what_can_be_searched_for(course: Course) -> None:
    page = Client().get(PAGE).content.decode()

    assert [example.words for example in examples_of(course)] == [
        "Mutual assistance",
        "코발",
        "1961-07-06",
        "“Mutual assistance”",
    ]
    for example in examples_of(course):
        assert search(course, example.words).entries.exists()
        assert f"?q={quote(example.words)}" in page


def test_a_word_that_is_found_hardly_anywhere_is_doubted_but_shown(folder: Path, db: None) -> None:
    for at in range(5):
        edit(folder, "lessons/railway.md", "## Khasan again", f"Khasan, time {at}.\n\n## Khasan again")
    edit(folder, "lessons/railway.md", "Khasan once more.", "Hasan, as some write it.")
    load(folder)

    found = search(Course.objects.get(), "hasan")

    assert [entry.path for entry in found.entries] == ["lessons/railway/#again-p2"]
    assert (str(found.meant), found.is_corrected) == ("Khasan", False)

    meant = groups_meant(found, Course.objects.get())

    assert "lessons/railway/#again-p2" not in {each.entry.path for group in meant for each in group.results}
    assert sum(group.count for group in meant) > 1


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("en", "July 6, 1961", "1961-07-06"),
        ("ru", "6 июля 1961 года", "1961-07-06"),
        ("ru", "в июле 1961 года; июль 1961", "1961-07"),
        ("ko", "1961년 7월 6일", "1961-07-06"),
        ("ko", "1961년 7월에", "1961-07"),
        ("de", "am 6. Juli 1961", "1961-07-06"),
        ("es", "el 6 de julio de 1961", "1961-07-06"),
    ],
)
def test_a_date_is_found_as_the_language_of_the_course_writes_it(
    folder: Path, db: None, language: str, written: str, typed: str
) -> None:
    edit(folder, "course.yaml", "title: Treaties", f"title: Treaties\nlanguage: {language}")
    edit(folder, "lessons/railway.md", "Khasan once more.", f"It was {written}.")
    load(folder)

    assert "lessons/railway/#again-p2" in paths(Course.objects.get(), typed)


@pytest.mark.parametrize(("typed", "shown"), [("평양에서", "<mark>"), ("1961-07-06", "<mark>6 July 1961</mark>")])
def test_what_was_found_by_another_spelling_is_marked(course: Course, typed: str, shown: str) -> None:
    found = search(course, typed)
    [lesson] = [entry for entry in found.entries if entry.path == "lessons/railway/#again-p1"]

    assert shown in excerpt(lesson.text, found.query)
    assert found.meant is None


@pytest.mark.parametrize("word", ["회의", "국가", "평의", "도로", "debts", "의", "москвы", "평양abc의"])
def test_a_short_word_and_another_script_keep_their_ends(word: str) -> None:
    assert parse_query(word).words[0].forms[0] == (word,)
    assert without_particles(word) == []


def test_what_is_like_nothing_finds_nothing(course: Course) -> None:
    found = search(course, "xylophone")

    assert (list(found.entries), found.is_corrected, found.meant) == ([], False, None)


ODD = [
    "", " ", '"', '""', "*", "(", ")", "a* OR b", "NEAR(a b)", "title_words : a", "-debt", "^debt", "a AND", "'", "\\",
    "%", "_", "&|!", "<->", ":*", "debt:*", "дебт'", "\x00", "😀", "a\nb", "💥 debt", "--", "; DROP TABLE", "ё", "½ ²",
    "{}", "[a]", "+", "~debt", "debt" * 60, " ".join(["word"] * 60), "e\u0301", "\ud7ff\uac00", "1e5 3.14 a.b@c.d/e",
]  # fmt: skip


@pytest.mark.parametrize("typed", ODD)
def test_odd_signs_are_no_error(course: Course, typed: str) -> None:
    assert Client().get(PAGE, {"q": typed}).status_code == 200
    assert Client().get("/api/v1/search/", {"course": "treaties", "q": typed}).status_code in (200, 400)


def test_what_is_typed_is_bounded() -> None:
    assert len(parse_query("ab bc cd de ef fg gh hi ij").words) == 8
    assert len(parse_query(" ".join(["ab"] * 30)).words) == 8
    assert parse_query("a" * 200).words[0].parts == ("a" * 100,)


def test_titles_come_before_texts_and_lessons_stand_in_order(course: Course) -> None:
    found = paths(course, "khasan")

    assert found == ["lessons/railway/#again-p1", "lessons/railway/#line-p1", "lessons/railway/#again-p2"]


def test_results_are_grouped_by_what_they_are_and_counted(course: Course) -> None:
    groups = groups_of(search(course, "treaty"))

    assert [(group.kind, group.count) for group in groups] == [("event", 1), ("source", 1)]
    assert groups[1].results[0].title == "<mark>Treaty</mark> of Friendship"


def test_many_results_of_a_kind_are_paged(course: Course) -> None:
    page = Client().get(PAGE, {"q": "k"}).content.decode()
    assert "kind=lesson" not in page

    for at in range(30):
        GlossaryTerm.objects.create(course=course, key=f"k{at}", term=f"Khan {at}", definition="He.")
    index_course(course)
    first = Client().get(PAGE, {"q": "khan"}).content.decode()
    second = Client().get(PAGE, {"q": "khan", "kind": "term", "page": "2"}).content.decode()

    assert first.count("/glossary/#k") == 6
    assert "All 30 in: glossary" in first
    assert second.count("/glossary/#k") == 10
    assert "Page 2 of 2" in second


def test_every_place_a_result_leads_to_is_there(course: Course) -> None:
    pages: dict[str, str] = {}
    for entry in SearchEntry.objects.select_related("course"):
        address, _hash, anchor = entry.get_absolute_url().partition("#")
        if address not in pages:
            response = Client().get(address)
            assert response.status_code == 200
            pages[address] = response.content.decode()
        assert not anchor or len(re.findall(rf'id="{anchor}"', pages[address])) == 1, anchor
    assert len(pages) == 7


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", '<span lang="ru">поезд</span> in <span lang="he">בית לחם</span>'),
        ("uk", 'поезд in <span lang="he">בית לחם</span>'),
        ("he", '<span lang="ru">поезд</span> in בית לחם'),
    ],
)
def test_words_in_another_script_than_the_courses_own_say_their_language(language: str, said: str) -> None:
    assert said in excerpt("A поезд in בית לחם.", parse_query("nothing"), language=language)


def test_the_excerpt_marks_what_was_found_and_says_its_language() -> None:
    text = "Before. " * 30 + "The литерный поезд left <b>Moscow</b> for 경수로. " + "After. " * 60

    shown = excerpt(text, parse_query("поезд moscow"))

    assert '<span lang="ru">литерный</span> <mark><span lang="ru">поезд</span></mark> left' in shown
    assert "&lt;b&gt;<mark>Moscow</mark>&lt;/b&gt;" in shown
    assert '<span lang="ko">경수로</span>' in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 700


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("write-off", ["write-off"]),
        ("writeoff", ["write-off"]),
        ("off", ["off", "offices"]),
        ("경수로", ["한국형경수로"]),
    ],
)
def test_the_excerpt_marks_whole_words(typed: str, marked: list[str]) -> None:
    shown = excerpt("A write-off. Take offices; a 한국형경수로.", parse_query(typed))

    assert [re.sub("<[^>]*>", "", each) for each in re.findall(r"<mark>(.*?)</mark>", shown)] == marked


def test_korean_words_are_found_by_their_ends() -> None:
    assert words_for("한국형경수로").split() == ["한국형경수로", "국형경수로", "형경수로", "경수로", "수로", "로"]


def test_the_index_follows_an_edit_and_what_is_retired_leaves_it(course: Course) -> None:
    assert paths(course, "khasan")
    GlossaryTerm.objects.update(definition="A pledge.")
    Lesson.objects.filter(key="railway").update(is_retired=True)

    rerender_course(course)

    assert paths(course, "pledge") == ["glossary/#mutual-assistance"]
    assert not SearchEntry.objects.filter(path__startswith="lessons/railway").exists()
    assert paths(course, "khasan") == []


def test_indexing_again_writes_nothing(course: Course) -> None:
    before = set(SearchEntry.objects.values_list("pk", flat=True))

    with counted() as queries:
        index_course(course)

    assert set(SearchEntry.objects.values_list("pk", flat=True)) == before
    assert not [query for query in queries if query.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_the_index_agrees_with_its_table_word_by_word(course: Course) -> None:
    Section.objects.filter(key="again").update(title="Otherwise")
    index_course(course)
    SearchEntry.objects.filter(path="sources/#koval-2001").delete()
    held = {entry.pk: set(entry.words.split()) for entry in SearchEntry.objects.filter(course=course)}

    asked = [(word, parse_query(word).words) for word in sorted(set.union(*held.values()))]
    plain = [word for word, words in asked if words and words[0].forms == [(word,)]]
    assert len(plain) > 40
    for word in plain:
        found = set(SearchEntry.objects.holding(parse_query(word)).values_list("pk", flat=True))
        assert found == {pk for pk, words in held.items() if any(each.startswith(word) for each in words)}, word


def test_one_course_does_not_find_another(course: Course) -> None:
    other = make_course(key="other")

    assert paths(other, "khasan") == []
    assert search(other, "hasan").is_corrected is False


def test_a_draft_is_searched_by_nobody(course: Course, stranger: User) -> None:
    Course.objects.update(is_published=False)

    assert Client().get(PAGE, {"q": "khasan"}).status_code == 404
    assert Client().get("/api/v1/search/", {"course": "treaties", "q": "khasan"}).status_code == 404


@pytest.mark.parametrize(("typed", "most"), [("section", 3), ("sectoin", 5), ("sectoin zebra", 7), ("", 4)])
def test_a_search_costs_the_same_for_two_lessons_and_thirty(db: None, typed: str, most: int) -> None:
    costs = []
    for lessons in (2, 30):
        course = make_course(key=f"course-{lessons}", lessons=lessons)
        with counted() as queries:
            page = Client().get(f"/courses/{course.key}/search/", {"q": typed})
        costs.append(len(queries))
        assert ("<mark>" in page.content.decode()) is bool(typed)

    assert costs[0] == costs[1]
    assert costs[0] <= most, "\n".join(queries)


def test_a_program_searches_too(course: Course) -> None:
    found = Client().get("/api/v1/search/", {"course": "treaties", "q": "Rajin-Hasan"}).json()

    assert (found["searched_for"], found["count"]) == ("Rajin-Khasan", 1)
    assert found["results"][0] == {
        "kind": "lesson",
        "title": "5.1 Title of railway · The line",
        "excerpt": "The <mark>Rajin–Khasan</mark> line was the first write-off of its kind. Read on.",
        "page": "/courses/treaties/lessons/railway/#line-p1",
    }


@pytest.mark.parametrize(
    ("query", "status", "count"),
    [
        ({"course": "treaties", "q": "ko", "kind": "person"}, 200, 1),
        ({"course": "treaties", "q": "k"}, 200, 0),
        ({"course": "treaties", "q": "khasan", "page_size": "1", "page": "2"}, 200, 3),
        ({"course": "treaties", "q": "khasan", "kind": "song"}, 400, None),
        ({"course": "treaties"}, 400, None),
        ({"q": "khasan"}, 400, None),
        ({"course": "nowhere", "q": "khasan"}, 404, None),
        ({"course": "treaties", "q": "k" * 101}, 400, None),
    ],
)
def test_a_program_is_told_what_is_wrong(course: Course, query: dict[str, str], status: int, count: int | None) -> None:
    response = Client().get("/api/v1/search/", query)

    assert response.status_code == status
    assert response.json().get("count") == count
