"""A stand-in for GOV.UK Notify on this machine, as its documentation says that it behaves.

It counts what arrives from the moment it has read it, before it answers: whoever dies in
between has sent a mail and does not know. What else can happen to an answer is a `Fault`.
"""

import json
import re
import threading
import time
import urllib.request
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from marketplace.bench.messages.hand import Hand

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"  # noqa: S105 -- opens nothing but this.
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
TEXT_TEMPLATE = "8e1a1bb5-1f0d-4b0c-9a55-0f5d3b3f0a7e"
CALLBACK_TOKEN = "a-word-that-only-notify-knows"  # noqa: S105
# A token made longer ago than this, or later than now, is no good.
BOUND = 30
SHORTEST_NUMBER = 10
# Jersey has the code of Britain, and is abroad.
ABROAD = "+447797"
Answer = tuple[int, dict[str, Any]]


class Fault(Enum):
    """What goes wrong with one mail."""

    BROKEN = "answers 500, and has kept nothing"
    BROKEN_AFTER = "answers 500, and has kept it"
    TOO_MANY = "answers 429, and has kept nothing"
    DROPPED = "reads it and hangs up"
    DROPPED_AFTER = "keeps it and hangs up"
    SLOW = "keeps it, and answers late"


class Notify(ThreadingHTTPServer):
    """The service: what it was handed, and what it is to do wrong."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answers_after: float) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.key = JWK.from_password(SECRET)
        self.answers_after = answers_after
        self.slow_after = 5.0
        self.kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.faults: deque[Fault] = deque()
        self.met: Counter[Fault] = Counter()
        self.hand = Hand()
        self.turn = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process must be told to send by this service."""
        return {
            "MAIL_TRANSPORT": "accounts.notify.NotifyTransport",
            "NOTIFY_ADDRESS": self.address,
            "NOTIFY_API_KEY": f"tests-{SERVICE}-{SECRET}",
            "NOTIFY_TEMPLATE_ID": TEMPLATE,
            "NOTIFY_TEXT_TEMPLATE_ID": TEXT_TEMPLATE,
            "NOTIFY_CALLBACK_TOKEN": CALLBACK_TOKEN,
        }

    @property
    def arrived(self) -> Counter[str]:
        """How often each reference was handed over."""
        with self.turn:
            return Counter({reference: len(mails) for reference, mails in self.kept.items()})

    @property
    def total(self) -> int:
        with self.turn:
            return sum(map(len, self.kept.values()))

    def keep(self, asked: dict[str, Any]) -> dict[str, Any]:
        mail = {
            "id": str(uuid4()),
            "reference": asked.get("reference"),
            "type": "sms" if "phone_number" in asked else "email",
            "email_address": asked.get("email_address"),
            "phone_number": asked.get("phone_number"),
            "status": "sending",
            "created_at": datetime.now(UTC).isoformat(),
            "subject": asked["personalisation"].get("subject"),
            "body": asked["personalisation"]["body"],
            "one_click_unsubscribe_url": asked.get("one_click_unsubscribe_url"),
        }
        with self.turn:
            self.kept[str(mail["reference"])].append(mail)
        return mail

    def known_as(self, reference: str) -> list[dict[str, Any]]:
        """Newest first."""
        with self.turn:
            return list(reversed(self.kept.get(reference, [])))

    def next_fault(self) -> Fault | None:
        with self.turn:
            if not self.faults:
                return None
            fault = self.faults.popleft()
            self.met[fault] += 1
            return fault

    def receipt(self, reference: str, status: str) -> dict[str, Any]:
        """The receipt of a mail's newest sending, which from now on has that status."""
        mail = self.known_as(reference)[0]
        mail["status"] = status
        now = datetime.now(UTC).isoformat()
        return {
            "id": mail["id"],
            "reference": reference,
            "to": mail["phone_number"] or mail["email_address"],
            "status": status,
            "created_at": mail["created_at"],
            "completed_at": now,
            "sent_at": now,
            "notification_type": mail["type"],
            "template_id": TEXT_TEMPLATE if mail["type"] == "sms" else TEMPLATE,
            "template_version": 1,
        }

    def tell(self, where: str, receipt: dict[str, Any]) -> int:
        """Call back, as it was told to be called."""
        headers = {
            "Authorization": f"Bearer {CALLBACK_TOKEN}",
            "Content-Type": "application/json",
        }
        body = json.dumps(receipt).encode()
        request = urllib.request.Request(where, body, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked was killed: that is what this is for."""


class Asked(BaseHTTPRequestHandler):
    server: Notify
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        words = self.rfile.read(int(self.headers["Content-Length"]))
        refusal = self._stranger() or self._unreadable(words)
        if refusal:
            self._answer(*refusal)
            return
        fault = self.server.next_fault()
        if fault in (Fault.BROKEN, Fault.TOO_MANY):
            self._answer(*_went_wrong(fault))
        elif fault == Fault.DROPPED:
            self.close_connection = True
        else:
            self._keep(json.loads(words), fault)

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        reference = parse_qs(where.query).get("reference", [""])[0]
        known = {
            "notifications": self.server.known_as(reference),
            "links": {"current": f"{self.server.address}{self.path}"},
        }
        self._answer(*(self._stranger() or (200, known)))

    def _keep(self, asked: dict[str, Any], fault: Fault | None) -> None:
        mail = self.server.keep(asked)
        is_slow = fault == Fault.SLOW
        after = self.server.slow_after if is_slow else self.server.answers_after
        self.server.hand.take(after, self.client_address[1])
        if fault == Fault.DROPPED_AFTER:
            self.close_connection = True
        elif fault == Fault.BROKEN_AFTER:
            self._answer(*_went_wrong(fault))
        else:
            content = {"subject": mail["subject"], "body": mail["body"]}
            if mail["type"] == "sms":
                content = {"body": mail["body"], "from_number": "GOVUK"}
            told = {"id": mail["id"], "reference": mail["reference"], "content": content}
            self._answer(201, told)

    def _stranger(self) -> Answer | None:
        """Whoever cannot sign, or whose clock is wrong."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            claims = json.loads(JWT(jwt=token, key=self.server.key, algs=["HS256"]).claims)
        except (ValueError, JWException):
            return _error(403, "AuthError", "Invalid token: signature, api token not found")
        if claims.get("iss") != SERVICE:
            return _error(403, "AuthError", "Invalid token: service not found")
        if abs(time.time() - claims["iat"]) > BOUND:
            told = "Error: Your system clock must be accurate to within 30 seconds"
            return _error(403, "AuthError", told)
        return None

    def _unreadable(self, words: bytes) -> Answer | None:
        asked = json.loads(words)
        if self.path == "/v2/notifications/sms":
            return _unfit_text(asked)
        if "@" not in asked.get("email_address", ""):
            return _error(400, "ValidationError", "email_address Not a valid email address")
        if asked.get("template_id") != TEMPLATE:
            return _error(400, "BadRequestError", "Template not found")
        missing = {"subject", "body"} - asked.get("personalisation", {}).keys()
        if missing:
            told = f"Missing personalisation: {', '.join(sorted(missing))}"
            return _error(400, "BadRequestError", told)
        return None

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Whoever runs it counts for themselves."""


def _unfit_text(asked: dict[str, Any]) -> Answer | None:
    number = asked.get("phone_number", "")
    if len(re.sub(r"\D", "", number)) < SHORTEST_NUMBER:
        return _error(400, "ValidationError", "phone_number Not enough digits")
    if number.startswith(ABROAD):
        return _error(400, "BadRequestError", "Cannot send to international mobile numbers")
    if asked.get("template_id") != TEXT_TEMPLATE:
        return _error(400, "BadRequestError", "Template not found")
    if "body" not in asked.get("personalisation", {}):
        return _error(400, "BadRequestError", "Missing personalisation: body")
    return None


def _error(status: int, kind: str, message: str) -> Answer:
    return status, {"status_code": status, "errors": [{"error": kind, "message": message}]}


def _went_wrong(fault: Fault) -> Answer:
    if fault == Fault.TOO_MANY:
        told = "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"
        return _error(429, "RateLimitError", told)
    return _error(500, "Exception", "Internal server error")


@contextmanager
def listening(answers_after: float = 0.0) -> Iterator[Notify]:
    with Notify(answers_after) as service:
        thread = threading.Thread(target=service.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield service
        service.shutdown()
        thread.join()
