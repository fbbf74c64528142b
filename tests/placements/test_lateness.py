"""Calling off late is counted, of each side, and never against whoever had to."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock, working_days
from brokers import boundaries
from marketplace.settings import base
from placements import bookings, changes, lateness, redating, replacements, slots
from placements.models import Booking
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    NationalFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return SlotFactory(places=6, starts_on=days_ahead(60))


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def agreed(slot, host, leader):
    return bookings.accept(bookings.request(slot, places=2, by=leader), by=host)


def days_before(slot, days):
    """A moment on the day that is so many working days before the first."""
    day = working_days.before(slot.starts_on, days)
    return clock.as_of(clock.now() + (day - clock.today()))


def cancel(booking, by, reason="staffing"):
    return bookings.cancel(booking, reason=reason, by=by)


@pytest.mark.parametrize(("days", "late"), [(11, 0), (10, 0), (9, 1), (1, 1)])
def test_late_is_fewer_than_ten_working_days_before_the_first(slot, host, agreed, days, late):
    with days_before(slot, days):
        cancel(agreed, host)

    assert lateness.of_host(host.organisation) == (late, 1)
    assert lateness.of_school(agreed.school) == (0, 1)


def test_a_school_is_counted_as_a_host_is(slot, host, leader, agreed):
    with days_before(slot, 3):
        cancel(agreed, leader, "dates_clash")

    assert lateness.of_school(leader.organisation) == (1, 1)
    assert lateness.of_host(host.organisation) == (0, 1)


@pytest.mark.parametrize(
    ("who", "reason", "late"),
    [
        ("host", "safety", 0),
        ("host", "duplicate", 0),
        ("host", "students_withdrew", 0),
        ("host", "illness", 1),
        ("leader", "safety", 0),
        ("leader", "duplicate", 0),
        ("leader", "students_withdrew", 1),
    ],
)
def test_nobody_thinks_twice_before_calling_off_what_is_not_safe(
    slot, host, leader, agreed, who, reason, late
):
    by = {"host": host, "leader": leader}[who]
    with days_before(slot, 3):
        cancel(agreed, by, reason)

    assert Booking.objects.filter(called_off_late=True).count() == late


def test_what_was_never_agreed_is_not_counted(slot, host, leader):
    asked = bookings.request(slot, places=1, by=leader)
    with days_before(slot, 3):
        cancel(asked, leader, "found_elsewhere")

    assert lateness.of_school(leader.organisation) == (0, 0)


def test_calling_the_dates_off_counts_once_for_every_school(slot, host, leader, agreed):
    bookings.accept(bookings.request(slot, places=1, by=CareersLeaderFactory()), by=host)

    with days_before(slot, 2):
        slots.cancel(slot, reason="business_change", comment="", by=host)

    assert lateness.of_host(host.organisation) == (2, 2)


def test_a_school_that_is_asked_anew_may_go_without_its_being_counted(slot, host, leader, agreed):
    with days_before(slot, 8):
        later = slot.starts_on + timedelta(days=7)
        redating.move(slot, starts_on=later, ends_on=later, reason="staffing", by=host)
        cancel(agreed, leader, "dates_clash")

    assert lateness.of_school(leader.organisation) == (0, 1)


@pytest.mark.parametrize(("answered", "late"), [(False, 1), (True, 0)])
def test_dates_that_are_moved_away_and_called_off_are_called_off_as_late_as_they_were(
    slot, host, leader, agreed, answered, late
):
    later = slot.starts_on + timedelta(days=90)
    with days_before(slot, 8):
        redating.move(slot, starts_on=later, ends_on=later, reason="staffing", by=host)
        if answered:
            changes.keep(agreed, by=leader)
        cancel(agreed, host)

    assert lateness.of_host(host.organisation) == (late, 1)


def test_what_is_moved_near_and_called_off_is_called_off_as_late_as_it_is_then(slot, host, agreed):
    near = slot.starts_on - timedelta(days=10)
    with days_before(slot, 12):
        redating.move(slot, starts_on=near, ends_on=near, reason="staffing", by=host)
        cancel(agreed, host)

    assert lateness.of_host(host.organisation) == (1, 1)


def test_a_year_later_it_is_forgotten(slot, host, agreed):
    with days_before(slot, 3):
        cancel(agreed, host)

    with clock.as_of(clock.now() + timedelta(days=366)):
        assert lateness.of_host(host.organisation) == (0, 0)


def test_schools_and_brokers_read_it_of_a_provider(client, slot, host, agreed):
    with days_before(slot, 3):
        cancel(agreed, host)
    words = "Called off late 1 of 1 booking in the last 12 months"
    provider = slot.placement.provider

    assert words in page(client, "placements:provider", provider.pk)
    broker = BrokerFactory()
    boundaries.found_area(
        "The Marches",
        hub=broker.organisation,
        by=NationalFactory(),
        authorities=[slot.placement.workplace.authority],
    )
    client.force_login(broker.user)
    assert words in page(client, "brokers:organisation", provider.pk)


def test_many_who_look_at_a_provider_have_it_counted_once(
    slot, host, agreed, settings, django_assert_num_queries
):
    settings.CACHES = {**settings.CACHES, "memory": base.CACHES["memory"]}

    with django_assert_num_queries(1):
        shown = [lateness.shown_of(host.organisation) for _ in range(3)]

    assert shown == [(0, 1)] * 3


def test_a_host_reads_it_of_a_school_that_asks(client, slot, host, leader, agreed):
    with days_before(slot, 3):
        cancel(agreed, leader, "illness")
    other = SlotFactory(placement=slot.placement, starts_on=days_ahead(100))
    asked = bookings.request(other, places=1, by=leader)
    words = "called off late 1 of 1 booking in the last 12 months"

    client.force_login(host.user)
    assert words in page(client, "placements:booking", asked.pk)
    client.force_login(leader.user)
    assert words not in page(client, "placements:booking", asked.pk)


def page(client, name, key):
    return client.get(reverse(name, args=[key])).content.decode()


def test_with_little_time_a_virtual_placement_stands_by(slot, host, agreed):
    online = SlotFactory(
        places=9,
        starts_on=slot.starts_on,
        closes_on=slot.starts_on,
        placement__mode="virtual",
        placement__workplace=None,
        placement__sector="digital",
        placement__two_way_contact="Every day.",
    )

    with days_before(slot, 5):
        cancel(agreed, host)
        assert replacements.instead_of(agreed) == [online]
        replacements.hold_owed()

    assert online.bookings.get().replaces == agreed


def test_what_is_near_by_goes_before_what_is_online(slot, host, agreed):
    facts = {"places": 9, "closes_on": slot.starts_on}
    SlotFactory(
        **facts,
        starts_on=slot.starts_on,
        placement__mode="virtual",
        placement__workplace=None,
    )
    near_by = SlotFactory(**facts, starts_on=slot.starts_on + timedelta(days=7))

    with days_before(slot, 5):
        cancel(agreed, host)
        replacements.hold_owed()

    assert near_by.bookings.get().replaces == agreed


def test_with_time_enough_nobody_is_offered_a_screen_instead(slot, host, agreed):
    online = SlotFactory(
        places=9,
        starts_on=slot.starts_on,
        placement__mode="virtual",
        placement__workplace=None,
    )

    cancel(agreed, host)
    replacements.hold_owed()

    assert not online.bookings.exists()
