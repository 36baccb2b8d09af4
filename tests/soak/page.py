"""What a browser makes of a page with one question: its form, how it is filled in, what a reply changes in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Fields = list[tuple[str, str]]
NUMBERS = "sequence", "client_key"
SENT_ALONG = ("csrfmiddlewaretoken", "prefix", *NUMBERS)
"""The hidden fields of an answer's form."""


@dataclass
class Control:
    """One thing to fill in: what it is, and the values it offers."""

    name: str
    kind: str
    offers: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The answer form of a page: hidden fields, and controls in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.controls: list[Control] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a field."""
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "option" and self.controls and given.get("value"):
            self.controls[-1].offers.append(given["value"])
        elif tag == "input" and kind == "hidden":
            self.hidden.setdefault(name, given.get("value", ""))
        elif name.startswith("answer"):
            self._control(name, {"input": kind}.get(tag, tag), given.get("value", ""))

    def _control(self, name: str, kind: str, value: str) -> None:
        if kind in ("radio", "checkbox"):
            if not self.controls or self.controls[-1].name != name:
                self.controls.append(Control(name, kind))
            self.controls[-1].offers.append(value)
        elif kind in ("text", "textarea", "select"):
            self.controls.append(Control(name, kind))

    def filled(self, turn: int) -> Fields:
        """Return the form filled in; never twice the same from one turn to the next."""
        sent = [(name, self.hidden[name]) for name in SENT_ALONG]
        for at, control in enumerate(self.controls):
            sent += [(control.name, value) for value in _values(control, at, turn)]
        return sent

    def renumber(self, reply: str) -> None:
        """Take over the number and the name that a reply gives for the next save."""
        fresh = Page(reply).hidden
        self.hidden.update({name: fresh[name] for name in NUMBERS})


def _values(control: Control, at: int, turn: int) -> list[str]:
    if control.kind == "checkbox":
        chosen = 1 + turn % (2 ** len(control.offers) - 1)
        return [value for bit, value in enumerate(control.offers) if chosen >> bit & 1]
    if control.kind in ("radio", "select"):
        return [control.offers[(at + turn) % len(control.offers)]]
    return [str(1950 + turn % 70)]
