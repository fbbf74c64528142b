"""Ways for a mail to leave, and whether they can be asked afterwards.

A process may die between handing a mail over and writing down that it did. A transport
that can be asked by reference settles the doubt: nothing is lost and nothing repeated.
Plain SMTP cannot be asked. There the mail goes again under the same Message-ID, which
most mail programs show once; never losing one is worth that rare repetition.
"""

import smtplib
from contextlib import suppress
from functools import lru_cache
from threading import local
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.module_loading import import_string

from accounts import clock
from accounts.letters import Mail
from accounts.models import SentMail

# What a mail server says of an address for good: no mailbox, moved, no such name, takes no mail.
NO_MAILBOX = frozenset({550, 551, 553, 556})
# It says the same where it will not relay for us, and so of every address there is. That it is
# about this one, its enhanced code says (RFC 3463): a bad address, or a mailbox that is closed.
OF_THE_ADDRESS = (b"5.1.", b"5.2.1")
# Of these the address is the sender's.
OF_THE_SENDER = (b"5.1.7", b"5.1.8")
# So many go by one connection: a mail server ends it by itself after some more.
BY_ONE_CONNECTION = 20
HEARD = 250


class BouncedError(Exception):
    """Nobody has a mailbox at this address, or it takes no mail; its words say how one knows."""


class Transport(Protocol):
    # Whether `was_sent` is ever answered.
    can_be_asked: bool
    # Whether a mail that may have gone is sent again when nobody can say.
    repeats_when_unsure: bool
    # What is raised when the mail certainly did not go; anything else leaves it open.
    refusals: tuple[type[Exception], ...]

    def get_ready(self) -> None:
        """Do what comes before a mail is handed over: where that fails, it certainly did not go."""

    def rest(self) -> None:
        """No more of them go for now."""

    def send(self, reference: str, mail: Mail) -> str:
        """Hand the mail over, and give back what the other side calls it; `BouncedError`, where
        that address takes no mail."""

    def was_sent(self, reference: str) -> bool | None:
        """Whether that reference was handed over before; nothing, where nobody can say."""


@lru_cache(maxsize=4)
def _named(dotted: str) -> Transport:
    return cast(Transport, import_string(dotted)())


def chosen() -> Transport:
    return _named(settings.MAIL_TRANSPORT)


# By RFC 2606 nobody has such an address, so it shows what happens to a mistyped one.
NO_MAIL = ".invalid"


class DemonstrationTransport(Transport):
    """Keeps every mail to be read at /outbox/, and sends none to anybody."""

    can_be_asked = True
    repeats_when_unsure = False
    refusals: tuple[type[Exception], ...] = ()

    def send(self, reference: str, mail: Mail) -> str:
        if mail.to.endswith(NO_MAIL):
            raise BouncedError("no such domain")
        kept, _ = SentMail.objects.get_or_create(
            reference=reference,
            defaults={
                "to": mail.to,
                "title": mail.title[:250],
                "text": mail.text,
                "html": mail.html,
                "sent_at": clock.now(),
            },
        )
        return str(kept.pk)

    def was_sent(self, reference: str) -> bool | None:
        return SentMail.objects.filter(reference=reference).exists()


class SmtpTransport(Transport):
    """Sends by the mail server of the settings; it cannot be asked.

    Several that go one after the other go by one connection. Whether it still stands is asked
    before a mail is handed over, and where it does not another is made.
    """

    can_be_asked = False
    repeats_when_unsure = True
    # The server answered, and its answer was no.
    refusals = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)

    def __init__(self) -> None:
        # A conversation belongs to one thread.
        self.mine = local()

    def get_ready(self) -> None:
        line = self._line()
        if line is not None and line.stands():
            return
        self._hang_up()
        self.mine.line = _Line()
        self.mine.line.open()

    def rest(self) -> None:
        line, self.mine.line = self._line(), None
        if line is not None:
            line.say_goodbye()

    def send(self, reference: str, mail: Mail) -> str:
        message_id = f"<{reference}@{urlsplit(settings.SITE_ADDRESS).hostname}>"
        letter = EmailMultiAlternatives(
            subject=mail.title,
            body=mail.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[mail.to],
            headers={
                "Message-ID": message_id,
                "Auto-Submitted": "auto-generated",
                **mail.headers,
            },
        )
        letter.attach_alternative(mail.html, "text/html")
        try:
            self._hand_over(letter)
        except smtplib.SMTPRecipientsRefused as refusal:
            if code := _bounced(refusal):
                raise BouncedError(f"refused with {code}") from refusal
            raise
        return message_id

    def _hand_over(self, letter: EmailMultiAlternatives) -> None:
        line = self._line() or _Line()
        letter.connection = line.backend
        try:
            letter.send()
        except BaseException:
            # What is answered late would be taken for the answer to the next.
            self._hang_up()
            raise
        line.carried += 1

    def _line(self) -> "_Line | None":
        line: _Line | None = getattr(self.mine, "line", None)
        return line

    def _hang_up(self) -> None:
        line, self.mine.line = self._line(), None
        if line is not None:
            line.hang_up()

    def was_sent(self, reference: str) -> bool | None:
        return None


class _Line:
    """A connection to the mail server."""

    def __init__(self) -> None:
        self.backend: Any = get_connection(timeout=settings.EMAIL_TIMEOUT)
        self.carried = 0

    def open(self) -> None:
        self.backend.open()

    def stands(self) -> bool:
        """Whether the server still listens: it hangs up on whoever is silent for long."""
        server = self._server()
        if server is None or self.carried >= BY_ONE_CONNECTION:
            return False
        try:
            code, _ = server.noop()
        except OSError:
            return False
        return code == HEARD

    def say_goodbye(self) -> None:
        with suppress(OSError):
            self.backend.close()

    def hang_up(self) -> None:
        """Without a word: a server that does not answer would be waited for."""
        if server := self._server():
            server.close()

    def _server(self) -> smtplib.SMTP | None:
        # Some ways to keep mails for a test have none.
        server: smtplib.SMTP | None = getattr(self.backend, "connection", None)
        return server


def _bounced(refusal: smtplib.SMTPRecipientsRefused) -> int | None:
    """The code of a no to the address itself, and for good."""
    answers = refusal.recipients.values()
    return next((code for code, told in answers if _is_for_good(code, told)), None)


def _is_for_good(code: int, told: bytes) -> bool:
    is_of_the_address = told.startswith(OF_THE_ADDRESS) and not told.startswith(OF_THE_SENDER)
    return code in NO_MAILBOX and is_of_the_address
