"""Ready-made listings."""

import pytest
from django.core.exceptions import PermissionDenied

from placements import bar, sections, starters
from placements.words import Kind, Mode
from tests.factories import BrokerFactory, HostFactory, SlotFactory, WorkplaceFactory

pytestmark = pytest.mark.django_db

ALL = starters.every()


@pytest.mark.parametrize("starter", ALL, ids=lambda starter: starter.code)
def test_a_starter_is_complete_but_for_dates(starter):
    host = HostFactory()
    WorkplaceFactory(organisation=host.organisation)

    placement = starters.use(starter, by=host)

    placement.refresh_from_db()
    assert placement.provider == host.organisation
    assert [short.code for short in bar.shortcomings(placement)] == ["no_dates"]


@pytest.mark.parametrize("starter", ALL, ids=lambda starter: starter.code)
def test_a_starter_answers_only_what_its_pages_ask(starter):
    asked = {
        name for page in sections.sections_for(starter.kind, starter.mode) for name in page.fields
    }

    assert set(starter.answers) <= asked


def test_there_is_one_for_every_kind_and_mode_and_for_many_sectors():
    assert {starter.kind for starter in ALL} == set(Kind.values)
    assert {starter.mode for starter in ALL} == set(Mode.values)
    assert len({starter.answers["sector"] for starter in ALL}) >= 9
    assert len({starter.code for starter in ALL}) == len(ALL)


def test_the_smallest_offers_stand_first():
    order = [list(Kind.values).index(starter.kind) for starter in ALL]

    assert order == sorted(order)


def test_a_starter_is_changed_without_changing_the_starter():
    host = HostFactory()
    WorkplaceFactory(organisation=host.organisation)
    starter = starters.find("week-office")
    placement = starters.use(starter, by=host)
    SlotFactory(placement=placement)

    placement.criteria["purpose"] = "Ours"
    placement.save(update_fields=["criteria"])

    assert starters.use(starter, by=host).criteria["purpose"] != "Ours"


def test_a_broker_has_no_listing_of_their_own_to_start():
    with pytest.raises(PermissionDenied):
        starters.use(ALL[0], by=BrokerFactory())


def test_no_starter_is_found_by_an_invented_code():
    assert starters.find("nonsense") is None
