"""Asking a found employer at another address, where the first was not theirs.

Mail that comes back says so by itself, and is mended with all that waits for its address
(`accounts.bounces`). Here a school knows better: somebody else reads there, or nobody.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member
from placements import authority, found_notices, holding, listing_rules
from placements.found_rules import answer_by
from placements.models import SelfFound
from placements.states import BookingState


@transaction.atomic
def correct(found: SelfFound, *, email: str, by: Member) -> SelfFound:
    """Ask anew there, with the time that it takes; whoever reads the first mail answers nothing."""
    if not authority.may_name_students(by, found.booking):
        raise PermissionDenied
    email = email.strip()
    # Placement, then slot, then booking: as the employer's yes or no, which may come right now.
    listing_rules.locked(found.booking.slot.placement)
    booking = found.booking = holding.held(found.booking)
    if booking.state != BookingState.REQUESTED:
        raise ValidationError("The employer is not asked any more.", code="move_not_allowed")
    placement = booking.slot.placement
    if found_notices.is_asked_at(email, placement):
        raise ValidationError("We have written to this address already.", code="same_address")
    found_notices.take_question_back(found)
    placement.contact_email = email
    placement.save(update_fields=["contact_email"])
    booking.answer_by = max(booking.answer_by, answer_by(booking.slot.starts_on))
    booking.save(update_fields=["answer_by"])
    found_notices.asked(found, key=clock.now().isoformat())
    return found
