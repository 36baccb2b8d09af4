"""My progress: what it tells and from what, at what cost; it tells nothing of an exam that keeps results back."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.http import GUEST_KEY
from courses.models import Course, Lesson
from courses.services.progress import mark_read
from quizzes.models import Attempt, CheckAnswer, Quiz
from tests.api.ask import API, program_of
from tests.make import (
    assign_quiz,
    body,
    browser_of,
    enrol,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_guest,
    make_user,
    quiz_file,
    submit,
)
from tests.pages.test_cost import counted

PAGE = "/progress/"
THEN = timezone.now() - timedelta(days=2)


def course_with(quizzes: int = 1, *, items: int = 2, key: str = "course", lessons: int = 0, **fields: Any) -> Course:
    """Return a course with a quiz for each of the first lessons, on its objective."""
    files = [
        quiz_file(
            key=f"{key}-quiz-{at}",
            lesson=f"lesson-{at}",
            title=f"Quiz {at}",
            items=[body("single", key=f"{key}-q{at}-{number}", objective=f"objective-{at}") for number in range(items)],
            **fields,
        )
        for at in range(1, quizzes + 1)
    ]
    return make_course(key=key, lessons=lessons or quizzes, sections=2, quizzes=files)


def text_of(browser: Client, address: str = PAGE) -> str:
    """Return the words of the page's main part, with single spaces."""
    page = browser.get(address)
    assert page.status_code == 200
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def sit(quiz: Quiz, student: User, *, is_right: bool = True) -> Attempt:
    attempt = make_attempt(quiz, student, now=THEN)
    for response in attempt.responses.select_related("revision"):
        spec = response.revision.spec
        answer = spec.right_answer() if is_right else spec.wrong_answer(random.Random(1))
        give(attempt, answer, position=response.position, now=THEN)
    return submit(attempt, now=THEN + timedelta(minutes=5))


def test_a_stranger_is_told_what_will_show(db: None) -> None:
    course_with()

    assert "You have not begun yet" in text_of(Client())
    assert "Start reading 1.1 Title of lesson-1" in text_of(Client())


def test_a_site_without_a_course_says_so(db: None) -> None:
    assert "There is no course here yet" in text_of(Client())


@pytest.mark.parametrize("is_guest", [True, False])
def test_it_tells_what_is_read_taken_and_mastered(db: None, is_guest: bool) -> None:
    course = course_with(2)
    reader = make_guest() if is_guest else make_user("reader")
    browser = guest_browser(reader) if is_guest else browser_of(reader)
    mark_read(lesson=Lesson.objects.get(key="lesson-1"), sections=["section-1", "section-2"], student=reader, now=THEN)
    sit(course.quizzes.get(key="course-quiz-1"), reader)

    told = text_of(browser)

    assert "You have read 1 of 2 lessons to the end and passed 1 quiz ." in told
    assert "Of the 1 objective you have worked on, 0 is mastered" in told
    assert "2 of 5 answers too few to tell" in told
    assert "Read on in 1.2 Title of lesson-2" in told
    assert ("kept in this browser only" in told) is is_guest


def guest_browser(guest: User) -> Client:
    browser = Client()
    session = browser.session
    session[GUEST_KEY] = guest.pk
    session.save()
    return browser


@pytest.mark.parametrize("page", ["courses:course", "quizzes:quiz"])
def test_the_header_leads_there_for_who_has_begun(db: None, page: str) -> None:
    course = course_with()
    address = reverse(page, args=[course.key] if page == "courses:course" else [course.key, "course-quiz-1"])
    link = f'href="{PAGE}"'

    assert link not in Client().get(address).content.decode()
    assert link in guest_browser(make_guest()).get(address).content.decode()
    assert link in browser_of(make_user("reader")).get(address).content.decode()


def test_the_course_worked_on_last_is_shown_and_another_can_be_chosen(db: None, student: User) -> None:
    first, second = course_with(key="first"), course_with(key="second")
    for course, days in ((first, 3), (second, 1)):
        lesson = course.lessons.get(key="lesson-1")
        mark_read(lesson=lesson, sections=["section-1"], student=student, now=timezone.now() - timedelta(days=days))
    browser = browser_of(student)

    assert browser.get(PAGE).context["course"] == second
    assert browser.get(f"{PAGE}?course=first").context["course"] == first
    assert 'href="?course=first"' in browser.get(PAGE).content.decode()


@pytest.mark.parametrize("named", ["nowhere", "no such", "%00", "x" * 300])
def test_a_course_that_is_not_there_is_not_found(db: None, student: User, named: str) -> None:
    course_with()

    assert browser_of(student).get(f"{PAGE}?course={named}").status_code == 404


def test_the_api_gives_the_same_figures(db: None, student: User) -> None:
    course = course_with(2)
    mark_read(lesson=Lesson.objects.get(key="lesson-1"), sections=["section-1", "section-2"], student=student, now=THEN)
    attempt = sit(course.quizzes.get(key="course-quiz-1"), student)
    make_attempt(course.quizzes.get(key="course-quiz-2"), student)

    page = browser_of(student).get(PAGE).context["page"]
    told = program_of(student).get(f"{API}/progress/?course=course").json()

    assert (
        [(each["objective"], each["percent"], each["answer_count"]) for each in told["objectives"]]
        == [(line.objective.key, line.mastery.percent, line.mastery.answers) for line in page.objectives]
        == [("objective-1", 100, 2)]
    )
    assert told["objectives"][0]["answers"][0]["page"] == f"{reverse('quizzes:result', args=[attempt.pk])}#question-1"
    assert [step["title"] for step in told["steps"]] == [step.title for step in page.steps]
    assert [(each["quiz"], each["percent"], each["is_passed"]) for each in told["results"]] == [
        ("course-quiz-1", 100, True)
    ]
    assert [week["few"] for week in told["weeks"]] == [0, 0, 0, 0, 1]
    assert [line["is_passed_so_far"] for line in told["quizzes"]] == [True, False]


def test_it_costs_the_same_in_a_large_course_and_a_large_class(db: None, student: User) -> None:
    browser, costs = browser_of(student), []
    for size in (2, 12):
        course = course_with(size, key=f"c{size}", review="after_close", practice=False,
                             closes=(THEN + timedelta(days=1)).isoformat())  # fmt: skip
        cohort = make_cohort(course, instructor=make_user(f"teacher-{size}"))
        for at in range(size):
            other = make_user(f"other-{size}-{at}")
            enrol(other, cohort)
            sit(course.quizzes.get(key=f"c{size}-quiz-1"), other)
        enrol(student, cohort)
        for quiz in course.quizzes.all():
            assign_quiz(cohort, quiz, due_at=timezone.now() + timedelta(days=3))
            sit(quiz, student)
        for lesson in course.lessons.all():
            mark_read(lesson=lesson, sections=["section-1", "section-2"], student=student, now=THEN)
        address = f"{PAGE}?course=c{size}"
        page = browser.get(address)  # what is the same for everyone is made, and kept
        assert len(page.context["page"].objectives) == size
        with counted() as queries:
            browser.get(address)
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 10, "\n".join(queries)


HIDDEN = {"review": "after_close", "practice": False, "closes": (timezone.now() + timedelta(days=9)).isoformat()}
PLACES = (PAGE, f"{API}/progress/?course=course", "/courses/course/")


def told(browser: Client) -> dict[str, str]:
    """Return what each place says, without what differs by attempt and moment."""
    found = {}
    for place in PLACES:
        text = browser.get(place).content.decode()
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text)
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)", "MOMENT", text)
        found[place] = re.sub(r'(name="csrfmiddlewaretoken" value=")\w+|(Account: )\w+', "", text)
    return found


def test_nothing_tells_an_exam_that_keeps_its_results_back(db: None) -> None:
    """Two students alike but for their answers are told the same; of mastery, what they were before."""
    files = [
        quiz_file(key="open", title="Open", items=[body("single", key=f"o{at}") for at in range(3)]),
        quiz_file(key="exam", title="Exam", items=[body("single", key=f"e{at}") for at in range(3)], **HIDDEN),
    ]
    course = make_course(lessons=1, sections=2, quizzes=files)
    able, unable = make_user("able"), make_user("unable")
    seen: dict[User, dict[str, str]] = {}
    for person in (able, unable):
        sit(course.quizzes.get(key="open"), person, is_right=False)
        browser = browser_of(person)
        before = program_of(person).get(PLACES[1]).json()
        standing = browser.get(PAGE).context["page"]
        sit(course.quizzes.get(key="exam"), person, is_right=person is able)
        seen[person] = told(browser)
        after, page = program_of(person).get(PLACES[1]).json(), browser.get(PAGE).context["page"]

        assert after["objectives"] == before["objectives"] != []
        assert [week["few"] for week in after["weeks"]] == [week["few"] for week in before["weeks"]]
        assert (page.passed_count, page.mastered_count) == (standing.passed_count, standing.mastered_count)
        exam = next(each for each in after["quizzes"] if each["quiz"] == "exam")
        assert (exam["best_percent"], exam["is_passed"], exam["so_far"]) == (None, False, None)
        assert [each["percent"] for each in after["results"] if each["quiz"] == "exam"] == [None]

    assert seen[able] == seen[unable]
    assert "not shown now" in seen[able][PAGE]


def test_what_others_did_changes_nothing(db: None, student: User) -> None:
    course = course_with()
    sit(course.quizzes.get(), student, is_right=False)
    browser = browser_of(student)
    before = text_of(browser)
    sit(course.quizzes.get(), make_user("other"))

    assert text_of(browser) == before


def test_a_check_answered_by_a_stranger_begins_their_progress(db: None) -> None:
    make_course(lessons=1, sections=1, quizzes=[quiz_file(items=1, checks=[body("single", key="check-1")])])
    browser = Client()
    browser.post(reverse("quizzes:check", args=["course", "check-1"]), {"check-1": "1"})

    assert CheckAnswer.objects.get().student.guest
    assert "1 of 5 answers" in text_of(browser)
