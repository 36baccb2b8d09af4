"""A teacher asks a class live: a phone without JavaScript, one with it, and a screen that shows no names."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys import people
from tests.journeys.conftest import Watched
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
NAMES = ("Ada", "Ben")


@pytest.fixture
def screen(site: Site, browser: Browser) -> Page:
    """The screen of a live quiz that waits to begin."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    people.sign_in(page, site, "instructor")
    page.goto(f"{site.url}/classes/1/live/")
    page.get_by_label("Quiz", exact=True).select_option(label="Why Moscow still matters")
    people.press(page, "Choose questions")
    people.press(page, "Start now")
    expect(page.get_by_role("heading", name="Join with your phone")).to_be_visible()
    return page


def phone(site: Site, browser: Browser, screen: Page, name: str, **options: Any) -> Page:
    """A phone that joins by the code on the screen and a name."""
    page = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, **options).new_page()
    page.goto(f"{site.url}/live/")
    page.get_by_label("Code on the screen").fill(screen.locator(".live-code").inner_text().lower())
    people.press(page, "Join")
    page.get_by_label("Your name").fill(name)
    people.press(page, "Take part")
    expect(page.get_by_role("heading", name="You’re in")).to_be_visible()
    return page


def choose(page: Page, option: int) -> None:
    """Answer the open vote."""
    page.locator(".option").nth(option).click()
    people.press(page, "Send my answer")
    expect(page.get_by_role("heading", name="Answer received")).to_be_visible()


def test_a_class_votes_discusses_and_votes_again(site: Site, screen: Page, browser: Browser) -> None:
    watched = Watched(screen)
    plain = phone(site, browser, screen, "Ada", java_script_enabled=False)
    lively = phone(site, browser, screen, "Ben")
    expect(screen.get_by_text("2 here")).to_be_visible()

    people.press(screen, "Ask the next question")
    expect(lively.get_by_text("Question 1")).to_be_visible()  # by itself
    plain.get_by_role("link", name="Is there anything new?").click()
    choose(lively, 0)
    choose(plain, 1)
    expect(screen.get_by_text("2 of 2 answered")).to_be_visible()
    people.press(screen, "Close the vote")
    expect(lively.get_by_role("heading", name="The vote is closed")).to_be_visible()
    people.press(screen, "Discuss, then vote again")
    people.press(screen, "Open the second vote")
    expect(lively.get_by_text("Second vote: answer again")).to_be_visible()
    # Without JavaScript the page that waits loads again by itself.
    expect(plain.get_by_text("Second vote: answer again")).to_be_visible()
    choose(lively, 0)
    choose(plain, 0)
    people.press(screen, "Close the vote")
    people.press(screen, "Show the right answer")

    expect(screen.get_by_text("First vote").first).to_be_visible()
    assert not any(name in screen.content() for name in NAMES)
    expect(lively.locator(".review")).to_be_visible()
    screen.locator(".live-lead summary").click()
    people.press(screen, "End the live quiz")
    expect(screen.get_by_text("Live quiz on")).to_be_visible()
    expect(lively.get_by_role("heading", name="That’s all")).to_be_visible()
    assert watched.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_screens_and_phones_are_accessible_and_fit(site: Site, screen: Page, browser: Browser, scheme: str) -> None:
    ada = phone(site, browser, screen, "Ada", color_scheme=scheme)
    screen.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = {"lobby": faults(screen), "waiting": faults(ada)}
    people.press(screen, "Ask the next question")
    expect(ada.get_by_role("button", name="Send my answer")).to_be_visible()
    found |= {"vote": faults(screen), "asked": faults(ada)}
    choose(ada, 0)
    found["sent"] = faults(ada)
    for button in ("Close the vote", "Show the counts", "Show the right answer"):
        people.press(screen, button)
        expect(screen.get_by_role("button", name=button)).to_have_count(0)
        expect(screen.locator("main")).to_be_visible()  # between two pages there is neither
        found[button] = faults(screen)
    expect(ada.locator(".review")).to_be_visible()
    found["revealed"] = faults(ada)
    for address in ("people/", "../"):
        people_page = screen.context.new_page()
        people_page.goto(re.sub(r"[^/]*$", address, screen.url))
        found[address] = faults(people_page)
    screen.set_viewport_size({"width": 320, "height": 700})
    found["narrow"] = faults(screen)

    assert {place: told for place, told in found.items() if told != ([], False)} == {}


def faults(page: Page) -> tuple[list[str], bool]:
    """Return what axe finds, and whether the page has to be pushed sideways."""
    sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [each["id"] for each in Axe().run(page).response["violations"]], sideways
