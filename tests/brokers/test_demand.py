"""What is looked for in an area and hardly found, and what schools told: each desk its own."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.models import Role
from brokers import boundaries, demand
from placements import needs, search_records
from placements.models import Need
from placements.wants import Wanted
from tests.factories import BrokerFactory, CareersLeaderFactory, HostFactory, HubFactory

pytestmark = pytest.mark.django_db

HERE = {"authority": "E06000051", "outcode": "SY1"}
THERE = {"authority": "E06000019", "outcode": "HR1"}
NOWHERE = {"authority": "", "outcode": ""}
A_MONTH = "2031-06-01"


def searched(*, times=1, in_vain=True, places=0, days_ago=0, **wanted):
    day = clock.today() - timedelta(days=days_ago)
    note = {"day": day.isoformat(), "in_vain": in_vain, "places": places}
    search_records.keep([{**note, "wanted": Wanted(**{**HERE, **wanted}).__dict__}] * times)


def told(*, places=6, by=None, **wanted):
    return needs.tell(Wanted(**{**HERE, **wanted}), places=places, by=by or CareersLeaderFactory())


def unmet(member, **narrowed):
    since = clock.today() - timedelta(days=narrowed.pop("days", 90))
    rows = demand.unmet_at(member.organisation, since=since, **narrowed)
    return [(want.outcode, want.what, want.searches, want.most) for want in rows]


def seen(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def to(name, *parts):
    return reverse(f"brokers:{name}", args=parts)


# --- Whose it is


def test_a_hub_reads_what_is_wanted_in_its_area_and_the_national_team_all(
    broker, stranger, national
):
    for place in (HERE, THERE, {"authority": "E99999999", "outcode": "ZZ1"}, NOWHERE):
        searched(**place)

    assert [row[0] for row in unmet(broker)] == ["SY1"]
    assert [row[0] for row in unmet(stranger)] == ["HR1"]
    assert sorted(row[0] for row in unmet(national)) == ["", "HR1", "SY1", "ZZ1"]


def test_an_outcode_counts_where_no_authority_is_known_and_the_area_covers_its_letters(
    broker, national
):
    area = broker.organisation.stewardships.get().area
    boundaries.cover(area, kind="postcode_area", code="SY", by=national)

    searched(authority="", outcode="SY4")
    searched(authority="", outcode="S1")
    searched(**THERE)

    assert [row[0] for row in unmet(broker)] == ["SY4"]


def test_a_hub_without_an_area_reads_nothing():
    searched()

    assert unmet(BrokerFactory(organisation=HubFactory())) == []


# --- What is counted


def test_only_searches_in_vain_are_unmet_and_the_most_places_are_told(broker):
    searched(sectors=["digital"], times=3, places=4)
    searched(sectors=["digital"], times=2, in_vain=False, places=90)
    searched(sectors=["digital"], places=12, days_ago=3)
    searched(sectors=["construction"], in_vain=False)

    assert unmet(broker) == [("SY1", "Digital", 4, 12)]


def test_what_is_searched_for_most_stands_first_after_what_schools_told(broker):
    searched(sectors=["digital"], times=2)
    searched(sectors=["construction"], times=5)
    told(sectors=["care_services"])

    assert [row[1] for row in unmet(broker)] == [
        *("Care services", "Construction and the built environment", "Digital")
    ]


def test_it_is_narrowed_by_sector_month_and_when_it_was_looked_for(broker):
    searched(sectors=["digital"], months=[A_MONTH])
    searched(sectors=["construction"], days_ago=60)

    assert [row[1] for row in unmet(broker, sector="digital")] == ["Digital"]
    assert len(unmet(broker, month=date(2031, 6, 1))) == 2
    assert [row[1] for row in unmet(broker, month=date(2031, 7, 1))] == [
        "Construction and the built environment"
    ]
    assert [row[1] for row in unmet(broker, days=28)] == ["Digital"]


def test_schools_that_told_are_counted_with_the_places_they_need(broker):
    searched(sectors=["digital"])
    told(sectors=["digital"], places=6)
    told(sectors=["digital"], places=8)
    needs.take_back(gone := told(sectors=["digital"], places=50), by=gone.told_by)

    [want] = demand.unmet_at(broker.organisation, since=clock.today())

    assert (want.searches, want.schools, want.needed) == (1, 2, 14)


def test_a_need_is_unmet_demand_before_any_search_is_counted(broker):
    told(sectors=["digital"])

    assert unmet(broker) == [("SY1", "Digital", 0, 0)]


# --- Reading what schools told


def test_a_hub_says_that_it_has_read_a_need(broker):
    need = demand.read(told(), by=broker)

    assert (need.read_by, need.is_over) == (broker, False)
    assert demand.unread_at(broker.organisation).count() == 0


@pytest.mark.parametrize("outsider", [BrokerFactory, CareersLeaderFactory, HostFactory])
def test_nobody_elses_need_is_read(broker, outsider):
    need, other = told(), outsider()

    assert list(demand.needs_visible_to(other)) == []
    with pytest.raises(PermissionDenied):
        demand.read(need, by=other)


def test_those_who_only_read_a_desk_say_nothing_in_its_name(broker):
    need = told()
    viewer = BrokerFactory(organisation=broker.organisation, role=Role.VIEWER)

    assert list(demand.needs_visible_to(viewer)) == [need]
    with pytest.raises(PermissionDenied):
        demand.read(need, by=viewer)


def test_the_national_team_need_not_read_what_a_hub_will(broker, national):
    told(**HERE)
    told(authority="E99999999", outcode="ZZ1")

    assert [need.want.outcode for need in demand.unread_at(national.organisation)] == ["ZZ1"]
    assert demand.needs_visible_to(national).count() == 2


# --- The pages


@pytest.fixture
def desk(client, broker):
    client.force_login(broker.user)
    return client


def test_the_page_shows_where_what_when_and_how_much(desk):
    searched(sectors=["digital"], years=[10], months=[A_MONTH], times=4, places=12)
    told(sectors=["digital"], years=[10], months=[A_MONTH], places=6)

    page = seen(desk.get(to("demand")))

    cells = re.findall(r'<td class="[^"]*">([^<]*)</td>', page)
    assert cells == ["SY1", "June 2031", "4", "12", "1", "6"]
    assert "Digital, for Year 10" in page
    assert "(1 not read yet)" in page


def test_the_page_is_narrowed_by_its_address(desk):
    searched(sectors=["digital"])
    searched(sectors=["construction"], days_ago=60)

    assert ">1 want<" in seen(desk.get(to("demand"), {"sector": "digital"}))
    assert ">1 want<" in seen(desk.get(to("demand"), {"days": "28"}))
    assert ">2 wants<" in seen(
        desk.get(to("demand"), {"sector": "magic", "days": "x", "month": "2031-99", "page": "z"})
    )


def test_the_national_team_looks_at_a_hubs_table_and_a_hub_at_no_other(client, broker, stranger):
    searched()
    client.force_login(stranger.user)
    address = f"{to('demand')}?desk={broker.organisation_id}"

    assert client.get(address).status_code == 404
    assert client.get(f"{to('needs')}?desk={broker.organisation_id}").status_code == 404


@pytest.mark.parametrize("name", ["demand", "needs"])
def test_schools_and_hosts_do_not_read_a_desks_demand(client, name):
    for member in (CareersLeaderFactory(), HostFactory()):
        client.force_login(member.user)
        assert client.get(to(name)).status_code == 403


def test_the_dashboard_says_what_waits_to_be_read_and_one_button_reads_it(desk):
    need = told()
    assert "need that a school told you of" in seen(desk.get(reverse("dashboard")))
    page = seen(desk.get(to("needs")))
    assert f"6 places for {need.school.name}, SY1, at any time" in page

    page = seen(desk.post(to("read-need", need.pk), follow=True))

    assert "The school sees now that you have read this." in page
    assert "We have read this" not in page
    assert "need that a school" not in seen(desk.get(reverse("dashboard")))


def test_the_figure_leads_to_just_what_it_counts(client, broker, national):
    told()
    demand.read(told(sectors=["digital"]), by=broker)
    nobodys = told(authority="E99999999", outcode="ZZ1")

    for member, counted in ((broker, "SY1"), (national, nobodys.want.where)):
        client.force_login(member.user)
        first = seen(client.get(reverse("dashboard")))
        address = re.search(r'href="(/desk/demand/told/[^"]*)"', first)[1]
        page = seen(client.get(address))
        assert ">1 need<" in page
        assert f", {counted}, at any time" in page


def test_what_another_hub_should_read_is_not_there(client, stranger):
    need = told()
    client.force_login(stranger.user)

    assert client.post(to("read-need", need.pk)).status_code == 404
    assert Need.objects.get().read_at is None


def test_the_hub_page_of_a_need_names_no_person(desk):
    told(by=CareersLeaderFactory(user__name="Jordan Smith"))

    for name in ("demand", "needs"):
        assert "Jordan" not in seen(desk.get(to(name)))


@pytest.mark.parametrize("name", ["demand", "needs"])
def test_a_page_costs_the_same_however_long(desk, name):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            desk.get(to(name))
        return len(queries)

    told(sectors=["digital"])
    searched(sectors=["digital"])
    desk.get(to(name))
    one = cost()
    for year in (7, 8, 9):
        told(years=[year])
        searched(years=[year])

    assert cost() == one <= 12
