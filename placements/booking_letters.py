"""What the mails about bookings and waiting lists say; when they are owed, `notices` decides."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts import clock, letters, links, reading
from accounts.letters import Letter, Terms
from accounts.models import Message
from accounts.statements import Question
from placements import urgency
from placements.models import Booking, BookingNote
from placements.notices import ANSWER, OFFER
from placements.states import AGREED, MAY_SHRINK, BookingState
from placements.urgency import SOON

SCHOOL, HOST, OTHER = "the school", "the host", "the other side"
TO_ANSWER = "the request lapses"
OFFERED = "the offer lapses"
LAPSES = "an offer that lapses"
RECEIPT = "a receipt"
_bookings = partial(Terms, "Bookings")
_waiting = partial(Terms, "Waiting lists")


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    for letter in (*_of_bookings(), *_of_waiting_lists()):
        letters.register(letter)


def _of_bookings() -> tuple[Letter, ...]:
    asked, agreed = _while(BookingState.REQUESTED), _while(*AGREED)
    return (
        Letter(
            "booking_requested",
            _with_link(ANSWER),
            asked,
            terms=_bookings(
                HOST,
                "a school asks for places",
                until=TO_ANSWER,
                together="requests for places",
            ),
        ),
        Letter(
            "booking_unheard",
            _with_link(ANSWER),
            asked,
            terms=_bookings(
                "the desk of a listing whose host has nobody here",
                "a school asks for places",
                until=TO_ANSWER,
            ),
        ),
        Letter(
            "booking_made",
            _about_booking,
            agreed,
            terms=_bookings(HOST, "a school books where the listing confirms at once"),
        ),
        Letter(
            "booking_accepted",
            _about_booking,
            agreed,
            terms=_bookings(
                SCHOOL,
                "the host accepts, or the listing confirms at once",
                urgent=f"{RECEIPT}, where it confirms at once",
                is_urgent=_confirms_at_once,
                together="requests accepted",
            ),
        ),
        Letter("booking_declined", _about_booking, terms=_bookings(SCHOOL, "the host says no")),
        Letter(
            "booking_cancelled",
            _about_booking,
            terms=_bookings(
                f"{OTHER}; both, when a broker does it",
                "a booking is called off",
                urgent=SOON,
                is_urgent=is_at_hand,
            ),
        ),
        Letter(
            "booking_lapsed",
            _about_booking,
            terms=_bookings("both sides", "nobody answered a request in time"),
        ),
        Letter(
            "places_given_back",
            _about_booking,
            _while(*MAY_SHRINK),
            terms=_bookings(
                HOST,
                "a school gives back places that it will not fill",
                urgent=SOON,
                is_urgent=is_at_hand,
            ),
        ),
        Letter(
            "booking_note",
            _about_note,
            terms=_bookings(
                OTHER,
                "a side writes on the booking's page",
                urgent=SOON,
                is_urgent=_note_is_at_hand,
            ),
        ),
    )


def _of_waiting_lists() -> tuple[Letter, ...]:
    waits, is_offered = _while(BookingState.WAITING), _while(BookingState.OFFERED)
    return (
        Letter(
            "waiting_joined",
            _about_booking,
            waits,
            terms=_waiting(SCHOOL, "it joins a waiting list", urgent=RECEIPT),
        ),
        Letter(
            "waiting_offered",
            _with_link(OFFER),
            is_offered,
            terms=_waiting(
                SCHOOL, "places that suit its group fall free", until=OFFERED, urgent=LAPSES
            ),
        ),
        Letter(
            "waiting_offer_grown",
            _with_link(OFFER),
            is_offered,
            terms=_waiting(
                SCHOOL, "more fall free before it has answered", until=OFFERED, urgent=LAPSES
            ),
        ),
        Letter(
            "replacement_held",
            _with_link(OFFER),
            is_offered,
            terms=_waiting(
                SCHOOL,
                "its host calls off what was agreed, and other places are held for it",
                until=OFFERED,
                urgent=LAPSES,
            ),
        ),
        Letter(
            "waiting_offer_taken_back",
            _about_booking,
            waits,
            terms=_waiting(SCHOOL, "the host has room for fewer before it has answered"),
        ),
        Letter(
            "waiting_offer_lapsed",
            _about_booking,
            terms=_waiting(SCHOOL, "it did not take up an offer in time"),
        ),
        Letter(
            "waiting_over",
            _about_booking,
            terms=_waiting(SCHOOL, "no places fell free in time, or the dates were called off"),
        ),
    )


def is_at_hand(message: Message) -> bool:
    """Of a letter about a booking: it is about to begin, or has begun."""
    return urgency.is_at_hand(_booking_of(message).slot)


def _note_is_at_hand(message: Message) -> bool:
    return urgency.is_at_hand(_note(message).booking.slot)


def _confirms_at_once(message: Message) -> bool:
    return _booking_of(message).slot.placement.confirms_at_once


def _while(*states: BookingState) -> Callable[[Message], bool]:
    def still_holds(message: Message) -> bool:
        booking = _found(message)
        return booking is not None and booking.state in states

    return still_holds


def _booking_of(message: Message) -> Booking:
    found = _found(message)
    if found is None:
        raise Booking.DoesNotExist
    return found


@reading.once
def _found(message: Message) -> Booking | None:
    return _BOOKING.first(pk=UUID(message.subject))


def _booking(pk: UUID) -> QuerySet[Booking]:
    return Booking.objects.filter(pk=pk).select_related(
        "slot__placement__provider", "school", "replaces__slot__placement"
    )


_BOOKING = Question(_booking, pk=UUID)


def _about_booking(message: Message) -> Mapping[str, Any]:
    booking = _booking_of(message)
    return {"booking": booking, "slot": booking.slot, "placement": booking.slot.placement}


def _with_link(purpose: str) -> Callable[[Message], Mapping[str, Any]]:
    """The words of a letter that may be answered from its mail while there is time."""

    def words(message: Message) -> Mapping[str, Any]:
        about = _about_booking(message)
        token = links.make(
            purpose,
            email=message.email,
            subject=message.subject,
            user=message.recipient,
            lives=about["booking"].answer_by - clock.now(),
        )
        return {**about, "token": token}

    return words


def _about_note(message: Message) -> Mapping[str, Any]:
    note = _note(message)
    return {"note": note, "booking": note.booking, "placement": note.booking.slot.placement}


def _note(message: Message) -> BookingNote:
    found = BookingNote.objects.select_related("by__organisation", "booking__slot__placement")
    return found.get(pk=message.subject)
