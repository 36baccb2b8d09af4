"""Run by `engine`: reads specifications, each after its length, and answers each with `+` and an SVG or `-` and why.

Nothing of the project is imported here, so that a child is there at once.
"""

import json
import re
import sys
from pathlib import Path

import vl_convert

MEMORY = 350_000_000
"""Bytes a child may take beyond what the engine needs to start."""
_EMPTY = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "mark": "point", "data": {"values": []}}


def limit_memory() -> None:
    """Let the system refuse memory before the machine runs short of it, where the system can."""
    status = Path("/proc/self/status")
    if status.exists():
        import resource  # noqa: PLC0415 (there is none on Windows)

        taken = re.search(r"VmData:\s+([0-9]+) kB", status.read_text())
        limit = int(taken[1]) * 1024 + MEMORY if taken else -1
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(spec: bytes) -> bytes:
    """Return the answer to one specification."""
    try:
        return b"+" + vl_convert.vegalite_to_svg(json.loads(spec)).encode()
    except Exception as error:  # noqa: BLE001 (whatever it is, it is the chart's)
        return b"-" + reason_in(str(error)).encode()


def reason_in(message: str) -> str:
    """Return the sentence that says why, from a message that begins with a headline and ends with a stack."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    said = [line for line in lines[1:] if not line.startswith("at ")] or lines or ["no reason was given"]
    return re.sub(r"^\w*Error: ", "", said[0])[:300]


def main() -> None:
    """Answer until the other side closes."""
    vl_convert.vegalite_to_svg(_EMPTY)
    limit_memory()
    while length := sys.stdin.buffer.readline():
        reply = answer(sys.stdin.buffer.read(int(length)))
        sys.stdout.buffer.write(b"%d\n%b" % (len(reply), reply))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
