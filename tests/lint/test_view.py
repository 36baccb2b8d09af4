"""Every kind of question shows the rules all its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from quizzes.domain.kinds import KINDS
from quizzes.domain.markup import plain
from quizzes.lint.run import lint
from tests.lint.make import course_of, item


def texts_named(value: Any, *names: str) -> Iterator[str]:
    """Yield every text below a value that stands under one of the names."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and name.startswith(names):
                yield inner
            else:
                yield from texts_named(inner, *names)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_named(inner, *names)


@pytest.mark.parametrize("kind", KINDS)
def test_every_explanation_of_a_kind_is_seen(kind):
    view = item(kind)

    assert sorted({said.text for said in view.said}) == sorted(
        set(texts_named(view.spec.model_dump(), "feedback", "missed")) - {""}
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_that_is_asked_is_seen(kind):
    view = item(kind)
    shown = " ".join(text for _where, text in view.asked)

    for text in texts_named(view.spec.model_dump(exclude={"rubric"}), "stem", "text", "label", "stimulus"):
        for words in plain(text).replace("{{", "}}").split("}}")[::2]:
            assert words.strip() in shown


@pytest.mark.parametrize("kind", KINDS)
def test_every_place_of_a_kind_leads_into_its_spec(kind):
    view = item(kind)
    places = [where for where, _text in view.asked] + [said.where for said in view.said]
    places += [option.where for choice in view.choices for option in choice.options]

    for place in places:
        found: Any = view.spec.model_dump()
        for part in place:
            found = found[part]
        assert isinstance(found, str)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_judged(kind):
    findings = lint(course_of(item(kind), item(kind, key="another")))

    assert all(finding.rule for finding in findings)
    assert any(finding.rule == "BANK-NEARDUP" for finding in findings)
