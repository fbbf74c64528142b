from django.apps import AppConfig

from marketplace.celery import app as celery_app

# Imported here so that every process that starts Django, the web ones included,
# sends its tasks to our broker rather than to Celery's default one.
__all__ = ["MarketplaceConfig", "celery_app"]


class MarketplaceConfig(AppConfig):
    name = "marketplace"
