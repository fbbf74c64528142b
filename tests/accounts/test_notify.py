import json
from dataclasses import replace

import pytest
import requests

from accounts import notify, outbox, postman, transports
from accounts.letters import Mail
from accounts.models import MessageState
from marketplace.bench.messages import standin
from marketplace.bench.messages.standin import Fault
from tests.factories import UserFactory

MAIL = Mail("sam@example.org", "Hello", "Hello, Sam.\n", "<p>Hello, Sam.</p>")
TEXT = Mail("+447400123456", "", "Hello, Sam.", "", is_text=True)
JERSEY = "+447797712345"
STOP = {
    "List-Unsubscribe": "<https://market.example/stop/abc/>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


@pytest.fixture
def service(settings):
    with standin.listening() as listening:
        for name, value in listening.environment.items():
            setattr(settings, name, value)
        yield listening


@pytest.fixture
def transport(service):
    return notify.NotifyTransport()


def test_a_mail_goes_in_the_blanks_of_one_template_under_our_reference(service, transport):
    known_as = transport.send("abc", MAIL)

    (mail,) = service.known_as("abc")
    assert mail["id"] == known_as
    assert mail["email_address"] == "sam@example.org"
    assert (mail["subject"], mail["body"]) == ("Hello", "Hello, Sam.\n")
    assert mail["one_click_unsubscribe_url"] is None


def test_a_mail_that_can_be_stopped_offers_it_with_one_click(service, transport):
    transport.send("abc", Mail("sam@example.org", "News", "News.\n", "", STOP))

    (mail,) = service.known_as("abc")
    assert mail["one_click_unsubscribe_url"] == "https://market.example/stop/abc/"


def test_a_text_goes_in_the_blank_of_a_template_of_its_own(service, transport):
    known_as = transport.send("abc", TEXT)

    (text,) = service.known_as("abc")
    assert text["id"] == known_as
    assert (text["type"], text["phone_number"], text["body"]) == ("sms", TEXT.to, "Hello, Sam.")
    assert transport.was_sent("abc") is True
    service.receipt("abc", "permanent-failure")
    assert transport.was_sent("abc") is False


def test_a_number_that_it_cannot_read_is_told_from_any_other_no(settings, transport):
    with pytest.raises(transports.BouncedError, match="not a number"):
        transport.send("abc", replace(TEXT, to="+44"))
    settings.NOTIFY_TEXT_TEMPLATE_ID = "another"
    with pytest.raises(transport.refusals, match="400: BadRequestError"):
        transport.send("abc", TEXT)


def test_a_number_abroad_is_none_to_which_a_text_of_ours_goes(transport):
    with pytest.raises(transports.BouncedError, match="not a number"):
        transport.send("abc", replace(TEXT, to=JERSEY))


@pytest.mark.parametrize(
    ("told", "comes_back"),
    [
        ("Cannot send to international mobile numbers", True),
        ("Invalid phone number", True),
        ("Template not found", False),
        (
            "Can\N{RIGHT SINGLE QUOTATION MARK}t send to this recipient using a team-only API key",
            False,
        ),
    ],
)
def test_only_what_is_said_of_a_number_is_the_numbers_fault(told, comes_back):
    answer = requests.Response()
    answer.status_code = 400
    answer._content = json.dumps(
        {"errors": [{"error": "BadRequestError", "message": told}]}
    ).encode()

    assert isinstance(notify._refusal(answer), transports.BouncedError) == comes_back


def test_words_that_somebody_typed_become_no_link(service, transport):
    transport.send("abc", Mail("a@example.org", "Hi", "By [us](https://evil.example).\n", ""))

    (mail,) = service.known_as("abc")
    assert "](" not in mail["body"]


def test_it_is_asked_by_reference_whether_a_mail_went(transport):
    before = transport.was_sent("abc")
    transport.send("abc", MAIL)

    assert before is False
    assert transport.was_sent("abc") is True
    assert transport.was_sent("another") is False


@pytest.mark.parametrize("status", sorted(notify.FAILURES))
def test_a_mail_that_reached_nobody_counts_as_not_sent_until_it_goes_again(
    service, transport, status
):
    transport.send("abc", MAIL)
    service.receipt("abc", status)
    failed = transport.was_sent("abc")
    transport.send("abc", MAIL)

    assert failed is False
    assert transport.was_sent("abc") is True


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("NOTIFY_API_KEY", f"x-{standin.SECRET}-{standin.SERVICE}", "403: AuthError"),
        ("NOTIFY_API_KEY", "no-key", "not a key"),
        ("NOTIFY_TEMPLATE_ID", "another", "400: BadRequestError"),
    ],
)
def test_a_no_is_told_by_its_kind_and_names_nobody(settings, transport, setting, value, said):
    setattr(settings, setting, value)

    with pytest.raises(transport.refusals, match=said):
        transport.send("abc", MAIL)


def test_a_clock_that_is_wrong_is_refused(transport, monkeypatch):
    monkeypatch.setattr(notify, "_now", lambda: 1_000_000)

    with pytest.raises(transport.refusals, match="403"):
        transport.send("abc", MAIL)


def test_too_many_at_once_is_a_no_and_leaves_no_doubt(service, transport):
    service.faults.append(Fault.TOO_MANY)

    with pytest.raises(transport.refusals, match="429"):
        transport.send("abc", MAIL)

    assert transport.was_sent("abc") is False


@pytest.mark.parametrize(
    ("fault", "went"),
    [
        (Fault.BROKEN, False),
        (Fault.BROKEN_AFTER, True),
        (Fault.DROPPED, False),
        (Fault.DROPPED_AFTER, True),
    ],
)
def test_any_other_failure_leaves_a_doubt_that_asking_settles(service, transport, fault, went):
    service.faults.append(fault)

    with pytest.raises(requests.RequestException):
        transport.send("abc", MAIL)

    assert transport.was_sent("abc") is went


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.BROKEN_AFTER, Fault.TOO_MANY])
def test_whatever_goes_wrong_each_message_arrives_once(note, service, fault):
    service.faults.append(fault)
    message = outbox.post("note", to=UserFactory(), about="abc")

    postman.deliver_due()
    message.refresh_from_db()
    before = message.state
    outbox.Message.objects.update(next_attempt_at=None)
    # A person would be asked about what waits for no time at all.
    outbox.Message.objects.filter(state=MessageState.UNCERTAIN).update(
        next_attempt_at=message.made_at
    )
    postman.deliver_due()

    message.refresh_from_db()
    assert before in (MessageState.PLANNED, MessageState.UNCERTAIN)
    assert message.state == MessageState.SENT
    assert service.arrived == {str(message.pk): 1}


def test_the_settings_choose_it(service):
    assert isinstance(transports.chosen(), notify.NotifyTransport)


def test_a_token_is_used_for_some_seconds_and_then_made_anew(service, monkeypatch):
    made = []
    for now in (1_000_000, 1_000_004, 1_000_005):
        monkeypatch.setattr(notify, "_now", lambda now=now: now)
        made.append(notify._token())

    assert made[0] == made[1] != made[2]


def test_it_goes_by_the_proxy_of_its_surroundings(service, transport, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")

    with pytest.raises(requests.exceptions.ProxyError):
        transport.send("abc", MAIL)


def test_what_it_was_told_of_its_surroundings_is_asked_once(service, transport, monkeypatch):
    transport.send("abc", MAIL)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")

    transport.send("def", MAIL)

    assert service.total == 2
