"""A student: starts, answers and changes every answer, submits; and remembers what the server said it had saved."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.soak.browser import Browser, Reply
from tests.soak.page import SENT_ALONG, Fields, Page

EVERY_SEVENTH = 7
PASSWORD = "a-long-and-odd-phrase-7"


class UnexpectedReplyError(Exception):
    """The server said what no student of this soak should be told."""


@dataclass
class Taker:
    """One student. `acknowledged` holds the saves of each question that the server confirmed, in their order.

    One with `signs_up_at` begins as a guest. Once the page of that question is open, it signs up in another tab: the
    page is refused from then on, and `reloads` counts how often it was loaded again to save what was typed.
    """

    number: int
    browser: Browser
    quiz: str
    saves: int
    pace: float
    signs_up_at: int | None = None
    attempt: str = ""
    reloads: int = 0
    acknowledged: dict[int, list[Fields]] = field(default_factory=dict)

    def take(self) -> None:
        """Sit the whole quiz."""
        token = Page(self.browser.get(self.quiz).body).hidden["csrfmiddlewaretoken"]
        sure = [("csrfmiddlewaretoken", token), ("sure", "1")]
        where = self._sent_on(self.browser.post(f"{self.quiz}start/", sure), "/items/")
        self.attempt = where.split("/items/")[0]
        position = 1
        while (page := self.browser.get(self._address(position))).status == 200:
            if position == self.signs_up_at:
                self._sign_up()
            self._answer(position, Page(page.body))
            position += 1
        if self.signs_up_at and not self.reloads:
            raise UnexpectedReplyError("no page was out of date after signing up")
        token = Page(self.browser.get(f"{self.attempt}/confirm/").body).hidden["csrfmiddlewaretoken"]
        self._sent_on(self.browser.post(f"{self.attempt}/submit/", [("csrfmiddlewaretoken", token)]), "/result/")
        with self.browser.tally.counting() as tally:
            tally.done += 1

    def _answer(self, position: int, page: Page) -> None:
        kept = self.acknowledged.setdefault(position, [])
        for turn in range(self.saves):
            time.sleep(self.pace * (1 + (self.number + turn) % 5) / 3)
            sent = page.filled(self.number + turn)
            reply = self.browser.post(self._address(position), sent, is_save=True)
            if reply.status == HTTPStatus.FORBIDDEN:
                page, sent = self._reloaded(position, sent)
                reply = self.browser.post(self._address(position), sent, is_save=True)
            self._acknowledge(position, reply)
            kept.append(sent)
            if (self.number + position + turn) % EVERY_SEVENTH == 0:  # a double click
                self._acknowledge(position, self.browser.post(self._address(position), sent, is_save=True))
            page.renumber(reply.body)

    def _reloaded(self, position: int, sent: Fields) -> tuple[Page, Fields]:
        """Load the page again and put back what was typed, with the number it was typed at: as the script does."""
        self.reloads += 1
        page = Page(self.browser.get(self._address(position)).body)
        page.hidden["sequence"] = dict(sent)["sequence"]
        typed = [(name, value) for name, value in sent if name not in page.hidden]
        return page, [(name, page.hidden[name]) for name in SENT_ALONG] + typed

    def _acknowledge(self, position: int, reply: Reply) -> None:
        if reply.status != HTTPStatus.OK:
            raise UnexpectedReplyError(f"saving question {position} gave {reply.status}")
        with self.browser.tally.counting() as tally:
            tally.saves += 1
            tally.latencies.append(reply.seconds)

    def _sign_up(self) -> None:
        """Make an account in another tab; where it was made but the reply was lost, sign in to it."""
        name = f"guest-{self.number}"
        doors = (
            ("/accounts/signup/", [("username", name), ("password1", PASSWORD)]),
            ("/accounts/login/", [("login", name), ("password", PASSWORD)]),
        )
        for address, fields in doors:
            token = Page(self.browser.get(address).body).hidden["csrfmiddlewaretoken"]
            reply = self.browser.post(address, [("csrfmiddlewaretoken", token), *fields])
            if reply.status == HTTPStatus.FOUND:
                return
        raise UnexpectedReplyError(f"signing up gave {reply.status}")

    def _sent_on(self, reply: Reply, to: str) -> str:
        if reply.status != 302 or to not in reply.where:
            raise UnexpectedReplyError(f"gave {reply.status} {reply.where} in place of {to}")
        return reply.where

    def _address(self, position: int) -> str:
        return f"{self.attempt}/items/{position}/"
