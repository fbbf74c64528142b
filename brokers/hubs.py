"""Founding hubs, and saying how each is reached and what it promises."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import invitations
from accounts.models import Member, Organisation, OrganisationKind, Role, Standing
from brokers import authority
from brokers.models import DeskProfile


@transaction.atomic
def found(name: str, *, lead_email: str, by: Member) -> Organisation:
    """A new hub, with no area yet; whoever is to lead it is invited."""
    if not authority.may_draw_areas(by):
        raise PermissionDenied
    name = name.strip()
    hubs = Organisation.objects.filter(kind=OrganisationKind.HUB)
    if not name or hubs.filter(name__iexact=name).exists():
        raise ValidationError("Give the hub a name that no other has.", code="name_taken")
    hub = Organisation.objects.create(kind=OrganisationKind.HUB, name=name, standing=Standing.GOOD)
    DeskProfile.objects.create(organisation=hub)
    invitations.invite(lead_email, role=Role.LEAD, by=by, to=hub)
    return hub


def profile_of(desk: Organisation) -> DeskProfile:
    """How the desk is reached; an empty one where nobody has said yet."""
    return DeskProfile.objects.filter(organisation=desk).first() or DeskProfile(organisation=desk)


@transaction.atomic
def describe(
    desk: Organisation,
    *,
    contact_name: str,
    contact_email: str,
    contact_phone: str,
    service_promise: str,
    safeguarding_leads: Collection[Member],
    by: Member,
) -> DeskProfile:
    """Say whom to ask, what is promised, and who reads safeguarding concerns."""
    if not authority.may_describe(by, desk):
        raise PermissionDenied
    _refuse_leads_from_elsewhere(desk, safeguarding_leads)
    profile, _ = DeskProfile.objects.update_or_create(
        organisation=desk,
        defaults={
            "contact_name": contact_name.strip(),
            "contact_email": contact_email,
            "contact_phone": contact_phone.strip(),
            "service_promise": service_promise.strip(),
        },
    )
    profile.safeguarding_leads.set(safeguarding_leads)
    return profile


def _refuse_leads_from_elsewhere(desk: Organisation, leads: Collection[Member]) -> None:
    if any(lead.organisation_id != desk.pk or not lead.is_active for lead in leads):
        raise ValidationError(
            "A safeguarding lead works at the desk itself.", code="lead_from_elsewhere"
        )
