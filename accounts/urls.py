"""The pages of people and organisations."""

from django.urls import path

from accounts import links
from accounts.views import (
    account,
    messages,
    opened,
    organisation,
    outbox,
    people,
    platforms,
    register,
    sign_in,
    trying,
)

app_name = "accounts"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("sign-in/link/", sign_in.ask_for_link, name="sign-in-link"),
    path("sign-in/look-in-your-mail/", sign_in.look_in_your_mail, name="look-in-your-mail"),
    path("sign-in/by-link/", sign_in.sign_in_by_link, name="sign-in-by-link"),
    path("password/new/", sign_in.ask_for_new_password, name="reset"),
    path("password/choose/", sign_in.choose_password, name="choose-password"),
    path(
        "from-mail/sign-in/<str:token>/",
        opened.open_link,
        {"purpose": links.SIGN_IN},
        name="open-sign-in",
    ),
    path(
        "from-mail/password/<str:token>/",
        opened.open_link,
        {"purpose": links.RESET_PASSWORD},
        name="open-reset",
    ),
    path(
        "from-mail/confirm/<str:token>/",
        opened.open_link,
        {"purpose": links.CONFIRM_ADDRESS},
        name="open-confirm",
    ),
    path(
        "from-mail/address/<str:token>/",
        opened.open_link,
        {"purpose": links.CHANGE_ADDRESS},
        name="open-change-address",
    ),
    path(
        "from-mail/invitation/<str:token>/",
        opened.open_link,
        {"purpose": links.INVITATION},
        name="open-invitation",
    ),
    path("switch/", account.switch, name="switch"),
    path("try/", trying.try_it, name="try"),
    path("register/", register.register, name="register"),
    path("register/school/", register.register_school, name="register-school"),
    path("register/school/<str:urn>/", register.join_school, name="join-school"),
    path("register/employer/", register.register_employer, name="register-employer"),
    path("register/employer/workplace/", register.register_workplace, name="register-workplace"),
    path("register/employer/you/", register.register_you, name="register-you"),
    path("register/confirm/", register.confirm, name="confirm"),
    path("invitation/", people.invitation, name="invitation"),
    path("account/", account.account, name="account"),
    path("account/name/", account.change_name, name="change-name"),
    path("account/email/", account.change_address, name="change-address"),
    path("account/email/confirm/", account.confirm_change, name="confirm-change"),
    path("account/password/", account.change_password, name="change-password"),
    path("account/sign-out-everywhere/", account.sign_out_everywhere, name="sign-out-everywhere"),
    path("account/memberships/<int:pk>/leave/", account.leave, name="leave"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<uuid:pk>/again/", messages.send_again, name="send-message-again"),
    path("messages/<uuid:pk>/let-be/", messages.let_be, name="let-message-be"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/details/", organisation.describe_organisation, name="describe-organisation"),
    path("organisation/people/", people.people_list, name="people"),
    path("organisation/people/invite/", people.invite, name="invite"),
    path(
        "organisation/people/invitations/<uuid:pk>/withdraw/",
        people.revoke_invitation,
        name="revoke-invitation",
    ),
    path("organisation/people/<int:pk>/role/", people.change_role, name="change-role"),
    path("organisation/people/<int:pk>/remove/", people.remove, name="remove"),
    path("organisation/people/<int:pk>/approve/", people.approve, name="approve-member"),
    path("organisation/people/<int:pk>/refuse/", people.refuse, name="refuse-member"),
    path("organisation/platforms/", platforms.platform_list, name="platforms"),
    path("organisation/platforms/connect/", platforms.connect, name="connect-platform"),
    path(
        "organisation/platforms/<int:pk>/secret/", platforms.new_secret, name="new-platform-secret"
    ),
    path("organisation/platforms/<int:pk>/cut-off/", platforms.cut_off, name="cut-off-platform"),
    path("organisation/workplaces/", organisation.workplace_list, name="workplaces"),
    path("organisation/workplaces/add/", organisation.add_workplace, name="add-workplace"),
    path("organisation/workplaces/<uuid:pk>/", organisation.change_workplace, name="workplace"),
    path(
        "organisation/workplaces/<uuid:pk>/retire/",
        organisation.retire_workplace,
        name="retire-workplace",
    ),
    path(
        "organisation/workplaces/<uuid:pk>/bring-back/",
        organisation.bring_back_workplace,
        name="bring-back-workplace",
    ),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.mail, name="mail"),
    path("outbox/<int:pk>/as-sent/", outbox.mail_as_sent, name="mail-as-sent"),
]
