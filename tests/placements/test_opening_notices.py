"""Whoever keeps a listing on their shortlist hears, the day before, that booking opens."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts import clock, letters, outbox, phrases, postman, preferences
from accounts.models import Message, MessageState, Role, SentMail
from placements import bookings, opening_notices, reserves, shortlists, slots, tasks
from placements.models import Slot
from placements.words import Chances
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    NationalFactory,
    PriorityRuleFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
PROMISE = "we email you the day before booking opens"


def moment(days, hour=10):
    return datetime.combine(days_ahead(days), time(hour), LONDON)


@pytest.fixture
def slot():
    return SlotFactory(places=6, placement__title="A week in a bakery")


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def announced(slot, host):
    return reserves.announce(slot, opens_at=moment(5), by=host)


@pytest.fixture
def leader(slot):
    member = CareersLeaderFactory()
    shortlists.add(slot.placement, by=member)
    return member


def on_the_day_before():
    """A round of the worker, and what the postman does then."""
    tasks.plan_what_is_missing()
    with clock.as_of(moment(4)):
        tasks.plan_what_is_missing()
        postman.deliver_due()


def told():
    return [mail.to for mail in SentMail.objects.filter(title__startswith="Booking opens soon")]


def test_it_is_said_once_on_the_morning_before(announced, leader):
    for _ in range(2):
        opening_notices.plan()

    message = Message.objects.get(kind="booking_opens")
    assert (message.due_at, message.expires_at) == (moment(4, 9), moment(5))
    on_the_day_before()
    on_the_day_before()
    assert told() == [leader.user.email]


def test_the_mail_says_which_dates_and_when(announced, leader):
    opening_notices.plan()

    mail = letters.write(Message.objects.get(kind="booking_opens"))

    assert mail.title == "Booking opens soon: A week in a bakery"
    assert f"Booking opens on {phrases.week_date(days_ahead(5))} at 10am." in mail.text
    assert phrases.date_range(announced.starts_on, announced.ends_on) in mail.text
    assert "Stop such emails, without signing in" in mail.text


def test_the_mail_says_how_many_groups_can_come_where_places_are_groups(announced, leader):
    Slot.objects.filter(pk=announced.pk).update(places=2, largest_group=30)
    opening_notices.plan()

    mail = letters.write(Message.objects.get(kind="booking_opens"))

    assert "2 groups of up to 30. Booking opens on" in " ".join(mail.text.split())


def test_an_opening_that_moves_is_said_the_day_before_it_is_now(announced, leader, host):
    opening_notices.plan()
    reserves.announce(announced, opens_at=moment(6), by=host)
    on_the_day_before()
    assert told() == []

    with clock.as_of(moment(5)):
        tasks.plan_what_is_missing()
        postman.deliver_due()

    assert told() == [leader.user.email]
    states = Message.objects.filter(kind="booking_opens").values_list("expires_at", "state")
    assert dict(states)[moment(5)] == MessageState.CANCELLED


def test_nothing_is_said_of_dates_that_were_called_off(announced, leader, host):
    opening_notices.plan()
    slots.cancel(announced, reason="staffing", comment="", by=host)

    on_the_day_before()

    assert told() == []


def test_nor_to_somebody_who_has_taken_it_off_their_shortlist(announced, leader):
    opening_notices.plan()
    shortlists.remove(announced.placement, by=leader)

    on_the_day_before()

    assert told() == []


def test_nor_to_somebody_who_only_reads_by_now(announced, leader):
    leader.role = Role.VIEWER
    leader.save(update_fields=["role"])

    on_the_day_before()

    assert told() == []


def test_nor_to_somebody_who_stopped_such_mails_until_they_want_them_again(announced, leader):
    opening_notices.plan()
    preferences.choose(leader.user, wanted=())

    on_the_day_before()
    with clock.as_of(moment(4)):
        tasks.plan_what_is_missing()

    message = Message.objects.get(kind="booking_opens")
    assert (message.state, told()) == (MessageState.CANCELLED, [])
    preferences.choose(leader.user, wanted=["booking_opens"])
    on_the_day_before()
    assert told() == [leader.user.email]


def test_nor_to_somebody_of_whom_the_national_team_knows_that_they_know(announced, leader):
    opening_notices.plan()
    Message.objects.filter(kind="booking_opens").update(state=MessageState.FAILED)
    message = Message.objects.get(kind="booking_opens")
    outbox.let_be(message, by=NationalFactory(), reason="They rang us.")

    on_the_day_before()

    message.refresh_from_db()
    assert (message.state, told()) == (MessageState.CANCELLED, [])


def test_nor_of_what_is_open_already(slot, leader):
    on_the_day_before()

    assert told() == []


def test_nor_of_dates_that_open_by_the_listings_rule_alone(slot, leader, client):
    Slot.objects.filter(pk=slot.pk).update(opens_on=days_ahead(5))

    on_the_day_before()

    assert told() == []
    assert PROMISE not in listing(client, leader, slot)


def test_without_a_moment_booking_opens_as_the_day_begins(slot, leader, host):
    Slot.objects.filter(pk=slot.pk).update(opens_on=days_ahead(5))
    slot.refresh_from_db()
    rural = PriorityRuleFactory(criterion=Chances.RURAL)
    reserves.prioritise(slot, rule=rural, places=0, until=None, early_days=2, by=host)

    on_the_day_before()

    assert told() == [leader.user.email]
    assert Message.objects.get(kind="booking_opens").expires_at == moment(5, 0)


def test_what_nobody_keeps_is_not_read(announced, django_assert_num_queries):
    with django_assert_num_queries(1):
        opening_notices.plan()


def test_dates_that_open_together_are_one_mail(announced, leader, host):
    other = SlotFactory(placement=announced.placement, starts_on=days_ahead(90))
    reserves.announce(other, opens_at=moment(5), by=host)

    opening_notices.plan()

    message = Message.objects.get(kind="booking_opens")
    assert letters.write(message).text.count("Booking opens on") == 2


def test_a_school_that_may_ask_early_hears_the_day_before_that(announced, leader, host):
    rule = PriorityRuleFactory()
    reserves.prioritise(announced, rule=rule, places=0, until=None, early_days=2, by=host)

    opening_notices.plan()

    assert Message.objects.get(kind="booking_opens").expires_at == moment(3)
    with clock.as_of(moment(3)):
        bookings.request(announced, places=1, priority_students=1, by=leader)
        opening_notices.plan()
    assert Message.objects.filter(kind="booking_opens").count() == 1


@pytest.mark.parametrize("keepers", [1, 3])
def test_a_round_costs_the_same_for_one_and_for_three(
    announced, keepers, django_assert_num_queries
):
    for _ in range(keepers):
        shortlists.add(announced.placement, by=CareersLeaderFactory())

    with django_assert_num_queries(5):
        opening_notices.plan()

    assert Message.objects.filter(kind="booking_opens").count() == keepers


def listing(client, member, slot):
    client.force_login(member.user)
    return client.get(reverse("placements:placement", args=[slot.placement_id])).content.decode()


def test_the_listing_says_so_where_booking_has_not_opened(client, announced, leader):
    assert PROMISE in listing(client, leader, announced)

    Slot.objects.update(opens_at=None, opens_on=clock.today() - timedelta(days=1))

    assert PROMISE not in listing(client, leader, announced)


def test_nor_does_it_say_so_to_a_school_that_has_booked_all_that_opens(
    client, announced, leader, host
):
    other = SlotFactory(placement=announced.placement, starts_on=days_ahead(90))
    reserves.announce(other, opens_at=moment(5), by=host)
    for one in (announced, other):
        assert PROMISE in listing(client, leader, one)
        BookingFactory(slot=one, school=leader.organisation, asked_by=leader)

    assert PROMISE not in listing(client, leader, announced)
    assert PROMISE in listing(client, CareersLeaderFactory(), announced)


def test_a_visitor_reads_that_a_shortlist_tells(client, announced):
    page = client.get(reverse("placements:placement", args=[announced.placement_id]))

    assert PROMISE in page.content.decode()
