"""Which of the places of some dates are kept, for whom and until when."""

from math import ceil

from django.db import models

from accounts import clock
from accounts.models import Member
from placements.models.opening import Opening


def places_of(share: int, places: int) -> int:
    """So many per cent of the places, rounded up, and at least one."""
    return max(1, ceil(share * places / 100))


class Keeping(Opening):
    """Dates of which some places are set aside for those whom their rule names.

    A slot is this, and has places.
    """

    # Who decided whom some of the places are kept for, or booking opens early for.
    priority_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # So many places were set aside, until the end of a day, and so many of them nobody has
    # booked yet: kept by placements.counter, so that no others take them.
    reserved = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    reserved_until = models.DateField(null=True, blank=True)
    # Where they are a share of all places, in per cent: it stays one when their number changes.
    reserved_share = models.PositiveSmallIntegerField(null=True, blank=True)
    kept_back = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def keeps_places(self) -> bool:
        """Until the end of the day that was stated, whatever the worker has come to."""
        return self.reserved_until is not None and clock.today() <= self.reserved_until

    @property
    def kept_now(self) -> int:
        """How many of its free places are not for everybody today."""
        return self.kept_back if self.keeps_places else 0

    @property
    def is_due_for_release(self) -> bool:
        return self.kept_back > 0 and not self.keeps_places
