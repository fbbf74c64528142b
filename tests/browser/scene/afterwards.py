"""What is over: debriefs and ratings, written and still to write."""

from datetime import timedelta

from accounts import clock, links
from accounts.models import OrganisationKind
from placements.states import BookingState
from ratings import attendance, badges, debrief, reflections
from ratings.models import DebriefSide
from ratings.notices import LOOK_BACK
from tests.factories import (
    BadgeFactory,
    BookingFactory,
    DebriefFactory,
    HostFactory,
    NamedStudentFactory,
    OrganisationFactory,
    PastBookingFactory,
    PlacementFactory,
    RatingFactory,
    RatingReportFactory,
    ReflectionFactory,
    ReplyFactory,
    RollCallFactory,
    SelfFoundFactory,
    SlotFactory,
    days_ahead,
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
    said_by_link(scene, past, host)
    PastBookingFactory.create_batch(20, slot__placement=listing, school=leader.organisation)
    ratings(scene, past)
    vouched_for(scene)


def said_by_link(scene, past, host):
    """Who came, asked of one booking; and how it went, of another."""
    over, asked, called = past(), past(), past()
    for booking in (over, asked):
        booking.places = 6
        booking.save(update_fields=["places"])
        for name, agreed in (("Aisha", True), ("Maximilian-Alexander", True), ("Cora", False)):
            NamedStudentFactory(booking=booking, first_name=name, agreed=agreed)
    RollCallFactory(booking=called)
    scene.place("over_with_names", over.pk)
    for name, booking in (("look_back", asked), ("look_back_called", called)):
        token = links.make(
            LOOK_BACK,
            email=host.user.email,
            user=host.user,
            subject=str(booking.pk),
            lives=timedelta(days=9),
        )
        scene.place(name, token)
    found_by_a_student(scene, over.asked_by)
    looked_back_on_by_students(scene, over, past)
    to_be_walked_through(scene)


def found_by_a_student(scene, leader):
    """Of an employer without an account: asked who came, asked how it went, and all said."""
    for name in ("asked", "called", "said"):
        booking = over_and_found(school=leader.organisation, asked_by=leader)
        if name != "asked":
            attendance.call_by_link(booking, attendance.Called())
        if name == "said":
            debrief.write_by_link(booking, debrief.Answers(went_well="She asked good questions."))
            scene.place("found_looked_back_on", booking.pk)
        token = links.make(
            LOOK_BACK,
            email=booking.slot.placement.contact_email,
            subject=str(booking.pk),
            lives=timedelta(days=9),
        )
        scene.place(f"found_look_back_{name}", token)


def over_and_found(email="boss@garage.example.org", **facts):
    found = SelfFoundFactory(
        slot__starts_on=days_ahead(-5),
        slot__ends_on=days_ahead(-1),
        booking__state=BookingState.COMPLETED,
        slot__placement__contact_email=email,
        **{f"booking__{name}": value for name, value in facts.items()},
    )
    NamedStudentFactory(booking=found.booking, first_name="Aisha", agreed=True)
    return found.booking


def to_be_walked_through(scene):
    """One that is over for each way of walking: three went, and one may be named to the host.
    And one that a student found, whose employer has no account."""
    for way in ("scripts", "plain"):
        booking = PastBookingFactory(places=3)
        for name in ("Aisha", "Ben", "Cora"):
            NamedStudentFactory(booking=booking, first_name=name, agreed=name == "Aisha")
        host = HostFactory(organisation=booking.slot.placement.provider)
        scene.place(f"just_over_{way}", booking.pk)
        scene.place(f"hosted_{way}", host.user.email)
        scene.enters(f"was_there_{way}", booking.asked_by)
        found = over_and_found(email=f"{way}@garage.example.org")
        scene.place(f"found_over_{way}", found.pk)
        scene.enters(f"found_it_{way}", found.asked_by)


def looked_back_on_by_students(scene, over, past):
    """One code to answer by, one that is early, and what some have said."""
    [first, *_] = reflections.hand_out(over, by=over.asked_by)
    scene.place("code", first.token)
    slot = SlotFactory(placement=over.slot.placement, starts_on=days_ahead(-1))
    begun = BookingFactory(
        slot=slot, school=over.school, asked_by=over.asked_by, state=BookingState.ACCEPTED
    )
    NamedStudentFactory(booking=begun)
    [early] = reflections.hand_out(begun, by=over.asked_by)
    scene.place("early_code", early.token)
    heard = past()
    for _ in range(3):
        ReflectionFactory(student__booking=heard)
    NamedStudentFactory(booking=heard)
    scene.place("heard", heard.pk)


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
