"""The same search asked again within a second: one page for everybody, and nobody else's."""

import json
import time
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from marketplace.settings import base
from placements import search_tally
from placements.models import Placement
from tests.factories import BadgeFactory, CareersLeaderFactory, SlotFactory

pytestmark = pytest.mark.django_db
SEARCH = "/placements/?near=&mode=virtual"


@pytest.fixture(autouse=True)
def as_it_is_served(settings, monkeypatch):
    """Pages kept as where people are served, and a list of notes of this test's own."""
    settings.CACHES = {**settings.CACHES, "memory": base.CACHES["memory"]}
    caches["memory"].clear()
    monkeypatch.setattr(search_tally, "NOTES", f"{search_tally.NOTES}:{uuid4()}")
    search_tally._losses.__init__()
    yield
    search_tally._redis().delete(search_tally.NOTES)
    caches["memory"].clear()


@pytest.fixture
def placement():
    return SlotFactory(placement__mode="virtual", placement__title="Robots at work").placement


def asked(address=SEARCH, **headers):
    """What somebody reads who was never here before."""
    return Client(headers=headers).get(address)


def test_a_search_asked_again_at_once_asks_the_database_nothing(
    placement, django_assert_num_queries
):
    first = asked()

    with django_assert_num_queries(0):
        second = asked()

    assert second.content == first.content
    assert placement.title in second.content.decode()


def test_the_same_filters_in_another_order_are_the_same_search(
    placement, django_assert_num_queries
):
    asked("/placements/?near=&mode=virtual&year_group=10")

    with django_assert_num_queries(0):
        asked("/placements/?year_group=10&mode=virtual&near=")


def test_each_time_a_search_is_asked_it_counts(placement):
    asked()
    asked()

    first, second = map(json.loads, search_tally.take(10))
    assert first == second


def test_another_search_gets_another_page(placement):
    asked()

    assert placement.title not in asked("/placements/?near=&mode=in_person").content.decode()


def test_a_listing_is_three_statements(placement, django_assert_num_queries):
    badge = BadgeFactory(code="inclusive")
    Placement.objects.filter(pk=placement.pk).update(badges=["inclusive"])
    address = reverse("placements:placement", args=[placement.pk])
    asked(address)

    with django_assert_num_queries(3):
        shown = asked(address)

    assert badge.name in shown.content.decode()


def test_after_two_seconds_a_page_shows_what_has_changed(placement, monkeypatch):
    asked()
    placement.slots.update(places=77)
    at = time.time()
    monkeypatch.setattr(time, "time", lambda: at + 2)

    assert "77 places" in asked().content.decode()


def test_who_is_signed_in_reads_their_own_page(placement, client):
    member = CareersLeaderFactory()
    asked()
    client.force_login(member.user)

    mine = client.get(SEARCH).content.decode()

    assert str(member.organisation) in mine
    assert str(member.organisation) not in asked().content.decode()


def test_who_has_a_shortlist_reads_their_own_page(placement):
    asked()
    visitor = Client()
    visitor.post(reverse("placements:add-to-shortlist", args=[placement.pk]), {"back": SEARCH})

    assert "On your shortlist" in visitor.get(SEARCH).content.decode()
    assert "On your shortlist" not in asked().content.decode()


def test_in_turn_each_visitor_has_an_order_of_their_own(django_assert_num_queries):
    for _ in range(12):
        SlotFactory(placement__mode="virtual")
    address = f"{SEARCH}&sort=fair"

    pages = {asked(address, user_agent=f"visitor {n}").content for n in range(12)}

    assert len(pages) > 1


def test_what_everybody_may_read_brings_nobody_a_cookie(placement):
    assert not asked().cookies
    assert not asked().cookies


def test_a_question_to_be_mended_is_told_again_and_not_counted(placement):
    wrong = f"{SEARCH}&places=lots"

    assert asked(wrong).content == asked(wrong).content
    assert search_tally.take(10) == []
