"""Visit pages of the academy as a reader without an account would; print what each showed, as JSON."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "academy.settings")
django.setup()

from django.test import Client  # noqa: E402 (Django is ready only now)

client = Client()
shown = {}
for name, how, address in (argument.split("=", 2) for argument in sys.argv[1:]):
    page = getattr(client, how)(address, follow=True)
    shown[name] = {"status": page.status_code, "page": page.content.decode()}
print(json.dumps(shown))
