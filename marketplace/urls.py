"""Every page: one include per app."""

from django.urls import include, path

from marketplace import health

urlpatterns = [
    path("", include("marketplace.views")),
    path("", include("accounts.urls")),
    path("", include("accounts.second_factor_urls")),
    path("", include("placements.urls")),
    path("", include("brokers.urls")),
    path("", include("ratings.urls")),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
