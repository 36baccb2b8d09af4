"""Answering in comfort: entries moved by button, key and drag, dots that follow the years, words counted, focus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import own, people
from tests.journeys.conftest import Watched
from tests.journeys.site import Databases, Site

pytestmark = pytest.mark.browser
ORDERING = 4


@pytest.fixture(scope="module")
def own_site(databases: Databases, own_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the journeys' own course; each test signs in as somebody else."""
    served = Site(databases.copy(own_database), tmp_path_factory.mktemp("log") / "server.log")
    served.start()
    yield served
    served.stop()


def question(page: Page, site: Site, who: str, number: int) -> None:
    """Sign in, start the quiz of fields, and go to a question of it."""
    people.sign_in(page, site, who)
    own.start(page, site, "fields")
    page.goto(page.url.replace("/items/1/", f"/items/{number}/"))


def entries(page: Page) -> list[str]:
    return page.locator("fieldset .row label").all_inner_texts()


def places(page: Page) -> list[str]:
    return [menu.input_value() for menu in page.locator("fieldset .row select").all()]


def saved(page: Page) -> None:
    expect(page.locator("#answer-saved time, .saved time").first).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_entries_are_moved_by_button_key_and_drag_and_stay_where_they_were_put(
    own_site: Site, browser: Browser, width: int
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    watched = Watched(page)
    question(page, own_site, "ahn" if width == 1280 else "choi", ORDERING)
    first, second, *rest = entries(page)
    assert places(page) == [""] * (2 + len(rest))

    page.get_by_role("button", name=f"Move down: {first}").click()
    assert entries(page) == [second, first, *rest]
    assert places(page) == [str(at) for at in range(1, len(rest) + 3)]
    saved(page)

    # By key: the focus stays on the button that was pressed.
    page.keyboard.press("Enter")
    assert entries(page)[2] == first
    expect(page.get_by_role("status").filter(has_text=f"{first}: place 3 of")).to_have_count(1)

    grip = page.locator(".row", has_text=first).locator(".grip").bounding_box()
    top = page.locator(".row").first.bounding_box()
    assert grip
    assert top
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, top["y"] + 2, steps=8)
    page.mouse.up()
    assert entries(page)[0] == first
    assert places(page) == [str(at) for at in range(1, len(rest) + 3)]

    put = entries(page)
    page.wait_for_load_state("networkidle")
    saved(page)
    page.reload()
    assert entries(page) == put
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert not watched.complaints


def test_without_script_the_menus_do_alone(own_site: Site, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    question(page, own_site, "fischer", ORDERING)

    assert page.get_by_role("button", name="Move").count() == 0
    assert page.locator("fieldset .row select").count() > 2


def test_dots_follow_the_years_and_words_are_counted(own_site: Site, page: Page) -> None:
    question(page, own_site, "baker", 2)
    dots = page.locator(".drawing-wide .typed-year")
    expect(dots).to_have_count(0)
    field = page.locator("fieldset .row input").first
    start = page.locator("fieldset").get_attribute("data-first")
    field.fill(str(int(start or 0) + 1))
    expect(dots).to_have_count(1)
    field.fill("1")
    expect(dots).to_have_count(0)

    page.goto(page.url.replace("/items/2/", "/items/3/"))
    page.locator("textarea").fill("Four words of mine")
    expect(page.locator("[data-words-of]")).to_contain_text("Words: 4")


def test_focus_starts_at_the_question(own_site: Site, page: Page) -> None:
    question(page, own_site, "diallo", 1)

    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.answer-form input')")
