"""The verbs of whoever lists, one claim a rule."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock
from accounts.models import Message, Role, Standing
from placements import bookings, desks, listings, moderation, revisions, sections, slots
from placements.models import Booking, Placement
from placements.states import BookingState, PlacementState, RevisionState, SlotState
from placements.words import Criterion, Kind, Mode, TakesPart
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    DraftFactory,
    EmployerFactory,
    HostFactory,
    HubFactory,
    MemberFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def draft(host):
    placement = DraftFactory(provider=host.organisation)
    SlotFactory(placement=placement)
    return placement


@pytest.fixture
def published(host):
    placement = PlacementFactory(provider=host.organisation)
    SlotFactory(placement=placement)
    return placement


@pytest.fixture
def desk(monkeypatch):
    """Whoever is told of what waits, in place of the areas of another app."""
    hub = HubFactory()
    BrokerFactory(organisation=hub)
    monkeypatch.setattr(desks, "_finders", [lambda placement: hub])
    return hub


def told(kind):
    return sorted(Message.objects.filter(kind=kind).values_list("email", flat=True))


def test_an_employer_starts_a_draft_with_what_is_known_filled_in(host):
    workplace = WorkplaceFactory(organisation=host.organisation)

    placement = listings.start(by=host, kind=Kind.WEEK_PLACEMENT, mode=Mode.IN_PERSON)

    assert placement.state == PlacementState.DRAFT
    assert placement.provider == host.organisation
    assert placement.workplace == workplace
    assert placement.takes_part == TakesPart.WORKPLACE
    assert placement.contact_email == host.user.email
    assert [move.went_to for move in placement.moves.all()] == ["draft"]


def test_of_several_workplaces_none_is_guessed(host):
    WorkplaceFactory.create_batch(2, organisation=host.organisation)

    placement = listings.start(by=host, kind=Kind.VISIT, mode=Mode.IN_PERSON)

    assert placement.workplace is None


def test_a_virtual_offer_starts_without_a_workplace(host):
    WorkplaceFactory(organisation=host.organisation)

    placement = listings.start(by=host, kind=Kind.TALK, mode=Mode.VIRTUAL)

    assert placement.workplace is None


def test_a_virtual_offer_says_who_takes_part_and_may_come_to_a_workplace(host):
    workplace = WorkplaceFactory(organisation=host.organisation)
    placement = listings.start(by=host, kind=Kind.TALK, mode=Mode.VIRTUAL)

    listings.write(placement, sections.ONLINE_ONLY, {"takes_part": TakesPart.SCHOOL}, by=host)
    listings.write(placement, sections.KIND, {"kind": Kind.TALK, "mode": Mode.IN_PERSON}, by=host)
    listings.write(placement, sections.WHERE, {"workplace": workplace}, by=host)

    placement.refresh_from_db()
    assert (placement.mode, placement.workplace) == (Mode.IN_PERSON, workplace)


def test_a_kind_that_does_not_exist_is_refused(host, refused):
    with refused("invalid"):
        listings.start(by=host, kind="holiday", mode=Mode.IN_PERSON)


@pytest.mark.parametrize("may_not", [CareersLeaderFactory, BrokerFactory])
def test_only_who_lists_placements_starts_one(may_not):
    with pytest.raises(PermissionDenied):
        listings.start(by=may_not(), kind=Kind.TALK, mode=Mode.IN_PERSON)


def test_a_viewer_starts_nothing_and_writes_nothing(draft, host):
    viewer = MemberFactory(organisation=host.organisation, role=Role.VIEWER)

    with pytest.raises(PermissionDenied):
        listings.start(by=viewer, kind=Kind.TALK, mode=Mode.IN_PERSON)
    with pytest.raises(PermissionDenied):
        listings.write(draft, sections.WHAT, {"title": "Mine"}, by=viewer)


def test_a_suspended_employer_starts_nothing():
    suspended = EmployerFactory(standing=Standing.SUSPENDED, suspended_at=clock.now())

    with pytest.raises(PermissionDenied):
        listings.start(by=HostFactory(organisation=suspended), kind=Kind.TALK, mode=Mode.IN_PERSON)


def test_a_draft_is_written_page_by_page(draft, host):
    listings.write(draft, sections.WHAT, {"title": "A week with bread"}, by=host)

    draft.refresh_from_db()
    assert draft.title == "A week with bread"


@pytest.mark.parametrize("verb", ["pause", "resume", "submit", "still_right", "withdraw", "copy"])
def test_nobody_touches_the_listing_of_another(published, verb):
    with pytest.raises(PermissionDenied):
        getattr(listings, verb)(published, by=HostFactory())


def test_nobody_writes_in_the_listing_of_another(draft):
    with pytest.raises(PermissionDenied):
        listings.write(draft, sections.WHAT, {"title": "Mine now"}, by=HostFactory())


def test_a_page_takes_its_own_questions_only(draft, host, refused):
    with refused("unknown_field"):
        listings.write(draft, sections.WHAT, {"state": "published"}, by=host)


def test_another_organisations_workplace_is_refused(draft, host, refused):
    with refused("not_your_workplace"):
        listings.write(draft, sections.WHERE, {"workplace": WorkplaceFactory()}, by=host)


@pytest.mark.parametrize(
    ("section", "values", "code"),
    [
        (sections.WHO, {"year_from": 12, "year_to": 10}, "years_not_in_order"),
        (sections.WHEN, {"starts_at": time(15), "ends_at": time(9)}, "hours_not_in_order"),
        (sections.WHEN, {"starts_at": time(8), "ends_at": time(18)}, "day_too_long"),
        (
            sections.BOOKING,
            {"opens_days_before": 5, "closes_days_before": 10},
            "closes_before_it_opens",
        ),
        (sections.WHAT, {"title": "x" * 101}, "invalid"),
        (sections.WHAT, {"sector": "astrology"}, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused_even_in_a_draft(
    draft, host, refused, section, values, code
):
    with refused(code):
        listings.write(draft, section, values, by=host)


def test_a_finished_listing_goes_to_its_desk(draft, host, desk):
    listings.submit(draft, by=host)

    draft.refresh_from_db()
    assert draft.state == PlacementState.SUBMITTED
    assert draft.submitted_at is not None
    assert told("listing_waiting") == [desk.members.get().user.email]


def test_an_unfinished_listing_stays_where_it_is(draft, host, desk, refused):
    listings.write(draft, sections.LEARNING, {"objectives": ""}, by=host)

    with refused("not_finished"):
        listings.submit(draft, by=host)

    draft.refresh_from_db()
    assert draft.state == PlacementState.DRAFT
    assert told("listing_waiting") == []


def test_while_the_broker_reads_nothing_changes(draft, host, refused):
    listings.submit(draft, by=host)

    with refused("with_the_broker"):
        listings.write(draft, sections.WHAT, {"title": "Later"}, by=host)


def test_a_listing_is_sent_in_once(draft, host, refused):
    listings.submit(draft, by=host)

    with refused("move_not_allowed"):
        listings.submit(draft, by=host)


def test_sending_in_again_settles_the_brokers_notes(draft, host):
    listings.submit(draft, by=host)
    moderation.send_back(draft, notes={"what": "Which bakery?"}, by=BrokerFactory())

    listings.submit(draft, by=host)

    assert not draft.review_notes.filter(settled_at=None).exists()


def test_another_workplace_takes_back_the_acceptance_of_a_risk(host):
    draft = DraftFactory(provider=host.organisation, risk_accepted_by=BrokerFactory())

    listings.write(
        draft,
        sections.WHERE,
        {"workplace": WorkplaceFactory(organisation=host.organisation)},
        by=host,
    )

    draft.refresh_from_db()
    assert draft.risk_accepted_by is None


def test_what_no_broker_approved_changes_at_once(published, host):
    listings.write(published, sections.CONTACT, {"contact_name": "Robin Miller"}, by=host)

    published.refresh_from_db()
    assert published.contact_name == "Robin Miller"
    assert revisions.open_for(published) is None


def test_what_a_broker_approved_stays_up_until_the_change_is_approved_too(published, host):
    before = published.title

    listings.write(published, sections.WHAT, {"title": "A week with cake"}, by=host)

    published.refresh_from_db()
    assert published.title == before
    assert revisions.open_for(published).changes == {"title": "A week with cake"}


def test_the_kind_of_a_published_listing_stays(published, host, refused):
    with refused("kind_is_fixed"):
        listings.write(published, sections.KIND, {"kind": Kind.TALK, "mode": "virtual"}, by=host)


def test_a_withdrawn_listing_is_written_no_more(published, host, refused):
    listings.withdraw(published, by=host)

    with refused("listing_closed"):
        listings.write(published, sections.WHAT, {"title": "Again"}, by=host)


def test_pausing_hides_and_leaves_bookings_alone(published, host):
    slot = published.slots.get()
    booking = bookings.request(slot, places=2, by=CareersLeaderFactory())

    listings.pause(published, by=host)

    booking.refresh_from_db()
    assert not Placement.objects.published().filter(pk=published.pk).exists()
    assert booking.state == BookingState.REQUESTED


def test_a_paused_listing_takes_no_requests(published, host, refused):
    listings.pause(published, by=host)

    with refused("not_published"):
        bookings.request(published.slots.get(), places=1, by=CareersLeaderFactory())


def test_a_paused_listing_goes_up_again_and_counts_as_looked_at(host):
    paused = PlacementFactory(
        provider=host.organisation, state=PlacementState.PAUSED, last_confirmed_on=days_ahead(-90)
    )
    SlotFactory(placement=paused)

    listings.resume(paused, by=host)

    paused.refresh_from_db()
    assert paused.state == PlacementState.PUBLISHED
    assert paused.last_confirmed_on == clock.today()


def test_nothing_goes_up_again_without_dates(host, refused):
    paused = PlacementFactory(provider=host.organisation, state=PlacementState.PAUSED)

    with refused("not_finished"):
        listings.resume(paused, by=host)


def test_a_paused_private_home_needs_the_brokers_yes_to_go_up_again(host, refused):
    home = WorkplaceFactory(organisation=host.organisation, kind="private_home")
    paused = PlacementFactory(
        provider=host.organisation, workplace=home, state=PlacementState.PAUSED
    )
    SlotFactory(placement=paused)

    with refused("risk_not_accepted"):
        listings.resume(paused, by=host)


def test_only_what_is_down_goes_up_again(published, host, refused):
    with refused("not_paused"):
        listings.resume(published, by=host)


def test_saying_that_it_is_still_right_is_kept(published, host):
    Placement.objects.filter(pk=published.pk).update(last_confirmed_on=days_ahead(-300))

    listings.still_right(published, by=host)

    published.refresh_from_db()
    assert published.last_confirmed_on == clock.today()


def test_a_draft_cannot_be_still_right(draft, host, refused):
    with refused("not_published"):
        listings.still_right(draft, by=host)


def test_withdrawing_calls_off_dates_and_bookings_and_tells_the_schools(published, host):
    leader = CareersLeaderFactory()
    booking = bookings.request(published.slots.get(), places=2, by=leader)

    assert listings.withdraw(published, reason="staffing", by=host) == 1

    booking.refresh_from_db()
    slot = published.slots.get()
    assert (booking.state, booking.reason) == (BookingState.CANCELLED, "staffing")
    assert (slot.state, slot.taken) == (SlotState.CANCELLED, 0)
    assert told("booking_cancelled") == [leader.user.email]


@pytest.mark.parametrize("why", [{}, {"reason": "whim"}, {"reason": "other"}])
def test_schools_that_booked_are_told_why_a_listing_is_withdrawn(published, host, refused, why):
    bookings.request(published.slots.get(), places=2, by=CareersLeaderFactory())

    with refused("invalid"):
        listings.withdraw(published, by=host, **why)

    published.refresh_from_db()
    assert published.state == PlacementState.PUBLISHED
    assert Booking.objects.live().exists()


def test_withdrawing_leaves_what_has_happened(host):
    placement = PlacementFactory(provider=host.organisation)
    past = SlotFactory(placement=placement, starts_on=days_ahead(-30))
    booking = BookingFactory(slot=past, state=BookingState.COMPLETED)

    listings.withdraw(placement, by=host)

    past.refresh_from_db()
    booking.refresh_from_db()
    assert past.state == SlotState.OPEN
    assert booking.state == BookingState.COMPLETED


def test_withdrawing_gives_up_changes_that_wait(published, host):
    listings.write(published, sections.WHAT, {"title": "Never"}, by=host)

    listings.withdraw(published, by=host)

    assert [r.state for r in published.revisions.all()] == [RevisionState.DISCARDED]


def test_a_copy_is_a_draft_with_everything_but_the_dates(published, host):
    fresh = listings.copy(published, by=host)

    assert fresh.pk != published.pk
    assert fresh.state == PlacementState.DRAFT
    assert fresh.copied_from == published
    assert (fresh.title, fresh.criteria) == (published.title, published.criteria)
    assert (fresh.published_at, fresh.rating_count) == (None, 0)
    assert not fresh.slots.exists()


def test_every_question_is_copied():
    asked = {
        name
        for kind in Kind.values
        for mode in Mode.values
        for section in sections.sections_for(kind, mode)
        for name in section.fields
    }

    assert set(listings.COPIED) == asked | {"kind", "mode"}


def test_a_listing_whose_dates_are_over_expires(host):
    over = PlacementFactory(provider=host.organisation)
    SlotFactory(placement=over, starts_on=days_ahead(-9))
    called_off = PlacementFactory(provider=host.organisation)
    SlotFactory(placement=called_off, state=SlotState.CANCELLED)
    going_on = PlacementFactory(provider=host.organisation)
    SlotFactory(placement=going_on, starts_on=days_ahead(-9))
    SlotFactory(placement=going_on, starts_on=days_ahead(-2))

    assert listings.expire_past() == 2
    assert listings.expire_past() == 0

    over.refresh_from_db()
    going_on.refresh_from_db()
    assert over.state == PlacementState.EXPIRED
    assert going_on.state == PlacementState.PUBLISHED
    assert told("listing_expired") == [host.user.email] * 2


def test_an_expired_listing_with_new_dates_goes_up_again(host):
    expired = PlacementFactory(provider=host.organisation, state=PlacementState.EXPIRED)
    slots.add(expired, starts_on=days_ahead(40), ends_on=days_ahead(44), places=2, by=host)

    listings.resume(expired, by=host)

    expired.refresh_from_db()
    assert expired.state == PlacementState.PUBLISHED


def test_the_days_for_booking_follow_the_listings_rule(published, host):
    slot = published.slots.get()

    listings.write(published, sections.BOOKING, {"closes_days_before": 21}, by=host)

    slot.refresh_from_db()
    assert slot.closes_on == slot.starts_on - timedelta(days=21)


def test_a_criterion_that_is_not_one_is_refused(draft, host, refused):
    with refused("invalid"):
        listings.write(draft, sections.LEARNING, {"criteria": {"fun": "Yes"}}, by=host)


def test_criteria_are_kept_with_how_they_are_met(draft, host):
    met = {Criterion.PURPOSE.value: "We agree it on Monday."}

    listings.write(draft, sections.LEARNING, {"criteria": met}, by=host)

    draft.refresh_from_db()
    assert draft.criteria == met


def test_a_booking_of_a_withdrawn_listing_is_not_left_behind(published, host):
    bookings.request(published.slots.get(), places=1, by=CareersLeaderFactory())

    listings.withdraw(published, reason="staffing", by=host)

    assert not Booking.objects.live().exists()
