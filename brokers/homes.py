"""On whose desk an organisation lies: where a school is, or an employer's oldest workplace."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts import organisations
from accounts.models import Organisation, OrganisationKind, Workplace
from brokers import areas
from brokers.areas import NATIONAL
from brokers.authority import DESKS

# What lies on no desk: desks themselves, and employers that only one school knows of.
ON_NONE = (*DESKS, OrganisationKind.FOUND)


def desk_for(organisation: Organisation) -> Organisation | None:
    """The hub of its area; the national team for what is national or nobody's."""
    if organisation.provider_category in NATIONAL:
        return organisations.national_team()
    at = _located(Organisation.objects.filter(pk=organisation.pk)).get()
    return areas.hub_covering(at.home_authority, at.home_postcode) or organisations.national_team()


def organisations_at(desk: Organisation) -> QuerySet[Organisation]:
    """Those on this desk: the same answer as `desk_for`, for many. Desks lie on none."""
    everybody = _located(Organisation.objects.exclude(kind__in=ON_NONE))
    if desk.is_national_team:
        uncovered = ~areas.covered_by(*areas.accountable_hubs(), at="home_")
        return everybody.filter(Q(provider_category__in=NATIONAL) | uncovered)
    return organisations_at_hubs(desk)


def organisations_at_hubs(*hubs: Organisation) -> QuerySet[Organisation]:
    """Those on the desk of any of these hubs."""
    everybody = _located(Organisation.objects.exclude(kind__in=ON_NONE))
    inside = everybody.filter(areas.covered_by(*hubs, at="home_"))
    return inside.exclude(provider_category__in=NATIONAL)


def _located(organisations: QuerySet[Organisation]) -> QuerySet[Any]:
    """With `home_authority` and `home_postcode`, empty where nothing is known."""
    workplaces = Workplace.objects.active().filter(organisation=OuterRef("pk"))
    oldest = workplaces.order_by("made_at", "pk")
    return organisations.annotate(
        home_authority=Coalesce(
            "school__authority", Subquery(oldest.values("authority")[:1]), Value("")
        ),
        home_postcode=Coalesce(
            "school__postcode", Subquery(oldest.values("postcode")[:1]), Value("")
        ),
    )
