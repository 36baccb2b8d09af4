"""All settings, in one file. The environment decides; a bad value fails loudly at start.

Variables: DATA_DIR, DEBUG, SECRET_KEY, ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, TRUSTED_PROXIES, DATABASE_URL, CACHE_URL,
SITE_URL_SCHEME, SITE_URL, HSTS_PRELOAD, EMAIL_URL, DEFAULT_FROM_EMAIL, LOG_LEVEL, TAKE_AWAY_DIR,
ERASURES_FILE, COLLECTED_STATIC.
`docs/deploying.md` says what each means.
"""

import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from courses.shipped import IS_CHECKOUT, folder
from tumen import data

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# What a site writes: database, secret key, books, collected files. An installed package keeps nothing beside its code.
DATA_DIR = data.folder()

DEBUG: bool = env.bool("DEBUG", default=False)
_DEVELOPMENT_KEY = "development-only-never-use-this-key-where-anyone-else-can-reach-the-server"
SECRET_KEY: str = env.str("SECRET_KEY", default="") or data.secret_key() or (_DEVELOPMENT_KEY if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY in the environment (or DEBUG=1 on your own machine). "
        "`tumen run` makes one for the folder it is started in."
    )
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies of our own stand in front. Limits count by the address that the outermost of them saw.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES < 0:
    raise ImproperlyConfigured("TRUSTED_PROXIES is the number of proxies in front of the server: 0 or more.")

INSTALLED_APPS = [
    "classes",
    "quizzes",
    "courses",
    # Its pages are read with the first request for one (tumen/workshop.py), not by every process that starts.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
    "reversion",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    # Before everything: a probe brings no session, no TLS and often the wrong Host header.
    "courses.accounts.health.HealthMiddleware",
    "courses.accounts.middleware.NotKeptMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    # Before the policies: a stylesheet or script needs none, and their headers would weigh more than the small ones.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "courses.accounts.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "courses.accounts.middleware.KnownBrowserMiddleware",
    # Before what counts or refuses: while an instructor views as a student, every other page is closed.
    "classes.middleware.ViewAsMiddleware",
    "courses.accounts.middleware.LimitMiddleware",
    "quizzes.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "tumen.urls"
WSGI_APPLICATION = "tumen.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [folder("templates", package="tumen")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    """DATABASE_URL as Django wants it, with the safe options of each engine."""
    config: dict[str, Any] = env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
    if config["ENGINE"].endswith("sqlite3"):
        config["CONN_MAX_AGE"] = None
        config["OPTIONS"] = {
            # Without IMMEDIATE, a transaction that reads before it writes fails at once under concurrency.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
    elif config["ENGINE"].endswith("postgresql"):
        config["CONN_MAX_AGE"] = 0
        # A connection is tried before it is used, so that a restart of the server costs no request.
        config["CONN_HEALTH_CHECKS"] = True
        config.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    return config


DATABASES = {"default": _database()}
if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # REST framework reads PostgreSQL's fields, and with them its driver, wherever they are. Not found, it does without.
    sys.modules.setdefault("django.contrib.postgres", None)  # type: ignore[arg-type]  # how Python is told so


def caches_at(server: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the two caches: for counts, and for parts of pages; each process keeps so many of these in memory."""
    pages = {**server, "KEY_PREFIX": "pages"}
    if server["BACKEND"].endswith("LocMemCache"):
        pages |= {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 150}}
    return {"default": server, "pages": pages}


# How many calls the API takes in a minute is counted here; limits on passwords and the like are in the database.
CACHES = caches_at(env.cache("CACHE_URL", default="locmemcache://"))
# Tasks wait in the database for `manage.py worker`: nothing else to run, and what is enqueued survives a restart.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "courses.accounts.passwords.SiteWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "quizzes.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USERNAME_MIN_LENGTH = 2
# Our own limits (courses/services/limits.py) hold across processes and tell known browsers from strangers.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "reset_password": "courses.accounts.forms.LimitedResetForm",
    "signup": "courses.accounts.forms.NamedSignupForm",
}
# A mailed link signs its reader in at once, even while a guesser keeps the account's tries used up.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tumen"
MFA_FORMS = {
    "authenticate": "courses.accounts.forms.LimitedAuthenticateForm",
    "reauthenticate": "courses.accounts.forms.LimitedReauthenticateForm",
}

_NO_MAIL = "dummymail://"
_email_url: str = env.str("EMAIL_URL", default="consolemail://" if DEBUG else "")
# Deciding for no mail is fine; leaving it undecided is found by `check --deploy`.
MAIL_IS_DECIDED = bool(_email_url)
MAIL_IS_SENT = _email_url not in ("", "none", _NO_MAIL)
try:
    EMAIL_CONFIG = env.email_url_config(_email_url if MAIL_IS_SENT else _NO_MAIL)
except ImproperlyConfigured:
    raise ImproperlyConfigured("EMAIL_URL is no mail server, such as smtp+tls://user:password@host:587.") from None
vars().update(EMAIL_CONFIG)
# A mail server that hangs must not hold up the pages that send mail.
EMAIL_TIMEOUT = 10
if not DEBUG and EMAIL_CONFIG["EMAIL_BACKEND"].endswith("console.EmailBackend"):
    raise ImproperlyConfigured(
        "EMAIL_URL=consolemail:// would print sign-in links to the log. Name a mail server, or say EMAIL_URL=none."
    )
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"] if MAIL_IS_SENT else ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional" if MAIL_IS_SENT else "none"
# Where links in mail lead that a background task writes: no request says under which name the site is reached.
SITE_URL: str = env.str("SITE_URL", default="")
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="Tumen <tumen@localhost>")

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# In an installed wheel they are inside `courses`, where Django looks anyway.
STATICFILES_DIRS = [folder("static")] if IS_CHECKOUT else []
# Collected files are compressed and have lasting names; others are served from where the packages keep them.
_IS_COLLECTED: bool = env.bool("COLLECTED_STATIC", default=not DEBUG)
STATIC_ROOT = DATA_DIR / "staticfiles" if _IS_COLLECTED or DEBUG else None
WHITENOISE_USE_FINDERS = not _IS_COLLECTED
_STATIC_BACKEND = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if _IS_COLLECTED
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
# Where `export_course` puts the printed and electronic forms of courses, and the download page finds them.
TAKE_AWAY_DIR = Path(env.str("TAKE_AWAY_DIR", default=str(DATA_DIR / "build" / "take-away")))
# Who was erased, by number: what a restored backup brings back is erased again. Keep it apart from the database.
ERASURES_FILE = Path(env.str("ERASURES_FILE", default=str(DATA_DIR / "erasures.jsonl")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_BACKEND},
}

# Everything from this host; scripts and styles only from files. Inline scripts need the request's nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The admin posts up to nine fields for each person of a class; the default would stop at a class of a hundred.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Django's own sessions in the database, in a table that names the person: one query brings both.
SESSION_ENGINE = "courses.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# An hour-long class must never be signed out between two answers.
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
if not DEBUG:
    _secure: bool = env.str("SITE_URL_SCHEME", default="https") == "https"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _secure
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _secure else 0
    # Binding every other name below this domain, for good, is for its owner to decide.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure and env.bool("HSTS_PRELOAD", default=False)
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The first says how a caller who is not signed in is refused: with 401, as programs expect.
        "courses.api.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "courses.api.pagination.PageByNumber",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["quizzes.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "courses.api.schema.Documented",
    "DEFAULT_THROTTLE_CLASSES": [
        "courses.api.throttles.AddressThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min"},
    "EXCEPTION_HANDLER": "quizzes.api.errors.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Tumen",
    "DESCRIPTION": "Courses, quizzes, attempts and progress. Answer keys are never served.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "AudienceEnum": "courses.models.Thread.Audience",
        "LessonStateEnum": ["outline", "new", "begun", "complete"],
        "AttemptStateEnum": [
            ("open", "open"),
            ("overdue", "time is up"),
            ("submitted", "submitted"),
            ("abandoned", "abandoned"),
        ],
    },
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
