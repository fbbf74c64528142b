"""Every page asks the database as often when there are three of everything as when there is one.

The lists of each app have tests of their own, which name their figure. This one is about
those that nobody thought of: it opens every door there is.
"""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import invitations
from accounts.models import MemberState, Role
from brokers import boundaries
from marketplace import sessions
from placements import revisions, saved_searches
from placements.models import BookingNote, Frequency, ReviewNote
from placements.states import BookingState, PlacementState
from tests.factories import (
    BadgeFactory,
    BookingFactory,
    CareersLeaderFactory,
    CheckRequestFactory,
    ClientFactory,
    CohortFactory,
    ConcernFactory,
    DebriefFactory,
    DraftFactory,
    EmployerFactory,
    EnquiryAnswerFactory,
    EnquiryFactory,
    GivenUpMessageFactory,
    HeldMessageFactory,
    HubFactory,
    MemberFactory,
    NamedStudentFactory,
    PastBookingFactory,
    PlacementFactory,
    RatingReportFactory,
    ReflectionFactory,
    ReplyFactory,
    SchoolFactory,
    SelfFoundFactory,
    SentMailFactory,
    SlotFactory,
    WorkplaceCheckFactory,
    WorkplaceFactory,
    days_ahead,
)
from tests.marketplace import doors

pytestmark = pytest.mark.django_db

ROUTES = doors.routes()
# Pages on which something stands once for each row; all of them must have grown.
LISTS = {
    *("dashboard", "api-placements", "api-placement", "api-placement-ratings"),
    "api-bookings",
    *("accounts:account", "accounts:switch", "accounts:register-school", "accounts:outbox"),
    *(
        "accounts:came-back",
        "accounts:messages",
        "accounts:people",
        "accounts:platforms",
        "accounts:workplaces",
    ),
    *("brokers:areas", "brokers:area", "brokers:concerns", "brokers:desk", "brokers:hubs"),
    *("brokers:hub", "brokers:listings", "brokers:organisation", "brokers:review"),
    *("placements:booking", "placements:bookings", "placements:bookings-as-sheet"),
    *("placements:bookings-on-paper", "placements:listing", "placements:listing-dates"),
    *("placements:listing-section", "placements:listings", "placements:placement"),
    "placements:sites",
    *("placements:cohorts", "placements:cohort", "placements:book-cohort", "placements:book-more"),
    *("placements:provider", "placements:saved-searches", "placements:search"),
    *("placements:calendar-feed", "placements:students", "placements:workplace-check"),
    *("placements:enquiries", "placements:enquiry", "placements:needs", "brokers:needs"),
    *("brokers:checks", "brokers:found-employers", "placements:self-found"),
    *("ratings:attendance", "ratings:reflections"),
    *("placements:start-for-employer", "ratings:debriefs", "ratings:ratings", "ratings:reports"),
}


@pytest.fixture(scope="module")
def costs(django_db_setup, django_db_blocker, texts_are_sent):
    """What each door costs, and how long its page is: before there is more, and after."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        # That somebody was seen is written once a minute, on whichever page that falls.
        patch.setattr(sessions, "SEEN_EVERY", float("inf"))
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        here = doors.world()
        opened = [
            (door, door.opened()) for several in doors.doors(here).values() for door in several
        ]
        before = [cost(door, browser) for door, browser in opened]
        grow(here)
        after = [cost(door, browser) for door, browser in opened]
        transaction.set_rollback(True)
    by_route = {}
    for (door, _), was, now in zip(opened, before, after, strict=True):
        by_route.setdefault(door.route, []).append((door.address, was, now))
    return by_route


def cost(door, browser):
    """Its questions, once everything that is kept for a while is kept; and its length."""
    browser.get(door.address)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(door.address)
        length = len(b"".join(answer))
    return [question["sql"] for question in asked], length


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_page_costs_the_same_however_many_rows_there_are(costs, route):
    for address, (was, _), (now, _) in costs[route]:
        assert len(now) == len(was), f"{address}: {more_often(was, now)}"


@pytest.mark.parametrize("route", sorted(LISTS))
def test_a_list_did_grow(costs, route):
    assert any(now > was for _, (_, was), (_, now) in costs[route])


def more_often(was, now):
    """Which tables are asked more often than they were."""
    tables = [sql.partition(" FROM ")[2][:60] for sql in now]
    before = [sql.partition(" FROM ")[2][:60] for sql in was]
    return sorted({table for table in tables if tables.count(table) > before.count(table)})


def grow(here):
    """Two more of everything, for the same people."""
    for number in (1, 2):
        more_people(here, number)
        more_listings(here)
        more_bookings(here, number)
        more_at_desks(here, number)


def more_people(here, number):
    WorkplaceFactory(organisation=here.bakery, name=f"Branch {number}")
    MemberFactory(organisation=here.bakery)
    MemberFactory(organisation=here.bakery, state=MemberState.PENDING)
    for member in (here.host, here.of_two, here.leader, here.broker):
        MemberFactory(user=member.user, organisation=EmployerFactory(name=f"A bakery {number}"))
    invitations.invite(f"more{number}@example.org", role=Role.COLLEAGUE, by=here.host)
    SchoolFactory()
    SentMailFactory()
    BadgeFactory()
    saved_searches.keep(
        f"q=more{number}", name=f"More {number}", frequency=Frequency.DAILY, by=here.leader
    )


def more_listings(here):
    ours = {"provider": here.bakery, "workplace": here.workplace}
    DraftFactory(**ours)
    branch = WorkplaceFactory(organisation=here.bakery)
    SlotFactory(
        placement=PlacementFactory(provider=here.bakery, workplace=branch, text_of=here.published)
    )
    SlotFactory(placement=PlacementFactory(**ours))
    for state in (PlacementState.SUBMITTED, PlacementState.SENT_BACK, PlacementState.PAUSED):
        SlotFactory(placement=PlacementFactory(**ours, state=state))
    changed = PlacementFactory(**ours)
    SlotFactory(placement=changed)
    revision = revisions.propose(changed, {"title": "Another title"}, by=here.host)
    revisions.submit(revision, by=here.host)
    for placement in (here.draft, here.waiting):
        ReviewNote.objects.create(
            placement=placement,
            section="activities",
            words="Say more.",
            by=here.broker,
            written_at=here.concern.reported_at,
        )


def more_bookings(here, number):
    for placement in (here.draft, here.published, here.waiting):
        SlotFactory(placement=placement, starts_on=days_ahead(100 + 10 * number))
    ours = {"school": here.leader.organisation, "asked_by": here.leader}
    for state in (BookingState.REQUESTED, BookingState.ACCEPTED, BookingState.DECLINED):
        slot = SlotFactory(placement=here.published, starts_on=days_ahead(200 + 10 * number))
        booking = BookingFactory(slot=slot, state=state, **ours, cohort=here.cohort)
        BookingFactory(slot=slot, state=state)
        here.cohort.misses.create(slot=slot, places=2, why="Full.", missed_at=here.cohort.made_at)
        for by in (here.leader, here.host):
            BookingNote.objects.create(
                booking=booking, by=by, words="Hello?", written_at=booking.asked_at
            )
    WorkplaceCheckFactory(workplace=here.workplace, recorded_by=here.leader)
    CheckRequestFactory(placement=here.published, asked_by=here.leader)
    SelfFoundFactory(booking__school=ours["school"], booking__asked_by=here.leader)
    for agreed in (False, True):
        NamedStudentFactory(booking=here.agreed, agreed=agreed)
    for by in (here.leader, here.host):
        BookingNote.objects.create(
            booking=here.asked, by=by, words="Hello?", written_at=here.asked.asked_at
        )
    for booking in (here.waits_for_places, here.offered):
        doors.pass_over(booking)
        BookingFactory(slot=booking.slot, state=BookingState.WAITING)
    CohortFactory(school=here.leader.organisation)
    for enquiry in (here.enquiry, EnquiryFactory(**ours)):
        EnquiryAnswerFactory(enquiry=enquiry)
    EnquiryAnswerFactory(provider=here.bakery, placements=[here.published])
    doors.tell_of(["construction", "legal_finance_accounting"][number - 1], by=here.leader)
    more_that_is_over(here, number, ours)


def more_that_is_over(here, number, ours):
    past = SlotFactory(placement=here.published, starts_on=days_ahead(-100 - 10 * number))
    over = PastBookingFactory(slot=past, **ours)
    DebriefFactory(booking=over)
    rating = ReplyFactory(rating__booking=over, by=here.host).rating
    RatingReportFactory(rating=rating)
    PastBookingFactory(slot=past)
    ReflectionFactory.create_batch(2, student__booking=here.over)


def more_at_desks(here, number):
    GivenUpMessageFactory()
    HeldMessageFactory(entered_by=here.bakery)
    ConcernFactory(placement=here.published, organisation=here.bakery)
    CareersLeaderFactory(state=MemberState.PENDING)
    EmployerFactory(name=f"Another bakery {number}")
    ClientFactory(acts_as__organisation=here.bakery)
    HubFactory()
    code = f"E0600009{number}"
    for hub in (here.broker.organisation, HubFactory()):
        boundaries.found_area(f"Area {number} of {hub}", hub=hub, by=here.national)
    boundaries.cover(here.area, kind="authority", code=code, by=here.national)
