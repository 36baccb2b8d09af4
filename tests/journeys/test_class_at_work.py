"""A class at work: from a paper list to pupils at a quiz in counted clicks, help and answers, and clocks far apart."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import own, people
from tests.journeys.site import Site, manage
from tests.journeys.test_class_list import PAPER, Clicks

pytestmark = pytest.mark.browser

HANDS = """
from courses.models import Enrolment
from quizzes.services.hands import Where, raise_hand
from django.utils import timezone
for place in Enrolment.objects.students().filter(cohort=1).select_related("cohort", "user")[:3]:
    raise_hand(place=place, where=Where(), now=timezone.now())
"""
REPLIES = """
from courses.models import Message, Thread
from courses.services.messages import Letter, reply
from django.utils import timezone
thread = Thread.objects.latest("pk")
for entry in thread.entries.filter(as_staff=False)[:3]:
    reply(thread=thread, author=entry.user, letter=Letter(f"I am {entry.user.username}."), now=timezone.now())
"""


def in_zone(browser: Browser, site: Site, username: str, zone: str) -> Page:
    """Return a page of someone who has signed in somewhere."""
    page = browser.new_context(timezone_id=zone, locale="en-GB").new_page()
    people.sign_in(page, site, username)
    return page


def test_thirty_pupils_on_paper_are_at_work_in_under_forty_clicks(site: Site, browser: Browser) -> None:
    page = browser.new_context().new_page()
    people.sign_in(page, site, "instructor")
    page.goto(f"{site.url}/admin/courses/cohort/")
    teacher = Clicks(page)
    teacher.link("Add class")
    page.get_by_label("Name", exact=False).first.fill("Monday morning")
    for name, value in (("course", None), ("time_zone", "Europe/Lisbon")):
        teacher.count += 2  # a menu is opened, and an entry chosen
        chosen = {"index": 1} if value is None else {"value": value}
        page.locator(f"select[name={name}]").select_option(**chosen)
    teacher._click(page.locator("input[name=_continue]"))
    teacher._click(page.locator("#content-main").get_by_role("link", name="People", exact=True))
    page.get_by_label("Paste a list").fill(PAPER)
    teacher.button("Check the list")
    teacher.button("Import 30 changes")
    teacher.button("Make 30 sign-in slips")
    manage(site.database_url, "worker", "--once")
    expect(page.get_by_role("button", name="Show 30 slips")).to_be_visible()
    teacher.button("Show 30 slips")
    slips = [each.all_inner_texts() for each in (page.locator(".slip").nth(at).locator("dd.code") for at in range(30))]
    teacher._click(page.get_by_role("link", name="Monday morning"))
    teacher.link("^Assignments$")
    teacher.link("^Assign work$")
    teacher._click(page.locator("input[name=work][value^=quiz-]"))
    page.locator("input[name=due_at]").fill("2090-03-26T23:59")
    teacher.button("Assign the work ticked")
    expect(page.get_by_text("1 piece of work is assigned.")).to_be_visible()

    assert len(slips) == 30
    assert teacher.count < 40
    for username, passphrase in (slips[0], slips[14], slips[29]):
        pupil = browser.new_context().new_page()
        people.sign_in(pupil, site, username, password=passphrase)
        pupil.goto(f"{site.url}{people.COURSE}")
        pupil.locator(".due-line a").first.click()
        pupil.locator("main form").get_by_role("button").first.click()
        sure = pupil.get_by_role("button", name="Start quiz", exact=True)
        if sure.count():
            sure.click()
        pupil.wait_for_url(re.compile("/attempts/.+/items/"))


def test_three_clicks_from_who_needs_help_to_their_answers(site: Site, browser: Browser) -> None:
    own.shell(site, HANDS)
    page = browser.new_context().new_page()
    people.sign_in(page, site, "instructor")
    page.goto(f"{site.url}/classes/1/")
    teacher = Clicks(page)

    teacher.link("Write to th")
    page.get_by_label("Subject").fill("Can I help?")
    page.locator("textarea").fill("What stops you?")
    teacher.button("Send")
    own.shell(site, REPLIES)
    teacher.link("^Messages")

    assert teacher.count == 3
    expect(page.get_by_text("Can I help?").first).to_be_visible()
    for answer in page.locator("main").get_by_text(re.compile("I am ")).all()[:3]:
        expect(answer).to_be_visible()
    assert page.locator("main").get_by_text(re.compile("I am ")).count() == 3


def test_one_due_moment_is_read_in_seoul_and_berlin_and_keeps_its_hour_across_a_clock_change(
    site: Site, browser: Browser
) -> None:
    page = browser.new_context().new_page()
    people.sign_in(page, site, "instructor")
    page.goto(f"{site.url}/classes/1/settings/")
    page.locator("input[name=time_zone]").fill("Europe/Berlin")
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Save, with the time zone Europe/Berlin").click()
    for day, nth in ((25, 0), (26, 1)):  # the clocks go forward in the night between
        page.goto(f"{site.url}/classes/1/assignments/new/")
        page.locator(".offer:not(:has-text('assigned to everyone')) input[value^=quiz-]").nth(nth).check()
        page.locator("input[name=due_at]").fill(f"2090-03-{day}T23:59")
        page.get_by_role("button", name="Assign the work ticked").click()
        expect(page.get_by_text("1 piece of work is assigned.")).to_be_visible()

    read = {}
    for zone in ("Asia/Seoul", "Europe/Berlin"):
        student = in_zone(browser, site, "student", zone)
        for _each in range(2):  # the first page tells the browser's zone, the next uses it
            student.goto(f"{site.url}{people.COURSE}")
        lines = student.locator(".due-line").filter(has_text="2090").all_inner_texts()
        read[zone] = [re.search(r"(\d+ March 2090, \d\d:\d\d) \((\w+)\)", line).groups() for line in lines]  # type: ignore[union-attr]

    assert read["Europe/Berlin"] == [("25 March 2090, 23:59", "Berlin"), ("26 March 2090, 23:59", "Berlin")]
    assert read["Asia/Seoul"] == [("26 March 2090, 07:59", "Seoul"), ("27 March 2090, 06:59", "Seoul")]
