"""GOV.UK Notify, as its REST API is documented: a mail goes once, and can be asked about.

Notify lays a mail out by a template of its own, in which ours are two blanks: the subject
`((subject))` and the body `((body))`; a text has one blank, its `((body))`. It keeps the reference that it is given, so whoever
died before writing down that a mail went finds out by asking for it.
"""

import json
import re
import time
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from threading import local
from typing import Any

import requests
from django.conf import settings
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from accounts.letters import Mail
from accounts.transports import BouncedError, Transport

# {name}-{service}-{secret}, where the last two are UUIDs.
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
API_KEY = re.compile(f"(?P<name>.*)-(?P<service>{UUID})-(?P<secret>{UUID})")
# A mail or a text of these is known to Notify, and has reached nobody.
FAILURES = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})
# Said of a number to which our service may not send. That has no kind of its own: a wrong template
# is a `BadRequestError` too.
NO_SUCH_NUMBER = re.compile("international|(invalid|not a valid) (phone|mobile) number")
# In seconds; Notify takes a token for thirty.
TOKEN_USED = 5
# Less than a third of the lease.
PATIENCE = 10


class RefusedError(Exception):
    """Notify answered, and its answer was no: the mail did not go."""


class NotifyTransport(Transport):
    """Sends by Notify, and asks it by reference."""

    can_be_asked = True
    repeats_when_unsure = False
    sends_texts = True
    refusals: tuple[type[Exception], ...] = (RefusedError,)

    def __init__(self) -> None:
        # A session of `requests` belongs to one thread.
        self.mine = local()

    def send(self, reference: str, mail: Mail) -> str:
        asked = _of_text(mail) if mail.is_text else _of_mail(mail)
        path = "/v2/notifications/sms" if mail.is_text else "/v2/notifications/email"
        answer = self._ask("POST", path, data=json.dumps({**asked, "reference": reference}))
        return str(answer["id"])

    def was_sent(self, reference: str) -> bool | None:
        known = self._ask("GET", "/v2/notifications", params={"reference": reference})
        return any(one["status"] not in FAILURES for one in known["notifications"])

    def _ask(self, method: str, path: str, **given: Any) -> Mapping[str, Any]:
        answer = self._session().request(
            method,
            f"{settings.NOTIFY_ADDRESS}{path}",
            headers={"Authorization": f"Bearer {_token()}", "Content-Type": "application/json"},
            timeout=PATIENCE,
            allow_redirects=False,
            **given,
        )
        if HTTPStatus.BAD_REQUEST <= answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _refusal(answer)
        answer.raise_for_status()
        told: Mapping[str, Any] = answer.json()
        return told

    def _session(self) -> requests.Session:
        if not hasattr(self.mine, "session"):
            self.mine.session = _opened()
        session: requests.Session = self.mine.session
        return session


def _of_mail(mail: Mail) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "email_address": mail.to,
        "template_id": settings.NOTIFY_TEMPLATE_ID,
        "personalisation": {"subject": mail.title, "body": _without_links(mail.text)},
    }
    if settings.NOTIFY_REPLY_TO_ID:
        asked["email_reply_to_id"] = settings.NOTIFY_REPLY_TO_ID
    if stop := mail.headers.get("List-Unsubscribe"):
        asked["one_click_unsubscribe_url"] = stop.strip("<>")
    return asked


def _of_text(text: Mail) -> dict[str, Any]:
    return {
        "phone_number": text.to,
        "template_id": settings.NOTIFY_TEXT_TEMPLATE_ID,
        "personalisation": {"body": text.text},
    }


def _opened() -> requests.Session:
    """One that has asked the environment for its proxy and certificates, and does not ask anew
    for each mail."""
    session = requests.Session()
    found = session.merge_environment_settings(settings.NOTIFY_ADDRESS, {}, None, None, None)
    session.proxies, session.verify, session.cert = found["proxies"], found["verify"], found["cert"]
    session.trust_env = False
    return session


def _refusal(answer: requests.Response) -> Exception:
    """Told by what Notify calls its reasons: its sentences may quote an address."""
    try:
        errors = [(error["error"], error["message"]) for error in answer.json()["errors"]]
    except (ValueError, KeyError, TypeError):
        return RefusedError(f"{answer.status_code}: no reason given")
    refused = " ".join(told for kind, told in errors if kind == "ValidationError")
    if "email_address" in refused:
        return BouncedError("not an address")
    unfit = " ".join(told for kind, told in errors if kind == "BadRequestError")
    if "phone_number" in refused or NO_SUCH_NUMBER.search(unfit.lower()):
        return BouncedError("not a number")
    return RefusedError(f"{answer.status_code}: {', '.join(kind for kind, _ in errors)}")


def _token() -> str:
    """Who asks, signed; good for half a minute from now, and used for some seconds of it."""
    return _signed(settings.NOTIFY_API_KEY, _now() // TOKEN_USED * TOKEN_USED)


@lru_cache(maxsize=2)
def _signed(api_key: str, at: int) -> str:
    service, key = _key(api_key)
    token = JWT(header={"typ": "JWT", "alg": "HS256"}, claims={"iss": service, "iat": at})
    token.make_signed_token(key)
    return str(token.serialize())


def _now() -> int:
    # The real time, as Notify knows it, and not the business clock's.
    return int(time.time())


@lru_cache(maxsize=2)
def _key(given: str) -> tuple[str, JWK]:
    found = API_KEY.fullmatch(given)
    if found is None:
        raise RefusedError("NOTIFY_API_KEY is not a key of Notify's.")
    return found["service"], JWK.from_password(found["secret"])


def _without_links(text: str) -> str:
    """Notify reads Markdown. An address stays a link; words typed by somebody hide none."""
    return text.replace("](", "] (")
