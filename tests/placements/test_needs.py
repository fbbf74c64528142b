"""A school tells its hub what it needs and did not find."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import clock
from accounts.models import Role, Standing
from placements import needs, wants
from placements.models import Need, Want
from placements.search import kept
from tests.factories import BrokerFactory, CareersLeaderFactory, HostFactory, SlotFactory

pytestmark = pytest.mark.django_db

LOOKED_FOR = "near=SY1&sector=digital&year_group=10"
TELL = f"/needs/tell/?{LOOKED_FOR}"


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def school(client, leader):
    client.force_login(leader.user)
    return client


def wanted(query=LOOKED_FOR):
    return wants.of(kept.asked(query).chosen)


def told(leader, query=LOOKED_FOR, places=6):
    return needs.tell(wanted(query), places=places, by=leader)


def seen(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def to(name, *parts):
    return reverse(f"placements:{name}", args=parts)


# --- The verbs


def test_a_school_tells_what_when_where_and_how_many(leader):
    need = told(leader, f"{LOOKED_FOR}&from=2031-06-14&to=2031-07-02")

    assert (need.school, need.told_by, need.places) == (leader.organisation, leader, 6)
    assert need.want.what == "Digital, for Year 10"
    assert need.want.where == "SY1"
    assert need.want.when == "June 2031 and July 2031"
    assert need.holds_until.isoformat() == "2031-07-31"


def test_each_need_is_told_once_whoever_of_the_school_tells_it(leader, refused):
    told(leader)
    colleague = CareersLeaderFactory(organisation=leader.organisation)

    with refused("already_told"):
        told(colleague, places=9)
    told(colleague, "near=SY1&sector=construction")
    told(CareersLeaderFactory())
    assert Need.objects.count() == 3


def test_the_database_keeps_a_school_from_telling_twice(leader):
    need = told(leader)

    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.create(
            school=need.school,
            want=need.want,
            places=1,
            told_by=leader,
            told_at=clock.now(),
            holds_until=clock.today(),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(places=0)


@pytest.mark.parametrize("places", [0, -1, 1001])
def test_a_need_is_of_some_places(leader, places):
    with pytest.raises(needs.ValidationError):
        told(leader, places=places)


@pytest.mark.parametrize(
    "nobody",
    [
        HostFactory,
        BrokerFactory,
        lambda: CareersLeaderFactory(role=Role.VIEWER),
        lambda: CareersLeaderFactory(organisation__standing=Standing.UNVERIFIED),
    ],
)
def test_only_a_school_in_good_standing_tells(nobody):
    with pytest.raises(PermissionDenied):
        told(nobody())


def test_a_need_without_a_place_is_where_the_school_is(leader):
    need = told(leader, "near=&sector=digital")

    assert (need.want.outcode, need.want.authority) == ("SY1", "E06000051")


def test_what_was_taken_back_can_be_told_again(leader):
    needs.take_back(told(leader), by=leader)

    told(leader)

    assert Need.objects.open().count() == 1
    assert Need.objects.count() == 2


def test_taking_back_twice_is_taking_back_once(leader):
    need = told(leader)
    first = needs.take_back(need, by=leader).taken_back_at

    assert needs.take_back(need, by=leader).taken_back_at == first


def test_another_school_takes_nothing_back(leader):
    with pytest.raises(PermissionDenied):
        needs.take_back(told(leader), by=CareersLeaderFactory())


def test_a_need_is_over_in_time_and_can_be_told_anew(leader):
    need = told(leader)

    with clock.as_of(clock.now() + needs.HOLDS_FOR + timedelta(days=1)):
        assert not Need.objects.open().exists()
        again = told(leader, places=2)

        assert again.pk == need.pk
        assert (Need.objects.open().get().places, again.read_at) == (2, None)


def test_reading_it_is_kept_once_and_not_of_what_is_taken_back(leader, refused):
    broker, need = BrokerFactory(), told(leader)
    first = needs.read(need, by=broker)
    again = needs.read(need, by=BrokerFactory())

    assert (again.read_by, again.read_at) == (broker, first.read_at)
    needs.take_back(need, by=leader)
    with refused("not_needed"):
        needs.read(need, by=broker)


# --- The pages


def test_where_little_is_found_one_button_tells_the_hub(school, leader):
    SlotFactory.create_batch(2, placement__sector="digital")
    page = seen(school.get(f"/placements/?{LOOKED_FOR}&places=6"))
    assert f'action="/needs/tell/?{LOOKED_FOR.replace("&", "&amp;")}&amp;places=6"' in page
    assert 'id="need_places" name="places" type="text" spellcheck="false" value="6"' in page

    page = seen(school.post(f"{TELL}&places=6", {"places": "6"}, follow=True))

    assert "The Careers Hub can see now that you need this." in page
    assert "Digital, for Year 10" in page
    assert Need.objects.get().told_by == leader


def test_where_enough_is_found_or_nobody_of_a_school_looks_there_is_no_such_button(client, leader):
    def offers():
        return "Tell the hub we need this" in seen(client.get(f"/placements/?{LOOKED_FOR}"))

    assert not offers()
    for member in (HostFactory(), BrokerFactory(), CareersLeaderFactory(role=Role.VIEWER)):
        client.force_login(member.user)
        assert not offers()
    client.force_login(leader.user)
    assert offers()
    SlotFactory.create_batch(3, placement__sector="digital")
    assert not offers()


def test_the_results_say_that_it_was_told_and_take_it_back(school, leader):
    need = told(leader)
    page = seen(school.get(f"/placements/?{LOOKED_FOR}"))
    assert "You told the Careers Hub that you need this" in page
    assert "The hub has not read it yet." in page
    assert "Tell the hub we need this" not in page

    page = seen(school.post(to("take-back-need", need.pk), follow=True))

    assert "Taken back." in page
    assert "Nothing told yet" in page


def test_the_school_sees_that_the_hub_has_read_it(school, leader):
    needs.read(told(leader), by=BrokerFactory())

    assert "Read by the hub" in seen(school.get(to("needs")))
    assert "The hub read it on" in seen(school.get(f"/placements/?{LOOKED_FOR}"))


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ("", "Enter how many places you need"),
        ("0", "must be 1 or more"),
        ("1001", "must be 1000 or less"),
        ("six", "must be a number"),
    ],
)
def test_a_wrong_number_stays_with_its_reason_beside_it(school, places, words):
    page = seen(school.post(TELL, {"places": places}))

    assert "<title>Error: " in page
    assert words in page
    assert not Need.objects.exists()
    assert not Want.objects.exists()


def test_telling_twice_says_so(school, leader):
    told(leader)

    assert "You have told the hub about this already." in seen(school.post(TELL, {"places": "6"}))


def test_what_is_no_search_is_no_need(school):
    assert school.get("/needs/tell/?near=Atlantis").status_code == 409
    assert school.post("/needs/tell/?sector=magic", {"places": "6"}).status_code == 409


def test_anybody_elses_need_is_not_there(school):
    need = told(CareersLeaderFactory())

    assert school.post(to("take-back-need", need.pk)).status_code == 404
    assert "Nothing told yet" in seen(school.get(to("needs")))
    assert Need.objects.open().exists()


def test_hosts_may_not_tell(client):
    client.force_login(HostFactory().user)

    assert client.get(TELL).status_code == 403
    assert client.post(TELL, {"places": "6"}).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_however_long(school, leader, django_assert_num_queries, number):
    for year in range(number):
        told(leader, f"year_group={year + 7}")
    school.get(to("needs"))

    with django_assert_num_queries(5):
        school.get(to("needs"))
