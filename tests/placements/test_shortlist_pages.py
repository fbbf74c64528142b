"""The shortlist's button and the page of placements side by side, with and without signing in."""

import re
from datetime import time
from urllib.parse import quote

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import Standing
from placements import shortlists
from placements.models import Shortlisted
from placements.states import PlacementState
from placements.words import Criterion, Mode
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db

SHORTLIST, SEARCH = "/shortlist/", "/placements/"


@pytest.fixture
def leader(client):
    member = CareersLeaderFactory()
    client.force_login(member.user)
    return member


def adding(placement):
    return reverse("placements:add-to-shortlist", args=[placement.pk])


def removing(placement):
    return reverse("placements:remove-from-shortlist", args=[placement.pk])


def seen(response):
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", words)


def titles(response):
    return re.findall(
        r'app-compare__title" id="shortlist-([0-9a-f-]{36})"', response.content.decode()
    )


def test_a_visitor_who_has_kept_nothing_reads_what_everybody_reads(client):
    placement = PlacementFactory()

    pages = [client.get(SEARCH).content, client.get(SEARCH).content]

    assert pages[0] == pages[1]
    assert b"csrfmiddlewaretoken" not in pages[0]
    assert f"{adding(placement)}?back={quote('/placements/')}".encode() in pages[0]
    assert client.cookies == {}


def test_a_visitor_is_told_of_the_cookie_once_and_comes_back_to_where_they_were(client):
    placement, other = PlacementFactory.create_batch(2)
    told = client.get(adding(placement), {"back": "/placements/?q=bakery"})
    assert "we keep it with a cookie" in seen(told)
    assert client.cookies.get("sessionid") is None

    response = client.post(adding(placement), {"back": "/placements/?q=bakery"})

    assert response["Location"] == f"/placements/?q=bakery#shortlist-{placement.pk}"
    page = client.get(SEARCH).content.decode()
    assert f'action="{removing(placement)}"' in page
    assert f'action="{adding(other)}"' in page
    assert "Compare 1 of 6" in page


@pytest.mark.parametrize(
    "back", ["https://evil.example.org/", "//evil.example.org", "", "javascript:x"]
)
def test_nobody_is_led_away_by_the_button(client, back):
    response = client.post(adding(PlacementFactory()), {"back": back})

    assert response["Location"] == SHORTLIST


def test_what_a_visitor_chose_is_theirs_once_they_have_signed_in(client):
    placement, later = PlacementFactory.create_batch(2)
    client.post(adding(placement))
    member = CareersLeaderFactory()
    client.force_login(member.user)

    assert titles(client.get(SHORTLIST)) == [str(placement.pk)]
    client.post(adding(later))

    assert shortlists.kept_by(member) == [placement.pk, later.pk]
    assert "shortlist" not in client.session


@pytest.mark.parametrize("who", [None, BrokerFactory, HostFactory])
def test_whoever_acts_for_no_school_keeps_theirs_in_the_session(client, who):
    if who:
        client.force_login(who().user)
    kept = PlacementFactory.create_batch(6)
    for placement in kept:
        client.post(adding(placement))

    refused = client.post(
        adding(PlacementFactory()),
        headers={"Referer": "http://testserver/placements/"},
        follow=True,
    )

    assert "Your shortlist is full: it holds 6 placements." in seen(refused)
    assert titles(client.get(SHORTLIST)) == [str(one.pk) for one in kept]
    assert Shortlisted.objects.count() == 0
    client.post(removing(kept[0]))
    assert titles(client.get(SHORTLIST)) == [str(one.pk) for one in kept[1:]]


def test_the_seventh_is_refused_on_the_page_one_came_from(client, leader):
    for placement in PlacementFactory.create_batch(6):
        client.post(adding(placement))

    refused = client.post(
        adding(PlacementFactory()),
        headers={"Referer": "http://testserver/placements/"},
        follow=True,
    )

    assert refused.redirect_chain == [(SEARCH, 302)]
    assert "Take one off, then add this one." in seen(refused)


def test_what_is_not_offered_has_no_button_to_press(client, leader):
    hidden = PlacementFactory(state=PlacementState.DRAFT)

    assert client.post(adding(hidden)).status_code == 404
    assert client.post(removing(PlacementFactory())).status_code == 404


def test_the_page_says_what_decides(client, leader):
    placement = PlacementFactory(
        title="A week in a bakery",
        starts_at=time(9),
        ends_at=time(15, 30),
        adjustments=["step_free"],
        badges=["gold"],
        rating_average="4.50",
        rating_count=4,
        criteria={Criterion.PURPOSE.value: "Yes"},
        dress="Closed shoes",
        most_places_per_school=3,
        charge="£5 for lunch",
        workplace__easting=349400 + 16093,
    )
    SlotFactory(placement=placement, places=6, taken=2)
    shortlists.add(placement, by=leader)

    page = seen(client.get(SHORTLIST))

    for words in (
        "10 miles, in Shrewsbury",
        "4 places",
        "Years 10 to 13",
        "5 days, 9am to 3:30pm",
        "Step-free access",
        "Gold",
        "4.5 out of 5 from 4 ratings",
        "1 of 7",
        "Not: Time to reflect afterwards",
        "What to wear: Closed shoes",
        "Most places for one school: 3",
        "Cost: £5 for lunch",
        "The provider answers each request",
        "from your school",
    ):
        assert words in page


def test_distances_can_be_measured_from_elsewhere(client):
    placement = PlacementFactory()
    client.post(adding(placement))

    assert "miles, in Shrewsbury" not in seen(client.get(SHORTLIST))
    near = seen(client.get(SHORTLIST, {"near": "HR1 2AA"}))
    assert re.search(r"\d+ miles, in Shrewsbury", near)
    wrong = client.get(SHORTLIST, {"near": "Nowhere at all"})
    assert "We do not know that place" in seen(wrong)
    assert "<title>Error: " in wrong.content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": PlacementState.PAUSED}, "Paused by the provider"),
        ({"state": PlacementState.WITHDRAWN}, "Withdrawn by the provider"),
        ({"state": PlacementState.EXPIRED}, "Its dates are over"),
        ({"state": PlacementState.SUBMITTED}, "Not offered at the moment"),
        ({"suspended_at": "now"}, "Not offered at the moment"),
    ],
)
def test_what_is_not_offered_any_more_says_so_and_no_more(client, leader, change, words):
    placement = PlacementFactory(summary="A secret recipe", dress="Closed shoes")
    SlotFactory(placement=placement)
    shortlists.add(placement, by=leader)
    for name, value in change.items():
        setattr(placement, name, clock.now() if value == "now" else value)
    placement.save()

    page = client.get(SHORTLIST).content.decode()

    assert words in page
    assert "Closed shoes" not in page
    assert reverse("placements:placement", args=[placement.pk]) not in page
    assert f'action="{removing(placement)}"' in page


def test_a_suspended_providers_placement_reads_like_any_that_is_not_offered(client, leader):
    placement = PlacementFactory()
    shortlists.add(placement, by=leader)
    provider = placement.provider
    provider.standing, provider.suspended_at = Standing.SUSPENDED, clock.now()
    provider.save()

    page = seen(client.get(SHORTLIST))

    assert "Not offered at the moment" in page
    assert "suspend" not in page


def test_a_virtual_one_has_no_distance(client, leader):
    shortlists.add(PlacementFactory(mode=Mode.VIRTUAL, workplace=None), by=leader)

    assert "Online, from anywhere" in seen(client.get(SHORTLIST))


def test_an_empty_shortlist_says_how_to_fill_it(client):
    assert "Nothing on your shortlist yet" in seen(client.get(SHORTLIST))


@pytest.mark.parametrize("where", ["placements:placement", "placements:provider"])
def test_the_button_stands_on_the_listing_and_in_the_menu(client, leader, where):
    placement = PlacementFactory()
    subject = placement if where == "placements:placement" else placement.provider

    page = client.get(reverse(where, args=[subject.pk])).content.decode()

    assert f'action="{adding(placement)}"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_comparing_costs_the_same_however_many(client, leader, rows, django_assert_num_queries):
    for slot in SlotFactory.create_batch(rows, placement__badges=["gold"]):
        shortlists.add(slot.placement, by=leader)
    client.get(SHORTLIST)
    session_user_and_member, school, shortlist, badge_names = 3, 1, 1, 1
    placements_and_dates = 2

    with django_assert_num_queries(
        session_user_and_member + school + shortlist + badge_names + placements_and_dates
    ):
        client.get(SHORTLIST)


# Fewer than three would offer to tell the hub, which is a question of its own.
@pytest.mark.parametrize("rows", [3, 5])
def test_the_buttons_of_a_page_of_results_cost_one_question(
    client, leader, rows, django_assert_num_queries
):
    SlotFactory.create_batch(rows)
    client.get(SEARCH, {"near": ""})
    signing_in, finding, badge_names = 3, 1, 1
    before = signing_in + finding + badge_names

    with django_assert_num_queries(before + 1):
        client.get(SEARCH, {"near": ""})
