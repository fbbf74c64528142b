"""Who wrote a listing, when it was not its provider, and what follows from that."""

from datetime import timedelta

from accounts.models import Organisation
from placements.models import Placement

# The purpose of the link with which an employer confirms what a broker wrote for them.
CONFIRM = "confirm_listing"
CONFIRM_WITHIN = timedelta(days=14)


def writing_desk(placement: Placement) -> Organisation | None:
    """The hub or national team that wrote it on the provider's behalf."""
    writer = placement.written_by
    if writer is None or writer.organisation_id == placement.provider_id:
        return None
    return writer.organisation


def confirmation_is_owed(placement: Placement) -> bool:
    """A broker wrote it, and its employer has not said yes to it as it stands."""
    return writing_desk(placement) is not None and placement.confirmed_by_employer_at is None
