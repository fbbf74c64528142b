"""The sign-in library's forms, in our look and words."""

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm

from accounts import govuk
from accounts.govuk.bound import GovukBoundField

CODE = govuk.Look(
    why="It shows that your phone is with you.",
    autocomplete="one-time-code",
    inputmode="text",
    width=10,
    missing="Enter the code",
)


class Reauthenticate(ReauthenticateForm):
    bound_field_class = GovukBoundField
    use_required_attribute = False
    looks = {
        "password": govuk.Look(
            why="You are about to change how your account is protected.",
            autocomplete="current-password",
            missing="Enter your password",
        )
    }


class Authenticate(AuthenticateForm):
    bound_field_class = GovukBoundField
    use_required_attribute = False
    looks = {"code": CODE}


class ReauthenticateByCode(ReauthenticateByCodeForm):
    bound_field_class = GovukBoundField
    use_required_attribute = False
    looks = {"code": CODE}


class Activate(ActivateTOTPForm):
    bound_field_class = GovukBoundField
    use_required_attribute = False
    looks = {"code": CODE}


class Deactivate(DeactivateTOTPForm):
    bound_field_class = GovukBoundField


class MakeCodes(GenerateRecoveryCodesForm):
    bound_field_class = GovukBoundField
