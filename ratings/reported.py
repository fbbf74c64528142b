"""Ratings on a desk, and which of them somebody asked it to look at."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from accounts.models import Member, OrganisationKind
from placements import desks
from ratings import authority
from ratings.models import Rating, RatingReport


def on_desk(member: Member) -> QuerySet[Rating]:
    """Ratings of what lies on one's desk; the national team reads every desk's."""
    if not authority.is_broker(member):
        raise PermissionDenied
    # What a school's own student found is no listing of anybody's, and read where it is reported.
    found = Q(booking__slot__placement__provider__kind=OrganisationKind.FOUND)
    if member.organisation.is_national_team:
        return Rating.objects.exclude(found & ~Exists(_reports()))
    return Rating.objects.exclude(found).filter(
        desks.lying_on(member.organisation, via="booking__slot__placement__")
    )


def _reports() -> QuerySet[RatingReport]:
    return RatingReport.objects.filter(rating=OuterRef("pk"))


def waiting(member: Member) -> QuerySet[Rating]:
    """Those about which nobody has decided, the longest-waiting first."""
    first = Min("reports__reported_at", filter=Q(reports__decided_at__isnull=True))
    reported = on_desk(member).filter(reports__in=RatingReport.objects.waiting())
    return reported.annotate(reported_at=first).order_by("reported_at", "pk")
