"""A provider for whom nobody acts any more: its desk hears, and may answer in its place."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import MemberState, Message, Role
from placements import bookings, desks
from placements.states import BookingState
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    CohortFactory,
    HostFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(monkeypatch):
    member = BrokerFactory()
    monkeypatch.setattr(desks, "_finders", [lambda placement: member.organisation])
    return member


@pytest.fixture
def slot():
    """Of a provider whose last colleague has left, but for one who only reads."""
    slot = SlotFactory()
    HostFactory(organisation=slot.placement.provider, state=MemberState.LEFT)
    HostFactory(organisation=slot.placement.provider, role=Role.VIEWER)
    return slot


def ask(slot, **told):
    return bookings.request(slot, places=2, by=CareersLeaderFactory(), **told)


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("email", flat=True))


def link_in(mail):
    return re.search(r"http\S+(/bookings/answer/\S+)", mail.text)[1]


def test_the_desk_hears_of_a_request_that_nobody_else_would(slot, broker, delivered):
    booking = ask(slot)

    assert told("booking_requested") == set()
    assert told("booking_unheard") == {broker.user.email}
    mail = delivered("booking_unheard")
    assert slot.placement.provider.name in mail.text
    assert booking.school.name in mail.text


def test_of_a_cohort_the_desk_hears_too(slot, broker):
    leader = CareersLeaderFactory()
    bookings.request(slot, places=2, by=leader, cohort=CohortFactory(school=leader.organisation))

    assert told("booking_unheard") == {broker.user.email}
    assert told("cohort_asked") == set()


def test_the_desk_answers_in_its_place_from_the_mail(slot, broker, delivered, client):
    booking = ask(slot)
    where = link_in(delivered("booking_unheard"))

    asked = client.get(where).content.decode()
    client.post(where, {"answer": "decline", "decline-reason": "dates_unavailable"})

    booking.refresh_from_db()
    assert "You answer in the place of" in asked
    assert booking.state == BookingState.DECLINED
    assert booking.moves.last().by == broker
    assert told("booking_declined") == {booking.asked_by.user.email}


def test_the_desk_stands_back_as_soon_as_somebody_is_there(slot, broker, delivered, client):
    booking = ask(slot)
    where = link_in(delivered("booking_unheard"))
    HostFactory(organisation=slot.placement.provider)

    assert client.get(where).status_code == 410
    with pytest.raises(PermissionDenied):
        bookings.accept(booking, by=broker)


def test_no_other_desk_answers(slot, broker):
    booking = ask(slot)
    viewer = BrokerFactory(organisation=broker.organisation, role=Role.VIEWER)

    for by in (BrokerFactory(), viewer):
        with pytest.raises(PermissionDenied):
            bookings.accept(booking, by=by)
    assert bookings.accept(booking, by=broker).state == BookingState.ACCEPTED
    with pytest.raises(PermissionDenied):
        bookings.mark_not_attended(booking, by=broker)


def test_a_request_taken_back_is_not_told_to_the_desk(slot, broker):
    booking = ask(slot)

    bookings.cancel(booking, reason="dates_clash", by=booking.asked_by)

    assert Message.objects.get(kind="booking_unheard").state == "cancelled"


def test_whoever_has_somebody_is_asked_as_ever(broker):
    slot = SlotFactory()
    host = HostFactory(organisation=slot.placement.provider)

    ask(slot)

    assert told("booking_requested") == {host.user.email}
    assert told("booking_unheard") == set()
