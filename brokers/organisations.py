"""Suspending a whole organisation at once, and letting it stand again."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import standing
from accounts.models import Member, Organisation
from brokers import decisions, homes, notices
from brokers.models import Verdict


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


def _desk_over(organisation: Organisation, by: Member, because: str) -> Organisation:
    if organisation.is_national_team:
        raise PermissionDenied
    return decisions.desk_deciding(homes.desk_for(organisation), by, because)
