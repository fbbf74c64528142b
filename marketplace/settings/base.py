"""What every environment shares. The environment's variables are read here, once."""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from environs import Env

from marketplace.logs import logging_to
from marketplace.settings.hosts import hosts_of
from marketplace.settings.notify import *  # noqa: F403
from marketplace.settings.partners import *  # noqa: F403
from marketplace.settings.people import *  # noqa: F403

# Lets `ListView[Booking]` and its like be written in code that really runs.
django_stubs_ext.monkeypatch()

env = Env()

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(env.str("WEX_VAR", str(ROOT / "var")))

SITE_NAME = "Work Experience Marketplace"
# Every absolute address is made from this, never from what a request claims.
SITE_ADDRESS = env.str("SITE_ADDRESS", "http://localhost:8000").rstrip("/")
DEMONSTRATION = False
# Tiles to draw maps upon, as https://tiles.example.org/{z}/{x}/{y}.png, and whom to thank for
# them. Without, a map lies on an outline of our own, and nobody else hears what is looked for.
MAP_TILES = env.str("MAP_TILES", "")
MAP_TILES_CREDIT = env.str("MAP_TILES_CREDIT", "")
# Where people write for help, and about accessibility and privacy; shown on those pages.
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", "")
# Where the business clock's shift is kept; see accounts/clock.py.
CLOCK_FILE: Path | None = None

SECRET_KEY = env.str("SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_ADDRESS.startswith("https") else "http"
MFA_TOTP_ISSUER = SITE_NAME

INSTALLED_APPS = [
    "marketplace.apps.MarketplaceConfig",
    "accounts",
    "placements",
    "brokers",
    "ratings",
    "marketplace.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "rest_framework",
]

MIDDLEWARE = [
    "marketplace.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "marketplace.sessions.SessionsThatEnd",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.http.ActingMember",
    "marketplace.refusals.OnPages",
    "marketplace.limits.TellsOfLimits",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "marketplace.jinja.environment"},
    },
    {
        # For the support console and the reference page of the API, which bring their own.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- The database

DATABASES = {
    "default": {
        **env.dj_db_url("DATABASE_URL", "postgres:///marketplace"),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # A page that takes longer than this has failed already; a lock that is
            # not had by then is somebody else's, and waiting blocks the next one too.
            "connect_timeout": 2,
            # Only of accounts.statements. A pooler in between has to know prepared statements,
            # as PgBouncer does from 1.21 on.
            "prepare_threshold": 0,
            "options": "-c default_transaction_isolation=read\\ committed"
            f" -c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', 5000)}"
            f" -c lock_timeout={env.int('LOCK_TIMEOUT_MS', 3000)}"
            " -c idle_in_transaction_session_timeout=60000"
            # No page is worth a second process or a compiler: starting either takes longer
            # than the longest search.
            " -c max_parallel_workers_per_gather=0 -c jit=off",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: a doorbell and a cache. Nothing is lost with it.

# A socket has two spellings: unix://path?db=0, and Celery's redis+socket://path?virtual_host=0.
_given = env.str("REDIS_URL", "redis://localhost:6379/0")
REDIS_URL = _given.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
CACHES = {
    "default": {
        "BACKEND": "marketplace.caches.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "TIMEOUT": 300,
        "KEY_PREFIX": "wex",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    },
    # Each process's own memory, where looking costs less than asking Redis: whole pages. A
    # place that is sold out or freed must show in them within two seconds.
    "memory": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "memory",
        "TIMEOUT": 1,
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}

# --- Jobs. The same patience in all three places: kombu ignores it in one or two.

PATIENCE = 300
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": PATIENCE,
    "socket_keepalive": True,
    # A page that rings while nobody hears goes on at once.
    "socket_connect_timeout": 0.5,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": PATIENCE}
CELERY_VISIBILITY_TIMEOUT = PATIENCE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 75
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True

# --- What a browser is told

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY: dict[str, dict[str, object]] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *hosts_of(MAP_TILES)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Words, places, times

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Static files: ours, and what the design system compiles to

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR / "static")))
STATICFILES_DIRS = [ROOT / "static", ROOT / "build" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- Mail

EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10
# How messages leave: see accounts/transports.py.
MAIL_TRANSPORT = env.str("MAIL_TRANSPORT", "accounts.transports.SmtpTransport")
# Whether what can wait for a working morning does: not in a demonstration, tried at night too.
MAIL_QUIET_HOURS = env.bool("MAIL_QUIET_HOURS", False)
# How long after a mail the next of its family to the same reader waits, so that they go together.
MAIL_GATHERED_FOR_MINUTES = env.int("MAIL_GATHERED_FOR_MINUTES", 0)
# Whoever took a message and is silent for this long has died with it. More than three
# times the transport's own patience.
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", 60)
# How often the timetable looks for what is due and was not rung for.
MAIL_ROUND_SECONDS = env.int("MAIL_ROUND_SECONDS", 10)
# How often bookings are looked through for what has lapsed or is over.
BOOKING_ROUND_SECONDS = env.int("BOOKING_ROUND_SECONDS", 60)

# --- The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["marketplace.limits.PerMinute"],
    "EXCEPTION_HANDLER": "marketplace.problems.in_api",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
# What one visitor may ask of the API in a minute.
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", 600)
# And a partner's client, which serves many schools.
API_REQUESTS_A_MINUTE_BY_CLIENT = env.int("API_REQUESTS_A_MINUTE_BY_CLIENT", 3000)
SPECTACULAR_SETTINGS = {
    "TITLE": SITE_NAME,
    "DESCRIPTION": "Work-experience placements for schools, employers and the hubs between them.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "DeclineReason": "placements.words.DeclineReason.choices",
        "CancelReason": "placements.words.CancelReason.choices",
        "BookingState": "placements.states.BookingState.choices",
        "EndReason": "placements.api.booking_shapes.REASONS",
    },
}

# --- Logs: see marketplace/logs.py for what may stand in a line

DJANGO_STRUCTLOG_CELERY_ENABLED = True
LOGGING = logging_to("lines")

SILENCED_SYSTEM_CHECKS: list[str] = []
