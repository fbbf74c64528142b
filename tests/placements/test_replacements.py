"""A host calls off what was agreed, and the school has other places before it asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock, letters, postman
from accounts.models import Message, Role, SentMail, Standing
from placements import (
    bookings,
    changes,
    counter,
    listings,
    redating,
    replacements,
    slots,
    tasks,
    waiting,
)
from placements.models import Booking
from placements.states import BookingState
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    CohortFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def agreed(leader):
    """Six places in a bakery forty days from now."""
    slot = SlotFactory(places=6, starts_on=days_ahead(40))
    booking = bookings.request(
        slot, places=6, by=leader, year_group=10, note="By train", adjustments=["step_free"]
    )
    return bookings.accept(booking, by=HostFactory(organisation=slot.placement.provider))


@pytest.fixture
def elsewhere():
    """The same week somewhere else, of the same sector, where the group could go too."""
    return free(42)


def free(days, **of):
    return SlotFactory(
        **{
            "places": 8,
            "starts_on": days_ahead(days),
            "placement__adjustments": ["step_free"],
            **of,
        }
    )


def let_down(booking, by=None):
    by = by or HostFactory(organisation=booking.slot.placement.provider)
    return bookings.cancel(booking, reason="staffing", by=by)


def offers():
    return list(Booking.objects.filter(state=BookingState.OFFERED))


def test_a_school_that_was_let_down_has_as_many_places_held_in_the_same_weeks(
    agreed, elsewhere, leader
):
    let_down(agreed)
    tasks.hold_replacements()

    (held,) = offers()
    assert (held.slot, held.school, held.replaces) == (elsewhere, leader.organisation, agreed)
    assert (held.places, held.year_group) == (6, 10)
    assert held.answer_by > clock.now()
    assert held.moves.get().by is None
    elsewhere.refresh_from_db()
    assert elsewhere.taken == 6
    assert counter.miscounted() == []


def test_the_places_count_for_the_cohort_that_lost_its_own(agreed, elsewhere):
    agreed.cohort = CohortFactory(school=agreed.school)
    agreed.save(update_fields=["cohort"])
    let_down(agreed)

    replacements.hold_owed()

    assert [offer.cohort for offer in offers()] == [agreed.cohort]


def test_it_says_yes_and_has_them_without_asking(agreed, elsewhere, leader):
    their_host = HostFactory(organisation=elsewhere.placement.provider)
    let_down(agreed)
    replacements.hold_owed()

    taken_up = waiting.take_up(*offers(), by=leader)

    assert taken_up.state == BookingState.REQUESTED
    host_is_asked = Message.objects.filter(kind="booking_requested", subject=str(taken_up.pk))
    assert [message.email for message in host_is_asked] == [their_host.user.email]
    assert counter.miscounted() == []


def test_the_other_host_reads_what_was_told_only_once_the_school_says_yes(
    agreed, elsewhere, leader
):
    let_down(agreed)
    replacements.hold_owed()
    (held,) = offers()
    assert (held.note, held.adjustments) == ("", [])

    waiting.take_up(held, by=leader)

    held.refresh_from_db()
    assert (held.note, held.adjustments) == ("By train", ["step_free"])


def test_a_school_that_is_let_down_twice_has_places_held_twice(agreed, elsewhere):
    let_down(agreed)
    replacements.hold_owed()
    third = free(43)
    host = HostFactory(organisation=elsewhere.placement.provider)

    slots.cancel(elsewhere, reason="staffing", comment="", by=host)
    replacements.hold_owed()

    assert [offer.slot for offer in offers()] == [third]
    assert not Message.objects.filter(kind="waiting_over").exists()
    assert counter.miscounted() == []


@pytest.mark.parametrize("reason", ["duplicate", "students_withdrew"])
def test_nothing_is_held_where_nobody_is_left_without_a_place(agreed, elsewhere, reason):
    host = HostFactory(organisation=agreed.slot.placement.provider)

    bookings.cancel(agreed, reason=reason, by=host)

    assert replacements.hold_owed() == 0


def test_nothing_is_held_for_a_school_that_is_suspended(agreed, elsewhere):
    let_down(agreed)
    school = agreed.school
    school.standing, school.suspended_at = Standing.SUSPENDED, clock.now()
    school.save(update_fields=["standing", "suspended_at"])

    assert replacements.hold_owed() == 0
    assert offers() == []


def test_dates_are_not_left_out_for_what_the_school_once_had_there(agreed, elsewhere, leader):
    gone = bookings.request(elsewhere, places=1, by=leader)
    bookings.cancel(gone, reason="dates_clash", by=leader)
    bookings.request(elsewhere, places=1, by=CareersLeaderFactory())

    let_down(agreed)

    assert replacements.hold_owed() == 1


def test_it_says_no_and_others_may_have_them(agreed, elsewhere, leader):
    let_down(agreed)
    replacements.hold_owed()

    bookings.cancel(*offers(), reason="dates_clash", by=leader)
    replacements.hold_owed()

    elsewhere.refresh_from_db()
    assert (elsewhere.taken, offers()) == (0, [])


def test_an_offer_that_nobody_takes_up_lapses(agreed, elsewhere, leader, time_machine):
    let_down(agreed)
    replacements.hold_owed()

    time_machine.move_to(offers()[0].answer_by + timedelta(minutes=1))
    tasks.lapse_unanswered()
    replacements.hold_owed()

    elsewhere.refresh_from_db()
    assert (elsewhere.taken, offers()) == (0, [])
    assert Message.objects.filter(kind="waiting_offer_lapsed").count() == 1


def test_places_are_held_once_however_often_the_worker_comes(agreed, elsewhere):
    free(41)
    let_down(agreed)

    assert replacements.hold_owed() == 1
    assert replacements.hold_owed() == 0
    # As if it had died before it wrote down that this is settled.
    Booking.objects.filter(pk=agreed.pk).update(replacement_owed=True)
    assert replacements.hold_owed() == 0

    assert len(offers()) == 1
    assert not Booking.objects.filter(replacement_owed=True).exists()


def test_the_same_week_comes_before_another(agreed):
    free(48)
    same_week = free(42)
    free(33)

    let_down(agreed)
    replacements.hold_owed()

    assert [offer.slot for offer in offers()] == [same_week]


@pytest.mark.parametrize(
    "unfit",
    [
        {"places": 5},
        {"starts_on": days_ahead(60)},
        {"placement__adjustments": []},
        {"placement__kind": "talk"},
        {"placement__mode": "virtual", "placement__workplace": None, "placement__takes_part": ""},
        {"placement__year_from": 12, "placement__year_to": 13},
        {"placement__sector": "digital"},
        {"placement__most_places_per_school": 3},
    ],
)
def test_nothing_is_held_that_the_group_could_not_use(agreed, unfit):
    free(42, **unfit)

    let_down(agreed)

    assert replacements.hold_owed() == 0
    assert offers() == []


def test_nobody_who_waits_is_overtaken(agreed, elsewhere):
    bookings.request(elsewhere, places=1, by=CareersLeaderFactory())
    bookings.request(elsewhere, places=8, by=CareersLeaderFactory(), wait=True)

    let_down(agreed)

    assert replacements.hold_owed() == 0


def test_a_school_that_cancels_itself_is_owed_nothing(agreed, elsewhere, leader):
    bookings.cancel(agreed, reason="students_withdrew", by=leader)

    assert replacements.hold_owed() == 0


def test_a_request_that_was_never_agreed_is_shown_others_and_held_none(elsewhere, leader):
    slot = SlotFactory(places=6, starts_on=days_ahead(40))
    asked = bookings.request(slot, places=2, by=leader)
    host = HostFactory(organisation=slot.placement.provider)

    declined = bookings.decline(asked, reason="no_capacity", by=host)

    assert replacements.hold_owed() == 0
    assert elsewhere in replacements.instead_of(declined)


def test_every_school_is_owed_when_dates_are_called_off_or_a_listing_withdrawn(elsewhere):
    placement = PlacementFactory()
    host = HostFactory(organisation=placement.provider)
    first, second = (
        SlotFactory(placement=placement, places=4, starts_on=days_ahead(days)) for days in (40, 41)
    )
    for slot in (first, second):
        asked = bookings.request(slot, places=4, by=CareersLeaderFactory())
        bookings.accept(asked, by=host)

    slots.cancel(first, reason="staffing", comment="", by=host)
    listings.withdraw(placement, reason="staffing", by=host)

    assert replacements.hold_owed() == 2
    assert {offer.slot for offer in offers()} == {elsewhere}
    assert counter.miscounted() == []


def test_the_school_is_told_what_is_held_and_answers_from_its_mail(agreed, elsewhere, leader):
    let_down(agreed)
    replacements.hold_owed()

    postman.deliver_due()

    mail = SentMail.objects.get(title__startswith="Other places held for you")
    assert mail.to == leader.user.email
    assert "6 places" in mail.text
    assert "/bookings/offer/" in mail.text


def test_the_letter_about_what_is_held_says_how_the_school_came_to_need_it(
    agreed, elsewhere, leader
):
    host = HostFactory(organisation=agreed.slot.placement.provider)
    moved = days_ahead(54)
    redating.move(agreed.slot, starts_on=moved, ends_on=moved, reason="staffing", by=host)
    changes.leave(agreed, by=leader)
    replacements.hold_owed()
    first = held_letter(agreed.replacement)
    assert f'You have left "{agreed.slot.placement}", because its host had changed' in first
    assert "Your booking of" not in first

    third = free(43)
    slots.cancel(
        elsewhere,
        reason="staffing",
        comment="",
        by=HostFactory(organisation=elsewhere.placement.provider),
    )
    replacements.hold_owed()

    assert f'The places that we held for you at "{elsewhere.placement}"' in held_letter(
        third.bookings.get()
    )


def held_letter(booking):
    return letters.write(Message.objects.get(kind="replacement_held", subject=str(booking.pk))).text


def test_what_has_begun_has_nothing_instead(agreed, elsewhere, time_machine):
    let_down(agreed)
    time_machine.move_to(clock.now() + timedelta(days=41))

    agreed.refresh_from_db()
    assert replacements.instead_of(agreed) == []


def test_the_schools_page_has_the_places_held_and_others_and_the_hosts_has_neither(
    client, agreed, elsewhere, leader
):
    other = free(44)
    host = HostFactory(organisation=agreed.slot.placement.provider)
    let_down(agreed, by=host)
    replacements.hold_owed()
    address = f"/bookings/{agreed.pk}/"

    viewer = CareersLeaderFactory(organisation=leader.organisation, role=Role.VIEWER)
    client.force_login(viewer.user)
    assert "Take up" not in client.get(address).text
    client.force_login(leader.user)
    mine = client.get(address).text
    client.force_login(host.user)
    theirs = client.get(address).text

    assert "Take up 6 places" in mine
    assert str(other.placement) in mine
    assert "?places=6&amp;year_group=10" in mine
    assert "instead" not in theirs
    assert str(elsewhere.placement) not in theirs


def test_what_is_asked_for_instead_is_filled_in(client, elsewhere, leader):
    client.force_login(leader.user)

    page = client.get(
        f"/placements/{elsewhere.placement_id}/book/{elsewhere.pk}/?places=6&year_group=10"
    ).text

    assert 'value="6"' in page


def test_the_page_costs_the_same_however_much_there_is_instead(client, agreed, leader):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/bookings/{agreed.pk}/")
        return len(asked)

    free(42)
    free(43)
    let_down(agreed)
    replacements.hold_owed()
    client.force_login(leader.user)
    cost()

    with_one = cost()
    free(44)
    free(45)

    assert len(replacements.instead_of(agreed)) == 3
    assert cost() == with_one


def test_whoever_takes_the_listing_down_for_the_host_the_school_is_owed_the_same(agreed, elsewhere):
    broker = BrokerFactory()
    agreed.slot.placement.written_by = broker
    agreed.slot.placement.save(update_fields=["written_by"])

    listings.withdraw(agreed.slot.placement, reason="staffing", by=broker)

    assert replacements.hold_owed() == 1
