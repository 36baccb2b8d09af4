"""`tumen run`: set up the folder, load the course that ships, and serve it, to this machine or to the local network.

Nothing of Django is loaded here: every step is a process of its own, started in the environment decided here.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from types import FrameType

import segno

from courses.shipped import IS_CHECKOUT
from tumen import data

SECONDS_TO_START = 60
SECONDS_TO_STOP = 20


class CannotRun(Exception):
    """What stands in the way, in words for the person who started it."""


def main(arguments: Sequence[str]) -> int:
    """Serve until stopped; return the status for the shell."""
    options = _parser().parse_args(arguments)
    try:
        address = _address(options.lan) if options.lan is not None else ""
        environment = _environment(address, options.port)
        _check_folder(environment)
        if "SECRET_KEY" not in os.environ and (address or not IS_CHECKOUT):
            data.make_secret_key()
    except (CannotRun, OSError) as refusal:
        print(f"tumen run: {refusal}", file=sys.stderr)  # noqa: T201
        return 1
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        prepared = subprocess.run(_tumen("prepare", *_prepared_for(options)), env=environment, check=False)  # noqa: S603
        return prepared.returncode or _serve(options.port, address, environment)
    except KeyboardInterrupt:
        return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="tumen run", description="Set up the current folder and serve the course from it.")
    parser.add_argument("--port", type=int, default=8000, help="8000 unless you choose another")
    parser.add_argument(
        "-v", "--verbosity", type=int, default=1, help="2 prints all that was loaded, instead of counts"
    )
    parser.add_argument("--demo", action="store_true", help="add demonstration accounts and a class")
    parser.add_argument(
        "--lan",
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="serve the local network too, at this machine's address (name it where there are several)",
    )
    return parser


def _prepared_for(options: Namespace) -> list[str]:
    demo = ["--demo"] if options.demo else []
    lan = ["--lan"] if options.lan is not None else []
    return [*demo, *lan, "--port", str(options.port), "--verbosity", str(options.verbosity)]


def _address(named: str) -> str:
    """Return the address of this machine on the local network."""
    if named:
        try:
            return str(ip_address(named))
        except ValueError:
            raise CannotRun(f"“{named}” is no IP address, such as 192.168.1.20.") from None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only says which of its addresses it would send from.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            raise CannotRun("This machine is on no network. Connect it, or name an address: --lan ADDRESS") from None
        return str(probe.getsockname()[0])


def _environment(address: str, port: int) -> dict[str, str]:
    """Return the environment of every step: what the person has set, and defaults for what they have not.

    Pages of errors show settings and code, so others on the network never get them: there DEBUG is off, whatever the
    environment says. Without TLS, cookies and forms are those of plain HTTP.
    """
    environment = {**os.environ, "DATA_DIR": str(data.folder())}
    if not address:
        return {"DEBUG": "1", **environment}
    name = socket.gethostname()
    hosts = {"127.0.0.1", "localhost", _in_url(address), name, f"{name.removesuffix('.local')}.local"}
    defaults = {
        "ALLOWED_HOSTS": ",".join(sorted(hosts)),
        "SITE_URL_SCHEME": "http",
        # Codes for phones lead there, also where the page that shows them was opened on this machine.
        "SITE_URL": f"http://{_in_url(address)}:{port}",
        "EMAIL_URL": "none",
        "COLLECTED_STATIC": "0",
    }
    return {**defaults, **environment, "DEBUG": "0"}


def _check_folder(environment: Mapping[str, str]) -> None:
    """Refuse a folder whose database somebody else made: its tables would be mixed with ours."""
    database = data.folder() / "db.sqlite3"
    if IS_CHECKOUT or {"DATABASE_URL", "SECRET_KEY"} & environment.keys() or data.secret_key():
        return
    if database.exists():
        raise CannotRun(
            f"{database} was not made by `tumen run`. Nothing was changed. Start in an empty folder; "
            "if the database is one of Tumen's, set SECRET_KEY to the key it was used with."
        )


def _serve(port: int, address: str, environment: Mapping[str, str]) -> int:
    """Run the worker and the server until the server ends or a signal comes; then stop both."""
    binds = [f"--bind={_in_url(host)}:{port}" for host in dict.fromkeys(["127.0.0.1", address]) if host]
    shape = ["-c", "python:tumen.serving", "--threads=2", "--log-level=warning", *binds]
    running: list[subprocess.Popen[bytes]] = []
    try:
        gunicorn = [sys.executable, "-m", "gunicorn", "tumen.wsgi", *shape]
        running = [
            subprocess.Popen(gunicorn, env=environment),  # noqa: S603
            subprocess.Popen(["nice", *_tumen("worker")], env=environment),  # noqa: S603, S607
        ]
        if _answers(port, running[0]):
            _announce(port, address)
        return running[0].wait()
    finally:
        _stop(running)


def _answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server takes connections; False when it ended, or takes very long."""
    until = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _announce(port: int, address: str) -> None:
    """Print where the course is, for the local network also as a code that a phone reads."""
    url = f"http://{_in_url(address or '127.0.0.1')}:{port}/"
    if address:
        segno.make(url, micro=False).terminal(compact=True)
        print("Everyone on this network can open it and sign up; what they type is not encrypted on its way.")  # noqa: T201
    print(f"Serving on {url} (stop with Ctrl-C)", flush=True)  # noqa: T201


def _stop(running: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _tumen(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tumen", *arguments]


def _in_url(host: str) -> str:
    """Return an address as hosts are written in URLs: version 6 of IP in brackets."""
    return f"[{host}]" if ":" in host else host
