"""Checks of workplaces: written down once, by a school or a hub, and good for every school.

A check is as deep as the risks ask for (HSE's three bands). The newest one counts, so that
"not suitable" ends what an older one said; and a hub's or a specialist's "not suitable" stands
against whatever a school says after it.
"""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import clock, phrases
from accounts.models import Member, Standing
from placements import authority, check_notices, desks, paperwork, untold
from placements.models import Booking, CheckRequest, Placement, WorkplaceCheck
from placements.states import IN_TOUCH
from placements.words import AskedEnd, CheckOutcome

LONGEST = timedelta(days=4 * 366)
LONGEST_POLICY = timedelta(days=3653)


def readable_by(member: Member) -> QuerySet[Placement]:
    """Listings of whose workplace one may know what was found: one's own, those at which one's
    school has a booking that was agreed, and those on one's desk."""
    ours = member.organisation
    agreed = Booking.objects.filter(school=ours, state__in=IN_TOUCH)
    which = Q(provider=ours) | Q(pk__in=agreed.values("slot__placement"))
    if ours.is_hub or ours.is_national_team:
        which |= desks.lying_on(ours) & ~Q(pk__in=_not_for_desks().values("pk"))
    return Placement.objects.filter(which, workplace__isnull=False).select_related(
        "provider", "workplace"
    )


def _not_for_desks() -> QuerySet[Placement]:
    """Those of employers that did not agree to be told of, unless the school asked its hub to look:
    it then reads what worries the school, and not who they are."""
    asked = CheckRequest.objects.of_a_desk().exclude(ended_as=AskedEnd.TAKEN_BACK)
    kept = Placement.objects.filter(pk__in=untold.placements())
    return kept.exclude(pk__in=asked.values("placement"))


def of(placement: Placement) -> QuerySet[WorkplaceCheck]:
    """The newest first."""
    found = WorkplaceCheck.objects.filter(workplace=placement.workplace_id)
    return found.select_related("recorded_by__organisation")


@transaction.atomic
def record(
    placement: Placement,
    *,
    by: Member,
    band: str,
    basis: str,
    outcome: str,
    checked_on: date,
    valid_until: date,
    conditions: str = "",
    assessor: str = "",
    insurance_seen_until: date | None = None,
    cost_pence: int | None = None,
) -> WorkplaceCheck:
    """Write down what was found at the workplace of a listing."""
    refuse_strangers(placement, by)
    made = WorkplaceCheck(
        workplace=placement.workplace,
        band=band,
        basis=basis,
        outcome=outcome,
        conditions=conditions.strip(),
        assessor=assessor.strip(),
        checked_on=checked_on,
        valid_until=valid_until,
        insurance_seen_until=insurance_seen_until,
        cost_pence=cost_pence,
        recorded_by=by,
    )
    return write_down(made, placement)


def refuse_strangers(placement: Placement, by: Member) -> None:
    """Who may not know of this workplace's checks, or may not add to them."""
    may_know = readable_by(by).filter(pk=placement.pk).exists()
    is_relied_on = by.organisation.standing == Standing.GOOD
    if not (may_know and is_relied_on and authority.may_record_check(by, placement)):
        raise PermissionDenied


def write_down(made: WorkplaceCheck, placement: Placement) -> WorkplaceCheck:
    """Keep a check, if nothing speaks against it, and see what follows. Inside a transaction."""
    _refuse_odd_days(made.checked_on, made.valid_until)
    refuse_odd_insurance(made.insurance_seen_until, made.checked_on)
    if made.outcome == CheckOutcome.CONDITIONS and not made.conditions:
        raise ValidationError("Write the conditions down.", code="conditions_missing")
    _refuse_against_a_no(made)
    made.recorded_at = clock.now()
    made.save()
    if made.is_by_a_desk:
        _answer_schools(made)
    elif not made.is_suitable:
        check_notices.found_unsuitable(made, placement)
    paperwork.settle_all(Booking.objects.filter(slot__placement__workplace=made.workplace))
    return made


def refuse_odd_insurance(until: date | None, seen_on: date) -> None:
    if until is not None and not seen_on <= until <= seen_on + LONGEST_POLICY:
        raise ValidationError(
            "It must be after the day on which it was seen, and within ten years of it.",
            code="insurance_until",
        )


def _answer_schools(made: WorkplaceCheck) -> None:
    """Schools had asked the hub to look, and it has."""
    asked = CheckRequest.objects.open().of_a_desk().filter(workplace=made.workplace)
    for request in asked.select_for_update(of=("self",), no_key=True).order_by("pk"):
        request.ended_at, request.ended_as, request.check_made = clock.now(), AskedEnd.LOOKED, made
        request.save(update_fields=["ended_at", "ended_as", "check_made"])
        check_notices.answered(request)


def _refuse_against_a_no(made: WorkplaceCheck) -> None:
    known = WorkplaceCheck.objects.at(made.workplace_id).that_counts
    if known and known.stands_against(made) and made.is_suitable:
        raise ValidationError(
            "%(who)s found it not suitable on %(day)s. Your hub can look at it again.",
            code="no_stands",
            params={
                "who": known.assessor or known.recorded_by.organisation,
                "day": phrases.long_date(known.checked_on),
            },
        )


def _refuse_odd_days(checked_on: date, valid_until: date) -> None:
    if checked_on > clock.today():
        raise ValidationError("The day must be today or in the past.", code="in_the_future")
    if not checked_on <= valid_until <= checked_on + LONGEST:
        raise ValidationError(
            "It must be after the day of the check, and within four years of it.",
            code="valid_until",
        )
