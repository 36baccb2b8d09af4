"""Whether anything is lost when everybody answers at once and the server dies."""

VARIABLES = {
    "DEBUG": "0",
    "SECRET_KEY": "soak",
    "SITE_URL_SCHEME": "http",
    "DJANGO_SETTINGS_MODULE": "tests.soak.settings",
}
"""What serves here runs as in service."""
