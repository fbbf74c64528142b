"""What a stack runs on: as on one person's machine; what is drawn and owed is noted."""

from marketplace.settings import development
from marketplace.settings.development import *  # noqa: F403

TEMPLATES = [{**one} for one in development.TEMPLATES]
TEMPLATES[0] |= {"OPTIONS": {"environment": "tests.rendered.environment"}}
INSTALLED_APPS = [*development.INSTALLED_APPS, "tests.owed.Owed"]
