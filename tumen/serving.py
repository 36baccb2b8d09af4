"""How gunicorn serves Tumen: `gunicorn -c python:tumen.serving tumen.wsgi --bind …`.

The site is read once, before workers are forked: it starts in half the time, and workers share the memory of all that
never changes.
"""

import gc
from typing import Any

workers = 2
preload_app = True


def when_ready(_server: Any) -> None:
    """Let the collector leave alone what was read at the start, so that looking through it copies no page of it."""
    gc.collect()
    gc.freeze()
