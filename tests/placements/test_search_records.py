"""What is kept of searches: counts of wants, and nobody in them."""

import json
import time
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from accounts import clock
from placements import search_records, search_tally, tasks, wants
from placements.models import Searched, Want
from placements.search import kept
from tests.factories import CareersLeaderFactory, EmployerFactory, SlotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tally():
    """The list of notes, empty before and after, which nobody else adds to meanwhile."""
    # Not by the tests' own patching, which some of them undo half way.
    with pytest.MonkeyPatch.context() as apart:
        apart.setattr(search_tally, "NOTES", f"{search_tally.NOTES}:{uuid4()}")
        search_tally._losses.__init__()
        redis = search_tally._redis()
        yield redis
        redis.delete(search_tally.NOTES)


def wanted(query):
    return wants.of(kept.asked(query).chosen)


def counted():
    search_records.count_noted()
    return list(Searched.objects.order_by("pk").values_list("times", "in_vain", "places"))


# --- What is wanted


def test_a_want_says_where_what_and_when():
    query = (
        "near=SY1+1AA&sector=digital&sector=construction&kind=visit&mode=in_person&year_group=10"
        "&adjustments=step_free&from=2027-06-14&to=2027-07-02&q=robots"
    )

    assert wanted(query) == wants.Wanted(
        authority="E06000051",
        outcode="SY1",
        sectors=["construction", "digital"],
        kinds=["visit"],
        modes=["in_person"],
        years=[10],
        months=["2027-06-01", "2027-07-01"],
        adjustments=["step_free"],
        words="robots",
    )


@pytest.mark.parametrize(
    ("near", "outcode", "authority"),
    [
        ("SY1 1AA", "SY1", "E06000051"),
        ("sy11aa", "SY1", "E06000051"),
        ("SY1", "SY1", "E06000051"),
        ("Shrewsbury", "", "E06000051"),
        ("52.7069,-2.7541", "", ""),
        ("", "", ""),
    ],
)
def test_a_place_is_an_outcode_or_an_authority_and_never_a_postcode(near, outcode, authority):
    want = wanted(f"near={near}")

    assert (want.outcode, want.authority) == (outcode, authority)
    assert "1AA" not in json.dumps(want.__dict__)


@pytest.mark.parametrize(
    "typed",
    [
        *("Jordan Smith", "jordan.smith@example.org", "07700 900123", "SY1 1AA", "12 Pride Hill"),
        *("Élodie", "Ωmega", "x' OR 1=1 --", "\u202eabc"),
    ],
)
def test_words_that_are_not_words_of_work_are_dropped(typed):
    assert wants.words_of_work(typed) == ("", True)


def test_words_of_work_are_kept_without_those_beside_them():
    assert wants.words_of_work("Jordan wants a VET or robots, 07700900123") == ("robots vet", True)
    assert wants.words_of_work("vet robots") == ("robots vet", False)
    assert wants.words_of_work("") == ("", False)


@pytest.mark.parametrize(
    ("first", "last", "touched"),
    [
        (None, None, 0),
        (date(2027, 6, 30), date(2027, 7, 1), 2),
        (date(2027, 12, 31), date(2028, 1, 1), 2),
        (date(2027, 6, 30), None, 1),
        (date(2027, 1, 1), date(2031, 1, 1), wants.MOST_MONTHS),
        (date(9999, 11, 30), date.max, 2),
        (None, date.min, 0),
    ],
)
def test_a_span_of_days_touches_its_months(first, last, touched):
    assert len(wants.months(first, last)) == touched


def test_the_same_want_is_one_row_however_it_was_asked():
    first = wanted("near=SY1&sector=digital&sector=construction&limit=3&sort=newest")
    second = wanted("sector=construction&sector=digital&near=sy1")

    assert first.kept() == second.kept()


@pytest.mark.parametrize(
    ("query", "found", "in_vain"),
    [
        ("sector=digital", 0, True),
        ("sector=digital", 2, True),
        ("sector=digital", 3, False),
        ("sector=digital&badge=gold", 0, False),
        ("sector=digital&rating_min=5", 0, False),
        ("near=SY1&within=1", 2, True),
        # As a mark on the map leads there.
        ("near=SY1&within=0.2", 2, False),
    ],
)
def test_few_results_are_a_lack_unless_one_looked_at_somebodys_offers(query, found, in_vain):
    assert wants.is_in_vain(kept.asked(query).chosen, found) is in_vain


def test_looking_at_one_provider_is_no_lack():
    chosen = kept.asked(f"provider={EmployerFactory().pk}").chosen

    assert not wants.is_in_vain(chosen, 0)


# --- Noting and counting


def test_a_search_on_the_page_and_one_in_the_api_are_counted_alike(client):
    client.get("/placements/?near=SY1&sector=digital&places=6")
    client.get("/api/v1/placements?near=SY1&sector=digital&places=4")

    assert counted() == [(2, 2, 6)]
    assert Want.objects.get().outcode == "SY1"


def test_what_found_enough_is_counted_and_not_in_vain(client):
    SlotFactory.create_batch(3)

    client.get("/placements/?near=SY1")

    assert counted() == [(1, 0, 0)]


def test_reading_on_and_wrong_questions_are_no_searches(client):
    SlotFactory.create_batch(2)
    following = client.get("/api/v1/placements?limit=1").json()["next"]
    client.get("/api/v1/placements", {"limit": 1, "cursor": following})
    client.get("/placements/?near=Atlantis")

    assert sum(times for times, _, _ in counted()) == 1


def test_a_note_tells_nobody(client, tally):
    leader = CareersLeaderFactory(user__name="Jordan Smith")
    client.force_login(leader.user)
    client.get("/placements/?q=Jordan+Smith&near=SY1+2AB", headers={"User-Agent": "Jordan's"})

    [note] = tally.lrange(search_tally.NOTES, 0, -1)

    told = json.loads(note)
    assert set(told) == {"wanted", "day", "in_vain", "places"}
    assert set(told["wanted"]) == set(wants.Wanted().__dict__)
    for secret in ("ordan", "mith", "2AB", "127.0.0.1", client.session.session_key):
        assert secret not in note.decode()


def test_each_day_has_its_own_count(client):
    client.get("/placements/?near=SY1")
    with clock.as_of(clock.now() + timedelta(days=1)):
        client.get("/placements/?near=SY1")

    assert counted() == [(1, 1, 0), (1, 1, 0)]


def test_counting_adds_to_what_was_counted_and_counts_each_search_once(client):
    for _ in range(3):
        client.get("/placements/?near=SY1&sector=digital")
        tasks.count_searches()
        tasks.count_searches()
    client.get("/placements/?near=SY2&sector=digital")

    assert counted() == [(3, 3, 0), (1, 1, 0)]


def test_many_are_counted_in_few_statements(django_assert_max_num_queries):
    note = {"day": "2027-06-01", "in_vain": True, "places": 3}
    notes = [{**note, "wanted": wants.Wanted(outcode=f"SY{n % 50}").__dict__} for n in range(1000)]

    with django_assert_max_num_queries(8):
        search_records.keep(notes)

    assert Searched.objects.count() == 50
    assert set(Searched.objects.values_list("times", "in_vain")) == {(20, 20)}


def test_what_was_counted_long_ago_is_forgotten_and_its_want_with_it():
    note = {"in_vain": True, "places": 0}
    long_ago = clock.today() - search_records.KEPT_FOR - timedelta(days=1)
    for day, outcode in ((long_ago, "SY1"), (long_ago, "SY2"), (clock.today(), "SY2")):
        wanted = wants.Wanted(outcode=outcode).__dict__
        search_records.keep([{**note, "day": day.isoformat(), "wanted": wanted}])

    tasks.forget_old_searches()

    assert [want.outcode for want in Want.objects.all()] == ["SY2"]
    assert Searched.objects.get().day == clock.today()


def test_no_more_searches_can_be_in_vain_than_there_were():
    want = wants.Wanted(outcode="SY1").kept()

    with pytest.raises(IntegrityError), transaction.atomic():
        Searched.objects.create(want=want, day=clock.today(), times=1, in_vain=2)


def test_a_want_cannot_hold_a_postcode():
    with pytest.raises(IntegrityError), transaction.atomic():
        Want.objects.create(key="x", outcode="1AA")


# --- Without Redis


@pytest.fixture
def redis_away(monkeypatch):
    """A Redis that nobody answers for, and how often it was asked."""
    asked = []

    class Away(Redis):
        def pipeline(self, *_, **__):
            asked.append(time.monotonic())
            raise NoConnection

        def rpop(self, *_):
            raise NoConnection

    monkeypatch.setattr(search_tally, "_redis", Away)
    return asked


def test_without_redis_a_search_is_answered_and_not_counted(client, redis_away):
    assert client.get("/placements/?near=SY1").status_code == 200

    assert counted() == []


def test_redis_is_not_asked_again_for_a_while_and_losses_are_counted(client, redis_away):
    for _ in range(5):
        client.get("/placements/?near=SY1")

    assert len(redis_away) == 1
    assert search_tally._losses.count == 5


def test_how_many_were_lost_is_said_once_redis_is_back(client, redis_away, monkeypatch, caplog):
    client.get("/placements/?near=SY1")
    monkeypatch.undo()
    search_tally._losses.silent_until = 0.0

    client.get("/placements/?near=SY1")

    assert "searches_not_noted" in caplog.text
    assert search_tally._losses.count == 0
    assert counted() == [(1, 1, 0)]


def test_notes_that_nobody_counts_do_not_pile_up(client, tally, monkeypatch):
    monkeypatch.setattr(search_tally, "MOST", 3)

    for miles in range(5):
        client.get(f"/placements/?near=SY1&within={miles + 1}")

    assert tally.llen(search_tally.NOTES) == 3
