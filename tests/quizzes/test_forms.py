"""What a student posts becomes an answer, and what cannot be read stays on show."""

from __future__ import annotations

import random
import re
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from quizzes.domain.base import InvalidAnswer
from quizzes.domain.kinds import KINDS
from quizzes.forms import form_for, posted, steady_order
from tests.make import single, spec

ORDERS = {
    "single": ["kind", "dollars", "roubles"],
    "multiple": ["oil", "gold", "labour", "coal"],
    "matching": ["command", "consult", "help"],
    "ordering": ["debt", "war", "recognition", "alliance"],
    "timeline": ["new", "old"],
    "map": ["strait", "port", "capital"],
    "cloze": ["russian.high", "russian.key", "russian.low"],
    "categorise": ["veto", "state", "army"],
    "matrix": ["signed", "contact", "help"],
}
POSTED = [
    ("single", "answer=2", "dollars"),
    ("single", "answer=", None),
    ("single", "", None),
    ("multiple", "answer=4&answer=3", ["coal", "labour"]),
    ("multiple", "", None),
    ("true_false", "answer=false", False),
    ("true_false", "", None),
    ("text", "answer=+Kozyrev+", "Kozyrev"),
    ("text", "answer=", None),
    ("numeric", "answer=1+961", "1 961"),
    ("numeric", "", None),
    ("matching", "answer.1=3&answer.2=2", {"old": "help", "new": "consult"}),
    ("matching", "answer.1=3&answer.2=", {"old": "help"}),
    ("matching", "", None),
    ("ordering", "answer.1=4&answer.2=1", {"debt": 4, "war": 1}),
    ("ordering", "answer.1=", None),
    ("timeline", "answer.1=2000&answer.2=+1961", {"old": 1961, "new": 2000}),
    ("timeline", "answer.1=&answer.2=1961", {"old": 1961}),
    ("timeline", "answer.1=", None),
    ("map", "answer=2", "port"),
    ("map", "", None),
    ("essay", "answer=It+lapsed.%0D%0ANobody+cared.", "It lapsed.\nNobody cared."),
    ("essay", "answer=+", None),
    ("constructed", "answer.1=&answer.2=Trade+fell.", {"context": "Trade fell."}),
    ("constructed", "answer.1=+", None),
    ("cloze", "answer.1=+2.2bn+&answer.2=2", {"soviet": "2.2bn", "russian": "key"}),
    ("cloze", "answer.1=&answer.2=3", {"russian": "low"}),
    ("cloze", "answer.1=+&answer.2=", None),
    ("categorise", "answer.1=2&answer.2=1&answer.3=", {"veto": "seat", "state": "founding"}),
    ("categorise", "", None),
    ("numbers", "answer.1=1+100+kilometres&answer.2=17", {"line": "1 100 kilometres", "border": "17"}),
    ("numbers", "answer.2=17", {"border": "17"}),
    ("numbers", "answer.1=&answer.2=+", None),
    ("mark", "answer=3&answer=1", ["held", "proposed"]),
    ("mark", "", None),
    ("matrix", "answer.1=3&answer.3=2", {"help": ["treaty-2000"], "signed": ["treaty-2024"]}),
    ("matrix", "answer.1.3=3&answer.3=", {"signed": ["treaty-2024"]}),
    ("matrix", "", None),
    ("survey", "answer.chosen.1=1&answer.chosen.3=3", {"chosen": ["quizzes", "texts"]}),
    ("survey", "answer.chosen=2&answer.comment=+More.+", {"chosen": ["charts"], "comment": "More."}),
    ("survey", "answer.comment=", None),
]


def read(kind, query, *, order=None, prefix="answer"):
    item = spec(kind)
    return item.clean(item.from_paper(posted(QueryDict(query), prefix), order or ORDERS.get(kind, [])))


def refused(kind, query):
    """Return the form that shows what was posted and cannot be read."""
    with pytest.raises(InvalidAnswer) as error:
        read(kind, query)
    form = form_for(spec(kind), order=ORDERS.get(kind, []))
    form.tell(posted(QueryDict(query), "answer"), error.value)
    return form


@pytest.mark.parametrize(("kind", "query", "answer"), POSTED)
def test_what_was_posted_in_the_names_of_the_paper_becomes_an_answer(kind, query, answer):
    assert read(kind, query) == answer


@pytest.mark.parametrize(
    ("query", "raw"),
    [
        ("", None),
        ("answer=2", "2"),
        ("answer=", ""),
        ("answer=2&answer=3", ["2", "3"]),
        ("answer.1=a&answer.2=&answer.3=c", {"1": "a", "3": "c"}),
        ("answer.1=a&answer.1=b", {"1": ["a", "b"]}),
        ("answer.1=", None),
        ("answer1=a&other=b&answers.1=c", None),
    ],
)
def test_posted_fields_are_gathered_by_their_names_alone(query, raw):
    assert posted(QueryDict(query), "answer") == raw


@pytest.mark.parametrize("query", ["answer=x", "answer=x&answer=y", "answer.1=x&answer.z=y", "answer.1=x&answer.1=y"])
@pytest.mark.parametrize("kind", KINDS)
def test_fields_of_another_kind_are_read_or_refused_and_the_question_is_shown_again(db, kind, query):
    item, raw = spec(kind), posted(QueryDict(query), "answer")
    order = item.order(random.Random(7))
    form = form_for(item, order=order)
    try:
        item.clean(item.from_paper(raw, order))
    except InvalidAnswer as error:
        form.tell(raw, error)
        assert form.errors

    assert render_to_string(form.template_name, {"form": form, "spec": item})


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("single", "answer=dollars"),
        ("single", "answer=4"),
        ("multiple", "answer=1&answer=5"),
        ("multiple", "answer=coal"),
        ("true_false", "answer=yes"),
        ("numeric", "answer=many"),
        ("matching", "answer.1=4"),
        ("matching", "answer.9=1"),
        ("matching", "answer.old=1"),
        ("ordering", "answer.1=5"),
        ("ordering", "answer.war=1"),
        ("text", f"answer={'x' * 501}"),
        ("timeline", "answer.1=1944"),
        ("timeline", "answer.old=1961"),
        ("map", "answer=4"),
        ("map", "answer=port"),
        ("essay", f"answer={'word+' * 181}"),
        ("constructed", "answer.3=Text"),
        ("constructed", "answer.sourcing=Text"),
        ("cloze", "answer.2=4"),
        ("cloze", "answer.2=key"),
        ("cloze", "answer.3=1"),
        ("cloze", "answer.soviet=2.2bn"),
        ("cloze", f"answer.1={'x' * 501}"),
        ("categorise", "answer.1=4"),
        ("categorise", "answer.veto=2"),
        ("categorise", "answer.4=1"),
        ("numbers", "answer.1=many"),
        ("numbers", "answer.3=1"),
        ("numbers", "answer.line=1100"),
        ("mark", "answer=4"),
        ("mark", "answer=held"),
        ("matrix", "answer.1=4"),
        ("matrix", "answer.4=1"),
        ("matrix", "answer.1.1=1&answer.1.2=2"),
        ("matrix", "answer.help=1"),
        ("survey", "answer.chosen=4"),
        ("survey", "answer.chosen.texts=1"),
        ("survey", f"answer.comment={'word+' * 301}"),
        ("survey", "answer.more=1"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(kind, query):
    assert refused(kind, query).error.endswith(".")


def test_what_was_typed_stays_on_show():
    assert refused("numeric", "answer=many").typed == "many"


def test_what_was_typed_stays_on_show_in_each_field_and_the_unread_ones_are_named():
    form = refused("numbers", "answer.1=many&answer.2=17")

    assert form.error == "Gas line: Give a number, such as 1961 or 10.9."
    assert [(blank.value, bool(blank.error)) for blank in form.blanks] == [("many", True), ("17", False)]


@pytest.mark.parametrize(("kind", "query", "answer"), [("single", "q.x=1&answer=2&q=1", "kind"), ("text", "q=a", "a")])
def test_only_the_fields_of_its_own_prefix_are_read(kind, query, answer):
    assert read(kind, query, prefix="q") == answer


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_template_of_its_own(kind):
    assert form_for(spec(kind), order=ORDERS.get(kind, [])).template_name == f"quizzes/kinds/{kind}.html"


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_options_are_shown_in_the_order_and_by_the_names_of_the_paper(kind):
    item = spec(kind)
    form = form_for(item, order=ORDERS[kind], answer=item.right_answer())
    right = item.right_answer() if kind == "multiple" else [item.right_answer()]

    assert [choice.text for choice in form.options] == [item.options[key].text for key in ORDERS[kind]]
    assert [choice.value for choice in form.options] == [str(at) for at in range(1, len(ORDERS[kind]) + 1)]
    assert [choice.is_chosen for choice in form.options] == [key in right for key in ORDERS[kind]]
    assert len({choice.id for choice in form.options}) == len(ORDERS[kind])


@pytest.mark.parametrize(("answer", "chosen"), [(True, [True, False]), (False, [False, True]), (None, [False, False])])
def test_a_statement_offers_true_and_false_in_this_order(answer, chosen):
    form = form_for(spec("true_false"), order=[], answer=answer)

    assert [(choice.value, choice.text) for choice in form.options] == [("true", "True"), ("false", "False")]
    assert [choice.is_chosen for choice in form.options] == chosen


@pytest.mark.parametrize("kind", ["matching", "ordering"])
def test_rows_show_what_was_given(kind):
    item = spec(kind)
    answer = item.right_answer()
    form = form_for(item, order=ORDERS[kind], answer=answer)
    chosen = {row.text: [choice.text for choice in row.choices if choice.is_chosen] for row in form.rows}

    if kind == "matching":
        expected = {item.prompts[key].text: [item.matches[match]] for key, match in answer.items()}
    else:
        expected = {item.entries[key].text: [str(place)] for key, place in answer.items()}
    assert chosen == expected
    assert len({choice.id for row in form.rows for choice in row.choices}) == sum(len(row.choices) for row in form.rows)


@pytest.mark.parametrize("is_right", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_form_shows_can_be_posted_back_as_it_is(kind, is_right):
    item = spec(kind)
    order = item.order(random.Random(7))
    answer = item.right_answer() if is_right else item.wrong_answer(random.Random(3))
    form = form_for(item, order=order, answer=answer)
    page = Controls()
    page.feed(render_to_string(form.template_name, {"form": form, "spec": item}))

    assert read(kind, urlencode(page.sent), order=order) == answer
    assert all(name.startswith("answer") for name, _value in page.sent)


class Controls(HTMLParser):
    """Collects what a browser would send for a form as it is shown."""

    def __init__(self):
        super().__init__()
        self.sent, self._field = [], None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.sent.append((given["name"], given.get("value", "")))
        if tag in ("select", "textarea"):
            self._field = given["name"]
        if tag == "option" and "selected" in given:
            self.sent.append((self._field, given["value"]))

    def handle_endtag(self, tag):
        if tag in ("select", "textarea"):
            self._field = None

    def handle_data(self, data):
        if self._field and self.lasttag == "textarea":
            self.sent.append((self._field, data.removeprefix("\n")))


@pytest.mark.parametrize(("kind", "fields"), [("cloze", 2), ("mark", 3)])
def test_the_fields_stand_in_the_running_text_each_with_its_label(kind, fields):
    item = spec(kind)
    html = form_for(item, order=ORDERS.get(kind, []), answer=item.right_answer(), prefix="q").running

    ids = [name for name in re.findall(r'\bid="([^"]+)"', html) if not name.endswith("-error")]
    assert ids == [f"q-{at}" for at in range(1, fields + 1)]
    assert re.findall(r'<label[^>]* for="([^"]+)"', html) == ids
    assert "\ue000" not in html
    assert html.startswith("Trade fell from <" if kind == "cloze" else "In 1994 <label")
    assert html.endswith("in <em>1995</em>." if kind == "cloze" else "held in <em>Moscow</em></label>.")


def test_what_stands_in_a_gap_is_text_whatever_was_typed():
    form = form_for(spec("cloze"), order=ORDERS["cloze"], answer={"soviet": '"><b>'})

    assert 'value="&quot;&gt;&lt;b&gt;"' in form.running


def test_a_check_has_the_same_order_each_time():
    assert steady_order(single()) == steady_order(single())
    assert {tuple(steady_order(single(key=f"check-{number}"))) for number in range(20)} != {
        tuple(steady_order(single()))
    }
