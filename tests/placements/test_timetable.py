from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from accounts import clock, letters, outbox, phrases, postman
from accounts.models import MemberState, Message, MessageState, Role, SentMail
from placements import bookings, tasks, timetable
from placements.states import BookingState
from placements.timetable import Prompt
from tests.accounts.test_postman import Recording
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
SCHOOL = {"reminder_to_school", "debrief_to_school"}
HOST = {"reminder_to_host", "debrief_to_host"}


@pytest.fixture
def booking():
    """Asked for, in a slot sixty days ahead, of a host who has somebody to tell."""
    found = BookingFactory(slot__taken=2)
    HostFactory(organisation=found.slot.placement.provider)
    return found


@pytest.fixture
def accepted(booking):
    host = booking.slot.placement.provider.members.get()
    return bookings.accept(booking, by=host)


def planned(booking, **facts):
    ours = Message.objects.filter(subject=str(booking.pk), kind__in=SCHOOL | HOST)
    return ours.filter(state=MessageState.PLANNED, **facts)


def morning(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=LONDON)


def at(moment):
    return clock.as_of(moment + timedelta(minutes=5))


def test_a_request_brings_nothing_before_it_is_accepted(booking):
    assert not planned(booking).exists()


def test_an_accepted_booking_brings_reminders_and_prompts_to_both_sides(accepted):
    slot = accepted.slot
    expected = sorted(
        morning(day)
        for day in (
            slot.starts_on - timedelta(days=7),
            slot.starts_on - timedelta(days=1),
            slot.ends_on + timedelta(days=1),
            slot.ends_on + timedelta(days=8),
            slot.ends_on + timedelta(days=15),
        )
    )

    for kinds in (SCHOOL, HOST):
        due = planned(accepted, kind__in=kinds).order_by("due_at")
        assert list(due.values_list("due_at", flat=True)) == expected


def test_everybody_who_works_for_a_side_is_reminded_and_viewers_are_not(booking):
    school = booking.school
    MemberFactory(organisation=school, role=Role.COLLEAGUE)
    MemberFactory(organisation=school, role=Role.VIEWER)
    MemberFactory(organisation=school, state=MemberState.PENDING)

    bookings.accept(booking, by=booking.slot.placement.provider.members.get())

    assert planned(booking, kind="reminder_to_school").count() == 4


@pytest.mark.parametrize(
    ("day", "hour_in_utc"),
    [
        (date(2026, 10, 24), 8),
        (date(2026, 10, 25), 9),
        (date(2027, 3, 27), 9),
        (date(2027, 3, 28), 8),
    ],
)
def test_nine_in_the_morning_is_nine_on_the_days_the_clocks_change(day, hour_in_utc):
    prompt = Prompt("any", True, lambda slot: slot.starts_on, timedelta(hours=1))

    due_at = prompt.due_at(SlotFactory.build(starts_on=day))

    assert due_at.astimezone(ZoneInfo("UTC")).hour == hour_in_utc


def test_nothing_of_the_whole_year_is_planned_for_the_night(booking):
    for prompt in timetable._prompts:
        for ahead in range(365):
            due_at = prompt.due_at(SlotFactory.build(starts_on=days_ahead(ahead)))
            assert due_at.astimezone(LONDON).hour >= 5


def test_what_would_have_fallen_before_the_booking_was_accepted_is_left_out():
    booking = BookingFactory(
        slot__starts_on=days_ahead(5),
        slot__taken=2,
        state=BookingState.ACCEPTED,
        answered_at=clock.now(),
    )

    timetable.plan(booking)

    due = planned(booking, kind="reminder_to_school").values_list("due_at", flat=True)
    assert list(due) == [morning(days_ahead(4))]


def test_a_cancelled_booking_takes_back_all_that_it_would_have_brought(accepted):
    bookings.cancel(accepted, reason="illness", by=accepted.asked_by)

    assert not planned(accepted).exists()


def test_a_slot_that_moves_takes_its_messages_along(accepted):
    before = planned(accepted).count()
    slot = accepted.slot
    slot.starts_on += timedelta(days=7)
    slot.ends_on += timedelta(days=7)
    slot.save()

    timetable.replan([accepted])

    assert planned(accepted).count() == before
    first = planned(accepted).order_by("due_at").first()
    assert first.due_at == morning(slot.starts_on - timedelta(days=7))


def test_what_is_missing_is_planned_again_and_nothing_twice(accepted):
    wanted = planned(accepted).count()
    planned(accepted, kind__in=SCHOOL).delete()

    tasks.plan_what_is_missing()
    tasks.plan_what_is_missing()

    assert planned(accepted).count() == wanted


def test_what_was_taken_back_is_not_planned_again(accepted):
    outbox.unsay("debrief_to_school", about=accepted)

    tasks.plan_what_is_missing()

    assert not planned(accepted, kind="debrief_to_school").exists()


def test_a_colleague_who_joined_late_is_reminded_too(accepted):
    late = MemberFactory(organisation=accepted.school)

    tasks.plan_what_is_missing()

    assert planned(accepted, recipient=late.user).count() == 5


def test_what_was_sent_is_not_planned_again(accepted):
    with at(morning(accepted.slot.starts_on - timedelta(days=7))):
        postman.deliver_due()
        tasks.plan_what_is_missing()

    sent = Message.objects.filter(kind="reminder_to_school", state=MessageState.SENT)
    assert sent.count() == 1
    assert planned(accepted, kind="reminder_to_school").count() == 1


def test_planning_costs_the_same_for_three_bookings_as_for_one(
    accepted, django_assert_max_num_queries
):
    for _ in range(2):
        other = BookingFactory(slot__taken=2)
        bookings.accept(other, by=HostFactory(organisation=other.slot.placement.provider))
    Message.objects.all().delete()

    with django_assert_max_num_queries(8):
        tasks.plan_what_is_missing()

    assert Message.objects.count() == 3 * 10


def test_a_booking_is_told_of_at_each_step_to_the_last(accepted):
    slot = accepted.slot
    days = [
        slot.starts_on - timedelta(days=7),
        slot.starts_on - timedelta(days=1),
        slot.ends_on + timedelta(days=1),
        slot.ends_on + timedelta(days=8),
        slot.ends_on + timedelta(days=15),
        slot.ends_on + timedelta(days=22),
    ]
    postman.deliver_due()
    SentMail.objects.all().delete()
    titles = []

    for day in days:
        with at(morning(day)):
            bookings.complete_past()
            postman.deliver_due()
        titles.append(set(SentMail.objects.values_list("title", flat=True)))
        # A host with several listings knows which of them is meant.
        for mail in SentMail.objects.all():
            assert accepted.slot.placement.title in mail.title + mail.text
        SentMail.objects.all().delete()

    placement, school = accepted.slot.placement.title, accepted.school.name
    assert titles == [
        {f"In 7 days: {placement}", f"In 7 days: 2 students from {school}"},
        {f"Tomorrow: {placement}", f"Tomorrow: 2 students from {school}"},
        {f"How did it go: {placement}", f"How did it go with {school}?"},
        {
            f"Still time to say how it went: {placement}",
            f"Still time to say how it went with {school}",
        },
        {
            f"Still time to say how it went: {placement}",
            f"Still time to say how it went with {school}",
        },
        # After two nudges, silence.
        set(),
    ]


def told(booking, kind, days_before):
    """The mail of a kind that is worth sending so many days before the start, as it reads then."""
    with at(morning(booking.slot.starts_on - timedelta(days=days_before))):
        ours = Message.objects.filter(kind=kind, subject=str(booking.pk))
        message = ours.filter(expires_at__gt=clock.now()).order_by("expires_at").first()
        return letters.write(message).text


def test_a_host_reads_shortly_before_who_comes_and_what_the_first_hour_needs(accepted):
    week, day = (told(accepted, "reminder_to_host", days) for days in (7, 1))

    assert "See who comes, and whom to ring at the school on the day" in day
    assert "fire exits" in day
    assert "fire exits" not in week
    # Over a weekend it is said on the Friday.
    assert told(accepted, "reminder_to_host", 3) == day.replace(
        "from tomorrow", f"from {phrases.week_date(accepted.slot.starts_on)}"
    )


@pytest.mark.parametrize(
    ("starts_on", "days_before"),
    # The Tuesdays after the summer's bank holiday and after Easter.
    [(date(2027, 8, 31), 4), (date(2027, 3, 30), 5)],
)
def test_a_host_reads_it_too_before_a_long_weekend(settings, starts_on, days_before):
    settings.MAIL_QUIET_HOURS = True
    with clock.as_of(morning(starts_on - timedelta(days=30))):
        booking = BookingFactory(
            slot__starts_on=starts_on, state=BookingState.ACCEPTED, answered_at=clock.now()
        )
        host = HostFactory(organisation=booking.slot.placement.provider)
        timetable.plan(booking)

    with at(morning(starts_on - timedelta(days=days_before))):
        postman.deliver_due()
        sent = SentMail.objects.filter(to=host.user.email).order_by("pk").last()

    assert sent.title.startswith(f"In {days_before} days")
    assert "fire exits" in sent.text
    assert "whom to ring at the school on the day" in sent.text


def test_what_is_tried_again_by_hand_says_everything(accepted):
    Message.objects.update(expires_at=None)
    message = planned(accepted, kind="reminder_to_host").first()

    assert "fire exits" in letters.write(message).text


def test_what_is_online_is_reminded_of_in_its_own_words(accepted):
    at_a_workplace = [told(accepted, f"reminder_to_{side}", 1) for side in ("host", "school")]
    placement = accepted.slot.placement
    placement.mode, placement.takes_part, placement.workplace = "virtual", "school", None
    placement.save()
    online = [told(accepted, f"reminder_to_{side}", 1) for side in ("host", "school")]

    for words, read in zip(("at the door", "how to get there"), at_a_workplace, strict=True):
        assert words in read
    for words, read in zip(("join you online", "how students join"), online, strict=True):
        assert words in read
        assert "at the door" not in read


def test_somebody_who_has_left_is_not_reminded(accepted):
    leader = accepted.asked_by
    leader.state = MemberState.LEFT
    leader.save(update_fields=["state"])

    with at(morning(accepted.slot.starts_on - timedelta(days=7))):
        postman.deliver_due()

    mine = Message.objects.get(
        kind="reminder_to_school",
        recipient=leader.user,
        due_at__lt=clock.now() + timedelta(days=58),
    )
    assert mine.state == MessageState.CANCELLED


def test_a_reminder_for_tomorrow_is_never_sent_on_the_day(accepted):
    with at(morning(accepted.slot.starts_on)):
        postman.deliver_due()

    reminders = Message.objects.filter(kind__startswith="reminder")
    assert {message.state for message in reminders} == {MessageState.EXPIRED}


def test_a_stranger_to_both_sides_is_told_nothing(accepted):
    stranger = CareersLeaderFactory()

    tasks.plan_what_is_missing()

    assert outbox.working_for(stranger.organisation) == [stranger.user]
    assert not Message.objects.filter(recipient=stranger.user).exists()


@pytest.fixture
def delivering(settings):
    """What the database is told while the post is delivered, apart from where it begins and ends."""
    settings.MAIL_TRANSPORT = "tests.accounts.test_postman.Recording"
    told = []

    def listen(execute, statement, *given):
        if "SAVEPOINT" not in statement:
            told.append(statement)
        return execute(statement, *given)

    def deliver():
        told.clear()
        with connection.execute_wrapper(listen):
            return postman.deliver_due(), len(told)

    return deliver


def remind(booking, number):
    Message.objects.all().delete()
    (reader,) = outbox.working_for(booking.school)
    outbox.owe_missing(
        [
            outbox.intend("reminder_to_school", to=reader, about=booking, key=f"occasion {one}")
            for one in range(number)
        ]
    )


def test_a_reminder_is_sent_with_seven_statements_and_a_handful_claimed_with_two(
    accepted, delivering
):
    # To claim it and mark it as sent; its booking, the reader's place there, their address, what
    # goes along, the words. To find what is owed, and to find that nothing is.
    remind(accepted, 1)
    assert delivering() == (1, 7 + 2 + 1)

    remind(accepted, 20)
    assert delivering() == (20, 20 * 7 + 2 + 1)


def test_a_booking_called_off_while_others_of_its_handful_go_is_not_reminded_of(accepted, settings):
    class CallingOff(Recording):
        def send(self, reference, mail):
            bookings.cancel(accepted, by=accepted.school.members.get(), reason="illness")
            self.sent.append(reference)
            return ""

    globals()["CallingOff"] = CallingOff
    settings.MAIL_TRANSPORT = f"{__name__}.CallingOff"
    CallingOff.sent = []
    remind(accepted, 3)

    postman.deliver_due()

    about = Message.objects.filter(subject=str(accepted.pk), kind="reminder_to_school")
    sent = {str(pk) for pk in about.filter(state=MessageState.SENT).values_list("pk", flat=True)}
    assert len(sent) == 1
    assert not about.filter(state=MessageState.PLANNED, due_at__lte=clock.now()).exists()


def test_a_school_whose_students_start_at_several_hosts_on_one_day_has_one_reminder(accepted):
    leader = accepted.asked_by
    others = [BookingFactory(school=leader.organisation, slot__taken=2) for _ in range(2)]
    for other in others:
        bookings.accept(other, by=HostFactory(organisation=other.slot.placement.provider))

    with at(morning(accepted.slot.starts_on - timedelta(days=7))):
        postman.deliver_due()

    assert {other.slot.starts_on for other in others} == {accepted.slot.starts_on}
    [mail] = SentMail.objects.filter(to=leader.user.email, title__contains="start")
    assert mail.title == "3 placements start soon"
    told = [booking.slot.placement.provider.name for booking in (accepted, *others)]
    assert [name for name in told if name not in mail.text] == []
    accepts = SentMail.objects.filter(to=leader.user.email, title="3 requests accepted")
    assert accepts.count() == 1
