"""What a change to a workplace does to the listings there."""

import pytest

from accounts import workplaces
from accounts.models import Message
from placements import desks, listings, moderation
from placements.models import Placement
from placements.states import PlacementState
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(monkeypatch):
    member = BrokerFactory()
    monkeypatch.setattr(desks, "_finders", [lambda placement: member.organisation])
    return member


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def workplace(host):
    return WorkplaceFactory(organisation=host.organisation)


@pytest.fixture
def published(host, workplace):
    placement = PlacementFactory(provider=host.organisation, workplace=workplace)
    SlotFactory(placement=placement)
    return placement


def change(workplace, by, **values):
    for name, value in values.items():
        setattr(workplace, name, value)
    workplaces.change(workplace, by=by)


@pytest.mark.parametrize("risk", [{"kind": "private_home"}, {"lone_adult": True}])
def test_a_listing_whose_workplace_becomes_risky_goes_back_to_its_desk(
    published, workplace, host, broker, risk
):
    booking = BookingFactory(slot=published.slots.get())

    change(workplace, host, **risk)

    published.refresh_from_db()
    booking.refresh_from_db()
    assert published.state == PlacementState.SUBMITTED
    assert not Placement.objects.published().exists()
    assert booking.state == "requested"
    assert set(Message.objects.values_list("kind", "email")) == {
        ("listing_waiting", broker.user.email),
        ("listing_held", host.user.email),
    }


def test_it_goes_up_again_once_a_broker_has_decided(published, workplace, host, broker, refused):
    change(workplace, host, lone_adult=True)

    with refused("risk_not_accepted"):
        moderation.publish(published, by=broker)
    moderation.accept_risk(published, by=broker)
    moderation.publish(published, by=broker)

    published.refresh_from_db()
    assert published.state == PlacementState.PUBLISHED


def test_a_decision_was_about_the_workplace_as_it_was(published, workplace, host, broker):
    change(workplace, host, lone_adult=True)
    moderation.accept_risk(published, by=broker)
    moderation.publish(published, by=broker)

    change(workplace, host, kind="private_home")

    published.refresh_from_db()
    assert published.risk_accepted_by is None
    assert published.state == PlacementState.SUBMITTED


def test_what_is_no_risk_leaves_listings_alone(published, workplace, host):
    change(workplace, host, name="The old bakery", kind="office", risk_band="higher")

    published.refresh_from_db()
    assert published.state == PlacementState.PUBLISHED


def test_listings_elsewhere_are_left_alone(published, host):
    other = WorkplaceFactory(organisation=host.organisation)

    change(other, host, lone_adult=True)

    published.refresh_from_db()
    assert published.state == PlacementState.PUBLISHED


def test_giving_a_workplace_up_pauses_its_listings(published, workplace, host, refused):
    workplaces.retire(workplace, by=host)

    published.refresh_from_db()
    assert published.state == PlacementState.PAUSED
    with refused("not_finished"):
        listings.resume(published, by=host)
