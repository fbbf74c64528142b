from django.urls import path

from ratings.views import attendance, deciding, looking_back, reflections, said

app_name = "ratings"

urlpatterns = [
    path("debriefs/", looking_back.Debriefs.as_view(), name="debriefs"),
    path("bookings/<uuid:pk>/debrief/", looking_back.write_debrief, name="debrief"),
    path("bookings/<uuid:pk>/attendance/", attendance.signed_in, name="attendance"),
    path("look-back/<str:token>/", attendance.by_link, name="look-back"),
    path("looked-back/", attendance.thanked, name="looked-back"),
    path("bookings/<uuid:pk>/reflections/", reflections.everything, name="reflections"),
    path("bookings/<uuid:pk>/reflections/links/", reflections.hand_out, name="reflection-links"),
    path(
        "bookings/<uuid:pk>/reflections/stop/", reflections.stop_links, name="stop-reflection-links"
    ),
    path("reflect/", reflections.enter_code, name="reflect-code"),
    path("reflect/<str:token>/", reflections.reflect, name="reflect"),
    path("reflected/", reflections.thanked, name="reflected"),
    path("bookings/<uuid:pk>/rate/", looking_back.rate, name="rate"),
    path("ratings/", deciding.DeskRatings.as_view(), name="ratings"),
    path("ratings/reports/", deciding.Reported.as_view(), name="reports"),
    path("ratings/<uuid:pk>/reply/", said.reply, name="reply"),
    path("ratings/<uuid:pk>/report/", said.report, name="report"),
    path("ratings/<uuid:pk>/hide/", deciding.hide, name="hide"),
    path("ratings/<uuid:pk>/hide-reply/", deciding.hide_reply, name="hide-reply"),
    path("ratings/<uuid:pk>/keep/", deciding.keep, name="keep"),
]
