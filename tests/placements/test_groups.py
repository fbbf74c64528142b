"""Places that are each for a group of one school: however many come with it, it takes one."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from placements import (
    alternatives,
    bitmaps,
    bookings,
    cohorts,
    counter,
    listings,
    lowering,
    redating,
    reserves,
    sections,
    shared_text,
    slots,
    waiting,
    workplace_days,
)
from placements.alternatives import Wish
from placements.models import Booking, PassedOver, Placement, SearchBits, Slot, WorkplaceDay
from placements.search import PlacementSearch, pooled, results
from placements.states import BookingState, PlacementState
from placements.words import Chances, PassReason
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    PriorityRuleFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

LARGEST = 30


@pytest.fixture
def slot():
    """Two groups of up to thirty."""
    return of_groups()


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


def of_groups(places=2, **told):
    told.setdefault("placement__largest_group", LARGEST)
    return SlotFactory(places=places, largest_group=LARGEST, **told)


def ask(slot, students, **told):
    by = told.pop("by", None) or CareersLeaderFactory()
    return bookings.request(slot, places=students, by=by, **told)


def counted(slot):
    """Groups and students, and nothing that is not so."""
    slot.refresh_from_db()
    assert counter.miscounted() == []
    assert workplace_days.miscounted() == []
    assert waiting.overlooked() == []
    return slot.taken, slot.in_groups


def now(booking):
    booking.refresh_from_db()
    return booking.state


# Asking


@pytest.mark.parametrize("at_once", [True, False])
def test_a_group_takes_one_place_however_many_come_with_it(at_once):
    slot = of_groups(placement__confirms_at_once=at_once)

    booking = ask(slot, 25)

    assert (booking.places, booking.units) == (25, 1)
    assert counted(slot) == (1, 25)
    assert (slot.places_left, slot.groups_left) == (LARGEST, 1)


def test_dates_are_full_when_every_group_is_booked_whatever_its_size(slot, refused):
    ask(slot, 1)
    ask(slot, 1)

    with refused("slot_full"):
        ask(slot, 1)
    assert counted(slot) == (2, 2)


def test_a_group_is_no_larger_than_the_largest(slot, refused):
    with refused("group_too_large"):
        ask(slot, LARGEST + 1)
    assert ask(slot, LARGEST).state == BookingState.REQUESTED


def test_a_group_is_as_large_as_the_smallest_that_the_host_takes(refused):
    slot = of_groups(placement__fewest_places_per_school=10)

    with refused("group_too_small"):
        ask(slot, 9)
    assert counted(slot) == (0, 0)


def test_whoever_reads_before_places_are_counted_otherwise_books_by_what_they_are_now(
    slot, host, monkeypatch
):
    """The statement that takes places asks whether they are still what they were."""
    glance, told = bookings.glance.at, []

    def as_before(pk, **asked):
        seen = glance(pk, **asked)
        if not told:
            told.append(pk)
            seen.slot.largest_group = None
        return seen

    monkeypatch.setattr(bookings.glance, "at", as_before)

    ask(slot, 2)

    assert told
    assert counted(slot) == (1, 2)


@pytest.mark.parametrize("at_once", [True, False])
def test_whoever_reads_before_groups_are_counted_brings_no_larger_one(
    refused, monkeypatch, at_once
):
    slot = of_groups(places=50, placement__confirms_at_once=at_once)
    glance, told = bookings.glance.at, []

    def as_before(pk, **asked):
        seen = glance(pk, **asked)
        if not told:
            told.append(pk)
            seen.slot.largest_group = None
        return seen

    monkeypatch.setattr(bookings.glance, "at", as_before)

    with refused("group_too_large"):
        ask(slot, LARGEST + 10)
    assert told
    assert counted(slot) == (0, 0)


def test_the_database_lets_no_group_in_that_is_too_large(slot):
    with pytest.raises(IntegrityError, match="no_group_is_larger"), transaction.atomic():
        Slot.objects.filter(pk=slot.pk).update(taken=1, in_groups=LARGEST + 1)
    with pytest.raises(IntegrityError, match=r"oversold|given_to_nobody"), transaction.atomic():
        Slot.objects.filter(pk=slot.pk).update(taken=3, in_groups=3)


# What becomes of it


def test_a_smaller_group_is_still_one(slot, host):
    booking = ask(slot, 25)

    bookings.accept(booking, places=20, by=host)
    bookings.give_back(booking, places=5, by=booking.asked_by)

    assert counted(slot) == (1, 15)


def test_a_group_that_does_not_come_frees_its_place(slot):
    booking = ask(slot, 25)
    ask(slot, 30)

    bookings.cancel(booking, reason="illness", by=booking.asked_by)

    assert counted(slot) == (1, 30)


def test_a_group_waits_for_a_place_and_is_offered_one_for_all_of_its_students(slot):
    leaving = ask(slot, 5)
    ask(slot, 5)
    waits = ask(slot, 30, wait=True)

    bookings.cancel(leaving, reason="illness", by=leaving.asked_by)

    assert now(waits) == BookingState.OFFERED
    assert waits.places == 30
    assert counted(slot) == (2, 35)
    waiting.take_up(waits, by=waits.asked_by)
    assert counted(slot) == (2, 35)


def test_nobody_waits_who_is_too_large_for_any_group(slot, refused):
    ask(slot, 5)
    ask(slot, 5)

    with refused("group_too_large"):
        ask(slot, LARGEST + 1, wait=True)


def test_a_host_with_room_for_fewer_groups_says_which_cannot_come(slot, host, refused):
    gone, stays = ask(slot, 10), ask(slot, 20)
    held = lowering.mark(lowering.holding_places(slot))
    told = {"places": 1, "seen": held, "reason": "staffing", "by": host}

    with refused("too_many_kept"):
        lowering.lower(slot, keep={gone.pk: 1}, **told)
    lowering.lower(slot, keep={gone.pk: 0}, **told)

    assert (now(gone), now(stays)) == (BookingState.CANCELLED, BookingState.REQUESTED)
    assert counted(slot) == (1, 20)


# Kept places


@pytest.mark.parametrize(("such", "may"), [(12, False), (13, True), (25, True)])
def test_a_kept_place_goes_to_a_group_half_of_which_it_is_for(slot, host, refused, such, may):
    rule = PriorityRuleFactory()
    reserves.prioritise(slot, rule=rule, places=2, until=days_ahead(10), early_days=0, by=host)

    if may:
        assert ask(slot, 25, priority_students=such).reserved == 1
    else:
        with refused("places_reserved"):
            ask(slot, 25, priority_students=such)
    slot.refresh_from_db()
    assert slot.kept_back == 2 - may
    assert counter.miscounted() == []


def test_whoever_keeps_or_books_such_a_place_reads_which_groups_can_have_it(client, slot, host):
    rule = PriorityRuleFactory()
    reserves.prioritise(slot, rule=rule, places=1, until=days_ahead(10), early_days=0, by=host)
    listing, own = [slot.placement_id], [slot.placement_id, slot.pk]

    def read(by, page, args):
        client.force_login(by.user)
        return client.get(reverse(f"placements:{page}", args=args)).content.decode()

    assert "if at least half of its students are those you keep it for" in read(
        host, "prioritise", own
    )
    leader = CareersLeaderFactory()
    assert f"for {rule}. A group can have one if at least half of its students are such." in read(
        leader, "placement", listing
    )
    assert "If at least half of your group are such, it goes first." in read(leader, "book", own)


@pytest.mark.parametrize(
    ("share", "such", "may"), [(60, 14, False), (60, 15, True), (100, 24, False), (100, 25, True)]
)
def test_a_rule_says_how_many_of_a_group_must_be_such(slot, host, refused, share, such, may):
    rule = PriorityRuleFactory(group_share=share)
    reserves.prioritise(slot, rule=rule, places=2, until=days_ahead(10), early_days=0, by=host)

    if may:
        assert ask(slot, 25, priority_students=such).reserved == 1
    else:
        with refused("places_reserved"):
            ask(slot, 25, priority_students=such)


@pytest.mark.parametrize(
    ("share", "enough"), [(50, "at least half"), (60, "at least 60%"), (100, "all")]
)
def test_whoever_keeps_or_meets_a_kept_place_reads_what_its_rule_asks_of_a_group(
    client, slot, host, share, enough
):
    rule = PriorityRuleFactory(group_share=share)
    client.force_login(host.user)
    keeping = reverse("placements:prioritise", args=[slot.placement_id, slot.pk])
    assert f"if {enough} of its students are those you keep it for." in words(client.get(keeping))

    reserves.prioritise(slot, rule=rule, places=1, until=days_ahead(10), early_days=0, by=host)
    client.force_login(CareersLeaderFactory().user)
    listed = words(client.get(reverse("placements:placement", args=[slot.placement_id])))
    asked = words(client.get(reverse("placements:book", args=[slot.placement_id, slot.pk])))
    told = client.get(f"/api/v1/placements/{slot.placement_id}").json()

    assert f"A group can have one if {enough} of its students are such." in listed
    assert f"If {enough} of your group are such, it goes first." in asked
    assert told["slots"][0]["kept"]["whom"]["group_share"] == share


def test_of_a_school_that_a_rule_names_whole_nothing_is_asked_of_a_group(client, slot, host):
    rule = PriorityRuleFactory(name="schools in the countryside", criterion=Chances.RURAL)
    reserves.prioritise(slot, rule=rule, places=1, until=days_ahead(10), early_days=0, by=host)
    client.force_login(CareersLeaderFactory().user)

    listed = words(client.get(reverse("placements:placement", args=[slot.placement_id])))

    assert "kept until" in listed
    assert "A group can have one" not in listed


# The days of a workplace


@pytest.fixture
def shared():
    """Two groups of up to thirty at a workplace that can have forty students on a day."""
    workplace = WorkplaceFactory(most_a_day=40)
    own = {"provider": workplace.organisation, "workplace": workplace, "largest_group": LARGEST}
    return SlotFactory(placement=PlacementFactory(**own), places=2, largest_group=LARGEST)


def on_days():
    return set(WorkplaceDay.objects.values_list("taken", flat=True))


def test_a_workplace_counts_the_students_of_a_group(shared, refused):
    booking = ask(shared, 25)

    assert on_days() == {25}
    shared.refresh_from_db()
    assert (shared.groups_left, shared.places_left) == (1, 15)
    assert shared.what_is_left == "1 group of up to 15"
    with refused("slot_full"):
        ask(shared, 16)
    bookings.give_back(booking, places=10, by=booking.asked_by)
    assert on_days() == {15}
    ask(shared, 25)
    assert on_days() == {40}
    assert counted(shared) == (2, 40)


def test_a_group_that_waits_is_offered_a_place_once_the_days_have_room_for_it(shared):
    first = ask(shared, 25)
    waits = ask(shared, 30, wait=True)
    fewer = ask(shared, 20, wait=True, as_few_as=18)

    bookings.give_back(first, places=7, by=first.asked_by)
    assert (now(waits), now(fewer)) == (BookingState.WAITING, BookingState.OFFERED)
    assert counted(shared) == (2, 38)

    bookings.cancel(first, reason="illness", by=first.asked_by)
    assert now(waits) == BookingState.WAITING
    assert (now(fewer), fewer.places) == (BookingState.OFFERED, 20)
    assert on_days() == {20}


def test_a_kept_group_finds_room_on_the_days_for_as_many_as_a_group_can_be(shared, refused):
    host, rule = HostFactory(organisation=shared.placement.provider), PriorityRuleFactory()
    reserves.prioritise(shared, rule=rule, places=1, until=days_ahead(10), early_days=0, by=host)

    shared.refresh_from_db()
    assert (shared.groups_left, shared.places_left) == (1, 10)
    assert [Slot.objects.with_places(size).exists() for size in (10, 11)] == [True, False]
    with refused("places_reserved") as refusal:
        ask(shared, 11)
    assert refusal.value.messages[0].startswith("Only 10 students on these dates can be yours now.")
    ask(shared, 10)
    with refused("places_reserved") as refusal:
        ask(shared, 5)
    assert refusal.value.messages[0].endswith("There is no room for a group that is not such.")
    assert ask(shared, 30, priority_students=15).reserved == 1
    assert counted(shared) == (2, 40)


def test_what_a_kept_group_leaves_of_its_room_is_for_all(shared):
    host, rule = HostFactory(organisation=shared.placement.provider), PriorityRuleFactory()
    reserves.prioritise(shared, rule=rule, places=1, until=days_ahead(10), early_days=0, by=host)
    waits = ask(shared, 20, wait=True)

    ask(shared, 20, priority_students=20)

    assert now(waits) == BookingState.OFFERED
    assert counted(shared) == (2, 40)


def test_whoever_joined_first_is_next_for_what_a_kept_group_leaves(shared):
    host, rule = HostFactory(organisation=shared.placement.provider), PriorityRuleFactory()
    slots.change(shared, places=3, by=host)
    leaves = ask(shared, 30)
    reserves.prioritise(shared, rule=rule, places=1, until=days_ahead(10), early_days=0, by=host)
    first = ask(shared, 20, wait=True)
    such = ask(shared, 15, wait=True, priority_students=15)
    last = ask(shared, 20, wait=True)

    bookings.cancel(leaves, reason="illness", by=leaves.asked_by)

    assert [now(one) for one in (first, such, last)] == ["offered", "offered", "waiting"]
    assert counted(shared) == (2, 35)


def test_no_more_groups_are_kept_than_the_days_have_room_for(shared, refused):
    host, rule = HostFactory(organisation=shared.placement.provider), PriorityRuleFactory()
    other = {"provider": shared.placement.provider, "workplace": shared.placement.workplace}
    ask(SlotFactory(placement=PlacementFactory(**other), places=20), 12)
    told = {"rule": rule, "until": days_ahead(10), "early_days": 0, "by": host}

    with refused("kept"):
        reserves.prioritise(shared, places=2, **told)
    reserves.prioritise(shared, places=1, **told)


def test_a_group_is_offered_more_at_its_own_place_though_no_other_is_left(shared):
    first = ask(shared, 25)
    waits = ask(shared, 30, wait=True, as_few_as=10)
    now(waits)
    assert (waits.state, waits.places) == (BookingState.OFFERED, 15)

    bookings.give_back(first, places=7, by=first.asked_by)

    assert (now(waits), waits.places) == (BookingState.OFFERED, 22)
    assert counted(shared) == (2, 40)


def test_whoever_could_have_more_at_its_own_place_is_not_overlooked(shared):
    first = ask(shared, 25)
    waits = ask(shared, 30, wait=True, as_few_as=10)
    Slot.objects.filter(pk=shared.pk).update(in_groups=33)
    Booking.objects.filter(pk=first.pk).update(places=18)

    assert [group.pk for group in waiting.overlooked()] == [waits.pk]
    assert waiting.settle_all() == 1

    assert (now(waits), waits.places) == (BookingState.OFFERED, 22)
    assert counted(shared) == (2, 40)


def test_booked_groups_move_only_to_days_with_room_for_their_students(shared, refused):
    host = HostFactory(organisation=shared.placement.provider)
    ask(shared, 25)
    own = {"provider": shared.placement.provider, "workplace": shared.placement.workplace}
    away = SlotFactory(placement=PlacementFactory(**own), places=20, starts_on=days_ahead(90))
    booked = ask(away, 20)
    told = {"starts_on": days_ahead(90), "ends_on": days_ahead(94), "by": host}

    with refused("workplace_full"):
        redating.move(shared, **told, reason="staffing")
    bookings.cancel(booked, reason="illness", by=booked.asked_by)
    redating.move(shared, **told, reason="staffing")

    assert on_days() == {0, 25}


# How a listing says so


def write(placement, host, **values):
    page = next(one for one in sections.of(placement) if "largest_group" in one.fields)
    return listings.write(placement, page, values, by=host)


def test_dates_follow_what_their_listing_says_a_place_is():
    slot = SlotFactory(places=70)
    host = HostFactory(organisation=slot.placement.provider)

    write(slot.placement, host, largest_group=30)
    slot.refresh_from_db()
    assert (slot.places, slot.largest_group) == (2, 30)
    more = slots.add(
        Placement.objects.get(pk=slot.placement_id),
        starts_on=days_ahead(90),
        ends_on=days_ahead(90),
        places=3,
        by=host,
    )
    assert more.largest_group == 30

    write(slot.placement, host, largest_group=None)
    slot.refresh_from_db()
    assert (slot.places, slot.largest_group) == (60, None)


def test_no_date_offers_more_than_it_had_room_for_when_groups_are_counted(refused):
    slot = SlotFactory(places=12)
    host = HostFactory(organisation=slot.placement.provider)

    with refused("below_booked"):
        write(slot.placement, host, largest_group=30)

    slot.refresh_from_db()
    assert (slot.places, slot.largest_group) == (12, None)


def test_what_is_booked_or_kept_stays_counted_as_it_was(slot, host, refused):
    ask(slot, 25)

    with refused("counted_otherwise"):
        write(slot.placement, host, largest_group=None)
    with refused("below_booked"):
        write(slot.placement, host, largest_group=24)
    write(slot.placement, host, largest_group=25)

    slot.refresh_from_db()
    assert slot.largest_group == 25

    kept = SlotFactory()
    own = HostFactory(organisation=kept.placement.provider)
    told = {"rule": PriorityRuleFactory(), "places": 2, "until": days_ahead(10), "early_days": 0}
    reserves.prioritise(kept, by=own, **told)
    with refused("counted_otherwise"):
        write(kept.placement, own, largest_group=5)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"largest_group": 30, "most_places_per_school": 10}, "groups_have_no_cap"),
        ({"largest_group": 5, "fewest_places_per_school": 6}, "groups_not_in_order"),
    ],
)
def test_a_listing_of_groups_does_not_contradict_itself(refused, values, code):
    placement = SlotFactory().placement
    host = HostFactory(organisation=placement.provider)

    with refused(code):
        write(placement, host, **values)


def test_sites_count_as_the_listing_whose_text_they_share():
    listing = PlacementFactory()
    site = PlacementFactory(text_of=listing, provider=listing.provider)
    slot = SlotFactory(placement=site, places=60)
    listing.largest_group = 20
    listing.save(update_fields=["largest_group"])

    shared_text.pass_on(listing, ["largest_group"])

    slot.refresh_from_db()
    site.refresh_from_db()
    assert (site.largest_group, slot.largest_group, slot.places) == (20, 20, 3)


# Finding it


@pytest.mark.parametrize("by_bits", [False, True])
def test_a_search_finds_groups_by_how_large_they_can_be(slot, monkeypatch, by_bits):
    def found(places):
        if by_bits:
            monkeypatch.setattr(bitmaps, "WORTH_IT", 1)
            bitmaps.count_anew()
            assert SearchBits.objects.exists()
        asked = PlacementSearch(MultiValueDict({"places": [str(places)]}))
        assert asked.is_valid()
        return results(asked, with_facets=True).total

    assert [found(places) for places in (1, 25, LARGEST, LARGEST + 1)] == [1, 1, 1, 0]
    ask(slot, 1)
    assert found(25) == 1
    ask(slot, 1)
    assert found(1) == 0
    pooled.learn(None)


def test_other_dates_are_named_where_the_whole_group_could_go(slot):
    other = of_groups(placement=slot.placement, starts_on=days_ahead(70))
    SlotFactory(placement=slot.placement, places=5, starts_on=days_ahead(80))
    school = CareersLeaderFactory().organisation

    found = alternatives.instead_of(slot, school=school, wish=Wish(places=25))

    assert found == [other]


def test_a_cohort_is_shared_out_as_groups(slot):
    more = of_groups(placement=slot.placement, starts_on=days_ahead(70))

    assert cohorts.share_out(50, [slot, more]) == {slot.pk: 30, more.pk: 20}


# Pages and the API


def test_the_pages_say_how_many_groups_are_left(client, slot):
    ask(slot, 12)
    leader = CareersLeaderFactory()
    client.force_login(leader.user)
    booking_form = reverse("placements:book", args=[slot.placement_id, slot.pk])

    page = client.get(reverse("placements:placement", args=[slot.placement_id])).text
    assert "1 group of up to 30" in page
    assert "Each for a group of up to 30 students from one school" in page
    assert "1 group of up to 30 left" in client.get(reverse("placements:search")).text
    page = client.get(booking_form).text
    assert "How many students are in your group?" in page
    refusal = client.post(booking_form, {"places": 31, "year_group": 10}).text
    assert refusal.count("This host takes groups of up to 30 students") == 2
    client.post(booking_form, {"places": 30, "year_group": 10})
    assert Booking.objects.get(school=leader.organisation).places == 30
    assert counted(slot) == (2, 42)


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_whoever_asks_reads_of_a_group_and_not_of_places(client, slot):
    client.force_login(CareersLeaderFactory().user)
    booking_form = reverse("placements:book", args=[slot.placement_id, slot.pk])

    shown = words(client.get(booking_form))

    assert "Ask for a place for a group" in shown
    assert "Your group has a place to itself, whatever its size." in shown
    assert "Ask for this place" in shown
    assert "Enter how many students are in your group" in words(client.post(booking_form, {}))


def test_whoever_waits_says_the_fewest_students_who_would_come(client, slot):
    for _ in range(2):
        ask(slot, 10)
    client.force_login(CareersLeaderFactory().user)
    wait = reverse("placements:join-list", args=[slot.placement_id, slot.pk])

    shown = words(client.get(wait))

    assert "How many students are in your group?" in shown
    assert "The fewest students who would still come" in shown


def test_a_group_that_comes_with_fewer_reads_that_its_place_stays(client, slot):
    leader = CareersLeaderFactory()
    client.force_login(leader.user)
    booking = ask(slot, 12, by=leader)
    fewer = reverse("placements:give-places-back", args=[booking.pk])

    shown = words(client.get(fewer))
    assert "Come with fewer students" in shown
    assert "A place for a group of 12 students for" in shown
    assert "Your group keeps its place, and the host hears how many come." in shown
    assert "How many students will not come?" in shown
    client.post(fewer, {"places": 2})

    told = words(client.get(reverse("placements:booking", args=[booking.pk])))
    assert "2 students fewer" in told
    assert "Booking of a place for a group of 10 students" in told
    assert "Students in the group 10 of the 12 asked for" in told
    assert "given back" not in told


def test_whoever_is_offered_a_place_for_a_group_takes_it_up(client, slot):
    """A group has one place: the page says so, and its buttons, and where to decline."""
    first, leader = ask(slot, 30), CareersLeaderFactory()
    ask(slot, 30)
    waits = ask(slot, 24, wait=True, by=leader)
    bookings.cancel(first, reason="illness", by=first.asked_by)
    client.force_login(leader.user)
    pages = {
        name: words(client.get(reverse(f"placements:{name}", args=[waits.pk])))
        for name in ("booking", "cancel-booking", "booking-sent")
    }
    listed = words(client.get(reverse("placements:bookings")))

    one = "a place for a group of 24 students"
    assert f"Take up {one}" in pages["booking"]
    assert "whoever is next on the list is offered it." in pages["booking"]
    assert one in listed.lower()
    assert all(one in page.lower() for page in pages.values())
    assert not [page for page in (*pages.values(), listed) if "24 places" in page]


def test_a_group_reads_for_how_many_students_there_was_room(client, slot):
    leader = CareersLeaderFactory()
    ask(slot, 30)
    ask(slot, 30)
    too_many = ask(slot, 24, wait=True, by=leader)
    PassedOver.objects.create(
        booking=too_many, at=too_many.asked_at, reason=PassReason.TOO_FEW, free=10, needed=24
    )
    client.force_login(leader.user)

    page = words(client.get(reverse("placements:booking", args=[too_many.pk])))

    assert "There was room for 10 students, and your group needs 24." in page


def test_a_host_with_room_for_a_smaller_group_leaves_that_in_its_history(client, slot, host):
    leader = CareersLeaderFactory()
    booking = ask(slot, 12, by=leader)
    bookings.accept(booking, by=host)

    lowering.lower(
        slot,
        places=2,
        keep={booking.pk: 9},
        seen=lowering.mark(lowering.holding_places(slot)),
        reason="staffing",
        by=host,
    )

    assert booking.moves.filter(comment="Room for 3 students fewer").exists()


def test_a_host_says_how_many_of_a_group_it_accepts(client, slot, host):
    booking = ask(slot, 12)
    client.force_login(host.user)

    shown = words(client.get(reverse("placements:accept-booking", args=[booking.pk])))

    assert "How many students do you accept?" in shown


def test_a_host_says_how_places_are_counted_and_in_groups_how_large(client, slot):
    placement = SlotFactory(placement__state=PlacementState.DRAFT, places=60).placement
    client.force_login(HostFactory(organisation=placement.provider).user)
    page = next(one for one in sections.of(placement) if "largest_group" in one.fields)
    address = reverse("placements:listing-section", args=[placement.pk, page.code])
    told = {"opens_days_before": 365, "closes_days_before": 7}

    assert "How do you count places?" in client.get(address).text
    said = client.post(address, {**told, "counted_in": "groups"}).text
    assert said.count("Enter how many students one group can be") == 2
    client.post(address, {**told, "counted_in": "groups", "largest_group": 20})
    assert placement.slots.get().what_there_is == "3 groups of up to 20"
    dates = client.get(reverse("placements:listing-dates", args=[placement.pk])).text
    assert "Each of up to 20 students, from one school." in dates
    assert "0 of 3 groups" in dates
    client.post(address, {**told, "counted_in": "students", "largest_group": 20})
    assert placement.slots.get().what_there_is == "60 places"


def test_the_api_tells_what_a_place_is_for(client, slot):
    ask(slot, 12)

    told = client.get(f"/api/v1/placements/{slot.placement_id}").json()["slots"][0]

    names = ("counted_in", "largest_group", "groups_left", "places", "places_left")
    assert [told[name] for name in names] == ["groups", 30, 1, 2, 30]
