"""What waits for each kind of member, on the first page after signing in."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.models import MemberState, Organisation, Role, Standing
from brokers import boundaries, desk
from placements.states import BookingState, PlacementState
from tests.factories import (
    SHREWSBURY,
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    ConcernFactory,
    DraftFactory,
    HeldMessageFactory,
    HostFactory,
    MemberFactory,
    NationalFactory,
    PastBookingFactory,
    PlacementFactory,
    RatingFactory,
    RatingReportFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker():
    """Works at the hub in whose area the factories' workplaces lie."""
    broker = BrokerFactory()
    boundaries.found_area(
        "The Marches",
        hub=broker.organisation,
        by=NationalFactory(),
        authorities=[SHREWSBURY["authority"]],
    )
    return broker


@pytest.fixture
def first_page(client):
    def of(member):
        client.force_login(member.user)
        return client.get(reverse("dashboard")).text

    return of


def waiting(page):
    """Each figure: how many, of what, and where it leads."""
    figures = re.findall(
        r'<a class="app-figure__link" href="([^"]+)">\s*<span[^>]*>(\d+)</span>\s*<span[^>]*>([^<]+)',
        page,
    )
    return {words: (int(number), where.replace("&amp;", "&")) for where, number, words in figures}


def test_a_school_is_told_of_requests_unanswered_and_of_what_it_has_not_looked_back_on(first_page):
    leader = CareersLeaderFactory()
    BookingFactory(school=leader.organisation, asked_by=leader)
    PastBookingFactory.create_batch(2, school=leader.organisation, asked_by=leader)
    BookingFactory()

    assert waiting(first_page(leader)) == {
        "placements to look back on": (2, reverse("ratings:debriefs")),
        "request that an employer has not answered yet": (
            1,
            f"{reverse('placements:bookings')}?show=unanswered",
        ),
    }


def test_a_host_is_told_of_requests_to_answer_and_of_listings_to_mend_and_to_finish(first_page):
    host = HostFactory()
    sent_back = PlacementFactory(provider=host.organisation, state=PlacementState.SENT_BACK)
    DraftFactory(provider=host.organisation)
    BookingFactory.create_batch(3, slot=SlotFactory(placement__provider=host.organisation))
    BookingFactory(slot__placement__provider=sent_back.provider, state=BookingState.DECLINED)
    DraftFactory()

    told = waiting(first_page(host))

    assert told == {
        "requests from schools to answer": (3, f"{reverse('placements:bookings')}?show=unanswered"),
        "listing sent back with notes": (1, f"{reverse('placements:listings')}?state=sent_back"),
        "listing to finish": (1, f"{reverse('placements:listings')}?state=draft"),
    }


def test_a_broker_is_told_of_all_that_waits_at_the_desk(first_page, broker):
    PlacementFactory(state=PlacementState.SUBMITTED)
    ConcernFactory(placement=PlacementFactory())
    rated = RatingFactory()
    RatingReportFactory.create_batch(2, rating=rated)
    RatingReportFactory(rating=RatingFactory(booking__slot__placement__mode="virtual"))

    told = waiting(first_page(broker))

    assert {words: number for words, (number, _) in told.items()} == {
        "new listing to read": 1,
        "concern to look into": 1,
        "reported rating to look at": 1,
        "placement to look back on": 1,
    }


def test_the_national_team_is_told_of_every_desks_reported_ratings(first_page, broker):
    RatingReportFactory()

    told = waiting(first_page(NationalFactory()))

    assert told["reported rating to look at"] == (1, reverse("ratings:reports"))


def test_a_suspended_hub_is_told_of_no_ratings(first_page, broker):
    RatingReportFactory()
    Organisation.objects.filter(pk=broker.organisation_id).update(
        standing=Standing.SUSPENDED, suspended_at=clock.now()
    )

    assert "reported rating to look at" not in waiting(first_page(broker))


def test_a_lead_is_told_who_asked_to_join(first_page):
    leader = CareersLeaderFactory(role=Role.LEAD)
    MemberFactory(organisation=leader.organisation, state=MemberState.PENDING)

    assert waiting(first_page(leader))["colleague who asked to join"][0] == 1


def test_whoever_can_mend_an_address_is_told_that_mail_does_not_reach_it(first_page):
    leader = CareersLeaderFactory(role=Role.LEAD)
    colleague, another = MemberFactory.create_batch(
        2, organisation=leader.organisation, role=Role.COLLEAGUE
    )
    for number in range(2):
        HeldMessageFactory(
            recipient=colleague.user, email=colleague.user.email, dedupe_key=f"held {number}"
        )

    # Its reader knows it best.
    for member in (leader, colleague):
        told = waiting(first_page(member))
        assert told["address that our mail does not reach"] == (1, reverse("accounts:came-back"))
    assert waiting(first_page(another)) == {}


def test_what_is_agreed_is_shown_the_soonest_first(first_page):
    leader = CareersLeaderFactory()
    titles = ["Second", "First"]
    for days, title in zip((70, 60), titles, strict=True):
        BookingFactory(
            school=leader.organisation,
            state=BookingState.ACCEPTED,
            slot__starts_on=days_ahead(days),
            slot__placement__title=title,
        )

    page = first_page(leader)

    assert page.index("First") < page.index("Second")
    assert "Nothing. You are up to date." in page


@pytest.mark.parametrize("name", ["brokers:listings", "ratings:ratings", "ratings:reports"])
def test_every_page_of_the_desk_is_reached_from_the_desk(client, broker, name):
    client.force_login(broker.user)

    assert f'href="{reverse(name)}"' in client.get(reverse("brokers:desk")).text
    assert client.get(reverse(name)).status_code == 200


def test_the_first_page_costs_the_same_however_much_waits(client, broker):
    leader = CareersLeaderFactory()
    costs = []

    for _ in range(3):
        BookingFactory(school=leader.organisation, state=BookingState.ACCEPTED)
        PastBookingFactory(school=leader.organisation)
        desk.suspend(PlacementFactory(), because="A parent rang.", by=broker)
        client.force_login(leader.user)
        client.get(reverse("dashboard"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("dashboard"))
        costs.append(len(asked))

    assert len(set(costs)) == 1
