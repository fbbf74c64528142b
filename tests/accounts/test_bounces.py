"""Mail that comes back: who sees it, what waits for it, and how an address is mended."""

import json
import smtplib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from accounts import bounces, clock, invitations, outbox, people, postman, transports
from accounts.letters import Mail
from accounts.models import Invitation, Message, MessageState, OneTimeLink, Role
from marketplace.bench.messages import standin
from placements.tasks import plan_what_is_missing
from tests.factories import (
    BrokerFactory,
    HeldMessageFactory,
    HostFactory,
    MemberFactory,
    NationalFactory,
    PlatformFactory,
    UserFactory,
)

# Every process that runs the tests has to call them the same.
OF_NOBODY = "7f0c2a7e-9a51-4f0e-8d1b-3c5e2b6a9d04"

pytestmark = pytest.mark.django_db

MAIL = Mail("sam@example.org", "Hello", "Hello, Sam.\n", "<p>Hello, Sam.</p>")


@pytest.fixture
def service(settings):
    with standin.listening() as listening:
        for name, value in listening.environment.items():
            setattr(settings, name, value)
        yield listening


@pytest.fixture
def lead():
    return HostFactory(role=Role.LEAD)


@pytest.fixture
def mistyped(lead):
    """A colleague whose address takes no mail."""
    return MemberFactory(
        organisation=lead.organisation,
        user=UserFactory(email="sam@mistyped.invalid"),
        role=Role.COLLEAGUE,
    )


@pytest.fixture
def sam():
    """Somebody with an account, whose address others can mend."""
    return UserFactory(email="sam@example.org")


def owed(to, **more):
    return outbox.post("note", to=to, about="abc", **more)


def sent(to="sam@example.org"):
    message = owed(to)
    postman.deliver_due()
    message.refresh_from_db()
    return message


def called_back(client, receipt, token=standin.CALLBACK_TOKEN):
    answer = client.post(
        reverse("accounts:receipts"),
        json.dumps(receipt),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status_code


def state_of(message):
    message.refresh_from_db()
    return message.state


# --- What the service says


def test_a_receipt_says_that_a_mail_arrived(client, note, service):
    message = sent()

    answer = called_back(client, service.receipt(str(message.pk), "delivered"))

    assert answer == 204
    assert state_of(message) == MessageState.SENT
    assert message.delivered_at


def test_what_nobody_can_mend_waits_for_nobody_and_the_address_is_known_all_the_same(
    client, note, service
):
    came_back, stranger = sent(), "sam@example.org"

    called_back(client, service.receipt(str(came_back.pk), "permanent-failure"))
    later = owed(stranger, key="later")
    postman.deliver_due()

    assert {state_of(came_back), state_of(later)} == {MessageState.EXPIRED}
    assert came_back.bounced_at
    assert service.total == 1


def test_a_receipt_says_that_a_mail_came_back_and_it_waits_for_another_address(
    client, note, service, sam
):
    message = sent(sam)

    answer = called_back(client, service.receipt(str(message.pk), "permanent-failure"))

    assert answer == 204
    assert state_of(message) == MessageState.HELD
    assert message.bounced_at
    assert message.bounce_reason == "permanent-failure"


def test_what_came_back_and_need_not_be_said_any_more_waits_for_nobody(client, note, service, sam):
    message = sent(sam)
    note["holds"] = False

    called_back(client, service.receipt(str(message.pk), "permanent-failure"))

    assert state_of(message) == MessageState.EXPIRED
    assert message.bounced_at


@pytest.mark.parametrize("status", ["temporary-failure", "technical-failure"])
def test_what_failed_for_now_is_seen_by_the_national_team_who_may_try_again(
    client, note, service, status
):
    message = sent()
    called_back(client, service.receipt(str(message.pk), status))
    failed = state_of(message), message.last_error

    outbox.try_again(message, by=NationalFactory())
    postman.deliver_due()

    assert failed == (MessageState.FAILED, status)
    assert state_of(message) == MessageState.SENT
    assert service.arrived == {str(message.pk): 2}


def test_a_receipt_of_an_earlier_sending_says_nothing_of_the_later(client, note, service, sam):
    message = sent(sam)
    receipt = service.receipt(str(message.pk), "permanent-failure")
    called_back(client, receipt)
    bounces.send_again(message, by=NationalFactory())
    postman.deliver_due()

    assert called_back(client, receipt) == 204
    assert state_of(message) == MessageState.SENT


def test_a_receipt_that_is_quicker_than_its_sender_is_asked_to_come_again(
    client, note, service, sam
):
    message = sent(sam)
    receipt = service.receipt(str(message.pk), "permanent-failure")
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.UNCERTAIN, next_attempt_at=message.due_at
    )

    early = called_back(client, receipt)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT)

    assert early == 503
    assert called_back(client, receipt) == 204
    assert state_of(message) == MessageState.HELD


def test_a_receipt_for_an_address_that_is_being_forgotten_keeps_it_no_longer(client, note, service):
    message = sent()
    Message.objects.filter(pk=message.pk).update(is_forgotten=True)

    called_back(client, service.receipt(str(message.pk), "permanent-failure"))

    assert state_of(message) == MessageState.SENT


def test_nobody_but_the_service_can_say_so(client, note, service, settings):
    message = sent()
    receipt = service.receipt(str(message.pk), "permanent-failure")

    assert called_back(client, receipt, token="guessed") == 401
    settings.NOTIFY_CALLBACK_TOKEN = ""
    assert called_back(client, receipt, token="") == 401
    assert state_of(message) == MessageState.SENT


@pytest.mark.parametrize("reference", [None, "12345678", OF_NOBODY])
def test_a_receipt_of_somebody_elses_mail_is_taken_and_changes_nothing(client, service, reference):
    receipt = {"id": str(uuid4()), "status": "delivered", "reference": reference}

    assert called_back(client, receipt) == 204


@pytest.mark.parametrize("words", [[], {}, {"id": "1"}, "delivered"])
def test_what_is_no_receipt_is_refused(client, service, words):
    assert called_back(client, words) == 400


def test_an_address_that_notify_cannot_read_bounces_at_once(note, service):
    assert sent(UserFactory(email="sam")).state == MessageState.HELD
    assert service.total == 0


def test_a_status_that_nobody_told_us_of_changes_nothing(client, note, service):
    message = sent()

    assert called_back(client, service.receipt(str(message.pk), "virus-scan-failed")) == 204
    assert state_of(message) == MessageState.SENT


def refusing(code, words=b"no"):
    """A mail server that answers RCPT TO with one code."""

    def send(letter, **_):
        raise smtplib.SMTPRecipientsRefused({letter.to[0]: (code, words)})

    return send


@pytest.mark.parametrize(
    ("code", "words", "raised"),
    [
        (550, b"5.1.1 no such mailbox", transports.BouncedError),
        (551, b"5.1.6 gone", transports.BouncedError),
        (550, b"5.2.1 closed", transports.BouncedError),
        (451, b"4.2.0 later", smtplib.SMTPRecipientsRefused),
        # What it says of whoever sends would be said of every address.
        (550, b"5.7.1 relaying denied", smtplib.SMTPRecipientsRefused),
        (550, b"relay not permitted", smtplib.SMTPRecipientsRefused),
        (550, b"5.1.8 no such domain of a sender", smtplib.SMTPRecipientsRefused),
        (530, b"sign in first", smtplib.SMTPRecipientsRefused),
    ],
)
def test_a_mail_server_refuses_an_address_for_good_or_for_now(monkeypatch, code, words, raised):
    monkeypatch.setattr(transports.EmailMultiAlternatives, "send", refusing(code, words))

    with pytest.raises(raised):
        transports.SmtpTransport().send("abc", MAIL)


def test_a_mail_server_that_will_not_have_an_address_is_not_asked_again(
    note, settings, monkeypatch, sam
):
    settings.MAIL_TRANSPORT = "accounts.transports.SmtpTransport"
    tried = []
    refuse = refusing(550, b"5.1.1 no such mailbox")

    def send(letter, **_):
        tried.append(letter.to[0])
        refuse(letter)

    monkeypatch.setattr(transports.EmailMultiAlternatives, "send", send)
    message, later = sent(sam), owed(sam, key="later")
    postman.deliver_due()

    assert tried == ["sam@example.org"]
    assert [state_of(message), state_of(later)] == [MessageState.HELD] * 2
    assert message.bounce_reason == "refused with 550"


# --- What waits for it


def test_nothing_goes_to_an_address_that_takes_no_mail_until_it_is_mended(note, mistyped, lead):
    first = sent(mistyped.user)
    second = owed(mistyped.user, key="later")
    postman.deliver_due()
    held = state_of(first), state_of(second), second.bounced_at

    bounces.send_again(second, by=lead)

    assert held == (MessageState.HELD, MessageState.HELD, None)
    assert {state_of(first), state_of(second)} == {MessageState.PLANNED}


def test_one_bounce_shuts_nobody_out(note, service, lead):
    HeldMessageFactory(recipient=lead.user, email=lead.user.email)
    asked = [
        outbox.post(kind, to=lead.user, about=lead.user)
        for kind in ("sign_in_link", "reset_password")
    ]
    other = owed(lead.user)

    postman.deliver_due()

    assert [state_of(message) for message in asked] == [MessageState.SENT] * 2
    assert state_of(other) == MessageState.HELD


def test_what_arrives_lets_go_what_waited_for_its_address(client, note, service, lead):
    came_back = HeldMessageFactory(kind="note", recipient=lead.user, email=lead.user.email)
    waiting = owed(lead.user)
    arrived = outbox.post("sign_in_link", to=lead.user, about=lead.user)
    postman.deliver_due()

    called_back(client, service.receipt(str(arrived.pk), "delivered"))

    assert {state_of(came_back), state_of(waiting)} == {MessageState.PLANNED}
    assert not Message.objects.bounced().exists()


def test_what_arrived_before_another_came_back_lets_nothing_go(client, note, service, lead):
    early = sent(lead.user)
    came_back = HeldMessageFactory(
        recipient=lead.user, email=lead.user.email, bounced_at=clock.now()
    )

    called_back(client, service.receipt(str(early.pk), "delivered"))

    assert state_of(early) == MessageState.SENT
    assert state_of(came_back) == MessageState.HELD


def test_what_is_taken_back_waits_no_longer(note, mistyped, lead):
    message = sent(mistyped.user)

    outbox.unsay("note", about="abc")

    assert state_of(message) == MessageState.CANCELLED
    assert not bounces.visible_to(lead).exists()


def test_what_is_worth_reading_no_longer_waits_no_longer(lead):
    a_minute = timedelta(minutes=1)
    late = HeldMessageFactory(recipient=lead.user, expires_at=clock.now() - a_minute)
    in_time = HeldMessageFactory(recipient=lead.user, expires_at=clock.now() + a_minute)
    ever = HeldMessageFactory(recipient=lead.user)
    typed = HeldMessageFactory(entered_by=lead.organisation)
    of_nobody = HeldMessageFactory()

    plan_what_is_missing()
    plan_what_is_missing()

    assert [state_of(one) for one in (late, of_nobody)] == [MessageState.EXPIRED] * 2
    assert late.bounced_at
    assert {state_of(one) for one in (in_time, ever, typed)} == {MessageState.HELD}


def test_who_can_mend_it_sees_it_and_nobody_else(note, mistyped, lead):
    message = sent(mistyped.user)
    seeing = [lead, mistyped, NationalFactory()]
    blind = [
        MemberFactory(organisation=lead.organisation, role=Role.COLLEAGUE),
        MemberFactory(organisation=lead.organisation, role=Role.VIEWER),
        PlatformFactory(organisation=lead.organisation),
        NationalFactory(role=Role.VIEWER),
        BrokerFactory(),
        HostFactory(role=Role.LEAD),
    ]

    assert [list(bounces.visible_to(who)) for who in seeing] == [[message]] * 3
    assert [list(bounces.visible_to(who)) for who in blind] == [[]] * 6
    for who in blind:
        with pytest.raises(PermissionDenied):
            bounces.send_again(message, by=who)
        with pytest.raises(PermissionDenied):
            bounces.correct(message, email="right@example.org", by=who)


def test_an_organisation_finds_its_own_without_reading_what_waits_for_all_others(lead, mistyped):
    theirs = (
        HeldMessageFactory(recipient=mistyped.user),
        HeldMessageFactory(entered_by=lead.organisation),
    )
    other = HostFactory()
    waiting = [
        Message(
            kind="note",
            dedupe_key=f"of another {number}",
            email="sam@mistyped.invalid",
            due_at=clock.now(),
            state=MessageState.HELD,
            recipient=other.user if number % 2 else None,
            entered_by=None if number % 2 else other.organisation,
        )
        for number in range(4000)
    ]
    Message.objects.bulk_create(waiting, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_message")

    for member in (lead, mistyped):
        plan = bounces.visible_to(member).explain()
        assert "message_held_for" in plan
        assert "message_held_entered_by" in plan
    assert set(bounces.visible_to(lead)) == set(theirs)


# --- Mending it


def test_a_person_confirms_the_right_address_and_what_waited_goes_there(note, mistyped, lead):
    message = sent(mistyped.user)

    bounces.correct(message, email="Sam@Example.org", by=lead)
    asked = Message.objects.get(kind="change_address")
    before = state_of(message)
    postman.deliver_due()
    people.change_address(OneTimeLink.objects.get(purpose="change_address"))
    postman.deliver_due()

    assert (asked.email, before) == ("sam@example.org", MessageState.HELD)
    assert state_of(message) == MessageState.SENT
    assert message.email == "sam@example.org"
    # Nobody would read it there.
    assert not Message.objects.filter(kind="address_changed").exists()


@pytest.mark.parametrize("typed", ["jo@example.org", " Jo@Example.org"])
def test_nobody_is_moved_to_the_address_of_another_account(note, mistyped, lead, refused, typed):
    message = sent(mistyped.user)
    MemberFactory(organisation=lead.organisation, user=UserFactory(email="jo@example.org"))
    never_came_in = UserFactory(email="kim@example.org", confirmed_at=None)

    with refused("address_taken"):
        bounces.correct(message, email=typed, by=lead)

    assert list(Message.objects.values_list("kind", "state")) == [("note", MessageState.HELD)]
    bounces.correct(message, email=never_came_in.email, by=lead)
    assert Message.objects.get(kind="change_address").email == never_came_in.email


def test_what_is_still_to_come_follows_a_person_to_a_new_address(note):
    person = UserFactory(email="old@example.org")
    message = owed(person)
    people.ask_to_change_address(person, "new@example.org")
    postman.deliver(str(Message.objects.get(kind="change_address").pk))

    people.change_address(OneTimeLink.objects.get(purpose="change_address"))
    postman.deliver_due()

    assert state_of(message) == MessageState.SENT
    assert message.email == "new@example.org"


def test_what_was_said_to_a_person_stays_said_when_their_address_changes(note):
    person = UserFactory(email="old@example.org")
    owed(person, key="soon", due_at=clock.now() + timedelta(days=2))
    people.ask_to_change_address(person, "new@example.org")
    postman.deliver_due()
    people.change_address(OneTimeLink.objects.get(purpose="change_address"))
    person.refresh_from_db()

    owed(person, key="soon", due_at=clock.now() + timedelta(days=2))

    assert Message.objects.get(kind="note").email == "new@example.org"


def test_a_lead_takes_nobodys_way_in_who_acts_for_others_too(note, mistyped, lead):
    MemberFactory(user=mistyped.user)
    message = sent(mistyped.user)

    with pytest.raises(PermissionDenied):
        bounces.correct(message, email="lead@example.org", by=lead)

    bounces.correct(message, email="right@example.org", by=NationalFactory())
    assert Message.objects.filter(kind="change_address").exists()


def test_whoever_never_came_in_by_an_address_registers_again(note, mistyped):
    mistyped.user.confirmed_at = None
    mistyped.user.save()
    message = sent(mistyped.user)

    with pytest.raises(PermissionDenied):
        bounces.correct(message, email="right@example.org", by=NationalFactory())


def test_nobody_changes_their_own_way_in_where_nobody_asks_who_they_are(note, lead):
    person = lead.user
    person.email = "lead@mistyped.invalid"
    person.save()
    message = sent(person)

    with pytest.raises(PermissionDenied):
        bounces.correct(message, email="right@example.org", by=lead)


def test_what_was_asked_for_at_an_address_of_ones_own_goes_nowhere_else(lead):
    people.ask_to_change_address(lead.user, "lead@mistyped.invalid")
    postman.deliver_due()
    message = Message.objects.get(kind="change_address")

    assert message.state == MessageState.EXPIRED
    with pytest.raises(PermissionDenied):
        bounces.correct(message, email="other@example.org", by=NationalFactory())


def test_an_address_that_was_typed_wrongly_is_not_typed_again(note, mistyped, lead, refused):
    message = sent(mistyped.user)

    with refused("same_address"):
        bounces.correct(message, email=" SAM@mistyped.invalid", by=lead)


def test_an_invitation_goes_to_the_address_that_was_meant(lead):
    invitation = invitations.invite("jo@mistyped.invalid", role=Role.COLLEAGUE, by=lead)
    postman.deliver_due()
    message = Message.objects.get(kind="invitation")
    held = message.state, message.entered_by_id

    bounces.correct(message, email="jo@example.org", by=lead)
    postman.deliver_due()

    assert held == (MessageState.HELD, lead.organisation_id)
    assert state_of(message) == MessageState.SENT
    assert message.email == "jo@example.org"
    assert Invitation.objects.get(pk=invitation.pk).email == "jo@example.org"


def test_nobody_is_invited_to_where_they_belong_already(lead, mistyped, refused):
    invitations.invite("jo@mistyped.invalid", role=Role.COLLEAGUE, by=lead)
    postman.deliver_due()

    with refused("already_member"):
        bounces.correct(bounces.visible_to(lead).get(), email=mistyped.user.email, by=lead)


def test_a_colleague_leads_no_invitation_to_an_address_of_their_own(lead, mistyped):
    invitations.invite("jo@mistyped.invalid", role=Role.LEAD, by=lead)
    postman.deliver_due()

    assert not bounces.visible_to(mistyped).exists()
    with pytest.raises(PermissionDenied):
        bounces.correct(bounces.visible_to(lead).get(), email="me@example.org", by=mistyped)


def test_the_national_team_leads_nobody_into_an_organisation(lead):
    invitations.invite("jo@mistyped.invalid", role=Role.LEAD, by=lead)
    postman.deliver_due()
    message = bounces.visible_to(lead).get()

    assert not bounces.visible_to(NationalFactory(role=Role.COLLEAGUE)).exists()
    assert bounces.visible_to(NationalFactory()).get() == message
    with pytest.raises(PermissionDenied):
        bounces.correct(message, email="me@example.org", by=NationalFactory())
    assert Invitation.objects.get().email == "jo@mistyped.invalid"


def test_an_invitation_stays_where_it_is_when_others_mend_what_else_was_typed(note, lead):
    invitations.invite("jo@mistyped.invalid", role=Role.LEAD, by=lead)
    postman.deliver_due()
    asked = HeldMessageFactory(
        kind="note", email="jo@mistyped.invalid", entered_by=lead.organisation
    )

    bounces.correct(asked, email="jo@example.org", by=NationalFactory())

    assert (state_of(asked), asked.email) == (MessageState.PLANNED, "jo@example.org")
    assert Invitation.objects.get().email == "jo@mistyped.invalid"
    assert Message.objects.get(kind="invitation").state == MessageState.HELD


@pytest.mark.parametrize("is_staff", [True, False])
def test_a_colleague_moves_nobodys_way_in_who_acts_for_the_national_team(note, is_staff):
    user = UserFactory(email="kim@mistyped.invalid", is_staff=is_staff)
    if not is_staff:
        NationalFactory(user=user)
    message = sent(user)

    with pytest.raises(PermissionDenied):
        bounces.correct(message, email="me@example.org", by=NationalFactory(role=Role.COLLEAGUE))
    bounces.correct(message, email="kim@example.org", by=NationalFactory())

    assert Message.objects.get(kind="change_address").email == "kim@example.org"


def test_one_organisations_mend_leaves_alone_what_another_typed(lead):
    other = HostFactory(role=Role.LEAD)
    for who in (lead, other):
        invitations.invite("jo@mistyped.invalid", role=Role.COLLEAGUE, by=who)
    postman.deliver_due()

    bounces.correct(bounces.visible_to(lead).get(), email="jo@example.org", by=lead)

    assert bounces.visible_to(other).get().email == "jo@mistyped.invalid"


def test_the_support_console_sends_it_again_or_lets_it_be(note, mistyped):
    message = sent(mistyped.user)

    outbox.try_again(message, by=NationalFactory())
    again = state_of(message)
    postman.deliver_due()
    outbox.let_be(message, by=NationalFactory(), reason="They rang us.")

    assert again == MessageState.PLANNED
    assert state_of(message) == MessageState.CANCELLED
