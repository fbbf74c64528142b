"""Every page: one include per app."""

from django.contrib import admin
from django.urls import include, path

from marketplace import dashboard, health
from marketplace.wording import changing
from marketplace.wording import views as wording

urlpatterns = [
    # First: an address is compared with all that stand before its own, and programs call most often.
    path("", include("marketplace.api")),
    path("", include("marketplace.views")),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("messages/wording/", wording.index, name="wording"),
    path("messages/wording/<slug:kind>/", wording.message, name="wording-of"),
    path("messages/wording/<slug:kind>/as-sent/", wording.as_sent, name="wording-as-sent"),
    path("messages/wording/<slug:kind>/change/", changing.change, name="wording-change"),
    path("messages/wording/<slug:kind>/put-back/", changing.put_back, name="wording-put-back"),
    path("", include("accounts.urls")),
    path("", include("accounts.second_factor_urls")),
    path("", include("placements.urls")),
    path("", include("brokers.urls")),
    path("", include("ratings.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

# Each answers as a page, or under /api/ as the API does.
handler400 = "marketplace.problems.bad_request"
handler403 = "marketplace.problems.forbidden"
handler404 = "marketplace.problems.not_found"
handler500 = "marketplace.problems.broken"
