"""What a search should answer, by plain Python over the source tables and no code of search.

Rows are read once into plain values; each question then looks at every one of them.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from placements.models import Placement, Slot
from tests.placements import market
from tests.placements.market import shown

FAR, NEVER = 10**15, date(9999, 12, 31)
GROUPS = ("sector", "mode", "kind", "year_group", "adjustments", "badge")
METRES = 1609.344


@dataclass
class Row:
    pk: UUID
    title: str
    mode: str
    kind: str
    sector: str
    years: frozenset
    adjustments: frozenset
    badges: frozenset
    self_paced: bool
    days: int | None
    average: float
    count: int
    published_at: datetime
    provider: UUID
    easting: int | None
    northing: int | None
    slots: list = field(default_factory=list)
    # Of a slot that shares the days of its workplace: how many students may come on all of them.
    on_days: dict = field(default_factory=dict)

    def choices(self, group):
        held = {
            "sector": {self.sector},
            "mode": {self.mode},
            "kind": {self.kind},
            "year_group": self.years,
            "adjustments": self.adjustments,
            "badge": self.badges,
        }
        return held[group]


@dataclass
class Answer:
    ids: list
    total: int
    facets: dict


def read():
    """Every listing that the public may see, with every slot that it has."""
    listed = Placement.objects.filter(
        state="published", suspended_at=None, provider__standing="good"
    ).select_related("workplace", "provider")
    rows = {one.pk: as_row(one) for one in listed}
    booked, sharing = Counter(), []
    for slot in Slot.objects.select_related("placement__workplace"):
        if slot.shares_days:
            sharing.append(slot)
            students = slot.in_groups if slot.largest_group else slot.taken
            booked.update({(slot.placement.workplace_id, day): students for day in days_of(slot)})
        if slot.placement_id in rows:
            rows[slot.placement_id].slots.append(slot)
    for slot in sharing:
        place = slot.placement.workplace
        fullest = max(booked[place.pk, day] for day in days_of(slot))
        if slot.placement_id in rows:
            rows[slot.placement_id].on_days[slot.pk] = place.most_a_day - fullest
    return list(rows.values())


def days_of(slot):
    return [
        slot.starts_on + timedelta(days=ahead)
        for ahead in range((slot.ends_on - slot.starts_on).days + 1)
    ]


def as_row(one):
    somewhere = one.mode != "virtual"
    return Row(
        pk=one.pk,
        title=f"{one.title} {one.provider.name}".lower(),
        mode=one.mode,
        kind=one.kind,
        sector=one.sector,
        years=frozenset(str(year) for year in range(one.year_from, one.year_to + 1)),
        adjustments=frozenset(one.adjustments),
        badges=frozenset(one.badges),
        self_paced=one.self_paced and one.mode == "virtual",
        days=one.days if one.days is not None else 0 if one.kind in ("talk", "mentoring") else None,
        average=float(one.rating_average or 0),
        count=one.rating_count,
        published_at=one.published_at,
        provider=one.provider_id,
        easting=shown(one.workplace)[0] if somewhere else None,
        northing=shown(one.workplace)[1] if somewhere else None,
    )


def answer(rows, asked, *, place, today, visitor):
    wanted = [(row, failing(row, asked, place, today)) for row in rows]
    matching = [row for row, fails in wanted if not fails]
    key = order(asked, place, today, visitor)
    return Answer(
        ids=[row.pk for row in sorted(matching, key=lambda row: (key(row), row.pk))],
        total=len(matching),
        facets={group: counts(wanted, group) for group in GROUPS},
    )


def counts(wanted, group):
    found = Counter()
    for row, fails in wanted:
        if not fails or fails == [group]:
            found.update(row.choices(group))
    return dict(found)


def failing(row, asked, place, today):
    """The filters that it does not pass: at most two of them, as one more changes nothing."""
    if not passes(row, asked, place, today):
        return ["other", "other"]
    return [
        group for group in GROUPS if group in asked and not row.choices(group) & set(asked[group])
    ]


def passes(row, asked, place, today):
    return (
        ("q" not in asked or asked["q"] in row.title)
        and ("self_paced" not in asked or row.self_paced == (asked["self_paced"] == "true"))
        and ("provider" not in asked or str(row.provider) in asked["provider"])
        and (
            "days_max" not in asked or (row.days is not None and row.days <= int(asked["days_max"]))
        )
        and ("rating_min" not in asked or is_rated(row, float(asked["rating_min"])))
        and (place is None or row.easting is None or is_near(row, place, asked))
        and (not {"from", "to", "places"} & set(asked) or bool(wanted_slots(row, asked, today)))
    )


def is_rated(row, least):
    return row.count >= 3 and row.average >= least


def is_near(row, place, asked):
    return square(row, place) <= int((float(asked.get("within", 10)) * METRES) ** 2)


def square(row, place):
    return (row.easting - place.easting) ** 2 + (row.northing - place.northing) ** 2


def wanted_slots(row, asked, today):
    first = date.fromisoformat(asked.get("from", "1970-01-01"))
    last = date.fromisoformat(asked.get("to", "9999-01-01"))
    return [
        slot
        for slot in row.slots
        if slot.state == "open"
        and slot.starts_on > today
        and slot.closes_on >= today
        and market.room_for_one(slot, row.on_days.get(slot.pk)) >= int(asked.get("places", 1))
        and slot.ends_on >= first
        and slot.starts_on <= last
    ]


def order(asked, place, today, visitor):
    sort = asked.get("sort") or ("distance" if place else "soonest")
    seed = hashlib.blake2s(f"{today} {visitor}".encode(), digest_size=8).hexdigest()
    first = int(seed, 16) % 2**31
    return {
        "distance": lambda row: FAR if row.easting is None else square(row, place),
        "soonest": lambda row: min(
            (slot.starts_on for slot in slots_by_day(row, asked, today)), default=NEVER
        ),
        "rating": lambda row: (-row.average, -row.count),
        "newest": lambda row: -row.published_at.timestamp(),
        "fair": lambda row: (turn(row) - first) % 2**31,
    }[sort]


def slots_by_day(row, asked, today):
    """Whoever asks for no dates is shown in order of those that have places, full days or not."""
    if {"from", "to", "places"} & set(asked):
        return wanted_slots(row, asked, today)
    return wanted_slots(replace(row, on_days={}), asked, today)


def turn(row):
    return int(hashlib.md5(str(row.pk).encode()).hexdigest()[:8], 16) & (2**31 - 1)
