"""The addresses of a provider's own listings, under /listings/."""

from django.urls import path

from placements.views import (
    listing_confirm,
    listing_dates,
    listing_sections,
    listing_starts,
    listings,
    sites,
    still_right,
)

urlpatterns = [
    path("listings/", listings.ListingList.as_view(), name="listings"),
    path("listings/start/", listings.start, name="start-listing"),
    path("listings/start/ready-made/", listing_starts.choose_starter, name="starters"),
    path("listings/start/ready-made/<slug:code>/", listing_starts.use_starter, name="use-starter"),
    path("listings/for-an-employer/", listing_starts.find_employer, name="start-for-employer"),
    path("listings/for-an-employer/new/", listing_starts.new_employer, name="new-employer"),
    path("listings/for-an-employer/<uuid:pk>/", listing_starts.start_for, name="start-for"),
    path("listings/confirm/", listing_confirm.confirm, name="confirm-page"),
    path("listings/confirm/thank-you/", listing_confirm.confirmed, name="confirmed-listing"),
    path("listings/confirm/<str:token>/", listing_confirm.open_link, name="confirm-listing"),
    path("listings/still-right/", still_right.signed_in, name="to-confirm"),
    path("listings/still-right/thank-you/", still_right.thanked, name="said-still-right"),
    path("listings/still-right/<str:token>/", still_right.by_link, name="to-confirm-by-link"),
    path("listings/<uuid:pk>/", listings.listing, name="listing"),
    path("listings/<uuid:pk>/check/", listings.check, name="check-listing"),
    path("listings/<uuid:pk>/sent/", listings.sent, name="sent-listing"),
    path("listings/<uuid:pk>/pause/", listings.pause, name="pause-listing"),
    path("listings/<uuid:pk>/resume/", listings.resume, name="resume-listing"),
    path("listings/<uuid:pk>/still-right/", listings.still_right, name="still-right"),
    path("listings/<uuid:pk>/copy/", listings.copy, name="copy-listing"),
    path("listings/<uuid:pk>/confirm/", listings.confirm, name="confirm-own-listing"),
    path("listings/<uuid:pk>/withdraw/", listings.withdraw, name="withdraw-listing"),
    path("listings/<uuid:pk>/changes/discard/", listings.discard_changes, name="discard-changes"),
    path(
        "listings/<uuid:pk>/workplace/",
        listing_starts.employer_workplace,
        name="employer-workplace",
    ),
    path("listings/<uuid:pk>/dates/", listing_dates.dates, name="listing-dates"),
    path("listings/<uuid:pk>/dates/<uuid:slot>/", listing_dates.change, name="change-slot"),
    path("listings/<uuid:pk>/dates/<uuid:slot>/remove/", listing_dates.remove, name="remove-slot"),
    path("listings/<uuid:pk>/dates/<uuid:slot>/cancel/", listing_dates.cancel, name="cancel-slot"),
    path("listings/<uuid:pk>/workplaces/", sites.everything, name="sites"),
    path("listings/<uuid:pk>/workplaces/add/", sites.add, name="add-sites"),
    path("listings/<uuid:pk>/workplaces/list.csv", sites.template, name="sites-template"),
    path("listings/<uuid:pk>/workplaces/pause/", sites.pause, name="pause-sites"),
    path("listings/<uuid:pk>/workplaces/resume/", sites.resume, name="resume-sites"),
    path("listings/<uuid:pk>/<slug:code>/", listing_sections.section, name="listing-section"),
]
