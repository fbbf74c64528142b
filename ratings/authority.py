"""Who may rate, answer, report, hide and debrief. Asked inside the verbs and by the pages."""

from accounts.models import Member
from placements import desks
from placements.models import Booking
from ratings.models import DebriefSide, Rating, Side


def side_of(by: Member, booking: Booking) -> Side | None:
    """For whom a member rates, unless they only read: the school, or the listing's own desk."""
    if by.organisation_id == booking.school_id:
        return Side.SCHOOL
    if works_on_the_desk_of(by, booking):
        return Side.BROKER
    return None


def debriefs_as(by: Member, booking: Booking) -> DebriefSide | None:
    if by.organisation_id == booking.school_id:
        return DebriefSide.SCHOOL
    if by.organisation_id == booking.slot.placement.provider_id:
        return DebriefSide.HOST
    return None


def may_hand_out(by: Member, booking: Booking) -> bool:
    """The school knows its students: it alone has them look back, and reads what they say."""
    return by.may_write and reads_reflections(by, booking)


def reads_reflections(by: Member, booking: Booking) -> bool:
    return by.organisation_id == booking.school_id


def may_reply(by: Member, rating: Rating) -> bool:
    return by.may_write and by.organisation_id == rating.booking.slot.placement.provider_id


def may_report(by: Member) -> bool:
    """Anybody who acts for an organisation, also those who otherwise only read."""
    return by.is_active and not by.organisation.is_suspended


def may_decide(by: Member, rating: Rating) -> bool:
    """The listing's desk, and the national team for every desk."""
    if not by.may_write:
        return False
    return by.organisation.is_national_team or works_on_the_desk_of(by, rating.booking)


def is_broker(by: Member) -> bool:
    organisation = by.organisation
    is_desk = organisation.is_hub or organisation.is_national_team
    return is_desk and not organisation.is_suspended


def works_on_the_desk_of(by: Member, booking: Booking) -> bool:
    if not is_broker(by) or booking.slot.placement.provider.is_found:
        return False
    return desks.desk_of(booking.slot.placement) == by.organisation
