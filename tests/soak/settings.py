"""Settings of the soak: as in service, without TLS and without collected files."""

from tumen.settings import *  # noqa: F403
from tumen.settings import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
# Everybody comes from one address here.
ACCOUNT_RATE_LIMITS = False
