"""Answers that must arrive whatever becomes of the connection, the tab or the server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys import own, people
from tests.journeys.site import Databases, Site

pytestmark = pytest.mark.browser


@pytest.fixture
def site(databases: Databases, own_database: str, tmp_path: Path):
    """A site with the journeys' own course, to be killed."""
    served = Site(databases.copy(own_database), tmp_path / "server.log")
    served.start()
    yield served
    served.stop()


@pytest.fixture
def field(site: Site, page: Page):
    """The field of a question to be answered in a word, in an attempt just started."""
    people.sign_in(page, site, "wright")
    own.start(page, site, "timed")
    return page.locator("#answer")


def kept(page: Page, address: str, words: str) -> None:
    """See in another browser that an answer is on the server, or arrives there within half a minute.

    What a page sends while it is being left may be overtaken by the request for the next page, so one look is too few.
    """
    other = page.context.browser.new_context(storage_state=cookies_of(page)).new_page()
    for _ in range(60):
        other.goto(address)
        if other.locator("#answer").input_value() == words:
            break
        other.wait_for_timeout(500)
    expect(other.locator("#answer")).to_have_value(words)
    other.context.close()


def cookies_of(page: Page):
    """Return who is signed in, without what the browser itself remembers of answers."""
    return {"cookies": page.context.cookies(), "origins": []}


def test_what_is_typed_while_the_server_is_away_arrives_when_it_is_back(site: Site, page: Page, field) -> None:
    field.fill("Gromyko")
    expect(page.locator("#answer-saved")).to_contain_text("Saved")

    site.kill()
    field.press_sequentially(" or Kozyrev")
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    assert own.findings(page) == []
    site.start()

    expect(page.locator("#offline")).to_be_hidden()
    kept(page, page.url, "Gromyko or Kozyrev")


def test_a_save_whose_reply_was_lost_makes_no_conflict_with_what_is_typed_after(site: Site, page: Page, field) -> None:
    def lose_the_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(re.compile("/items/1/$"), lose_the_reply, times=1)
    field.fill("Gromyko")
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)

    field.fill("Kozyrev")

    expect(page.locator("#answer-sequence")).to_have_value("2")
    expect(page.locator("#item")).not_to_contain_text("two places")
    kept(page, page.url, "Kozyrev")
    expect(page.locator("#offline")).to_be_hidden()


def test_a_page_left_right_after_typing_keeps_the_answer(site: Site, page: Page, field) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    address = page.url
    field.press_sequentially("Kozyrev")
    page.evaluate("localStorage.clear()")

    page.goto(f"{site.url}/courses/")

    kept(page, address, "Kozyrev")


def test_what_is_typed_while_a_save_is_on_its_way_is_kept_when_the_page_is_left(site: Site, page: Page, field) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    address, arrived = page.url, []

    def hold_the_reply(route: Route) -> None:
        arrived.append(route.fetch().status)

    page.route(re.compile("/items/1/$"), hold_the_reply, times=1)
    field.fill("Gromyko")
    while not arrived:
        page.wait_for_timeout(50)
    field.fill("Gromyko or Kozyrev")
    page.goto(f"{site.url}/courses/")

    kept(page, address, "Gromyko or Kozyrev")


def test_of_two_tabs_the_later_one_asks_which_answer_counts(site: Site, page: Page, field) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    field.fill("Gromyko")
    expect(page.locator("#answer-saved")).to_contain_text("Saved")

    other.locator("#answer").fill("Kozyrev")
    expect(other.locator("#conflict-title")).to_be_focused()
    assert own.findings(other) == []
    kept(page, page.url, "Gromyko")
    people.press(other, "Use this page’s answer")

    expect(other.locator("#answer")).to_have_value("Kozyrev")
