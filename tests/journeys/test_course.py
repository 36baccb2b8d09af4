"""The whole way through the course: sign up, join, read, answer, submit, be explained to, be seen by the instructor."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys import people
from tests.journeys.site import Site

pytestmark = pytest.mark.browser


def take_the_course(page: Page, site: Site, name: str) -> None:
    """Do everything a student does, with one answer changed after a reload."""
    people.sign_up(page, site, name)
    people.join_class(page, site, "dem2 3456")
    people.read_whole_lesson(page, site)
    people.start_quiz(page, site)
    count = people.question_count(page)
    people.answer_and_go_on(page)
    page.go_back()
    page.reload()
    before = people.given(page)
    changed = people.answer(page, choose=1)
    assert changed != before
    page.locator("#answer-form button[name=go]").first.click()
    page.wait_for_url(re.compile("/items/2/"))
    page.goto(page.url.replace("/items/2/", "/items/1/"))
    assert people.given(page) == changed
    page.goto(page.url.replace("/items/1/", "/items/2/"))
    for _question in range(count - 1):
        people.answer_and_go_on(page)
    people.submit(page)


def see_progress(page: Page, site: Site) -> None:
    """See on the course page that the lesson is read, and what of its quiz is marked so far."""
    page.goto(f"{site.url}{people.COURSE}")
    line = page.locator("li.lesson-line", has_text="The worst years")
    expect(line).to_contain_text("Read")
    expect(line).to_contain_text("points marked so far")


def test_a_newcomer_takes_the_course_and_the_instructor_sees_it(site: Site, page: Page, browser: Browser) -> None:
    take_the_course(page, site, "newcomer")

    main = page.locator("main")
    expect(main).to_contain_text(re.compile(r"\d+ ?%|per cent"))
    link = main.locator("a[href*='/lessons/worst-years/#']").first
    section = str(link.get_attribute("href")).split("#")[1]
    link.click()
    expect(page.locator(f"[id='{section}']")).to_be_visible()
    see_progress(page, site)

    teacher = browser.new_context().new_page()
    people.sign_in(teacher, site, "instructor")
    teacher.goto(f"{site.url}/classes/1/")
    row = teacher.locator("tr", has_text="newcomer")
    expect(row).to_contain_text("✓ done")
    expect(row).to_contain_text("to be graded")
    teacher.goto(f"{site.url}/admin/quizzes/attempt/?q=newcomer")
    expect(teacher.locator("#result_list tbody tr")).to_have_count(1)


def test_the_same_journey_without_javascript(site: Site, plain_context: BrowserContext) -> None:
    page = plain_context.new_page()

    take_the_course(page, site, "plain")

    see_progress(page, site)


def test_every_acknowledged_answer_survives_a_killed_server(site: Site, page: Page) -> None:
    people.sign_in(page, site, "wright")
    people.start_quiz(page, site)
    given: dict[str, str] = {}
    for _question in range(3):
        address = page.url
        given[address] = people.answer(page)
        expect(page.locator("#answer-saved")).to_contain_text("Saved")
        page.locator("#answer-form button[name=go]").first.click()
        page.wait_for_url(lambda url, address=address: url != address)

    site.kill()
    site.start()

    for address, answer in given.items():
        page.goto(address)
        assert people.given(page) == answer
    page.goto(page.url.replace("/items/3/", "/items/4/"))
    people.answer_and_go_on(page)


def test_an_answer_given_while_the_server_is_away_arrives_when_it_is_back(site: Site, page: Page) -> None:
    people.sign_in(page, site, "wright")
    people.start_quiz(page, site)

    site.kill()
    answer = people.answer(page)
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    site.start()

    expect(page.locator("#offline")).to_be_hidden(timeout=30_000)
    page.reload()
    assert people.given(page) == answer


def test_a_reader_without_an_account_practises_and_keeps_it(site: Site, page: Page) -> None:
    people.start_quiz(page, site)
    address = page.url
    given = people.answer(page)
    expect(page.locator("#answer-saved")).to_contain_text("Saved")

    people.sign_up(page, site, "latecomer")

    page.goto(address)
    assert people.given(page) == given


def test_two_tabs_never_overwrite_silently(site: Site, page: Page) -> None:
    people.sign_in(page, site, "wright")
    people.start_quiz(page, site)
    other = page.context.new_page()
    other.goto(page.url)
    first = people.answer(page, choose=0)
    expect(page.locator("#answer-saved")).to_contain_text("Saved")

    people.fill(other, choose=1)

    expect(other.locator("#item")).to_contain_text("answered it somewhere else")
    page.reload()
    assert people.given(page) == first


def test_a_quiz_is_taken_by_keyboard_alone(site: Site, page: Page) -> None:
    people.sign_in(page, site, "wright")
    page.goto(f"{site.url}{people.QUIZ}")
    people.reach(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/items/1/"))

    people.reach(page, "#answer-form input[name=answer], #answer-form select")
    page.keyboard.press("Space")
    expect(page.locator("#answer-saved")).to_contain_text("Saved")
    people.reach(page, "#answer-form button[name=go]")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("/items/2/"))
