"""Who may do what in the market. Asked inside the verbs, and offered to templates."""

from accounts.models import Member, Standing
from placements.models import Booking


def may_book(by: Member) -> bool:
    """Those who act for a school on which the marketplace may rely."""
    school = by.organisation
    return by.may_write and school.is_school and school.standing == Standing.GOOD


def may_answer(by: Member, booking: Booking) -> bool:
    return by.may_write and by.organisation_id == booking.slot.placement.provider_id


def may_call_off(by: Member, booking: Booking) -> bool:
    return by.may_write and is_a_side(by, booking)


def may_write_on(by: Member, booking: Booking) -> bool:
    """Questions and answers pass between the two sides and nobody else."""
    return by.may_write and is_a_side(by, booking)


def may_say_who_came(by: Member, booking: Booking) -> bool:
    """The host saw who came; the school says how it was in its debrief and rating."""
    return may_answer(by, booking)


def is_a_side(by: Member, booking: Booking) -> bool:
    sides = (booking.school_id, booking.slot.placement.provider_id)
    return by.organisation_id in sides
