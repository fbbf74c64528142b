from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from tests.factories import UserFactory

MORNING = "2027-03-01T08:00:00Z"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def signed_in(client, db, clock):
    client.force_login(UserFactory())
    client.get(reverse("healthz"))
    return client


def look(client):
    client.get(reverse("healthz"))
    return SESSION_KEY in client.session


def test_a_session_lasts_while_it_is_used(signed_in, clock):
    clock.shift(timedelta(hours=2, minutes=59))

    assert look(signed_in)


def test_a_session_left_alone_for_three_hours_ends(signed_in, clock):
    clock.shift(timedelta(hours=3))

    assert not look(signed_in)


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(signed_in, clock):
    still_in = []
    for _ in range(6):
        clock.shift(timedelta(hours=2))
        still_in.append(look(signed_in))

    assert still_in == [True, True, True, True, True, False]


def test_reading_pages_does_not_write_a_row_each(signed_in, clock, django_assert_num_queries):
    clock.shift(timedelta(seconds=30))

    # The session, the person, and the memberships: nothing is written.
    with django_assert_num_queries(3):
        signed_in.get(reverse("healthz"))


def test_what_a_signed_in_person_saw_is_not_kept(signed_in):
    answer = signed_in.get(reverse("home"))

    assert "no-store" in answer["Cache-Control"]


def test_what_everybody_may_see_may_be_kept(client, db):
    answer = client.get(reverse("home"))

    assert "no-store" not in answer.get("Cache-Control", "")
