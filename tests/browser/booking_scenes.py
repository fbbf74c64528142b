"""Bookings to look at, in each state. Run inside a stack by `manage shell`."""

import json
import re

from django.urls import reverse

from accounts import letters
from accounts.models import Message
from placements import bookings
from placements.models import Booking
from placements.states import BookingState
from tests.factories import CareersLeaderFactory, HostFactory, PlacementFactory, SlotFactory
from tests.faults.crowd import signed_in

LONG = "We come by bus & train.\n\nTwo of the group use a wheelchair; " + "averylongword" * 8


def page(name, *parts):
    return reverse(f"placements:{name}", args=parts)


def set_scene():
    """Print the sessions of those who look, and the addresses of what there is to see."""
    leader, newcomer = CareersLeaderFactory(), CareersLeaderFactory()
    offered = PlacementFactory(
        joining_instructions="Ring the bell.\nAsk for Sam.",
        contact_email="the.placements.lead@a-rather-long-name-of-a-company.example.org",
    )
    host = HostFactory(organisation=offered.provider)
    idle = HostFactory()
    states = {state.value: booked(offered, leader, state) for state in BookingState}
    to_book, at_once, full = slots_of(offered)
    bookings.request(full, places=1, by=leader)
    asked = states["requested"]
    bookings.ask(asked, words=LONG, by=host)
    told = {
        "sessions": {
            "leader": signed_in(leader.user),
            "newcomer": signed_in(newcomer.user),
            "host": signed_in(host.user),
            "idle": signed_in(idle.user),
        },
        "pages": {
            "book": page("book", to_book.placement_id, to_book.pk),
            "book-at-once": page("book", at_once.placement_id, at_once.pk),
            "full": page("book", full.placement_id, full.pk),
            "bookings": page("bookings"),
            "paper": page("bookings-on-paper"),
            "sent": page("booking-sent", asked.pk),
            "accept": page("accept-booking", asked.pk),
            "decline": page("decline-booking", asked.pk),
            "cancel": page("cancel-booking", states["accepted"].pk),
            "answer": link_in_mail(),
            "spent": page("answer", "spent"),
            "answered": page("answered"),
        },
        "states": {state: page("booking", one.pk) for state, one in states.items()},
    }
    print(json.dumps(told))  # noqa: T201 -- the test reads it from here.


def slots_of(offered):
    at_once = PlacementFactory(
        provider=offered.provider, confirms_at_once=True, most_places_per_school=3
    )
    return SlotFactory(placement=offered), SlotFactory(placement=at_once), full_slot(offered)


def full_slot(offered):
    return SlotFactory(placement=offered, places=1, note="Mornings only.")


def booked(offered, leader, state):
    """A booking as it looks in that state, however it came there."""
    slot = SlotFactory(placement=offered, places=9)
    booking = bookings.request(slot, places=3, by=leader, year_group=10, note=LONG)
    Booking.objects.filter(pk=booking.pk).update(
        state=state, places=2, adjustments=["step_free", "quiet_space"], reason=reason(state)
    )
    return booking


def reason(state):
    return {"declined": "no_capacity", "cancelled": "illness"}.get(state, "")


def link_in_mail():
    """A request's own link, as the host's mail has it."""
    slot = SlotFactory()
    HostFactory(organisation=slot.placement.provider)
    booking = bookings.request(slot, places=2, by=CareersLeaderFactory(), note=LONG)
    message = Message.objects.get(kind="booking_requested", subject=str(booking.pk))
    return re.search(r"(/bookings/answer/\S+)", letters.write(message).text)[1]
