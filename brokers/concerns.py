"""Who reads a concern, and how it is closed.

A concern lies on the desk of its listing, or else of its organisation. Where a student
may be at risk it is read by the desk's named safeguarding leads and by nobody else; where
a desk has named none, by the national team's; where those are missing too, by whoever
leads the national team.
"""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from accounts import clock, organisations
from accounts.models import Member, Organisation, Role
from brokers import areas, authority, decisions, homes
from brokers.models import DeskProfile, Verdict
from placements import untold
from placements.models import Concern
from placements.states import ConcernState
from placements.words import ConcernKind

LONGEST_OUTCOME = 2000
SAFEGUARDING = Q(kind=ConcernKind.SAFEGUARDING)


def desk_of(concern: Concern) -> Organisation | None:
    if concern.placement is not None:
        return areas.desk_for(concern.placement)
    return homes.desk_for(concern.organisation)


def on_desk(desk: Organisation) -> QuerySet[Concern]:
    """Those that lie on this desk: the same answer as `desk_of`, for many."""
    if desk.is_national_team:
        hubs = areas.accountable_hubs()
        return Concern.objects.exclude(pk__in=_on_hubs(hubs).values("pk"))
    return _on_hubs([desk])


def visible_to(member: Member) -> QuerySet[Concern]:
    if not authority.sees_a_desk(member):
        return Concern.objects.none()
    readable = Q(pk__in=_safeguarding_for(member).values("pk"))
    if authority.is_national(member):
        return Concern.objects.filter(~SAFEGUARDING | readable)
    ordinary = ~SAFEGUARDING & Q(pk__in=_on_hubs([member.organisation]).values("pk"))
    return Concern.objects.filter(ordinary | readable)


def as_read(concerns: QuerySet[Concern]) -> QuerySet[Any]:
    """Each says whether it `is_nameless`: about an employer that has not agreed to be told of,
    and not for safeguarding leads, who must know where to act."""
    nameless = ExpressionWrapper(~SAFEGUARDING & Q(untold.is_about_one()), BooleanField())
    return concerns.annotate(is_nameless=nameless)


def leads_for(concern: Concern) -> list[Member]:
    """The people who read a safeguarding concern."""
    desk = desk_of(concern)
    named = named_leads(desk) if desk else []
    return named or national_leads()


def named_leads(desk: Organisation) -> list[Member]:
    profile = DeskProfile.objects.filter(organisation=desk).first()
    if profile is None:
        return []
    leads = profile.safeguarding_leads.filter(pk__in=Member.objects.active())
    return list(leads.filter(organisation=desk).select_related("user").order_by("pk"))


def national_leads() -> list[Member]:
    team = organisations.national_team()
    if team is None:
        return []
    leading = Member.objects.active().filter(organisation=team, role=Role.LEAD)
    return named_leads(team) or list(leading.select_related("user").order_by("pk"))


@transaction.atomic
def close(concern: Concern, *, outcome: str, by: Member) -> Concern:
    """Say what came of it, and take it off the desk."""
    if not (authority.works_at_a_desk(by) and visible_to(by).filter(pk=concern.pk).exists()):
        raise PermissionDenied
    concern = Concern.objects.select_for_update(no_key=True).get(pk=concern.pk)
    if concern.state != ConcernState.OPEN:
        raise ValidationError("This concern has been closed already.", code="move_not_allowed")
    outcome = outcome.strip()
    if not outcome or len(outcome) > LONGEST_OUTCOME:
        raise ValidationError("Say what came of it, in 2,000 characters.", code="say_what")
    concern.state = ConcernState.CLOSED
    concern.outcome, concern.closed_by, concern.closed_at = outcome, by, clock.now()
    concern.save(update_fields=["state", "outcome", "closed_by", "closed_at"])
    desk = desk_of(concern) or by.organisation
    decisions.keep(Verdict.CONCERN_CLOSED, concern, desk=desk, by=by, words="")
    return concern


def _on_hubs(hubs: Collection[Organisation]) -> QuerySet[Concern]:
    by_listing = Q(placement__isnull=False) & areas.at_hubs(*hubs, via="placement__")
    by_organisation = Q(
        placement__isnull=True,
        organisation__in=homes.organisations_at_hubs(*hubs).values("pk"),
    )
    return Concern.objects.filter(by_listing | by_organisation)


def _safeguarding_for(member: Member) -> QuerySet[Concern]:
    """What lies where this member is a safeguarding lead."""
    if not authority.is_national(member):
        mine = member in named_leads(member.organisation)
        return _on_hubs([member.organisation]) if mine else Concern.objects.none()
    if member not in national_leads():
        return Concern.objects.none()
    return Concern.objects.exclude(pk__in=_on_hubs(_hubs_with_leads()).values("pk"))


def _hubs_with_leads() -> list[Organisation]:
    """Hubs that named somebody who is still there."""
    profiles = DeskProfile.objects.prefetch_related("safeguarding_leads__user")
    profiles = profiles.filter(organisation__in=areas.accountable_hubs())
    return [
        profile.organisation
        for profile in profiles.select_related("organisation")
        if any(
            lead.is_active
            and lead.user.is_active
            and lead.organisation_id == profile.organisation_id
            for lead in profile.safeguarding_leads.all()
        )
    ]
