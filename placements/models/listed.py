"""The narrow questions about placements, as QuerySet methods."""

from typing import Self

from django.db.models import Case, Count, F, Max, Min, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.models import Member
from placements.models.finding import PUBLIC, FindingQuerySet, Row
from placements.states import OPEN_REVISION, BookingState, PlacementState, SlotState

URGENT = (
    PlacementState.SENT_BACK,
    PlacementState.DRAFT,
    PlacementState.SUBMITTED,
    PlacementState.PUBLISHED,
    PlacementState.EXPIRED,
    PlacementState.PAUSED,
)
URGENCY = Case(*(When(state=state, then=place) for place, state in enumerate(URGENT)), default=9)


class ListedQuerySet(FindingQuerySet[Row]):
    def listed_by(self, member: Member) -> Self:
        """A provider's own, in every state."""
        return self.filter(provider=member.organisation_id)

    def kept_by(self, member: Member) -> Self:
        """A provider's own, and those that a desk wrote for an employer; in every state."""
        ours = member.organisation_id
        return self.filter(Q(provider=ours) | Q(written_by__organisation=ours))

    def with_what_comes(self) -> Self:
        """With dates to come, requests unanswered, and the state of changes that wait."""
        coming = Q(slots__state=SlotState.OPEN, slots__starts_on__gt=clock.today())
        asked = Q(slots__bookings__state=BookingState.REQUESTED)
        return self.annotate(
            next_on=Min("slots__starts_on", filter=coming),
            dates_to_come=Count("slots", filter=coming, distinct=True),
            requests=Count("slots__bookings", filter=asked, distinct=True),
            changes=Max("revisions__state", filter=Q(revisions__state__in=OPEN_REVISION)),
        )

    def most_urgent_first(self, seen: Self) -> Self:
        """What waits for its provider before what waits for others, and closed ones last; a text at
        many workplaces by whichever of them, of those that are seen, comes first."""
        of_text = Q(pk=OuterRef("text")) | Q(text_of=OuterRef("text"))
        sharing = seen.filter(of_text).annotate(place=URGENCY)
        first = sharing.order_by("place").values("place")[:1]
        rows = self.alias(text=Coalesce("text_of_id", "pk")).alias(urgency=Subquery(first))
        return rows.order_by("urgency", "-changed_at", "pk")

    def count_by_state(self) -> dict[str, int]:
        """How many texts there are in each state; the workplaces that share one count once."""
        texts = Count(Coalesce("text_of_id", "pk"), distinct=True)
        counted = self.order_by().values_list("state").annotate(number=texts)
        return dict(counted)

    def without_dates_to_come(self) -> Self:
        """What is up, or paused, although the last of its dates is over."""
        up = self.filter(state__in=(PlacementState.PUBLISHED, PlacementState.PAUSED))
        still_open = Q(slots__state=SlotState.OPEN)
        dated = up.annotate(last_day=Max("slots__ends_on", filter=still_open))
        return dated.filter(Q(last_day__isnull=True) | Q(last_day__lt=clock.today()))

    def in_question(self) -> Self:
        """What schools see, and its provider has been asked about and has not answered."""
        asked = Q(still_right__asked_on__lte=clock.today())
        return self.filter(PUBLIC, asked, still_right__confirmed_on=F("last_confirmed_on"))

    def moderated(self) -> Self:
        """Those that wait for a broker: never approved yet, or changed since."""
        return self.filter(
            Q(state=PlacementState.SUBMITTED) | Q(revisions__state="submitted")
        ).distinct()
