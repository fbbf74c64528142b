"""The real thing. It refuses to start while anything it must be told is missing."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from marketplace.logs import logging_to
from marketplace.settings.base import *  # noqa: F403
from marketplace.settings.base import CONTENT_SECURITY_POLICY, env

REQUIRED = (
    "SECRET_KEY",
    "SITE_ADDRESS",
    "DATABASE_URL",
    "REDIS_URL",
    "DEFAULT_FROM_EMAIL",
    "SUPPORT_EMAIL",
)
# What each way for mail to leave must be told; see accounts/transports.py.
BY_TRANSPORT = {
    "accounts.transports.SmtpTransport": ("EMAIL_HOST",),
    "accounts.notify.NotifyTransport": (
        "NOTIFY_API_KEY",
        "NOTIFY_TEMPLATE_ID",
        "NOTIFY_CALLBACK_TOKEN",
    ),
}

# Of GOV.UK Notify's: a name, and two UUIDs.
LENGTH_OF_A_KEY = 75

MAIL_TRANSPORT = env.str("MAIL_TRANSPORT", "") or "accounts.transports.SmtpTransport"
required = [*REQUIRED, *BY_TRANSPORT.get(MAIL_TRANSPORT, ())]
missing = [name for name in required if not env.str(name, "").strip()]
if missing:
    raise ImproperlyConfigured(f"Set these in the environment first: {', '.join(missing)}.")

SECRET_KEY = env.str("SECRET_KEY")
# For a rotation: the old key goes here for as long as its sessions may live.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("SECRET_KEY must be at least 50 characters, and not a pattern.")

NOTIFY_API_KEY = env.str("NOTIFY_API_KEY", "")
if NOTIFY_API_KEY and len(NOTIFY_API_KEY) < LENGTH_OF_A_KEY:
    raise ImproperlyConfigured("NOTIFY_API_KEY must be a whole key of GOV.UK Notify's.")

SITE_ADDRESS = env.str("SITE_ADDRESS").rstrip("/")
if urlsplit(SITE_ADDRESS).scheme != "https" or not urlsplit(SITE_ADDRESS).hostname:
    raise ImproperlyConfigured("SITE_ADDRESS must be an https:// address.")

DEMONSTRATION = env.bool("DEMONSTRATION", False)
DEBUG = False
CLOCK_FILE = None

# The name people use, whatever else is listed, and the container's own probe.
ALLOWED_HOSTS = [
    str(urlsplit(SITE_ADDRESS).hostname),
    *env.list("ALLOWED_HOSTS", []),
    "localhost",
]
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]

# The proxy ends TLS, and overwrites this header whatever the visitor sent.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# So the address counted against a limit is the one that the proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1)
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {**CONTENT_SECURITY_POLICY["DIRECTIVES"], "upgrade-insecure-requests": True}
}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
MAIL_QUIET_HOURS = env.bool("MAIL_QUIET_HOURS", True)
MAIL_GATHERED_FOR_MINUTES = env.int("MAIL_GATHERED_FOR_MINUTES", 10)

LOGGING = logging_to("json")
