"""Who may act at a desk, who may read what lies there, and who may draw areas."""

from accounts.models import Member, Organisation, OrganisationKind

DESKS = (OrganisationKind.HUB, OrganisationKind.NATIONAL_TEAM)


def sees_a_desk(member: Member) -> bool:
    """A broker or one of the national team, those who only read included."""
    organisation = member.organisation
    return member.is_active and organisation.kind in DESKS and not organisation.is_suspended


def works_at_a_desk(member: Member) -> bool:
    return sees_a_desk(member) and member.may_write


def is_national(member: Member) -> bool:
    return sees_a_desk(member) and member.organisation.is_national_team


def may_decide_at(member: Member, desk: Organisation | None) -> bool:
    """At one's own desk; the national team at every desk, if it says why."""
    if not works_at_a_desk(member):
        return False
    return is_national(member) or (desk is not None and member.organisation_id == desk.pk)


def may_draw_areas(member: Member) -> bool:
    return is_national(member) and member.may_write


def may_describe(member: Member, desk: Organisation) -> bool:
    """A desk's leads say how it is reached, or the national team does."""
    if not works_at_a_desk(member):
        return False
    return is_national(member) or (member.leads and member.organisation_id == desk.pk)
