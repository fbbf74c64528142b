"""Bookings that are over, and what one's own side has still to say of them."""

from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from accounts import clock
from accounts.models import Member, OrganisationKind
from placements import desks
from placements.models import Booking
from placements.states import BookingState
from placements.timetable import GOES_AHEAD
from ratings import authority
from ratings.models import Debrief, DebriefSide, Rating, Side


def bookings(member: Member) -> QuerySet[Any]:
    """What is over with one's own organisation, or on one's desk: first what is still to do.

    Each row says whether it is `to_debrief` and `to_rate`.
    """
    over = Booking.objects.filter(state__in=GOES_AHEAD, slot__ends_on__lt=clock.today())
    found = over.filter(_of_concern_to(member)).annotate(
        to_debrief=_as_answer(_to_debrief(member)), to_rate=_as_answer(_to_rate(member))
    )
    sides = found.select_related("school", "slot__placement__provider")
    return sides.order_by("-to_rate", "-to_debrief", "-slot__ends_on", "pk")


def waiting(member: Member) -> int:
    """How many of them this member's side could still say something about."""
    return bookings(member).filter(Q(to_rate=True) | Q(to_debrief=True)).count()


def _of_concern_to(member: Member) -> Q:
    if authority.is_broker(member):
        # What a school's own student found is no listing of anybody's.
        listed = ~Q(slot__placement__provider__kind=OrganisationKind.FOUND)
        return listed & desks.lying_on(member.organisation, via="slot__placement__")
    ours = member.organisation_id
    return Q(school=ours) | Q(slot__placement__provider=ours)


def _to_debrief(member: Member) -> Q:
    ours = member.organisation_id
    written = Debrief.objects.filter(booking=OuterRef("pk"))
    as_school = Q(~Exists(written.filter(side=DebriefSide.SCHOOL)), school=ours)
    as_host = Q(~Exists(written.filter(side=DebriefSide.HOST)), slot__placement__provider=ours)
    return as_school | as_host


def _to_rate(member: Member) -> Q:
    side = Side.BROKER if authority.is_broker(member) else Side.SCHOOL
    rated = Rating.objects.filter(booking=OuterRef("pk"), side=side)
    completed = Q(~Exists(rated), state=BookingState.COMPLETED)
    return completed if side == Side.BROKER else completed & Q(school=member.organisation_id)


def _as_answer(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())
