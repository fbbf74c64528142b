"""Suspending a whole organisation at once, and letting it stand again."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import standing
from accounts.models import Member, Organisation
from brokers import decisions, homes, notices
from brokers.models import Verdict
from placements import withdrawals


@transaction.atomic
def suspend(organisation: Organisation, *, because: str, by: Member) -> Organisation:
    """Hide everything that it lists, at once."""
    desk = _desk_over(organisation, by, because)
    decisions.refuse_without(because)
    organisation = standing.suspend(organisation, by=by)
    decisions.keep(Verdict.ORGANISATION_SUSPENDED, organisation, desk=desk, by=by, words=because)
    notices.organisation_suspended(organisation)
    return organisation


@transaction.atomic
def lift(organisation: Organisation, *, because: str, by: Member) -> Organisation:
    """Rely on it again."""
    desk = _desk_over(organisation, by, because)
    decisions.refuse_without(because)
    organisation = standing.lift(organisation, by=by)
    decisions.keep(Verdict.ORGANISATION_LIFTED, organisation, desk=desk, by=by, words=because)
    notices.organisation_lifted(organisation)
    return organisation


@transaction.atomic
def call_off_all(
    organisation: Organisation, *, reason: str, comment: str, because: str, by: Member
) -> int:
    """Withdraw all that it lists, for schools would wait for it in vain; say how many listings.

    Its bookings are called off in rounds, and the schools told and owed other places.
    """
    desk = _desk_over(organisation, by, because)
    decisions.refuse_without(because)
    if not may_be_called_off(organisation):
        raise ValidationError(
            "Somebody there can speak for it. Suspend it first, or ask them to withdraw.",
            code="still_there",
        )
    number = withdrawals.of_provider(organisation, reason=reason, comment=comment, by=by)
    decisions.keep(Verdict.ORGANISATION_WITHDRAWN, organisation, desk=desk, by=by, words=because)
    return number


def may_be_called_off(organisation: Organisation) -> bool:
    """It may not be relied on, or nobody acts for it any more."""
    people = Member.objects.active().filter(organisation=organisation, user__isnull=False)
    return organisation.lists_placements and (organisation.is_suspended or not people.exists())


def _desk_over(organisation: Organisation, by: Member, because: str) -> Organisation:
    if organisation.is_national_team:
        raise PermissionDenied
    return decisions.desk_deciding(homes.desk_for(organisation), by, because)
