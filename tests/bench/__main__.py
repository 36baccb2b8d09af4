"""Measure Tumen beside the floor, in rounds by turns, on each database; print tables, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.journeys import crowd, round_of
from tests.bench.peers import ROOT, Peer, drop, peers_on
from tests.bench.table import HEAD, Figures, markdown, percentile

PAGE = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- What follows is written by `make bench`. -->\n"


def main() -> int:
    """Measure what the options ask for."""
    options = _parser().parse_args()
    sites = {"tumen": ROOT} | ({"before": options.site.resolve()} if options.site else {})
    server = os.environ.get("TEST_POSTGRES_URL", "")
    if options.only == "postgres" and not server:
        raise SystemExit("TEST_POSTGRES_URL names no server.")
    only_sqlite = (options.quick and options.only != "postgres") or options.only == "sqlite" or not server
    kinds = ["SQLite"] if only_sqlite else [server] if options.only else ["SQLite", server]
    parts = [_head(options)]
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            peers = peers_on(kind, Path(folder), sites, options.scale)
            try:
                parts += _measure("SQLite" if kind == "SQLite" else "PostgreSQL", peers, options)
            finally:
                drop(peers, kind)
    text = "\n".join(parts)
    print(text)
    if options.write:
        PAGE.write_text(PAGE.read_text(encoding="utf-8").partition(MARK)[0] + MARK + "\n" + text, encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the main journeys on SQLite, in under two minutes")
    parser.add_argument(
        "--scale", type=int, default=1, help="times 100 students with 18 finished attempts (%(default)s)"
    )
    parser.add_argument("--site", type=Path, help="an older checkout to measure as well, such as a git worktree")
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32], help="at a time (%(default)s)")
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="only one of the databases")
    parser.add_argument("--no-jobs", action="store_true", help="only journeys: no loads, regrades, crowds or starts")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    return parser


def _head(options: argparse.Namespace) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    day = datetime.now(UTC).date()
    return f"Measured {day} at commit {commit.stdout.strip()}; {machine}; {100 * options.scale} students.\n"


def _measure(kind: str, peers: list[Peer], options: argparse.Namespace) -> list[str]:
    for peer in peers:
        say(f"{kind}: filling {peer.name}")
        peer.seed()
    starts = {peer.name: [_cold(peer) for _again in range(1 if options.quick else 3)] for peer in peers}
    figures = Figures()
    for turn in range(2 if options.quick else options.rounds):
        for clients in (8,) if options.quick else options.clients:
            say(f"{kind}: round {turn + 1}, {clients} clients")
            for peer in peers:
                for journey, phase in round_of(peer, clients, requests=32 if clients == 1 else 64):
                    figures.add(peer.name, journey, clients, phase)
    memory = {peer.name: peer.memory() for peer in peers}
    counts = {peer.name: peer.inside("count", peer.where) for peer in peers}
    parts = [f"\n## {kind}\n", markdown(HEAD, figures.rows(counts))]
    jobs = [
        ["cold start, s", {name: min(seconds for seconds, _cpu in each) for name, each in starts.items()}],
        ["cold start, CPU s", {name: min(cpu for _seconds, cpu in each) for name, each in starts.items()}],
        ["memory of 2 workers, PSS MiB", memory],
    ]
    if not options.quick and not options.no_jobs:
        parts += _crowds(kind, peers)
        jobs += _jobs(kind, peers)
    head = ["job", *(peer.name for peer in peers), "× floor"]
    return [*parts, markdown(head, [_job_row(name, found, peers) for name, found in jobs])]


def _cold(peer: Peer) -> tuple[float, float]:
    """Start a site anew; return the seconds until its first answer, and the CPU seconds spent by then."""
    peer.stop()
    return peer.start(), peer.cpu()


def _crowds(kind: str, peers: list[Peer]) -> list[str]:
    rows = []
    for peer in peers:
        for name, students in (("start", 300), ("start, drawn exam", 150)):
            if name in peer.where["paths"]:
                say(f"{kind}: {students} at once, {name}, {peer.name}")
                found = crowd(peer, students=students, name=name)
                spread = [f"{percentile(each, share):.2f}" for each in found["times"].values() for share in (0.5, 0.95)]
                rows.append([name, str(students), peer.name, *spread, str(found["failures"])])
    head = ["all within 5 s", "students", "site", "start p50 s", "p95", "save p50 s", "p95", "failed"]
    return [markdown(head, rows)]


def _jobs(kind: str, peers: list[Peer]) -> list[list[Any]]:
    found: dict[str, dict[str, float]] = {}
    for peer in peers:
        say(f"{kind}: loads and regrades, {peer.name}")
        parts = peer.inside("load", 1000) | (peer.inside("regrade", 3000) if peer.name != "floor" else {})
        for name, value in parts.items():
            found.setdefault(name, {})[peer.name] = value
    return [[name if "queries" in name else f"{name}, CPU s", values] for name, values in found.items()]


def _job_row(name: str, found: dict[str, float], peers: list[Peer]) -> list[str]:
    ratio = f"{found['tumen'] / found['floor']:.2f}" if "floor" in found else ""
    return [name, *(f"{found[peer.name]:.2f}" if peer.name in found else "" for peer in peers), ratio]


def say(words: str) -> None:
    """Tell how far it is."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
