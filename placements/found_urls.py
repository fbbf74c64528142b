"""What students found for themselves; a part of placements.urls."""

from django.urls import path

from placements.views import found_links, self_found

urlpatterns = [
    path("bookings/self-found/", self_found.everything, name="self-found"),
    path("bookings/self-found/new/", self_found.record, name="record-self-found"),
    path("bookings/self-found/<uuid:pk>/", self_found.one, name="self-found-one"),
    path(
        "bookings/self-found/<uuid:pk>/address/",
        self_found.correct_address,
        name="correct-found-address",
    ),
    path("bookings/self-found/<uuid:pk>/offer/", self_found.offer, name="offer-self-found"),
    path("found/<str:token>/", found_links.confirm, name="employer-confirms"),
]
