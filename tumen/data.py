"""The folder a site writes to, and the secret key kept in it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from courses.shipped import IS_CHECKOUT

_KEY = "secret-key"


def folder() -> Path:
    """Return the folder: DATA_DIR, else the top of a checkout, else (an installed package) the current folder."""
    named = os.environ.get("DATA_DIR")
    return Path(named or (Path(__file__).parents[1] if IS_CHECKOUT else Path.cwd())).absolute()


def secret_key() -> str:
    """Return the key kept in the folder, or "" where there is none."""
    file = folder() / _KEY
    return file.read_text(encoding="ascii").strip() if file.is_file() else ""


def make_secret_key() -> None:
    """Make a key that the folder's owner alone can read, unless there is one.

    The file appears whole, so that a start that is cut off leaves no empty key behind.
    """
    if secret_key():
        return
    folder().mkdir(parents=True, exist_ok=True)
    draft = folder() / f".{_KEY}.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50) + "\n")
    draft.replace(folder() / _KEY)
