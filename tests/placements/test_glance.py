"""What is read at a glance is what the models say, and one statement then writes it all."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock, outbox
from accounts.models import MemberState, Message, Role
from placements import bookings, glance, holding
from placements.models import Booking, Slot
from placements.states import BookingState, SlotState
from tests.factories import BookingFactory, CareersLeaderFactory, HostFactory, SlotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return CareersLeaderFactory()


def seen(slot, leader, once=None):
    return glance.at(slot.pk, by=leader, once=once or uuid4())


@pytest.mark.parametrize(
    "made",
    [
        {},
        {"note": "Bring boots", "places": 9, "state": SlotState.CANCELLED},
        {"placement__most_places_per_school": 3, "placement__confirms_at_once": True},
        {"placement__fewest_places_per_school": 2},
        {"placement__year_from": 9, "placement__year_to": 11},
        {"placement__suspended_at": clock.now()},
        {
            "placement__provider__standing": "suspended",
            "placement__provider__suspended_at": clock.now(),
        },
    ],
)
def test_a_glance_sees_slot_listing_and_provider_as_they_are(leader, made):
    slot = SlotFactory(**made)

    found = seen(slot, leader).slot

    told = holding.as_it_is_now(slot.pk)
    for what, as_it_is, names in (
        (found, told, [field.attname for field in Slot._meta.concrete_fields]),
        (found.placement, told.placement, glance.PLACEMENT),
        (found.placement.provider, told.placement.provider, glance.PROVIDER),
    ):
        assert {name: what.__dict__[name] for name in names} == {
            name: getattr(as_it_is, name) for name in names
        }


def test_no_slot_is_no_glance(leader):
    with pytest.raises(Slot.DoesNotExist):
        glance.at(uuid4(), by=leader, once=uuid4())


@pytest.mark.parametrize("state", BookingState.values)
def test_a_school_is_booked_while_its_booking_lives(leader, state):
    booking = BookingFactory(school=leader.organisation, state=state)

    assert seen(booking.slot, leader).is_booked == booking.is_live
    assert not seen(booking.slot, CareersLeaderFactory()).is_booked


def test_a_form_that_was_sent_is_known_again_wherever_it_was_sent(leader):
    booking = BookingFactory()

    assert seen(SlotFactory(), leader, once=booking.once).was_sent
    assert not seen(booking.slot, leader).was_sent


def test_an_offer_is_overdue_from_its_moment_on(leader):
    offered = BookingFactory(state=BookingState.OFFERED)
    for answer_by, is_overdue in (
        (clock.now(), True),
        (clock.now() + timedelta(minutes=1), False),
    ):
        Booking.objects.filter(pk=offered.pk).update(answer_by=answer_by)
        assert seen(offered.slot, leader).is_overdue == is_overdue


def test_whoever_works_for_the_provider_hears_of_it_viewers_and_the_gone_apart(leader):
    provider = SlotFactory().placement.provider
    first, second = (HostFactory(organisation=provider) for _ in range(2))
    HostFactory(organisation=provider, role=Role.VIEWER)
    HostFactory(organisation=provider, state=MemberState.PENDING)
    HostFactory(organisation=provider, user__is_active=False)

    hosts = seen(provider.placements.get().slots.get(), leader).hosts

    assert hosts == [first.user, second.user] == outbox.working_for(provider)
    assert [host.email for host in hosts] == [first.user.email, second.user.email]


def test_asking_takes_two_statements_however_many_work_for_the_host(leader):
    for people in (1, 3):
        slot = SlotFactory()
        for _ in range(people):
            HostFactory(organisation=slot.placement.provider)
        seen(slot, leader)

        with CaptureQueriesContext(connection) as asked:
            booking = bookings.request(slot, places=1, by=leader, year_group=10)

        # Within the transaction of a test the second is wrapped in a savepoint.
        assert [one["sql"].split()[0] for one in asked] == [
            "SELECT",
            "SAVEPOINT",
            "WITH",
            "RELEASE",
        ]
        assert Message.objects.filter(subject=str(booking.pk)).count() == people


def test_what_is_entered_is_what_saving_it_would_have_written(slot_asked_for):
    entered, by_hand = slot_asked_for
    differs = {"id", "once", "asked_at", "answer_by"}

    assert differing(Booking, entered, by_hand) <= differs
    assert [move.went_to for move in entered.moves.all()] == [BookingState.REQUESTED]
    (message,) = Message.objects.filter(subject=str(entered.pk))
    again = outbox.intend(
        "booking_requested", to=message.recipient, about=entered, expires_at=entered.answer_by
    )
    assert differing(Message, message, again) <= {"id", "due_at", "made_at"}


@pytest.fixture
def slot_asked_for(leader):
    slot = SlotFactory()
    HostFactory(organisation=slot.placement.provider)
    asked = bookings.request(
        slot, places=2, by=leader, year_group=10, note="Two of them", adjustments=["quiet_space"]
    )
    entered = Booking.objects.get(pk=asked.pk)
    by_hand = Booking(
        slot=slot,
        school=leader.organisation,
        places=2,
        places_asked=2,
        year_group=10,
        note="Two of them",
        adjustments=["quiet_space"],
        asked_by=leader,
        asked_at=entered.asked_at,
        answer_by=entered.answer_by,
    )
    return entered, by_hand


def differing(model, one, other):
    names = [field.attname for field in model._meta.concrete_fields]
    return {name for name in names if getattr(one, name) != getattr(other, name)}
