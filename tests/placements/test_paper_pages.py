"""The checklist on a booking's page, and what each side can do about it."""

import pytest
from django.urls import reverse

from placements import students
from placements.models import Booking, Briefing, HostAgreement, WorkplaceCheck
from placements.states import BookingState
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    WorkplaceCheckFactory,
    days_ahead,
)
from tests.placements import paper_rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules():
    paper_rules.begin()


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def booking(leader, host):
    return BookingFactory(
        slot__placement__provider=host.organisation,
        slot__placement__workplace__organisation=host.organisation,
        school=leader.organisation,
        asked_by=leader,
        state=BookingState.ACCEPTED,
    )


def page(name, *parts):
    return reverse(f"placements:{name}", args=parts)


def words_of(client, member, address):
    client.force_login(member.user)
    return " ".join(client.get(address).content.decode().split())


def test_each_side_reads_what_is_missing_and_whose_turn_it_is(client, booking, leader, host):
    ours = words_of(client, leader, page("booking", booking.pk))
    theirs = words_of(client, host, page("booking", booking.pk))

    assert "Before the first day" in ours
    assert "Students may not start without this: Parents&#39; consent." in ours
    assert "The host\u2019s turn, by" in ours
    assert "Your turn" in ours
    assert page("host-agreement", booking.pk) in theirs
    assert page("host-agreement", booking.pk) not in ours
    assert "Our students are briefed" in ours
    assert "Our students are briefed" not in theirs


def test_nothing_is_said_of_paper_before_it_is_agreed_or_when_it_is_over(client, booking, leader):
    for state in ("requested", "completed", "cancelled"):
        Booking.objects.filter(pk=booking.pk).update(state=state)
        assert "Before the first day" not in words_of(client, leader, page("booking", booking.pk))


def test_a_host_agrees_on_a_page_and_must_tick_the_box(client, booking, host):
    client.force_login(host.user)
    address = page("host-agreement", booking.pk)

    assert "Tick the box if you agree" in client.post(address).content.decode()
    assert not HostAgreement.objects.exists()

    answer = client.post(address, {"agrees": "on"}, follow=True)
    assert "Thank you. It holds until" in answer.content.decode()
    assert HostAgreement.objects.get().valid_until == days_ahead(365)


def test_a_school_says_once_that_its_students_are_briefed(client, booking, leader):
    client.force_login(leader.user)
    for _ in range(2):
        client.post(page("brief-students", booking.pk))

    assert Briefing.objects.get().by == leader
    assert "Our students are briefed" not in words_of(client, leader, page("booking", booking.pk))


def test_a_school_records_a_check_with_its_cost(client, booking, leader):
    client.force_login(leader.user)
    address = page("workplace-check", booking.slot.placement_id)
    day = days_ahead(-1)
    typed = {
        "band": "low",
        "basis": "specialist",
        "outcome": "conditions",
        "assessor": "Safe Places Ltd",
        "checked_on_day": day.day,
        "checked_on_month": day.month,
        "checked_on_year": day.year,
        "valid_until_day": "1",
        "valid_until_month": "6",
        "valid_until_year": "2028",
        "pounds": "25.50",
    }

    assert "Write the conditions down." in client.post(address, typed).content.decode()

    told = client.post(address, {**typed, "conditions": "No ovens."}, follow=True).content.decode()
    assert "The check is recorded" in told
    assert "Safe Places Ltd" in told
    assert WorkplaceCheck.objects.get().cost_pence == 2550


def test_a_host_reads_its_checks_and_records_none(client, booking, host):
    WorkplaceCheckFactory(workplace=booking.slot.placement.workplace)

    told = words_of(client, host, page("workplace-check", booking.slot.placement_id))

    assert "Good until" in told
    assert "Record the check" not in told


@pytest.mark.parametrize("number", [1, 3])
def test_a_bookings_page_costs_the_same_however_many_students_and_checks(
    client, booking, leader, number, django_assert_max_num_queries
):
    Booking.objects.filter(pk=booking.pk).update(places=9)
    students.name(booking, lines="\n".join(["Aisha K", "Ben T", "Cal W"][:number]), by=leader)
    WorkplaceCheckFactory.create_batch(number, workplace=booking.slot.placement.workplace)
    client.force_login(leader.user)
    client.get(page("booking", booking.pk))

    with django_assert_max_num_queries(14):
        client.get(page("booking", booking.pk))
