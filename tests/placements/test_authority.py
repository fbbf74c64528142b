import pytest

from accounts import clock
from accounts.models import Standing
from placements import authority
from tests.factories import BrokerFactory

pytestmark = pytest.mark.django_db


def test_brokers_write_for_employers_while_their_hub_stands():
    broker = BrokerFactory()
    assert authority.may_list_for_others(broker)

    broker.organisation.standing = Standing.SUSPENDED
    broker.organisation.suspended_at = clock.now()
    broker.organisation.save()

    assert not authority.may_list_for_others(broker)
