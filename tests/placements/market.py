"""A small market made by chance, always the same one, and an oracle that reads it row by row."""

import random
from datetime import date, timedelta

from django.db import connection

from accounts import clock
from accounts.models import Standing, Workplace
from accounts.models.workplaces import WorkplaceKind
from accounts.words import Sector
from placements import workplace_days, workplace_limits
from placements.models import Placement, Slot
from placements.states import PlacementState, SlotState
from placements.words import Adjustment, Kind, Mode
from tests.factories import (
    EmployerFactory,
    PlacementFactory,
    PriorityRuleFactory,
    SlotFactory,
    WorkplaceFactory,
)

# Shrewsbury, near enough: what "SY1" is placed at is asked of the gazetteer by the oracle.
MIDDLE = (349400, 312900)
BADGES = ("gold", "inclusive_employer", "stem")
WORDS = ("bakery", "robots", "gardens", "theatre", "hospital")


def build(placements=150, *, seed=7):
    chance = random.Random(seed)
    providers = [EmployerFactory() for _ in range(12)]
    suspended = EmployerFactory(standing=Standing.SUSPENDED, suspended_at=clock.now())
    for _ in range(placements):
        provider = suspended if chance.random() < 0.05 else chance.choice(providers)
        add_slots(one(chance, provider), chance)


def build_many(placements, *, seed=7):
    """The same by the thousand: written in bulk, not one by one."""
    chance = random.Random(seed)
    providers = [EmployerFactory() for _ in range(40)]
    listed, slots = [], []
    sites, rule = {}, PriorityRuleFactory()
    for _ in range(placements):
        placement = one(chance, chance.choice(providers), factory=PlacementFactory.build)
        if placement.workplace and chance.random() < 0.4:
            of_provider = placement.provider_id, chance.randint(1, 3)
            placement.workplace = sites.setdefault(of_provider, placement.workplace)
        listed.append(placement)
        slots += add_slots(placement, chance, factory=SlotFactory.build)
    for slot in slots:
        keep_one(slot, rule, chance)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    Workplace.objects.bulk_create({row.workplace for row in listed if row.workplace})
    Placement.objects.bulk_create(listed, batch_size=500)
    Slot.objects.bulk_create(slots, batch_size=1000)
    for site in sites.values():
        share_days(site, chance)


def keep_one(slot, rule, chance):
    if slot.state == SlotState.OPEN and slot.taken < slot.places and chance.random() < 0.2:
        slot.priority, slot.reserved_until = rule, slot.closes_on
        slot.reserved = slot.kept_back = 1


def share_days(workplace, chance):
    """Its fullest day is full, or nearly."""
    there = Slot.objects.filter(placement__workplace=workplace)
    booked = workplace_days.booked_by_day(there)
    workplace.most_a_day = max(booked.values(), default=0) + chance.choice((0, 0, 1, 3)) or 1
    workplace.save(update_fields=["most_a_day"])
    workplace_limits.follow(workplace)


def one(chance, provider, *, factory=PlacementFactory):
    made = WorkplaceFactory if factory is PlacementFactory else WorkplaceFactory.build
    mode = chance.choice(list(Mode))
    first = chance.randint(7, 13)
    rated = chance.choice((0, 0, 1, 2, 3, 5, 40))
    return factory(
        provider=provider,
        workplace=made(
            organisation=provider,
            kind=chance.choice(["office"] * 9 + [WorkplaceKind.PRIVATE_HOME]),
            easting=MIDDLE[0] + chance.randint(-60_000, 60_000),
            northing=MIDDLE[1] + chance.randint(-60_000, 60_000),
        )
        if mode != Mode.VIRTUAL or chance.random() < 0.3
        else None,
        state=chance.choice([PlacementState.PUBLISHED] * 9 + [PlacementState.PAUSED]),
        suspended_at=clock.now() if chance.random() < 0.05 else None,
        kind=chance.choice(list(Kind)),
        mode=mode,
        self_paced=mode == Mode.VIRTUAL and chance.random() < 0.5,
        title=f"A day with {chance.choice(WORDS)}",
        summary="See how it is done.",
        activities="Look, ask and try.",
        sector=chance.choice(list(Sector)),
        year_from=first,
        year_to=chance.randint(first, 13),
        days=chance.choice((None, 1, 2, 5, 10)),
        adjustments=chance.sample([a.value for a in Adjustment], chance.randint(0, 4)),
        badges=chance.sample(BADGES, chance.randint(0, 2)),
        rating_count=rated,
        rating_average=chance.choice(("2.50", "3.75", "4.60")) if rated >= 3 else None,
        published_at=clock.now() - timedelta(minutes=chance.randint(1, 400)),
    )


def add_slots(placement, chance, *, factory=SlotFactory):
    return [a_slot(placement, chance, factory) for _ in range(chance.randint(0, 3))]


def a_slot(placement, chance, factory):
    starts, days = chance.randint(-20, 120), chance.randint(0, 6)
    if chance.random() < 0.1:
        # As industry placements are: next year or the year after, and for as long as a year.
        starts, days = chance.randint(-20, 800), chance.randint(30, 380)
    starts = clock.today() + timedelta(days=starts)
    places = chance.randint(1, 12)
    state = chance.choice([SlotState.OPEN] * 5 + [SlotState.CANCELLED])
    taken = chance.choice((0, places, places // 2)) if state == SlotState.OPEN else 0
    largest_group = chance.choice((None, None, None, 5, 30))
    return factory(
        placement=placement,
        starts_on=starts,
        ends_on=starts + timedelta(days=days),
        closes_on=starts - timedelta(days=chance.choice((0, 7, 30))),
        places=places,
        taken=taken,
        largest_group=largest_group,
        in_groups=2 * taken if largest_group else 0,
        state=state,
    )


def every_row():
    rows = Placement.objects.select_related("provider", "workplace").prefetch_related("slots")
    return [row for row in rows if is_public(row)]


def shown(workplace):
    """Where the public is told that it lies: a home, in the middle of its square kilometre."""
    exact = workplace.easting, workplace.northing
    if workplace.kind != WorkplaceKind.PRIVATE_HOME:
        return exact
    return tuple(metres // 1000 * 1000 + 500 for metres in exact)


def as_asked(rows, asked, place=None):
    """The identifiers that the query should find, by looking at every row in turn."""
    return {row.pk for row in rows if matches(row, asked, place)}


def is_public(row):
    good = row.provider.standing == Standing.GOOD
    return row.state == PlacementState.PUBLISHED and row.suspended_at is None and good


def matches(row, asked, place):
    return (
        one_of(asked, "mode", row.mode)
        and one_of(asked, "kind", row.kind)
        and one_of(asked, "sector", row.sector)
        and one_of(asked, "provider", str(row.provider_id))
        and any_of(asked, "adjustments", row.adjustments)
        and any_of(asked, "badge", row.badges)
        and any_of(asked, "year_group", [str(y) for y in range(row.year_from, row.year_to + 1)])
        and ("q" not in asked or asked["q"] in row.title)
        and own_pace(row, asked)
        and short_enough(row, asked)
        and well_rated(row, asked)
        and near_enough(row, asked, place)
        and dated(row, asked)
    )


def values(asked, name):
    given = asked.get(name, [])
    return given if isinstance(given, list) else [given]


def one_of(asked, name, value):
    return name not in asked or value in values(asked, name)


def any_of(asked, name, offered):
    return name not in asked or bool(set(values(asked, name)) & set(offered))


def own_pace(row, asked):
    return "self_paced" not in asked or row.self_paced == (asked["self_paced"] == "true")


def short_enough(row, asked):
    if "days_max" not in asked:
        return True
    if row.days is None:
        return row.kind in {"talk", "mentoring"}
    return row.days <= int(asked["days_max"])


def well_rated(row, asked):
    if "rating_min" not in asked:
        return True
    return row.rating_count >= 3 and float(row.rating_average) >= float(asked["rating_min"])


def near_enough(row, asked, place):
    if place is None or row.mode == Mode.VIRTUAL:
        return True
    easting, northing = shown(row.workplace)
    east, north = easting - place.easting, northing - place.northing
    return (east**2 + north**2) ** 0.5 / 1609.344 <= float(asked.get("within", 10))


def dated(row, asked):
    if not {"from", "to", "places"} & set(asked):
        return True
    return any(would_do(slot, asked) for slot in row.slots.all())


def room_for_one(slot, on_days=None):
    """How many students of one school could come, for whom nothing is kept."""
    group = slot.largest_group or 1
    free = slot.places - slot.taken - slot.kept_back
    free = min(free, 1) * group if slot.largest_group else free
    return free if on_days is None else min(free, on_days - slot.kept_back * group)


def would_do(slot: Slot, asked):
    today = clock.today()
    return (
        slot.state == SlotState.OPEN
        and slot.starts_on > today
        and slot.closes_on >= today
        and room_for_one(slot) >= int(asked.get("places", 1))
        and slot.ends_on >= date.fromisoformat(asked.get("from", "2000-01-01"))
        and slot.starts_on <= date.fromisoformat(asked.get("to", "2999-01-01"))
    )
