"""Two editors of one lesson in two browsers, and text that was typed and not saved."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys import own, people
from tests.journeys.conftest import Watched
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

LESSON = re.compile(r"/admin/courses/lesson/\d+/change/")
MAKE_EDITOR = """
from courses.models import Course, CourseRole
from courses.services.staff import make_instructor
sofia = User.objects.create_user("sofia", password="tumen-demo", first_name="Sofia", last_name="Lindqvist")
make_instructor(sofia)
for course in Course.objects.all():
    CourseRole.objects.create(course=course, user=sofia, role="editor")
"""


@pytest.fixture
def edited(site: Site) -> Site:
    """A site on which a second person edits the course."""
    own.shell(site, MAKE_EDITOR)
    return site


def open_lesson(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/admin/courses/lesson/?q=worst-years")
    page.locator("#result_list tbody th a").click()
    expect(page).to_have_url(LESSON)


def signed_in(context: BrowserContext, site: Site, name: str) -> Page:
    page = context.new_page()
    people.sign_in(page, site, name)
    return page


def findings(page: Page) -> list[str]:
    """Return what axe objects to in the content of a page of the admin, in both schemes; the frame is Django's own."""
    found: list[str] = []
    # The checker puts styles of its own into the page, which the policy rightly complains of.
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += [each["id"] for each in Axe().run(page, context="#content").response["violations"]]
    return found


def press_save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def test_two_editors_lose_nothing_and_choose_what_collides(edited: Site, browser: Browser) -> None:
    helen = signed_in(browser.new_context(), edited, "instructor")
    phone = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    sofia = signed_in(phone, edited, "sofia")
    watched = Watched(sofia)
    open_lesson(helen, edited)
    open_lesson(sofia, edited)

    helen.get_by_label("Subtitle:").fill("Helen's subtitle")
    helen.get_by_label("Minutes:").fill("31")
    press_save(helen)
    expect(helen.locator(".messagelist .success")).to_be_visible()
    sofia.get_by_label("Opening question:").fill("Sofia's question?")
    sofia.get_by_label("Subtitle:").fill("Sofia's subtitle")
    press_save(sofia)

    expect(sofia.get_by_text("Not saved yet: changed by two people.")).to_be_visible()
    expect(sofia.get_by_text("Show the 1 field that was merged by itself")).to_be_visible()
    assert watched.complaints == []
    assert findings(sofia) == []
    watched.complaints.clear()
    assert sofia.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # By keyboard: the last of the three choices, then the box with both.
    sofia.get_by_role("radio", name="Both, as edited here").focus()
    sofia.keyboard.press("Space")
    sofia.get_by_label("Both texts together").fill("A subtitle of both")
    sofia.get_by_role("button", name="Save what I chose").click()

    expect(sofia.locator(".messagelist .success")).to_be_visible()
    open_lesson(sofia, edited)
    expect(sofia.get_by_label("Subtitle:")).to_have_value("A subtitle of both")
    expect(sofia.get_by_label("Minutes:")).to_have_value("31")
    expect(sofia.get_by_label("Opening question:")).to_have_value("Sofia's question?")
    assert watched.complaints == []

    sofia.get_by_role("link", name="History").click()
    expect(sofia.locator(".act")).to_have_count(3)
    assert watched.complaints == []
    assert findings(sofia) == []
    watched.complaints.clear()
    sofia.get_by_role("button", name="Restore this state").last.click()
    expect(sofia.get_by_text("Restored. What stood here before is in the history.")).to_be_visible()
    expect(sofia.locator(".act")).to_have_count(4)
    assert watched.complaints == []


def test_it_works_without_javascript(edited: Site, plain_context: BrowserContext, browser: Browser) -> None:
    helen = signed_in(browser.new_context(), edited, "instructor")
    sofia = signed_in(plain_context, edited, "sofia")
    open_lesson(helen, edited)
    open_lesson(sofia, edited)
    helen.get_by_label("Title:", exact=True).fill("Helen's title")
    press_save(helen)
    expect(helen.locator(".messagelist .success")).to_be_visible()

    sofia.get_by_label("Title:", exact=True).fill("Sofia's title")
    press_save(sofia)
    sofia.locator("input[value=yours]").check()
    sofia.get_by_role("button", name="Save what I chose").click()

    expect(sofia.locator(".messagelist .success")).to_be_visible()
    open_lesson(sofia, edited)
    expect(sofia.get_by_label("Title:", exact=True)).to_have_value("Sofia's title")


def test_text_that_was_not_saved_comes_back(edited: Site, browser: Browser) -> None:
    page = signed_in(browser.new_context(), edited, "sofia")
    watched = Watched(page)
    open_lesson(page, edited)

    page.get_by_label("Subtitle:").fill("Half a thou")
    expect(page.locator("[data-unsaved-url]")).to_contain_text("Not saved yet. Your text was kept at")
    page.goto(f"{edited.url}/admin/")
    open_lesson(page, edited)
    expect(page.get_by_label("Subtitle:")).not_to_have_value("Half a thou")
    page.get_by_role("link", name="Take it up").click()

    expect(page.get_by_label("Subtitle:")).to_have_value("Half a thou")
    page.get_by_label("Subtitle:").fill("A whole thought")
    press_save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    open_lesson(page, edited)
    expect(page.get_by_label("Subtitle:")).to_have_value("A whole thought")
    expect(page.get_by_role("form", name="Unsaved text")).to_have_count(0)
    assert watched.complaints == []


def test_without_a_connection_the_browser_keeps_the_text(edited: Site, browser: Browser) -> None:
    context = browser.new_context()
    page = signed_in(context, edited, "sofia")
    open_lesson(page, edited)
    address = page.url

    context.set_offline(True)
    page.get_by_label("Subtitle:").fill("Typed on a train")
    expect(page.locator("[data-unsaved-url]")).to_contain_text("No connection.")
    context.set_offline(False)
    expect(page.locator("[data-unsaved-url]")).to_contain_text("Not saved yet. Your text was kept at")
    context.set_offline(True)
    page.get_by_label("Subtitle:").fill("Typed in a tunnel")
    expect(page.locator("[data-unsaved-url]")).to_contain_text("No connection.")
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(address)
    again.get_by_role("link", name="Take it up").click()
    expect(again.get_by_label("Subtitle:")).to_have_value("Typed in a tunnel")
