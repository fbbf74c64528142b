"""What a desk may decide."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock
from accounts.models import Message, Role, Standing
from placements import listings, moderation, revisions, sections
from placements.models import Placement, ReviewNote
from placements.states import PlacementState, RevisionState
from tests.factories import (
    BrokerFactory,
    DraftFactory,
    EmployerFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def broker():
    return BrokerFactory()


@pytest.fixture
def submitted(host):
    return sent_in(DraftFactory(provider=host.organisation), host)


@pytest.fixture
def published(host):
    placement = PlacementFactory(provider=host.organisation)
    SlotFactory(placement=placement)
    return placement


def sent_in(placement, by):
    SlotFactory(placement=placement)
    return listings.submit(placement, by=by)


def at_a_home(host):
    home = WorkplaceFactory(organisation=host.organisation, kind="private_home")
    return sent_in(DraftFactory(provider=host.organisation, workplace=home), host)


def changed(placement, by, **values):
    listings.write(placement, sections.WHAT, values, by=by)
    return revisions.submit(revisions.open_for(placement), by=by)


def told(kind):
    return list(Message.objects.filter(kind=kind).values_list("email", flat=True))


def test_what_is_published_can_be_seen_and_its_provider_is_told(submitted, broker, host):
    moderation.publish(submitted, by=broker)

    found = Placement.objects.published().get()
    assert found == submitted
    assert found.published_at is not None
    assert found.last_confirmed_on == clock.today()
    assert told("listing_published") == [host.user.email]


def test_who_no_longer_acts_decides_nothing(submitted):
    viewer = BrokerFactory(role=Role.VIEWER)

    with pytest.raises(PermissionDenied):
        moderation.publish(submitted, by=viewer)


@pytest.mark.parametrize("state", [s for s in PlacementState if s != PlacementState.SUBMITTED])
def test_only_what_waits_is_decided(host, broker, refused, state):
    placement = PlacementFactory(provider=host.organisation, state=state)
    SlotFactory(placement=placement)

    with refused("not_at_the_desk"):
        moderation.publish(placement, by=broker)
    with refused("not_at_the_desk"):
        moderation.send_back(placement, notes={"what": "No"}, by=broker)
    with refused("not_at_the_desk"):
        moderation.decline(placement, reason="sales", comment="", by=broker)


def test_a_private_home_is_not_published_without_a_decision(host, broker, refused):
    placement = at_a_home(host)

    with refused("risk_not_accepted"):
        moderation.publish(placement, by=broker)
    moderation.accept_risk(placement, by=broker)
    moderation.publish(placement, by=broker)

    placement.refresh_from_db()
    assert placement.state == PlacementState.PUBLISHED
    assert placement.risk_accepted_by == broker


def test_a_lone_adult_is_not_published_without_a_decision(host, broker, refused):
    alone = WorkplaceFactory(organisation=host.organisation, lone_adult=True)
    placement = sent_in(DraftFactory(provider=host.organisation, workplace=alone), host)

    with refused("risk_not_accepted"):
        moderation.publish(placement, by=broker)


def test_nothing_is_published_below_the_bar(submitted, broker, refused):
    submitted.slots.all().delete()

    with refused("not_finished"):
        moderation.publish(submitted, by=broker)


@pytest.mark.parametrize("standing", [Standing.UNVERIFIED, Standing.SUSPENDED])
def test_nothing_is_published_for_who_is_not_in_good_standing(submitted, broker, refused, standing):
    provider = submitted.provider
    provider.standing = standing
    provider.suspended_at = clock.now() if standing == Standing.SUSPENDED else None
    provider.save()

    with refused("provider_not_in_good_standing"):
        moderation.publish(submitted, by=broker)


def test_a_listing_goes_back_with_notes_beside_its_sections(submitted, broker, host):
    moderation.send_back(submitted, notes={"what": "Which bakery?", "when": "  "}, by=broker)

    submitted.refresh_from_db()
    assert submitted.state == PlacementState.SENT_BACK
    assert [(note.section, note.words) for note in ReviewNote.objects.all()] == [
        ("what", "Which bakery?")
    ]
    assert told("listing_sent_back") == [host.user.email]


@pytest.mark.parametrize(
    ("notes", "code"),
    [
        ({}, "no_notes"),
        ({"what": "   "}, "no_notes"),
        ({"nonsense": "Hm"}, "unknown_section"),
        ({"what": "x" * 1001}, "invalid"),
    ],
)
def test_nothing_goes_back_without_words_that_help(submitted, broker, refused, notes, code):
    with refused(code):
        moderation.send_back(submitted, notes=notes, by=broker)

    submitted.refresh_from_db()
    assert submitted.state == PlacementState.SUBMITTED


def test_every_section_of_every_kind_can_have_a_note():
    codes = {
        section.code
        for kind in ("talk", "week_placement", "project")
        for mode in ("in_person", "hybrid", "virtual")
        for section in sections.sections_for(kind, mode)
    }

    assert codes <= set(sections.titles())


def test_a_mended_listing_is_published(submitted, broker, host):
    moderation.send_back(submitted, notes={"what": "Which bakery?"}, by=broker)
    listings.write(submitted, sections.WHAT, {"title": "A week at Wyle Cop"}, by=host)
    listings.submit(submitted, by=host)

    moderation.publish(submitted, by=broker)

    submitted.refresh_from_db()
    assert submitted.state == PlacementState.PUBLISHED
    assert submitted.title == "A week at Wyle Cop"


def test_each_round_at_the_desk_is_told(submitted, broker, host):
    moderation.send_back(submitted, notes={"what": "Which bakery?"}, by=broker)
    listings.submit(submitted, by=host)

    moderation.send_back(submitted, notes={"what": "And where?"}, by=broker)

    assert told("listing_sent_back") == [host.user.email] * 2


def test_a_listing_is_declined_for_a_coded_reason(submitted, broker, host):
    moderation.decline(submitted, reason="sales", comment="It sells a course.", by=broker)

    submitted.refresh_from_db()
    move = submitted.moves.last()
    assert submitted.state == PlacementState.DECLINED
    assert (move.reason, move.comment, move.by) == ("sales", "It sells a course.", broker)
    assert told("listing_declined") == [host.user.email]


@pytest.mark.parametrize(
    ("reason", "comment"), [("", ""), ("dull", ""), ("other", " "), ("sales", "x" * 501)]
)
def test_nothing_is_declined_without_a_reason(submitted, broker, refused, reason, comment):
    with refused("invalid"):
        moderation.decline(submitted, reason=reason, comment=comment, by=broker)


def test_a_suspended_listing_is_out_of_sight_until_that_is_lifted(published, broker, host):
    moderation.suspend(published, by=broker)
    hidden = Placement.objects.published().exists()
    moderation.lift(published, by=broker)

    assert hidden is False
    assert Placement.objects.published().exists()
    assert told("listing_suspended") == [host.user.email]


def test_suspending_twice_is_suspending_once(published, broker):
    moderation.suspend(published, by=broker)
    since = Placement.objects.get().suspended_at

    moderation.suspend(published, by=broker)

    assert Placement.objects.get().suspended_at == since
    assert len(told("listing_suspended")) == 1


def test_an_approved_change_is_the_listings_own(published, broker, host):
    revision = changed(published, host, title="A week with cake")

    moderation.approve_revision(revision, by=broker)

    published.refresh_from_db()
    revision.refresh_from_db()
    assert published.title == "A week with cake"
    assert (revision.state, revision.decided_by) == (RevisionState.APPROVED, broker)
    assert told("revision_approved") == [host.user.email]


def test_a_change_that_is_sent_back_leaves_what_was_approved(published, broker, host):
    before = published.title
    revision = changed(published, host, title="Buy our cakes")

    moderation.send_back_revision(revision, notes={"what": "Not an advertisement"}, by=broker)

    published.refresh_from_db()
    revision.refresh_from_db()
    assert published.title == before
    assert revision.state == RevisionState.SENT_BACK
    assert told("revision_sent_back") == [host.user.email]


def test_a_change_that_was_not_sent_in_is_not_decided(published, broker, host, refused):
    listings.write(published, sections.WHAT, {"title": "Half an idea"}, by=host)

    with refused("not_at_the_desk"):
        moderation.approve_revision(revisions.open_for(published), by=broker)


def test_moving_to_a_home_takes_a_decision_of_its_own(published, broker, host, refused):
    home = WorkplaceFactory(organisation=host.organisation, kind="private_home")
    listings.write(published, sections.WHERE, {"workplace": home}, by=host)
    revision = revisions.submit(revisions.open_for(published), by=host)

    with refused("risk_not_accepted"):
        moderation.approve_revision(revision, by=broker)
    published.refresh_from_db()
    before = published.workplace
    moderation.approve_revision(revision, by=broker, accepts_risk=True)

    published.refresh_from_db()
    assert before != home
    assert (published.workplace, published.risk_accepted_by) == (home, broker)


def test_the_provider_of_another_hub_is_told_nothing(submitted, broker):
    HostFactory(organisation=EmployerFactory())

    moderation.publish(submitted, by=broker)

    assert len(told("listing_published")) == 1


def test_a_second_reading_does_not_make_a_listing_new(published, broker):
    first = published.published_at
    Placement.objects.filter(pk=published.pk).update(state=PlacementState.SUBMITTED)

    moderation.publish(published, by=broker)

    published.refresh_from_db()
    assert published.published_at == first
