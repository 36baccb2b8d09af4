"""How people are called, and the people of a course under the groups it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from courses.models import Person


def display_name(user: Any) -> str:
    """Return a person's name as they write it, or the name they sign in with.

    It wants `name_order` of the user, so select it with the user wherever there are several.
    """
    return str(shown_name(user) or user.get_username())


def shown_name(user: Any) -> str:
    """Return a person's name as they write it, or "" for an account without one."""
    order = getattr(user, "name_order", None) if user.first_name and user.last_name else None
    return order.joined(user.first_name, user.last_name) if order else str(user.get_full_name())


def _by_family(person: Person) -> tuple[str, str]:
    return (person.family or person.name).casefold(), person.name.casefold()


def in_groups(people: Iterable[Person], groups: Sequence[str]) -> list[tuple[str, list[Person]]]:
    """Return people by their group and family name, the groups in the course's order; others follow by name."""
    found: dict[str, list[Person]] = {}
    for person in sorted(people, key=_by_family):
        found.setdefault(person.side, []).append(person)
    places = {group: at for at, group in enumerate(groups)}
    return sorted(found.items(), key=lambda group: (places.get(group[0], len(places)), group[0]))
