import pytest

from brokers import boundaries
from tests.factories import BrokerFactory, NationalFactory


@pytest.fixture
def national():
    return NationalFactory()


@pytest.fixture
def broker(national):
    """A broker of the hub that answers for Shropshire."""
    broker = BrokerFactory()
    boundaries.found_area(
        "The Marches", hub=broker.organisation, by=national, authorities=["E06000051"]
    )
    return broker


@pytest.fixture
def stranger(national):
    """A broker of the hub that answers for Herefordshire."""
    stranger = BrokerFactory()
    boundaries.found_area(
        "Elsewhere", hub=stranger.organisation, by=national, authorities=["E06000019"]
    )
    return stranger
