"""The files that ship beside the code: at the top of a checkout, inside the packages in an installed wheel.

`[tool.hatch.build.targets.wheel.force-include]` in pyproject.toml says what is packed where.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGES = Path(__file__).resolve().parent.parent
IS_CHECKOUT = not (_PACKAGES / "courses" / "fixtures").is_dir()


def folder(name: str, *, package: str = "courses") -> Path:
    """Return where the shipped folder `name` (`fixtures`, `static`, `templates`) is; a wheel has it in `package`."""
    return _PACKAGES / name if IS_CHECKOUT else _PACKAGES / package / name


def shipped_folders() -> list[Path]:
    """Return the folders of the courses that ship."""
    return sorted(path.parent for path in folder("fixtures").glob("*/course.yaml"))
