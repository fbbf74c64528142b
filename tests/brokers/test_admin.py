import pytest
from django.contrib import admin
from django.urls import reverse

from brokers import desk, hubs
from brokers.models import Area, Coverage, Decision, DeskProfile, Stewardship
from placements.models import Concern
from tests.factories import NationalFactory, PlacementFactory

pytestmark = pytest.mark.django_db

SHOWN = [Area, Coverage, Decision, DeskProfile, Stewardship]


@pytest.fixture
def console(client, broker, national):
    desk.suspend(PlacementFactory(), because="A parent rang.", by=broker)
    hubs.found("Severn Hub", lead_email="lead@example.org", by=national)
    client.force_login(NationalFactory(user__is_staff=True).user)
    return client


@pytest.mark.parametrize("model", SHOWN)
def test_the_console_shows_a_hubs_records_and_changes_nothing(console, model):
    name = f"admin:brokers_{model._meta.model_name}"
    row = model.objects.first()

    assert console.get(reverse(f"{name}_changelist")).status_code == 200
    assert console.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert console.post(reverse(f"{name}_change", args=[row.pk])).status_code == 403
    assert console.get(reverse(f"{name}_add")).status_code == 403


def test_the_console_shows_no_concern():
    assert Concern not in admin.site._registry
