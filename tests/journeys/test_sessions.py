"""A page stays open while its reader signs in, up or out elsewhere: what is typed there is not lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys import own, people
from tests.journeys.site import Databases, Site

pytestmark = pytest.mark.browser
SAVES = re.compile("/items/1/$")


@pytest.fixture(scope="module")
def site(databases: Databases, own_database: str, tmp_path_factory: pytest.TempPathFactory):
    """A site with the journeys' own course."""
    served = Site(databases.copy(own_database), tmp_path_factory.mktemp("log") / "server.log")
    served.start()
    yield served
    served.stop()


@pytest.fixture
def saves(page: Page) -> list[int]:
    """The status of every reply to a save from the first tab."""
    found: list[int] = []
    page.on(
        "response",
        lambda reply: (
            found.append(reply.status) if reply.request.method == "POST" and SAVES.search(reply.url) else None
        ),
    )
    return found


def open_first(page: Page, site: Site) -> None:
    """Open the first question of the student's attempt, whatever was answered in it before."""
    own.start(page, site, "anyone")
    page.goto(re.sub(r"/items/\d+/", "/items/1/", page.url))


def sign_out(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/accounts/logout/")
    page.locator("main").get_by_role("button", name=re.compile("sign out", re.IGNORECASE)).click()
    page.wait_for_url(lambda url: "/accounts/logout" not in url)


def is_told_to_reload(page: Page) -> None:
    """See that the page says one thing only: reload."""
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#answer-saved")).to_be_empty()
    expect(page.locator("header.bar, body > header")).to_have_count(1)  # no second page below the buttons
    assert own.findings(page) == []


def is_saved(page: Page, words: str) -> None:
    """See that an answer is on the server, not only in this browser."""
    expect(page.locator("#answer-saved time")).to_be_visible()
    expect(page.locator("#answer")).to_have_value(words)
    cookies = {"cookies": page.context.cookies(), "origins": []}
    other = page.context.browser.new_context(storage_state=cookies).new_page()
    other.goto(page.url)
    expect(other.locator("#answer")).to_have_value(words)
    other.context.close()


def test_a_guest_who_signs_up_in_another_tab_saves_after_one_click(site: Site, page: Page, saves: list[int]) -> None:
    own.start(page, site, "anyone")
    page.locator("#answer").fill("Gromyko")
    expect(page.locator("#answer-saved")).to_contain_text("Saved")

    people.sign_up(page.context.new_page(), site, "anna")
    page.locator("#answer").fill("Gromyko and Kozyrev")
    is_told_to_reload(page)
    refused = len(saves)
    page.wait_for_timeout(6_000)
    assert saves[-1] == 403
    assert len(saves) == refused, "what can never be taken is sent again and again"

    page.get_by_role("link", name="Reload this page").click()

    is_saved(page, "Gromyko and Kozyrev")
    expect(page.locator("#stale")).to_be_hidden()


def test_more_typed_after_the_refusal_is_kept_as_well(site: Site, page: Page) -> None:
    own.start(page, site, "anyone")
    people.sign_up(page.context.new_page(), site, "boris")
    page.locator("#answer").fill("Gromyko")
    is_told_to_reload(page)

    page.locator("#answer").press_sequentially(" or Kozyrev")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("link", name="Reload this page")).to_be_focused()
    page.keyboard.press("Enter")

    is_saved(page, "Gromyko or Kozyrev")


def test_after_signing_out_and_in_again_elsewhere_one_click_saves(site: Site, page: Page) -> None:
    people.sign_in(page, site, "wright")
    own.start(page, site, "anyone")
    other = page.context.new_page()
    sign_out(other, site)
    people.sign_in(other, site, "wright")

    page.locator("#answer").fill("Kozyrev")
    is_told_to_reload(page)
    page.get_by_role("link", name="Reload this page").click()

    is_saved(page, "Kozyrev")


def test_after_signing_out_elsewhere_one_click_leads_to_signing_in_and_back(
    site: Site, page: Page, saves: list[int]
) -> None:
    people.sign_in(page, site, "sato")
    own.start(page, site, "anyone")
    address = page.url
    sign_out(page.context.new_page(), site)

    page.locator("#answer").fill("Kozyrev")
    is_told_to_reload(page)
    assert saves[-1] == 404
    page.get_by_role("link", name="Reload this page").click()
    page.fill("input[name=login]", "sato")
    page.fill("input[name=password]", "tumen-demo")
    page.locator("main").get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).first.click()

    page.wait_for_url(address)
    is_saved(page, "Kozyrev")


def test_what_one_reader_typed_is_not_shown_to_the_next_and_waits_for_its_owner(site: Site, page: Page) -> None:
    people.sign_in(page, site, "lopez")
    own.start(page, site, "anyone")
    address, other = page.url, page.context.new_page()
    sign_out(other, site)
    page.locator("#answer").fill("A private thought")
    is_told_to_reload(page)
    people.sign_in(other, site, "diallo")

    with page.expect_navigation() as reloaded:
        page.get_by_role("link", name="Reload this page").click()
    assert reloaded.value.status == 404
    expect(page.locator("#answer")).to_have_count(0)
    own.start(other, site, "anyone")
    expect(other.locator("#answer")).not_to_have_value("A private thought")

    sign_out(other, site)
    people.sign_in(other, site, "lopez")
    page.goto(address)
    is_saved(page, "A private thought")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refusal_that_is_no_answer_to_a_save_is_told_and_not_sent_again(
    site: Site, page: Page, saves: list[int], status: int
) -> None:
    people.sign_in(page, site, "student")
    open_first(page, site)
    page.route(SAVES, lambda route: refuse(route, status))

    page.locator("#answer").fill(f"Kozyrev {status}")
    is_told_to_reload(page)
    page.unroute(SAVES)
    page.get_by_role("link", name="Reload this page").click()

    is_saved(page, f"Kozyrev {status}")


def refuse(route: Route, status: int) -> None:
    """Answer a save, and nothing else, with a whole page of something else."""
    if route.request.method == "POST":
        route.fulfill(
            status=status, content_type="text/html", body="<html><body><header>Another</header></body></html>"
        )
    else:
        route.continue_()


@pytest.mark.parametrize("status", [200, 408, 425, 429, 500, 503])
def test_what_may_yet_be_taken_is_sent_again(site: Site, page: Page, status: int) -> None:
    people.sign_in(page, site, "student")
    open_first(page, site)
    page.locator("#answer").fill(f"Gromyko {status}")
    expect(page.locator("#answer-saved")).to_contain_text("Saved")
    page.route(SAVES, lambda route: refuse(route, status), times=1)

    page.locator("#answer").fill(f"Kozyrev {status}")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#answer-saved")).to_be_empty()
    expect(page.locator("#stale")).to_be_hidden()

    expect(page.locator("#offline")).to_be_hidden()
    is_saved(page, f"Kozyrev {status}")


@pytest.mark.parametrize("way", ["the site refuses it", "it is not even sent"])
def test_a_text_too_large_to_send_is_told_and_does_not_hold_up_a_shorter_one(
    site: Site, page: Page, saves: list[int], way: str
) -> None:
    people.sign_in(page, site, "student")
    open_first(page, site)
    length = 100 if way == "the site refuses it" else 3_000_000
    page.route(SAVES, lambda route: refuse(route, 413), times=1)

    page.locator("#answer").evaluate("(field, length) => { field.value = 'x'.repeat(length) }", length)
    page.locator("#answer").press("End")
    page.locator("#answer").press("x")
    expect(page.locator("#large")).to_be_visible()
    expect(page.locator("#answer-saved")).to_be_empty()
    page.wait_for_timeout(6_000)
    assert saves == ([413] if way == "the site refuses it" else [])
    page.unroute(SAVES)
    page.locator("#answer").fill(f"Kozyrev, since {way}")

    expect(page.locator("#large")).to_be_hidden()
    is_saved(page, f"Kozyrev, since {way}")


def test_a_check_on_a_page_opened_before_signing_up_says_to_reload(site: Site, page: Page) -> None:
    own.start(page, site, "anyone")  # a guest from now on
    page.goto(f"{site.url}{people.LESSON}")
    people.sign_up(page.context.new_page(), site, "clara")

    page.locator(".check").get_by_role("button", name="Check my answer").first.click()

    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)
    assert own.findings(page) == []


def test_each_unreadable_field_is_named_and_the_others_are_saved(site: Site, page: Page, tmp_path: Path) -> None:
    people.sign_in(page, site, "student")
    own.start(page, site, "fields")
    first, second = page.locator("#answer-1"), page.locator("#answer-2")
    first.fill("1100")
    second.fill("a few")

    expect(page.locator("#answer-saved")).to_contain_text("Saved, except what is marked")
    expect(second).to_have_attribute("aria-invalid", "true")
    expect(first).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#answer-2-error")).to_contain_text("Nothing counts here yet")
    expect(page.locator("#tally")).to_contain_text("0 of 4")
    assert own.findings(page) == []
    page.get_by_role("button", name="Save and continue").click()
    expect(second).to_be_focused()

    second.fill("17")
    expect(page.locator("#answer-saved time")).to_be_visible()
    expect(page.locator("#answer-2-error")).to_be_empty()
    expect(second).not_to_have_attribute("aria-invalid", "true")
    second.fill("x")
    expect(page.locator("#answer-2-error")).to_contain_text("what you saved before counts: Border: 17 kilometres")

    page.reload()
    expect(second).to_have_value("x")  # what was typed is kept, and still told
    expect(page.locator("#answer-2-error")).to_contain_text("Border: 17 kilometres")
