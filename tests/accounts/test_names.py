"""What people are called: in any script and order, sorted by family name."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from courses.errors import FamilyNameElsewhere
from courses.models import Enrolment, NameOrder
from courses.reports.people import display_name
from courses.services.names import PersonName, name_of, name_of_parts, set_name, tidy
from courses.services.privacy import erase_person
from tests.make import LATER, browser_of, enrol, make_cohort, make_course, make_user

FIRST, JOINED = "family_first", "joined"


@pytest.mark.parametrize(
    ("whole", "family", "given", "kept", "order"),
    [
        ("Nora Haddad", "", "Nora", "Haddad", ""),
        ("Maria García López", "García López", "Maria", "García López", ""),
        ("김민지", "", "민지", "김", JOINED),
        ("남궁민수", "", "민수", "남궁", JOINED),
        ("선우", "", "우", "선", JOINED),
        ("김 민지", "", "민지", "김", FIRST),
        ("毛泽东", "", "泽东", "毛", JOINED),
        ("Kim Min-ji", "", "Min-ji", "Kim", FIRST),
        ("Kim Novak", "", "Kim", "Novak", ""),
        ("Нуржан Ахметов", "", "Нуржан", "Ахметов", ""),
        ("Иванов Пётр Сергеевич", "", "Пётр Сергеевич", "Иванов", FIRST),
        ("Иванова Анна Ильинична", "", "Анна Ильинична", "Иванова", FIRST),
        ("Пётр Иванов", "Иванов", "Пётр", "Иванов", ""),
        ("Nguyễn Thị Lan", "Nguyễn", "Thị Lan", "Nguyễn", FIRST),
        ("Kwon, Mina", "", "Mina", "Kwon", ""),
        ("Sukarno", "", "", "Sukarno", ""),
        ("Sukarno", "Sukarno", "", "Sukarno", ""),
        ("  Nora\t\u00a0Haddad\u200b ", "", "Nora", "Haddad", ""),
        ("", "", "", "", ""),
    ],
)
def test_a_name_is_taken_apart_at_its_family_name(whole, family, given, kept, order):
    assert name_of(whole, family) == PersonName(given, kept, order)


@pytest.mark.parametrize(("whole", "family"), [("Nora Haddad", "Hadda"), ("김민지", "민"), ("Ana de la Cruz", "la")])
def test_a_family_name_that_is_elsewhere_is_refused(whole, family):
    with pytest.raises(FamilyNameElsewhere, match=family):
        name_of(whole, family)


@pytest.mark.parametrize(
    ("given", "family", "shown"),
    [
        ("민지", "김", "김민지"),
        ("Nora", "Haddad", "Nora Haddad"),
        ("", "Sukarno", "Sukarno"),
        ("Пётр", "Ким", "Пётр Ким"),
    ],
)
def test_two_columns_make_one_name(given, family, shown):
    assert name_of_parts(given, family).shown == shown


@pytest.mark.parametrize("whole", ["김민지", "Kim Min-ji", "Nora Haddad", "Sukarno", "Иванов Пётр Сергеевич"])
def test_an_account_shows_the_name_as_it_was_written(whole, student):
    set_name(user=student, name=name_of(whole))

    assert display_name(User.objects.get()) == whole


def test_letters_that_look_the_same_are_the_same():
    assert tidy("김민지") == "김민지"


def test_a_name_given_again_replaces_the_order_as_well(student):
    set_name(user=student, name=name_of("김민지"))
    set_name(user=student, name=name_of("Minji Kim"))

    assert not NameOrder.objects.exists()
    assert display_name(User.objects.get()) == "Minji Kim"


def test_a_class_is_listed_by_family_name_in_any_order_of_names(db):
    cohort = make_cohort(make_course(lessons=1))
    for at, whole in enumerate(["Zoe Adams", "Kim Min-ji", "Minji Aalto", "", "Sukarno", "김민지"]):
        set_name(user=make_user(f"p{at}"), name=name_of(whole))
        enrol(User.objects.get(username=f"p{at}"), cohort)

    listed = [display_name(place.user) for place in Enrolment.objects.students().with_names()]

    assert listed == ["Minji Aalto", "Zoe Adams", "Kim Min-ji", "p3", "Sukarno", "김민지"]


def test_a_name_is_given_at_sign_up(client, db):
    page = client.get(reverse("account_signup")).content.decode()
    assert "How should your class see you? (optional)" in page

    client.post(
        reverse("account_signup"), {"username": "minji", "password1": "between Tumen and Amur", "name": "김민지"}
    )

    assert display_name(User.objects.get()) == "김민지"


def test_signing_up_needs_no_name(client, db):
    client.post(reverse("account_signup"), {"username": "minji", "password1": "between Tumen and Amur"})

    assert display_name(User.objects.get()) == "minji"


def test_a_family_name_that_is_not_in_the_name_makes_no_account(client, db):
    sent = {"username": "minji", "password1": "between Tumen and Amur", "name": "Kim Minji", "family_name": "Lee"}

    said = client.post(reverse("account_signup"), sent).content.decode()

    assert "“Lee” is not at the beginning or the end of “Kim Minji”." in said
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("sent", "told", "shown"),
    [
        ({"name": "Minji Kim"}, "Your class sees “Minji Kim”; lists are sorted by “Kim”.", "Minji Kim"),
        ({"name": "Kim Minji", "family_name": "Kim"}, "lists are sorted by “Kim”.", "Kim Minji"),
        ({"name": "Pelé"}, "Your class sees “Pelé”.", "Pelé"),
        ({"name": ""}, "Your class sees your username.", "student"),
    ],
)
def test_the_account_page_says_what_the_class_sees(sent, told, shown, student):
    said = browser_of(student).post(reverse("courses:name"), sent, follow=True).content.decode()

    assert told in said
    assert display_name(User.objects.get()) == shown


def test_the_form_shows_the_name_as_it_is(student):
    set_name(user=student, name=name_of("김민지"))

    form = browser_of(student).get(reverse("courses:name")).context["form"]

    assert (form["name"].value(), form["family_name"].value()) == ("김민지", "김")


def test_erasing_a_person_leaves_no_name_and_no_number(student):
    cohort = make_cohort(make_course(lessons=1))
    set_name(user=student, name=name_of("김민지"))
    enrol(student, cohort)
    Enrolment.objects.update(student_number="4711")

    erase_person(user=student, now=LATER)

    assert Enrolment.objects.get().student_number == ""
    assert not NameOrder.objects.exists()
    assert display_name(User.objects.get()).startswith("erased-")
