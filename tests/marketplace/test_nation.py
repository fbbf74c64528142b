from collections import Counter
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Sum

from accounts import clock
from accounts.models import Member, MemberState, Message, Organisation, School
from marketplace.nation import building, marks, towns
from placements import bar, counter, timetable
from placements.models import Booking, Placement, Slot
from placements.words import Mode
from ratings.models import Award
from tests.factories import BookingFactory, CareersLeaderFactory, PlacementFactory, SlotFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)


def nation(**options):
    call_command("nation", stdout=StringIO(), stderr=StringIO(), **options)


def small(seed=1):
    with clock.as_of(NOON):
        nation(placements=200, slots=600, seed=seed)


def fingerprint():
    """Every row of every table, as the database prints it."""
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
    ]
    with connection.cursor() as cursor:
        return {table: _fingerprint_of(cursor, table) for table in tables}


def _fingerprint_of(cursor, table):
    cursor.execute(f"SELECT md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table} AS row")
    return cursor.fetchone()[0]


def test_a_nation_has_as_many_placements_and_slots_as_were_asked_for():
    small()

    assert Placement.objects.published().count() == Placement.objects.count() == 200
    assert Slot.objects.count() == 600
    assert not Placement.objects.filter(slots__isnull=True).exists()


def test_the_same_seed_makes_the_same_nation():
    small(seed=7)
    first = set(Placement.objects.values_list("pk", "title", "words", "provider__name"))
    nation(remove=True)

    small(seed=7)
    again = set(Placement.objects.values_list("pk", "title", "words", "provider__name"))
    nation(remove=True)
    small(seed=8)
    other = set(Placement.objects.values_list("pk", "title", "words", "provider__name"))

    assert first == again
    assert not first & other


def test_every_identifier_of_a_nation_bears_its_mark():
    small()

    for model in (Organisation, Placement, Slot, Booking):
        assert not model.objects.exclude(pk__range=(marks.FIRST, marks.LAST)).exists()


def test_a_nation_owes_nobody_a_message():
    small()
    timetable.plan_what_is_missing()

    assert Message.objects.count() == 0
    assert set(Member.objects.values_list("state", flat=True)) == {MemberState.LEFT}


def test_taking_a_nation_out_leaves_what_was_there():
    SlotFactory()
    # Search numbers its rows when it is made anew, as it is each time below.
    call_command("rebuild_search")
    before = fingerprint()

    small()
    nation(remove=True)

    assert fingerprint() == before


def test_what_people_hung_on_a_nation_goes_with_it():
    teacher = CareersLeaderFactory()
    small()
    slot = Slot.objects.filter(taken=0).first()
    BookingFactory(slot=slot, school=teacher.organisation, asked_by=teacher)
    copy = PlacementFactory(copied_from=slot.placement)

    nation(remove=True)

    copy.refresh_from_db()
    assert copy.copied_from is None
    assert Booking.objects.count() == 0
    assert Placement.objects.get() == copy


def test_every_listing_of_a_nation_would_have_passed_the_desk():
    small()

    with clock.as_of(NOON):
        listings = Placement.objects.select_related("workplace", "provider")
        assert [bar.shortcomings(placement) for placement in listings] == [[]] * 200


def test_every_slot_of_a_nation_adds_up():
    small()

    assert counter.miscounted() == []


def test_a_nation_is_like_the_country():
    with clock.as_of(NOON):
        nation(placements=3000, slots=10000, seed=1)

    modes = Counter(Placement.objects.values_list("mode", flat=True))
    slots = Slot.objects.count()
    in_july = Slot.objects.filter(starts_on__month=7).count() / slots
    mondays = Slot.objects.filter(starts_on__week_day=2).count() / slots
    sold_out = Slot.objects.filter(taken=F("places")).count() / slots
    assert modes[Mode.IN_PERSON] / 3000 == pytest.approx(0.6, abs=0.03)
    assert modes[Mode.VIRTUAL] / 3000 == pytest.approx(0.3, abs=0.03)
    assert in_july == pytest.approx(0.4, abs=0.03)
    assert mondays == pytest.approx(0.6, abs=0.05)
    assert sold_out == pytest.approx(0.35, abs=0.03)
    assert Slot.objects.aggregate(all=Sum("places"))["all"] / slots == pytest.approx(15.5, abs=0.5)
    assert School.objects.count() == 395
    assert Award.objects.in_force().exists()


def test_towns_lie_in_england_and_apart():
    places = {(town.easting, town.northing) for town in towns.TOWNS}

    assert len(places) == len({town.name for town in towns.TOWNS}) == len(towns.TOWNS)
    assert all(80 < east < 656 and 10 < north < 660 for east, north in places)


@pytest.mark.parametrize(("placements", "slots"), [(0, 0), (2, 1), (1, 61)])
def test_a_nation_of_impossible_numbers_is_refused(refused, placements, slots):
    with refused("invalid"):
        building.build(placements, slots, seed=1, progress=lambda _: None)

    assert not building.is_there()


def test_a_second_nation_is_refused():
    small()

    with pytest.raises(CommandError, match="already"):
        small(seed=2)

    assert Placement.objects.count() == 200
