"""What people do on pages, in a real browser, with JavaScript or without."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.site import Site

COURSE = "/courses/patron-stranger-balancer/"
LESSON = f"{COURSE}lessons/worst-years/"
QUIZ = f"{COURSE}quizzes/worst-years/"
PASSWORD = "a-long-and-odd-phrase-7"


def press(page: Page, name: str) -> None:
    """Press the button or link with these words."""
    page.get_by_role("button", name=name).first.click()


def sign_in(page: Page, site: Site, username: str, *, password: str = "tumen-demo") -> None:
    """Sign in through the page."""
    page.goto(f"{site.url}/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.locator("main").get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).first.click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def sign_up(page: Page, site: Site, username: str) -> None:
    """Make an account through the page."""
    page.goto(f"{site.url}/accounts/signup/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password1]", PASSWORD)
    page.locator("main").get_by_role("button", name=re.compile("sign up", re.IGNORECASE)).first.click()
    page.wait_for_url(lambda url: "/accounts/signup" not in url)


def join_class(page: Page, site: Site, code: str) -> None:
    """Join a class by its code."""
    page.goto(f"{site.url}/classes/join/")
    page.fill("input[name=code]", code)
    page.locator("main").get_by_role("button", name=re.compile("join", re.IGNORECASE)).first.click()
    page.wait_for_url(lambda url: "/classes/join" not in url)


def start_quiz(page: Page, site: Site) -> None:
    """Go from the quiz's front page to its first open question."""
    page.goto(f"{site.url}{QUIZ}")
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url(re.compile("/attempts/.+/items/"))


def question_count(page: Page) -> int:
    """Return how many questions the paper has, as its head says."""
    found = re.search(r"Question \d+ of (\d+)", page.locator("h1").first.inner_text())
    assert found
    return int(found[1])


def answer(page: Page, *, choose: int = 0) -> str:
    """Answer the question on the page, whatever its kind; return what says the answer again after a reload."""
    fill(page, choose=choose)
    return given(page)


def fill(page: Page, *, choose: int = 0) -> None:
    """Answer the question on the page, whatever its kind and whatever the page then makes of it."""
    form = page.locator("#answer-form")
    options = form.locator("input[name=answer][type=radio], input[name=answer][type=checkbox]")
    if options.count():
        options.nth(choose).check()
    for at, menu in enumerate(form.locator("select").all()):
        others = menu.locator("option").count() - 1  # the first says that nothing is chosen
        menu.select_option(index=at % others + 1)
    for field in form.locator("[type=text], textarea").all():
        field.fill(f"199{choose}")


def given(page: Page) -> str:
    """Return the answer as the page holds it."""
    return str(
        page.locator("#answer-form").evaluate(
            """form => [...form.elements].filter(field => /^answer/.test(field.name)).map(field =>
               /radio|checkbox/.test(field.type) && !field.checked ? '' : field.value).join('|')"""
        )
    )


def answer_and_go_on(page: Page, *, choose: int = 0) -> None:
    """Answer and press the button that saves and moves."""
    before = page.url
    answer(page, choose=choose)
    page.locator("#answer-form button[name=go]").first.click()
    page.wait_for_url(lambda url: url != before)


def submit(page: Page) -> None:
    """Submit from the page that lists the questions."""
    press(page, "Submit your answers")
    page.wait_for_url(re.compile("/result/"))


def read_whole_lesson(page: Page, site: Site) -> int:
    """Read lesson 2.2 by pressing each section's button; return how many sections there are."""
    page.goto(f"{site.url}{LESSON}")
    buttons = page.locator("main form[action$='/read/'] button")
    done = page.locator("main form .read-word")
    count = page.locator("main .read-form").count()
    while (before := done.count()) < count:
        # With JavaScript, a section whose end was in view for a while is marked by the page itself.
        if before + buttons.count() == count:
            buttons.first.click()
        expect(done.nth(before)).to_be_visible()
    return count


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is on a control, and see that the focus can be seen."""
    for _stop in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert (
                outline != "none"
                or page.evaluate(
                    "() => getComputedStyle(document.activeElement.closest('label') ?? document.body).outlineStyle"
                )
                != "none"
            ), "the focus cannot be seen"
            return
    raise AssertionError(f"the keyboard does not reach {selector}")
