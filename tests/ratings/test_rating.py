from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.models import Message, Role, Standing
from placements.models import Placement
from placements.states import BookingState
from ratings import rating
from ratings.models import DIMENSIONS, Rating, Side
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NationalFactory,
    PastBookingFactory,
    PlacementFactory,
    RatingFactory,
    RatingReportFactory,
    ReplyFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

FOURS = dict.fromkeys(DIMENSIONS, 4)


def rate(booking, *, by, marks=FOURS, comment=""):
    return rating.rate(booking, by=by, marks=marks, would_use_again=True, comment=comment)


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_a_school_says_how_its_booking_was(booking, leader):
    rated = rating.rate(
        booking,
        by=leader,
        marks={**FOURS, "support": 5},
        would_use_again=False,
        comment=" Busy all week. ",
        private_note="The lift was broken.",
    )

    rated.refresh_from_db()
    assert (rated.side, rated.support, rated.quality) == (Side.SCHOOL, 5, 4)
    assert rated.would_use_again is False
    assert rated.comment == "Busy all week."
    assert rated.private_note == "The lift was broken."


def test_the_desk_rates_too_beside_the_school(booking, leader, broker):
    rate(booking, by=leader)

    assert rate(booking, by=broker).side == Side.BROKER


def test_a_broker_of_another_hub_cannot_rate(booking, broker):
    with pytest.raises(PermissionDenied):
        rate(booking, by=BrokerFactory())


def test_the_national_team_rates_what_lies_on_its_own_desk_only(booking, broker, national):
    elsewhere = PastBookingFactory(slot__placement__workplace__authority="E06000019")

    assert rate(elsewhere, by=national).side == Side.BROKER
    with pytest.raises(PermissionDenied):
        rate(booking, by=national)


@pytest.mark.parametrize("stranger", [CareersLeaderFactory, HostFactory, NationalFactory])
def test_nobody_else_rates_a_booking(booking, broker, stranger):
    with pytest.raises(PermissionDenied):
        rate(booking, by=stranger())


def test_a_provider_cannot_rate_its_own_placement(booking, host):
    with pytest.raises(PermissionDenied):
        rate(booking, by=host)


def test_a_viewer_cannot_rate(booking, leader):
    viewer = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)

    with pytest.raises(PermissionDenied):
        rate(booking, by=viewer)


def test_a_broker_of_a_suspended_hub_cannot_rate(booking, broker):
    broker.organisation.standing = Standing.SUSPENDED

    with pytest.raises(PermissionDenied):
        rate(booking, by=broker)


@pytest.mark.parametrize(
    "state", [state for state in BookingState if state != BookingState.COMPLETED]
)
def test_only_what_took_place_is_rated(refused, state):
    booking = PastBookingFactory(state=state)

    with refused("not_completed"):
        rate(booking, by=booking.asked_by)


def test_a_booking_is_rated_once_a_side(refused, booking, leader):
    rate(booking, by=leader)

    with refused("already_rated"):
        rate(booking, by=MemberFactory(organisation=leader.organisation))


@pytest.mark.parametrize("mark", [0, 6, -1, None])
def test_each_mark_is_out_of_five(refused, booking, leader, mark):
    with refused("invalid"):
        rate(booking, by=leader, marks={**FOURS, "quality": mark})


def test_all_five_marks_are_due(refused, booking, leader):
    with refused("invalid"):
        rate(booking, by=leader, marks={"quality": 4})


def test_the_provider_is_told_and_the_mail_repeats_nothing(booking, leader, host):
    rated = rate(booking, by=leader, comment="Busy all week.")

    message = Message.objects.get(kind="rating_received")
    assert message.recipient == host.user
    assert message.subject == str(rated.pk)


def test_the_score_follows_and_is_there_from_three_ratings_on():
    placement = PlacementFactory()
    scores = []

    for marks in (2, 4, 5):
        booking = PastBookingFactory(slot=past_slot(placement))
        rate(booking, by=booking.asked_by, marks=dict.fromkeys(DIMENSIONS, marks))
        placement.refresh_from_db()
        scores.append((placement.rating_count, placement.rating_average))

    assert scores == [(1, None), (2, None), (3, Decimal("3.67"))]


def past_slot(placement):
    return SlotFactory(placement=placement, starts_on=days_ahead(-14))


@pytest.mark.django_db(transaction=True)
def test_two_ratings_at_the_same_moment_both_count():
    placement = PlacementFactory()
    first, second = (PastBookingFactory(slot=past_slot(placement)) for _ in range(2))

    with ThreadPoolExecutor() as elsewhere:
        with transaction.atomic():
            rate(first, by=first.asked_by)
            other = elsewhere.submit(rate_elsewhere, second)
            with pytest.raises(TimeoutError):
                other.result(timeout=0.3)
        other.result(timeout=5)

    assert Placement.objects.get(pk=placement.pk).rating_count == 2


def rate_elsewhere(booking):
    try:
        rate(booking, by=booking.asked_by)
    finally:
        connection.close()


def test_a_provider_answers_once_and_whoever_rated_is_told(refused, booking, leader, host):
    rated = rate(booking, by=leader)

    answer = rating.reply(rated, words=" Thank you. ", by=host)

    assert answer.words == "Thank you."
    assert told("rating_replied") == {leader.user_id}
    with refused("already_replied"):
        rating.reply(rated, words="And another thing.", by=host)


@pytest.mark.parametrize("stranger", [CareersLeaderFactory, HostFactory, NationalFactory])
def test_nobody_but_the_provider_answers(stranger):
    with pytest.raises(PermissionDenied):
        rating.reply(RatingFactory(), words="Thank you.", by=stranger())


def test_an_answer_has_words(refused):
    rated = RatingFactory()
    host = HostFactory(organisation=rated.booking.slot.placement.provider)

    with refused("invalid"):
        rating.reply(rated, words="  ", by=host)


def test_anybody_who_acts_for_somebody_reports_once_and_the_desk_is_told(refused, broker):
    rated = RatingFactory()
    reader = MemberFactory(role=Role.VIEWER)

    rating.report(rated, words="It names somebody.", by=reader)

    assert told("rating_reported") == {broker.user_id}
    with refused("already_reported"):
        rating.report(rated, words="It still does.", by=reader)


def test_a_suspended_organisation_reports_nothing():
    member = MemberFactory()
    member.organisation.standing = Standing.SUSPENDED

    with pytest.raises(PermissionDenied):
        rating.report(RatingFactory(), words="It names somebody.", by=member)


def test_the_desk_hides_a_rating_and_its_marks_no_longer_count(broker):
    placement = PlacementFactory()
    rated = [RatingFactory(booking__slot=past_slot(placement), quality=1) for _ in range(4)]
    report = RatingReportFactory(rating=rated[0])

    rating.hide(rated[0], because="It names a member of staff.", by=broker)

    placement.refresh_from_db()
    report.refresh_from_db()
    assert (placement.rating_count, placement.rating_average) == (3, Decimal("3.40"))
    assert (report.upheld, report.decided_by) == (True, broker)
    assert told("rating_hidden") == {rated[0].by.user_id}


def test_the_national_team_decides_at_every_desk(broker, national):
    assert rating.hide(RatingFactory(), because="It is untrue.", by=national).hidden_at


@pytest.mark.parametrize("stranger", [BrokerFactory, CareersLeaderFactory, HostFactory])
@pytest.mark.parametrize("verb", ["hide", "hide_reply", "keep"])
def test_nobody_else_decides(broker, stranger, verb):
    rated = ReplyFactory().rating
    words = {"because": "No."} if verb == "hide" else {}

    with pytest.raises(PermissionDenied):
        getattr(rating, verb)(rated, by=stranger(), **words)


def test_the_provider_cannot_hide_what_it_does_not_like(broker):
    rated = RatingFactory()
    host = HostFactory(organisation=rated.booking.slot.placement.provider)

    with pytest.raises(PermissionDenied):
        rating.hide(rated, because="Unfair.", by=host)


def test_what_is_hidden_is_neither_answered_nor_reported_nor_hidden_again(refused, broker):
    rated = RatingFactory()
    host = HostFactory(organisation=rated.booking.slot.placement.provider)
    rating.hide(rated, because="It is untrue.", by=broker)

    with refused("hidden"):
        rating.reply(rated, words="Thank you.", by=host)
    with refused("hidden"):
        rating.report(rated, words="It is untrue.", by=host)
    with refused("hidden"):
        rating.hide(rated, because="It is untrue.", by=broker)


def test_hiding_needs_a_reason(refused, broker):
    with refused("invalid"):
        rating.hide(RatingFactory(), because=" ", by=broker)


def test_an_answer_can_be_hidden_and_the_rating_left(refused, broker):
    rated = ReplyFactory().rating

    rating.hide_reply(rated, by=broker)

    assert Rating.objects.shown().filter(pk=rated.pk).exists()
    with refused("not_replied"):
        rating.hide_reply(rated, by=broker)


def test_what_was_reported_can_be_left_to_stand(refused, broker):
    report = RatingReportFactory()

    rating.keep(report.rating, by=broker)

    report.refresh_from_db()
    assert report.upheld is False
    assert Rating.objects.shown().count() == 1
    with refused("not_reported"):
        rating.keep(report.rating, by=broker)


def test_the_database_keeps_one_rating_a_side_whoever_writes():
    rated = RatingFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        RatingFactory(booking=rated.booking)


def test_the_database_knows_no_mark_of_six():
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingFactory(quality=6)


def test_a_hidden_rating_says_why_in_the_database():
    rated = RatingFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.filter(pk=rated.pk).update(hidden_at=rated.rated_at)


def test_a_school_does_not_see_what_was_said_of_a_listing_that_is_not_published():
    rated = RatingFactory(booking__slot__placement__state="paused")
    stranger = CareersLeaderFactory()

    assert not Rating.objects.visible_to(stranger).exists()
    assert Rating.objects.visible_to(rated.by).get() == rated
