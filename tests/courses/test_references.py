"""References as history departments write them."""

from __future__ import annotations

import pytest

from courses.rendering.references import format_reference, spell_date


def reference(**fields):
    return format_reference({"id": "x", "type": "book", "title": "Roubles and Rice", **fields})


ANNA = {"family": "Koval", "given": "Anna"}
IVAN = {"family": "Orlov", "given": "Ivan"}
KIM = {"family": "김", "given": "철수"}


@pytest.mark.parametrize(
    ("fields", "html"),
    [
        (
            {"author": [ANNA], "issued": "2001", "publisher": "Nauka"},
            "Anna Koval, <i>Roubles and Rice</i>, Nauka, 2001.",
        ),
        ({"author": [ANNA, IVAN], "issued": "2001-05"}, "Anna Koval, Ivan Orlov, <i>Roubles and Rice</i>, May 2001."),
        ({"author": [{"literal": "Ministry"}]}, "Ministry, <i>Roubles and Rice</i>, no date."),
        ({"author": [KIM], "issued": "2001"}, "김철수, <i>Roubles and Rice</i>, 2001."),
        ({"type": "treaty", "issued": "1961-07-06"}, "Roubles and Rice, 6 July 1961."),
        (
            {
                "type": "article-journal",
                "container-title": "Asia",
                "volume": 4,
                "issue": "2",
                "page": "5-9",
                "issued": "1",
            },
            "‘Roubles and Rice’, <i>Asia</i>, 4.2, 1, pp. 5–9.",
        ),
        ({"type": "webpage", "page": 7, "issued": "2001"}, "‘Roubles and Rice’, 2001, p. 7."),
        (
            {"language": "ru", "title": "Рубли", "issued": "2001"},
            '<i><span lang="ru" dir="ltr">Рубли</span></i>, 2001.',
        ),
    ],
)
def test_a_reference_says_what_is_known(fields, html):
    assert reference(**fields).html == html


def test_an_address_is_a_link_named_by_its_host():
    html = reference(URL="https://www.mid.ru/x?a=1&b=2", issued="2001").html

    assert html.endswith('<a href="https://www.mid.ru/x?a=1&amp;b=2" rel="external noreferrer">mid.ru</a>')


def test_what_an_author_wrote_is_escaped():
    html = reference(title="<script>x</script>", publisher='"A" & B', author=[{"literal": "<b>"}]).html

    assert "<script>" not in html
    assert "<b>" not in html
    assert "&amp; B" in html


@pytest.mark.parametrize(
    ("fields", "short"),
    [
        ({"author": [ANNA], "issued": "2001"}, "Koval, 2001"),
        ({"author": [ANNA, IVAN], "issued": "2001"}, "Koval and Orlov, 2001"),
        ({"author": [ANNA, IVAN, KIM], "issued": "2001"}, "Koval and others, 2001"),
        ({"author": [KIM]}, "김철수"),
        ({"issued": "1961-07-06"}, "Roubles and Rice, 1961"),
        ({"title": "A " + "very " * 12 + "long title"}, "A very very very very very very very very very…"),
    ],
)
def test_a_short_reference_names_author_and_year(fields, short):
    assert reference(**fields).short == short


def test_references_are_sorted_by_their_short_names():
    keys = [reference(author=[author], issued=year).sort_key for author, year in ((IVAN, "1999"), (ANNA, "2001"))]

    assert sorted(keys) == list(reversed(keys))


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2000-02-09", "9 February 2000"),
        ("2000-02", "February 2000"),
        ("2000", "2000"),
        ("1990/1995-04", "1990 to April 1995"),
        ("spring 1961", "spring 1961"),
    ],
)
def test_dates_are_written_in_full(date, words):
    assert spell_date(date) == words
