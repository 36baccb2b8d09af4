"""The drawing engine in a process of its own: what a chart does to it, however bad, ends there.

The engine keeps state from one chart to the next, may run without end, and takes its whole process down when memory
runs out. So charts are drawn by a child that is replaced after any failure and stopped when a drawing takes too long.
"""

from __future__ import annotations

import json
import re
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SECONDS = 30
"""How long one drawing may take; an honest one takes well under one on a busy machine."""
_CHILD = Path(__file__).with_name("engine_child.py")
_FOREIGN = re.compile(r"<image\b|\bhref=")


class Engine:
    """Draws Vega-Lite charts as SVG, as long as the `with` block lasts. The child starts with the first chart."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def svg(self, spec: Mapping[str, Any]) -> str:
        """Return the drawing of a complete Vega-Lite specification; raise ValueError with the reason."""
        child = self._child = self._child or subprocess.Popen(  # noqa: S603 (our own file)
            [sys.executable, "-I", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            answer = _ask(child, json.dumps(spec).encode())
        except OSError:
            answer = b""
        if not answer.startswith(b"+"):
            self._stop()
            raise ValueError(answer[1:].decode() or "the engine gave up; the chart needs too much memory")
        svg = answer[1:].decode()
        if _FOREIGN.search(svg):
            raise ValueError("the drawing would hold an address; a chart is drawn from its rows alone")
        return svg

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


def _start() -> subprocess.Popen[bytes]:
    command, pipe = [sys.executable, "-I", str(_CHILD)], subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603 (our own file)


def _ask(child: subprocess.Popen[bytes], spec: bytes) -> bytes:
    """Send one specification and return the answer; empty if the child died."""
    assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 (opened as pipes)
    child.stdin.write(b"%d\n%b" % (len(spec), spec))
    child.stdin.flush()
    if not select.select([child.stdout], [], [], SECONDS)[0]:
        return f"-the drawing takes longer than {SECONDS} seconds".encode()
    length = child.stdout.readline()
    return child.stdout.read(int(length)) if length.strip() else b""
