"""The hub of an area keeps places of local listings for students with fewer chances."""

import pytest
from django.urls import reverse

from placements.models import Slot
from tests.factories import PriorityRuleFactory, SlotFactory, days_ahead

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    """Offered in Shropshire."""
    return SlotFactory(places=6)


def address(name, slot):
    return reverse(f"placements:{name}", args=[slot.placement_id, slot.pk])


def test_the_hub_keeps_places_of_a_listing_on_its_desk(client, broker, slot):
    rule = PriorityRuleFactory()
    client.force_login(broker.user)
    listing = reverse("placements:placement", args=[slot.placement_id])
    assert address("prioritise", slot) in client.get(listing).content.decode()
    until = days_ahead(20)

    answer = client.post(
        address("prioritise", slot),
        {
            "rule": rule.pk,
            "places": "3",
            "until_day": until.day,
            "until_month": until.month,
            "until_year": until.year,
        },
    )

    assert answer.headers["Location"] == listing
    kept = Slot.objects.get(pk=slot.pk)
    assert (kept.places_left, kept.kept_now, kept.priority_by) == (3, 3, broker)
    assert client.post(address("end-priority", slot)).headers["Location"] == listing
    assert Slot.objects.get(pk=slot.pk).places_left == 6


def test_another_hub_keeps_none(client, broker, stranger, slot):
    client.force_login(stranger.user)
    listing = reverse("placements:placement", args=[slot.placement_id])

    assert address("prioritise", slot) not in client.get(listing).content.decode()
    assert client.get(address("prioritise", slot)).status_code == 403


def test_the_hub_says_not_when_booking_opens(client, broker, slot):
    client.force_login(broker.user)

    assert client.get(address("opening", slot)).status_code == 404
