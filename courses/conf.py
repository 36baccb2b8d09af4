"""The settings of a site that the apps read, each with a default, so that a site of others needs none of them.

They are read when asked for, never at import: a test or a site may set them late. `docs/reusing.md` lists them.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

_NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


def mail_is_sent() -> bool:
    """Say whether this site sends mail (MAIL_IS_SENT); by default it does unless its backend sends nothing."""
    return bool(getattr(settings, "MAIL_IS_SENT", settings.EMAIL_BACKEND != _NO_MAIL))


def mail_is_decided() -> bool:
    """Say whether it was decided to send mail or not (MAIL_IS_DECIDED); by default yes."""
    return bool(getattr(settings, "MAIL_IS_DECIDED", True))


def site_url() -> str:
    """Return where mail sends people (SITE_URL), without a slash at the end; by default the first of ALLOWED_HOSTS."""
    named = [host for host in settings.ALLOWED_HOSTS if not host.startswith(("*", "."))]
    fallback = f"https://{named[0]}" if named else "http://localhost"
    return str(getattr(settings, "SITE_URL", "") or fallback).rstrip("/")


def trusted_proxies() -> int:
    """Return how many proxies of the site's own stand in front (TRUSTED_PROXIES); by default none."""
    return int(getattr(settings, "TRUSTED_PROXIES", 0))


def take_away_dir() -> Path:
    """Return where PDF and EPUB are kept (TAKE_AWAY_DIR); by default in the current folder."""
    return Path(getattr(settings, "TAKE_AWAY_DIR", "take-away"))


def erasures_file() -> Path:
    """Return which file says who was erased (ERASURES_FILE); by default one in the current folder."""
    return Path(getattr(settings, "ERASURES_FILE", "erasures.jsonl"))
