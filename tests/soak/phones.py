"""A phone in a live quiz: it joins by a name, asks whether there is anything new, and answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, build_opener

from tests.soak.page import Page

SECONDS_TO_CALL = 60.0


class _Stays(HTTPRedirectHandler):
    """Follows no redirect: where it leads is of no interest, that there is one says what was taken."""

    def redirect_request(self, *_request: Any) -> None:
        """Stay."""


def _opener() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()), _Stays())


@dataclass
class Phone:
    """One phone with cookies of its own. `url` is the server's, without a slash at the end."""

    url: str
    code: str
    name: str
    opener: OpenerDirector = field(default_factory=_opener)

    def join(self) -> int:
        """Type the name; return what the server answered."""
        return self._post("join/", {"name": self.name})

    def is_called(self) -> bool:
        """Ask every half second until there is something new; say whether there was."""
        until = time.monotonic() + SECONDS_TO_CALL
        while time.monotonic() < until:
            with self.opener.open(f"{self._address}changes/?since=1", timeout=30) as answer:
                if answer.headers["HX-Trigger"]:
                    return True
            time.sleep(0.5)
        return False

    def answer(self) -> int:
        """Choose the first option on the page and send it; return what the server answered."""
        page = Page(self._page())
        [control] = page.controls
        hidden = {name: page.hidden[name] for name in ("position", "round")}
        return self._post("answer/", {**hidden, control.name: control.offers[0]})

    def _post(self, path: str, fields: dict[str, str]) -> int:
        token = Page(self._page()).hidden["csrfmiddlewaretoken"]
        sent = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        try:
            with self.opener.open(self._address + path, data=sent, timeout=60) as answer:
                return int(answer.status)
        except HTTPError as answer:
            return answer.code

    def _page(self) -> str:
        with self.opener.open(self._address, timeout=60) as answer:
            return str(answer.read().decode())

    @property
    def _address(self) -> str:
        return f"{self.url}/live/{self.code}/"
