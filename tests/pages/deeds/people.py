"""Ways to gain access to people, and the people of a class."""

from __future__ import annotations

from django.urls import reverse

from courses.models import (
    Cohort,
    CourseInvitation,
    Enrolment,
    Invitation,
    ManagedAccount,
    Slip,
)
from quizzes.models import (
    Attempt,
)
from tests.admin.work import page_of, typed
from tests.make import LATER, make_user
from tests.pages.deeds.table import (
    ACCOUNTS,
    ADMINISTRATOR,
    IN_ADMIN,
    RUNS,
    added,
    call,
    changed,
    deed,
    post,
)
from tests.pages.everybody import Site


@deed("join a class by its code", ACCOUNTS, "post:classes:join", "post api-join")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:join")
    call(site, visitor, "api-join", code=site.other_cohort.join_code)
    return site.other_cohort.enrolments.filter(user=site.people.get(visitor)).exists()


@deed("come back by the old code", frozenset())
def _(site: Site, visitor: str) -> bool:
    if visitor in ACCOUNTS:
        Enrolment.objects.update_or_create(
            cohort=site.cohort, user=site.people[visitor], defaults={"role": "student", "is_active": False}
        )
    post(site, visitor, "classes:join", code=site.cohort.join_code)
    call(site, visitor, "api-join", code=site.cohort.join_code)
    return site.cohort.enrolments.active().filter(user=site.people.get(visitor)).exists()


@deed("become an instructor by a code", frozenset())
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:join", role="instructor")
    call(site, visitor, "api-join", code=site.other_cohort.join_code, role="instructor")
    user = site.people.get(visitor)
    return visitor != "other_instructor" and site.other_cohort.enrolments.filter(user=user, role="instructor").exists()


@deed("accept an invitation", frozenset({"other_student"}), "post:classes:invitation-accept")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:invitation-accept")
    return site.cohort.enrolments.filter(user=site.people["other_student"]).exists()


@deed("decline an invitation", frozenset({"other_student"}), "post:classes:invitation-decline")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:invitation-decline")
    return Invitation.objects.filter(declined_at__isnull=False).exists()


@deed("invite an account to a class", RUNS, "add_invitation", "change_invitation", "delete_invitation", "change_cohort")
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    added(site, visitor, "courses_invitation", cohort=site.cohort.pk, user=newcomer.pk, role="student")
    alone = Invitation.objects.filter(user=newcomer).delete()[0]
    row = {"invitations-0-user": newcomer.pk, "invitations-0-role": "student", "invitations-0-cohort": site.cohort.pk}
    changed(site, visitor, site.cohort, **row, **{"invitations-TOTAL_FORMS": 1, "invitations-INITIAL_FORMS": 0})
    assert not site.cohort.enrolments.filter(user=newcomer).exists()
    return bool(alone)


@deed("accept a role in a course", frozenset({"other_student"}), "post:courses:role-accept")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:role-accept")
    return site.people["other_student"].course_roles.exists()


@deed("decline a role in a course", frozenset({"other_student"}), "post:courses:role-decline")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:role-decline")
    return CourseInvitation.objects.filter(declined_at__isnull=False).exists()


@deed("put an account into a class without asking it", ADMINISTRATOR, "add_enrolment")
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    added(site, visitor, "courses_enrolment", cohort=site.cohort.pk, user=newcomer.pk, role="student", is_active="on")
    row = {"enrolments-2-0-user": newcomer.pk, "enrolments-2-0-role": "student", "enrolments-2-TOTAL_FORMS": 1}
    changed(site, visitor, site.cohort, **row, **{"enrolments-2-INITIAL_FORMS": 0})
    return newcomer.enrolments.exists()


@deed("make a person a co-teacher without asking them", ADMINISTRATOR)
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    changed(site, visitor, place, role="instructor")
    site.browser(visitor).post(page_of(place), {"role": "instructor", "is_active": "on"})
    place.refresh_from_db()
    return place.role == "instructor"


@deed("share another person's earlier work", frozenset())
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    changed(site, visitor, place, shares_earlier="on", joined_at_0="2020-01-01", joined_at_1="00:00")
    return place.shares_earlier or place.joined_at.year == 2020


@deed("remove a student and let them back in", RUNS, "change_enrolment")
def _(site: Site, visitor: str) -> bool:
    place, seen = site.cohort.enrolments.get(user=site.people["student"]), []
    for is_active in ("", "on"):
        browser = site.browser(visitor)
        if browser.get(page_of(place)).status_code == 200:
            sent = {**typed(browser, page_of(place)), "is_active": is_active}
            browser.post(page_of(place), {name: value for name, value in sent.items() if value})
        place.refresh_from_db()
        seen.append(place.is_active)
    return seen == [False, True]


@deed("renew a class code", RUNS, "renew_join_code")
def _(site: Site, visitor: str) -> bool:
    address = reverse("admin:courses_cohort_changelist")
    site.browser(visitor).post(address, {"action": "renew_join_code", "_selected_action": [site.cohort.pk]})
    return Cohort.objects.get(pk=site.cohort.pk).join_code != site.cohort.join_code


@deed("archive a class and bring it back", RUNS, "archive", "unarchive")
def _(site: Site, visitor: str) -> bool:
    address, seen = reverse("admin:courses_cohort_changelist"), []
    for action, which in (("archive", ""), ("unarchive", "?archived=yes")):
        site.browser(visitor).post(address + which, {"action": action, "_selected_action": [site.cohort.pk]})
        seen.append(Cohort.objects.get(pk=site.cohort.pk).archived_at is not None)
    return seen == [True, False]


# The people of a class, on its own pages.


@deed("let someone in who asks", RUNS, "post:classes:request-answer")
def _(site: Site, visitor: str) -> bool:
    asked = site.asked.user
    post(site, visitor, "classes:request-answer", let_in="on")
    return site.cohort.enrolments.active().filter(user=asked).exists()


@deed("decide how students join", RUNS, "post:classes:joining")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:joining", **{"joining-is_open": "on", "joining-seats": "7"})
    return Cohort.objects.get(pk=site.cohort.pk).seats == 7


@deed("invite an account on the class's page", RUNS, "post:classes:invite")
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    post(site, visitor, "classes:invite", **{"invite-account": "newcomer", "invite-role": "assistant"})
    assert not newcomer.enrolments.exists()
    return newcomer.class_invitations.exists()


@deed("take an invitation back", RUNS, "post:classes:invite-withdraw")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:invite-withdraw")
    return not Invitation.objects.filter(pk=site.invitation.pk).exists()


@deed("remove a student on the class's page", RUNS, "post:classes:person-active")
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    site.browser(visitor).post(reverse("classes:person-active", args=[site.cohort.pk, place.pk]))
    place.refresh_from_db()
    return not place.is_active


@deed("bring back a student who left", frozenset())
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    Enrolment.objects.filter(pk=place.pk).update(is_active=False, left_at=LATER)
    address = reverse("classes:person-active", args=[site.cohort.pk, place.pk])
    site.browser(visitor).post(address, {"active": "on"})
    changed(site, visitor, place, is_active="on")
    return Enrolment.objects.get(pk=place.pk).is_active


@deed("give a student number", RUNS, "post:classes:person")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:person", student_number="4711")
    return site.cohort.enrolments.filter(student_number="4711").exists()


@deed("make a group and delete one", RUNS, "post:classes:group-new", "post:classes:group")
def _(site: Site, visitor: str) -> bool:
    place = site.cohort.enrolments.get(user=site.people["student"])
    post(site, visitor, "classes:group-new", name="Thursday", members=[place.pk])
    post(site, visitor, "classes:group", delete="on")
    return [group.name for group in place.groups.all()] == ["Thursday"] and site.cohort.groups.count() == 1


@deed("invite an account by a program", RUNS, "post api-class-invite")
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    call(site, visitor, "api-class-invite", account="newcomer", role="instructor")
    assert not newcomer.enrolments.exists()
    return newcomer.class_invitations.exists()


@deed("import a list of people by a program", RUNS, "post api-class-roster")
def _(site: Site, visitor: str) -> bool:
    text = "Number;Name\n1;Nora Haddad\n"
    shown = call(site, visitor, "api-class-roster", text=text).json()
    assert not site.cohort.enrolments.filter(user__last_name="Haddad").exists()
    call(site, visitor, "api-class-roster", text=text, expected=shown.get("fingerprint", "0"))
    return site.cohort.enrolments.filter(user__last_name="Haddad").exists()


@deed("import a list of people", RUNS, "post:classes:roster-give", "post:classes:roster")
def _(site: Site, visitor: str) -> bool:
    browser = site.browser(visitor)
    given = browser.post(site.address("classes:roster-give"), {"list-text": "Number;Name\n1;Nora Haddad\n"})
    address = given["Location"] if "/import/" in given.get("Location", "") else site.address("classes:roster")
    seen = browser.get(address)
    if seen.status_code == 200 and "preview" in seen.context:
        browser.post(address, {"apply": "on", "expected": seen.context["preview"].difference.fingerprint})
    return site.cohort.enrolments.filter(user__last_name="Haddad").exists()


@deed("reset the password of an account the class made", RUNS, "post:classes:slips")
def _(site: Site, visitor: str) -> bool:
    pupil, own = make_user("pupil"), site.people["student"]
    site.cohort.enrolments.create(user=pupil)
    ManagedAccount.objects.create(user=pupil, cohort=site.cohort, made_by=site.people["instructor"])
    post(site, visitor, "classes:slips", user=pupil.pk)
    post(site, visitor, "classes:slips", user=own.pk)
    assert not Slip.objects.filter(user=own).exists()
    return Slip.objects.filter(user=pupil).exclude(sealed="").exists()


@deed("leave a class", frozenset({"student", "assistant"}), "post:classes:leave")
def _(site: Site, visitor: str) -> bool:
    before = site.cohort.enrolments.active().count()
    post(site, visitor, "classes:leave")
    return site.cohort.enrolments.active().count() < before


@deed("archive a class on its own page", RUNS, "post:classes:archive")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:archive", archived="on")
    return Cohort.objects.get(pk=site.cohort.pk).archived_at is not None


@deed("make an empty class of one's own", IN_ADMIN, "add_cohort")
def _(site: Site, visitor: str) -> bool:
    before = set(Attempt.objects.seen_by(site.people[visitor])) if visitor in ACCOUNTS else set()
    added(site, visitor, "courses_cohort", course=site.course.pk, name="New class", is_open="on")
    if visitor in ACCOUNTS:
        assert set(Attempt.objects.seen_by(site.people[visitor])) == before
    return Cohort.objects.filter(name="New class", enrolments__role="student").count() == 0 and (
        Cohort.objects.filter(name="New class").exists()
    )
