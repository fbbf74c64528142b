"""What a broker may look at: the listings and organisations of the desk, and their answers."""

from django.db.models import Q, QuerySet

from accounts.models import Member, Organisation, OrganisationKind
from brokers import areas, authority, homes
from placements import answers as given
from placements.models import Placement
from placements.models.placements import PlacementQuerySet
from placements.sections import Section
from placements.states import PlacementState


def listings_of(member: Member) -> PlacementQuerySet:
    """All that was ever sent in to the desk; the national team sees every desk's."""
    if not authority.sees_a_desk(member):
        return Placement.objects.none()
    sent_in = Placement.objects.exclude(state=PlacementState.DRAFT)
    if authority.is_national(member):
        return sent_in
    return sent_in.filter(areas.at_desk(member.organisation))


def like(*, q: str, state: str) -> Q:
    """Listings with all those words in their title or their provider's name, in that state."""
    found = Q(state=state) if state else Q()
    for word in q.split()[:8]:
        found &= Q(title__icontains=word) | Q(provider__name__icontains=word)
    return found


def organisations_of(member: Member) -> QuerySet[Organisation]:
    """Those that lie on the desk, and those that list something there."""
    if not authority.sees_a_desk(member):
        return Organisation.objects.none()
    if authority.is_national(member):
        hidden = (OrganisationKind.NATIONAL_TEAM, OrganisationKind.FOUND)
        return Organisation.objects.exclude(kind__in=hidden)
    at_home = homes.organisations_at(member.organisation).values("pk")
    listing_here = listings_of(member).values("provider")
    return Organisation.objects.filter(Q(pk__in=at_home) | Q(pk__in=listing_here))


def members_of(member: Member) -> QuerySet[Member]:
    """People who act, or ask to act, for the schools of the desk."""
    schools = organisations_of(member).filter(kind=OrganisationKind.SCHOOL)
    return Member.objects.filter(organisation__in=schools.values("pk"))


def answers(placement: Placement, section: Section) -> list[tuple[str, str]]:
    """A section's questions, and what the listing answers to each."""
    return [(given.LABELS[field], given.given(placement, field)) for field in section.fields]
