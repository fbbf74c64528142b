"""Placements that students find for themselves: the same papers and checks, and nobody's listing.

A school writes down what its student found. That is an employer of a kind that no list of
employers holds, a draft that no search reads, one slot and one booking of it: so consents,
checks and the checklist are those of any booking. The employer says yes by a link, without
an account, and may agree on the same page that the hub learns of it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock, links, workplaces
from accounts.models import Member, OneTimeLink, Organisation, OrganisationKind, Workplace
from placements import authority, desks, found_notices, holding, lifecycle, notices, paperwork
from placements.found_notices import EMPLOYER, is_asked_at
from placements.found_rules import Said, Written, answer_by, refuse_empty, refuse_odd_days
from placements.models import Booking, HostAgreement, Placement, SelfFound, Slot
from placements.paperwork import AGREED_FOR
from placements.states import BookingState
from placements.words import DeclineReason, Kind, Mode, TakesPart

LONGEST_COMMENT = 300
SENT_ALREADY = (
    "You have sent this form already, with other answers. If this is another placement, send it"
    " once more."
)


class Opened(NamedTuple):
    link: OneTimeLink
    found: SelfFound


@transaction.atomic
def record(
    written: Written, workplace: Workplace, *, by: Member, once: UUID | None = None
) -> SelfFound:
    """Write it down, and ask the employer. The same form sent twice (`once`) is one placement."""
    if not authority.may_book(by):
        raise PermissionDenied
    once = once or uuid4()
    # Two clicks of one button come one after the other, and the second finds what the first made.
    Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation_id)
    if earlier := _sent_before(once, written, by):
        return earlier
    refuse_odd_days(written)
    refuse_empty(written)
    booking = _booking(_slot(_draft(written, workplace, by), written, by), written, by, once)
    found = SelfFound.objects.create(
        booking=booking,
        found_through=written.found_through,
        why_it_fits=written.why_it_fits.strip(),
        made_by=by,
        made_at=clock.now(),
    )
    found_notices.asked(found)
    return found


def opened(token: str) -> Opened | None:
    link = links.open(token, EMPLOYER)
    if link is None:
        return None
    waiting = SelfFound.objects.filter(booking__state=BookingState.REQUESTED)
    found = waiting.select_related(
        "booking__school",
        "booking__slot__placement__provider",
        "booking__slot__placement__workplace",
    )
    one = found.filter(pk=link.subject).first()
    # A mail that was on its way while its address was corrected asks nobody.
    if one is None or not is_asked_at(link.email, one.booking.slot.placement):
        return None
    return Opened(link, one)


@transaction.atomic
def confirm(asked: Opened, said: Said) -> Booking:
    """The employer says yes, and what it undertakes."""
    # Not shared, as by others that answer: it is written to, and of two that share neither could.
    Placement.objects.select_for_update(no_key=True).get(pk=asked.found.booking.slot.placement_id)
    holding.before_link(asked.found.booking)
    links.use(asked.link)
    booking = holding.held(asked.found.booking)
    lifecycle.refuse_unless_listed(booking, booking.MOVES, BookingState.ACCEPTED)
    placement = booking.slot.placement
    placement.supervision = said.supervision.strip()
    placement.save(update_fields=["supervision"])
    _note(placement.workplace, said)
    HostAgreement.objects.create(
        organisation=placement.provider,
        workplace=placement.workplace,
        agreed_on=clock.today(),
        valid_until=clock.today() + AGREED_FOR,
    )
    if said.may_be_offered:
        asked.found.may_be_offered_at = clock.now()
        asked.found.save(update_fields=["may_be_offered_at"])
    holding.agree(booking, by=None)
    paperwork.settle(booking)
    return booking


@transaction.atomic
def refuse(asked: Opened, *, reason: str, comment: str = "") -> Booking:
    """The employer says no, because."""
    if reason not in DeclineReason.values:
        raise ValidationError("Choose a reason.", code="reason_missing")
    holding.before_link(asked.found.booking)
    links.use(asked.link)
    booking = holding.held(asked.found.booking)
    booking.answered_at = clock.now()
    booking.save(update_fields=["answered_at"])
    comment = comment.strip()[:LONGEST_COMMENT]
    holding.end(booking, BookingState.DECLINED, by=None, reason=reason, comment=comment)
    notices.booking_declined(booking)
    return booking


@transaction.atomic
def offer(found: SelfFound, *, by: Member) -> SelfFound:
    """Tell the hub of an employer that agreed to be told of."""
    if not authority.may_name_students(by, found.booking):
        raise PermissionDenied
    found = _held(found)
    if found.may_be_offered_at is None:
        raise ValidationError("The employer has not agreed to that.", code="not_confirmed")
    if found.offered_at is not None:
        return found
    found.offered_at, found.offered_by = clock.now(), by
    found.save(update_fields=["offered_at", "offered_by"])
    found_notices.offered(found)
    return found


@transaction.atomic
def invite(found: SelfFound, *, by: Member) -> SelfFound:
    """A broker asks the employer to list what it could offer to others."""
    found = _held(found)
    is_theirs = desks.desk_of(found.booking.slot.placement) == by.organisation
    if not (authority.may_list_for_others(by) and is_theirs and found.offered_at):
        raise PermissionDenied
    if found.invited_at is None:
        found.invited_at, found.invited_by = clock.now(), by
        found.save(update_fields=["invited_at", "invited_by"])
        found_notices.invited(found)
    return found


def _sent_before(once: UUID, written: Written, by: Member) -> SelfFound | None:
    earlier = Booking.objects.filter(once=once).first()
    if earlier is None:
        return None
    rows = SelfFound.objects.visible_to(by).select_related("booking__slot__placement__provider")
    found = rows.filter(booking=earlier).first()
    if found is None:
        raise ValidationError("This form belongs to somebody else.", code="key_reused")
    if not _tells_of(found, written):
        raise ValidationError(SENT_ALREADY, code="key_reused")
    return found


def _tells_of(found: SelfFound, written: Written) -> bool:
    """Whether it is this placement; not one that was typed over it, for another student."""
    slot = found.booking.slot
    there, email = slot.placement, written.contact_email.strip()
    # Its address may have been corrected since.
    is_to_them = is_asked_at(email, there) or found_notices.was_asked_first_at(email, found)
    return (
        is_to_them
        and there.provider.name == written.employer.strip()
        and (slot.starts_on, slot.ends_on) == (written.first_day, written.last_day)
        and found.booking.year_group == written.year_group
    )


def _draft(written: Written, workplace: Workplace, by: Member) -> Placement:
    employer = Organisation.objects.create(
        kind=OrganisationKind.FOUND, name=written.employer.strip(), sector=written.sector
    )
    workplaces.lay_down(workplace, organisation=employer)
    # A Saturday at a shop is a day too.
    days = len(list(_days(written))) or 1
    placement = Placement(
        provider=employer,
        workplace=workplace,
        kind=_kind(days),
        mode=Mode.IN_PERSON,
        takes_part=TakesPart.WORKPLACE,
        title=f"Work experience at {employer.name}"[:100],
        sector=written.sector,
        activities=written.activities.strip(),
        year_from=written.year_group,
        year_to=written.year_group,
        days=days,
        starts_at=written.starts_at,
        ends_at=written.ends_at,
        contact_name=written.contact_name.strip(),
        contact_email=written.contact_email.strip(),
        contact_phone=written.contact_phone.strip(),
    )
    placement.save(force_insert=True)
    lifecycle.begin(placement, by=by)
    return placement


def _slot(placement: Placement, written: Written, by: Member) -> Slot:
    """One place, which is taken: nobody else can ask for it."""
    slot = Slot.objects.create(
        placement=placement,
        starts_on=written.first_day,
        ends_on=written.last_day,
        opens_on=clock.today(),
        closes_on=clock.today(),
        places=1,
        taken=1,
    )
    lifecycle.begin(slot, by=by)
    return slot


def _booking(slot: Slot, written: Written, by: Member, once: UUID) -> Booking:
    booking = Booking.objects.create(
        slot=slot,
        school=by.organisation,
        places=1,
        places_asked=1,
        year_group=written.year_group,
        asked_by=by,
        asked_at=clock.now(),
        answer_by=answer_by(written.first_day),
        once=once,
    )
    lifecycle.begin(booking, by=by)
    return booking


def _days(written: Written) -> Iterator[date]:
    """Those on which people work."""
    for number in range((written.last_day - written.first_day).days + 1):
        day = written.first_day + timedelta(days=number)
        if day.weekday() < 5:
            yield day


def _kind(days: int) -> Kind:
    if days < 5:
        return Kind.SHORT_PLACEMENT
    return Kind.WEEK_PLACEMENT if days == 5 else Kind.EXTENDED_PLACEMENT


def _note(workplace: Workplace | None, said: Said) -> None:
    assert workplace is not None  # noqa: S101 -- `record` gave it one.
    workplace.risk_band, workplace.lone_adult = said.risk_band, said.lone_adult
    workplace.insurer, workplace.insured_until = said.insurer.strip(), said.insured_until
    workplace.save(update_fields=["risk_band", "lone_adult", "insurer", "insured_until"])


def _held(found: SelfFound) -> SelfFound:
    rows = SelfFound.objects.select_related(
        "booking__school",
        "booking__slot__placement__provider",
        "booking__slot__placement__workplace",
    )
    return rows.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
