"""A big demonstration class: as many students as one likes, with names in several scripts and reading behind them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from classes.roster.reading import MOST_LINES, read_pasted
from classes.services.roster import apply_draft, keep_draft, preview_of
from courses.models import Cohort, Course, Enrolment, Lesson, LessonCompletion, Section, SectionRead
from courses.services.staff import make_instructor

if TYPE_CHECKING:
    from django.contrib.auth.models import User

GROUPS = ("Tuesday", "Wednesday", "Thursday", "Friday")
_AT_ONCE = 500

# Given and family names that go together, and how many students of a class have such names.
_NAMES: tuple[tuple[int, str, str], ...] = (
    (
        6,
        "Nora Liam Amina Jonas Elif Tom Inés Chiara Aminata Hana Piotr Sofia Mateo Freya Idris Leïla Björn Ngozi",
        "Haddad O’Brien Benali Fischer Şahin Baker López Ricci Diallo Zelenková Nowak Lindqvist García Okafor Müller",
    ),
    (
        4,
        "민지 서연 지우 하준 도윤 예은 수아 지호 유진 은우 채원 시우 다은 현우",
        "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황",
    ),
    (
        3,
        "Анна Мария Дарья Елена Пётр Иван Тимур Алия Ольга Сергей Нурлан Айгуль Юлия Роман",
        "Ким Цой Пак Ткаченко Ли Югай Шевченко Бондаренко Мороз Тен Кравченко Хан",
    ),
    (2, "Min-ji Seo-yeon Ji-woo Ha-jun Do-yun Ye-eun Su-ah Ji-ho Yu-jin", "Kwon Park Choi Jeong Ahn Bae Cho Han Lim"),
    (2, "Lan Minh Hương Tuấn Mai Dũng Thảo Quang Hà Phúc", "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi"),
    (1, "子涵 欣怡 浩然 宇轩 梓萱 思远 佳琪 俊杰", "王 李 张 刘 陈 杨 赵 黄"),
    (1, "ليلى عمر مريم يوسف سلمى كريم نور حسن", "حداد منصور خليل عباس سالم درويش"),
)


def big_demo(*, course: Course, teacher: User, students: int, now: datetime, seed: int = 1) -> Cohort:
    """Make a class of a course with so many students, who have read as far as such students do.

    People come in through lists, as they would; nobody can sign in to their accounts before slips are printed. The
    same seed makes the same names and the same progress.
    """
    rng = random.Random(seed)  # noqa: S311 (not a secret)
    with transaction.atomic():
        cohort = Cohort.objects.create(course=course, name=f"Demo class of {students:,}")
        Enrolment.objects.create(cohort=cohort, user=teacher, role=Enrolment.Role.INSTRUCTOR)
        make_instructor(teacher)
    lines = list(_lines(cohort, students, rng))
    for start in range(0, len(lines), MOST_LINES):
        text = "\n".join(["Number\tFamily name\tGiven name\tGroup", *lines[start : start + MOST_LINES]])
        draft = keep_draft(cohort=cohort, table=read_pasted(text), name="", actor=teacher, now=now)
        shown = preview_of(draft, reader=teacher)
        apply_draft(draft=draft, expected=shown.difference.fingerprint, actor=teacher, now=now)
    _read(cohort, course, now, rng)
    return cohort


def _lines(cohort: Cohort, count: int, rng: random.Random) -> Iterator[str]:
    """Yield lines of a list. Numbers are those of this class alone: others would find students of an earlier one."""
    weights = [weight for weight, _given, _family in _NAMES]
    for at in range(1, count + 1):
        [(_weight, given, family)] = rng.choices(_NAMES, weights)
        yield f"{cohort.pk}-{at:05d}\t{rng.choice(family.split())}\t{rng.choice(given.split())}\t{rng.choice(GROUPS)}"


def _read(cohort: Cohort, course: Course, now: datetime, rng: random.Random) -> None:
    """Let students read: most in step with the class, some ahead, some behind, one in twelve not at all."""
    lessons = list(Lesson.objects.current().written().filter(course=course))
    sections: dict[int, list[int]] = {lesson.pk: [] for lesson in lessons}
    for pk, lesson in Section.objects.current().filter(lesson__in=lessons).values_list("pk", "lesson"):
        sections[lesson].append(pk)
    users = list(cohort.enrolments.students().values_list("user", flat=True))
    for start in range(0, len(users), _AT_ONCE):
        _read_some(users[start : start + _AT_ONCE], sections, now, rng)


@transaction.atomic
def _read_some(users: Sequence[int], sections: dict[int, list[int]], now: datetime, rng: random.Random) -> None:
    reads, done, seen = [], [], []
    for user in users:
        reach = 0.0 if rng.random() < 1 / 12 else min(len(sections), max(0.3, rng.gauss(len(sections) / 3, 2)))
        moment = now - timedelta(days=reach * 7 + rng.random() * 5)
        for at, (lesson, keys) in enumerate(sections.items()):
            count = round(min(1.0, max(0.0, reach - at)) * len(keys))
            for key in keys[:count]:
                moment = min(now, moment + timedelta(minutes=rng.randint(2, 900)))
                reads.append(SectionRead(student_id=user, section_id=key, read_at=moment))
            if keys and count == len(keys):
                done.append(LessonCompletion(student_id=user, lesson_id=lesson, completed_at=moment))
        if reach:
            seen.append(get_user_model()(pk=user, last_login=moment))
    SectionRead.objects.bulk_create(reads, batch_size=_AT_ONCE, ignore_conflicts=True)
    LessonCompletion.objects.bulk_create(done, batch_size=_AT_ONCE, ignore_conflicts=True)
    get_user_model().objects.bulk_update(seen, ["last_login"], batch_size=_AT_ONCE)
