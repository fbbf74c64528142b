"""Who may do what in the market. Asked inside the verbs, and offered to templates."""

from accounts.models import Member, Role, Standing
from placements import desks
from placements.models import Booking, Cohort, Enquiry, EnquiryAnswer, Placement


def may_list(by: Member) -> bool:
    """Start a listing of one's own organisation."""
    ours = by.organisation
    return by.may_write and ours.lists_placements and not ours.is_suspended


def may_list_for_others(by: Member) -> bool:
    """Brokers write a listing for an employer who has no time to; the employer confirms it."""
    ours = by.organisation
    is_desk = ours.is_hub or ours.is_national_team
    return by.may_write and is_desk and not ours.is_suspended


def may_write_listing(by: Member, placement: Placement) -> bool:
    """Its provider; or the desk that wrote it on the provider's behalf."""
    if by.organisation_id == placement.provider_id:
        return may_list(by)
    return may_list_for_others(by) and wrote_it(by, placement)


def wrote_it(by: Member, placement: Placement) -> bool:
    writer = placement.written_by
    return writer is not None and writer.organisation_id == by.organisation_id


def may_prioritise(by: Member, placement: Placement) -> bool:
    """Keep places for some: the provider, or the desk on which the listing lies."""
    if may_write_listing(by, placement):
        return True
    return may_list_for_others(by) and desks.desk_of(placement) == by.organisation


def may_book(by: Member) -> bool:
    """Those who act for a school on which the marketplace may rely."""
    school = by.organisation
    return by.may_write and school.is_school and school.standing == Standing.GOOD


def may_plan(by: Member, cohort: Cohort) -> bool:
    """Book for a cohort, and say how many it wants."""
    return may_book(by) and by.organisation_id == cohort.school_id


def may_answer(by: Member, booking: Booking) -> bool:
    placement = booking.slot.placement
    is_host = by.may_write and by.organisation_id == placement.provider_id
    return is_host or may_stand_in(by, placement)


def may_stand_in(by: Member, placement: Placement) -> bool:
    """The desk that a listing lies on, while nobody acts for its provider any more. Nobody ever
    does for an employer that a student found, and its desk does not know of it."""
    if placement.provider.is_found:
        return False
    if not may_list_for_others(by) or desks.desk_of(placement) != by.organisation:
        return False
    people = Member.objects.active().filter(organisation=placement.provider_id)
    return not people.exclude(role=Role.VIEWER).exists()


def may_take_up(by: Member, booking: Booking) -> bool:
    """An offer from the waiting list is the school's to take, as asking was."""
    return may_book(by) and by.organisation_id == booking.school_id


def may_answer_change(by: Member, booking: Booking) -> bool:
    """Whether to come on other dates, or fewer, is for the school to say."""
    return by.may_write and by.organisation_id == booking.school_id


def may_call_off(by: Member, booking: Booking) -> bool:
    return by.may_write and is_a_side(by, booking)


def may_give_back(by: Member, booking: Booking) -> bool:
    """The school alone knows how many of its students will come."""
    return by.may_write and by.organisation_id == booking.school_id


def may_write_on(by: Member, booking: Booking) -> bool:
    """Questions and answers pass between the two sides and nobody else."""
    return by.may_write and is_a_side(by, booking)


def may_say_who_came(by: Member, booking: Booking) -> bool:
    """The host saw who came; the school says how it was in its debrief and rating."""
    return by.may_write and by.organisation_id == booking.slot.placement.provider_id


def may_put_right_who_came(by: Member, booking: Booking) -> bool:
    """The school knows its students, and looks at what the host said once it is over."""
    return by.may_write and by.organisation_id == booking.school_id


def may_name_students(by: Member, booking: Booking) -> bool:
    """The school knows its students and their parents; nobody else writes about them."""
    return by.may_write and by.organisation_id == booking.school_id


def may_record_check(by: Member, placement: Placement) -> bool:
    """Schools and desks look at workplaces, or have them looked at; a host is looked at."""
    return by.may_write and by.organisation_id != placement.provider_id


def is_a_side(by: Member, booking: Booking) -> bool:
    sides = (booking.school_id, booking.slot.placement.provider_id)
    return by.organisation_id in sides


def may_save_searches(by: Member) -> bool:
    """Anybody who belongs somewhere; those who only read change nothing by it."""
    return by.is_active


def may_keep_shortlist(by: Member) -> bool:
    """Those who act for a school keep theirs with us; all others in their own session."""
    return by.may_write and by.organisation.is_school


def may_say_what_is_needed(by: Member) -> bool:
    """Schools tell the hub what they did not find."""
    return may_book(by)


def may_enquire(by: Member) -> bool:
    """A question is the first step of a booking, so it needs the same standing."""
    return may_book(by)


def may_close_enquiry(by: Member, enquiry: Enquiry) -> bool:
    return by.may_write and by.organisation_id == enquiry.school_id


def may_answer_enquiry(by: Member, answer: EnquiryAnswer) -> bool:
    return by.may_write and by.organisation_id == answer.provider_id
