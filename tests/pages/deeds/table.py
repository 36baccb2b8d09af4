"""The table of deeds: what is done, who may, and which endpoints, permissions and actions that stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.admin.work import page_of, save, typed
from tests.pages.everybody import VISITORS, Site

PASSWORD = "between Tumen and Amur"
ACCOUNTS = frozenset(VISITORS) - {"stranger", "guest"}
IN_ADMIN = frozenset({"instructor", "other_instructor", "staff", "owner", "editor", "reviewer", "administrator"})
RUNS = frozenset({"instructor", "administrator"})
GRADES = RUNS | {"assistant"}
EDITS = frozenset({"owner", "editor", "administrator"})
OWNS = frozenset({"owner", "administrator"})
ADMINISTRATOR = frozenset({"administrator"})


@dataclass(frozen=True)
class Deed:
    """What is done, who may, and which endpoints, permissions and actions it stands for."""

    act: Callable[[Site, str], bool]
    may: frozenset[str]
    covers: frozenset[str] = frozenset()


DEEDS: dict[str, Deed] = {}


def deed(name: str, may: frozenset[str], *covers: str) -> Callable[[Any], Any]:
    """Put a function into the table: it tries the deed as a visitor and says whether it came about."""

    def put(act: Callable[[Site, str], bool]) -> Callable[[Site, str], bool]:
        DEEDS[name] = Deed(act, may, frozenset(covers))
        return act

    return put


def post(site: Site, visitor: str, name: str, /, **fields: Any) -> Any:
    """Post to an address of the site as its page would."""
    return site.browser(visitor).post(site.address(name), {**site.posted(), **fields})


def call(site: Site, visitor: str, name: str, /, **fields: Any) -> Any:
    """Call an endpoint of the API."""
    return site.browser(visitor, program=True).post(site.address(name), fields)


def added(site: Site, visitor: str, model: str, /, **fields: Any) -> None:
    """Fill in the form that adds a row in the admin, as far as it opens."""
    address, browser = reverse(f"admin:{model}_add"), site.browser(visitor)
    if browser.get(address).status_code == 200:
        save(browser, address, **fields)
    browser.post(address, fields)


def changed(site: Site, visitor: str, row: Any, **fields: Any) -> None:
    """Type over fields of a row in the admin, through its form and past it."""
    browser = site.browser(visitor)
    page = browser.get(page_of(row))
    if page.status_code == 200:
        browser.post(page_of(row), {**typed(browser, page_of(row)), **fields})
    row.refresh_from_db()
