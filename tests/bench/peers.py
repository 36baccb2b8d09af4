"""The sites that are measured: each a gunicorn of two workers with a database of its own, and what it spends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.journeys.site import execute, free_port

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@dataclass
class Peer:
    """A site: the floor, Tumen, or an older checkout of it."""

    name: str
    root: Path
    settings: str
    database: str
    folder: Path
    scale: int
    where: dict[str, Any] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    backends: dict[int, int] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of a site in service, without TLS."""
        return {
            **os.environ,
            "PYTHONPATH": f"{self.root}:{HERE}",
            "DJANGO_SETTINGS_MODULE": self.settings,
            "DATABASE_URL": self.database,
            "DATA_DIR": str(self.folder),
            "DEBUG": "0",
            "COLLECTED_STATIC": "0",
            "SECRET_KEY": "bench",
            "SITE_URL_SCHEME": "http",
            "EMAIL_URL": "dummymail://",
            "ALLOWED_HOSTS": "127.0.0.1,testserver",
            # As on a server, where a module is compiled with its first import and not with every start.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
        }

    def inside(self, what: str, argument: Any) -> Any:
        """Run a part of `inside.py` in the site and return what it found."""
        command = [sys.executable, str(HERE / "inside.py"), what, json.dumps(argument)]
        done = subprocess.run(command, cwd=self.root, env=self.environment, stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout.splitlines()[-1])

    def seed(self) -> None:
        """Fill the database. A first release has to collect its static files as well, for its pages name them."""
        self.where = self.inside("seed", self.scale)
        if self.settings == "config.settings":
            collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
            subprocess.run(collect, cwd=self.root, env=self.environment, check=True)

    def start(self) -> float:
        """Serve; return the seconds until the first page was answered."""
        self.port, began = free_port(), time.perf_counter()
        command = [sys.executable, "-m", "gunicorn", self.settings.replace("settings", "wsgi"), "--workers", "2"]
        if (self.root / "tumen" / "serving.py").exists():
            command += ["-c", "python:tumen.serving"]  # as docs/deploying.md says
        command += ["--bind", f"127.0.0.1:{self.port}", "--log-level", "error"]
        self.process = subprocess.Popen(command, cwd=self.root, env=self.environment, start_new_session=True)
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{self.where['paths']['lesson']}")
        request.add_header("Cookie", f"sessionid={self.where['teacher']}")
        while time.perf_counter() - began < 60:
            try:
                urllib.request.urlopen(request, timeout=20).close()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.01)
            else:
                return time.perf_counter() - began
        raise SystemExit(f"{self.name} does not answer.")

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()
            self.process = None

    def cpu(self) -> float:
        """Return the CPU seconds of all server processes so far: gunicorn's and those of PostgreSQL for this site."""
        for pid in self._backends():
            self.backends[pid] = _cpu_of(pid) or self.backends.get(pid, 0)
        return (sum(_cpu_of(pid) for pid in self._processes()) + sum(self.backends.values())) / 1e9

    def memory(self) -> float:
        """Return what gunicorn's processes keep in memory, in MiB; what they share counts once (PSS)."""
        kept = 0
        for pid in self._processes():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
            kept += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kept / 1024

    def _processes(self) -> list[int]:
        assert self.process is not None
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [pid, *map(int, children)]

    def _backends(self) -> list[int]:
        if not self.database.startswith("postgres"):
            return []
        with psycopg.connect(
            urlunsplit(urlsplit(self.database)._replace(scheme="postgresql", path="/postgres"))
        ) as connection:
            name = urlsplit(self.database).path[1:]
            return [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name])]


def _cpu_of(pid: int) -> int:
    """Return the nanoseconds all threads of a process have run."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((each / "schedstat").read_text(encoding="ascii").split()[0]) for each in threads)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def peers_on(kind: str, folder: Path, sites: dict[str, Path], scale: int) -> list[Peer]:
    """Return the floor and the sites with empty databases of their own, of a kind: SQLite, or the server's address."""
    made = []
    for name, root in {"floor": HERE, **sites}.items():
        database = f"sqlite:///{folder / name}.sqlite3"
        if kind != "SQLite":
            database = urlunsplit(urlsplit(kind)._replace(path=f"/tumen_bench_{name}_{os.getpid()}"))
            execute(kind, f'CREATE DATABASE "{urlsplit(database).path[1:]}"')
        settings = "tumen.settings" if (root / "tumen" / "settings.py").exists() else "config.settings"
        made.append(Peer(name, root, "floor.settings" if name == "floor" else settings, database, folder / name, scale))
        (folder / name).mkdir()
    return made


def drop(peers: list[Peer], kind: str) -> None:
    """Stop the sites, and remove their databases from the server."""
    for peer in peers:
        peer.stop()
        if kind != "SQLite":
            execute(kind, f'DROP DATABASE "{urlsplit(peer.database).path[1:]}" WITH (FORCE)')
