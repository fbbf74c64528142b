"""A broker starting a listing for an employer: finding the employer, or writing it down.

An employer that a broker writes down counts for nothing until somebody there has
confirmed a listing from their own address; that is what makes it known to us.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts import workplaces
from accounts.models import Member, Organisation, Standing, Workplace
from placements import authority
from placements.models import Placement


def employers_named(words: str) -> QuerySet[Organisation]:
    """Those whose name holds every word; nobody when nothing is asked."""
    found = Organisation.objects.listing_placements().exclude(standing=Standing.SUSPENDED)
    if not words.strip():
        return found.none()
    for word in words.split()[:8]:
        found = found.filter(name__icontains=word)
    return found.order_by("name", "pk")


@transaction.atomic
def write_down(
    organisation: Organisation, workplace: Workplace | None = None, *, by: Member
) -> Organisation:
    """Keep an employer that the broker has spoken with, and where it works."""
    if not authority.may_list_for_others(by):
        raise PermissionDenied
    if not organisation.lists_placements:
        raise ValidationError("Choose employer or provider.", code="kind_not_allowed")
    organisation.standing = Standing.UNVERIFIED
    organisation.save(force_insert=True)
    if workplace is not None:
        workplaces.lay_down(workplace, organisation=organisation)
    return organisation


@transaction.atomic
def add_workplace(workplace: Workplace, *, placement: Placement, by: Member) -> Workplace:
    """Another workplace of the employer that the broker writes for."""
    if not authority.may_write_listing(by, placement):
        raise PermissionDenied
    return workplaces.lay_down(workplace, organisation=placement.provider)
