from django.urls import path

from accounts.views import outbox

app_name = "accounts"

urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.mail, name="mail"),
    path("outbox/<int:pk>/as-sent/", outbox.mail_as_sent, name="mail-as-sent"),
]
