"""Fifty of the thousand changed courses of `make mutate-content`."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.content_mutations.course import write_rich
from tests.content_mutations.judge import judge
from tests.content_mutations.mutations import mutate
from tests.make import load

SEEDS = [seed for seed in range(1, 1_000, 19) if seed % 20][:50]


@pytest.mark.parametrize("first", range(0, 50, 10))
def test_a_changed_course_loads_or_says_where_its_mistakes_are(tmp_path, db, first):
    load(write_rich(tmp_path / "course"))

    for seed in SEEDS[first : first + 10]:
        root = write_rich(tmp_path / str(seed))
        made = mutate(root, seed)
        with transaction.atomic():
            _outcome, wrong = judge(root, made)
            transaction.set_rollback(True)
        assert not wrong, f"seed {seed}: {made}"


def test_equal_seeds_make_equal_changes(tmp_path):
    texts = []
    for name in ("one", "two"):
        root = write_rich(tmp_path / name)
        made = mutate(root, 7)
        texts.append((made, [path.read_bytes() for path in sorted(root.rglob("*.yaml")) if path.is_file()]))

    assert texts[0] == texts[1]
