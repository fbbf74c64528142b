import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import Standing
from accounts.phrases import long_date
from placements import badges, verdicts
from placements.models import Slot
from placements.states import PlacementState
from placements.verdicts import Verdict, Verdicts
from placements.words import Kind, Mode
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    EmployerFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceCheckFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

SEARCH = "/placements/"


def seen(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def act_for(client, member):
    client.force_login(member.user)
    return member


def test_anybody_may_search_and_reads_how_many_there_are(client):
    SlotFactory.create_batch(2)

    page = seen(client.get(SEARCH, {"near": "SY1 1AA"}))

    assert "<title>2 placements near SY1 1AA " in page
    assert "2 placements</h2>" in page


def test_a_card_tells_what_one_compares_by(client):
    slot = SlotFactory(
        places=6,
        taken=4,
        placement__title="Bake for a town",
        placement__adjustments=["step_free", "quiet_space"],
        placement__badges=["gold"],
        placement__rating_average="4.60",
        placement__rating_count=5,
    )

    page = seen(client.get(SEARCH, {"near": "SY1"}))

    for words in (
        *("Bake for a town", slot.placement.provider.name, "One-week placement", "In person"),
        *("Shrewsbury, under 1 mile away", "2 places left", "4.6 out of 5", "from 5 ratings"),
        *("Offers step-free access and quiet space", "Gold", "Confirmed by the provider on"),
    ):
        assert words in page, words


def test_what_was_typed_is_shown_again_beside_what_is_wrong_with_it(client):
    page = seen(client.get(SEARCH, {"near": "Atlantis", "q": "bread", "from_day": "40"}))

    assert "<title>Error: " in page
    assert 'value="Atlantis"' in page
    assert 'value="bread"' in page
    assert 'value="40"' in page
    assert '<a href="#id_near">We do not know that place.' in page
    assert "Put right what is marked" in page


def test_a_part_of_the_address_that_is_no_filter_is_left_out_aloud(client):
    PlacementFactory()

    page = seen(client.get(SEARCH, {"colour": "red"}))

    assert "it is no filter of ours: colour." in page
    assert "1 placement</h2>" in page


def test_a_damaged_page_address_says_so_at_the_top(client):
    page = seen(client.get(SEARCH, {"cursor": "abc"}))

    assert "This address of a page of results is damaged." in page


def test_each_chip_takes_away_its_own_filter_and_no_other(client):
    PlacementFactory()
    asked = "near=SY1&within=25&sector=digital&sector=catering_hospitality&from_day=1&from_month=6&from_year=2031"

    page = seen(client.get(f"{SEARCH}?{asked}"))

    rest = "from_day=1&amp;from_month=6&amp;from_year=2031"
    assert (
        f'href="/placements/?near=SY1&amp;within=25&amp;sector=catering_hospitality&amp;{rest}"'
        in page
    )
    assert (
        f'href="/placements/?near=&amp;sector=digital&amp;sector=catering_hospitality&amp;{rest}"'
        in page
    )
    assert (
        'href="/placements/?near=SY1&amp;within=25&amp;sector=digital&amp;sector=catering_hospitality"'
        in page
    )
    assert "Within 25 miles of SY1" in page
    assert "From 1 June 2031" in page


def test_one_of_two_chips_of_the_same_filter_leaves_the_other_and_starts_at_the_first_page(client):
    SlotFactory.create_batch(2, placement__kind=Kind.VISIT)
    query = "kind=visit&kind=talk&limit=1"
    following = client.get(f"/api/v1/placements?{query}").json()["next"]

    page = seen(client.get(f"{SEARCH}?{query}&cursor={following}"))

    assert 'href="/placements/?kind=talk&amp;limit=1"' in page
    assert "2 to 2" in page


def test_choices_say_how_many_they_would_find(client):
    PlacementFactory(kind=Kind.VISIT)
    PlacementFactory(kind=Kind.TALK)

    page = seen(client.get(SEARCH, {"kind": "visit"}))

    assert "Workplace visit or tour (1)" in page
    assert "Talk, assembly or question time (1)" in page
    assert "Project set by an employer (0)" in page


def test_a_distance_that_is_not_in_the_list_is_kept(client):
    page = seen(client.get(SEARCH, {"near": "SY1", "within": "12"}))

    assert '<option value="12" selected>12 miles</option>' in page


@pytest.mark.parametrize(("within", "said"), [("1", "1 mile"), ("0.2", "0.2 miles")])
def test_a_chip_says_how_far_as_people_do(client, within, said):
    page = seen(client.get(SEARCH, {"near": "SY1", "within": within}))

    assert f"Within {said} of SY1" in page


def test_where_nothing_is_found_the_page_offers_what_would_be(client):
    SlotFactory()

    page = seen(client.get(SEARCH, {"near": "SY1", "places": "50"}))

    assert "0 placements</h2>" in page
    assert (
        '<a class="govuk-link" href="/placements/?near=SY1&amp;within=10">1 placement for a smaller group</a>'
        in page
    )


def test_a_careers_leader_who_says_nothing_looks_near_their_own_school(client):
    leader = act_for(client, CareersLeaderFactory())
    far = PlacementFactory(workplace=WorkplaceFactory(easting=530_000, northing=180_000))
    near = PlacementFactory()

    own = seen(client.get(SEARCH))
    anywhere = seen(client.get(SEARCH, {"near": ""}))

    assert leader.organisation.school.postcode in own
    assert (near.title in own, far.title in own) == (True, False)
    assert (near.title in anywhere, far.title in anywhere) == (True, True)


def test_pages_lead_on_and_back_to_the_first(client):
    SlotFactory.create_batch(3)

    first = client.get(SEARCH, {"limit": "2"})
    assert "Next page" in seen(first)
    following = client.get("/api/v1/placements?limit=2").json()["next"]
    second = seen(client.get(SEARCH, {"limit": "2", "cursor": following}))

    assert "3 to 3" in second
    assert 'href="/placements/?limit=2"' in second
    assert "Next page" not in second


@pytest.mark.parametrize("rows", [1, 3])
def test_the_search_page_costs_the_same_however_much_it_finds(
    client, rows, django_assert_num_queries
):
    SlotFactory.create_batch(rows, placement__badges=["gold"])
    badge_names = 1

    with django_assert_num_queries(1 + badge_names):
        client.get(SEARCH, {"q": ""})


def address_of(placement):
    return reverse("placements:placement", args=[placement.pk])


def test_a_listing_tells_all_that_a_careers_leader_decides_by(client):
    slot = SlotFactory(
        places=6,
        taken=1,
        placement__curriculum="GCSE food",
        placement__adjustments=["step_free"],
        placement__adjustments_notes="Ask for the ramp.",
        placement__audience="Keen cooks",
        placement__not_suitable_for="Anybody with a nut allergy",
        placement__charge="£2 for an apron",
        placement__workplace__access_notes="A step at the front",
    )
    placement = slot.placement

    page = seen(client.get(address_of(placement)))

    for words in (
        *(placement.title, placement.summary, placement.activities, placement.objectives),
        *("GCSE food", "Step-free access", "Ask for the ramp.", "Keen cooks", "9am to 3:30pm"),
        *("Anybody with a nut allergy", "£2 for an apron", "A step at the front", "5 of 6"),
        *("It meets 7 of the seven signs", "Years 10 to 13", "Low: everyday risks"),
        *("A named baker is with the students all day.", placement.provider.name),
    ):
        assert words in page, words
    book = reverse("placements:book", args=[placement.pk, slot.pk])
    assert f'href="{book}"' in page


def test_a_slot_is_offered_for_booking_only_while_it_can_be_booked(client):
    placement = PlacementFactory()
    today = clock.today()
    full = SlotFactory(placement=placement, places=2, taken=2)
    later = SlotFactory(placement=placement, opens_on=today + timedelta(days=5))
    closed = SlotFactory(placement=placement, closes_on=today - timedelta(days=1))

    page = seen(client.get(address_of(placement)))

    assert [str(slot.pk) in page for slot in (later, closed)] == [False, False]
    assert reverse("placements:book", args=[placement.pk, full.pk]) + '"' not in page
    assert reverse("placements:join-list", args=[placement.pk, full.pk]) in page
    assert "Full" in page
    assert "Booking opens on" in page
    assert Slot.objects.count() == 3


def test_an_employer_is_not_offered_to_book(client):
    act_for(client, HostFactory())
    slot = SlotFactory()

    page = seen(client.get(address_of(slot.placement)))

    assert "5 of" not in page
    assert reverse("placements:book", args=[slot.placement_id, slot.pk]) not in page


@pytest.mark.parametrize("state", [s for s in PlacementState if s != PlacementState.PUBLISHED])
def test_what_is_not_published_is_seen_by_its_own_provider_alone(client, state):
    placement = PlacementFactory(state=state)
    own, stranger = HostFactory(organisation=placement.provider), CareersLeaderFactory()

    assert client.get(address_of(placement)).status_code == 404
    act_for(client, stranger)
    assert client.get(address_of(placement)).status_code == 404
    act_for(client, own)
    assert "Only your own organisation can see this page" in seen(client.get(address_of(placement)))


def test_an_empty_draft_can_be_previewed(client):
    host = act_for(client, HostFactory())
    draft = PlacementFactory(
        provider=host.organisation,
        state=PlacementState.DRAFT,
        **dict.fromkeys(("kind", "mode", "takes_part", "title", "summary", "sector"), ""),
        **dict.fromkeys(("activities", "objectives", "pattern", "supervision", "dress"), ""),
        **dict.fromkeys(
            ("workplace", "year_from", "year_to", "days", "starts_at", "ends_at"), None
        ),
        criteria={},
    )

    page = seen(client.get(address_of(draft)))

    assert "Untitled listing" in page
    assert "It meets 0 of the seven signs" in page


def test_a_suspended_listing_is_not_there_for_the_public(client):
    placement = PlacementFactory(suspended_at=clock.now())

    assert client.get(address_of(placement)).status_code == 404


def test_what_schools_said_stands_on_the_listing_with_the_reply(client, monkeypatch):
    said = Verdict(
        id="11111111-1111-1111-1111-111111111111",
        side="school",
        said_by="A school",
        rated_at=clock.now(),
        average=4,
        marks={"quality": 4},
        would_use_again=True,
        comment="They came back with <b>bread</b>.",
        reply="So did we.",
    )
    verdict = Verdicts(3, 4.6, {"Quality": 4.5}, 2, [said])
    monkeypatch.setattr(verdicts, "_answers", [lambda placement: verdict])

    page = seen(client.get(address_of(PlacementFactory())))

    for words in ("4.6 out of 5", "2 of 3 would use it again", "So did we.", "Report this comment"):
        assert words in page, words
    assert "They came back with &lt;b&gt;bread&lt;/b&gt;." in page


def test_a_listing_that_has_not_changed_is_not_sent_again(client):
    slot = SlotFactory()
    address = address_of(slot.placement)
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304

    slot.taken = 3
    slot.save()
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_listing_costs_the_same_however_many_dates(client, rows, django_assert_num_queries):
    placement = PlacementFactory()
    SlotFactory.create_batch(rows, placement=placement)
    WorkplaceCheckFactory.create_batch(rows, workplace=placement.workplace)
    ratings, badge_names, checks = 1, 1, 1

    with django_assert_num_queries(2 + ratings + badge_names + checks):
        client.get(address_of(placement))


def what_is_said_of_checks(client, placement):
    page = client.get(address_of(placement)).content.decode()
    section = page.partition('id="checked"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", section).split())


@pytest.mark.parametrize(
    ("facts", "by"),
    [
        ({"assessor": "Safe Places Ltd"}, "Safe Places Ltd"),
        ({"recorded_by__organisation__name": "Abbey School"}, "A school"),
    ],
)
def test_a_listing_says_who_looked_at_its_workplace_and_until_when(client, facts, by):
    placement = PlacementFactory()
    check = WorkplaceCheckFactory(workplace=placement.workplace, **facts)

    said = what_is_said_of_checks(client, placement)

    assert f"{by} looked at the workplace on {long_date(check.checked_on)}" in said
    assert f"Every school can rely on it until {long_date(check.valid_until)}" in said
    assert "Abbey School" not in said


def test_a_hub_that_looked_is_named_with_its_conditions(client):
    placement, broker = PlacementFactory(), BrokerFactory()
    WorkplaceCheckFactory(
        workplace=placement.workplace,
        recorded_by=broker,
        outcome="conditions",
        conditions="No ovens.",
    )

    said = what_is_said_of_checks(client, placement)

    assert f"{broker.organisation.name} looked at the workplace" in said
    assert "On condition: No ovens." in said


@pytest.mark.parametrize(
    "facts",
    [
        {"outcome": "unsuitable"},
        {"checked_on": days_ahead(-400), "valid_until": days_ahead(-1)},
    ],
)
def test_a_check_that_is_not_in_force_is_no_check_on_the_page(client, facts):
    placement = PlacementFactory()
    WorkplaceCheckFactory(workplace=placement.workplace, **facts)

    said = what_is_said_of_checks(client, placement)

    assert "No check of the workplace is in force" in said
    assert "looked at the workplace" not in said


@pytest.mark.parametrize(
    ("host", "seen", "words"),
    [
        ({}, None, "liability insurance in force is on record yet"),
        ({"insurer": "Severn"}, None, "names an insurer. Nobody has noted"),
        (
            {"insurer": "Severn", "insured_until": days_ahead(-1)},
            None,
            "insurance in force is on record yet",
        ),
        ({"insurer": "Severn", "insured_until": days_ahead(9)}, None, "Nobody has noted"),
        ({}, 90, "insurance was seen, good until"),
        ({}, -1, "insurance in force is on record yet"),
        ({"crown_indemnity": True}, None, "Crown indemnity covers students"),
    ],
)
def test_insurance_is_shown_as_seen_or_as_named_and_no_more(client, host, seen, words):
    workplace = WorkplaceFactory(**host)
    placement = PlacementFactory(provider=workplace.organisation, workplace=workplace)
    if seen:
        WorkplaceCheckFactory(workplace=workplace, insurance_seen_until=days_ahead(seen))

    assert words in what_is_said_of_checks(client, placement)


def test_a_providers_menu_climbs_the_ladder(client):
    provider = EmployerFactory(description="We bake.\n\nAnd we teach.")
    for kind in (Kind.T_LEVEL, Kind.TALK, Kind.WEEK_PLACEMENT):
        PlacementFactory(provider=provider, kind=kind, title=f"Menu {kind}", mode=Mode.VIRTUAL)
    PlacementFactory(provider=provider, state=PlacementState.DRAFT, title="Not yet")

    page = seen(client.get(reverse("placements:provider", args=[provider.pk])))

    places = [page.index(f"Menu {kind}") for kind in ("talk", "week_placement", "t_level")]
    assert places == sorted(places)
    assert "Not yet" not in page
    assert "And we teach." in page


def test_a_provider_that_lists_nothing_has_a_page_that_says_so(client):
    provider = EmployerFactory()

    assert "Nothing is listed at the moment" in seen(
        client.get(reverse("placements:provider", args=[provider.pk]))
    )


def test_only_a_provider_in_good_standing_has_a_page(client):
    suspended = EmployerFactory(standing=Standing.SUSPENDED, suspended_at=clock.now())
    school = CareersLeaderFactory().organisation

    for organisation in (suspended, school):
        address = reverse("placements:provider", args=[organisation.pk])
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_menu_costs_the_same_however_long(client, rows, django_assert_num_queries):
    provider = EmployerFactory()
    SlotFactory.create_batch(
        rows, placement__provider=provider, placement__workplace=None, placement__mode=Mode.VIRTUAL
    )
    badge_names = called_off_late = 1

    with django_assert_num_queries(4 + badge_names + called_off_late):
        client.get(reverse("placements:provider", args=[provider.pk]))


def test_a_badge_is_called_by_its_name(client, monkeypatch):
    said = badges.Answers(lambda: {"gold": "Gold Standard Host"}, lambda provider: [])
    monkeypatch.setattr(badges, "_answers", [said])
    PlacementFactory(badges=["gold", "new_scheme"])

    page = seen(client.get(SEARCH))

    assert "Gold Standard Host" in page
    assert "New scheme" in page


def test_the_page_offers_the_filters_that_words_suggest(client):
    page = seen(client.get(SEARCH, {"q": "robots year 10"}))

    assert "Filter instead of searching for the words" in page
    assert "q=robots&amp;within=" not in page
    assert "year_group=10" in page


def test_a_link_opens_the_same_search_for_a_colleague_of_another_school(client):
    leader = act_for(client, CareersLeaderFactory())
    postcode = leader.organisation.school.postcode.replace(" ", "+")
    SlotFactory()

    page = seen(client.get(SEARCH, {"q": "", "days_max": "", "kind": "week_placement"}))

    link = f"/placements/?kind=week_placement&amp;near={postcode}"
    assert f'href="{link}">Link to this search</a>' in page


def test_a_link_to_everywhere_says_so_to_whoever_has_a_school(client):
    SlotFactory()

    page = seen(client.get(SEARCH, {"q": "bake", "cursor": ""}))

    assert 'href="/placements/?q=bake&amp;near=">Link to this search</a>' in page


def test_on_paper_a_list_says_when_it_was_printed_and_where_it_is_found(client, settings):
    SlotFactory.create_batch(3)

    page = seen(client.get(SEARCH, {"near": "SY1", "limit": "2"}))

    assert f"Printed on {long_date(clock.today())}. On paper: 1 to 2 of 3 placements." in page
    assert f"{settings.SITE_ADDRESS}/placements/?near=SY1&amp;limit=2</p>" in page


def test_a_day_of_long_ago_is_a_day_like_any_other(client):
    asked = {"near": "", "from_day": "1", "from_month": "1", "from_year": "0001"}

    assert client.get(SEARCH, asked).status_code == 200
