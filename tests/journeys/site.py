"""A real server of our own: gunicorn in a process that a test may kill, with a database that is its alone."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Site:
    """A served copy of Tumen with the demonstration class."""

    database_url: str
    log: Path
    port: int = 0
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Return the address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, and wait until a page answers."""
        self.port = self.port or free_port()
        command = [sys.executable, "-m", "gunicorn", "tumen.wsgi", "--workers", "2", "--threads", "2"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--log-level", "warning"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(self.database_url) | self.variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _try in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/courses/", timeout=5).close()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"the server did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """Kill the server and its workers at once, as a power cut would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop the server if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.kill()


def environment(database_url: str) -> dict[str, str]:
    """Return the environment of a development server."""
    return {**os.environ, "DEBUG": "1", "DATABASE_URL": database_url}


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manage(database_url: str, *arguments: str) -> str:
    """Run a management command and return what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(database_url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Databases:
    """Makes databases for sites: one prepared template, then cheap copies of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        url = os.environ.get("DATABASE_URL", "")
        self.postgres = url if url.startswith("postgres") else ""
        self.template = self._new("template")
        manage(self.template, "prepare", "--demo")

    def copy(self, of: str = "") -> str:
        """Return the address of a fresh copy of a database that nobody uses: the template, if no other is named."""
        source = urlsplit(of or self.template).path
        if not self.postgres:
            target = self.folder / f"{uuid.uuid4().hex}.sqlite3"
            shutil.copy(source.removeprefix("/") if source.startswith("//") else source, target)
            return f"sqlite:///{target}"
        return self._new(uuid.uuid4().hex, template=source.lstrip("/"))

    def _new(self, name: str, *, template: str = "template1") -> str:
        if not self.postgres:
            return f"sqlite:///{self.folder / f'{name}.sqlite3'}"
        name = f"tumen_site_{os.getpid()}_{name}"
        execute(self.postgres, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        parts = urlsplit(self.postgres)
        return urlunsplit(parts._replace(path=f"/{name}"))


def execute(url: str, statement: str) -> None:
    """Run one statement on the server itself."""
    with psycopg.connect(url.replace("postgres://", "postgresql://", 1), autocommit=True) as connection:
        connection.execute(statement)
