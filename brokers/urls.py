"""The pages of hubs: the desk, who answers where, and how each is reached."""

from django.urls import path

from brokers.views import (
    checks,
    concerns,
    demand,
    drawing,
    found,
    hubs,
    members,
    organisations,
    queue,
    reviews,
)

app_name = "brokers"

urlpatterns = [
    path("desk/", queue.desk, name="desk"),
    path("desk/listings/", reviews.listings, name="listings"),
    path("desk/listings/<uuid:pk>/", reviews.review, name="review"),
    path("desk/listings/<uuid:pk>/publish/", reviews.publish, name="publish"),
    path("desk/listings/<uuid:pk>/send-back/", reviews.send_back, name="send-back"),
    path("desk/listings/<uuid:pk>/decline/", reviews.decline, name="decline"),
    path("desk/listings/<uuid:pk>/suspend/", reviews.suspend, name="suspend"),
    path("desk/members/<int:pk>/", members.member, name="member"),
    path("desk/concerns/", concerns.concern_list, name="concerns"),
    path("desk/concerns/<uuid:pk>/", concerns.concern, name="concern"),
    path("desk/organisations/<uuid:pk>/", organisations.organisation, name="organisation"),
    path("desk/organisations/<uuid:pk>/call-off/", organisations.call_off, name="call-off"),
    path("desk/checks/", checks.checks, name="checks"),
    path("desk/found/", found.employers, name="found-employers"),
    path("desk/found/<uuid:pk>/invite/", found.invite, name="invite-found"),
    path("desk/demand/", demand.unmet, name="demand"),
    path("desk/demand/told/", demand.told, name="needs"),
    path("desk/demand/told/<uuid:pk>/read/", demand.read, name="read-need"),
    path("desk/about/", hubs.profile, name="profile"),
    path("desk/areas/", drawing.area_list, name="areas"),
    path("desk/areas/found/", drawing.found_area, name="found-area"),
    path("desk/areas/found-hub/", drawing.found_hub, name="found-hub"),
    path("desk/areas/<int:pk>/", drawing.area, name="area"),
    path("desk/areas/<int:pk>/hand-over/", drawing.hand_over, name="hand-over"),
    path("desk/coverage/<int:pk>/give-up/", drawing.give_up, name="give-up"),
    path("hubs/", hubs.find, name="hubs"),
    path("hubs/<uuid:pk>/", hubs.hub, name="hub"),
]
