"""The command `tumen`: Django's command line with this site's settings, and `tumen run`, which serves a folder."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from tumen import run


def main() -> None:
    """Serve the folder, or do what manage.py would."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumen.settings")
    if sys.argv[1:2] == ["run"]:
        sys.exit(run.main(sys.argv[2:]))
    execute_from_command_line(["tumen", *sys.argv[1:]])


if __name__ == "__main__":
    main()
