"""Grading by the keyboard alone: from the queue to grades that are posted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import people
from tests.journeys.site import Site

pytestmark = pytest.mark.browser


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a button or link with these words has the focus."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if re.search(name, page.evaluate("document.activeElement.innerText || ''")):
            return
    raise AssertionError(f"Tab does not lead to {name}")


def wait_for_keys(page: Page) -> None:
    """Wait until the page listens for keys: it then points to the criterion that a digit is for."""
    expect(page.locator(".criterion.now")).to_have_count(1)


def grade_by_digits(page: Page) -> None:
    """Choose the second level of each criterion, from the first without one."""
    wait_for_keys(page)
    criteria = page.locator(".criterion").count()
    for _criterion in range(criteria):
        page.keyboard.press("2")
    assert page.locator(".criterion :checked").count() == criteria


def test_an_instructor_grades_and_posts_by_keys_alone(site: Site, page: Page) -> None:
    people.sign_in(page, site, "instructor")
    page.goto(f"{site.url}/classes/1/marking/")
    waiting = page.get_by_role("button", name=re.compile("Grade [2-9]")).first.inner_text()

    tab_to(page, waiting)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Yours until")).to_be_visible()
    wait_for_keys(page)
    first = page.url

    # A comment is written, kept for the question, and inserted by its letter at the next answer.
    page.keyboard.press("c")
    page.keyboard.type("Name the date. 2")
    page.keyboard.press("Escape")
    assert page.locator(".criterion :checked").count() == 0
    tab_to(page, "Keep this comment")
    page.keyboard.press("Enter")
    expect(page.locator(".insert")).to_have_count(1)
    grade_by_digits(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. Here is the next answer.")).to_be_visible()
    assert page.url != first
    expect(page.locator("textarea")).to_have_value("")
    wait_for_keys(page)
    page.keyboard.press("q")
    expect(page.locator("textarea")).to_have_value("Name the date. 2")

    # Skipping leaves the answer to others, and the model answer opens and closes.
    page.keyboard.press("m")
    expect(page.locator("details.model")).to_have_attribute("open", "")
    with page.expect_navigation():
        page.keyboard.press("s")
    wait_for_keys(page)
    expect(page.locator("textarea")).to_have_value("")

    # The keys can be switched off.
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Use these keys").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    assert page.locator(".criterion :checked").count() == 0

    page.goto(f"{site.url}/classes/1/marking/")
    tab_to(page, "Post 1 grade")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Post grades")).to_be_visible()
    tab_to(page, "Post 1 grade")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 grade posted.")).to_be_visible()
