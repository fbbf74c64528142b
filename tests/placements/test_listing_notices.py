"""What is said about listings."""

import pytest

from accounts import letters
from accounts.models import Message
from placements import desks, listing_notices, listings, moderation, revisions, sections
from placements.models import Placement
from placements.states import PlacementState
from tests.factories import (
    BrokerFactory,
    DraftFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db

CONTACT = "canary@example.org"


@pytest.fixture
def broker(monkeypatch):
    member = BrokerFactory()
    monkeypatch.setattr(desks, "_finders", [lambda placement: member.organisation])
    return member


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def submitted(host, broker):
    placement = DraftFactory(provider=host.organisation, contact_email=CONTACT)
    SlotFactory(placement=placement)
    return listings.submit(placement, by=host)


def holds(message):
    return letters.of_kind(message.kind).still_holds(message)


def message(kind):
    return Message.objects.get(kind=kind)


def test_every_kind_has_words_with_a_link_and_without_contact_details(host, broker):
    placement = PlacementFactory(
        provider=host.organisation,
        written_by=broker,
        confirmation_asked_of="owner@example.org",
        contact_email=CONTACT,
        joining_instructions="Ring the bell",
    )
    SlotFactory(placement=placement)
    listings.write(placement, sections.WHAT, {"title": "At the mill"}, by=host)
    revision = revisions.submit(revisions.open_for(placement), by=host)
    for tell in (
        *("submitted", "confirmed", "employer_wants_changes", "published", "sent_back"),
        *("declined", "suspended", "lifted", "held", "expired"),
    ):
        getattr(listing_notices, tell)(placement)
    for tell in ("revision_submitted", "revision_approved", "revision_sent_back"):
        getattr(listing_notices, tell)(revision)

    kinds = {kind for kind in letters.kinds() if kind.startswith(("listing_", "revision_"))}
    kinds.discard("revision_waiting")
    mails = [letters.write(owed) for owed in Message.objects.all()]

    assert set(Message.objects.values_list("kind", flat=True)) >= kinds
    assert all(placement.title in mail.title for mail in mails)
    assert all("http://testserver/" in mail.text for mail in mails)
    assert not any(CONTACT in mail.text or "Ring the bell" in mail.text for mail in mails)


def test_nobody_is_told_what_is_no_longer_true(submitted, broker):
    waiting = message("listing_waiting")
    before = holds(waiting)
    moderation.publish(submitted, by=broker)
    published = message("listing_published")
    during = holds(published)
    Placement.objects.update(state=PlacementState.WITHDRAWN)

    assert before
    assert not holds(waiting)
    assert during
    assert not holds(published)


def test_a_desk_reads_that_changes_wait_and_where_to_see_them(host, broker, delivered):
    placement = PlacementFactory(provider=host.organisation, title="At the bakery")
    SlotFactory(placement=placement)
    listings.write(placement, sections.WHAT, {"title": "At the mill"}, by=host)
    revisions.submit(revisions.open_for(placement), by=host)

    mail = delivered("revision_waiting")

    assert mail.to == broker.user.email
    assert mail.title == "Changes wait at your desk: At the bakery"
    assert f'{host.organisation.name} wants to change "At the bakery".' in mail.text
    assert "Schools see the version that was approved" in mail.text
    address = f"http://testserver/desk/listings/{placement.pk}/"
    assert f"See what would change: {address}\n" in mail.text
    assert f'<a href="{address}">See what would change</a>' in mail.html


def test_a_desk_is_not_sent_to_changes_that_were_given_up(host, broker):
    placement = PlacementFactory(provider=host.organisation)
    SlotFactory(placement=placement)
    listings.write(placement, sections.WHAT, {"title": "At the mill"}, by=host)
    revision = revisions.submit(revisions.open_for(placement), by=host)
    waiting = message("revision_waiting")
    before = holds(waiting)

    revisions.discard(revision, by=host)

    assert before
    assert not holds(waiting)


def test_with_no_desk_to_tell_a_listing_still_goes_in(host, monkeypatch):
    monkeypatch.setattr(desks, "_finders", [])
    placement = DraftFactory(provider=host.organisation)
    SlotFactory(placement=placement)

    listings.submit(placement, by=host)

    assert not Message.objects.exists()
