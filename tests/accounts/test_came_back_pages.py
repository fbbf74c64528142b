"""Mail that does not arrive, on the pages of those who can mend the address."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock, invitations, limits, outbox, postman
from accounts.models import MemberState, Message, MessageState, Role
from tests.factories import (
    HeldMessageFactory,
    HostFactory,
    MemberFactory,
    NationalFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGE = reverse("accounts:came-back")
PEOPLE = reverse("accounts:people")


@pytest.fixture
def lead(client):
    lead = HostFactory(role=Role.LEAD)
    client.force_login(lead.user)
    return lead


@pytest.fixture
def mistyped(lead):
    user = UserFactory(name="Sam Fox", email="sam@mistyped.invalid")
    return MemberFactory(organisation=lead.organisation, user=user, role=Role.COLLEAGUE)


def held_for(member, **facts):
    return HeldMessageFactory(recipient=member.user, email=member.user.email, **facts)


def mending(message):
    return reverse("accounts:mend-address", args=[message.pk])


def test_an_address_stands_there_once_however_much_waits_for_it(client, mistyped):
    for number in range(3):
        held_for(mistyped, dedupe_key=f"held {number}")

    page = client.get(PAGE).text

    assert page.count("Correct it, or send again") == 1
    assert "The address of Sam Fox." in page
    assert "3 mails wait. The last one came back 1 day ago." in page


def test_a_colleagues_address_is_corrected_and_confirmed_by_its_reader(client, mistyped):
    message = held_for(mistyped)

    page = client.get(PEOPLE).text
    answer = client.post(mending(message), {"email": "sam@example.org"}, follow=True)

    assert "Mail does not arrive" in page
    assert mending(message) in page
    assert "What waits goes there once it is confirmed." in answer.text
    assert Message.objects.get(kind="change_address").email == "sam@example.org"


def test_an_invitation_is_corrected_where_it_is_listed_and_goes_at_once(client, lead):
    invitations.invite("jo@mistyped.invalid", role=Role.COLLEAGUE, by=lead)
    postman.deliver_due()
    message = Message.objects.get(kind="invitation")

    page = client.get(PEOPLE).text
    answer = client.post(mending(message), {"email": "jo@example.org"}, follow=True)
    postman.deliver_due()

    message.refresh_from_db()
    assert mending(message) in page
    assert "What waited goes there now, if it is still worth reading." in answer.text
    assert (message.state, message.email) == (MessageState.SENT, "jo@example.org")
    assert "Mail does not arrive" not in client.get(PEOPLE).text


def test_what_is_true_no_longer_or_came_too_late_is_not_sent_when_the_address_is_mended(
    client, note, mistyped
):
    late = outbox.post(
        "note", to=mistyped.user, about="late", expires_at=clock.now() + timedelta(hours=1)
    )
    outbox.post("note", to=mistyped.user, about="untrue")
    postman.deliver_due()
    Message.objects.filter(pk=late.pk).update(expires_at=clock.now() - timedelta(minutes=1))
    note["holds"] = False

    answer = client.post(reverse("accounts:send-there-again", args=[late.pk]), follow=True)
    postman.deliver_due()

    assert "What waited is sent again, if it is still worth reading." in answer.text
    assert dict(Message.objects.values_list("subject", "state")) == {
        "late": MessageState.EXPIRED,
        "untrue": MessageState.CANCELLED,
    }


@pytest.mark.parametrize(
    ("person", "told"),
    [
        ({"confirmed_at": None}, "has never come in"),
        ({"is_staff": True}, "only they can change it"),
    ],
)
def test_a_lead_reads_why_an_address_is_not_theirs_to_correct(client, lead, person, told):
    message = held_for(MemberFactory(organisation=lead.organisation, user=UserFactory(**person)))

    page = client.get(mending(message)).text

    assert told in page
    assert "What is the right address?" not in page
    assert "Send again" in page
    assert client.post(mending(message), {"email": "right@example.org"}).status_code == 403


def test_ones_own_address_is_changed_where_one_shows_who_one_is(client, lead):
    page = client.get(mending(held_for(lead))).text

    assert reverse("accounts:change-address") in page
    assert "What is the right address?" not in page


def test_what_somebody_asked_for_is_sent_again_and_to_nobody_else(client):
    client.force_login(NationalFactory().user)
    message = HeldMessageFactory()

    page = client.get(mending(message)).text

    assert "Typed by somebody who asked for a mail there." in client.get(PAGE).text
    assert "They can ask again with the right one." in page


def test_the_national_team_reads_whose_invitation_it_is_and_corrects_it_not(client, lead):
    invitations.invite("jo@mistyped.invalid", role=Role.COLLEAGUE, by=lead)
    postman.deliver_due()
    client.force_login(NationalFactory().user)

    page = client.get(mending(Message.objects.get(kind="invitation"))).text

    assert f"{lead.organisation.name} has invited somebody at this address." in page
    assert "What is the right address?" not in page


def test_the_address_that_does_not_work_is_refused_beside_the_question(client, mistyped):
    message = held_for(mistyped)

    page = client.post(mending(message), {"email": message.email}).text

    assert "This is the address that does not work." in page


@pytest.mark.parametrize("state", [MemberState.ACTIVE, MemberState.LEFT])
def test_an_address_of_ours_that_has_an_account_is_refused_beside_the_question(
    client, lead, mistyped, state
):
    ours = UserFactory(email="jo@example.org")
    MemberFactory(organisation=lead.organisation, user=ours, state=state)

    page = client.post(mending(held_for(mistyped)), {"email": "jo@example.org"}).text

    told = (
        "jo@example.org already has an account: remove this person and invite that address."
        " What waits for the old one is not sent there."
    )
    assert told in page[page.index('id="id_email-error"') :]
    assert Message.objects.count() == 1


def test_nobody_learns_whether_an_address_that_is_not_theirs_has_an_account(client, mistyped):
    MemberFactory(user=UserFactory(email="jo@example.org"))
    message = held_for(mistyped)

    with_account, without = (
        client.post(mending(message), {"email": email}, follow=True).text
        for email in ("jo@example.org", "kim@example.org")
    )

    for page in (with_account, without):
        assert "An address that has an account already cannot be: invite it instead." in page
        assert 'id="id_email-error"' not in page
    message.refresh_from_db()
    assert (message.state, message.email) == (MessageState.HELD, mistyped.user.email)


def test_nobody_has_mail_sent_without_end(client, mistyped, monkeypatch):
    monkeypatch.setitem(limits.RATES, "invite", "1/h/key")
    message = held_for(mistyped)
    client.post(mending(message), {"email": "sam@example.org"})

    page = client.post(mending(message), {"email": "fox@example.org"}).text
    again = client.post(reverse("accounts:send-there-again", args=[message.pk]), follow=True).text

    assert "You have had very many mails sent." in page
    assert "You have had very many mails sent." in again
    message.refresh_from_db()
    assert message.state == MessageState.HELD


def test_whoever_leads_nobody_here_sees_nobodys_address(client, mistyped):
    message = held_for(mistyped)
    client.force_login(HostFactory(role=Role.LEAD).user)

    assert "All our mail arrives" in client.get(PAGE).text
    assert client.get(mending(message)).status_code == 404


@pytest.mark.parametrize("page", [PAGE, PEOPLE])
@pytest.mark.parametrize("addresses", [1, 3])
def test_a_list_costs_the_same_however_long(
    client, lead, page, addresses, django_assert_num_queries
):
    for _ in range(addresses):
        held_for(MemberFactory(organisation=lead.organisation))
        HeldMessageFactory(entered_by=lead.organisation)

    with django_assert_num_queries(9 if page == PAGE else 12):
        client.get(page)
