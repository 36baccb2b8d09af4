"""How many examples Hypothesis tries: enough for every change, and more with `--hypothesis-profile=thorough`."""

from __future__ import annotations

import hypothesis

_HEALTH = [hypothesis.HealthCheck.too_slow]


def load() -> None:
    """Make both profiles known, and use the everyday one where the command line names none."""
    hypothesis.settings.register_profile("tumen", deadline=None, max_examples=80, suppress_health_check=_HEALTH)
    everyday = hypothesis.settings.get_profile("tumen")
    hypothesis.settings.register_profile("thorough", everyday, max_examples=800)
    hypothesis.settings.load_profile("tumen")
