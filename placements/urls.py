from django.urls import path

from placements.views import finding

app_name = "placements"

urlpatterns = [
    path("placements/", finding.search, name="search"),
    path("placements/<uuid:pk>/", finding.placement, name="placement"),
    path("providers/<uuid:pk>/", finding.provider, name="provider"),
]
