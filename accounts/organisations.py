"""The verbs of an organisation itself: what it says of itself, and whether it is relied on."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import authority
from accounts.models import Member, Organisation, OrganisationKind

OF_A_SCHOOL = ("website", "description")
DESCRIBED = (*OF_A_SCHOOL, "name", "sector", "ownership", "size_band")


def national_team() -> Organisation | None:
    teams = Organisation.objects.filter(kind=OrganisationKind.NATIONAL_TEAM)
    return teams.order_by("registered_at", "pk").first()


@transaction.atomic
def describe(organisation: Organisation, *, by: Member) -> Organisation:
    """Write what a lead says of their organisation; a school's name is the register's."""
    same = organisation.pk == by.organisation_id
    if not same or not authority.may_describe_organisation(by):
        raise PermissionDenied
    organisation.save(update_fields=OF_A_SCHOOL if organisation.is_school else DESCRIBED)
    return organisation
