"""Two editors of one lesson in two browsers, and text that was typed and not saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Edit:
    """What a person does to a field of a form: the text becomes another, by who types it."""

    field: str
    typed: Callable[[str, str], str]

    def do(self, page: Page, who: str) -> str:
        """Type; return what stands in the field then."""
        box = page.locator(f"[name='{self.field}']")
        words = self.typed(box.input_value(), who)
        box.fill(words)
        return words


def line(name: str) -> Callable[[str, str], str]:
    """Return an edit of one line of YAML."""
    return lambda text, who: re.sub(rf"(?m)^{name}: .*(\n  .*)*", f"{name}: Written by {who}", text)


def note(text: str, who: str) -> str:
    """Write a note at the end, in place of one that is there."""
    return re.sub(r"(?m)^note: .*(\n  .*)*", "", text).rstrip() + f"\nnote: Read by {who}"


ROWS = {
    "lesson": ("courses/lesson/?q=worst-years", Edit("subtitle", lambda _, who: f"Of {who}"),
               Edit("question", lambda _, who: f"What did {who} ask?")),
    "quiz": ("quizzes/quiz/?q=worst-years", Edit("title", lambda _, who: f"Of {who}"),
             Edit("intro", lambda _, who: f"By {who}.")),
    "source": ("courses/source/?q=frus-1949-v7p2-d261", Edit("csl", line("title")),
               Edit("csl", note)),
    "question": ("quizzes/item/?q=q8-2-02", Edit("body", line("stem")),
                 Edit("body", lambda text, who: re.sub("(?m)^difficulty: .", f"difficulty: {len(who) % 3 + 1}", text))),
    "class": ("courses/cohort/", Edit("name", lambda _, who: f"Class of {who}"), None),
}  # fmt: skip


def form_of(page: Page, site: Site, where: str) -> None:
    """Open the form of the first row of a list; of a question, that in which its words are written."""
    page.goto(f"{site.url}/admin/{where}")
    page.locator("#result_list tbody th a").first.click()
    if where.startswith("quizzes/item/"):
        page.locator("a[href*='itemrevision/add/?item']").first.click()


def is_saved(page: Page) -> None:
    press_save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()


@pytest.mark.parametrize("row", ROWS)
def test_nothing_of_two_edits_is_lost_whoever_saves_first(edited: Site, browser: Browser, row: str) -> None:
    where, same, other = ROWS[row]
    own.shell(edited, 'User.objects.create_superuser("olga", password="tumen-demo", first_name="Olga")')
    editors = {name: signed_in(browser.new_context(), edited, name) for name in ("instructor", "olga")}
    for early, late in (("instructor", "olga"), ("olga", "instructor")):
        first, second = editors[early], editors[late]
        form_of(first, edited, where)
        form_of(second, edited, where)
        words = same.do(first, early)
        if other is None:
            second.locator("[name='enrolments-1-is_active']").set_checked(early == "olga")
        else:
            other.do(second, late)
        is_saved(first)
        is_saved(second)

        form_of(first, edited, where)
        form_of(second, edited, where)
        assert early in words
        expect(first.locator(f"[name='{same.field}']")).to_have_value(re.compile(early))
        if other is None:
            expect(first.locator("[name='enrolments-1-is_active']")).to_be_checked(checked=early == "olga")
        same.do(first, f"{early} again")
        same.do(second, f"{late} again")
        is_saved(first)
        press_save(second)
        expect(second.get_by_text("Not saved yet: changed by two people.")).to_be_visible()
        second.locator("input[value=yours]").first.check()
        second.get_by_role("button", name="Save what I chose").click()
        expect(second.locator(".messagelist .success")).to_be_visible()

        form_of(second, edited, where)
        expect(second.locator(f"[name='{same.field}']")).to_have_value(re.compile(f"{late} again"))
        second.goto(f"{edited.url}/admin/{where}")
        second.locator("#result_list tbody th a").first.click()
        second.get_by_role("link", name="History").first.click()
        expect(second.locator("#content")).to_contain_text(early)


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
