"""On a phone: three questions missed, practised until each was right twice, and met again on the day they are due."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import own
from tests.journeys.conftest import Watched
from tests.journeys.site import Databases, Site, manage

pytestmark = pytest.mark.browser

MOVE = """
from datetime import timedelta
from django.db.models import F, Max
from django.utils import timezone
from quizzes.models import ReviewCard, ReviewEntry
days = (ReviewCard.objects.aggregate(last=Max("due_on"))["last"] - timezone.now().date()).days
back = timedelta(days=days)
ReviewCard.objects.update(due_on=F("due_on") - back, reviewed_at=F("reviewed_at") - back, made_at=F("made_at") - back)
ReviewEntry.objects.update(
    due_on=F("due_on") - back, reviewed_at=F("reviewed_at") - back, asked_on=F("asked_on") - back
)
print(days)
"""
"""Lets so many days pass that every card is due: what is kept moves back, since the server's clock cannot move."""


@pytest.fixture
def own_site(databases: Databases, own_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    served = Site(databases.copy(own_database), tmp_path_factory.mktemp("log") / "server.log")
    served.start()
    yield served
    served.stop()


def give(page: Page, *, right: bool) -> None:
    """Answer the question on the page: its second option is right, and so is the one name."""
    options = page.locator(".option input")
    if options.count():
        options.nth(int(right)).check()
    else:
        page.locator("input[type=text]").fill("Kozyrev" if right else "Nobody")


def press(page: Page, name: str) -> None:
    """Press a button or follow a link that leads to another page, which fits the phone."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True)).click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def go_on(page: Page) -> None:
    """Save the answer and go to the next question, or to the page before submitting."""
    with page.expect_navigation():
        page.locator("button[value=next]").click()


def play_round(page: Page) -> None:
    """Answer a round of practice, all right, and submit it."""
    while "/items/" in page.url:
        give(page, right=True)
        press(page, "Check my answer")
        go_on(page)
    press(page, "Submit your answers")


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_what_was_missed_is_practised_and_comes_back(own_site: Site, browser: Browser, has_script: bool) -> None:
    context = browser.new_context(java_script_enabled=has_script, viewport={"width": 390, "height": 844})
    page = context.new_page()
    watched = Watched(page)
    own.start(page, own_site, "missed")
    for _n in range(3):
        give(page, right=False)
        go_on(page)
    press(page, "Submit your answers")

    press(page, "Practise the 3 questions you missed")
    press(page, "Start practice")
    play_round(page)
    expect(page.get_by_role("heading", name="0 of 3 questions finished")).to_be_visible()
    press(page, "Next round")
    play_round(page)
    expect(page.get_by_role("heading", name="3 of 3 questions finished")).to_be_visible()

    page.goto(f"{own_site.url}/review/")
    expect(page.get_by_role("heading", name="Nothing to review today")).to_be_visible()
    expect(page.get_by_text(re.compile("The next cards come on"))).to_be_visible()
    assert int(manage(own_site.database_url, "shell", "-v0", "-c", MOVE).split()[-1]) >= 1
    page.goto(f"{own_site.url}/review/")
    expect(page.get_by_text("3 cards to review today.")).to_be_visible()
    press(page, "Start review")
    for left in (2, 1, 0):
        review(page, by_keys=has_script)
        expect(page.get_by_role("heading", name="Right", exact=True)).to_be_visible()
        press(page, "Next card" if left else "Finish")
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()
    assert not watched.complaints
    context.close()


def review(page: Page, *, by_keys: bool) -> None:
    """Answer the card on the page rightly: by keys alone where the card has options, else by thumb."""
    if by_keys and page.locator(".option input").count():
        page.keyboard.press("2")
        with page.expect_navigation():
            page.keyboard.press("e")
        return
    give(page, right=True)
    button = page.get_by_role("button", name="Certain", exact=True)
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 844
    press(page, "Certain")
