"""The pages of shortlists and enquiries; a part of placements.urls."""

from django.urls import path

from placements.views import shortlists

urlpatterns = [
    path("shortlist/", shortlists.compare, name="shortlist"),
    path("shortlist/add/<uuid:pk>/", shortlists.add, name="add-to-shortlist"),
    path("shortlist/remove/<uuid:pk>/", shortlists.remove, name="remove-from-shortlist"),
]
