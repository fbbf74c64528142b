import pytest

from brokers import boundaries
from tests.factories import (
    SHREWSBURY,
    BrokerFactory,
    HostFactory,
    NationalFactory,
    PastBookingFactory,
)


@pytest.fixture
def national():
    return NationalFactory()


@pytest.fixture
def broker(national):
    """Works at the hub in whose area the factories' workplaces lie."""
    broker = BrokerFactory()
    boundaries.found_area(
        "The Marches", hub=broker.organisation, by=national, authorities=[SHREWSBURY["authority"]]
    )
    return broker


@pytest.fixture
def booking():
    return PastBookingFactory()


@pytest.fixture
def leader(booking):
    return booking.asked_by


@pytest.fixture
def host(booking):
    return HostFactory(organisation=booking.slot.placement.provider)
