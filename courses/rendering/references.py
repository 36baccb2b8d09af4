"""A CSL entry → a formatted reference, in the manner of the MHRA style guide used by history departments.

Ours because the Python citation processors repeat titles, lose given names and cannot mark the language of a title;
`docs/decisions/0006-references.md` has the comparison.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dates import MONTHS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses.rendering.languages import marked, primary

# Works printed on their own have their titles in italics; parts of something larger, in quotation marks.
_WHOLE_WORKS = {
    "book",
    "report",
    "thesis",
    "map",
    "motion_picture",
    "dataset",
    "periodical",
    "manuscript",
    "collection",
}
_PLAIN = {"treaty", "legislation", "bill"}
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class Reference:
    """A formatted reference: in full, in a few words, and the text it is sorted by."""

    html: SafeString
    short: str
    sort_key: str


def format_reference(csl: Mapping[str, Any], language: str = "en") -> Reference:
    """Format one CSL entry of a course in a language, which titles in another are marked with.

    What is unknown is left out, and an unknown date is said to be unknown.
    """
    authors = [_name(author) for author in csl.get("author", [])]
    issued = str(csl.get("issued", ""))
    details = [
        format_html_join(", ", "{}", ((author,) for author in authors)) if authors else "",
        _title(csl, language),
        format_html("<i>{}</i>", csl["container-title"]) if csl.get("container-title") else "",
        _volume(csl),
        str(csl.get("publisher", "")),
        spell_date(issued) if issued else _("no date"),
        _pages(csl),
    ]
    html = format_html("{}.", format_html_join(", ", "{}", ((detail,) for detail in details if detail)))
    if url := csl.get("URL"):
        html = format_html('{} <a href="{}" rel="external noreferrer">{}</a>', html, url, _host(url))
    year = issued[:4]
    short = _short_name(csl) + (f", {year}" if year else "")
    return Reference(mark_safe(html), short, f"{_short_name(csl)} {year}".casefold()[:200])  # noqa: S308 (built above)


def spell_date(date: str) -> str:
    """Write an ISO date in full, as far as it is known: 9 February 2000, February 2000, 2000.

    >>> spell_date("2000-02-09"), spell_date("2000-02"), spell_date("1990/1995")
    ('9 February 2000', 'February 2000', '1990 to 1995')
    """
    if "/" in date:
        start, end = date.split("/", 1)
        return _("%(start)s to %(end)s") % {"start": spell_date(start), "end": spell_date(end)}
    found = _DATE.fullmatch(date)
    if not found:
        return date
    year, month, day = found.groups()
    if not month:
        return year
    words = f"{MONTHS[int(month)]} {year}"
    return f"{int(day)} {words}" if day else words


def _name(author: Mapping[str, str]) -> str:
    if "literal" in author:
        return author["literal"]
    if _is_east_asian(author):
        return f"{author['family']}{author.get('given', '')}"
    return f"{author.get('given', '')} {author['family']}".strip()


def _last_name(author: Mapping[str, str]) -> str:
    """Return what a short reference calls an author; a Korean family name alone would be nobody's."""
    return _name(author) if "literal" in author or _is_east_asian(author) else author["family"]


def _is_east_asian(author: Mapping[str, str]) -> bool:
    return bool(re.search(r"[\uac00-\ud7a3\u4e00-\u9fff]", author.get("family", "")))


def _short_name(csl: Mapping[str, Any]) -> str:
    authors = [_last_name(author) for author in csl.get("author", [])]
    if len(authors) > 2:
        return _("%(first)s and others") % {"first": authors[0]}
    if authors:
        return _(" and ").join(authors)
    title = str(csl["title"])
    return title if len(title) <= 48 else f"{title[:47].rsplit(' ', 1)[0]}…"


def _title(csl: Mapping[str, Any], course: str) -> SafeString:
    title = str(csl["title"]).strip()
    language = str(csl.get("language", course))
    words = format_html("{}", title) if primary(language) == primary(course) else marked(title, language)
    if csl.get("type") in _PLAIN:
        return words
    if csl.get("type") in _WHOLE_WORKS:
        return format_html("<i>{}</i>", words)
    return format_html("‘{}’", words)


def _volume(csl: Mapping[str, Any]) -> str:
    volume, issue = str(csl.get("volume", "")), str(csl.get("issue", ""))
    return f"{volume}.{issue}" if volume and issue else volume or issue


def _pages(csl: Mapping[str, Any]) -> str:
    pages = str(csl.get("page", "")).replace("-", "–")
    if not pages:
        return ""
    return f"pp. {pages}" if "–" in pages else f"p. {pages}"


def _host(url: str) -> str:
    return url.split("//", 1)[-1].split("/", 1)[0].removeprefix("www.")
