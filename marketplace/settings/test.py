"""The tests, on throw-away servers."""

from marketplace.settings.base import *  # noqa: F403
from marketplace.settings.base import DATABASES, INSTALLED_APPS, TEMPLATES, VAR, env

DEMONSTRATION = True
SECRET_KEY = "tests-only"  # noqa: S105
CLOCK_FILE = VAR / "clock.json"
SITE_ADDRESS = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# Each test's connection ends with it; the databases are copies of one template,
# migrated once a run.
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["TEST"] = {"TEMPLATE": env.str("WEX_TEMPLATE_DATABASE", None)}

# Memory of each process's own, so that tests side by side do not meet; and none for
# what is shown again, since a test looks again at once.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "memory": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

# Strength is Argon2's business, tested by its own; here it would be minutes.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
MAIL_TRANSPORT = env.str("MAIL_TRANSPORT", "accounts.transports.DemonstrationTransport")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
# Notes which templates the tests have rendered, and which messages they have owed.
TEMPLATES[0] = {**TEMPLATES[0], "OPTIONS": {"environment": "tests.rendered.environment"}}
INSTALLED_APPS = [*INSTALLED_APPS, "tests.owed.Owed"]
