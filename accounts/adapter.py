"""How the sign-in library behaves in this house.

It checks passwords, counts failures and asks for second factors. Addresses, mails and
links are our own (accounts.people): a mail is owed in the transaction that makes it due,
and its token is made when it is sent.
"""

import base64
import hashlib
import ipaddress

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse  # noqa: TID251 -- the library's own signatures.
from django.urls import reverse
from django.utils.encoding import force_bytes

from accounts.http import chosen_membership
from accounts.models import User

# What our own pages say better, or need not say.
UNSAID = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        raise NotImplementedError("Mail is owed through accounts.outbox.")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, object] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(
                request, level, message_template, message_context, extra_tags, message
            )

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        raise PermissionDenied

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To one's work; or to one's account, where nobody has let one in yet."""
        if chosen_membership(request) is None:
            return reverse("accounts:account")
        return str(settings.LOGIN_REDIRECT_URL)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's network, not the machine: who has one address has its neighbours."""
        return network_of(super().get_client_ip(request))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """An address and a network together, so that strangers cannot lock the owner out."""
        return f"{credentials.get('email', '').lower()}:{self.get_client_ip(request)}"


class SecondFactors(DefaultMFAAdapter):
    """What makes the six digits is kept encrypted: a stolen copy of the table makes none."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def network_of(ip: str) -> str:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(ipaddress.ip_network(f"{address}/24", strict=False).network_address)


def _box() -> MultiFernet:
    """Made from the site's secret; an older secret still opens what it closed."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str | bytes) -> bytes:
    made_of = b"second-factor:" + force_bytes(secret)
    return base64.urlsafe_b64encode(hashlib.sha256(made_of).digest())
