"""`make mutants`: put faults in, one at a time, and see that tests notice.

    make mutants                                          a sample of 400 over the core and the services
    make mutants MUTANTS="quizzes/domain/draws.py"        the part of the sample that is in one module
    make mutants MUTANTS="--count 60 --only --seed 3 quizzes/domain/draws.py"   a sample of that module alone

What was caught is kept in `build/mutants` and not tried again while its module stays as it is; what survived is. A
survivor passes when `survivors.yaml` says why it does no harm.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.mutants.faults import FOLDER, Fault, modules, sample
from tests.mutants.lines import Map, sources, test_files, trace
from tests.mutants.worker import hunt, hunt_afresh

KNOWN = Path(__file__).parent / "survivors.yaml"
LEAST_PERCENT = 95


def main() -> int:
    """Do the whole hunt and say what was found; fail when too much survives, or something without a reason."""
    options = _options()
    FOLDER.mkdir(parents=True, exist_ok=True)
    paths = options.modules or modules()
    faults = sample(paths if options.only else modules(), count=options.count, seed=options.seed)
    faults = [fault for fault in faults if fault.path in paths]
    known = Map(_traced(options.jobs, keep=options.keep_map))
    left = _not_caught(faults)
    print(f"{len(faults)} faults, {len(faults) - len(left)} of them caught before", flush=True)
    reached = [fault for fault in left if known.tests(fault)]
    _hunted(hunt, [fault for fault in reached if fault.function], options.jobs, known)
    _hunted(hunt_afresh, _not_caught(reached), options.jobs, known)
    return _report(faults, _results())


def _not_caught(faults: list[Fault]) -> list[Fault]:
    results = _results()
    return [fault for fault in faults if results.get(fault.name, {}).get("outcome") != "caught"]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Put faults in, one at a time, and see that tests notice.")
    parser.add_argument("modules", nargs="*", help="only faults in these modules (paths)")
    parser.add_argument("--count", type=int, default=400, help="how many faults (400)")
    parser.add_argument("--seed", type=int, default=8, help="what the sample is drawn by (8)")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (2)")
    parser.add_argument("--only", action="store_true", help="draw the sample from these modules alone")
    parser.add_argument("--keep-map", action="store_true", help="trust the map of lines though modules changed")
    return parser.parse_args()


def _traced(jobs: int, *, keep: bool) -> list[dict[str, Any]]:
    """Return which lines each test runs, running only what was never run, or not since it or a module changed."""
    now = test_files()
    stamp = FOLDER / "sources"
    is_old = not stamp.exists() or stamp.read_text() != sources()
    kept = {file: FOLDER / f"lines-{digest[:24]}.json" for file, digest in now.items()}
    new = [file for file, at in kept.items() if not at.exists() or (is_old and not keep)]
    if new:
        print(f"Running {len(new)} files of tests to see which lines they reach", flush=True)
        _parallel(trace, [({file: kept[file] for file in new[at::jobs]},) for at in range(jobs)])
        stamp.write_text(sources())
    return [json.loads(at.read_text(encoding="utf-8")) for at in kept.values()]


def _hunted(work: Callable[..., None], faults: list[Fault], jobs: int, known: Map) -> None:
    """Share faults among processes, and wait for them."""
    shares = []
    for at in range(jobs):
        own = faults[at::jobs]
        tests = {fault.name: known.tests(fault) for fault in own}
        limits = {name: known.limit(chosen) for name, chosen in tests.items()}
        shares.append((own, tests, limits, FOLDER / f"results-{at}.jsonl"))
    _parallel(work, shares)


def _parallel(work: Callable[..., None], shares: Sequence[tuple[Any, ...]]) -> None:
    """Do shares of work in processes of their own, into which nothing of the site is imported yet."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=work, args=share) for share in shares if share[0]]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a process broke off; what it found is kept, and the next run goes on from there")


def _results() -> dict[str, dict[str, Any]]:
    """Return what became of each fault; what was caught once stays caught."""
    found: dict[str, dict[str, Any]] = {}
    for file in FOLDER.glob("results-*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if found.setdefault(row["name"], row)["outcome"] != "caught":
                found[row["name"]] = row
    return found


def _report(faults: list[Fault], results: dict[str, dict[str, Any]]) -> int:
    """Print what survived and the share that was caught, module by module; return the exit code."""
    reasons = {(row["module"], row["before"], row["after"]): row["reason"] for row in yaml.safe_load(KNOWN.read_text())}
    caught: Counter[str] = Counter()
    unknown = 0
    for fault in faults:
        if results.get(fault.name, {}).get("outcome") == "caught":
            caught[fault.path] += 1
            continue
        reason = reasons.get((fault.path, fault.before, fault.after))
        unknown += reason is None
        print(f"\n{fault.path}:{fault.line} survived: {reason or 'NO REASON GIVEN'}")
        print(f"  - {fault.before}\n  + {fault.after}")
    print()
    for path, count in sorted(Counter(fault.path for fault in faults).items()):
        print(f"{caught[path]:4} of {count:3} caught  {path}")
    percent = 100 * caught.total() / max(1, len(faults))
    print(f"{caught.total():4} of {len(faults):3} caught: {percent:.1f}% ({unknown} survived without a reason)")
    return int(percent < LEAST_PERCENT or unknown > 0)


if __name__ == "__main__":
    sys.exit(main())
