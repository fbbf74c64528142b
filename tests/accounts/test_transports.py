import smtplib

import pytest

from accounts import transports
from accounts.letters import Mail
from accounts.models import SentMail

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
