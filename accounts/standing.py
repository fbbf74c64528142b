"""Whether the marketplace may rely on an organisation, and saying at once that it may not.

Who may say so is decided by whoever calls: the desks, in `brokers.desk`. What a suspended
organisation listed is not shown and takes no bookings; nothing of it is deleted.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member, Organisation, Standing


@transaction.atomic
def suspend(organisation: Organisation, *, by: Member) -> Organisation:
    organisation = _locked(organisation, by)
    if organisation.standing != Standing.GOOD:
        raise ValidationError(
            "Only an organisation in good standing can be suspended.", code="not_in_good_standing"
        )
    return _set(organisation, Standing.SUSPENDED)


@transaction.atomic
def lift(organisation: Organisation, *, by: Member) -> Organisation:
    """End the suspension."""
    organisation = _locked(organisation, by)
    if organisation.standing != Standing.SUSPENDED:
        raise ValidationError("This organisation is not suspended.", code="not_suspended")
    return _set(organisation, Standing.GOOD)


def _locked(organisation: Organisation, by: Member) -> Organisation:
    if not by.may_write:
        raise PermissionDenied
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _set(organisation: Organisation, standing: Standing) -> Organisation:
    organisation.standing = standing
    organisation.suspended_at = clock.now() if standing == Standing.SUSPENDED else None
    organisation.save(update_fields=["standing", "suspended_at"])
    return organisation
