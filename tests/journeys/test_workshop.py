"""The workshop and the API's documentation in a real browser: they work, and the content security policy holds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import people
from tests.journeys.conftest import Watched
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

PAGES = (
    "/admin/",
    "/admin/courses/lesson/",
    "/admin/courses/figure/1/change/",
    "/admin/courses/cohort/1/change/",
    "/admin/quizzes/attempt/",
    "/admin/quizzes/item/1/change/",
    "/admin/quizzes/itemrevision/1/change/",
    "/admin/courses/publication/1/publish/",
    "/admin/courses/publication/",
)


def test_the_documentation_of_the_api_tries_a_request(shared_site: Site, page: Page) -> None:
    watched = Watched(page)

    page.goto(f"{shared_site.url}/api/v1/docs/")
    page.locator("#operations-courses-courses_list .opblock-summary-control").click()
    page.get_by_text("Try it out").click()
    page.locator("button.execute").click()

    expect(page.locator(".live-responses-table .response-col_status").nth(1)).to_contain_text("200")
    assert watched.complaints == []
    assert watched.hosts <= {f"127.0.0.1:{shared_site.port}", "data"}


def test_the_workshop_keeps_to_the_policy(shared_site: Site, page: Page) -> None:
    people.sign_in(page, shared_site, "instructor")
    watched = Watched(page)

    for address in PAGES:
        page.goto(f"{shared_site.url}{address}")
        expect(page.locator("#content h1")).to_be_visible()

    assert watched.complaints == []
    assert watched.hosts <= {f"127.0.0.1:{shared_site.port}", "data"}


def test_an_edited_lesson_is_previewed_in_a_tab_of_its_own_and_published(site: Site, browser: Browser) -> None:
    page = browser.new_context().new_page()
    people.sign_in(page, site, "instructor")
    page.goto(f"{site.url}/admin/courses/lesson/?q=worst-years")
    page.locator("#result_list tbody th a").click()
    text = page.locator("#id_body")
    text.fill(f"{text.input_value()}\n\n## Typed here {{#typed-here}}\n\nWords just typed.\n")

    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview as a student sees it").click()

    expect(opened.value.get_by_role("heading", name="Typed here")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"{site.url}{people.LESSON}")
    expect(page.get_by_text("Words just typed.")).to_have_count(0)
    page.goto(f"{site.url}/admin/courses/publication/1/publish/")
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_role("button", name="Publish the chosen changes").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"{site.url}{people.LESSON}#typed-here")
    expect(page.get_by_text("Words just typed.")).to_be_visible()
