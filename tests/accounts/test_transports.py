import smtplib
import socket
import threading
from contextlib import contextmanager

import pytest

from accounts import transports
from accounts.letters import Mail
from accounts.models import SentMail
from marketplace.bench.messages.mailserver import MailServer

MAIL = Mail("sam@example.org", "Hello", "Hello, Sam.\n", "<p>Hello, Sam.</p>")


@pytest.mark.django_db
def test_a_demonstration_keeps_a_mail_once_by_its_reference():
    transport = transports.DemonstrationTransport()

    before = transport.was_sent("abc")
    transport.send("abc", MAIL)
    transport.send("abc", MAIL)

    assert before is False
    assert transport.was_sent("abc") is True
    assert SentMail.objects.get().title == "Hello"


def test_a_mail_by_smtp_has_both_forms_and_always_the_same_identity(settings, mailoutbox):
    settings.SITE_ADDRESS = "https://market.example"
    transport = transports.SmtpTransport()

    transport.send("abc", MAIL)
    transport.send("abc", MAIL)

    first, second = (mail.message() for mail in mailoutbox)
    assert first["Message-ID"] == second["Message-ID"] == "<abc@market.example>"
    assert mailoutbox[0].alternatives[0].content == "<p>Hello, Sam.</p>"
    assert mailoutbox[0].body == "Hello, Sam.\n"


def test_smtp_cannot_be_asked_and_so_repeats_rather_than_loses():
    transport = transports.SmtpTransport()

    assert transport.was_sent("abc") is None
    assert transport.repeats_when_unsure


def test_only_an_answer_of_the_mail_server_is_a_refusal():
    refusals = transports.SmtpTransport.refusals

    assert issubclass(smtplib.SMTPDataError, refusals)
    assert not issubclass(smtplib.SMTPServerDisconnected, refusals)
    assert not issubclass(TimeoutError, refusals)


def test_the_settings_say_which_transport_is_used(settings):
    settings.MAIL_TRANSPORT = "accounts.transports.SmtpTransport"

    assert isinstance(transports.chosen(), transports.SmtpTransport)


class Counting(MailServer):
    """A mail server that counts how often it was called, and can hang up."""

    def __init__(self):
        super().__init__(answers_after=0)
        self.calls = []

    def verify_request(self, request, client_address):
        self.calls.append(request)
        return True

    def hang_up(self):
        self.calls[-1].shutdown(socket.SHUT_RDWR)


@pytest.fixture
def server(settings):
    with listening() as server:
        settings.EMAIL_BACKEND = server.environment["EMAIL_BACKEND"]
        settings.EMAIL_HOST = server.environment["EMAIL_HOST"]
        settings.EMAIL_PORT = int(server.environment["EMAIL_PORT"])
        yield server


@contextmanager
def listening():
    with Counting() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def by_smtp():
    transport = transports.SmtpTransport()
    yield transport
    transport.rest()


def send(transport, *references):
    for reference in references:
        transport.get_ready()
        transport.send(reference, MAIL)


def test_several_go_by_one_connection_to_a_mail_server_until_there_are_no_more(server, by_smtp):
    send(by_smtp, "a", "b", "c")
    by_smtp.rest()
    send(by_smtp, "d")

    assert dict(server.arrived) == {"a": 1, "b": 1, "c": 1, "d": 1}
    assert len(server.calls) == 2


def test_no_connection_to_a_mail_server_is_kept_for_too_many(server, by_smtp):
    send(by_smtp, *map(str, range(transports.BY_ONE_CONNECTION + 1)))

    assert set(server.arrived.values()) == {1}
    assert len(server.calls) == 2


def test_a_mail_server_that_has_hung_up_is_called_again_before_the_next_mail(server, by_smtp):
    send(by_smtp, "a")
    server.hang_up()
    send(by_smtp, "b")

    assert dict(server.arrived) == {"a": 1, "b": 1}
    assert len(server.calls) == 2


def test_what_a_mail_server_answers_late_is_no_answer_to_the_next_mail(server, by_smtp, settings):
    settings.EMAIL_TIMEOUT = 0.3
    server.answers_after = 0.6

    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(by_smtp, "a")
    server.answers_after = 0
    send(by_smtp, "b")

    assert dict(server.arrived) == {"a": 1, "b": 1}
    assert len(server.calls) == 2


def test_a_mail_server_that_is_away_is_no_answer_before_a_mail_is_handed_over(by_smtp, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = nobody.getsockname()

        with pytest.raises(ConnectionRefusedError):
            by_smtp.get_ready()
