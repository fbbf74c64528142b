"""Whom the two sides of a booking can reach, once it is agreed and not before."""

from typing import NamedTuple

from accounts.models import Member, Role
from placements.models import Booking, Placement


class Contact(NamedTuple):
    name: str
    job: str
    email: str
    phone: str


NOBODY = Contact("", "", "", "")


def at_school(booking: Booking) -> Contact:
    """Whoever asked; where a platform did, whoever leads at the school."""
    member: Member | None = booking.asked_by
    if booking.asked_by.platform:
        leads = Member.objects.active().filter(organisation=booking.school_id, role=Role.LEAD)
        member = leads.select_related("user").order_by("pk").first()
    if member is None:
        return NOBODY
    return Contact(member.user.name, member.job_title, member.user.email, member.phone)


def at_host(booking: Booking) -> Contact:
    placement = booking.slot.placement
    return Contact(placement.contact_name, "", placement.contact_email, placement.contact_phone)


def address_of(placement: Placement) -> str | None:
    """Where to come, on one line; nowhere, where it is virtual."""
    workplace = placement.workplace
    if workplace is None:
        return None
    lines = (workplace.name, workplace.address, workplace.town, workplace.postcode)
    return ", ".join(line for line in lines if line)
