"""Changes to what a broker has approved."""

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied

from placements import listings, revisions, sections
from placements.models import Placement
from placements.states import RevisionState
from tests.factories import HostFactory, PlacementFactory, SlotFactory, WorkplaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def placement():
    placement = PlacementFactory()
    SlotFactory(placement=placement)
    return placement


@pytest.fixture
def host(placement):
    return HostFactory(organisation=placement.provider)


def test_changes_of_several_pages_wait_together(placement, host):
    listings.write(placement, sections.WHAT, {"title": "A week with cake"}, by=host)
    listings.write(placement, sections.WHEN, {"starts_at": time(10)}, by=host)

    assert placement.revisions.get().changes == {
        "title": "A week with cake",
        "starts_at": "10:00:00",
    }


def test_taking_a_change_back_leaves_nothing_waiting(placement, host):
    listings.write(placement, sections.WHAT, {"title": "A week with cake"}, by=host)

    listings.write(placement, sections.WHAT, {"title": placement.title}, by=host)

    assert revisions.open_for(placement) is None


def test_saving_what_was_there_is_no_change(placement, host):
    same = {name: getattr(placement, name) for name in sections.WHAT.fields}

    listings.write(placement, sections.WHAT, same, by=host)

    assert not placement.revisions.exists()


def test_the_desk_sees_what_would_change_in_words(placement, host):
    other = WorkplaceFactory(organisation=host.organisation, name="The mill", town="Ludlow")
    before = str(placement.workplace)
    listings.write(placement, sections.WHERE, {"workplace": other}, by=host)
    listings.write(placement, sections.WHEN, {"starts_at": time(10)}, by=host)
    listings.write(placement, sections.WHO, {"adjustments": ["step_free"]}, by=host)

    found = revisions.differences(revisions.open_for(placement))

    assert [(one.section, one.question, one.before, one.after) for one in found] == [
        ("who", "Adjustments you can make", "", "Step-free access"),
        ("where", "Workplace", before, "The mill, Ludlow"),
        ("when", "Start of the day", "9am", "10am"),
    ]


def test_what_is_proposed_is_never_saved_by_looking(placement, host):
    listings.write(placement, sections.WHAT, {"title": "A week with cake"}, by=host)

    proposed = revisions.as_proposed(placement)

    assert proposed.title == "A week with cake"
    assert placement.title != "A week with cake"
    assert Placement.objects.get().title == placement.title


def test_while_the_broker_reads_the_changes_they_stay(placement, host, refused):
    listings.write(placement, sections.WHAT, {"title": "A week with cake"}, by=host)
    revisions.submit(revisions.open_for(placement), by=host)

    with refused("with_the_broker"):
        listings.write(placement, sections.WHAT, {"title": "Another"}, by=host)


def test_what_matters_to_nobodys_approval_changes_even_then(placement, host):
    listings.write(placement, sections.WHAT, {"title": "A week with cake"}, by=host)
    revisions.submit(revisions.open_for(placement), by=host)

    listings.write(placement, sections.CONTACT, {"contact_name": "Robin Miller"}, by=host)

    assert Placement.objects.get().contact_name == "Robin Miller"


def test_changes_below_the_bar_are_not_sent_in(placement, host, refused):
    listings.write(placement, sections.LEARNING, {"criteria": {}}, by=host)

    with refused("not_finished"):
        revisions.submit(revisions.open_for(placement), by=host)


def test_changes_are_sent_in_once(placement, host, refused):
    listings.write(placement, sections.WHAT, {"title": "A week with cake"}, by=host)
    revision = revisions.submit(revisions.open_for(placement), by=host)

    with refused("move_not_allowed"):
        revisions.submit(revision, by=host)


def test_changes_can_be_given_up_while_they_wait(placement, host):
    listings.write(placement, sections.WHAT, {"title": "A week with cake"}, by=host)
    revision = revisions.submit(revisions.open_for(placement), by=host)

    revisions.discard(revision, by=host)

    assert placement.revisions.get().state == RevisionState.DISCARDED


@pytest.mark.parametrize("verb", ["submit", "discard"])
def test_nobody_decides_about_anothers_changes(placement, host, verb):
    listings.write(placement, sections.WHAT, {"title": "A week with cake"}, by=host)

    with pytest.raises(PermissionDenied):
        getattr(revisions, verb)(revisions.open_for(placement), by=HostFactory())


def test_every_answer_survives_being_kept_as_json(placement, host):
    proposed = revisions.as_proposed(placement)

    for name in listings.COPIED:
        kept = revisions.encoded(getattr(proposed, name))
        assert revisions.decoded(name, kept) == getattr(proposed, name)
