"""The door for WSGI servers such as gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumen.settings")
application = get_wsgi_application()
# Read all views now, not with the first request: before workers are forked, which then share them.
reverse("home")
