"""Which hub is accountable for a place, on a day.

An area is a set of local authorities. A postcode area counts only where no hub covers
the place's authority, or none is known; so every place has one hub at most, and whatever
has none belongs to the national team. Who may change areas: `brokers.boundaries`."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import organisations
from accounts.models import (
    Organisation,
    OrganisationKind,
    ProviderCategory,
    Standing,
)
from accounts.postcodes import Place, area_of
from brokers.models import Coverage, CoverageKind, Stewardship
from placements.models import Placement
from placements.words import Mode

NATIONAL = (ProviderCategory.NATIONAL_BROAD, ProviderCategory.NATIONAL_DEDICATED)


def desk_for(placement: Placement) -> Organisation | None:
    """The accountable hub; the national team for what is virtual, national or nobody's."""
    workplace = placement.workplace
    if workplace is None or is_national(placement):
        return organisations.national_team()
    return hub_covering(workplace.authority, workplace.postcode) or organisations.national_team()


def is_national(placement: Placement) -> bool:
    return placement.is_virtual or placement.provider.provider_category in NATIONAL


def hub_for(place: Place, *, day: date | None = None) -> Organisation | None:
    return hub_covering(place.authority, place.label, day=day)


def hub_covering(
    authority_code: str, postcode: str, *, day: date | None = None
) -> Organisation | None:
    """The hub whose area covers the authority, or else the postcode's area."""
    by_authority = Q(kind=CoverageKind.AUTHORITY, code=authority_code)
    by_postcode = Q(kind=CoverageKind.POSTCODE_AREA, code=area_of(postcode))
    found = stewarded(day).filter(by_authority | by_postcode).order_by("kind").first()
    if found is None:
        return None
    return stewardships(day).select_related("hub").get(area=found.area_id).hub


def stewardships(day: date | None = None) -> QuerySet[Stewardship]:
    """Those in force; a suspended hub answers for nothing."""
    return Stewardship.objects.on(day).filter(hub__standing=Standing.GOOD)


def stewarded(day: date | None = None) -> QuerySet[Coverage]:
    """What is covered by an area that some hub is accountable for."""
    return Coverage.objects.on(day).filter(area__in=stewardships(day).values("area"))


def codes_of(hubs: Collection[Organisation], kind: CoverageKind, *, day: date | None) -> list[str]:
    areas = stewardships(day).filter(hub__in=hubs).values("area")
    covered = Coverage.objects.on(day).filter(area__in=areas, kind=kind)
    return list(covered.order_by("code").values_list("code", flat=True))


def covered_by(*hubs: Organisation, at: str = "", day: date | None = None) -> Q:
    """What lies in these hubs' areas, asked of rows that have an authority and a postcode.

    `at` leads there from the rows in question: "workplace__" from placements.
    """
    inside = Q(**{f"{at}authority__in": codes_of(hubs, CoverageKind.AUTHORITY, day=day)})
    postcode_areas = codes_of(hubs, CoverageKind.POSTCODE_AREA, day=day)
    if not postcode_areas:
        return inside
    taken = stewarded(day).filter(kind=CoverageKind.AUTHORITY).values_list("code", flat=True)
    begins = Q(**{f"{at}postcode__regex": rf"^({'|'.join(postcode_areas)})[0-9]"})
    return inside | (begins & ~Q(**{f"{at}authority__in": list(taken)}))


def accountable_hubs(day: date | None = None) -> list[Organisation]:
    """Every hub that has an area."""
    return list(hubs_with_areas(day))


def hubs_with_areas(day: date | None = None) -> QuerySet[Organisation]:
    hubs = Organisation.objects.filter(pk__in=stewardships(day).values("hub"))
    return hubs.order_by("name", "pk")


def hubs_in_good_standing() -> QuerySet[Organisation]:
    """Those that may have an area."""
    hubs = Organisation.objects.in_good_standing().filter(kind=OrganisationKind.HUB)
    return hubs.order_by("name", "pk")


def at_desk(desk: Organisation, *, via: str = "") -> Q:
    """The placements that lie on this desk: the same answer as `desk_for`, for many.

    `via` leads to the placement from the rows in question: "placement__" from revisions.
    """
    if not desk.is_national_team:
        return at_hubs(desk, via=via)
    placeless = Q(**{f"{via}workplace__isnull": True})
    uncovered = ~covered_by(*accountable_hubs(), at=f"{via}workplace__")
    return _national(via) | placeless | uncovered


def at_hubs(*hubs: Organisation, via: str = "") -> Q:
    """The placements that lie on the desk of any of these hubs."""
    return covered_by(*hubs, at=f"{via}workplace__") & ~_national(via)


def _national(via: str) -> Q:
    virtual = Q(**{f"{via}mode": Mode.VIRTUAL})
    return virtual | Q(**{f"{via}provider__provider_category__in": NATIONAL})


def reach_of(hub_id: UUID) -> Q:
    """The placements in a hub's area, for search."""
    hub = Organisation.objects.filter(pk=hub_id, kind=OrganisationKind.HUB).first()
    return covered_by(hub, at="workplace__") if hub else Q(pk__in=[])
