"""The table of deeds: who may do what. Each deed is tried, and what came of it is read from the database."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from courses.models import (
    Cohort,
    Invitation,
)
from courses.services.staff import instructor_group
from quizzes.models import (
    Attempt,
)
from tests.admin.work import save
from tests.make import browser_of, make_user
from tests.pages.deeds import DEEDS
from tests.pages.everybody import VISITORS, Site
from tests.pages.test_access import API, PAGES


@pytest.mark.parametrize("visitor", VISITORS)
def test_each_deed_is_open_only_to_the_roles_that_may(site: Site, visitor: str) -> None:
    done = {}
    for name, each in DEEDS.items():
        with transaction.atomic():
            done[name] = each.act(site, visitor)
            transaction.set_rollback(True)

    assert done == {name: visitor in each.may for name, each in DEEDS.items()}


def test_no_deed_is_forgotten(db: None) -> None:
    posts = {name for name in PAGES if name.startswith("post:")} | {name for name in API if not name.startswith("get ")}
    granted = {
        code
        for code in instructor_group().permissions.values_list("codename", flat=True)
        if not code.startswith("view_")
    }
    ours = [each for each in admin.site._registry.values() if each.__module__.startswith(("courses.", "quizzes."))]
    actions = {getattr(action, "__name__", action) for each in ours for action in each.actions or ()}

    assert frozenset().union(*(each.covers for each in DEEDS.values())) == posts | granted | actions


def test_a_co_teacher_who_accepts_may_do_what_the_role_may(site: Site) -> None:
    """No shell command and no administrator: accepting the invitation opens the class and the admin."""
    helper = make_user("helper")
    offered = Invitation.objects.create(cohort=site.cohort, user=helper, role="instructor")
    browser = browser_of(helper)
    assert browser.get(site.address("classes:overview")).status_code == 404

    browser.post(reverse("classes:invitation-accept", args=[offered.pk]))

    site.people["instructor"] = User.objects.get(pk=helper.pk)
    for name in ("grant a student time", "invite an account to a class", "open an attempt again"):
        assert DEEDS[name].act(site, "instructor"), name


def test_making_a_class_gives_access_to_no_ones_work(site: Site) -> None:
    """What was done once: make a class, enrol another teacher's pupil, and read everything."""
    staff = site.people["staff"]
    browser = site.browser("staff")
    save(browser, reverse("admin:courses_cohort_add"), course=site.course.pk, name="Mine")
    mine = Cohort.objects.get(name="Mine")
    place = {"cohort": mine.pk, "user": site.people["student"].pk, "role": "student", "is_active": "on"}

    assert browser.post(reverse("admin:courses_enrolment_add"), place).status_code == 403
    save(browser, reverse("admin:courses_invitation_add"), **place)

    assert not Attempt.objects.seen_by(staff).exists()
    assert browser.get(reverse("quizzes:result", args=[site.handed_in.pk])).status_code == 404
    student = site.browser("student")
    student.post(reverse("classes:invitation-accept", args=[Invitation.objects.get(cohort=mine).pk]))
    assert browser.get(reverse("quizzes:result", args=[site.handed_in.pk])).status_code == 404
    assert browser.get(reverse("classes:student", args=[mine.pk, site.people["student"].pk])).status_code == 200
