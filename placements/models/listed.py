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
# The listing whose text it shows, which may be itself; and of a query inside, all that show it.
TEXT = Coalesce("text_of_id", "pk")
OF_TEXT = Q(pk=OuterRef("text")) | Q(text_of=OuterRef("text"))
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
        places = seen.filter(OF_TEXT).annotate(place=URGENCY).order_by("place").values("place")
        rows = self.alias(text=TEXT).alias(urgency=Subquery(places[:1]))
        return rows.order_by("urgency", "-changed_at", "pk")

    def soonest_to_pause_first(self, seen: Self) -> Self:
        """What was warned of before the others; a text at many workplaces by the first of them."""
        days = seen.filter(OF_TEXT, still_right__pauses_on__isnull=False)
        first = days.order_by("still_right__pauses_on").values("still_right__pauses_on")[:1]
        rows = self.alias(text=TEXT).alias(first_pause=Subquery(first))
        return rows.order_by("first_pause", "last_confirmed_on", "pk")

    def count_by_state(self) -> dict[str, int]:
        """How many texts there are in each state; the workplaces that share one count once."""
        texts = Count(TEXT, distinct=True)
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
