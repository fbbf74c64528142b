"""Every page: one include per app."""

from django.urls import path

from marketplace import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
