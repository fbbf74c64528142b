"""Whatever happens to listings, and whoever does it at once, search rows stay true."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts import clock
from placements import bookings, index, listings, moderation, slots, standing
from placements.models import Booking, Placement, SearchRow, Slot
from placements.search import PlacementSearch, results
from placements.states import BookingState, PlacementState, SlotState
from tests.factories import BrokerFactory, CareersLeaderFactory, HostFactory, SlotFactory
from tests.placements.test_search import searched

FULL = bool(os.environ.get("WEX_FULL"))
CHANGES = 10_000 if FULL else 320
WRITERS = 8
PLACEMENTS = 60

pytestmark = pytest.mark.django_db(transaction=True)


class Writer:
    """Somebody who does this and that to listings, as the people concerned would."""

    def __init__(self, seed, schools, broker):
        self.chance = random.Random(seed)
        self.schools, self.broker = schools, broker
        self.done = 0

    def work(self, times):
        try:
            for _ in range(times):
                self.change()
        finally:
            connection.close()
        return self.done

    def change(self):
        ways = [self.book, self.book, self.cancel, self.pause, self.resume, self.add_dates]
        ways += [self.change_places, self.call_off, self.suspend, self.lift, self.rate]
        ways += [self.badge, self.edit]
        does = self.chance.choice(ways)
        try:
            does()
        except ValidationError:
            return
        self.done += 1

    def any_of(self, rows):
        found = list(rows.order_by("pk"))
        if not found:
            raise ValidationError("There is none.", code="none")
        return self.chance.choice(found)

    def listing(self):
        return self.any_of(Placement.objects.select_related("provider"))

    def host(self, placement):
        return placement.provider.members.get()

    def book(self):
        slot = self.any_of(Slot.objects.filter(state=SlotState.OPEN))
        school = self.chance.choice(self.schools)
        bookings.request(slot, places=self.chance.randint(1, 3), by=school)

    def cancel(self):
        live = Booking.objects.filter(state=BookingState.REQUESTED)
        booking = self.any_of(live.select_related("asked_by"))
        bookings.cancel(booking, reason="students_withdrew", by=booking.asked_by)

    def pause(self):
        placement = self.listing()
        listings.pause(placement, by=self.host(placement))

    def resume(self):
        placement = self.listing()
        listings.resume(placement, by=self.host(placement))

    def add_dates(self):
        placement = self.listing()
        starts = clock.today() + timedelta(days=self.chance.randint(20, 200))
        slots.add(placement, starts_on=starts, ends_on=starts, places=2, by=self.host(placement))

    def change_places(self):
        slot = self.any_of(Slot.objects.select_related("placement__provider"))
        slots.change(slot, places=self.chance.randint(1, 5), by=self.host(slot.placement))

    def call_off(self):
        slot = self.any_of(Slot.objects.select_related("placement__provider"))
        slots.cancel(slot, reason="illness", comment="", by=self.host(slot.placement))

    def suspend(self):
        moderation.suspend(self.listing(), by=self.broker)

    def lift(self):
        moderation.lift(self.listing(), by=self.broker)

    def rate(self):
        standing.set_rating(self.listing().pk, average="4.20", count=self.chance.randint(0, 9))

    def badge(self):
        codes = self.chance.sample(["gold", "stem", "local"], self.chance.randint(0, 3))
        standing.set_badges(self.listing().provider, codes)

    def edit(self):
        placement = self.listing()
        Placement.objects.filter(pk=placement.pk).update(
            title=f"A day with {self.chance.choice(('robots', 'bakers', 'vets'))}",
            sector=self.chance.choice(("digital", "construction")),
        )


def test_after_changes_by_many_at_once_rows_equal_their_source():
    for _ in range(PLACEMENTS):
        slot = SlotFactory(places=3)
        HostFactory(organisation=slot.placement.provider)
    schools, broker = CareersLeaderFactory.create_batch(4), BrokerFactory()
    writers = [Writer(seed, schools, broker) for seed in range(WRITERS)]

    with ThreadPoolExecutor(WRITERS) as together:
        done = list(together.map(lambda one: one.work(CHANGES // WRITERS), writers))

    assert sum(done) > CHANGES / 4
    assert index.differences() == []
    kept = rows()
    index.rebuild()
    # A bound from above may be higher before than after; nothing else may differ.
    assert kept == rows()
    assert 0 < results(searched({})).total == Placement.objects.published().count()


def rows():
    found = list(SearchRow.objects.order_by("pk").values())
    for row in found:
        del row["ordinal"], row["most_free"]
    return found


def test_paging_shows_every_row_that_was_there_throughout_and_none_twice():
    stays = {SlotFactory().placement_id for _ in range(120)}
    goes = [SlotFactory().placement for _ in range(40)]
    for sort in ("soonest", "newest", "rating", "fair"):
        seen, cursor, pages = [], "", 0
        while pages == 0 or cursor:
            page = results(ask(sort, cursor), visitor="one")
            seen += [item.placement.pk for item in page.found]
            cursor, pages = page.next, pages + 1
            SlotFactory()
            if goes:
                gone = goes.pop()
                gone.state = PlacementState.PAUSED
                gone.save()

        assert pages >= 50
        assert len(seen) == len(set(seen)), sort
        assert stays <= set(seen), sort


def ask(sort, cursor):
    search = PlacementSearch(searched({"sort": sort, "limit": "3", "cursor": cursor or ""}).data)
    assert search.is_valid()
    return search
