"""What a booking's page says of its paper, to the side that reads it."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from accounts.models import Member
from placements import authority, checklist, roll
from placements.checklist import HOST, SCHOOL, Line
from placements.models import Booking, NamedStudent
from placements.roll import Progress
from placements.states import AGREED
from placements.words import Paper, WithoutIt

# Where a side does its part of a line.
PLACES = {
    (Paper.AGREEMENT, HOST): "placements:host-agreement",
    (Paper.CHECK, SCHOOL): "placements:workplace-check",
    (Paper.CHECK, HOST): "placements:workplace-check",
    (Paper.INSURANCE, SCHOOL): "placements:workplace-check",
    (Paper.INSURANCE, HOST): "accounts:workplace",
    (Paper.NAMED, SCHOOL): "placements:students",
    (Paper.CONSENT, SCHOOL): "placements:students",
}


@dataclass(frozen=True)
class Shown:
    """A line of the checklist as one side sees it."""

    line: Line
    is_ours: bool
    href: str

    def __getattr__(self, name: str) -> object:
        return getattr(self.line, name)


@dataclass(frozen=True)
class Papers:
    progress: Progress
    # Whom the host may know of.
    coming: list[NamedStudent]
    lines: list[Shown]
    may_brief: bool

    @property
    def blocked_by(self) -> list[str]:
        """Without which students may not start."""
        lines = [one.line for one in self.lines]
        return [line.title for line in checklist.missing(lines, WithoutIt.BLOCKS)]


def of(booking: Booking, *, by: Member) -> Papers | None:
    """Nothing before it is agreed: there is no paper yet."""
    if not booking.is_in_touch:
        return None
    side = HOST if by.organisation_id == booking.slot.placement.provider_id else SCHOOL
    coming = booking.students.visible_to(by) if side == HOST else NamedStudent.objects.none()
    is_coming = booking.state in AGREED and not booking.slot.is_past
    lines = checklist.of(booking) if is_coming else []
    return Papers(
        progress=roll.progress(booking),
        coming=list(coming),
        lines=[_shown(line, side, booking) for line in lines],
        may_brief=authority.may_name_students(by, booking) and _is_unbriefed(lines),
    )


def _is_unbriefed(lines: list[Line]) -> bool:
    return any(line.item == Paper.BRIEFING and not line.is_done for line in lines)


def _shown(line: Line, side: str, booking: Booking) -> Shown:
    name = PLACES.get((line.item, side), "")
    about: dict[str, UUID | None] = {
        "placements:workplace-check": booking.slot.placement_id,
        "accounts:workplace": booking.slot.placement.workplace_id,
    }
    href = reverse(name, args=[about.get(name, booking.pk)]) if name else ""
    return Shown(line, line.whose == side, href)
