"""Listings at one workplace share its days: nobody is booked beyond what it can have on one."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils.datastructures import MultiValueDict

from accounts import clock, workplaces
from placements import (
    bitmaps,
    bookings,
    counter,
    index,
    listings,
    priority,
    redating,
    reserves,
    revisions,
    sections,
    slots,
    tasks,
    waiting,
    workplace_days,
)
from placements.models import Placement, SearchRow, Slot, WorkplaceDay
from placements.search import PlacementSearch, pooled, results
from placements.states import BookingState, PlacementState
from placements.words import Mode
from tests.factories import (
    CareersLeaderFactory,
    EmployerFactory,
    HostFactory,
    PlacementFactory,
    PriorityRuleFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

MOST = 12
LOOKS_NOTHING_UP = """
CREATE OR REPLACE FUNCTION placements_has_dates(
    wanted uuid, today date, first_day date, last_day date
) RETURNS boolean
LANGUAGE plpgsql AS $$ BEGIN RAISE 'dates are looked up'; END $$
"""


@pytest.fixture
def bakery():
    return EmployerFactory()


@pytest.fixture
def host(bakery):
    return HostFactory(organisation=bakery)


@pytest.fixture
def workplace(bakery):
    return WorkplaceFactory(organisation=bakery, most_a_day=MOST)


def listed(workplace, **told):
    return PlacementFactory(provider=workplace.organisation, workplace=workplace, **told)


@pytest.fixture
def week(workplace):
    """Five days of one listing, from day 60 on."""
    return SlotFactory(placement=listed(workplace), places=10)


@pytest.fixture
def visit(workplace):
    """The second of these days, of another."""
    one_day = days_ahead(61)
    return SlotFactory(placement=listed(workplace), places=10, starts_on=one_day, ends_on=one_day)


def ask(slot, places, **told):
    return bookings.request(slot, places=places, by=told.pop("by", None) or leader(), **told)


def leader():
    return CareersLeaderFactory()


def days_of(workplace):
    counted = WorkplaceDay.objects.filter(workplace=workplace).order_by("day")
    return {(day.day - days_ahead(60)).days: day.taken for day in counted}


def now(slot):
    return Slot.objects.get(pk=slot.pk)


def all_adds_up():
    return counter.miscounted() == [] and workplace_days.miscounted() == []


def test_two_listings_at_one_workplace_fill_its_days_together(week, visit, workplace, refused):
    ask(week, 9)

    assert (now(week).places_left, now(visit).places_left) == (1, 3)
    with refused("slot_full") as refusal:
        ask(visit, 4)
    assert "3 places are left that day" in refusal.value.messages[0]
    ask(visit, 3)
    assert days_of(workplace) == {0: 9, 1: 12, 2: 9, 3: 9, 4: 9}
    with refused("slot_full") as refusal:
        ask(week, 1)
    assert "This workplace is full on" in refusal.value.messages[0]
    assert all_adds_up()


def test_other_days_and_other_workplaces_are_in_nobodys_way(week, bakery):
    later = SlotFactory(placement=week.placement, starts_on=days_ahead(90), places=12)
    elsewhere = SlotFactory(placement=listed(WorkplaceFactory(organisation=bakery)), places=12)
    ask(week, 10)

    assert ask(later, 12).places == 12
    assert ask(elsewhere, 12).places == 12


def test_dates_of_a_workplace_without_a_number_count_no_days(bakery):
    slot = SlotFactory(placement=listed(WorkplaceFactory(organisation=bakery)))
    ask(slot, 6)

    assert not now(slot).shares_days
    assert not WorkplaceDay.objects.exists()


@pytest.mark.parametrize(
    "kind", [{"mode": Mode.VIRTUAL}, {"takes_part": "school"}, {"takes_part": "home"}]
)
def test_students_who_are_not_there_take_nobodys_place(week, workplace, kind):
    talk = SlotFactory(placement=listed(workplace, **kind), places=30)
    ask(talk, 30)

    assert not now(talk).shares_days
    assert now(week).places_left == 10


def test_one_group_is_never_larger_than_the_workplace(workplace, refused):
    slot = SlotFactory(placement=listed(workplace), places=30)

    assert now(slot).places_left == MOST
    with refused("beyond_capacity"):
        ask(slot, 13, wait=True)


def test_whatever_gives_places_back_frees_the_days(week, visit, workplace, host):
    booked = ask(week, 8)
    for verb, told, left in (
        (bookings.give_back, {"places": 2, "by": booked.asked_by}, 6),
        (bookings.accept, {"places": 5, "by": host}, 5),
        (bookings.cancel, {"reason": "illness", "by": host}, 0),
    ):
        verb(booked, **told)
        booked.refresh_from_db()
        assert set(days_of(workplace).values()) == {left}
        assert all_adds_up()


def test_days_that_one_listing_frees_are_offered_to_whoever_waits_for_another(week, visit):
    booked = ask(week, 10)
    waits = ask(visit, 5, wait=True)
    assert waits.state == BookingState.WAITING

    bookings.cancel(booked, reason="illness", by=booked.asked_by)

    waits.refresh_from_db()
    assert (waits.state, waits.places) == (BookingState.OFFERED, 5)
    assert waiting.overlooked() == []
    assert all_adds_up()


def test_dates_that_are_called_off_free_their_days_too(week, visit, host):
    ask(week, 10)
    waits = ask(visit, 5, wait=True)

    slots.cancel(week, reason="staffing", comment="", by=host)

    waits.refresh_from_db()
    assert waits.state == BookingState.OFFERED
    assert all_adds_up()


def test_nobody_is_offered_more_of_the_dates_than_the_days_have(week, visit, host):
    ask(visit, 10)
    first = ask(week, 2)
    waits = ask(week, 6, wait=True, as_few_as=2)

    bookings.decline(first, reason="no_capacity", by=host)

    waits.refresh_from_db()
    assert (waits.state, waits.places) == (BookingState.OFFERED, 2)
    assert all_adds_up()


def test_kept_places_are_no_more_than_the_days_have(week, visit, host):
    reserve = {"priority": PriorityRuleFactory(), "reserved_until": days_ahead(30)}
    Slot.objects.filter(pk=week.pk).update(reserved=4, kept_back=4, **reserve)
    ask(visit, 9)

    assert now(week).places_left == 0
    assert ask(week, 3, priority_students=3).reserved == 3
    assert all_adds_up()


def test_booked_dates_move_only_to_days_with_room(week, visit, workplace, host, refused):
    ask(week, 8)
    full = SlotFactory(placement=listed(workplace), starts_on=days_ahead(67), places=10)
    ask(full, 10)
    to = {"ends_on": days_ahead(71), "reason": "staffing", "by": host}

    with refused("workplace_full"):
        redating.move(week, starts_on=days_ahead(67), **to)
    redating.move(week, starts_on=days_ahead(62), ends_on=days_ahead(64), **_without(to))

    assert days_of(workplace)[0] == 0
    assert days_of(workplace)[2] == 8
    assert all_adds_up()


def _without(told):
    return {name: value for name, value in told.items() if name != "ends_on"}


def test_a_listing_that_goes_elsewhere_takes_its_students_with_it(week, bakery, workplace):
    ask(week, 8)
    other = WorkplaceFactory(organisation=bakery, most_a_day=8)

    Placement.objects.filter(pk=week.placement_id).update(workplace=other)

    assert set(days_of(workplace).values()) == {0}
    assert set(days_of(other).values()) == {8}
    Placement.objects.filter(pk=week.placement_id).update(mode=Mode.VIRTUAL)
    assert not now(week).shares_days
    assert set(days_of(other).values()) == {0}


@pytest.mark.parametrize("where", ["another workplace", "at school"])
@pytest.mark.parametrize("state", [PlacementState.PUBLISHED, PlacementState.SENT_BACK])
def test_days_that_a_listing_leaves_are_offered_to_whoever_waits_there(
    week, visit, bakery, host, where, state
):
    ask(week, 10)
    waits = ask(visit, 5, wait=True)
    Placement.objects.filter(pk=week.placement_id).update(state=state)

    if where == "at school":
        go(week, {"takes_part": "school"}, host)
    else:
        go(week, {"workplace": WorkplaceFactory(organisation=bakery)}, host)

    waits.refresh_from_db()
    assert waits.state == BookingState.OFFERED
    assert waiting.overlooked() == []
    assert all_adds_up()


def go(slot, values, host):
    """Its listing goes elsewhere; if it is published, as its desk has approved."""
    listing = Placement.objects.get(pk=slot.placement_id)
    listings.write(listing, sections.WHERE, values, by=host)
    if listing.state == PlacementState.PUBLISHED:
        revisions.apply(revisions.open_for(listing), listing)


def test_days_that_sites_leave_are_offered_to_whoever_waits_there(week, visit, bakery, host):
    ask(week, 10)
    waits = ask(visit, 5, wait=True)
    text = listed(WorkplaceFactory(organisation=bakery))
    Placement.objects.filter(pk=week.placement_id).update(text_of=text)

    go(SlotFactory(placement=text), {"takes_part": "school"}, host)

    waits.refresh_from_db()
    assert waits.state == BookingState.OFFERED
    assert all_adds_up()


def test_a_listing_goes_only_where_there_is_room_for_its_students(week, bakery, host, refused):
    ask(week, 8)
    other = WorkplaceFactory(organisation=bakery, most_a_day=9)
    full = SlotFactory(placement=listed(other), starts_on=days_ahead(64), ends_on=days_ahead(64))
    ask(full, 2)
    small = WorkplaceFactory(organisation=bakery, most_a_day=7)
    week.placement.refresh_from_db()

    for place in (other, small):
        proposed = revisions.propose(week.placement, {"workplace": place}, by=host)
        with refused("workplace_full"), transaction.atomic():
            revisions.apply(proposed, Placement.objects.get(pk=week.placement_id))
    bookings.cancel(full.bookings.get(), reason="illness", by=full.bookings.get().asked_by)
    proposed = revisions.propose(week.placement, {"workplace": other}, by=host)
    revisions.apply(proposed, Placement.objects.get(pk=week.placement_id))

    assert days_of(other)[4] == 8
    assert all_adds_up()


def test_the_database_itself_lets_nobody_in_beyond_the_number(week, visit):
    ask(week, 10)

    with pytest.raises(IntegrityError) as clash, transaction.atomic():
        Slot.objects.filter(pk=visit.pk).update(taken=3)

    assert counter.constraint_of(clash.value) == "a_workplace_is_never_overfilled"


# The number itself


def test_a_number_that_is_stated_later_counts_what_is_booked(bakery, host):
    workplace = WorkplaceFactory(organisation=bakery)
    week = SlotFactory(placement=listed(workplace), places=10)
    visit = SlotFactory(placement=listed(workplace), places=10)
    ask(week, 6)
    ask(visit, 2)

    say(workplace, 9, host)

    assert set(days_of(workplace).values()) == {8}
    assert now(visit).places_left == 1
    assert all_adds_up()


def test_less_than_is_booked_is_refused_and_the_days_are_named(
    week, visit, workplace, host, refused
):
    ask(week, 7)
    ask(visit, 2)

    with refused("most_a_day") as refusal, transaction.atomic():
        say(workplace, 8, host)

    assert "2026" in refusal.value.messages[0] or "2027" in refusal.value.messages[0]
    assert "(9)" in refusal.value.messages[0]
    assert set(days_of(workplace).values()) == {7, 9}
    say(workplace, 9, host)
    assert all_adds_up()


def test_more_room_lets_whoever_waits_go(week, visit, workplace, host):
    ask(week, 10)
    waits = ask(visit, 5, wait=True)

    say(workplace, 15, host)

    waits.refresh_from_db()
    assert waits.state == BookingState.OFFERED


def test_without_a_number_no_days_are_shared_any_more(week, visit, workplace, host):
    ask(week, 10)

    say(workplace, None, host)

    assert not WorkplaceDay.objects.exists()
    assert now(visit).places_left == 10
    assert bookings.request(visit, places=10, by=leader()).places == 10


def say(workplace, most, host):
    workplace.most_a_day = most
    workplaces.change(workplace, by=host)


def test_the_number_is_asked_on_the_workplaces_page_and_refused_beside_it(
    client, week, workplace, host
):
    ask(week, 7)
    client.force_login(host.user)
    page = client.get(f"/organisation/workplaces/{workplace.pk}/").content.decode()
    assert "How many students can you have there on one day?" in page

    typed = {
        "name": "Main bakery",
        "kind": "shop",
        "address": "1 Pride Hill",
        "town": "Shrewsbury",
        "postcode": "SY1 1AA",
        "lone_adult": "no",
        "risk_band": "low",
    }
    page = client.post(
        f"/organisation/workplaces/{workplace.pk}/", {**typed, "most_a_day": 6}
    ).content.decode()
    assert 'id="id_most_a_day-error"' in page or "most_a_day-error" in page
    assert "Schools have booked more than 6 students on" in page
    client.post(f"/organisation/workplaces/{workplace.pk}/", {**typed, "most_a_day": ""})
    workplace.refresh_from_db()
    assert workplace.most_a_day is None


# What is shown


def test_a_list_of_results_names_only_dates_that_can_be_booked(week, visit):
    ask(week, 10)
    ask(visit, 2)
    search = PlacementSearch(MultiValueDict())
    assert search.is_valid()
    shown = results(search)
    dates = {one.placement.pk: one.next_slots for one in shown.found}

    assert dates == {week.placement_id: [], visit.placement_id: []}


@pytest.fixture(params=[False, True], ids=["rows", "bits"])
def found(request, monkeypatch):
    """Which listings a search finds, by one way or the other."""
    if request.param:
        monkeypatch.setattr(bitmaps, "WORTH_IT", 1)

    def found(**asked):
        if request.param:
            bitmaps.count_anew()
            pooled.learn(None)
        search = PlacementSearch(MultiValueDict({name: [said] for name, said in asked.items()}))
        assert search.is_valid()
        page = results(search)
        assert page.total == len(page.found)
        return {one.placement.pk for one in page.found}

    yield found
    pooled.learn(None)


def test_a_search_for_dates_leaves_out_those_of_which_the_days_are_full(week, visit, found):
    soon, this_month = days_ahead(61).isoformat(), {"to": days_ahead(80).isoformat()}
    later = SlotFactory(placement=week.placement, starts_on=days_ahead(90), places=12)
    first = ask(week, 10)
    assert found(**this_month) == {visit.placement_id}
    ask(visit, 2)

    assert found(**this_month) == found(**{"from": soon, **this_month}) == set()
    assert found(**{"from": soon}) == found(places="3") == {later.placement_id}
    bookings.cancel(first, reason="illness", by=first.asked_by)
    assert found(**this_month) == {week.placement_id, visit.placement_id}
    assert index.differences() == []


def test_a_search_for_places_finds_as_many_as_the_days_have_left(week, visit, found):
    ask(week, 7)

    assert found(places="5") == found(places="5", to=days_ahead(80).isoformat()) != set()
    assert found(places="6") == set()


def test_a_search_believes_its_rows_again_once_no_days_are_shared(week, visit, workplace, host):
    def believed():
        return set(SearchRow.objects.values_list("trusted_until", flat=True))

    assert max(believed()) < 0
    say(workplace, None, host)
    assert min(believed()) > 0
    say(workplace, MOST, host)

    assert max(believed()) < 0
    assert index.differences() == []


def test_rows_that_share_their_days_are_made_anew_no_more_often_than_others(week, visit):
    later = clock.now() + timedelta(days=3)

    with time_machine.travel(later):
        assert index.catch_up() == 0
        assert index.differences() == []


def test_a_search_looks_up_no_dates_of_listings_that_share_no_days(bakery, workplace):
    for places in (3, 4):
        SlotFactory(placement=listed(WorkplaceFactory(organisation=bakery)), places=places)
    with connection.cursor() as cursor:
        cursor.execute(LOOKS_NOTHING_UP)

    sunday = days_ahead(80 - days_ahead(80).isoweekday())

    def how_many():
        search = PlacementSearch(MultiValueDict({"to": [sunday.isoformat()]}))
        assert search.is_valid()
        return results(search).total

    assert how_many() == 2
    SlotFactory(placement=listed(workplace))
    with pytest.raises(ProgrammingError, match="looked up"):
        how_many()


def test_dates_that_share_their_days_are_read_in_as_few_statements_as_others(
    week, visit, client, django_assert_num_queries
):
    more = [SlotFactory(placement=week.placement, starts_on=days_ahead(70 + n)) for n in (0, 7, 14)]
    with connection.execute_wrapper(counted := Counted()):
        page = client.get(f"/placements/{week.placement_id}/").content.decode()

    assert "10 of 10" in page
    assert len(more) == 3
    assert sum("placements_workplaceday" in statement for statement in counted.asked) == 0


class Counted:
    def __init__(self):
        self.asked = []

    def __call__(self, execute, sql, params, many, context):
        self.asked.append(sql)
        return execute(sql, params, many, context)


def test_days_that_are_counted_wrongly_fail_the_check(week, capsys):
    ask(week, 4)
    WorkplaceDay.objects.filter(day=days_ahead(60)).update(taken=3)

    with pytest.raises(CommandError, match="1 days of workplaces are miscounted"):
        call_command("check_places")

    assert f"on {days_ahead(60)}: 3 counted, 4 booked there" in capsys.readouterr().err


def test_dates_that_share_no_days_where_they_should_fail_the_check(week, capsys, caplog):
    Slot.objects.filter(pk=week.pk).update(shares_days=False)

    with pytest.raises(CommandError, match="1 slots share no days"):
        call_command("check_places")

    assert f"{week.pk}: shares no days of its workplace" in capsys.readouterr().err
    tasks.check_places()
    assert str(week.pk) in caplog.text


# What it costs


def shared_statements(read):
    """How many statements a reading makes, and how many of these ask for days of a workplace."""
    with connection.execute_wrapper(counted := Counted()):
        read()
    asked = [statement for statement in counted.asked if "placements_days_left" in statement]
    return len(counted.asked), len(asked)


@pytest.mark.parametrize("groups", [1, 3])
def test_looking_for_who_is_overlooked_costs_the_same_however_many_wait(week, workplace, groups):
    ask(week, 10)
    for _ in range(groups):
        visit = SlotFactory(placement=listed(workplace), places=10)
        ask(visit, 5, wait=True)

    assert shared_statements(waiting.overlooked) == (2, 1)


def test_the_room_in_dates_is_asked_for_once(week):
    slot = now(week)

    assert shared_statements(lambda: priority.room_in(slot)) == (1, 1)


def test_what_is_kept_stays_so_though_others_have_filled_the_days(week, visit, host, refused):
    told = {"rule": PriorityRuleFactory(), "early_days": 0, "by": host}
    reserves.prioritise(week, places=4, until=days_ahead(20), **told)
    ask(visit, 10)

    kept = reserves.prioritise(week, places=4, until=days_ahead(30), **told)

    assert (kept.kept_back, kept.reserved_until) == (4, days_ahead(30))
    with refused("kept") as refusal:
        reserves.prioritise(week, places=5, until=days_ahead(30), **told)
    assert refusal.value.messages == [
        "Only 4 places can be kept: the workplace has room for no more on these days."
    ]


def test_nothing_can_be_kept_on_days_that_others_have_filled(week, visit, host, refused):
    ask(visit, 10)
    ask(week, 2)
    told = {"rule": PriorityRuleFactory(), "early_days": 0, "by": host}

    with refused("kept") as refusal:
        reserves.prioritise(week, places=1, until=days_ahead(20), **told)

    assert "The workplace is full on these days" in refusal.value.messages[0]
