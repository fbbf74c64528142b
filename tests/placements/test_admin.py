import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placements import bookings, listings, revisions, sections
from placements.models import BookingNote, Concern, PaperRule, PriorityRule
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    NationalFactory,
    PlacementFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db

# What the national team writes there itself.
RULES = (PaperRule, PriorityRule)
SHOWN = [model for model in admin.site._registry if model._meta.app_label == "placements"]


def a_bit_of_trade():
    """A booking that was accepted, and a listing that was paused and has changes waiting."""
    slot = SlotFactory(places=9)
    host = HostFactory(organisation=slot.placement.provider)
    booking = bookings.request(
        slot, places=2, note="One uses a wheelchair.", by=CareersLeaderFactory()
    )
    bookings.accept(booking, by=host)
    listings.write(slot.placement, sections.ACTIVITIES, {"activities": "More."}, by=host)
    revisions.submit(slot.placement.revisions.get(), by=host)
    elsewhere = PlacementFactory()
    listings.pause(elsewhere, by=HostFactory(organisation=elsewhere.provider))


@pytest.fixture
def console(client):
    client.force_login(NationalFactory(user__is_staff=True).user)
    return client


def test_the_console_holds_the_market():
    assert {model._meta.model_name for model in SHOWN} == {
        "placement",
        "placementmove",
        "revision",
        "slot",
        "booking",
        "bookingmove",
        "paperrule",
        "priorityrule",
    }


@pytest.mark.parametrize("model", [model for model in SHOWN if model not in RULES])
def test_the_console_shows_the_market_and_changes_nothing(console, model):
    a_bit_of_trade()
    name = f"admin:placements_{model._meta.model_name}"
    row = model.objects.first()

    assert console.get(reverse(f"{name}_changelist")).status_code == 200
    assert console.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert console.post(reverse(f"{name}_change", args=[row.pk])).status_code == 403
    assert console.get(reverse(f"{name}_add")).status_code == 403


@pytest.mark.parametrize("model", [model for model in SHOWN if model not in RULES])
def test_the_console_lists_the_market_at_the_same_cost_however_long(console, model):
    where = reverse(f"admin:placements_{model._meta.model_name}_changelist")
    costs = []

    for _ in range(3):
        a_bit_of_trade()
        console.get(where)
        with CaptureQueriesContext(connection) as asked:
            assert console.get(where).status_code == 200
        costs.append(len(asked))

    assert len(set(costs)) == 1


def test_what_the_two_sides_write_to_one_another_is_not_the_consoles(console):
    a_bit_of_trade()

    for model in SHOWN:
        name = f"admin:placements_{model._meta.model_name}_change"
        for row in model.objects.all():
            assert "wheelchair" not in console.get(reverse(name, args=[row.pk])).text
    assert not {BookingNote, Concern} & set(admin.site._registry)


def test_the_national_team_writes_what_a_start_needs_and_rubs_nothing_out(console):
    rule = {
        "item": "briefing",
        "kind": "visit",
        "without": "blocks",
        "days_before": "3",
        "from_on": "2027-01-01",
    }

    assert console.post(reverse("admin:placements_paperrule_add"), rule).status_code == 302

    written = PaperRule.objects.get(kind="visit", from_on="2027-01-01")
    address = reverse("admin:placements_paperrule_change", args=[written.pk])
    console.post(address, {**rule, "until_on": "2027-06-30"})
    written.refresh_from_db()
    assert str(written.until_on) == "2027-06-30"
    erasing = reverse("admin:placements_paperrule_delete", args=[written.pk])
    assert console.post(erasing, {"post": "yes"}).status_code == 403


def test_the_national_team_writes_whom_scarce_places_go_to_first_and_rubs_nothing_out(console):
    rule = {
        "code": "pathfinder",
        "name": "schools in a pathfinder area",
        "explanation": "The first areas of the entitlement.",
        "criterion": "pathfinder",
        "authorities": "E06000051,E06000020",
        "group_share": "60",
        "from_on": "2027-01-01",
    }

    assert console.post(reverse("admin:placements_priorityrule_add"), rule).status_code == 302

    written = PriorityRule.objects.get(code="pathfinder", from_on="2027-01-01")
    assert written.authorities == ["E06000051", "E06000020"]
    assert written.group_share == 60
    address = reverse("admin:placements_priorityrule_change", args=[written.pk])
    console.post(address, {**rule, "until_on": "2027-06-30"})
    written.refresh_from_db()
    assert str(written.until_on) == "2027-06-30"
    erasing = reverse("admin:placements_priorityrule_delete", args=[written.pk])
    assert console.post(erasing, {"post": "yes"}).status_code == 403
