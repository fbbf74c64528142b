"""Bookings in each state, for both sides."""

from datetime import timedelta

from accounts import clock
from placements import bookings, calendar_feeds, reserves
from placements.models import Booking
from placements.states import ON_LIST, BookingState
from placements.views.calendars import MADE
from tests.browser.scene import LONG
from tests.browser.scene.market import link_in
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    PriorityRuleFactory,
    SlotFactory,
)

REASONS = {"declined": "no_capacity", "cancelled": "illness"}


def set_in(scene):
    leader, host = scene.members["leader"], scene.members["host"]
    offered = PlacementFactory(
        provider=host.organisation,
        joining_instructions="Ring the bell.\nAsk for Sam.",
        contact_email="the.placements.lead@a-rather-long-name-of-a-company.example.org",
    )
    for state in BookingState:
        scene.place(f"booking_{state.value}", booked(offered, leader, state).pk)
    asked = Booking.objects.get(pk=scene.places["booking_requested"][0])
    bookings.ask(asked, words=LONG, by=host)
    BookingFactory.create_batch(21, slot__placement=offered, school=leader.organisation)
    scene.place("to_hold", booked(offered, leader, BookingState.REQUESTED).pk)
    to_book(scene, offered, leader)
    scarce(scene, host)
    in_groups(scene, host, leader)
    host_by_mail(scene, leader, "to_answer")
    # For those who take a step, which changes what others would see.
    host_by_mail(scene, leader, "to_accept_by_mail")
    follower = scene.enters("follows", CareersLeaderFactory())
    scene.enters("following", follower, **{MADE: calendar_feeds.make(follower.user)})
    scene.enters("walker", CareersLeaderFactory())
    offered_to_all = SlotFactory()
    scene.place("to_walk", offered_to_all.placement_id, offered_to_all.pk)


def booked(offered, leader, state):
    """A booking as it looks in that state, however it came there."""
    slot = SlotFactory(placement=offered, places=9)
    booking = bookings.request(slot, places=3, by=leader, year_group=10, note=LONG)
    Booking.objects.filter(pk=booking.pk).update(
        state=state,
        places=3 if state in ON_LIST else 2,
        adjustments=["step_free", "quiet_space"],
        reason=REASONS.get(state, ""),
    )
    return booking


def to_book(scene, offered, leader):
    at_once = PlacementFactory(
        provider=offered.provider, confirms_at_once=True, most_places_per_school=3
    )
    for name, placement in (("to_book", offered), ("at_once", at_once)):
        slot = SlotFactory(placement=placement)
        scene.place(name, placement.pk, slot.pk)
    full = SlotFactory(placement=offered, places=1, note="Mornings only.")
    bookings.request(full, places=1, by=leader)
    scene.place("full_slot", offered.pk, full.pk)
    on_list(scene, offered)


def scarce(scene, host):
    """Dates that keep places, that open at a moment, and that open early for some."""
    listing = PlacementFactory(provider=host.organisation, title="A week backstage")
    keeping, opening, early = SlotFactory.create_batch(3, placement=listing)
    rule = PriorityRuleFactory()
    until = clock.today() + timedelta(days=20)
    told = {"rule": rule, "by": host, "until": until}
    reserves.prioritise(keeping, places=4, early_days=0, **told)
    for slot in (opening, early):
        reserves.announce(slot, opens_at=clock.now() + timedelta(days=7), by=host)
    reserves.prioritise(early, places=2, early_days=14, **told)
    scene.place("scarce_listing", listing.pk)
    scene.place("scarce_slot", listing.pk, keeping.pk)
    scene.place("slot_to_open", listing.pk, opening.pk)
    scene.place("early_slot", listing.pk, early.pk)
    for which in ("one", "two"):
        scarce_for_walkers(scene, which)


def in_groups(scene, host, leader):
    """Dates on which each place is for a group of one school: some free, some full, some booked."""
    listing = PlacementFactory(
        provider=host.organisation, title="A day in the foundry", largest_group=30
    )
    told = {"placement": listing, "largest_group": 30}
    free, full, asked, agreed = (SlotFactory(**told, places=places) for places in (2, 1, 2, 2))
    bookings.request(full, places=20, by=CareersLeaderFactory(), year_group=10)
    of_leader = {"by": leader, "year_group": 10}
    waiting_for_answer = bookings.request(asked, places=24, **of_leader)
    accepted = bookings.accept(bookings.request(agreed, places=28, **of_leader), by=host)
    bookings.give_back(accepted, places=3, by=leader)
    scene.place("group_listing", listing.pk)
    scene.place("group_slot", listing.pk, free.pk)
    scene.place("full_group_slot", listing.pk, full.pk)
    scene.place("group_asked", waiting_for_answer.pk)
    scene.place("group_agreed", accepted.pk)


def scarce_for_walkers(scene, which):
    """Four places of a host who would keep some, and three schools that would like them."""
    slot = SlotFactory(places=4)
    scene.enters(f"keeps_{which}", HostFactory(organisation=slot.placement.provider))
    for who in ("named", "unnamed", "late"):
        scene.enters(f"{who}_{which}", CareersLeaderFactory())
    scene.place(f"to_keep_{which}", slot.placement_id, slot.pk)
    scene.place(f"kept_listing_{which}", slot.placement_id)


def on_list(scene, offered):
    """A group that some places went past, and one that is offered them; and for a walker."""
    for name in ("offer_link", "offer_to_take"):
        passed, leader, part = passed_over(offered)
        scene.place(name, link_in("waiting_offered", part))
    scene.enters("passed_over", leader)
    scene.place("passed_over", passed.pk)
    scene.place("listing_with_list", offered.pk)
    for which in ("one", "two"):
        full_for_walkers(scene, which)


def passed_over(offered):
    slot = SlotFactory(placement=offered, places=4)
    leaving, waits = CareersLeaderFactory(), CareersLeaderFactory()
    booked_all = bookings.request(slot, places=4, by=leaving)
    bookings.request(slot, places=4, by=CareersLeaderFactory(), wait=True)
    passed = bookings.request(slot, places=4, by=waits, wait=True, as_few_as=3, year_group=10)
    part = bookings.request(
        slot, places=3, by=CareersLeaderFactory(), wait=True, as_few_as=2, note=LONG
    )
    bookings.accept(booked_all, places=2, by=HostFactory(organisation=offered.provider))
    return passed, waits, part


def full_for_walkers(scene, which):
    """A full slot, whoever has its places, and whoever would like them."""
    slot = SlotFactory(places=2)
    HostFactory(organisation=slot.placement.provider)
    holder = scene.enters(f"holds_{which}", CareersLeaderFactory())
    scene.enters(f"hopes_{which}", CareersLeaderFactory())
    scene.place(f"full_{which}", slot.placement_id)
    scene.place(f"held_{which}", bookings.request(slot, places=2, by=holder).pk)


def host_by_mail(scene, leader, name):
    """A request's own link, as the host's mail has it."""
    slot = SlotFactory()
    HostFactory(organisation=slot.placement.provider)
    booking = bookings.request(slot, places=2, by=leader, note=LONG)
    scene.place(name, link_in("booking_requested", booking))
