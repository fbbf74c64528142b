from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils.datastructures import MultiValueDict

from accounts import clock
from accounts.models import Standing
from accounts.words import YEAR_GROUPS, Sector
from placements import index, traits
from placements.models import Placement, SearchBadge, SearchRow, Slot
from placements.search import PlacementSearch, results
from placements.states import PlacementState, SlotState
from placements.words import Adjustment, Kind, Mode
from tests.factories import PlacementFactory, SlotFactory
from tests.placements import market

pytestmark = pytest.mark.django_db


def row_of(placement):
    return SearchRow.objects.get(pk=placement.pk)


def test_a_listing_can_be_found_while_it_is_published_and_not_longer():
    placement = PlacementFactory(state=PlacementState.SUBMITTED)
    before = SearchRow.objects.count()

    placement.state = PlacementState.PUBLISHED
    placement.save()
    published = SearchRow.objects.count()
    placement.suspended_at = clock.now()
    placement.save()

    assert (before, published, SearchRow.objects.count()) == (0, 1, 0)


def test_what_a_suspended_provider_lists_is_not_found_until_it_stands_again():
    placement = PlacementFactory()
    provider = placement.provider

    provider.standing, provider.suspended_at = Standing.SUSPENDED, clock.now()
    provider.save()
    suspended = SearchRow.objects.count()
    provider.standing, provider.suspended_at = Standing.GOOD, None
    provider.save()

    assert (suspended, SearchRow.objects.count()) == (0, 1)


def test_a_row_moves_with_its_workplace():
    placement = PlacementFactory()

    placement.workplace.easting, placement.workplace.northing = 400_000, 300_000
    placement.workplace.save()

    row = row_of(placement)
    assert (row.easting, row.northing) == (400_000, 300_000)


def test_of_somebodys_home_a_row_tells_no_more_than_the_square_kilometre():
    placement = PlacementFactory(
        workplace__kind="private_home", workplace__easting=349_123, workplace__northing=312_987
    )
    home = row_of(placement)

    placement.workplace.kind = "office"
    placement.workplace.save()
    office = row_of(placement)

    assert (home.easting, home.northing) == (349_500, 312_500)
    assert (office.easting, office.northing) == (349_123, 312_987)


def test_a_row_says_in_which_weeks_there_are_places():
    slot = SlotFactory(places=2)
    first, last = (traits.weeks_of(traits.day_of(day)) for day in (slot.starts_on, slot.ends_on))

    free = row_of(slot.placement)
    Slot.objects.filter(pk=slot.pk).update(taken=2)
    full = row_of(slot.placement)

    assert free.weeks == traits.week_mask(range(first, last + 1))
    assert free.next_day == traits.day_of(slot.starts_on)
    assert (full.weeks, full.most_free) == (0, 0)


def test_a_booking_that_leaves_places_writes_no_row():
    slot = SlotFactory(places=5)
    before = written(slot.placement)

    Slot.objects.filter(pk=slot.pk).update(taken=3)
    still = written(slot.placement)
    Slot.objects.filter(pk=slot.pk).update(taken=5)

    assert before == still != written(slot.placement)


def test_rows_follow_all_slots_that_one_statement_changes():
    slots = SlotFactory.create_batch(3, places=2)
    SlotFactory(places=2, placement=slots[0].placement, taken=1)

    Slot.objects.update(taken=2)
    full = [row_of(slot.placement).most_free for slot in slots]
    Slot.objects.filter(pk=slots[1].pk).update(taken=0)

    assert full == [0, 0, 0]
    assert [row_of(slot.placement).most_free for slot in slots] == [0, 2, 0]
    assert not index.differences()


def test_rows_follow_slots_that_come_and_go_together():
    placements = PlacementFactory.create_batch(2)
    like = SlotFactory.build(placement=placements[0], places=4)
    days = {name: getattr(like, name) for name in ("starts_on", "ends_on", "opens_on", "closes_on")}

    Slot.objects.bulk_create(Slot(placement=one, places=4, **days) for one in placements)
    there = [row_of(one).most_free for one in placements]
    Slot.objects.filter(placement__in=placements).delete()

    assert there == [4, 4]
    assert [row_of(one).most_free for one in placements] == [0, 0]


def written(placement):
    """Where the row lies: a row that is written again lies elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctid FROM placements_searchrow WHERE placement_id = %s", [placement.pk]
        )
        return cursor.fetchone()


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("sector", Sector.values),
        ("mode", Mode.values),
        ("kind", Kind.values),
    ],
)
def test_the_view_and_the_words_number_choices_alike(group, codes):
    for code in codes:
        placement = PlacementFactory(**{group: code})

        held = row_of(placement).traits

        assert [one for one in codes if held >> traits.bit_of(group, one) & 1] == [code]


def test_the_view_and_the_words_number_years_and_adjustments_alike():
    for first, last in ((7, 7), (9, 11), (7, 13), (13, 13)):
        row = row_of(PlacementFactory(year_from=first, year_to=last))
        held = [year for year in YEAR_GROUPS if row.years >> traits.bit_of("year_group", year) & 1]
        assert held == list(range(first, last + 1))
    for code in Adjustment.values:
        row = row_of(PlacementFactory(adjustments=[code]))
        assert row.adjustments == traits.mask("adjustments", [code])


@pytest.mark.parametrize("weeks", [0, 1, 5, 62, 63, 64, 90])
def test_the_database_and_we_count_weeks_alike(weeks):
    for ahead in range(70):
        first = clock.today() + timedelta(weeks=ahead)
        last = first + timedelta(weeks=weeks)
        with connection.cursor() as cursor:
            cursor.execute("SELECT marketplace_weeks(%s, %s)", [first, last])
            (bits,) = cursor.fetchone()
        touched = range(
            traits.weeks_of(traits.day_of(first)), traits.weeks_of(traits.day_of(last)) + 1
        )
        assert bits == traits.week_mask(touched)


def test_a_badge_that_is_new_to_search_is_numbered():
    PlacementFactory(badges=["gold"])
    row = row_of(PlacementFactory(badges=["stem", "gold"]))

    bits = dict(SearchBadge.objects.values_list("code", "bit"))
    assert row.badges == 1 << bits["gold"] | 1 << bits["stem"]


def test_rows_made_anew_are_those_that_were_kept():
    market.build()
    kept = list(SearchRow.objects.order_by("pk").values())

    made = index.rebuild()

    assert made == len(kept) > 100
    assert index.differences() == []
    anew = list(SearchRow.objects.order_by("pk").values())
    for row in (*kept, *anew):
        del row["ordinal"]
    assert kept == anew


def test_rows_follow_the_slots_that_close_with_the_days(time_machine):
    slot = SlotFactory(starts_on=clock.today() + timedelta(days=30))
    later = SlotFactory(placement=slot.placement, starts_on=clock.today() + timedelta(days=60))

    time_machine.move_to(clock.now() + timedelta(days=40))
    stale = row_of(slot.placement).next_day
    followed = index.catch_up()

    assert stale == traits.day_of(slot.starts_on)
    assert followed == 1
    assert row_of(slot.placement).next_day == traits.day_of(later.starts_on)
    assert index.catch_up() == 0
    assert index.differences() == []


def test_whatever_differs_is_told_and_made_good(capsys):
    gone, forgotten, wrong = PlacementFactory.create_batch(3)
    dated = SlotFactory().placement
    SearchRow.objects.filter(pk=forgotten.pk).delete()
    SearchRow.objects.filter(pk=wrong.pk).update(traits=0)
    SearchRow.objects.filter(pk=dated.pk).update(weeks=0)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL marketplace.loading = 'on'")
        Placement.objects.filter(pk=gone.pk).update(state=PlacementState.PAUSED)
        cursor.execute("SET LOCAL marketplace.loading = 'off'")

    with pytest.raises(CommandError):
        call_command("check_search")

    told = dict(line.split(" ", 1) for line in capsys.readouterr().out.splitlines())
    assert told == {
        str(gone.pk): "is found and should not be",
        str(forgotten.pk): "is not found and should be",
        str(wrong.pk): "is described otherwise than it is",
        str(dated.pk): "shows other dates than it has",
    }
    call_command("rebuild_search")
    call_command("check_search")


@pytest.mark.django_db(transaction=True)
def test_rows_made_anew_many_times_take_no_more_room():
    SlotFactory.create_batch(3)
    call_command("rebuild_search")
    with connection.cursor() as cursor:
        size = (
            "SELECT pg_relation_size('searchrow_by_words'), pg_relation_size('searchrow_by_place')"
        )
        cursor.execute(size)
        once = cursor.fetchone()
        for _ in range(3):
            call_command("rebuild_search")
        cursor.execute(size)
        often = cursor.fetchone()

    assert once == often
    call_command("check_search")


@pytest.mark.django_db(transaction=True)
def test_what_an_interrupted_packing_left_is_cleared_away():
    SlotFactory.create_batch(2)
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError):
            cursor.execute(
                "CREATE UNIQUE INDEX CONCURRENTLY half_built ON placements_searchrow (as_of)"
            )

        call_command("rebuild_search")

        cursor.execute("SELECT to_regclass('half_built')")
        assert cursor.fetchone() == (None,)


def test_a_cancelled_slot_is_no_date():
    slot = SlotFactory()

    slot.state = SlotState.CANCELLED
    slot.save()

    assert row_of(slot.placement).weeks == 0


def test_of_two_weeks_that_share_a_bit_the_far_one_is_not_taken_for_the_near(time_machine):
    now = clock.now().replace(hour=12)
    time_machine.move_to(now)
    monday = clock.today() + timedelta(days=42 - clock.today().weekday())
    far = monday + timedelta(weeks=64)
    slot = SlotFactory(starts_on=far, ends_on=far + timedelta(days=4), closes_on=far)
    beside = SlotFactory(placement=slot.placement, starts_on=monday + timedelta(weeks=1))

    def is_found(first):
        week = {"near": "", "from": str(first), "to": str(first + timedelta(days=6))}
        search = PlacementSearch(MultiValueDict({name: [said] for name, said in week.items()}))
        assert search.is_valid()
        return [one.placement for one in results(search).found] == [slot.placement]

    row = row_of(slot.placement)
    assert row.far_weeks not in (0, row.weeks)
    assert (is_found(monday), is_found(monday + timedelta(weeks=1)), is_found(far)) == (
        False,
        True,
        True,
    )
    # Months later what was far is near, though nobody touched the row.
    beside.delete()
    time_machine.move_to(now + timedelta(weeks=30))
    assert (is_found(far), is_found(far - timedelta(weeks=1))) == (True, False)
    assert index.differences() == []
