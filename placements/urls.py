"""The pages of the market."""

from django.urls import path

from placements import (
    booking_urls,
    enquiry_urls,
    found_urls,
    listing_urls,
    paper_urls,
    search_urls,
)
from placements.views import concerns, finding

app_name = "placements"

urlpatterns = [
    *listing_urls.urlpatterns,
    path("placements/", finding.search, name="search"),
    *search_urls.urlpatterns,
    path("placements/<uuid:pk>/", finding.placement, name="placement"),
    path("providers/<uuid:pk>/", finding.provider, name="provider"),
    path("concerns/report/", concerns.report, name="report-concern"),
    *booking_urls.urlpatterns,
    *enquiry_urls.urlpatterns,
    *paper_urls.urlpatterns,
    *found_urls.urlpatterns,
]
