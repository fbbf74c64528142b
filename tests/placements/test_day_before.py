"""Whoever asked for it is texted once, the day before, of what begins then."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import clock, letters, postman, reading, texts
from accounts.models import Message, MessageState, Role
from marketplace.bench.messages import standin
from placements import bookings, day_before, redating, tasks
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    PlacementFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
NUMBER = "07400 123456"
# A Wednesday of some week to come.
FIRST_DAY = date(2027, 6, 16)
SOME_DAYS_BEFORE = datetime(2027, 6, 9, 10, tzinfo=LONDON)


@pytest.fixture
def service(settings):
    with standin.listening() as listening:
        for name, value in listening.environment.items():
            setattr(settings, name, value)
        yield listening


@pytest.fixture(autouse=True)
def some_days_before(service):
    with clock.as_of(SOME_DAYS_BEFORE):
        yield


@pytest.fixture
def leader():
    member = CareersLeaderFactory(organisation__name="Severn Bridge School")
    texts.choose(member.user, NUMBER)
    return member


def booked(leader, *, host="Wrekin Bakery", places=6, first_day=FIRST_DAY, starts_at=None):
    booking = BookingFactory(
        school=leader.organisation,
        places=places,
        slot__taken=places,
        slot__places=places,
        slot__starts_on=first_day,
        slot__ends_on=first_day + timedelta(days=2),
        slot__placement__provider__name=host,
        slot__placement__title="A week at work",
        slot__placement__starts_at=starts_at,
    )
    by = HostFactory(organisation=booking.slot.placement.provider)
    return bookings.accept(booking, by=by)


def at_nine(day):
    return datetime.combine(day, time(9, 5), tzinfo=LONDON)


def round_at(moment):
    """A round of the worker, and what the postman does then."""
    with clock.as_of(moment):
        tasks.plan_what_is_missing()
        postman.deliver_due()


def sent(service):
    every = [one for mails in service.kept.values() for one in mails]
    return [one["body"] for one in every if one["type"] == "sms"]


def mails(service, title):
    every = [one for mails in service.kept.values() for one in mails]
    return [one for one in every if one["type"] == "email" and title in one["subject"]]


DAY_BEFORE = FIRST_DAY - timedelta(days=1)


def test_a_school_is_texted_the_day_before_and_written_to_as_well(service, leader):
    booked(leader, starts_at=time(9, 30))
    round_at(at_nine(DAY_BEFORE) - timedelta(hours=1))
    before = sent(service)
    round_at(at_nine(DAY_BEFORE))
    round_at(at_nine(DAY_BEFORE) + timedelta(hours=2))

    assert before == []
    assert sent(service) == [
        "Tomorrow, 9:30am: 6 students start at Wrekin Bakery. Our email has the rest."
        " Stop texts: account, Emails."
    ]
    assert leader.user.email in [mail["email_address"] for mail in mails(service, "Tomorrow: A")]


def test_a_host_is_texted_who_comes(service, leader):
    texts.remove(leader.user)
    booking = booked(leader)
    host = booking.slot.placement.provider.members.get()
    texts.choose(host.user, NUMBER)
    round_at(at_nine(DAY_BEFORE))

    assert sent(service) == [
        "Tomorrow: 6 students from Severn Bridge School start with you. Our email has the rest."
        " Stop texts: account, Emails."
    ]


def test_whoever_goes_to_several_hosts_on_one_day_is_texted_once(service, leader):
    for number in range(3):
        booked(leader, host=f"Host {number}", places=number + 1)
    round_at(at_nine(DAY_BEFORE))

    assert sent(service) == [
        "Tomorrow 3 placements start, with 6 students. Our emails have the rest."
        " Stop texts: account, Emails."
    ]


def test_nobody_else_is_texted(service, leader):
    MemberFactory(organisation=leader.organisation)
    viewer = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)
    stranger = CareersLeaderFactory()
    for other in (viewer, stranger):
        texts.choose(other.user, NUMBER)
    booked(leader)
    round_at(at_nine(DAY_BEFORE))

    owed = Message.objects.filter(kind=day_before.KIND)
    assert [message.recipient for message in owed] == [leader.user]


@pytest.mark.parametrize("what", ["called off", "moved"])
def test_what_does_not_begin_that_day_any_more_is_not_texted(service, leader, what):
    booking = booked(leader)
    tasks.plan_what_is_missing()
    host = booking.slot.placement.provider.members.get()
    if what == "called off":
        bookings.cancel(booking, by=host, reason="illness")
    else:
        by = timedelta(days=1)
        redating.move(
            booking.slot,
            starts_on=FIRST_DAY + by,
            ends_on=booking.slot.ends_on + by,
            reason="staffing",
            by=host,
        )
    with clock.as_of(at_nine(DAY_BEFORE)):
        postman.deliver_due()
    before = sent(service)
    round_at(at_nine(FIRST_DAY))

    assert before == []
    assert len(sent(service)) == (what == "moved")


def test_what_was_agreed_after_that_morning_is_not_texted(service, leader):
    with clock.as_of(at_nine(DAY_BEFORE)):
        booking = booked(leader)
        assert booking.answered_at > at_nine(DAY_BEFORE) - timedelta(minutes=5)
    round_at(at_nine(DAY_BEFORE) + timedelta(hours=1))

    assert sent(service) == []


def test_whoever_asks_for_texts_on_that_day_is_still_texted_but_not_that_night(service, leader):
    booked(leader)
    texts.remove(leader.user)
    round_at(at_nine(DAY_BEFORE))
    late = CareersLeaderFactory(organisation=leader.organisation)
    with clock.as_of(at_nine(DAY_BEFORE) + timedelta(hours=2)):
        texts.choose(leader.user, NUMBER)
    round_at(at_nine(DAY_BEFORE) + timedelta(hours=2))
    by_day = len(sent(service))
    with clock.as_of(at_nine(DAY_BEFORE) + timedelta(hours=11)):
        texts.choose(late.user, NUMBER)
    round_at(at_nine(DAY_BEFORE) + timedelta(hours=11))

    assert (by_day, len(sent(service))) == (1, 1)


def test_of_a_monday_it_is_said_on_friday_where_there_are_quiet_hours(service, leader, settings):
    settings.MAIL_QUIET_HOURS = True
    monday = date(2027, 6, 14)
    booked(leader, first_day=monday)
    tasks.plan_what_is_missing()
    round_at(at_nine(date(2027, 6, 11)))
    round_at(at_nine(date(2027, 6, 13)))

    [text] = sent(service)
    assert text.startswith("On Monday 14 June: 6 students start at Wrekin Bakery.")


@pytest.mark.parametrize("number", [1, 3])
def test_a_text_costs_the_same_however_many_bookings_begin(
    service, leader, number, django_assert_num_queries
):
    for _ in range(number):
        booked(leader)
    message = next(day_before._intended())

    with reading.of_one_delivery(), django_assert_num_queries(2):
        assert day_before._still_holds(message)
        assert day_before._words(message)["starting"] == number


def test_two_rounds_at_once_write_in_the_same_order(leader):
    colleagues = [CareersLeaderFactory(organisation=leader.organisation) for _ in range(3)]
    for colleague in colleagues:
        texts.choose(colleague.user, NUMBER)
    days = [FIRST_DAY - timedelta(days=number) for number in (2, 1, 0)]
    for day in reversed(days):
        booked(leader, first_day=day)

    people = sorted(member.user_id for member in (leader, *colleagues))
    written = [(message.subject, message.recipient_id) for message in day_before._intended()]
    assert written == [(day.isoformat(), person) for day in days for person in people]


def test_where_none_can_be_sent_none_is_owed(service, leader, settings):
    settings.NOTIFY_TEXT_TEMPLATE_ID = ""
    booked(leader)
    round_at(at_nine(DAY_BEFORE))

    assert not Message.objects.filter(kind=day_before.KIND).exists()


@pytest.mark.parametrize("to_host", [True, False])
def test_the_longest_is_one_text_and_names_no_student(service, leader, settings, to_host):
    settings.MAIL_QUIET_HOURS = True
    wednesday = date(2026, 9, 30)
    name = "The Worshipful Company of Bakers and Confectioners of Shropshire"
    leader.organisation.name = name
    leader.organisation.save()
    with clock.as_of(datetime(2026, 9, 25, 10, tzinfo=LONDON)):
        booking = booked(
            leader,
            host=name,
            places=120,
            first_day=wednesday,
            starts_at=time(10, 30),
        )
        reader = booking.slot.placement.provider.members.get() if to_host else leader
        texts.choose(reader.user, NUMBER)
        tasks.plan_what_is_missing()
        owed = Message.objects.get(kind=day_before.KIND, recipient=reader.user)
        text = letters.write(owed)

    assert text.is_text
    assert len(text.text) <= texts.ROOM
    assert text.text.endswith("Stop texts: account, Emails.")
    assert text.text.startswith("On Wednesday 30 September, 10:30am: 120 students ")


def test_a_host_that_is_a_school_elsewhere_is_texted_of_both_in_one(service, leader):
    own = PlacementFactory(provider__name="Marches Academy Bakery")
    HostFactory(organisation=own.provider, user=leader.user)
    slot = SlotFactory(placement=own, starts_on=FIRST_DAY, ends_on=FIRST_DAY, places=4, taken=4)
    comes = BookingFactory(slot=slot, places=4)
    bookings.accept(comes, by=own.provider.members.get())
    booked(leader)
    round_at(at_nine(DAY_BEFORE))

    [text] = sent(service)
    assert text.startswith("Tomorrow 2 placements start, with 10 students.")
    assert Message.objects.get(kind=day_before.KIND).state == MessageState.SENT
