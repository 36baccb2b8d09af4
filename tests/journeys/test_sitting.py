"""Sitting quizzes of every make: clocks, tries, confidence, one page or many, one way, a password, other hands."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys import own, people
from tests.journeys.conftest import Watched
from tests.journeys.site import Databases, Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own_site(databases: Databases, own_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the journeys' own course; each test signs in as somebody else."""
    served = Site(databases.copy(own_database), tmp_path_factory.mktemp("log") / "server.log")
    served.start()
    yield served
    served.stop()


@pytest.fixture
def watched(page: Page) -> Iterator[Watched]:
    """The page, which must give the console nothing to complain of."""
    seen = Watched(page)
    yield seen
    assert not seen.complaints


def choose(page: Page, words: str) -> None:
    """Choose an option by its words, and wait until it is saved."""
    page.get_by_label(words).check()
    expect(page.locator("#answer-saved time")).to_be_visible()


def go(page: Page, name: str, *, to: str) -> None:
    """Press a button that leads elsewhere."""
    people.press(page, name)
    page.wait_for_url(re.compile(to))


def check(page: Page, words: str) -> None:
    """Try an answer."""
    page.get_by_label(words).check()
    with page.expect_navigation():
        people.press(page, "Check my answer")


# Time.


def test_an_extension_is_on_the_clock_within_five_seconds(own_site: Site, page: Page, watched: Watched) -> None:
    people.sign_in(page, own_site, "ahn")
    own.start(page, own_site, "timed")
    clock = page.locator("#clock")
    expect(clock).to_contain_text(re.compile("(29|30) minutes left"))
    assert own.findings(page) == []

    own.shell(
        own_site,
        "ahn = User.objects.get(username='ahn'); Accommodation.objects.create(student=ahn, time_factor=2);"
        "refresh_deadlines(Attempt.objects.filter(student=ahn), now=timezone.now())",
    )

    expect(clock).to_contain_text(re.compile("(59|60) minutes left"), timeout=5_000)


def test_when_time_is_up_the_page_goes_to_the_result_with_what_was_typed_last(own_site: Site, page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    people.sign_in(page, own_site, "baker")
    own.start(page, own_site, "timed")

    own.end_time(own_site, "baker", seconds=8)
    page.locator("#answer").press_sequentially("Kozyrev")
    expect(page.locator("#answer-saved")).to_contain_text("Saved")
    while "/result/" not in page.url:  # writing to the very end, so that something is always unsaved
        page.keyboard.type("!")
        page.wait_for_timeout(700)

    assert asked == []
    expect(page.locator("#question-1")).to_contain_text("Kozyrev")


def test_without_javascript_the_next_click_says_what_was_kept(own_site: Site, plain_context: BrowserContext) -> None:
    page = plain_context.new_page()
    people.sign_in(page, own_site, "diallo")
    own.start(page, own_site, "timed")
    page.fill("#answer", "Kozyrev")
    go(page, "Save and continue", to="/items/2/")

    own.end_time(own_site, "diallo", seconds=0)
    page.get_by_label("Paid in dollars").check()
    people.press(page, "Save and continue")

    main = page.locator("main")
    expect(main.locator("h1")).to_have_text(re.compile("Time was up|already submitted"))
    expect(main).to_contain_text("Paid in dollars")
    main.locator("a.button:visible").first.click()
    page.wait_for_url(re.compile("/result/"))
    expect(page.locator("#question-1")).to_contain_text("Kozyrev")
    expect(page.locator("#question-2")).not_to_contain_text("Your choice, right")


# Tries.


def test_interactive_wrong_then_a_hint_then_right(own_site: Site, page: Page, watched: Watched) -> None:
    people.sign_in(page, own_site, "fischer")
    own.start(page, own_site, "interactive")
    said = page.locator(".tried")

    check(page, "Paid in roubles")

    expect(said).to_contain_text("2 tries left")
    expect(said).to_contain_text(own.HINTS[0])
    expect(said).not_to_contain_text(own.HINTS[1])
    assert own.findings(page) == []
    check(page, "Paid in roubles")
    expect(page.locator("#messages")).to_contain_text("It was not counted again")
    expect(said).to_contain_text("2 tries left")
    check(page, "Paid in dollars")
    expect(said).to_contain_text("You have 0.67 of 1 points so far. This question is done.")
    expect(page.locator("input[name=answer]").first).to_be_disabled()


def test_adaptive_a_hint_is_asked_for_and_each_wrong_try_costs(own_site: Site, page: Page, watched: Watched) -> None:
    people.sign_in(page, own_site, "haddad")
    own.start(page, own_site, "adaptive")

    with page.expect_navigation():
        people.press(page, "Show a hint")
    expect(page.locator(".hint-line")).to_have_text(re.compile(own.HINTS[0]))
    for wrong in ("Paid in roubles", "Paid in kind"):
        check(page, wrong)
        expect(page.locator(".tried")).to_contain_text("You have 0 of 1 points so far.")
    check(page, "Paid in dollars")

    expect(page.locator(".tried")).to_contain_text("You have 0.34 of 1 points so far.")


def test_practice_costs_nothing_however_often(own_site: Site, page: Page, watched: Watched) -> None:
    people.sign_in(page, own_site, "ivanova")
    own.start(page, own_site, "practised")

    check(page, "Paid in roubles")
    expect(page.locator(".tried")).to_contain_text("wrong")
    check(page, "Paid in dollars")

    expect(page.locator(".tried")).to_contain_text("You have 1 of 1 points so far.")


# Confidence.


SURE = re.compile("^certain")


def test_confidence_is_kept_over_a_reload_and_is_in_the_report(own_site: Site, page: Page, watched: Watched) -> None:
    people.sign_in(page, own_site, "lopez")
    page.goto(own.front(own_site, "sure"))
    expect(page.locator(".terms table")).to_contain_text("-6")
    assert own.findings(page) == []
    own.start(page, own_site, "sure")
    choose(page, "Paid in roubles")
    with page.expect_response(re.compile("/items/1/")):
        page.get_by_role("radio", name=SURE).check()

    page.reload()

    expect(page.get_by_label("Paid in roubles")).to_be_checked()
    expect(page.get_by_role("radio", name=SURE)).to_be_checked()
    go(page, "Save and continue", to="/items/2/")
    page.get_by_role("radio", name="False").check()
    page.get_by_label("not sure").check()
    go(page, "Save and review", to="/confirm/")
    people.submit(page)
    report = page.locator("section", has=page.locator("#calibration-title"))
    expect(report).to_contain_text("1 answer you were certain of was wrong")
    expect(report).to_contain_text("1 you were not sure of was right")
    assert own.findings(page) == []


# The way through.


def test_two_questions_on_one_page_are_kept_apart_and_kept(own_site: Site, page: Page, watched: Watched) -> None:
    people.sign_in(page, own_site, "park")
    own.start(page, own_site, "whole")
    assert own.findings(page) == []

    page.locator("#question-1").get_by_label("Paid in kind").check()
    expect(page.locator("#answer1-saved")).to_contain_text("Saved")
    page.locator("#answer2").fill("Gromyko")
    expect(page.locator("#answer2-saved")).to_contain_text("Saved")
    page.locator("#answer2").fill("Kozyrev")
    expect(page.locator("#answer2-sequence")).to_have_value("2")
    page.reload()

    expect(page.get_by_label("Paid in kind")).to_be_checked()
    expect(page.locator("#answer2")).to_have_value("Kozyrev")
    expect(page.locator("#tally")).to_contain_text("2 of 3")


def test_one_way_there_is_no_going_back(own_site: Site, page: Page, watched: Watched) -> None:
    people.sign_in(page, own_site, "sato")
    own.start(page, own_site, "onward")
    first = page.url
    choose(page, "Paid in roubles")
    go(page, "Save and continue", to="/items/2/")

    assert page.get_by_role("button", name="Flag for a second look").count() == 0
    page.goto(first)

    expect(page.get_by_role("heading", level=1)).to_have_text("Question 1 is not open")
    page.get_by_role("link", name="Go to question 2").click()
    expect(page).to_have_url(re.compile("/items/2/"))
    expect(page.get_by_role("button", name="Previous")).to_have_count(0)
    page.go_back()
    page.go_back()
    page.reload()
    expect(page).to_have_url(re.compile("/items/2/"))


def test_a_password_is_asked_for_again_when_it_is_wrong(own_site: Site, page: Page, watched: Watched) -> None:
    people.sign_in(page, own_site, "student")
    page.goto(own.front(own_site, "secret"))

    page.fill("#password", "open sesame")
    people.press(page, "Start the quiz")
    expect(page.locator("#password-error")).not_to_be_empty()
    expect(page.locator("#password")).to_be_focused()
    assert own.findings(page) == []
    page.fill("#password", "Open, please")
    go(page, "Start the quiz", to="/items/1/")


# Other hands.


def test_a_place_is_found_by_a_click_on_the_map_without_javascript(own_site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    people.sign_in(page, own_site, "wright")
    own.start(page, own_site, "hands")

    page.locator(".atlas svg label.spot").nth(1).click()
    expect(page.locator("input[name=answer]").nth(1)).to_be_checked()
    go(page, "Save and continue", to="/items/2/")
    page.goto(page.url.replace("/items/2/", "/items/1/"))

    expect(page.locator("input[name=answer]").nth(1)).to_be_checked()
    context.close()


def test_gaps_are_filled_and_words_marked_by_keyboard(own_site: Site, page: Page, watched: Watched) -> None:
    people.sign_in(page, own_site, "choi")
    own.start(page, own_site, "hands")
    page.goto(page.url.replace("/items/1/", "/items/2/"))

    people.reach(page, ".running input")
    page.keyboard.type("2.2 billion")
    people.reach(page, ".running select")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#answer-saved")).to_contain_text("Saved")
    filled = people.given(page)
    people.reach(page, "#answer-form button[name=go]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/items/3/"))
    people.reach(page, ".span input")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#answer-saved")).to_contain_text("Saved")
    marked = people.given(page)
    page.reload()

    assert people.given(page) == marked
    assert marked.count("|") == 2
    page.goto(page.url.replace("/items/3/", "/items/2/"))
    assert people.given(page) == filled
    assert filled.startswith("2.2 billion|")
