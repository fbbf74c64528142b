"""The pages of booking; a part of placements.urls."""

from django.urls import path

from placements.views import (
    booking_links,
    booking_steps,
    bookings,
    changes,
    cohorts,
    waiting,
)

urlpatterns = [
    path("placements/<uuid:pk>/book/<uuid:slot>/", booking_steps.ask_for_places, name="book"),
    path("placements/<uuid:pk>/book/<uuid:slot>/wait/", waiting.join, name="join-list"),
    path("bookings/", bookings.everything, name="bookings"),
    path("bookings/print/", bookings.on_paper, name="bookings-on-paper"),
    path("bookings/bookings.csv", bookings.as_sheet, name="bookings-as-sheet"),
    path("bookings/answer/<str:token>/", booking_links.answer, name="answer"),
    path("bookings/answered/", booking_links.answered, name="answered"),
    path("bookings/offer/<str:token>/", waiting.answer_offer, name="answer-offer"),
    path("bookings/offer-answered/", waiting.offer_answered, name="offer-answered"),
    path("bookings/changed/<str:token>/", changes.answer, name="answer-change"),
    path("bookings/change-answered/", changes.answered, name="change-answered"),
    path("bookings/cohorts/", cohorts.everything, name="cohorts"),
    path("bookings/cohorts/new/", cohorts.book, name="book-cohort"),
    path("bookings/cohorts/<uuid:pk>/", cohorts.one, name="cohort"),
    path("bookings/cohorts/<uuid:pk>/more/", cohorts.book_more, name="book-more"),
    path("bookings/cohorts/<uuid:pk>/instead/<uuid:slot>/", cohorts.instead, name="cohort-instead"),
    path(
        "bookings/cohorts/<uuid:pk>/instead/<uuid:slot>/<uuid:other>/",
        cohorts.book_instead,
        name="book-instead",
    ),
    path("bookings/<uuid:pk>/", bookings.one, name="booking"),
    path("bookings/<uuid:pk>/sent/", bookings.sent, name="booking-sent"),
    path("bookings/<uuid:pk>/accept/", booking_steps.accept, name="accept-booking"),
    path("bookings/<uuid:pk>/take-up/", waiting.take_up, name="take-up-offer"),
    path("bookings/<uuid:pk>/keep/", changes.keep, name="keep-changed"),
    path("bookings/<uuid:pk>/leave/", changes.leave, name="leave-changed"),
    path("bookings/<uuid:pk>/decline/", booking_steps.decline, name="decline-booking"),
    path("bookings/<uuid:pk>/cancel/", booking_steps.cancel, name="cancel-booking"),
    path("bookings/<uuid:pk>/give-back/", booking_steps.give_back, name="give-places-back"),
    path("bookings/<uuid:pk>/write/", booking_steps.write, name="write-on-booking"),
    path(
        "bookings/<uuid:pk>/not-attended/", booking_steps.not_attended, name="booking-not-attended"
    ),
    path("bookings/<uuid:pk>/attended/", booking_steps.attended, name="booking-attended"),
]
