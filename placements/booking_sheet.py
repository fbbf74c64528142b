"""Bookings as a spreadsheet: comma-separated values by RFC 4180, safe to open anywhere."""

import csv
from collections.abc import Iterable, Iterator

from django.utils import timezone

from accounts import phrases
from placements.models import Booking

HEADINGS = (
    "Reference",
    "Placement",
    "Provider",
    "School",
    "First day",
    "Last day",
    "State",
    "Places",
    "Places asked for",
    "Year group",
    "Asked on",
    "Answer by",
    "Reason",
    "Host contact",
    "School contact",
)
# A spreadsheet would run a cell that begins with one of these as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Line:
    """Gives back what the csv writer writes."""

    def write(self, text: str) -> str:
        return text


def lines(bookings: Iterable[Booking]) -> Iterator[str]:
    writer = csv.writer(_Line())
    # So that a spreadsheet reads names with accents as what they are.
    yield "\ufeff" + writer.writerow(HEADINGS)
    for booking in bookings:
        yield writer.writerow([harmless(cell) for cell in row(booking)])


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def row(booking: Booking) -> list[str]:
    slot, placement = booking.slot, booking.slot.placement
    return [
        str(booking.pk),
        placement.title,
        placement.provider.name,
        booking.school.name,
        slot.starts_on.isoformat(),
        slot.ends_on.isoformat(),
        booking.get_state_display(),
        str(booking.places),
        str(booking.places_asked),
        str(booking.year_group or ""),
        timezone.localdate(booking.asked_at).isoformat(),
        phrases.moment(booking.answer_by),
        booking.why,
        *contacts(booking),
    ]


def contacts(booking: Booking) -> tuple[str, str]:
    """Nobody's before acceptance."""
    if not booking.is_in_touch:
        return "", ""
    placement, asker = booking.slot.placement, booking.asked_by
    host = (placement.contact_name, placement.contact_email, placement.contact_phone)
    leader = asker.platform or f"{asker.user.name} {asker.user.email}".strip()
    return " ".join(filter(None, host)), leader
