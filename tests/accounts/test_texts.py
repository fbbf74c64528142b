"""A text goes to a number that its reader gave for it, once, by day, and nothing hangs on it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import (
    clock,
    letters,
    membership,
    outbox,
    postman,
    preferences,
    registration,
    tasks,
    texts,
)
from accounts.models import MemberState, Message, MessageState, Role, TextNumber
from marketplace.bench.messages import standin
from marketplace.bench.messages.standin import Fault
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NationalFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGE, MAILS = reverse("accounts:texts"), reverse("accounts:mails")
WRITTEN, DIALLED = "07400 123456", "+447400123456"
ANOTHER = "+447400123457"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def service(settings):
    with standin.listening() as listening:
        for name, value in listening.environment.items():
            setattr(settings, name, value)
        yield listening


@pytest.fixture
def by_text(note, service):
    """The test's own kind of letter, sent as a text at noon of a working day."""
    letters._letters["note"] = replace(letters.of_kind("note"), by_text=True)
    with clock.as_of(NOON):
        yield note


@pytest.fixture
def reader(by_text):
    person = UserFactory()
    texts.choose(person, WRITTEN)
    return person


def owed(reader, about="abc", **more):
    return outbox.post("note", to=reader, about=about, **more)


def delivered(message):
    postman.deliver_due()
    message.refresh_from_db()
    return message.state


def told(client, service, message, status):
    """What Notify says became of it."""
    receipt = service.receipt(str(message.pk), status)
    return client.post(
        reverse("accounts:receipts"),
        json.dumps(receipt),
        content_type="application/json",
        headers={"Authorization": f"Bearer {standin.CALLBACK_TOKEN}"},
    ).status_code


@pytest.mark.parametrize(
    "written",
    ["07400 123456", "07400123456", "+44 7400 123456", "0044 7400 123456", "+44 (0)7400-123456"],
)
def test_a_mobile_is_known_however_it_is_written(written):
    assert texts.mobile(written) == DIALLED
    assert texts.as_written(DIALLED) == WRITTEN


@pytest.mark.parametrize(
    "written",
    [
        *("020 7946 0000", "070 1234 5678", "07640 123456", "+33 6 12 34 56 78", "07400 12345"),
        # Jersey, Guernsey, and the Isle of Man.
        *("07797 712345", "07781 123456", "07624 123456", "+44 7797 712345"),
        *("?", "07700 900123", "07400 123456 ext 3", "07400 1234567"),
    ],
)
def test_what_takes_no_texts_is_refused(refused, written):
    with refused("not_a_mobile"):
        texts.mobile(written)


def test_the_database_keeps_no_other_number():
    with pytest.raises(IntegrityError), transaction.atomic():
        TextNumber.objects.create(user=UserFactory(), number="+33612345678", chosen_at=clock.now())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "  Caf\N{LATIN SMALL LETTER E WITH ACUTE}\n Zo\N{LATIN SMALL LETTER E WITH DIAERESIS} ",
            "Café Zoe",
        ),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Brien \N{EN DASH} Sons", "O'Brien - Sons"),
        ("\N{SNOWMAN} [x]", "? ?x?"),
        ("a" * 161, "a" * 157 + "..."),
    ],
)
def test_it_is_one_text_in_the_alphabet_of_texts(words, said):
    assert texts.fitted(words) == said
    assert len(said) <= 160
    assert set(said) <= texts.ALPHABET


def test_it_goes_by_the_template_of_texts_to_the_number_and_no_mail_goes(service, reader):
    message = owed(reader)

    assert delivered(message) == MessageState.SENT
    (text,) = service.known_as(str(message.pk))
    assert (text["type"], text["phone_number"]) == ("sms", DIALLED)
    assert (text["email_address"], text["subject"]) == (None, None)
    assert text["body"].startswith("The O'Brien & Sons bakery says hello. - Flour - Water")


def test_no_message_has_a_copy_of_the_number(service, reader):
    delivered(owed(reader))

    [row] = Message.objects.values()
    assert [name for name, value in row.items() if "7400" in str(value) and name != "id"] == []


def test_it_goes_where_its_reader_wants_it_by_then(service, reader):
    message = owed(reader)
    texts.choose(reader, ANOTHER)
    delivered(message)

    assert [text["phone_number"] for text in service.known_as(str(message.pk))] == [ANOTHER]


def test_whoever_wants_no_more_texts_gets_not_even_what_was_owed(service, reader):
    message = owed(reader)
    texts.remove(reader)

    assert delivered(message) == MessageState.CANCELLED
    assert (service.total, TextNumber.objects.count()) == (0, 0)


def test_none_goes_where_mail_leaves_otherwise(service, reader, settings):
    message = owed(reader)
    settings.MAIL_TRANSPORT = "accounts.transports.DemonstrationTransport"

    assert delivered(message) == MessageState.CANCELLED


def test_several_texts_and_mails_to_one_reader_are_each_their_own(service, reader):
    messages = [owed(reader, about=str(number)) for number in range(3)]
    postman.deliver_due()

    assert service.arrived == {str(message.pk): 1 for message in messages}


@pytest.mark.parametrize("quiet", [True, False])
@pytest.mark.parametrize(
    ("hour", "opens"), [(3, 7), (6, 7), (7, None), (18, None), (19, 31), (23, 31)]
)
def test_none_goes_at_night_though_it_is_too_late_in_the_morning(
    service, reader, settings, quiet, hour, opens
):
    settings.MAIL_QUIET_HOURS = quiet
    midnight = datetime(2026, 11, 25, tzinfo=UTC)
    with clock.as_of(midnight + timedelta(hours=hour)):
        message = owed(reader, expires_at=midnight + timedelta(hours=hour, minutes=30))
        state = delivered(message)
    if opens is not None:
        with clock.as_of(midnight + timedelta(hours=opens, minutes=1)):
            Message.objects.update(next_attempt_at=None)
            assert delivered(message) == MessageState.EXPIRED

    assert state == (MessageState.SENT if opens is None else MessageState.PLANNED)
    assert service.total == (opens is None)


def test_on_a_sunday_none_goes_where_mail_has_quiet_hours(service, reader, settings):
    settings.MAIL_QUIET_HOURS = True
    with clock.as_of(datetime(2026, 11, 29, 12, tzinfo=UTC)):
        assert delivered(owed(reader)) == MessageState.PLANNED


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.BROKEN_AFTER, Fault.DROPPED_AFTER])
def test_whatever_goes_wrong_it_arrives_once(service, reader, fault):
    service.faults.append(fault)
    message = owed(reader)
    delivered(message)
    Message.objects.update(next_attempt_at=message.made_at)

    assert delivered(message) == MessageState.SENT
    assert service.arrived == {str(message.pk): 1}


def test_a_mail_address_that_bounced_keeps_no_text(service, reader):
    owed(reader, about="before")
    Message.objects.update(state=MessageState.HELD, bounced_at=clock.now())

    assert delivered(owed(reader)) == MessageState.SENT


def test_a_number_that_takes_no_texts_is_marked_and_gets_no_more(client, service, reader):
    message = owed(reader)
    delivered(message)

    assert told(client, service, message, "permanent-failure") == 204
    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.EXPIRED, "permanent-failure")
    assert texts.of(reader).failed_at is not None
    assert delivered(owed(reader, about="another")) == MessageState.CANCELLED


def test_it_says_nothing_of_the_mail_address(client, service, reader):
    message = owed(reader)
    delivered(message)
    told(client, service, message, "permanent-failure")

    assert not Message.objects.bounced().exists()
    assert not Message.objects.for_a_person().exists()
    letters._letters["note"] = replace(letters.of_kind("note"), by_text=False)
    assert delivered(owed(reader, about="a mail")) == MessageState.SENT


def test_what_failed_at_an_old_number_says_nothing_of_the_new(client, service, reader):
    message = owed(reader)
    delivered(message)
    with clock.as_of(NOON + timedelta(hours=1)):
        texts.choose(reader, ANOTHER)
        told(client, service, message, "permanent-failure")

    assert texts.of(reader).failed_at is None


@pytest.mark.parametrize("status", ["temporary-failure", "technical-failure"])
def test_of_what_failed_for_a_while_nobody_decides_and_the_number_stays(
    client, service, reader, status
):
    message = owed(reader)
    delivered(message)
    told(client, service, message, status)
    message.refresh_from_db()

    assert (message.state, message.last_error) == (MessageState.EXPIRED, status)
    assert texts.of(reader).failed_at is None


def test_a_receipt_says_when_it_arrived(client, service, reader):
    message = owed(reader)
    delivered(message)
    told(client, service, message, "delivered")
    message.refresh_from_db()

    assert (message.state, message.delivered_at is None) == (MessageState.SENT, False)


@pytest.mark.parametrize("number", ["+4474", "+447797712345"])
def test_a_number_that_notify_will_not_have_is_marked_at_once(service, reader, number):
    TextNumber.objects.update(number=number)
    message = owed(reader)

    assert delivered(message) == MessageState.EXPIRED
    assert message.last_error == "not a number"
    assert texts.of(reader).failed_at is not None


def test_the_number_goes_with_the_account(reader):
    reader.delete()

    assert not TextNumber.objects.exists()


def test_it_goes_when_its_owner_acts_for_nobody_any_more():
    leaves = MemberFactory(role=Role.COLLEAGUE)
    HostFactory(organisation=leaves.organisation, role=Role.LEAD)
    stays = HostFactory(user=leaves.user)
    HostFactory(organisation=stays.organisation, role=Role.LEAD)
    texts.choose(leaves.user, WRITTEN)

    membership.leave(leaves)
    kept = texts.of(leaves.user)
    membership.leave(stays)

    assert kept is not None
    assert texts.of(leaves.user) is None


def test_none_is_kept_of_somebody_whose_last_request_to_act_came_to_nothing():
    asks = HostFactory(state=MemberState.PENDING)
    stays = HostFactory()
    # Both acted for others before.
    HostFactory(user=asks.user, state=MemberState.LEFT)
    HostFactory(user=stays.user, state=MemberState.LEFT)
    lead = HostFactory(organisation=asks.organisation, role=Role.LEAD)
    for member in (asks, stays):
        texts.choose(member.user, WRITTEN)

    tasks.forget_numbers()
    kept = TextNumber.objects.count()
    registration.refuse_member(asks, by=lead)
    tasks.forget_numbers()

    assert kept == 2
    assert [one.user for one in TextNumber.objects.all()] == [stays.user]


def test_a_text_is_none_of_the_mails_that_are_always_sent(by_text):
    assert "note" not in [one.kind for one in preferences.always_sent()]


@pytest.fixture
def person(client, service):
    member = HostFactory()
    client.force_login(member.user)
    return member.user


def sent(client, number, *, what=""):
    return client.post(PAGE, {"number": number, "texts": what}, follow=True).content.decode()


def test_a_number_is_given_corrected_and_removed(client, person):
    mails = client.get(MAILS).content.decode()
    before = client.get(PAGE).content.decode()
    given = sent(client, WRITTEN)
    number = texts.of(person).number
    corrected = sent(client, ANOTHER)
    removed = sent(client, "", what="none")

    assert f'href="{PAGE}"' in mails
    assert "A text the day before" in before
    assert "Stop texts" not in before
    assert number == DIALLED
    assert "We text you the day before something starts." in given
    assert f"We text you at {WRITTEN} the day before" in given
    assert "We text you at 07400 123457 the day before" in corrected
    assert "we have deleted your number" in removed
    assert texts.of(person) is None
    # The choice of mails is another page, and stays as it was.
    assert preferences.wanted_by(person) == {one.kind for one in preferences.may_be_stopped()}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "Enter a mobile number"),
        ("020 7946 0000", "Enter a UK mobile number, like 07400 123456"),
    ],
)
def test_a_wrong_number_is_told_beside_the_field_and_the_old_one_stays(
    client, person, number, said
):
    texts.choose(person, WRITTEN)
    page = sent(client, number)

    assert page.count(said) == 2
    assert 'aria-describedby="' in page
    assert f'value="{number}"' in page or not number
    assert texts.of(person).number == DIALLED


def test_a_number_that_failed_is_shown_beside_it_until_it_is_given_again(client, person):
    texts.choose(person, WRITTEN)
    TextNumber.objects.update(failed_at=clock.now())
    failed = client.get(PAGE).content.decode()
    account = client.get(reverse("accounts:account")).content.decode()
    mended = sent(client, WRITTEN)

    assert "A text did not arrive at this number" in failed
    assert "A text did not arrive" in account
    assert "A text did not arrive" not in mended
    assert texts.of(person).failed_at is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_TRANSPORT", "accounts.transports.SmtpTransport"),
        ("MAIL_TRANSPORT", "accounts.transports.DemonstrationTransport"),
        ("NOTIFY_TEXT_TEMPLATE_ID", ""),
    ],
)
def test_where_none_can_be_sent_none_is_offered(client, person, settings, name, value):
    setattr(settings, name, value)
    chosen = preferences.wanted_by(person)
    mails = client.get(MAILS).content.decode()
    answers = {client.get(PAGE).status_code}
    answers |= {client.post(PAGE, {"number": WRITTEN, "texts": "text me"}).status_code}

    assert answers == {404}
    assert "A text the day before" not in mails
    assert texts.of(person) is None
    # Whoever had the old page open has stopped no mails by it.
    assert preferences.wanted_by(person) == chosen != set()


@pytest.mark.parametrize("still_sent", [True, False])
def test_what_was_given_can_be_taken_away_though_nobody_texts_there_any_more(
    client, service, settings, still_sent
):
    viewer = HostFactory(role=Role.VIEWER)
    client.force_login(viewer.user)
    texts.choose(viewer.user, WRITTEN)
    settings.NOTIFY_TEXT_TEMPLATE_ID = "texts" if still_sent else ""
    mails = client.get(MAILS).content.decode()
    page = client.get(PAGE).content.decode()
    given = sent(client, ANOTHER)
    number = texts.of(viewer.user).number
    removed = sent(client, "", what="none")

    assert f"We keep your number, {WRITTEN}, and send you no texts" in mails
    assert "We send you no texts at the moment" in page
    assert 'name="number"' not in page + given
    assert number == DIALLED
    assert "we have deleted your number" in removed
    assert texts.of(viewer.user) is None


@pytest.mark.parametrize(
    "made",
    [
        partial(HostFactory, role=Role.VIEWER),
        partial(HostFactory, state=MemberState.PENDING),
        partial(CareersLeaderFactory, role=Role.VIEWER),
        BrokerFactory,
        NationalFactory,
    ],
)
def test_whom_we_would_never_text_is_not_asked_for_a_number(client, service, made):
    somebody = made().user
    client.force_login(somebody)
    mails = client.get(MAILS).content.decode()

    assert "A text the day before" not in mails
    assert client.post(PAGE, {"number": WRITTEN}).status_code == 404
    assert texts.of(somebody) is None


def test_a_teacher_is_offered_texts_as_a_host_is(client, service):
    client.force_login(CareersLeaderFactory().user)

    assert "Text me the day before" in client.get(PAGE).content.decode()


def test_choosing_mails_and_asking_for_texts_lose_nothing_of_each_other(client, person):
    wanted = sorted(preferences.wanted_by(person))[1:]
    client.post(MAILS, {"wanted": wanted})
    sent(client, WRITTEN)
    client.post(MAILS, {"wanted": wanted})

    assert preferences.wanted_by(person) == set(wanted)
    assert texts.of(person).number == DIALLED
