"""Who may act at a desk, and who may say where its area ends."""

from accounts.models import Member, Organisation, OrganisationKind

DESKS = (OrganisationKind.HUB, OrganisationKind.NATIONAL_TEAM)


def works_at_a_desk(member: Member) -> bool:
    """A broker, or one of the national team, who does more than read."""
    organisation = member.organisation
    return member.may_write and organisation.kind in DESKS and not organisation.is_suspended


def is_national(member: Member) -> bool:
    return works_at_a_desk(member) and member.organisation.is_national_team


def may_decide_at(member: Member, desk: Organisation | None) -> bool:
    """At one's own desk; the national team at every desk."""
    if not works_at_a_desk(member):
        return False
    return is_national(member) or (desk is not None and member.organisation_id == desk.pk)


def may_draw_areas(member: Member) -> bool:
    return is_national(member)


def may_describe(member: Member, desk: Organisation) -> bool:
    """A desk's leads say how it is reached, or the national team does."""
    return is_national(member) or (
        works_at_a_desk(member) and member.leads and member.organisation_id == desk.pk
    )
