"""The gradebook: what counts, what is decided by hand, what students see of it, and the files made of it."""

from __future__ import annotations

import csv
import gzip
import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from classes.gradebook.book import book_of, grades_of
from classes.gradebook.steps import student_grades
from classes.gradebook.words import number
from courses.models import Enrolment, Lesson, SectionRead
from courses.services.progress import mark_read
from quizzes.domain.gradebook import Basis, Fate, Status
from quizzes.errors import GradeMoved, ReasonNeeded, RulesMoved
from quizzes.models import Assignment, Attempt, GradeCategory, GradeDecision, GradeRules, WorkStanding
from quizzes.services.assignments import Act, assign
from quizzes.services.gradebook import Decided, Subject, decide, set_rules, stamp, take_back
from tests.make import (
    NOW,
    answer_rightly,
    assign_quiz,
    browser_of,
    make_attempt,
    make_cohort,
    make_course,
    make_user,
    quiz_file,
    submit,
)
from tests.pages.test_cost import counted

DAY = timedelta(days=1)


@pytest.fixture
def room(db):
    """A class with three quizzes of four questions, assigned in the category Quizzes, and two students."""
    return Room()


class Room:
    def __init__(self, students=2, quizzes=3, **settings):
        given = {"items": 4, "kinds": ["single"], "practice": False, **settings}
        files = [quiz_file(key=f"q{n}", **given) for n in range(quizzes)]
        self.course = make_course(lessons=1, sections=2, quizzes=files)
        self.teacher = make_user("teacher", first_name="Helen", last_name="Park")
        names = [("Daria", "Ivanova"), ("Seo-yeon", "Choi")]
        self.students = [
            make_user(f"student-{n}", first_name=(names * 99)[n][0], last_name=(names * 99)[n][1])
            for n in range(students)
        ]
        self.cohort = make_cohort(self.course, instructor=self.teacher, students=self.students)
        Assignment.objects.filter(cohort=self.cohort).delete()
        self.quizzes = list(self.course.quizzes.order_by("key"))
        for quiz in self.quizzes:
            assign_quiz(self.cohort, quiz, category="Quizzes", due_at=NOW + 7 * DAY)

    def sit(self, quiz, right, *, student=0, now=NOW):
        attempt = make_attempt(self.quizzes[quiz], self.students[student], now=now)
        answer_rightly(attempt, count=right)
        submit(attempt, now=now)
        return attempt

    def set(self, *categories, **rules):
        listed = [GradeCategory(**each) for each in categories]
        GradeCategory.objects.filter(cohort=self.cohort).delete()
        GradeRules.objects.filter(cohort=self.cohort).delete()
        set_rules(self.cohort, GradeRules(**rules), listed, seen="", actor=self.teacher, now=NOW)

    def place(self, student=0):
        return Enrolment.objects.with_names().get(user=self.students[student], cohort=self.cohort)

    def total(self, basis=Basis.CURRENT, *, student=0, now=NOW):
        book = book_of(self.cohort)
        [grades] = grades_of(book, [self.place(student)], now=now)
        return book.total(grades.pieces, basis, grades.total_by_hand)

    def lines(self, **how):
        return {line.piece.key: line for each in self.total(**how).categories for line in each.lines}

    def key(self, quiz):
        return f"quiz-{self.quizzes[quiz].pk}"

    def address(self, name, *args):
        return reverse(f"classes:{name}", args=[self.cohort.pk, *args])

    def page(self, name, *args, who=None, **asked):
        answer = browser_of(who or self.teacher).get(self.address(name, *args), asked)
        assert answer.status_code == 200
        return answer.content.decode()


QUIZZES = {"name": "Quizzes", "weight": Decimal(80), "mode": "percents", "drop_lowest": 1}


# What counts


def test_points_and_percents_come_from_the_standing_rows(room):
    room.sit(0, 4)
    room.sit(1, 1)

    assert room.total().percent == Decimal("62.5")  # 5 of 8 points
    assert room.total(Basis.FINAL).percent == settled_of(5, 12)
    room.set(QUIZZES)
    assert room.total().percent == 100  # the 25% is dropped


def settled_of(earned, possible):
    return Decimal(round(10**11 * earned / possible)) / 10**9


def test_every_total_on_the_page_has_a_cell_for_each_piece_and_says_what_was_dropped(room):
    room.set(QUIZZES, {"name": "Seminar", "weight": Decimal(20)}, scale=[["A", "85"]], below="B")
    room.sit(0, 4)
    room.sit(1, 1)
    page = room.page("gradebook")

    assert re.search(r'class="total starts">\s*<a href="\d+/">100\.0</a>\s*</td>\s*<td>A</td>', page)
    assert "<s>25</s>" in page
    assert "dropped, the lowest" in page
    assert page.index("<b>Choi</b>") < page.index("<b>Ivanova</b>")


def test_practice_is_never_graded_and_a_lesson_only_in_a_category(room):
    room.quizzes[2].is_practice = True
    room.quizzes[2].save()
    lesson = Lesson.objects.get()
    act = Act(room.teacher, NOW)
    made = Assignment(cohort=room.cohort, lesson=lesson)
    assign([made], act)
    assert [each.key for each in book_of(room.cohort).columns] == [room.key(0), room.key(1)]

    Assignment.objects.filter(pk=made.pk).update(category="Reading")
    mark_read(lesson=lesson, sections=["section-1", "section-2"], student=room.students[0], now=NOW)

    assert SectionRead.objects.count() == 2
    assert room.lines()[f"lesson-{lesson.pk}"].share == 1


def test_a_whole_course_is_graded_by_all_its_quizzes(room):
    Assignment.objects.all().delete()
    WorkStanding.objects.all().delete()
    assign([Assignment(cohort=room.cohort)], Act(room.teacher, NOW))
    room.sit(1, 2)

    assert room.total().percent == 50
    assert room.total(Basis.FINAL).percent == settled_of(2, 12)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [({}, 0), ({"late_rate": Decimal(10)}, 20), ({"late_rate": Decimal(10), "late_floor": Decimal(90)}, 10)],
)
def test_late_work_loses_what_the_class_says_for_each_day_of_its_calendar(room, rules, expected):
    room.cohort.time_zone = "Asia/Seoul"
    room.cohort.save()
    room.set(**rules)
    room.sit(0, 4, now=NOW + 8 * DAY + timedelta(hours=1))

    assert room.total().percent == 100 - expected


def test_of_two_attempts_the_one_counts_that_is_best_when_late(room):
    room.set(late_rate=Decimal(40))
    room.sit(0, 3)
    room.sit(0, 4, now=NOW + 8 * DAY)

    assert room.total().percent == 75


def test_missing_work_counts_as_the_class_says_once_it_is_due(room):
    room.sit(0, 4)
    after = NOW + 8 * DAY
    assert (room.total(now=after).percent, room.lines(now=after)[room.key(1)].piece.status) == (100, Status.MISSING)

    room.set(missing=Decimal(25))
    assert room.total(now=NOW).percent == 100
    assert room.total(now=after).percent == 50


def test_work_of_no_category_does_not_count_and_the_page_says_so(room):
    room.set({"name": "Talks", "weight": Decimal(1)})
    room.sit(0, 4)

    assert room.total().percent is None
    assert "3 pieces of work belong to no category" in room.page("gradebook")


def test_extra_credit_and_set_points_count_as_told(room):
    Assignment.objects.filter(quiz=room.quizzes[1]).update(is_extra=True, points=Decimal(2))
    room.sit(0, 2)
    room.sit(1, 4)

    assert room.total().percent == 100  # (2 + 2) ÷ 4


# By hand


def subject(room, quiz=0):
    return Subject(room.place(), room.quizzes[quiz].pk if quiz is not None else None)


@pytest.mark.parametrize(
    ("decided", "expected"),
    [
        (Decided("excused", "Ill."), None),
        (Decided("score", "Orally.", Decimal(3), Decimal(4)), 75),
        (Decided("on_time", "The site was down."), 50),
    ],
)
def test_a_decision_changes_what_counts_and_taking_it_back_restores_it(room, decided, expected):
    room.set(late_rate=Decimal(10))
    room.sit(0, 2, now=NOW + 8 * DAY)
    assert room.total().percent == 40

    made = decide(subject(room), decided, actor=room.teacher, now=NOW)
    assert room.total().percent == expected
    take_back(subject(room), seen=made.pk, actor=room.teacher, now=NOW)

    assert room.total().percent == 40
    assert [each.reason for each in GradeDecision.objects.all()] == [decided.reason]


def test_a_total_by_hand_stands_beside_what_was_worked_out(room):
    room.set(scale=[["A", "85"]], below="B")
    room.sit(0, 2)
    decide(subject(room, None), Decided("total", "Council.", Decimal(85), Decimal(100)), actor=room.teacher, now=NOW)
    total = room.total()

    assert (total.percent, total.grade, total.worked_out) == (85, "A", 50)
    assert "Council." in room.page("grades", who=room.students[0])


def test_a_decision_needs_a_reason_and_what_was_decided_meanwhile_is_not_overwritten(room):
    with pytest.raises(ReasonNeeded):
        decide(subject(room), Decided("excused", " "), actor=room.teacher, now=NOW)
    decide(subject(room), Decided("excused", "Ill."), actor=room.teacher, now=NOW)
    with pytest.raises(GradeMoved):
        decide(subject(room), Decided("score", "Late.", Decimal(1), Decimal(4)), actor=room.teacher, now=NOW)

    assert GradeDecision.objects.in_force().get().kind == "excused"


def test_the_form_of_a_cell_says_what_is_wrong_and_saves_what_is_right(room):
    browser = browser_of(room.teacher)
    address = room.address("gradebook-cell", room.students[0].pk, room.key(0))
    refused = browser.post(address, {"kind": "score", "points": "", "reason": "Orally."})
    saved = browser.post(address, {"kind": "score", "points": "3", "reason": "Orally."})

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert "Give a number of points." in refused.content.decode()
    assert room.total().percent == 75
    assert "Orally." in room.page("gradebook-cell", room.students[0].pk, room.key(0))


@pytest.mark.parametrize("points", ["10", "10.00", "1E+1"])
def test_the_form_of_a_cell_says_what_the_points_are_out_of(room, points):
    Assignment.objects.filter(quiz=room.quizzes[0]).update(points=Decimal(points))

    assert "Points, out of 10" in room.page("gradebook-cell", room.students[0].pk, room.key(0))
    assert number(Decimal(points)) == "10"


# What students see


def test_a_student_sees_the_same_steps_and_tries_what_if_without_saving(room):
    room.sit(0, 2)
    asked = {f"if-{room.key(1)}": "4"}
    page = room.page("grades", who=room.students[0], **asked)

    assert "2 of 4 points, 50.0%" in page
    assert re.search(r"Current total:\s*<b>75\.0%</b>", page)
    assert (GradeDecision.objects.count(), Attempt.objects.count(), room.total().percent) == (0, 1, 50)


def test_a_result_that_the_quiz_does_not_show_yet_is_not_told_by_the_total(db):
    room = Room(quizzes=1, closes=(timezone.now() + DAY).isoformat(), review={"overall": ["closed"]})
    room.sit(0, 2)
    own = student_grades(room.cohort, room.place(), now=timezone.now(), is_own=True)

    assert [each.percent for each in own.totals] == [None, 0]
    assert room.total().percent == 50


def test_a_class_can_keep_its_totals_from_students(room):
    room.set(shows_totals=False)
    room.sit(0, 2)
    page = room.page("grades", who=room.students[0])

    assert "Current total" not in page
    assert "2 of 4 points" in page


# Rules


def rules_form(room, **other):
    there = list(GradeCategory.objects.filter(cohort=room.cohort).order_by("position"))
    form = {"category-TOTAL_FORMS": str(len(there) + 1), "category-INITIAL_FORMS": str(len(there))}
    for at, each in enumerate([*there, GradeCategory(name="")]):
        values = {name: getattr(each, name) for name in ("name", "weight", "mode", "drop_lowest", "drop_highest")}
        form |= {f"category-{at}-{name}": str(value) for name, value in values.items()}
        form[f"category-{at}-id"] = str(each.pk or "")
    return {**form, "late_hours": "24", "late_floor": "0", "seen": stamp(room.cohort), **other}


def test_categories_are_made_renamed_and_removed_and_work_follows(room):
    browser, address = browser_of(room.teacher), room.address("gradebook-rules")
    boundaries = {"scale": "A 85\nB 69,5", "below": "C"}
    made = browser.post(address, rules_form(room, **{"category-0-name": "quizzes"}, **boundaries))
    assert made.status_code == 302
    assert not book_of(room.cohort).uncounted

    browser.post(address, rules_form(room, **{"category-0-name": "Tests", "category-1-name": "Talks"}, **boundaries))
    assert set(Assignment.objects.values_list("category", flat=True)) == {"Tests"}
    assert GradeRules.objects.get().scale == [["A", "85"], ["B", "69.5"]]
    assert "A from 85%" in room.page("gradebook-rules")

    browser.post(address, rules_form(room, **{"category-0-name": ""}))
    assert [each.name for each in GradeCategory.objects.all()] == ["Talks"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"category-0-name": "A", "category-0-drop_highest": "1"}, "only from a mean of percents"),
        ({"scale": "A 70\nB 85"}, "Put the highest first"),
        ({"scale": "A"}, "is no boundary"),
        ({"scale": "A 84.95"}, "at most one decimal place"),
        ({"seen": "2020-01-01"}, "were changed since you opened"),
        ({"category-0-weight": "-1", "category-0-name": "A"}, "greater than or equal to 0"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused_in_words_and_nothing_is_saved(room, fields, words):
    answer = browser_of(room.teacher).post(room.address("gradebook-rules"), rules_form(room, **fields))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (GradeCategory.objects.count(), GradeRules.objects.count()) == (0, 0)


def test_two_people_who_set_rules_at_once_do_not_overwrite_each_other(room):
    room.set(QUIZZES)
    with pytest.raises(RulesMoved):
        set_rules(room.cohort, GradeRules(), [], seen="", actor=room.teacher, now=NOW)

    assert GradeCategory.objects.get().name == "Quizzes"


def test_work_is_put_into_categories_by_the_second_form(room):
    room.set(QUIZZES, {"name": "Exam", "weight": Decimal(20)})
    form = {"work": "1"}
    for at in range(3):
        form |= {f"{room.key(at)}-category": "Exam" if at == 2 else "Quizzes", f"{room.key(at)}-weight": "1"}
    form[f"{room.key(2)}-is_never_dropped"] = "on"
    answer = browser_of(room.teacher).post(room.address("gradebook-rules"), form)

    assert answer.status_code == 302
    exam = Assignment.objects.get(quiz=room.quizzes[2])
    assert (exam.category, exam.is_never_dropped, exam.points) == ("Exam", True, None)


# Finding and sorting


def test_students_are_found_by_name_and_number_and_sorted_by_a_score(room):
    room.sit(0, 4, student=0)
    room.sit(0, 1, student=1)
    Enrolment.objects.filter(user=room.students[1]).update(student_number="A-77")

    assert "Ivanova" not in room.page("gradebook", q="a-77")
    assert "Choi" not in room.page("gradebook", q="ivan")
    by_score = room.page("gradebook", sort=f"-{room.key(0)}")
    assert by_score.index("Ivanova") < by_score.index("Choi")
    by_total = room.page("gradebook", sort="total")
    assert by_total.index("Choi") < by_total.index("Ivanova")
    assert "No student fits" in room.page("gradebook", q="nobody")


def test_odd_queries_are_as_if_they_were_not_there(room):
    odd = {"sort": "quiz-99999999999999999999", "page": "99999999999", "group": "x", "total": "?", "q": "\x00"}

    assert "Choi" in room.page("gradebook", **odd)


def test_a_page_costs_the_same_for_3_students_and_60(db):
    costs, sizes = [], []
    room = Room(students=3, quizzes=2)
    for students in (3, 60):
        grown(room, students)
        browser = browser_of(room.teacher)
        browser.get(room.address("gradebook"))
        with counted() as queries:
            answer = browser.get(room.address("gradebook"))
        costs.append(len(queries))
        sizes.append(len(gzip.compress(answer.content)))

    assert costs[0] == costs[1], "\n".join(queries)
    assert costs[0] <= 18, "\n".join(queries)
    assert sizes[1] < 20_000
    assert "Students 1 to 50 of 60" in answer.content.decode()


def grown(room, students):
    for n in range(len(room.students), students):
        user = make_user(f"more-{n}", first_name="Ji-woo", last_name=f"Ahn{n}")
        Enrolment.objects.create(cohort=room.cohort, user=user, joined_at=NOW - DAY)
        room.students.append(user)


# Files


def rows_of(room, form):
    answer = browser_of(room.teacher).get(room.address("gradebook-file", form))
    content = b"".join(answer.streaming_content)
    if form == "xlsx":
        return [list(row) for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def test_files_hold_names_numbers_points_maximum_and_dates_and_no_formula(room):
    user = room.students[0]
    user.first_name = "=1+1"
    user.save()
    Enrolment.objects.filter(user=user).update(student_number="007")
    room.sit(0, 3)
    for form in ("csv", "xlsx"):
        head, maximum, due, choi, ivanova = rows_of(room, form)
        at = head.index("Quiz q0")

        assert [str(value) for value in ivanova[:6]][:2] == ["Ivanova", "'=1+1"]
        assert (ivanova[4], choi[0]) == ("007", "Choi")
        assert (float(ivanova[at]), float(maximum[at])) == (3, 4)
        assert (str(ivanova[at + 1])[:16], str(due[at])[:10]) == (f"{NOW:%Y-%m-%d %H:%M}", f"{NOW + 7 * DAY:%Y-%m-%d}")
        assert float(ivanova[head.index("Current total (%)")]) == 75


@pytest.mark.parametrize(
    ("form", "head", "line"),
    [
        (
            "canvas",
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Quiz q0", "Quiz q1", "Quiz q2"],
            ["Ivanova, Daria", "", "007", "student-0", "Russian foreign policy", "3.00", "EX", ""],
        ),
        (
            "moodle",
            ["First name", "Last name", "ID number", "Username", "Email address", "Quiz: Quiz q0 (Real)"],
            ["Daria", "Ivanova", "007", "student-0", "", "3.00"],
        ),
    ],
)
def test_files_for_other_programs_have_the_columns_these_look_for(room, form, head, line):
    Enrolment.objects.filter(user=room.students[0]).update(student_number="007")
    room.sit(0, 3)
    decide(subject(room, 1), Decided("excused", "Ill."), actor=room.teacher, now=NOW)
    rows = rows_of(room, form)

    assert rows[0][: len(head)] == head
    assert rows[-1][: len(line)] == line
    if form == "canvas":
        assert rows[1][0].strip() == "Points Possible"


# By API


def test_the_api_gives_the_steps_and_decides_with_the_same_permissions(room):
    room.set(QUIZZES)
    room.sit(0, 4)
    room.sit(1, 1)
    browser = browser_of(room.teacher)
    base = f"/api/v1/classes/{room.cohort.pk}/gradebook/"
    row = next(each for each in browser.get(base).json()["rows"] if each["name"] == "Daria Ivanova")
    found = browser.get(f"{base}{room.students[0].pk}/").json()
    [category] = found["totals"][0]["categories"]

    assert (row["shown"], row["scores"][room.key(1)]) == ("100.0", "25")
    assert [line["fate"] for line in category["lines"]] == [Fate.COUNTS, Fate.LOWEST, Fate.LEFT_OUT]
    assert category["lines"][1]["steps"] == [
        {"kind": "raw", "before": None, "after": "25.000000", "number": "1.00"}
    ]  # fmt: skip

    address = f"{base}{room.students[0].pk}/{room.key(0)}/"
    sent = {"content_type": "application/json"}
    refused = browser.put(address, {"kind": "score", "reason": "Orally."}, **sent)
    made = browser.put(address, {"kind": "score", "points": "2", "reason": "Orally."}, **sent)
    again = browser.put(address, {"kind": "excused", "reason": "Ill."}, **sent)
    assert (refused.status_code, made.status_code, again.status_code) == (400, 200, 409)
    assert browser.delete(f"{address}?seen={made.json()['decision']}").json() == {"decision": None}
    own = browser_of(room.students[0]).get(f"/api/v1/classes/{room.cohort.pk}/grades/").json()
    assert own["totals"] == found["totals"]
