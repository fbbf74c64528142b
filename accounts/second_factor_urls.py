"""The sign-in library's own pages that we use, under the names it knows them by.

Signing in and out are here under a second name only because the library asks for it.
"""

from allauth.account.views import reauthenticate
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from accounts.views import register, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("register/", register.register, name="account_signup"),
    path("sign-in/again/", reauthenticate, name="account_reauthenticate"),
    path("sign-in/code/", sign_in.code, name="mfa_authenticate"),
    path("sign-in/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/two-step/", mfa.index, name="mfa_index"),
    path("account/two-step/start/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/two-step/stop/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/two-step/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/two-step/codes/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/two-step/codes/download/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
