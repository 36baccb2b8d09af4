"""Every page, seen by a browser: accessible in both schemes, narrow enough for a phone, asking no other host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys import people
from tests.journeys.conftest import Watched
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

OPEN = (
    "/courses/",
    people.COURSE,
    f"{people.COURSE}timeline/",
    f"{people.COURSE}sources/",
    f"{people.COURSE}glossary/",
    f"{people.COURSE}people/",
    f"{people.COURSE}search/?q=debt",
    f"{people.COURSE}search/?q=debt&kind=lesson",
    f"{people.COURSE}print/",
    f"{people.COURSE}take-away/",
    f"{people.COURSE}study/",
    people.LESSON,
    f"{people.COURSE}lessons/nuclear-beginnings/",
    f"{people.COURSE}lessons/ninety-per-cent/",
    f"{people.COURSE}lessons/railways/",
    people.QUIZ,
    "/progress/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
)
STUDENT = (
    "/progress/",
    people.COURSE,
    "/classes/",
    "/classes/join/",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/tokens/",
    "/accounts/data/",
    "/accounts/logout/",
)
TEACHER = (
    "/classes/1/",
    "/classes/1/marking/",
    "/classes/1/reports/",
    "/classes/1/surveys/",
    "/classes/1/statistics/",
    "/classes/1/statistics/why-moscow-matters/",
    "/classes/1/statistics/why-moscow-matters/models/",
    "/today/",
    "/classes/1/time/",
    f"{people.QUIZ}paper/",
)


@pytest.fixture(scope="module")
def attempt_pages(shared_site: Site, browser: Browser) -> list[str]:
    """Pages of an attempt: each question, the confirmation; then the result."""
    page = browser.new_context().new_page()
    people.sign_in(page, shared_site, "wright")
    people.start_quiz(page, shared_site)
    first = page.url.removeprefix(shared_site.url)
    count = people.question_count(page)
    return [first.replace("/items/1/", f"/items/{at}/") for at in range(1, count + 1)] + [
        first.replace("/items/1/", "/confirm/")
    ]


def pages(
    site: Site, browser: Browser, attempt_pages: list[str], scheme: str, width: int
) -> Iterator[tuple[str, Page]]:
    """Yield every page as those who may see it see it."""
    for person, addresses in (
        (None, OPEN),
        ("wright", (*STUDENT, *attempt_pages)),
        ("choi", ["/progress/", people.COURSE, *shown_of(result_of(site, browser))]),
        ("instructor", (*TEACHER, *pages_of_work(site, browser))),
    ):
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        page = context.new_page()
        if person:
            people.sign_in(page, site, person)
        watched = Watched(page)
        for address in addresses:
            page.goto(f"{site.url}{address}")
            yield address, page
        assert not watched.complaints, watched.complaints
        assert watched.hosts <= {f"127.0.0.1:{site.port}", "data"}
        context.close()


def result_of(site: Site, browser: Browser) -> str:
    """Return the address of a submitted attempt of a demonstration student."""
    page = browser.new_context().new_page()
    people.sign_in(page, site, "choi")
    page.goto(f"{site.url}{people.QUIZ}")
    return str(page.locator("main a[href*='/result/']").first.get_attribute("href"))


def shown_of(result: str) -> list[str]:
    """Return a result whole, and what was missed of it."""
    return [result, f"{result}?show=missed"]


def pages_of_work(site: Site, browser: Browser) -> list[str]:
    """Return a student's page, a result of theirs, the regrade of a question on it, and an answer to be marked."""
    page = browser.new_context().new_page()
    people.sign_in(page, site, "instructor")
    found = []
    for start, link in (
        ("/classes/1/", "a:has-text('Choi')"),
        (None, "a[href*='/result/']"),
        (None, "a[href*='/regrade/']"),
    ):
        page.goto(f"{site.url}{start or found[-1]}")
        first = page.locator(f"main :not(nav *) > {link}").first
        found.append(str(first.evaluate("link => link.pathname")))
    page.goto(f"{site.url}/classes/1/marking/")
    with page.expect_navigation():  # a button, since the answer is held meanwhile
        people.press(page, "Grade 1 answer")
    return [*found, page.url.removeprefix(site.url)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(shared_site: Site, browser: Browser, attempt_pages: list[str], scheme: str) -> None:
    found = {}
    for address, page in pages(shared_site, browser, attempt_pages, scheme, 1280):
        violations = Axe().run(page).response["violations"]
        if violations:
            found[address] = [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in violations]

    assert not found


@pytest.mark.parametrize("width", [320, 1000, 1280])
def test_nothing_scrolls_sideways(shared_site: Site, browser: Browser, attempt_pages: list[str], width: int) -> None:
    wide = [
        (address, page.evaluate("document.documentElement.scrollWidth"))
        for address, page in pages(shared_site, browser, attempt_pages, "light", width)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    ]

    assert not wide


def test_bullets_of_a_plain_list_stand_within_a_phone(shared_site: Site, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 900}).new_page()
    people.sign_in(page, shared_site, "wright")
    page.goto(f"{shared_site.url}/accounts/data/")

    rooms = page.locator("main ul:not([class], nav *)").evaluate_all(
        "lists => lists.map(list => [getComputedStyle(list).listStyleType, getComputedStyle(list).paddingInlineStart])"
    )

    assert rooms
    assert all(style == "disc" and float(room.removesuffix("px")) >= 16 for style, room in rooms), rooms


def test_a_lesson_page_transfers_at_most_sixty_kilobytes(shared_site: Site, browser: Browser) -> None:
    page = browser.new_context().new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))

    page.goto(f"{shared_site.url}{people.LESSON}", wait_until="networkidle")

    assert len(sizes) > 3
    assert sum(sizes) <= 60_000
