"""The wheel, built and used where nothing of the checkout is: what it holds, `tumen run`, and a project of others."""

from __future__ import annotations

import json
import shutil
import signal
import stat
import subprocess
import time
import urllib.request
from collections import Counter
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.journeys.site import free_port
from tests.package.conftest import ROOT, Installed

pytestmark = pytest.mark.wheel

COURSE = "patron-stranger-balancer"
LESSON = f"courses/{COURSE}/lessons/worst-years/"
QUIZ = f"courses/{COURSE}/quizzes/worst-years/"
SECONDS_TO_SERVE = 600
"""On an idle machine it takes about thirty; tests share theirs."""


@pytest.mark.parametrize("folder", ["templates", "static", "fixtures"])
def test_each_shipped_file_is_in_the_wheel_once(wheel: Path, folder: str) -> None:
    packed = Counter(name.split(f"/{folder}/", 1)[1] for name in ZipFile(wheel).namelist() if f"/{folder}/" in name)
    files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]

    assert packed == Counter(str(path.relative_to(ROOT / folder)) for path in files)


def test_the_wheel_holds_the_four_packages_and_all_their_code(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    code = [
        path.relative_to(ROOT) for app in ("tumen", "classes", "quizzes", "courses") for path in (ROOT / app).rglob("*")
    ]

    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "tumen",
        "classes",
        "quizzes",
        "courses",
    }
    assert {str(path) for path in code if path.suffix in (".py", ".typed", ".json", ".yaml")} <= names


def test_the_metadata_says_what_it_is_and_under_which_licence(wheel: Path) -> None:
    archive = ZipFile(wheel)
    (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
    about = Parser().parsestr(archive.read(name).decode())

    assert (about["Name"], about["License-Expression"], about["Requires-Python"]) == (
        "tumen",
        "MIT AND CC-BY-4.0",
        ">=3.11",
    )
    assert about["Version"]
    assert about.get_payload().startswith("# Tumen")
    assert "Framework :: Django :: 5.2" in about.get_all("Classifier")
    assert any(each.endswith("licenses/LICENSE") for each in archive.namelist())


def test_tumen_run_serves_the_course_from_an_empty_folder(installed: Installed, tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "log"
    folder = tmp_path / "folder"
    folder.mkdir()
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["tumen", "run", "--port", str(port)], cwd=folder, env=installed.variables, stdout=output, stderr=output
        )
    try:
        _wait_for(f"Serving on http://127.0.0.1:{port}/", log, process)
        front = _get(f"http://127.0.0.1:{port}/")
        lesson = _get(f"http://127.0.0.1:{port}/{LESSON}")
        quiz = _get(f"http://127.0.0.1:{port}/{QUIZ}")
        style = _get(f"http://127.0.0.1:{port}/static/css/tumen.css")
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(60)

    assert "Patron, Stranger, Balancer" in front
    assert "The worst years" in lesson
    assert "Start the quiz" in quiz
    assert "--surface" in style
    assert status == 0
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600
    assert {path.name for path in folder.iterdir()} <= {
        "build",
        "db.sqlite3",
        "db.sqlite3-shm",
        "db.sqlite3-wal",
        "secret-key",
    }
    assert "tumen-demo" not in log.read_text()
    # What else the site can do works from the same folder, on the same database.
    assert "no account" in _refused(["tumen", "instructor", "nobody"], installed, folder)


def test_a_project_of_others_shows_a_lesson_and_a_quiz_in_its_own_pages(installed: Installed, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(Path(__file__).parent / "host", project, ignore=shutil.ignore_patterns("__pycache__"))
    installed.run(["python", "manage.py", "check"], cwd=project)
    installed.run(["python", "manage.py", "makemigrations", "--check", "--dry-run"], cwd=project)
    installed.run(["python", "manage.py", "migrate", "-v0"], cwd=project)
    installed.run(["python", "manage.py", "load_content"], cwd=project)
    addresses = {
        "front": "get=/",
        "catalogue": "get=/learn/courses/",
        "course": f"get=/learn/courses/{COURSE}/",
        "lesson": f"get=/learn/{LESSON}",
        "quiz": f"get=/learn/{QUIZ}",
        "question": f"post=/learn/{QUIZ}start/",
        "sign-in": "get=/accounts/login/",
    }
    visited = [f"{name}={address}" for name, address in addresses.items()]
    pages = json.loads(installed.run(["python", "visit.py", *visited], cwd=project))

    assert {name: page["status"] for name, page in pages.items()} == dict.fromkeys(addresses, 200)
    for name in ("front", "catalogue", "course", "lesson", "quiz", "question"):
        assert "<header>The Academy</header>" in pages[name]["page"]
        assert pages[name]["page"].count("<html") == 1
    assert "Learn · Tumen" not in pages["lesson"]["page"]
    assert "The worst years" in pages["lesson"]["page"]
    assert 'href="/static/css/tumen.css"' in pages["lesson"]["page"]
    assert "Start the quiz" in pages["quiz"]["page"]
    assert "Question 1" in pages["question"]["page"]
    found = installed.run(["python", "manage.py", "findstatic", "css/tumen.css", "js/quiz.js", "-v0"], cwd=project)
    assert len(found.splitlines()) == 2


def _wait_for(words: str, log: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_SERVE
    while words not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return str(answer.read().decode())


def _refused(command: list[str], installed: Installed, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, env=installed.variables, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return done.stderr
