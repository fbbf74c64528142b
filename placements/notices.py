"""What is said about a booking, and to whom; how it is said, `booking_letters` knows.

Mail says that there is something to read and where: questions, answers, contact details
and joining instructions stay on the booking's page, behind its sign-in.
"""

from collections.abc import Sequence

from accounts import clock, links, outbox
from accounts.models import Member, Message, User
from placements import desks, found_notices, gathering
from placements.models import Booking, BookingNote

# The purpose of the link in a request's mail: answer it without signing in, once.
ANSWER = "answer_booking"
# The same in the mail that offers a waiting group its places.
OFFER = "answer_offer"


def booking_requested(booking: Booking) -> None:
    hosts = outbox.working_for(booking.slot.placement.provider)
    if booking.cohort_id and hosts:
        gathering.for_host(booking)
        return
    outbox.owe(asking(booking, hosts))


def asking(booking: Booking, hosts: Sequence[User]) -> list[Message]:
    """What `booking_requested` owes, for who writes it with the booking.

    Where nobody works for the host any more, its desk is asked to answer in its place.
    """
    kind, people = "booking_requested", hosts
    if not hosts and (desk := desks.desk_of(booking.slot.placement)):
        kind, people = "booking_unheard", outbox.working_for(desk)
    return [
        outbox.intend(kind, to=one, about=booking, expires_at=booking.answer_by) for one in people
    ]


def booking_made(booking: Booking) -> None:
    """For the host, whose listing confirms at once, it is made before they hear of it."""
    if booking.cohort_id:
        gathering.for_host(booking)
        return
    provider = booking.slot.placement.provider
    outbox.post_to("booking_made", organisation=provider, about=booking)


def booking_accepted(booking: Booking) -> None:
    if booking.cohort_id and booking.slot.placement.confirms_at_once:
        gathering.for_school(booking)
        return
    outbox.post_to("booking_accepted", organisation=booking.school, about=booking)


def booking_declined(booking: Booking) -> None:
    _take_request_back(booking)
    outbox.post_to("booking_declined", organisation=booking.school, about=booking)


def booking_cancelled(booking: Booking, *, by: Member) -> None:
    """Tell the other side; both, when it was a broker who called it off."""
    _take_request_back(booking)
    for organisation in (booking.school, booking.slot.placement.provider):
        if organisation.pk != by.organisation_id:
            outbox.post_to("booking_cancelled", organisation=organisation, about=booking)
    if booking.slot.placement.provider.is_found:
        found_notices.called_off(booking)


def booking_lapsed(booking: Booking) -> None:
    for organisation in (booking.school, booking.slot.placement.provider):
        outbox.post_to("booking_lapsed", organisation=organisation, about=booking)


def _take_request_back(booking: Booking) -> None:
    for kind in ("booking_requested", "booking_unheard"):
        outbox.unsay(kind, about=booking)


def waiting_joined(booking: Booking) -> None:
    outbox.post_to("waiting_joined", organisation=booking.school, about=booking)


def waiting_offered(booking: Booking) -> None:
    outbox.post_to(
        "waiting_offered",
        organisation=booking.school,
        about=booking,
        expires_at=booking.answer_by,
        # A group may be offered places again, when an offer was taken back.
        key=clock.now().isoformat(),
    )


def waiting_offer_taken_back(booking: Booking) -> None:
    _take_offer_back(booking)
    links.revoke(OFFER, subject=str(booking.pk))
    outbox.post_to(
        "waiting_offer_taken_back",
        organisation=booking.school,
        about=booking,
        key=clock.now().isoformat(),
    )


def waiting_offer_grown(booking: Booking) -> None:
    """More has fallen free before the school answered: what it says yes to is more."""
    _take_offer_back(booking)
    outbox.post_to(
        "waiting_offer_grown",
        organisation=booking.school,
        about=booking,
        expires_at=booking.answer_by,
        # It may grow to as many again, when it was taken back meanwhile.
        key=clock.now().isoformat(),
    )


def _take_offer_back(booking: Booking) -> None:
    for kind in ("waiting_offered", "waiting_offer_grown"):
        outbox.unsay(kind, about=booking)


def places_given_back(booking: Booking) -> None:
    provider = booking.slot.placement.provider
    outbox.post_to(
        "places_given_back", organisation=provider, about=booking, key=str(booking.places)
    )


def waiting_offer_lapsed(booking: Booking) -> None:
    outbox.post_to("waiting_offer_lapsed", organisation=booking.school, about=booking)


def waiting_over(booking: Booking) -> None:
    """No place fell free in time, or the dates were called off."""
    outbox.post_to("waiting_over", organisation=booking.school, about=booking)


def replacement_held(booking: Booking) -> None:
    """For a school that its host has let down: an offer like one from a waiting list."""
    outbox.post_to(
        "replacement_held",
        organisation=booking.school,
        about=booking,
        expires_at=booking.answer_by,
    )


def booking_note(note: BookingNote) -> None:
    booking = note.booking
    provider = booking.slot.placement.provider
    other = provider if note.by.organisation_id == booking.school_id else booking.school
    outbox.post_to("booking_note", organisation=other, about=note)
