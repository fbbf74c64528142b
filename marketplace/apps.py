from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

from marketplace.celery import app as celery_app

# Imported here so that every process that starts Django, the web ones included,
# sends its tasks to our broker rather than to Celery's default one.
__all__ = ["MarketplaceConfig", "celery_app"]


class MarketplaceConfig(AppConfig):
    name = "marketplace"


class ConsoleConfig(AdminConfig):
    """Django's admin, with our console in the place of its own site."""

    default_site = "accounts.console.Console"
