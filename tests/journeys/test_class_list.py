"""A teacher with a list on paper has pupils and their sign-in slips in counted clicks; then a pupil comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys import people
from tests.journeys.site import Site, manage

pytestmark = pytest.mark.browser

GIVEN = ("Nora", "Liam", "Amina", "Jonas", "Elif", "Tom", "Inés", "Chiara", "Hana", "Piotr")
FAMILY = ("Haddad", "O’Brien", "Zelenková")
PAPER = "\n".join(["김민지", *(f"{given} {family}" for given in GIVEN for family in FAMILY)][:30])


class Clicks:
    """A page on which clicks are counted; typing is not."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def button(self, name: str) -> None:
        """Press a button."""
        self._click(self.page.get_by_role("button", name=re.compile(name)))

    def link(self, name: str) -> None:
        """Follow a link."""
        self._click(self.page.get_by_role("link", name=re.compile(name)))

    def _click(self, found: object) -> None:
        self.count += 1
        found.first.click()  # type: ignore[attr-defined]
        self.page.wait_for_load_state()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(java_script_enabled=request.param)
    yield made
    made.close()


def test_thirty_pupils_on_paper_are_in_the_class_with_slips(
    site: Site, context: BrowserContext, browser: Browser
) -> None:
    page = context.new_page()
    people.sign_in(page, site, "instructor")
    page.goto(f"{site.url}/classes/1/people/")
    teacher = Clicks(page)

    page.get_by_label("Paste a list").fill(PAPER)
    teacher.button("Check the list")
    expect(page.get_by_role("heading", name="30 changes")).to_be_visible()
    teacher.button("Import 30 changes")
    teacher.button("Make 30 sign-in slips")
    expect(page.get_by_text("of 30 passphrases are made")).to_be_visible()
    manage(site.database_url, "worker", "--once")
    # The page loads again by itself, also without JavaScript.
    expect(page.get_by_role("button", name="Show 30 slips")).to_be_visible()
    teacher.button("Show 30 slips")

    slips = page.locator(".slip")
    expect(slips).to_have_count(30)
    assert teacher.count == 4
    username, passphrase = slips.filter(has_text="김민지").locator("dd.code").all_inner_texts()
    comes_in(browser, site, username, passphrase)


def comes_in(browser: Browser, site: Site, username: str, passphrase: str) -> None:
    """A pupil signs in with what the slip says and is in the class."""
    pupil = browser.new_context().new_page()
    people.sign_in(pupil, site, username, password=passphrase)
    pupil.goto(f"{site.url}/classes/")
    expect(pupil.get_by_role("heading", name="Demo class")).to_be_visible()


def test_a_broken_list_is_corrected_by_keyboard_alone(site: Site, browser: Browser) -> None:
    page = browser.new_context().new_page()
    people.sign_in(page, site, "instructor")
    page.goto(f"{site.url}/classes/1/people/import/")
    page.get_by_label("Paste a list").focus()
    page.keyboard.insert_text("Number;Name\n1;Nora Haddad\n=x;Minji Kim\n")
    press(page, "Check the list")
    expect(page.get_by_text("The student number is a formula: =x")).to_be_visible()

    page.locator("[aria-invalid]").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    press(page, "Check again")
    expect(page.get_by_text("1 line has an error")).to_have_count(0)
    press(page, "Import 2 changes")

    expect(page.get_by_text("2 changes imported")).to_be_visible()


def press(page: Page, name: str) -> None:
    """Go to a button by the Tab key, as far as there are things to go to, and press it."""
    wanted = page.get_by_role("button", name=name)
    for _each in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by the Tab key")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_pages_of_people_are_accessible_and_fit(site: Site, browser: Browser, scheme: str, width: int) -> None:
    page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}).new_page()
    people.sign_in(page, site, "instructor")
    page.goto(f"{site.url}/classes/1/people/import/")
    page.get_by_label("Paste a list").fill("No;Name;Group\n1;Nora Haddad;Tue\n=x;Minji Kim;Thu\nx@y.example;;\n")
    page.get_by_role("button", name="Check the list").click()
    page.wait_for_url(re.compile("/import/[0-9]+/"))
    found = {}
    for address in (page.url, *(f"{site.url}{each}" for each in ADDRESSES)):
        page.goto(address)
        report = Axe().run(page)
        sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found[address] = ([each["id"] for each in report.response["violations"]], sideways)

    assert {address: told for address, told in found.items() if told != ([], False)} == {}


ADDRESSES = (
    "/classes/1/people/",
    "/classes/1/people/1/",
    "/classes/1/people/groups/",
    "/classes/1/people/import/",
    "/classes/1/people/slips/",
    "/classes/1/leave/",
    "/classes/",
    "/accounts/name/",
)
