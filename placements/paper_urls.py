"""The paper that an agreed booking brings: calendars, students, consents; a part of placements.urls."""

from django.urls import path

from placements.views import (
    assess_links,
    calendars,
    check_requests,
    consent_links,
    paperwork,
    students,
)

urlpatterns = [
    path("bookings/<uuid:pk>/calendar.ics", calendars.one, name="booking-calendar"),
    path("calendar/<str:secret>.ics", calendars.feed, name="calendar-feed"),
    path("account/calendar/", calendars.address, name="calendar-address"),
    path("account/calendar/stop/", calendars.stop, name="stop-calendar"),
    path("bookings/<uuid:pk>/students/", students.named, name="students"),
    path("bookings/<uuid:pk>/students/links/", students.hand_out, name="consent-links"),
    path("bookings/<uuid:pk>/students/links/stop/", students.stop_links, name="stop-consent-links"),
    path("bookings/<uuid:pk>/students/<uuid:student>/ask/", students.ask, name="ask-parent"),
    path(
        "bookings/<uuid:pk>/students/<uuid:student>/paper/", students.paper, name="consent-on-paper"
    ),
    path(
        "bookings/<uuid:pk>/students/<uuid:student>/remove/", students.remove, name="remove-student"
    ),
    path("bookings/<uuid:pk>/agreement/", paperwork.agree, name="host-agreement"),
    path("bookings/<uuid:pk>/briefed/", paperwork.brief, name="brief-students"),
    path("placements/<uuid:pk>/checks/", paperwork.check, name="workplace-check"),
    path("placements/<uuid:pk>/checks/talk/", check_requests.talk_through, name="talk-through"),
    path("placements/<uuid:pk>/checks/ask/", check_requests.ask, name="ask-for-check"),
    path("checks/asked/<uuid:pk>/take-back/", check_requests.take_back, name="take-check-back"),
    path("assess/<str:token>/", assess_links.assess, name="assess"),
    path("consent/<str:token>/", consent_links.consent, name="consent"),
]
