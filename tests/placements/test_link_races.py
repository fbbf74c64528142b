"""Whoever answers by a link comes in turn with those who end what it is about."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from accounts import links
from accounts.models import OneTimeLink
from placements import (
    answer_links,
    bookings,
    change_links,
    found_addresses,
    offer_links,
    redating,
)
from placements.models import Placement, Slot
from placements.notices import ANSWER
from placements.states import BookingState
from tests.factories import BookingFactory, CareersLeaderFactory, HostFactory, SlotFactory
from tests.factories import days_ahead as ahead
from tests.placements import paper_rules
from tests.placements.test_self_found import record

pytestmark = pytest.mark.django_db(transaction=True)

LATER = ahead(74)
DAY = timedelta(days=1)


@pytest.fixture
def slot():
    return SlotFactory(places=6)


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


def link_to(person):
    token = links.make(ANSWER, email=person.user.email, user=person.user, lives=DAY)
    return links.open(token, ANSWER)


def by_host(slot, host):
    asked = bookings.request(slot, places=2, by=CareersLeaderFactory())
    answer = answer_links.Opened(link_to(host), asked, host)
    return answer.link, lambda: answer_links.accept(answer, places=2)


def by_whoever_is_offered_places(slot, host):
    leader = CareersLeaderFactory()
    offered = BookingFactory(
        slot=slot, school=leader.organisation, asked_by=leader, state=BookingState.OFFERED, places=2
    )
    Slot.objects.filter(pk=slot.pk).update(taken=2, waiting=1)
    offer = offer_links.Opened(link_to(leader), offered, leader)
    return offer.link, lambda: offer_links.take_up(offer)


def by_whoever_is_asked_to_stay(slot, host):
    leader = CareersLeaderFactory()
    agreed = bookings.accept(bookings.request(slot, places=2, by=leader), by=host)
    redating.move(slot, starts_on=LATER, ends_on=LATER, reason="staffing", by=host)
    agreed.refresh_from_db()
    asked = change_links.Opened(link_to(leader), agreed.changes.get(), leader)
    return asked.link, lambda: change_links.keep(asked)


@pytest.mark.parametrize(
    "made", [by_host, by_whoever_is_offered_places, by_whoever_is_asked_to_stay]
)
def test_who_answers_by_a_link_holds_it_only_once_the_dates_are_theirs(slot, host, made):
    link, answer = made(slot, host)

    def go():
        try:
            return answer().state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            Slot.objects.select_for_update(no_key=True).get(pk=slot.pk)
            running = elsewhere.submit(go)
            with pytest.raises(TimeoutError):
                running.result(timeout=0.4)
            # As whoever ends the booking makes its links worthless.
            OneTimeLink.objects.select_for_update(nowait=True).get(pk=link.pk)

        assert running.result(timeout=5) in (BookingState.ACCEPTED, BookingState.REQUESTED)
    link.refresh_from_db()
    assert link.used_at


def test_a_found_employer_that_answers_while_its_address_is_put_right_holds_nobody_up():
    """Whoever answers shares the listing, and then locks its dates."""
    paper_rules.begin()
    leader = CareersLeaderFactory()
    found = record(leader)
    slot = found.booking.slot

    def go():
        try:
            return found_addresses.correct(found, email="right@garage.example.org", by=leader)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            Placement.objects.select_for_update(no_key=True).get(pk=slot.placement_id)
            running = elsewhere.submit(go)
            with pytest.raises(TimeoutError):
                running.result(timeout=0.4)
            Slot.objects.select_for_update(no_key=True, nowait=True).get(pk=slot.pk)

        running.result(timeout=5)
    slot.placement.refresh_from_db()
    assert slot.placement.contact_email == "right@garage.example.org"
