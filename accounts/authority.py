"""Who may do what to whom belongs here: asked inside the verbs, shown on the pages."""

from accounts.models import (
    LISTS_PLACEMENTS,
    Member,
    Organisation,
    OrganisationKind,
    Role,
)

# Whose people may be vouched for by a hub or by the national team.
VOUCHING = (OrganisationKind.HUB, OrganisationKind.NATIONAL_TEAM)
# Bodies that nobody registers: the national team founds them and names their first lead.
FOUNDED = (OrganisationKind.HUB, OrganisationKind.ACCREDITOR, OrganisationKind.PARTNER)


def may_describe_organisation(by: Member) -> bool:
    """Its leads say what an organisation is called and what it does."""
    return by.leads


def may_keep_workplaces(by: Member) -> bool:
    return by.may_write and by.organisation.kind in LISTS_PLACEMENTS


def may_lead_people(by: Member, organisation_id: object) -> bool:
    """Its own leads say who belongs to an organisation, and as what."""
    return by.leads and by.organisation_id == organisation_id


def may_connect_platforms(by: Member, organisation_id: object) -> bool:
    """Its own leads, as with people: a platform acts in the organisation's name."""
    return may_lead_people(by, organisation_id)


def may_invite_as(by: Member, role: str) -> bool:
    """A lead has everything, and so may hand out any role."""
    return by.leads and role in Role.values


def may_invite_to(by: Member, organisation: Organisation, role: str) -> bool:
    """To one's own organisation; or, for the national team, to a body that it founds."""
    if by.organisation_id == organisation.pk:
        return may_invite_as(by, role)
    return by.may_write and by.organisation.is_national_team and organisation.kind in FOUNDED


def may_approve(by: Member, member: Member) -> bool:
    """The organisation's leads; or a hub for a school, whose desk sees to the area."""
    vouches = by.may_write and by.organisation.kind in VOUCHING and member.organisation.is_school
    return vouches or may_lead_people(by, member.organisation_id)


def may_watch_messages(by: Member) -> bool:
    """The national team sees whether mail arrives; who may write decides what becomes of it."""
    return by.organisation.is_national_team


def may_put_words(by: Member) -> bool:
    """What is written to everybody in the service's name, the national team decides."""
    return by.may_write and by.organisation.is_national_team


def may_support_people(by: Member) -> bool:
    """The national team helps people back in, and keeps out those who must be kept out."""
    return by.may_write and by.organisation.is_national_team
