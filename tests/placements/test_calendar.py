from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from accounts import clock
from accounts.models import WorkplaceKind
from placements import bookings, calendar, calendar_feeds, slots
from placements.models import Booking, Revision, Slot
from placements.states import BookingState, RevisionState
from placements.words import Mode, Pattern, TakesPart
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2027, 6, 14)


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def leader():
    return CareersLeaderFactory()


def agreed(leader, host, **facts):
    """A booking as both sides have agreed it."""
    placement = PlacementFactory(
        provider=host.organisation,
        workplace=WorkplaceFactory(organisation=host.organisation),
        contact_email="hush@example.org",
        **facts,
    )
    booking = bookings.request(SlotFactory(placement=placement), places=2, by=leader)
    return bookings.accept(booking, by=host)


def entry_of(booking, reader):
    found = calendar_feeds.agreed(Booking.objects.filter(pk=booking.pk))
    page = calendar.of(found, readers=[reader.organisation_id], name="Work experience")
    (entry,) = Calendar.from_ical(page).events
    return entry


def days_in(entry):
    """Every day on which it falls, as a calendar program would work it out."""
    start, until = entry.decoded("dtstart"), entry.get("rrule")
    if until is None:
        return [start]
    return list(rrulestr(until.to_ical().decode(), dtstart=start))


def slot_on(pattern, starts_on, ends_on, hours=(time(9), time(15, 30))):
    placement = PlacementFactory(pattern=pattern, starts_at=hours[0], ends_at=hours[1])
    return SlotFactory(placement=placement, starts_on=starts_on, ends_on=ends_on)


def entry_on(slot):
    return entry_of(BookingFactory(slot=slot, state=BookingState.ACCEPTED), HostFactory())


def test_each_side_reads_of_the_other_and_of_nobody_by_name(leader, host):
    booking = agreed(leader, host)
    placement = booking.slot.placement

    ours, theirs = entry_of(booking, leader), entry_of(booking, host)

    assert ours["summary"] == f"{placement}, {placement.provider}: 2 places"
    assert theirs["summary"] == f"{booking.school}: 2 students, {placement}"
    assert ours["location"] == "Main bakery, 1 Pride Hill, Shrewsbury, SY1 1AA"
    for entry in (ours, theirs):
        told = entry.to_ical().decode()
        assert "hush" not in told
        assert placement.contact_name not in told
        assert booking.asked_by.user.email not in told


def test_a_block_falls_on_every_working_day_of_its_dates_at_its_hours():
    entry = entry_on(slot_on(Pattern.BLOCK, MONDAY, MONDAY + timedelta(days=11)))

    assert [day.date() for day in days_in(entry)] == [
        MONDAY + timedelta(days=number) for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)
    ]
    assert entry.decoded("dtstart").isoformat() == "2027-06-14T09:00:00+01:00"
    assert entry.decoded("dtend").isoformat() == "2027-06-14T15:30:00+01:00"


def test_hours_stay_the_same_when_the_clocks_change():
    friday = date(2027, 10, 29)
    entry = entry_on(slot_on(Pattern.BLOCK, friday, friday + timedelta(days=3)))

    assert [day.astimezone(UTC).time() for day in days_in(entry)] == [time(8), time(9)]


def test_the_zone_says_when_the_clocks_of_england_change():
    booking = BookingFactory(state=BookingState.ACCEPTED)
    found = calendar_feeds.agreed(Booking.objects.filter(pk=booking.pk))

    (zone,) = Calendar.from_ical(calendar.of(found, readers=[], name="Work")).timezones

    changes = zone.to_tz(lookup_tzid=False)
    for year in (2027, 2037):
        for month in range(1, 13):
            moment = datetime(year, month, 28, 12)  # noqa: DTZ001 -- each side brings its zone.
            assert (
                moment.replace(tzinfo=changes).utcoffset()
                == moment.replace(tzinfo=calendar.ENGLAND).utcoffset()
            )


def test_dates_at_a_weekend_are_not_passed_over():
    saturday = MONDAY + timedelta(days=5)

    entry = entry_on(slot_on(Pattern.BLOCK, saturday, saturday + timedelta(days=1)))

    assert [day.date() for day in days_in(entry)] == [saturday, saturday + timedelta(days=1)]


def test_a_weekly_day_recurs_on_its_weekday_until_its_last():
    wednesday = MONDAY + timedelta(days=2)

    entry = entry_on(slot_on(Pattern.WEEKLY_DAY, wednesday, wednesday + timedelta(days=15)))

    assert [day.date() for day in days_in(entry)] == [
        wednesday,
        wednesday + timedelta(days=7),
        wednesday + timedelta(days=14),
    ]


def test_one_day_is_one_event():
    entry = entry_on(slot_on(Pattern.ONE_OFF, MONDAY, MONDAY))

    assert "rrule" not in entry
    assert entry.decoded("dtstart").date() == MONDAY


def test_days_that_are_spread_out_are_a_span_that_keeps_nobody_busy():
    entry = entry_on(slot_on(Pattern.SPREAD, MONDAY, MONDAY + timedelta(days=30)))

    assert entry.decoded("dtstart") == MONDAY
    # The end of a whole-day event is the day after it.
    assert entry.decoded("dtend") == MONDAY + timedelta(days=31)
    assert entry["transp"] == "TRANSPARENT"


def test_without_hours_an_entry_is_of_whole_days():
    entry = entry_on(slot_on(Pattern.BLOCK, MONDAY, MONDAY + timedelta(days=1), (None, None)))

    assert entry.decoded("dtstart") == MONDAY
    assert [day.date() for day in days_in_dates(entry)] == [MONDAY, MONDAY + timedelta(days=1)]


def days_in_dates(entry):
    start = datetime.combine(entry.decoded("dtstart"), time())
    return list(rrulestr(entry["rrule"].to_ical().decode(), dtstart=start))


def test_new_dates_keep_the_identifier_and_raise_the_sequence(leader, host):
    booking = agreed(leader, host)
    before = entry_of(booking, leader)

    Slot.objects.filter(pk=booking.slot_id).update(
        starts_on=days_ahead(90), ends_on=days_ahead(94), closes_on=days_ahead(80)
    )

    after = entry_of(booking, leader)
    assert after["uid"] == before["uid"]
    assert after["sequence"] == before["sequence"] + 1
    assert after.decoded("dtstart").date() == days_ahead(90)


def test_what_is_not_about_dates_leaves_the_sequence_alone(leader, host):
    booking = agreed(leader, host)
    before = entry_of(booking, leader)

    slots.change(booking.slot, places=9, note="Ring the bell.", by=host)

    assert entry_of(booking, leader)["sequence"] == before["sequence"]


@pytest.mark.parametrize(
    ("changes", "state", "rises"),
    [
        ({"starts_at": "10:00:00"}, RevisionState.APPROVED, 1),
        ({"starts_at": "10:00:00"}, RevisionState.DISCARDED, 0),
        ({"title": "A better week"}, RevisionState.APPROVED, 0),
    ],
)
def test_only_approved_changes_of_hours_raise_the_sequence(leader, host, changes, state, rises):
    booking = agreed(leader, host)
    before = entry_of(booking, leader)

    Revision.objects.create(
        placement=booking.slot.placement, changes=changes, state=state, made_by=host
    )

    assert entry_of(booking, leader)["sequence"] == before["sequence"] + rises


def test_a_cancelled_booking_is_cancelled_in_the_calendar_and_says_nothing_of_where(leader, host):
    booking = agreed(leader, host)
    before = entry_of(booking, leader)

    bookings.cancel(booking, reason="illness", by=host)

    after = entry_of(booking, leader)
    assert after["status"] == "CANCELLED"
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert "location" not in after


@pytest.mark.parametrize(
    "state",
    [
        *(BookingState.REQUESTED, BookingState.WAITING, BookingState.OFFERED),
        *(BookingState.DECLINED, BookingState.LAPSED, BookingState.CANCELLED),
    ],
)
def test_what_was_never_agreed_is_in_no_calendar(state):
    BookingFactory(state=state)

    assert not calendar_feeds.agreed(Booking.objects.all()).exists()


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({"mode": Mode.VIRTUAL, "takes_part": TakesPart.HOME}, "Online"),
        ({"mode": Mode.VIRTUAL, "takes_part": TakesPart.HOME, "workplace": None}, "Online"),
        ({"workplace__kind": WorkplaceKind.PRIVATE_HOME}, "Shrewsbury"),
    ],
)
def test_nobody_reads_the_address_of_a_home_in_a_calendar(facts, where):
    slot = SlotFactory(placement=PlacementFactory(**facts))

    assert entry_on(slot)["location"] == where


def test_a_talk_at_school_is_at_the_school():
    slot = SlotFactory(placement=PlacementFactory(takes_part=TakesPart.SCHOOL))
    booking = BookingFactory(slot=slot, state=BookingState.ACCEPTED)

    assert entry_of(booking, HostFactory())["location"] == str(booking.school)


def test_a_hybrid_offer_without_a_place_says_none():
    slot = SlotFactory(placement=PlacementFactory(mode=Mode.HYBRID, workplace=None, state="draft"))

    assert "location" not in entry_on(slot)


def test_a_feed_holds_what_all_ones_organisations_have_agreed(leader, host):
    both = MemberFactory(organisation=leader.organisation).user
    MemberFactory(user=both, organisation=host.organisation)
    ours = agreed(leader, HostFactory())
    theirs = agreed(CareersLeaderFactory(), host)
    agreed(CareersLeaderFactory(), HostFactory())

    found = calendar_feeds.bookings_of(calendar_feeds.organisations_of(both))

    assert {booking.pk for booking in found} == {ours.pk, theirs.pk}


def test_whoever_leaves_an_organisation_loses_its_bookings(leader, host):
    member = MemberFactory(organisation=leader.organisation)
    agreed(leader, host)
    user = member.user
    assert calendar_feeds.bookings_of(calendar_feeds.organisations_of(user)).exists()

    member.state, member.ended_at = "left", clock.now()
    member.save()

    assert not calendar_feeds.bookings_of(calendar_feeds.organisations_of(user)).exists()


def test_what_is_long_over_leaves_the_feed(leader):
    slot = SlotFactory(starts_on=days_ahead(-200))
    BookingFactory(slot=slot, school=leader.organisation, state=BookingState.COMPLETED)

    assert not calendar_feeds.bookings_of([leader.organisation]).exists()


def test_a_secret_is_kept_as_a_hash_and_a_new_one_ends_the_old(leader):
    first = calendar_feeds.make(leader.user)
    assert calendar_feeds.opened(first) == leader.user

    second = calendar_feeds.make(leader.user)

    assert calendar_feeds.opened(first) is None
    assert calendar_feeds.opened(second) == leader.user
    assert second not in str(calendar_feeds.of(leader.user).__dict__)


def test_a_feed_ends_when_it_is_switched_off_or_its_owner_is(leader, host):
    secret, other = calendar_feeds.make(leader.user), calendar_feeds.make(host.user)

    calendar_feeds.stop(leader.user)
    host.user.is_active = False
    host.user.save()

    assert calendar_feeds.opened(secret) is None
    assert calendar_feeds.opened(other) is None
