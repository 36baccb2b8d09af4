"""A list of people becomes a class: always as a difference that is shown first, and all of it or nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from classes.roster.refusals import RosterChanged
from classes.services import roster
from classes.services.roster import apply_draft
from courses.models import AuditEntry, Deed, Enrolment, InboxEntry, Invitation, ManagedAccount, NameOrder
from courses.reports.people import display_name
from courses.services.classes import accept_invitation, decline_invitation, leave_class, set_active
from tests.classes.rosters import HEAD, imported, kinds, seen, workbook
from tests.make import LATER, NOW, enrol, make_cohort, make_course, make_user

PAPER = "Number\tName\n1\tNora Haddad\n2\t김민지\n3\tИванов Пётр Сергеевич\n"


@pytest.fixture
def cohort(db, instructor):
    return make_cohort(make_course(lessons=1), instructor=instructor)


def names(cohort):
    return [display_name(place.user) for place in Enrolment.objects.students().filter(cohort=cohort).with_names()]


def test_a_paper_list_becomes_a_class_of_accounts_nobody_can_sign_in_to_yet(cohort, instructor):
    imported(cohort, PAPER, instructor)

    assert set(names(cohort)) == {"Nora Haddad", "김민지", "Иванов Пётр Сергеевич"}
    assert {place.student_number for place in cohort.enrolments.students()} == {"1", "2", "3"}
    assert not any(account.user.has_usable_password() for account in ManagedAccount.objects.select_related("user"))
    assert {order.order for order in NameOrder.objects.all()} == {"joined", "family_first"}
    assert not cohort.enrolments.filter(shares_earlier=True).exists()


SAME_AGAIN = {
    "numbers": PAPER,
    "names alone": "Nora Haddad\nKim Min-ji\n김민지\n",
    "addresses": "Email,Family name,Given name\nnora@x.example,Haddad,Nora\nKIM@x.example,Kim,Minji\n",
    "groups": "No;Name;Group\n1;Nora Haddad;Tue\n2;Minji Kim;Thu / Lab\n",
    "workbook": workbook(["학번", "이름"], [4410927, "김민지"], ["0012", "이서연"]),
    "accounts": "Name;Email\nNora Haddad;nora@x.example\nDaria Kim;daria@x.example\n",
    "a member's username": "Username;Number\nmember;77\n",
}


@pytest.mark.parametrize("source", SAME_AGAIN.values(), ids=SAME_AGAIN.keys())
def test_a_second_import_of_the_same_list_is_empty(cohort, instructor, source):
    make_user("daria", email="daria@x.example")
    enrol(make_user("member"), cohort)
    first = imported(cohort, source, instructor, is_whole=True)

    again = seen(cohort, source, instructor, is_whole=True)

    assert first.real
    assert (again.difference.real, again.difference.problems) == ([], [])


def test_an_existing_account_is_invited_and_never_pulled_in(cohort, instructor):
    daria = make_user("daria", email="daria@x.example")
    shown = seen(cohort, f"{HEAD}7;Daria Kim;daria@x.example\n", instructor)
    assert kinds(shown) == {"invite": 1}

    imported(cohort, f"{HEAD}7;Daria Kim;daria@x.example\n", instructor)

    assert not cohort.enrolments.filter(user=daria).exists()
    assert InboxEntry.objects.get(user=daria).kind == InboxEntry.Kind.INVITED
    place = accept_invitation(pk=Invitation.objects.get().pk, user=daria, now=LATER)
    assert (place.student_number, daria.last_name) == ("7", "")


def test_an_invitation_that_was_declined_is_not_sent_again(cohort, instructor):
    daria = make_user("daria", email="daria@x.example")
    imported(cohort, f"{HEAD}7;Daria Kim;daria@x.example\n", instructor)
    decline_invitation(pk=Invitation.objects.get().pk, user=daria, now=NOW)

    [change] = seen(cohort, f"{HEAD}7;Daria Kim;daria@x.example\n", instructor).difference.changes

    assert (change.kind, change.note) == ("same", "declined the invitation")


def test_a_pupil_of_an_earlier_class_is_found_by_the_student_number(cohort, instructor):
    imported(cohort, PAPER, instructor)
    nora = User.objects.get(last_name="Haddad")
    later = make_cohort(cohort.course, instructor=instructor)

    assert kinds(imported(later, "Number;Name\n1;Nora Haddad\n4;New Pupil\n", instructor)) == {"new": 1, "own": 1}

    place = later.enrolments.get(user=nora)
    assert (place.student_number, place.shares_earlier) == ("1", False)
    assert ManagedAccount.objects.get(user=nora).cohort == cohort


def test_another_teachers_pupil_is_not_found_by_the_number(cohort, instructor):
    imported(cohort, PAPER, instructor)
    other = make_user("other")
    elsewhere = make_cohort(cohort.course, instructor=other)

    assert kinds(seen(elsewhere, "Number;Name\n1;Nora Haddad\n", other)) == {"new": 1}


def test_what_changed_is_shown_before_and_after(cohort, instructor):
    imported(cohort, "No;Name;Group\n1;Nora Haddad;Tue\n;Minji Kim;Tue\n", instructor)

    shown = seen(cohort, "No;Name;Group\n1;Nora Haddad-Lee;Thu\n9;Minji Kim;Tue\n", instructor)

    told = [[(str(each.what), each.before, each.after) for each in change.details] for change in shown.difference.real]
    assert told == [[("name", "Nora Haddad", "Nora Haddad-Lee"), ("group", "Tue", "Thu")], [("number", "", "9")]]
    apply_draft(draft=shown.draft, expected=shown.difference.fingerprint, actor=instructor, now=NOW)
    assert names(cohort) == ["Nora Haddad-Lee", "Minji Kim"]
    assert {group.name: group.members.count() for group in cohort.groups.all()} == {"Thu": 1, "Tue": 1}


def test_the_name_of_an_account_of_ones_own_is_ones_own(cohort, instructor):
    enrol(make_user("member", first_name="Own", last_name="Name", email="m@x.example"), cohort)

    shown = seen(cohort, f"{HEAD};Another Name;m@x.example\n", instructor)

    assert kinds(shown) == {"same": 1}


def test_only_the_whole_class_drops_people_and_their_places_stay(cohort, instructor):
    imported(cohort, PAPER, instructor)
    less = "Number\tName\n1\tNora Haddad\n"
    assert kinds(seen(cohort, less, instructor)) == {"same": 1}

    assert kinds(imported(cohort, less, instructor, is_whole=True)) == {"drop": 2, "same": 1}

    assert names(cohort) == ["Nora Haddad"]
    assert cohort.enrolments.filter(role="student").count() == 3
    assert kinds(imported(cohort, PAPER, instructor)) == {"back": 2, "same": 1}
    assert len(names(cohort)) == 3


def test_someone_who_left_is_asked_and_someone_removed_is_let_back_in(cohort, instructor):
    removed, left = make_user("removed", email="r@x.example"), make_user("left", email="l@x.example")
    set_active(place=enrol(removed, cohort), is_active=False, actor=instructor, now=NOW)
    leave_class(place=enrol(left, cohort), now=NOW)

    shown = seen(cohort, "Email\nr@x.example\nl@x.example\n", instructor)

    assert [str(change.kind) for change in shown.difference.real] == ["back", "invite"]


def test_a_lines_error_stops_the_whole_import_until_it_is_left_out(cohort, instructor):
    broken = f"{HEAD}1;Nora Haddad;\n2;;\n3;=cmd;\n"
    shown = seen(cohort, broken, instructor)
    assert not shown.may_apply
    with pytest.raises(RosterChanged):
        apply_draft(draft=shown.draft, expected=shown.difference.fingerprint, actor=instructor, now=NOW)
    assert names(cohort) == []

    imported(cohort, broken, instructor, leaves_out=True)

    assert names(cohort) == ["Nora Haddad"]


def test_a_whole_class_with_errors_is_not_applied_lest_their_people_are_dropped(cohort, instructor):
    imported(cohort, PAPER, instructor)

    shown = seen(cohort, "Number\tName\n1\tNora Haddad\n2\t=cmd\n", instructor, is_whole=True, leaves_out=True)

    assert not shown.may_apply


def test_a_class_that_changed_since_the_preview_refuses_it(cohort, instructor):
    """Two people import at the same time: the second sees what the first did before anything happens."""
    colleague = make_user("colleague")
    cohort.enrolments.create(user=colleague, role="instructor")
    mine = seen(cohort, PAPER, instructor)
    imported(cohort, "Number\tName\n1\tAda Byron\n", colleague)

    with pytest.raises(RosterChanged):
        apply_draft(draft=mine.draft, expected=mine.difference.fingerprint, actor=instructor, now=NOW)

    assert names(cohort) == ["Ada Byron"]
    again = roster.preview_of(mine.draft, reader=instructor)
    assert kinds(again) == {"change": 1, "new": 2}


def test_an_import_that_fails_at_the_end_leaves_nothing(cohort, instructor, monkeypatch):
    def fails(*_args):
        raise RuntimeError("power cut")

    monkeypatch.setattr(roster._Import, "_record", fails)
    with pytest.raises(RuntimeError):
        imported(cohort, PAPER, instructor)

    assert names(cohort) == []
    assert not ManagedAccount.objects.exists()
    assert User.objects.count() == 1


def test_accounts_of_an_import_that_died_are_not_seen_and_go_with_the_next(cohort, instructor):
    shown = seen(cohort, f"{HEAD}1;Nora Haddad;n@x.example\n", instructor)
    roster._make_accounts(shown.difference.real, cohort, instructor, NOW)
    assert kinds(seen(cohort, f"{HEAD}1;Nora Haddad;n@x.example\n", instructor)) == {"new": 1}

    again = seen(cohort, f"{HEAD}1;Nora Haddad;n@x.example\n", instructor)
    later = NOW + roster._LEFT_BEHIND * 2
    apply_draft(draft=again.draft, expected=again.difference.fingerprint, actor=instructor, now=later)

    assert User.objects.filter(last_name="Haddad").count() == 1


def test_every_change_is_in_the_audit_by_numbers(cohort, instructor):
    make_user("daria", email="daria@x.example")
    imported(cohort, f"{HEAD}1;Nora Haddad;\n2;Daria Kim;daria@x.example\n", instructor)

    entries = AuditEntry.objects.filter(cohort_id=cohort.pk, actor_id=instructor.pk)

    assert sorted(entries.values_list("deed", flat=True)) == sorted(
        [Deed.ACCOUNT_MADE, Deed.CLASS_INVITED, Deed.CLASS_IMPORTED]
    )


def test_student_numbers_change_hands_in_one_step(cohort, instructor):
    imported(cohort, "Number;Name;Email\n1;Nora Haddad;n@x.example\n;Minji Kim;k@x.example\n", instructor)
    nora = User.objects.get(last_name="Haddad")

    imported(cohort, "Number;Email\n5;n@x.example\n", instructor)
    assert kinds(imported(cohort, "Number;Email\n1;k@x.example\n5;n@x.example\n", instructor)) == {
        "change": 1,
        "same": 1,
    }

    assert cohort.enrolments.get(user=nora).student_number == "5"
