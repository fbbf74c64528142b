"""Acts with a key: done once, however often they are asked for."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections

from accounts import clock, tasks
from accounts.api import once
from accounts.models import KeptAnswer, Message
from placements import bookings
from placements.models import Booking
from placements.states import BookingState
from tests.factories import BookingFactory, HostFactory, SchoolOrganisationFactory, SlotFactory
from tests.partner import BOOKINGS, Partner

pytestmark = pytest.mark.django_db

KEY = "c0ffee-1"


@pytest.fixture
def slot():
    slot = SlotFactory(places=10)
    HostFactory(organisation=slot.placement.provider)
    return slot


@pytest.fixture
def school():
    return Partner(SchoolOrganisationFactory())


def told(answer):
    return answer.status_code, answer.content, answer.headers.get("Location")


def test_the_same_key_and_body_get_the_same_answer_and_nothing_is_done_twice(school, slot):
    first = school.ask(slot, 4, key=KEY)
    again = school.ask(slot, 4, key=KEY)

    assert told(again) == told(first)
    assert first.status_code == 201
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Booking.objects.count() == 1
    assert Message.objects.filter(kind="booking_requested").count() == 1
    slot.refresh_from_db()
    assert slot.taken == 4


def test_the_same_answer_is_given_whatever_has_happened_since(school, slot):
    first = school.ask(slot, 4, key=KEY)
    booking = Booking.objects.get()
    school.do("cancel", booking, {"reason": "dates_clash"})

    again = school.ask(slot, 4, key=KEY)

    assert told(again) == told(first)
    assert again.json()["state"] == "requested"


def test_a_body_laid_out_otherwise_is_the_same_body(school, slot):
    school.post(BOOKINGS, f'{{"slot": "{slot.pk}", "places": 4}}', key=KEY)

    again = school.post(BOOKINGS, f'{{\n"places":4,"slot":"{slot.pk}"}}', key=KEY)

    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")


def test_a_key_means_the_same_bare_and_between_quotes(school, slot):
    school.ask(slot, 4, key=KEY)

    assert school.ask(slot, 4, key=f'"{KEY}"').headers["Idempotency-Replayed"] == "true"


def test_another_body_with_the_same_key_is_a_mistake(school, slot):
    school.ask(slot, 4, key=KEY)

    answer = school.ask(slot, 5, key=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Booking.objects.get().places == 4


def test_the_same_key_on_another_booking_is_a_mistake_too(slot):
    host = Partner(slot.placement.provider)
    first, second = (BookingFactory(slot=slot) for _ in range(2))
    slot.taken = first.places + second.places
    slot.save()
    host.do("decline", first, {"reason": "no_capacity"}, key=KEY)

    answer = host.do("decline", second, {"reason": "no_capacity"}, key=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    second.refresh_from_db()
    assert second.state == BookingState.REQUESTED


def test_a_key_is_one_clients_own(school, slot):
    other = Partner(SchoolOrganisationFactory())
    school.ask(slot, 4, key=KEY)

    answer = other.ask(slot, 4, key=KEY)

    assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (201, False)
    assert answer.json()["school"]["id"] == str(other.member.organisation_id)
    assert Booking.objects.count() == 2


def test_a_key_is_one_ways_of_acting_own(school, slot):
    school.ask(slot, 4, key=KEY)
    booking = Booking.objects.get()

    answer = school.do("cancel", booking, {"reason": "dates_clash"}, key=KEY)

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")


@pytest.mark.parametrize("verb", ["accept", "decline", "cancel"])
def test_each_act_is_done_once(verb, slot):
    host = Partner(slot.placement.provider)
    school = Partner(SchoolOrganisationFactory())
    asked = bookings.request(slot, places=4, by=school.member)
    partner = school if verb == "cancel" else host
    body = {"accept": {}, "decline": {"reason": "no_capacity"}, "cancel": {"reason": "illness"}}

    first, again = (partner.do(verb, asked, body[verb], key=KEY) for _ in range(2))

    assert (first.status_code, told(again)) == (200, told(first))
    assert asked.moves.count() == 2


@pytest.mark.parametrize("key", ["", " ", "x" * 256, '"', '""', '"a', "caf\xe9", "a b", "a\tb"])
def test_a_key_that_is_none_is_named(key, school, slot):
    answer = school.browser.post(
        BOOKINGS,
        {"slot": str(slot.pk), "places": 1},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["errors"][0]["pointer"] == "/Idempotency-Key"
    assert not Booking.objects.exists()


def test_without_a_key_nothing_is_done(school, slot):
    answer = school.browser.post(
        BOOKINGS, {"slot": str(slot.pk), "places": 1}, content_type="application/json"
    )

    assert answer.json()["errors"][0]["pointer"] == "/Idempotency-Key"
    assert not Booking.objects.exists()


def test_what_was_refused_may_be_asked_anew_with_the_same_key(school, slot):
    slot.taken = 10
    slot.save()
    assert school.ask(slot, 4, key=KEY).json()["code"] == "slot_full"
    slot.taken = 0
    slot.save()

    assert school.ask(slot, 4, key=KEY).status_code == 201


def test_what_was_not_understood_may_be_mended_with_the_same_key(school, slot):
    assert school.ask(slot, 0, key=KEY).status_code == 400

    assert school.ask(slot, 4, key=KEY).status_code == 201


def test_too_much_haste_and_a_fault_of_ours_are_not_kept(school, slot, settings, monkeypatch):
    cache.clear()
    settings.API_REQUESTS_A_MINUTE_BY_CLIENT = 0
    assert school.ask(slot, 4, key=KEY).status_code == 429
    settings.API_REQUESTS_A_MINUTE_BY_CLIENT = 100
    school.browser.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(bookings.arrivals.outbox, "ring_for", lambda owed: 1 / 0)
        assert school.ask(slot, 4, key=KEY).status_code == 500
    assert (Booking.objects.count(), KeptAnswer.objects.count()) == (0, 0)

    assert school.ask(slot, 4, key=KEY).status_code == 201


def test_a_fault_while_the_answer_is_written_down_undoes_the_act(school, slot, monkeypatch):
    school.browser.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(once, "JSONRenderer", lambda: 1 / 0)
        assert school.ask(slot, 4, key=KEY).status_code == 500

    assert not Booking.objects.exists()
    slot.refresh_from_db()
    assert slot.taken == 0


def test_answers_are_kept_for_a_day_and_then_forgotten(school, slot):
    school.ask(slot, 4, key=KEY)
    with clock.as_of(clock.now() + timedelta(hours=23, minutes=59)):
        tasks.forget_old_answers()
        assert KeptAnswer.objects.count() == 1

    with clock.as_of(clock.now() + timedelta(hours=24, minutes=1)):
        tasks.forget_old_answers()

    assert KeptAnswer.objects.count() == 0
    assert school.ask(slot, 4, key=KEY).json()["code"] == "already_booked"


# --- At the same moment


@contextmanager
def held_back(monkeypatch):
    """The next act stands still in its transaction, its booking written, until let go."""
    reached, let_go = Event(), Event()
    kept = once._kept

    def slow(*given):
        reached.set()
        assert let_go.wait(10)
        return kept(*given)

    monkeypatch.setattr(once, "_kept", slow)
    yield reached, let_go
    let_go.set()


def elsewhere(do, *given, **more):
    try:
        return do(*given, **more)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_at_it_the_second_is_told_so_and_does_not_wait(
    school, slot, monkeypatch
):
    with ThreadPoolExecutor(1) as aside, held_back(monkeypatch) as (reached, let_go):
        first = aside.submit(elsewhere, school.ask, slot, 4, key=KEY)
        assert reached.wait(10)

        second = Partner(None, client=school.client).ask(slot, 4, key=KEY)
        let_go.set()

        assert (second.status_code, second.json()["code"]) == (409, "key_in_use")
        assert second.headers["Retry-After"] == "1"
        assert first.result(timeout=10).status_code == 201
    again = school.ask(slot, 4, key=KEY)
    assert told(again) == told(first.result())
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_another_key_and_another_clients_same_key_do_not_wait_for_it(school, monkeypatch):
    slow, quick = SlotFactory(), SlotFactory()
    other = Partner(SchoolOrganisationFactory())
    with ThreadPoolExecutor(1) as aside, held_back(monkeypatch) as (reached, let_go):
        first = aside.submit(elsewhere, school.ask, slow, 1, key=KEY)
        assert reached.wait(10)
        monkeypatch.undo()

        assert other.ask(quick, 1, key=KEY).status_code == 201
        assert Partner(None, client=school.client).ask(quick, 1).status_code == 201
        let_go.set()
        assert first.result(timeout=10).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_with_one_key_one_is_done_and_the_others_are_told_the_same(school, slot):
    partners = [Partner(None, client=school.client) for _ in range(100)]
    with ThreadPoolExecutor(16) as threads:
        asked = [threads.submit(elsewhere, one.ask, slot, 4, key=KEY) for one in partners]
        answers = [one.result() for one in asked]

    done = [answer for answer in answers if answer.status_code == 201]
    others = [answer for answer in answers if answer.status_code != 201]
    assert len({answer.content for answer in done}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in done) == 1
    assert {answer.json()["code"] for answer in others} <= {"key_in_use"}
    assert (Booking.objects.count(), KeptAnswer.objects.count()) == (1, 1)
    slot.refresh_from_db()
    assert slot.taken == 4


@pytest.mark.django_db(transaction=True)
def test_whoever_died_holding_the_key_has_let_it_go(school, slot):
    """A connection that ends without a word, as that of a process that was killed."""

    def die():
        monkey = pytest.MonkeyPatch()
        monkey.setattr(once, "_kept", lambda *_: connections["default"].connection.close())
        try:
            school.ask(slot, 4, key=KEY)
        finally:
            monkey.undo()

    with ThreadPoolExecutor(1) as aside:
        fate = aside.submit(elsewhere, die)
        with pytest.raises((OperationalError, Exception)):
            fate.result(timeout=10)
    assert not Booking.objects.exists()

    assert school.ask(slot, 4, key=KEY).status_code == 201


@pytest.mark.parametrize("kept", [1, 3])
def test_a_retry_costs_the_same_however_much_is_kept(kept, school, slot, django_assert_num_queries):
    for _ in range(kept):
        school.ask(SlotFactory(), 1, key=uuid4().hex)
    school.ask(slot, 1, key=KEY)

    # The token; then the transaction, its lock, and the answer.
    with django_assert_num_queries(5):
        school.ask(slot, 1, key=KEY)
