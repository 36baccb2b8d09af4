"""A student: starts, answers and changes every answer, submits; and remembers what the server said it had saved."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tests.soak.browser import Browser, Reply
from tests.soak.page import Fields, Page

EVERY_SEVENTH = 7


class UnexpectedReplyError(Exception):
    """The server said what no student of this soak should be told."""


@dataclass
class Taker:
    """One student. `acknowledged` holds the saves of each question that the server confirmed, in their order."""

    number: int
    browser: Browser
    quiz: str
    saves: int
    pace: float
    attempt: str = ""
    acknowledged: dict[int, list[Fields]] = field(default_factory=dict)

    def take(self) -> None:
        """Sit the whole quiz."""
        token = Page(self.browser.get(self.quiz).body).hidden["csrfmiddlewaretoken"]
        sure = [("csrfmiddlewaretoken", token), ("sure", "1")]
        where = self._sent_on(self.browser.post(f"{self.quiz}start/", sure), "/items/")
        self.attempt = where.split("/items/")[0]
        position = 1
        while (page := self.browser.get(self._address(position))).status == 200:
            self._answer(position, Page(page.body))
            position += 1
        token = Page(self.browser.get(f"{self.attempt}/confirm/").body).hidden["csrfmiddlewaretoken"]
        self._sent_on(self.browser.post(f"{self.attempt}/submit/", [("csrfmiddlewaretoken", token)]), "/result/")
        with self.browser.tally.counting() as tally:
            tally.done += 1

    def _answer(self, position: int, page: Page) -> None:
        kept = self.acknowledged.setdefault(position, [])
        for turn in range(self.saves):
            time.sleep(self.pace * (1 + (self.number + turn) % 5) / 3)
            sent = page.filled(self.number + turn)
            reply = self._save(position, sent)
            kept.append(sent)
            if (self.number + position + turn) % EVERY_SEVENTH == 0:  # a double click
                self._save(position, sent)
            page.renumber(reply.body)

    def _save(self, position: int, sent: Fields) -> Reply:
        reply = self.browser.post(self._address(position), sent, is_save=True)
        if reply.status != 200:
            raise UnexpectedReplyError(f"saving question {position} gave {reply.status}")
        with self.browser.tally.counting() as tally:
            tally.saves += 1
            tally.latencies.append(reply.seconds)
        return reply

    def _sent_on(self, reply: Reply, to: str) -> str:
        if reply.status != 302 or to not in reply.where:
            raise UnexpectedReplyError(f"gave {reply.status} {reply.where} in place of {to}")
        return reply.where

    def _address(self, position: int) -> str:
        return f"{self.attempt}/items/{position}/"
