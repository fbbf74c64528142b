"""How the bodies that nobody registers come to be: the national team, and whom it founds.

The first of the national team is named at the console of the server. From then on the
team founds accrediting bodies and partners here, and hubs in `brokers.hubs`.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts import clock, invitations
from accounts.models import Member, Organisation, OrganisationKind, Role, Standing, User

FOUNDED = (OrganisationKind.ACCREDITOR, OrganisationKind.PARTNER)


@transaction.atomic
def found_national_team(name: str, *, email: str, person: str) -> Member:
    """Name the first of the national team. There is one team, and it is founded once."""
    validate_email(email.strip())
    if Organisation.objects.filter(kind=OrganisationKind.NATIONAL_TEAM).exists():
        raise ValidationError("There is a national team already.", code="already_founded")
    organisation = Organisation.objects.create(
        kind=OrganisationKind.NATIONAL_TEAM, name=name, standing=Standing.GOOD
    )
    user, _ = User.objects.get_or_create(
        email=email.strip().lower(), defaults={"name": person, "password": "!"}
    )
    # Whoever may type at the server's console is believed about the address.
    user.confirmed_at = user.confirmed_at or clock.now()
    user.is_staff = True
    user.save(update_fields=["confirmed_at", "is_staff"])
    return Member.objects.create(user=user, organisation=organisation, role=Role.LEAD)


@transaction.atomic
def found(kind: str, name: str, *, by: Member, lead_email: str = "") -> Organisation:
    """Found an accrediting body or a partner, and invite whoever is to lead it."""
    if not (by.leads and by.organisation.is_national_team):
        raise PermissionDenied
    if kind not in FOUNDED:
        raise ValidationError(
            "Only accrediting bodies and partners are founded here.", code="kind_not_allowed"
        )
    organisation = Organisation.objects.create(kind=kind, name=name, standing=Standing.GOOD)
    if lead_email:
        invitations.invite(lead_email, role=Role.LEAD, by=by, to=organisation)
    return organisation
