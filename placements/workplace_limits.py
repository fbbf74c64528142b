"""How many students a workplace can have on a day, over all that is offered there.

Called inside the change of a workplace. Its listings and their dates are locked, and what is booked
from today on is counted anew under the new number.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q

from accounts import clock, phrases
from accounts.models import Workplace
from placements import counter, waiting, workplace_days
from placements.models import Placement, Slot, WorkplaceDay
from placements.states import SlotState

# So many days that are too full are named; of more it is said how many there are.
MOST_NAMED = 5


def follow(workplace: Workplace) -> None:
    """Let the dates there share their days under the number that has just been written."""
    listings = Placement.objects.filter(workplace=workplace)
    list(listings.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    slots = Slot.objects.filter(placement__workplace=workplace)
    to_come = Q(state=SlotState.OPEN, ends_on__gte=clock.today())
    # What is past or called off shares its days still: whoever marks attendance holds its row,
    # and asks for the days next.
    held = counter.lock_all(slots.filter(to_come | Q(shares_days=True)))
    slots.filter(shares_days=True).update(shares_days=False)
    WorkplaceDay.objects.filter(workplace=workplace).delete()
    if workplace.most_a_day is not None:
        sharing = Slot.objects.filter(to_come, pk__in=[slot.pk for slot in held])
        limit = Func(
            F("placement_id"),
            function="placements_most_a_day",
            output_field=models.IntegerField(null=True),
        )
        sharing = sharing.annotate(limit=limit).filter(limit__isnull=False)
        _refuse_overfull(workplace.most_a_day, sharing)
        Slot.objects.filter(pk__in=sharing.values("pk")).update(shares_days=True)
    waiting.pass_on_each(listings)


def _refuse_overfull(most: int, slots: Iterable[Slot]) -> None:
    booked = workplace_days.booked_by_day(slots)
    if over := sorted(day for day, students in booked.items() if students > most):
        named = [f"{phrases.long_date(day)} ({booked[day]})" for day in over[:MOST_NAMED]]
        if len(over) > MOST_NAMED:
            named.append(phrases.plural(len(over) - MOST_NAMED, "more day"))
        raise ValidationError(
            "Schools have booked more than %(most)d students on %(days)s. Enter a larger number,"
            " or move or call off some of these dates first.",
            code="most_a_day",
            params={"most": most, "days": phrases.joined(named)},
        )
