"""What the page of a listing says of its workplace's check: what is on record, and no more.

Which school looked is nobody's business: it would tell who sends students where.
"""

from dataclasses import dataclass
from datetime import date

from accounts import clock
from accounts.models import Workplace
from placements.models import Placement, WorkplaceCheck
from placements.words import Mode


@dataclass(frozen=True)
class LookedAt:
    workplace: Workplace
    check: WorkplaceCheck | None
    seen_until: date | None

    @property
    def is_in_force(self) -> bool:
        """Somebody said yes to risks like these, and it has not run out."""
        return self.check is not None and self.check.covers(self.workplace, clock.today())

    @property
    def by(self) -> str:
        if self.check is None:
            return ""
        if self.check.is_by_a_desk:
            return self.check.assessor or self.check.recorded_by.organisation.name
        return self.check.assessor or "A school"

    @property
    def risks(self) -> str:
        """The band without its examples."""
        label = self.check.get_band_display() if self.check else ""
        return label.partition(":")[0].lower()

    @property
    def insurance_is_seen(self) -> bool:
        return self.seen_until is not None and self.seen_until >= clock.today()

    @property
    def insurance_is_named(self) -> bool:
        until = self.workplace.insured_until
        return bool(self.workplace.insurer) and (until is None or until >= clock.today())


def of(placement: Placement) -> LookedAt | None:
    """Nothing of what happens online."""
    workplace = placement.workplace
    if workplace is None or placement.mode == Mode.VIRTUAL:
        return None
    known = WorkplaceCheck.objects.at(workplace.pk)
    return LookedAt(workplace, known.that_counts, known.insurance_seen_until)
