import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import Standing, WorkplaceKind
from placements import verdicts
from placements.search import PlacementSearch
from placements.states import PlacementState
from placements.verdicts import Verdict, Verdicts
from placements.words import Criterion, Mode
from tests.factories import EmployerFactory, PlacementFactory, SlotFactory, WorkplaceFactory
from tests.placements import market
from tests.placements.test_search import QUESTIONS

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/placements"


def ids_on_page(response):
    return [found.placement.pk for found in response.context["results"].found]


@pytest.fixture
def shown(client, monkeypatch):
    """What the page hands to its template, which Jinja2 does not record by itself."""
    from placements.views import finding

    seen = {}
    drawn = finding.render

    def render(request, template, context):
        seen.update(context)
        return drawn(request, template, context)

    monkeypatch.setattr(finding, "render", render)
    return seen


def test_page_and_api_find_the_same_in_the_same_order(client, shown):
    market.build(80)

    for asked in QUESTIONS:
        query = urlencode({**asked, "limit": "50"}, doseq=True)
        page, api = client.get(f"/placements/?{query}"), client.get(f"{SEARCH}?{query}")

        on_page = [str(found.placement.pk) for found in shown["results"].found]
        assert (page.status_code, api.status_code) == (200, 200), query
        assert on_page == [item["id"] for item in api.json()["items"]], query
        assert shown["results"].total == api.json()["total"], query


def test_an_item_says_what_the_contract_promises(client):
    provider = EmployerFactory(name="Wrekin Robots")
    placement = PlacementFactory(
        provider=provider,
        title="A week with robots",
        year_from=10,
        year_to=11,
        adjustments=["step_free"],
        badges=["gold"],
        rating_average="4.60",
        rating_count=5,
        workplace=WorkplaceFactory(organisation=provider, town="Telford"),
    )
    slot = SlotFactory(placement=placement, places=6, taken=2)

    answer = client.get(SEARCH).json()

    assert answer == {
        "items": [
            {
                "id": str(placement.pk),
                "url": f"http://testserver/placements/{placement.pk}/",
                "title": "A week with robots",
                "summary": placement.summary,
                "provider": {
                    "id": str(provider.pk),
                    "url": f"http://testserver/providers/{provider.pk}/",
                    "name": "Wrekin Robots",
                    "badges": ["gold"],
                },
                "mode": "in_person",
                "kind": "week_placement",
                "sector": "catering_hospitality",
                "year_groups": [10, 11],
                "place": {"town": "Telford"},
                "next_slot": {
                    "id": str(slot.pk),
                    "starts_on": slot.starts_on.isoformat(),
                    "ends_on": slot.ends_on.isoformat(),
                    "places_left": 4,
                    "counted_in": "students",
                    "largest_group": None,
                    "groups_left": None,
                },
                "days": 5,
                "adjustments": ["step_free"],
                "rating": {"average": 4.6, "count": 5},
                "last_confirmed_on": placement.last_confirmed_on.isoformat(),
            }
        ],
        "next": None,
        "total": 1,
    }


def test_a_distance_is_told_where_a_place_was_asked_and_never_of_a_virtual_one(client):
    PlacementFactory()
    PlacementFactory(mode=Mode.VIRTUAL)

    items = client.get(SEARCH, {"near": "SY1"}).json()["items"]

    assert [item["place"] and set(item["place"]) for item in items] == [
        {"town", "distance_miles"},
        None,
    ]


def test_the_next_page_is_reached_by_its_cursor(client):
    SlotFactory.create_batch(3)
    first = client.get(SEARCH, {"limit": 2}).json()

    second = client.get(SEARCH, {"limit": 2, "cursor": first["next"]}).json()

    ids = [item["id"] for item in first["items"] + second["items"]]
    assert (len(set(ids)), second["next"]) == (3, None)


def test_facets_come_when_they_are_asked_for(client):
    PlacementFactory(badges=["gold"], year_from=12, year_to=13)

    assert "facets" not in client.get(SEARCH).json()
    assert client.get(SEARCH, {"facets": "true"}).json()["facets"] == {
        "sector": {"catering_hospitality": 1},
        "mode": {"in_person": 1},
        "kind": {"week_placement": 1},
        "year_group": {"12": 1, "13": 1},
        "adjustments": {},
        "badge": {"gold": 1},
    }


def test_where_nothing_is_found_the_answer_says_what_would_be(client):
    SlotFactory()

    answer = client.get(SEARCH, {"places": 50, "near": "SY1"}).json()

    assert answer["items"] == []
    [fewer] = answer["suggestions"]
    assert (fewer["kind"], fewer["total"]) == ("fewer_places", 1)
    assert client.get(f"{SEARCH}?{fewer['query']}").json()["total"] == 1


@pytest.mark.parametrize(
    ("query", "code", "pointers"),
    [
        ("colour=red&size=9", "unknown_parameter", ["/colour", "/size"]),
        ("from_day=1", "unknown_parameter", ["/from_day"]),
        ("near=Atlantis", "place_unknown", ["/near"]),
        ("near=Atlantis&limit=0", "place_unknown", ["/near", "/limit"]),
        ("mode=by_boat", "invalid", ["/mode"]),
        ("within=-1", "invalid", ["/within"]),
        ("q=%00", "invalid", ["/q"]),
        ("cursor=abc", "invalid", ["/cursor"]),
        ("from=0099-01-01", "invalid", ["/from"]),
    ],
)
def test_what_cannot_be_understood_is_a_problem_that_names_it(client, query, code, pointers):
    response = client.get(f"{SEARCH}?{query}")

    problem = response.json()
    assert response.status_code == problem["status"] == 400
    assert response["Content-Type"] == "application/problem+json"
    assert problem["code"] == code
    assert problem["type"] == f"http://testserver/api/problems/{code}/"
    assert {one["pointer"] for one in problem["errors"]} == set(pointers)


HOSTILE = [
    "q=" + "x" * 10_000,
    "q=%00%00",
    "q=%FF%FE",
    "q='%22;--%20drop",
    "q=%26%20%7C%20!%20(((",
    "q=:*%20%3C-%3E",
    "near=%00",
    "near=91,181",
    "near=51.5,-0.1&within=1e300",
    "near=SY1&within=-10",
    "near=SY1&within=inf",
    "near=" + "A" * 9_000,
    "from=99-01-01&to=99-02-01",
    "from=9999-12-31&to=9999-12-31",
    "to=0001-01-01",
    "places=-5",
    "places=99999999999999999999",
    "days_max=%D9%A3",
    "year_group=ten",
    "provider=%27%20or%201=1",
    "hub=00000000-0000-0000-0000-000000000000",
    "badge=" + "b" * 500,
    "rating_min=NaN",
    "limit=1000000",
    "sort=price",
    "cursor=eyJ2IjpbXX0:1:x",
    "&".join(f"sector=digital{n}" for n in range(100)),
    "&".join(f"p{n}=1" for n in range(3_000)),
    "mode[]=virtual&mode[$ne]=1",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_question_is_refused_or_honestly_finds_nothing(client, query):
    PlacementFactory()

    api, page = client.get(f"{SEARCH}?{query}"), client.get(f"/placements/?{query}")

    assert api.status_code in {200, 400}, api.content
    assert page.status_code in {200, 400}
    if api.status_code == 400:
        assert api["Content-Type"] == "application/problem+json"
    else:
        assert api.json()["total"] in {0, 1}


def test_one_placement_is_told_in_full(client):
    slot = SlotFactory(places=6, taken=6, placement__criteria={Criterion.TASK.value: "A cake."})
    SlotFactory(placement=slot.placement, starts_on=clock.today() + timedelta(days=-9))
    placement = slot.placement

    told = client.get(f"{SEARCH}/{placement.pk}").json()

    assert [one["id"] for one in told["slots"]] == [str(slot.pk)]
    assert told["slots"][0]["places_left"] == 0
    assert [(one["code"], one["how"]) for one in told["criteria"] if one["met"]] == [
        ("task", "A cake.")
    ]
    assert len(told["criteria"]) == 7
    assert told["last_confirmed_on"] == placement.last_confirmed_on.isoformat()


def test_what_has_not_changed_is_not_sent_again(client):
    slot = SlotFactory()
    address = f"{SEARCH}/{slot.placement_id}"
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304

    slot.taken = 1
    slot.save()
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("state", [s for s in PlacementState if s != PlacementState.PUBLISHED])
def test_only_what_is_published_is_told(client, state):
    placement = PlacementFactory(state=state)

    for address in (f"{SEARCH}/{placement.pk}", f"{SEARCH}/{placement.pk}/ratings"):
        assert client.get(address).json()["code"] == "not_found"
    assert client.get(SEARCH).json()["total"] == 0


def test_nothing_of_a_suspended_provider_is_told(client):
    placement = PlacementFactory(
        provider__standing=Standing.SUSPENDED, provider__suspended_at=clock.now()
    )

    assert client.get(f"{SEARCH}/{placement.pk}").status_code == 404
    assert client.get(SEARCH).json()["total"] == 0


CANARIES = {
    "contact_name": "Canary Contact",
    "contact_email": "canary@example.org",
    "contact_phone": "01743 999999",
    "joining_instructions": "canary joining",
    "confirmation_asked_of": "canary.employer@example.org",
    "source_reference": "canary-reference",
}
KEPT = [*CANARIES.values(), "Canary Lane", "SY9 9ZZ", "Canary House", "9876543"]


def with_canaries():
    provider = EmployerFactory()
    workplace = WorkplaceFactory(
        organisation=provider,
        name="Canary House",
        kind=WorkplaceKind.PRIVATE_HOME,
        address="Canary Lane 1",
        postcode="SY9 9ZZ",
        insurer="Canary Contact Insurance 9876543",
    )
    return SlotFactory(
        placement__provider=provider,
        placement__workplace=workplace,
        placement__mode=Mode.HYBRID,
        **{f"placement__{name}": value for name, value in CANARIES.items()},
    ).placement


def test_no_contact_and_no_address_is_told_to_the_public(client):
    placement = with_canaries()
    addresses = [
        *(SEARCH, f"{SEARCH}?near=SY1&facets=true", f"{SEARCH}/{placement.pk}"),
        *(f"{SEARCH}/{placement.pk}/ratings", "/placements/", "/placements/?near=SY1"),
        *(f"/placements/{placement.pk}/", f"/providers/{placement.provider_id}/"),
        *("/placements/?near=SY1&map=true", "/placements/?near=&map=true"),
    ]

    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        told = response.content.decode()
        assert [word for word in KEPT if word in told] == [], address


@pytest.fixture
def rated(monkeypatch):
    def say(count):
        one = {
            "side": "school",
            "said_by": "A school",
            "rated_at": clock.now(),
            "average": 4.2,
            "marks": {"quality": 4},
            "would_use_again": True,
            "comment": "Kind people.",
        }
        ratings = [
            Verdict(id=str(n), **one, reply="Thank you." if n == 0 else "") for n in range(count)
        ]
        said = Verdicts(count=count, average=4.2 if count >= 3 else None, ratings=ratings)
        monkeypatch.setattr(verdicts, "_answers", [lambda placement: said])

    return say


def test_ratings_are_told_a_page_at_a_time_with_their_replies(client, rated):
    rated(3)
    address = f"{SEARCH}/{PlacementFactory().pk}/ratings"

    first = client.get(address, {"limit": 2}).json()
    second = client.get(address, {"limit": 2, "cursor": first["next"]}).json()

    assert [one["id"] for one in first["items"] + second["items"]] == ["0", "1", "2"]
    assert first["items"][0]["reply"]["words"] == "Thank you."
    assert first["items"][1]["reply"] is None
    assert (first["rating"], second["next"]) == ({"average": 4.2, "count": 3}, None)


def test_below_three_ratings_there_is_no_score(client, rated):
    rated(2)

    told = client.get(f"{SEARCH}/{PlacementFactory().pk}/ratings").json()

    assert (told["rating"], told["total"]) == (None, 2)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=9", "page=2"])
def test_a_page_of_ratings_that_there_is_not_is_refused(client, rated, query):
    rated(1)

    response = client.get(f"{SEARCH}/{PlacementFactory().pk}/ratings?{query}")

    assert response.status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long(client, rows, django_assert_num_queries):
    SlotFactory.create_batch(rows)

    with django_assert_num_queries(1):
        client.get(SEARCH)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_listing_costs_the_same_however_many_dates(client, rows, django_assert_num_queries):
    placement = PlacementFactory()
    SlotFactory.create_batch(rows, placement=placement)

    with django_assert_num_queries(4):
        client.get(f"{SEARCH}/{placement.pk}")


def test_the_description_names_every_parameter_and_no_other(client):
    told = client.get(reverse("api-description")).json()

    named = {one["name"] for one in told["paths"]["/api/v1/placements"]["get"]["parameters"]}
    assert told["openapi"].startswith("3.1")
    assert named == set(PlacementSearch.base_filters)


def test_the_committed_description_is_what_the_code_says(client, settings):
    kept = json.loads((settings.ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))

    assert client.get(reverse("api-description")).json() == kept


def test_the_reference_can_be_read_without_sign_in(client):
    response = client.get("/api/v1/docs")

    assert response.status_code == 200
    assert "swagger-ui" in response.content.decode()
