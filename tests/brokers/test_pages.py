import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import MemberState, Organisation, Role, Standing
from brokers import boundaries, hubs
from brokers.models import Area, Decision, DeskProfile
from placements.models import Concern
from placements.states import ConcernState
from placements.words import ConcernKind
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    ConcernFactory,
    HostFactory,
    HubFactory,
    NationalFactory,
    PlacementFactory,
    UserFactory,
    WorkplaceFactory,
)

pytestmark = pytest.mark.django_db


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def sign_in(client, member):
    client.force_login(member.user)
    return client


def to(name, *args):
    return reverse(f"brokers:{name}", args=args)


@pytest.fixture
def desk(client, broker):
    return sign_in(client, broker)


@pytest.fixture
def team(client, national):
    return sign_in(client, national)


# --- People


def asking(**facts):
    return CareersLeaderFactory(state=MemberState.PENDING, job_title="Careers leader", **facts)


@pytest.mark.parametrize(
    ("decision", "state"), [("approve", MemberState.ACTIVE), ("refuse", MemberState.REFUSED)]
)
def test_somebody_is_approved_or_refused_by_a_button(desk, decision, state):
    person = asking()

    shown = page(desk.get(to("member", person.pk)))
    answer = desk.post(to("member", person.pk), {"decision": decision})

    assert person.user.email in shown
    assert answer.url == to("desk")
    person.refresh_from_db()
    assert person.state == state


def test_what_was_decided_offers_no_button(desk):
    shown = page(desk.get(to("member", CareersLeaderFactory().pk)))

    assert "This has been decided." in shown
    assert 'name="decision"' not in shown


def test_people_of_another_area_or_of_employers_are_not_there(client, broker, stranger):
    person, host = asking(), HostFactory(organisation=PlacementFactory().provider)

    assert sign_in(client, stranger).get(to("member", person.pk)).status_code == 404
    assert client.post(to("member", person.pk), {"decision": "approve"}).status_code == 404
    assert sign_in(client, broker).get(to("member", host.pk)).status_code == 404


def test_the_national_team_is_asked_why(team, broker):
    person = asking()

    refused = page(team.post(to("member", person.pk), {"decision": "approve"}))
    team.post(to("member", person.pk), {"decision": "approve", "because": "The hub is closed."})

    assert "Say why you decide this" in refused
    assert Decision.objects.get().words == "The hub is closed."


# --- Concerns


def concern(**facts):
    placement = PlacementFactory()
    return ConcernFactory(placement=placement, organisation=placement.provider, **facts)


def test_a_concern_is_read_and_closed(desk):
    one = concern(words="The stairs have no rail.")

    shown = page(desk.get(to("concern", one.pk)))
    refused = page(desk.post(to("concern", one.pk), {"outcome": " "}))
    answer = desk.post(to("concern", one.pk), {"outcome": "A rail was put up."})
    closed = page(desk.get(to("concern", one.pk)))

    assert "The stairs have no rail." in shown
    assert to("review", one.placement_id) in shown
    assert "Say what came of it" in refused
    assert answer.url == to("concerns")
    assert "A rail was put up." in closed


def test_who_may_not_read_a_concern_does_not_find_it(client, broker, stranger, national):
    lead = BrokerFactory(organisation=broker.organisation)
    DeskProfile.objects.create(organisation=broker.organisation).safeguarding_leads.add(lead)
    secret = concern(kind=ConcernKind.SAFEGUARDING)

    for member, status in ((lead, 200), (broker, 404), (stranger, 404), (national, 404)):
        sign_in(client, member)
        assert client.get(to("concern", secret.pk)).status_code == status
        seen = secret.placement.title in page(client.get(to("concerns")))
        assert seen is (status == 200)
    sign_in(client, secret.reported_by)
    assert client.get(to("concern", secret.pk)).status_code == 403


def test_concerns_are_listed_by_state(desk):
    concern()
    concern(state=ConcernState.CLOSED, closed_at=clock.now())

    assert page(desk.get(to("concerns"))).count("app-card__title") == 1
    assert page(desk.get(to("concerns"), {"state": "closed"})).count("app-card__title") == 1
    assert page(desk.get(to("concerns"), {"state": "x"})).count("app-card__title") == 2


@pytest.mark.parametrize("concerns", [1, 3])
def test_the_list_of_concerns_costs_the_same_however_long(
    desk, concerns, django_assert_num_queries
):
    for _ in range(concerns):
        concern()
    desk.get(to("concerns"))

    with django_assert_num_queries(10):
        shown = page(desk.get(to("concerns")))

    assert shown.count("app-card__title") == concerns


# --- Organisations


def test_an_organisation_is_suspended_and_let_stand_from_its_page(desk):
    provider = PlacementFactory().provider

    shown = page(desk.get(to("organisation", provider.pk)))
    refused = page(desk.post(to("organisation", provider.pk)))
    desk.post(to("organisation", provider.pk), {"because": "A complaint."})
    provider.refresh_from_db()
    suspended = provider.standing
    desk.post(to("organisation", provider.pk), {"because": "Unfounded."})
    provider.refresh_from_db()

    assert f"Suspend {provider.name}" in shown
    assert "Say why you decide this" in refused
    assert (suspended, provider.standing) == (Standing.SUSPENDED, Standing.GOOD)


def test_an_organisation_that_lies_elsewhere_is_not_there(client, stranger):
    provider = WorkplaceFactory().organisation
    sign_in(client, stranger)

    assert client.get(to("organisation", provider.pk)).status_code == 404
    assert client.post(to("organisation", provider.pk), {"because": "x"}).status_code == 404


def test_who_lists_in_the_area_from_elsewhere_is_read_about_but_not_suspended(desk, refused):
    provider = WorkplaceFactory(authority="E06000019").organisation
    PlacementFactory(provider=provider, workplace=WorkplaceFactory(organisation=provider))

    shown = page(desk.get(to("organisation", provider.pk)))

    assert "Suspend the organisation" not in shown
    assert desk.post(to("organisation", provider.pk), {"because": "x"}).status_code == 403


# --- How a desk is reached


def test_a_lead_says_how_the_desk_is_reached_and_everybody_reads_it(desk, broker, client):
    said = {
        "contact_name": "Ana Price",
        "contact_email": "desk@marches.example.org",
        "contact_phone": "",
        "service_promise": "An answer within two working days.",
        "safeguarding_leads": [broker.pk],
    }

    wrong = page(desk.post(to("profile"), {**said, "contact_email": "no address"}))
    answer = desk.post(to("profile"), said)
    client.logout()
    public = page(client.get(answer.url))

    assert "no address" in wrong
    assert "An answer within two working days." in public
    assert "Ana Price" in public
    assert list(DeskProfile.objects.get().safeguarding_leads.all()) == [broker]
    # Who reads safeguarding concerns is nobody else's to know.
    assert broker.user.name not in public


def test_a_colleague_does_not_speak_for_the_desk(client, broker):
    sign_in(client, BrokerFactory(organisation=broker.organisation, role=Role.COLLEAGUE))

    assert client.get(to("profile")).status_code == 403


# --- Find your hub


@pytest.fixture
def reached(broker):
    return hubs.describe(
        broker.organisation,
        contact_name="Ana Price",
        contact_email="desk@marches.example.org",
        contact_phone="",
        service_promise="An answer within two working days.",
        safeguarding_leads=[],
        by=broker,
    )


def test_anybody_finds_the_hub_that_answers_for_a_postcode(client, broker, reached):
    shown = page(client.get(to("hubs"), {"where": "sy1 1aa"}))

    assert f"{broker.organisation.name} answers for SY1 1AA" in shown
    assert "Ana Price" in shown


def test_where_there_is_no_hub_the_national_team_answers(client, broker, national):
    shown = page(client.get(to("hubs"), {"where": "M1 1AE"}))

    assert "No hub answers for M1 1AE yet, so the national team does." in shown


def test_a_place_outside_england_is_told_so(client, broker, national):
    shown = page(client.get(to("hubs"), {"where": "EH1 1AA"}))

    assert "EH1 1AA is not in England" in shown


@pytest.mark.parametrize("where", ["", "Nowhere", "\x00", "<script>", "x" * 500])
def test_a_place_that_nobody_knows_is_said_beside_the_question(client, where):
    shown = page(client.get(to("hubs"), {"where": where}))

    assert "There is a problem" in shown
    assert "<script>" not in shown.partition("<main")[2].partition("</main>")[0]


def test_a_suspended_hub_and_what_is_no_hub_have_no_page(client):
    suspended = HubFactory(standing=Standing.SUSPENDED, suspended_at=clock.now())
    provider = PlacementFactory().provider

    assert client.get(to("hub", suspended.pk)).status_code == 404
    assert client.get(to("hub", provider.pk)).status_code == 404


# --- Areas


def test_the_national_team_founds_a_hub_and_an_area_and_says_what_it_covers(team):
    team.post(to("found-hub"), {"name": "Severn Hub", "lead_email": "lead@example.org"})
    hub = Organisation.objects.get(name="Severn Hub")
    answer = team.post(to("found-area"), {"name": "Severn", "hub": hub.pk})
    area = Area.objects.get()
    team.post(answer.url, {"kind": "authority", "code": " e06000051 "})
    team.post(answer.url, {"kind": "postcode_area", "code": "sy"})
    shown = page(team.get(answer.url))

    assert answer.url == to("area", area.pk)
    assert list(area.coverage.order_by("code").values_list("code", flat=True)) == [
        "E06000051",
        "SY",
    ]
    assert "Severn Hub" in shown
    assert "Severn" in page(team.get(to("areas")))


def test_an_area_says_what_its_districts_and_postcode_areas_are_called(team, broker):
    area = Area.objects.get()
    for kind, code in (("postcode_area", "SY"), ("authority", "E06000999")):
        team.post(to("area", area.pk), {"kind": kind, "code": code})

    shown = page(team.get(to("area", area.pk)))

    assert "Shropshire, E06000051 (local authority district)" in shown
    assert "Shrewsbury, SY (postcode area)" in shown
    # A district that is newer than the names.
    assert ">E06000999 (local authority district)" in shown
    assert 'Give up<span class="govuk-visually-hidden"> Shropshire</span>' in shown


@pytest.mark.parametrize(
    ("kind", "code"),
    [("authority", "SY"), ("postcode_area", "E06000051"), ("authority", "E0"), ("", "SY"), ("authority", "")],
)  # fmt: skip
def test_a_code_that_is_none_is_refused_and_shown_again(team, broker, kind, code):
    area = Area.objects.get()

    shown = page(team.post(to("area", area.pk), {"kind": kind, "code": code}))

    assert "There is a problem" in shown
    assert f'value="{code}"' in shown or not code
    assert area.coverage.count() == 1


def test_what_another_area_covers_is_refused_beside_the_code(team, broker, stranger):
    area = Area.objects.get(name="Elsewhere")

    shown = page(team.post(to("area", area.pk), {"kind": "authority", "code": "E06000051"}))

    assert "E06000051 is covered by The Marches." in shown


def test_an_authority_is_given_up_by_a_button(team, broker):
    coverage = Area.objects.get().coverage.get()

    answer = team.post(to("give-up", coverage.pk))

    assert answer.url == to("area", coverage.area_id)
    assert not Area.objects.get().coverage.exists()


def test_an_area_is_handed_over_from_a_day(team, broker):
    area, successor = Area.objects.get(), HubFactory()
    on = {"from_day_day": "1", "from_day_month": "1"}

    past = page(
        team.post(to("hand-over", area.pk), {"hub": successor.pk, **on, "from_day_year": "2020"})
    )
    year = str(clock.today().year + 1)
    team.post(to("hand-over", area.pk), {"hub": successor.pk, **on, "from_day_year": year})

    assert "Who was accountable in the past stays so." in past
    assert area.stewardships.filter(hub=successor).exists()


@pytest.mark.parametrize("name", ["areas", "found-area", "found-hub", "area", "hand-over"])
def test_hubs_and_viewers_draw_no_areas(client, broker, name):
    args = [Area.objects.get().pk] if name in {"area", "hand-over"} else []

    for member in (broker, NationalFactory(role=Role.VIEWER)):
        sign_in(client, member)
        assert client.get(to(name, *args)).status_code == 403
        assert client.post(to(name, *args)).status_code in {403, 405}


@pytest.mark.parametrize("areas", [1, 3])
def test_the_list_of_areas_costs_the_same_however_long(
    team, national, areas, django_assert_num_queries
):
    for n in range(areas):
        boundaries.found_area(f"Area {n}", hub=HubFactory(), by=national)
    team.get(to("areas"))

    with django_assert_num_queries(7):
        team.get(to("areas"))


# --- Reporting a concern

REPORT = reverse("placements:report-concern")


def test_a_careers_leader_reports_a_concern_about_what_they_see(client, broker):
    placement = PlacementFactory()
    sign_in(client, CareersLeaderFactory())
    about = f"{REPORT}?placement={placement.pk}"
    said = {"kind": "safety", "words": "The stairs have no rail."}

    shown = page(client.get(about))
    refused = page(client.post(about, {"words": "Kept as typed."}))
    client.post(about, said)
    twice = page(client.post(about, said))

    assert placement.title in shown
    assert "Choose what it is about" in refused
    assert "Kept as typed." in refused
    assert "You have reported this already." in twice
    assert Concern.objects.get().placement == placement


def test_an_organisation_is_reported_from_the_same_page(client):
    provider = PlacementFactory().provider
    sign_in(client, CareersLeaderFactory())

    client.post(f"{REPORT}?organisation={provider.pk}", {"kind": "other", "words": "Odd."})

    assert Concern.objects.get().organisation == provider


@pytest.mark.parametrize("query", ["", "placement=x", "organisation=x", "placement=", "x=y"])
def test_nothing_and_nonsense_cannot_be_reported(client, query):
    sign_in(client, CareersLeaderFactory())

    assert client.get(f"{REPORT}?{query}").status_code == 404


def test_what_one_cannot_see_one_cannot_report(client):
    hidden = PlacementFactory(suspended_at=clock.now())
    sign_in(client, CareersLeaderFactory())

    assert client.get(f"{REPORT}?placement={hidden.pk}").status_code == 404
    assert client.get(f"{REPORT}?organisation={hidden.provider_id}").status_code == 404


def test_whoever_acts_for_nobody_reports_nothing(client):
    client.force_login(UserFactory())
    about = f"{REPORT}?placement={PlacementFactory().pk}"

    assert client.get(about).status_code == 403
