"""Listings: in every state, on every page that one is written on, found and not found."""

import re
from datetime import timedelta

from accounts import clock, letters
from accounts.models import Message
from placements import listings, revisions, sections
from placements.models import Placement, ReviewNote, Revision
from placements.states import PlacementState, RevisionState
from placements.words import Adjustment, Kind, Mode
from tests.browser.scene import session
from tests.factories import (
    DraftFactory,
    EmployerFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
)


def set_in(scene):
    host = scene.members["host"]
    WorkplaceFactory(organisation=host.organisation, is_active=False, name="The old mill")
    scene.place("workplace", WorkplaceFactory(organisation=host.organisation).pk)
    states(scene, host)
    writing(scene, host)
    on_the_page(scene, host)
    on_behalf(scene)


def states(scene, host):
    """One listing in each state, and a page and a half of them."""
    for state in PlacementState:
        made = PlacementFactory(
            provider=host.organisation,
            state=state,
            title=f"A week in a bakery ({state.label})",
            submitted_at=None if state == PlacementState.DRAFT else clock.now(),
            published_at=None if state == PlacementState.DRAFT else clock.now(),
            last_confirmed_on=clock.today() - timedelta(days=200),
        )
        SlotFactory(placement=made)
        scene.place(state.value, made.pk)
    PlacementFactory.create_batch(20, provider=host.organisation)
    back = Placement.objects.get(pk=scene.places["sent_back"][0])
    for section, words in (("what", "Say what they bake."), ("safety", "Who is with them?")):
        ReviewNote.objects.create(
            placement=back,
            section=section,
            words=words,
            by=scene.members["broker"],
            written_at=clock.now(),
        )
    back.moves.create(
        came_from="submitted", went_to="sent_back", by=scene.members["broker"], at=clock.now()
    )
    Placement.objects.get(pk=scene.places["declined"][0]).moves.create(
        came_from="submitted",
        went_to="declined",
        by=scene.members["broker"],
        at=clock.now(),
        reason="unsafe",
    )
    changed = PlacementFactory(provider=host.organisation, title="Changed since")
    Revision.objects.create(placement=changed, changes={"title": "A better title"}, made_by=host)
    scene.place("changed", changed.pk)
    taken_down = PlacementFactory(provider=host.organisation, suspended_at=clock.now())
    scene.place("suspended", taken_down.pk)


def writing(scene, host):
    """Every page of a large listing in person and of a talk on screen, full and empty."""
    full = DraftFactory(provider=host.organisation, title="A draft that is whole", mode=Mode.HYBRID)
    called_off = SlotFactory(placement=full)
    free, booked = SlotFactory.create_batch(2, placement=full)
    SlotFactory.create_batch(20, placement=full)
    scene.place("whole", full.pk)
    scene.place("slot", full.pk, free.pk)
    scene.place("slot_to_cancel", full.pk, booked.pk)
    scene.place("no_slot", full.pk, full.pk)
    called_off.state = "cancelled"
    called_off.save(update_fields=["state"])
    bare = listings.start(by=host, kind=Kind.WEEK_PLACEMENT, mode=Mode.IN_PERSON)
    talk = listings.start(by=host, kind=Kind.TALK, mode=Mode.VIRTUAL)
    scene.place("bare", bare.pk)
    for listing, name in ((full, "whole"), (bare, "bare"), (talk, "talk")):
        for section in (sections.KIND, *sections.of(listing)):
            scene.place(f"{name}_{section.code}", listing.pk, section.code)
    scene.place("no_section", full.pk, "nothing")
    scene.place("sent_back_what", *scene.places["sent_back"], "what")
    scene.place("published_what", *scene.places["published"], "what")
    scene.place("starter", "talk-my-job")


def on_the_page(scene, host):
    """What the public sees."""
    rich = PlacementFactory(
        provider=scene.members["provider"].organisation,
        title="Robots & gardens: a fortnight with everything that can be said of it",
        mode=Mode.HYBRID,
        two_way_contact="Students ask in the chat at any time.",
        adjustments=[each.value for each in Adjustment],
        adjustments_notes="Ask us for anything else.",
        not_suitable_for="Steep stairs to the loft.",
        joining_instructions="Ring the bell.\nAsk for Sam.",
        lunch="Bring a packed lunch.",
        charge="Travel only.",
    )
    SlotFactory(placement=rich, note="Mornings only.")
    SlotFactory(placement=rich, places=2, taken=2)
    SlotFactory(placement=rich, opens_on=clock.today() + timedelta(days=9))
    scene.place("rich", rich.pk)
    scene.place("without_dates", PlacementFactory().pk)
    scene.place("rich_provider", rich.provider_id)
    scene.place("host_provider", host.organisation_id)
    scene.place("bare_provider", scene.members["idle"].organisation_id)
    scene.place("nothing", "00000000-0000-4000-8000-000000000000")


def on_behalf(scene):
    """What a broker writes for an employer, and the employer's own link to it."""
    broker = scene.members["broker"]
    employer = EmployerFactory(name="Wenlock Pottery")
    place = WorkplaceFactory(organisation=employer)
    scene.place("employer", employer.pk)
    written = written_for(employer, place, broker)
    listings.submit(written, by=broker)
    scene.place("written", written.pk)
    scene.place("to_confirm", link_in("listing_confirm", written))
    homeless = listings.start(
        by=broker,
        kind=Kind.WEEK_PLACEMENT,
        mode=Mode.IN_PERSON,
        on_behalf_of=EmployerFactory(),
        confirm_with="owner@example.org",
    )
    scene.place("without_workplace", homeless.pk)
    for name, is_right in (("confirmed", True), ("contradicted", False)):
        scene.sessions[name] = session(answered_confirm_listing=is_right)


def written_for(employer, place, broker):
    written = DraftFactory(
        provider=employer,
        workplace=place,
        written_by=broker,
        confirmation_asked_of="potter@example.org",
    )
    SlotFactory(placement=written)
    return written


def link_in(kind, subject):
    """The token of the link in the newest mail of a kind."""
    message = Message.objects.filter(kind=kind, subject=str(subject.pk)).latest("made_at")
    return re.search(r"/(?:confirm|answer|offer|changed)/(\S+?)/\s", letters.write(message).text)[1]


def changes_at_the_desk(placement, host):
    revision = Revision.objects.create(
        placement=placement,
        changes={"title": "A better title", "summary": "Bake, serve, sell and count."},
        made_by=host,
        state=RevisionState.SUBMITTED,
        submitted_at=clock.now(),
    )
    assert revisions.differences(revision)
    return revision
