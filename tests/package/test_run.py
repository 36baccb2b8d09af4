"""What `tumen run` decides before it starts anything."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from tumen import data, run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the site, and an environment that says nothing else."""
    for name in ("DEBUG", "SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "SITE_URL_SCHEME", "EMAIL_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def test_the_secret_key_is_made_once_and_read_by_its_owner_only(folder: Path) -> None:
    assert data.secret_key() == ""

    data.make_secret_key()
    key = data.secret_key()
    data.make_secret_key()

    assert len(key) >= 50
    assert data.secret_key() == key
    assert [path.name for path in folder.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600


def test_on_the_own_machine_debug_is_on_unless_the_environment_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run._environment("", 8000)["DEBUG"] == "1"
    monkeypatch.setenv("DEBUG", "0")
    assert run._environment("", 8000)["DEBUG"] == "0"


def test_the_local_network_never_gets_debug_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "1")

    environment = run._environment("192.168.1.20", 8001)

    assert environment["DEBUG"] == "0"
    assert environment["SITE_URL_SCHEME"] == "http"
    assert {"192.168.1.20", "127.0.0.1", "localhost", socket.gethostname()} <= set(
        environment["ALLOWED_HOSTS"].split(",")
    )


def test_what_the_environment_names_wins_over_the_defaults_of_the_local_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "school.example")
    assert run._environment("192.168.1.20", 8000)["ALLOWED_HOSTS"] == "school.example"


@pytest.mark.parametrize(("named", "in_url"), [("192.168.1.20", "192.168.1.20"), ("fd00::1", "[fd00::1]")])
def test_an_address_of_the_local_network_may_be_named(named: str, in_url: str) -> None:
    assert run._address(named) == named
    assert run._in_url(named) == in_url


def test_what_is_no_address_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--lan", "my-laptop"]) == 1
    assert "“my-laptop” is no IP address" in capsys.readouterr().err


def test_a_database_that_another_program_made_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "IS_CHECKOUT", False)
    (folder / "db.sqlite3").write_bytes(b"theirs")

    assert run.main([]) == 1

    assert "Nothing was changed" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["db.sqlite3"]


@pytest.mark.parametrize("known", ["SECRET_KEY", "DATABASE_URL"])
def test_a_database_whose_key_or_place_is_named_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, known: str
) -> None:
    monkeypatch.setattr(run, "IS_CHECKOUT", False)
    monkeypatch.setenv(known, "named")
    (folder / "db.sqlite3").write_bytes(b"ours")

    run._check_folder(os.environ)


def test_the_local_network_gets_an_address_and_a_code_to_scan(capsys: pytest.CaptureFixture[str]) -> None:
    run._announce(8000, "192.168.1.20")
    printed = capsys.readouterr().out

    assert "Serving on http://192.168.1.20:8000/" in printed
    assert sum(set(line) <= set(" █▀▄") and len(line) > 20 for line in printed.splitlines()) > 10


def test_the_own_machine_gets_its_address_alone(capsys: pytest.CaptureFixture[str]) -> None:
    run._announce(8000, "")
    assert capsys.readouterr().out == "Serving on http://127.0.0.1:8000/ (stop with Ctrl-C)\n"
