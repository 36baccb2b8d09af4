"""The core is tested without Django: `pytest tests/domain` neither loads nor finds it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def collect(folder: Path) -> subprocess.CompletedProcess[str]:
    """Collect the tests of a folder in a process of its own, which says at its end whether Django was loaded."""
    code = (
        "import sys, pytest\n"
        f"code = pytest.main(['--collect-only', '-p', 'no:cacheprovider', {str(folder)!r}])\n"
        "print('loaded:', sorted({'django', 'rest_framework', 'yaml'} & set(sys.modules)))\n"
        "sys.exit(code)"
    )
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_all_tests_of_the_core_are_collected_without_django() -> None:
    done = collect(ROOT / "tests" / "domain")

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert done.stdout.rstrip().endswith("loaded: []")


@pytest.mark.parametrize("line", ["from django.test import Client", "import yaml", "from tests.make import make_quiz"])
def test_a_test_of_the_core_that_needs_django_is_not_collected(tmp_path: Path, line: str) -> None:
    for name in ("pytest.ini", "conftest.py"):
        (tmp_path / name).write_text((ROOT / "tests" / "domain" / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_new.py").write_text(f"{line}\n\ndef test_it():\n    pass\n", encoding="utf-8")

    done = collect(tmp_path)

    assert done.returncode == pytest.ExitCode.INTERRUPTED
    assert "its test belongs outside tests/domain" in done.stdout
