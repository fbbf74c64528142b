"""What is over: debriefs and ratings, written and still to write."""

from datetime import timedelta

from accounts import clock
from accounts.models import OrganisationKind
from ratings import badges
from ratings.models import DebriefSide
from tests.factories import (
    BadgeFactory,
    DebriefFactory,
    OrganisationFactory,
    PastBookingFactory,
    PlacementFactory,
    RatingFactory,
    RatingReportFactory,
    ReplyFactory,
)


def set_in(scene):
    leader, host = scene.members["leader"], scene.members["host"]
    listing = PlacementFactory(provider=host.organisation, title="Looked back on")
    scene.place("rated_listing", listing.pk)

    def past():
        return PastBookingFactory(
            slot__placement=listing, school=leader.organisation, asked_by=leader
        )

    scene.place("to_look_back_on", past().pk)
    both = past()
    DebriefFactory(booking=both)
    DebriefFactory(booking=both, side=DebriefSide.HOST, by=host)
    scene.place("looked_back_on", both.pk)
    PastBookingFactory.create_batch(20, slot__placement=listing, school=leader.organisation)
    ratings(scene, past)
    vouched_for(scene)


def ratings(scene, past):
    plain = RatingFactory(booking=past())
    scene.place("rating", plain.pk)
    scene.place("rated", plain.booking_id)
    replied = RatingFactory(booking=past())
    ReplyFactory(rating=replied)
    scene.place("replied", replied.pk)
    reported = RatingFactory(booking=past())
    RatingReportFactory(rating=reported, by=scene.members["leader"])
    scene.place("reported", reported.pk)
    hidden = RatingFactory(
        booking=past(),
        hidden_at=clock.now(),
        hidden_by=scene.members["broker"],
        hidden_because="It names somebody.",
    )
    scene.place("hidden", hidden.pk)
    for _ in range(20):
        RatingReportFactory(rating=RatingFactory(booking=past()))


def vouched_for(scene):
    body = OrganisationFactory(kind=OrganisationKind.ACCREDITOR, name="Quality in Placements")
    badges.award(
        BadgeFactory(accreditor=body),
        scene.members["provider"].organisation,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=365),
        by=scene.members["national"],
    )
