"""Placements side by side: what decides between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import Member, Standing
from accounts.postcodes import Place
from placements.models import Placement, Slot
from placements.models.distances import miles_of
from placements.states import PlacementState

DATES_SHOWN = 3
# Why a placement that somebody kept is not offered any more. Whatever is looked into is
# not said: a suspension reads like any other absence.
GONE = {
    PlacementState.PAUSED: "Paused by the provider",
    PlacementState.WITHDRAWN: "Withdrawn by the provider",
    PlacementState.EXPIRED: "Its dates are over",
}
NOT_NOW = "Not offered at the moment"


@dataclass(frozen=True)
class Compared:
    """One placement beside the others."""

    placement: Placement
    next_slots: list[Slot]
    distance_miles: float | None
    # Why it is not offered; empty while it is.
    gone: str

    @property
    def asks(self) -> list[tuple[str, str]]:
        """What the host asks of a school and its students."""
        placement = self.placement
        most, fewest = placement.most_places_per_school, placement.fewest_places_per_school
        asked = [
            ("What to wear", placement.dress),
            ("What to bring", placement.equipment),
            ("Confidentiality", placement.confidentiality),
            ("Would not suit", placement.not_suitable_for),
            ("Smallest group from one school", str(fewest) if fewest else ""),
            ("Most places for one school", str(most) if most else ""),
            ("Cost", placement.charge),
        ]
        return [(name, words) for name, words in asked if words]

    @property
    def unmet(self) -> list[str]:
        return [
            str(criterion.label) for criterion, met, _ in self.placement.seven_criteria if not met
        ]


def of(chosen: Sequence[UUID], *, near: Place | None) -> list[Compared]:
    """The chosen placements in their order, measured from `near` where there is one."""
    rows = Placement.objects.filter(pk__in=chosen).select_related("provider", "workplace")
    measured = rows.measured_from(near) if near else rows
    soonest = Slot.objects.still_open().with_places().order_by("starts_on", "ends_on", "id")
    dates = Prefetch("slots", soonest[:DATES_SHOWN], to_attr="next_slots")
    found = {row.pk: row for row in measured.prefetch_related(dates)}
    return [_compared(found[pk]) for pk in chosen if pk in found]


def offered(chosen: Sequence[UUID]) -> QuerySet[Placement]:
    """Those of the chosen that a school can ask about."""
    found = Placement.objects.published().filter(pk__in=chosen)
    return found.select_related("provider").order_by("title", "pk")


def own_place(member: Member | None) -> Place | None:
    """Where the school stands for which somebody acts."""
    school = member.organisation.school if member else None
    if school is None or school.easting is None or school.northing is None:
        return None
    return Place(
        label=school.name,
        easting=school.easting,
        northing=school.northing,
        authority=school.authority,
        country="",
        is_approximate=False,
    )


def _compared(row: Placement) -> Compared:
    square_metres = getattr(row, "square_metres", None)
    return Compared(
        placement=row,
        next_slots=row.next_slots,  # type: ignore[attr-defined]  # prefetched above
        distance_miles=None if square_metres is None else round(miles_of(square_metres), 1),
        gone=_why_gone(row),
    )


def _why_gone(row: Placement) -> str:
    if row.is_suspended or row.provider.standing != Standing.GOOD:
        return NOT_NOW
    if row.state == PlacementState.PUBLISHED:
        return ""
    return GONE.get(PlacementState(row.state), NOT_NOW)
