"""The many small cells of the gradebook, made here rather than in loops of templates: a page has thousands."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from classes.gradebook.book import Column
from classes.gradebook.page import Cell, Head, Row, Wanted
from classes.gradebook.words import number
from courses.models import NameOrder
from courses.reports.people import display_name
from quizzes.domain.gradebook import Mode

register = template.Library()


@register.filter
def sorted_name(user: Any) -> SafeString | str:
    """Return a name as its person writes it, with the family name, by which lists are sorted, in bold."""
    given, family = user.first_name, user.last_name
    if not given or not family:
        return display_name(user)
    order = getattr(user, "name_order", None)
    if order is None:
        return format_html("{} <b>{}</b>", given, family)
    space = "" if order.order == NameOrder.Order.JOINED else " "
    return format_html("<b>{}</b>{}{}", family, space, given)


@register.simple_tag
def sort_head(wanted: Wanted, key: str, words: str, style: str) -> SafeString:
    """Return the head of a column that can be sorted by, with which way it is sorted now."""
    return format_html(
        '<th class="{}" scope="col"{}><a class="sort" href="?{}">{}</a></th>', style, *_sorting(wanted, key), words
    )


def _sorting(wanted: Wanted, key: str) -> tuple[SafeString | str, str]:
    """Return how a column is sorted now, and the query that sorts by it; the other way round where it is already."""
    if wanted.key != key:
        return "", wanted.query(sort=key, page=1)
    direction = "descending" if wanted.is_reversed else "ascending"
    other = key if wanted.is_reversed else f"-{key}"
    return format_html(' aria-sort="{}"', direction), wanted.query(sort=other, page=1)


@register.simple_tag
def work_head(wanted: Wanted, column: Column, head: Head, is_first: bool) -> SafeString:
    """Return the head of a piece of work: its title, and what it is out of or when it is due."""
    style = "work starts" if is_first else "work"
    unit = "%" if head.mode is Mode.PERCENTS else _("of %(n)s") % {"n": number(column.possible)}
    due = column.assignment.due_at
    if due is not None:
        unit = f"{unit} · {format_date(localtime(due), 'j M')}"
    if column.quiz is None:
        return format_html('<th class="{}" scope="col">{}<small>{}</small></th>', style, column.title, unit)
    sorting, query = _sorting(wanted, column.key)
    return format_html(
        '<th class="{}" scope="col"{}><a class="sort" href="?{}">{}</a><small>{}</small></th>',
        style, sorting, query, column.title, unit,
    )  # fmt: skip


@register.simple_tag
def work_cells(row: Row) -> SafeString:
    """Return the cells of a student's work. Each leads to how its score arose."""
    return format_html_join("", "{}", ((_cell(row.place.user_id, cell),) for cell in row.cells))


def _cell(student_id: int, cell: Cell) -> SafeString:
    if not cell.text:
        return format_html('<td class="none"><span class="visually-hidden">{}</span></td>', cell.words)
    text: SafeString | str = cell.text
    if "dropped" in cell.style:
        text = format_html("<s>{}</s>", text)
    if cell.sign:
        text = format_html('{}<sup aria-hidden="true">{}</sup>', text, cell.sign)
    if cell.words:
        text = format_html('{}<span class="visually-hidden">, {}</span>', text, cell.words)
    if cell.style:
        return format_html('<td class="{}"><a href="{}/{}/">{}</a></td>', cell.style, student_id, cell.key, text)
    return format_html('<td><a href="{}/{}/">{}</a></td>', student_id, cell.key, text)
