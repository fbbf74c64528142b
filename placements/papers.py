"""What a booking's page says of its paper, to the side that reads it."""

from dataclasses import dataclass

from accounts.models import Member
from placements import students
from placements.models import Booking, NamedStudent
from placements.students import Progress


@dataclass(frozen=True)
class Papers:
    progress: Progress
    # Whom the host may know of.
    coming: list[NamedStudent]


def of(booking: Booking, *, by: Member) -> Papers | None:
    """Nothing before it is agreed: there is no paper yet."""
    if not booking.is_in_touch:
        return None
    hosts = by.organisation_id == booking.slot.placement.provider_id
    coming = booking.students.visible_to(by) if hosts else NamedStudent.objects.none()
    return Papers(students.progress(booking), list(coming))
