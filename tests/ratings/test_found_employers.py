"""Employers that students found hear what any host hears, and answer without an account."""

import re
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import bounces, clock, links, outbox, postman
from accounts.clock import ENGLAND
from accounts.models import Member, MemberState, Message, MessageState, OneTimeLink, SentMail
from placements import bookings, tasks, timetable
from placements.models import Booking
from placements.states import BookingState
from ratings import attendance, debrief, quality
from ratings.attendance import Called
from ratings.debrief import Answers
from ratings.models import Attendance, Debrief, DebriefSide, RollCall
from ratings.notices import LOOK_BACK
from tests.factories import (
    DebriefFactory,
    HostFactory,
    NamedStudentFactory,
    PastBookingFactory,
    RollCallFactory,
    SelfFoundFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

GARAGE = "boss@garage.example.org"
WRONG, RIGHT = "boss@mistyped.invalid", "boss@right.example.org"
HOW_IT_WENT = {"went_well": "She asked good questions.", "would_host_again": "yes"}
ALL = {"all": "yes", "who_came": "yes"}
NOBODY = {"others": "0", "who_came": "yes"}


def found(first_day, email=GARAGE, **facts):
    """What a student found, agreed with its employer, with the student named and agreed to."""
    made = SelfFoundFactory(
        slot__starts_on=first_day,
        slot__ends_on=first_day + timedelta(days=4),
        slot__placement__contact_email=email,
        **facts,
    )
    NamedStudentFactory(booking=made.booking, first_name="Aisha", agreed=True)
    booking = Booking.objects.select_related("slot__placement__provider", "school").get(
        pk=made.booking_id
    )
    # Agreed some time ago, as any that begins.
    booking.answered_at = clock.now() - timedelta(days=60)
    booking.save(update_fields=["answered_at"])
    timetable.plan(booking)
    return booking


@pytest.fixture
def coming():
    return found(days_ahead(30))


@pytest.fixture
def over():
    """It ended yesterday."""
    return found(days_ahead(-5), booking__state=BookingState.COMPLETED)


@pytest.fixture
def link(over):
    return link_about(over)


def link_about(booking, email=GARAGE, user=None):
    token = links.make(
        LOOK_BACK, email=email, user=user, subject=str(booking.pk), lives=timedelta(days=30)
    )
    return reverse("ratings:look-back", args=[token])


def at_nine(day):
    return clock.as_of(datetime.combine(day, time(9, 5), tzinfo=ENGLAND))


def heard(day, email=GARAGE):
    """What reached an address on a day, if the postman comes by."""
    with at_nine(day):
        bookings.complete_past()
        tasks.plan_what_is_missing()
        postman.deliver_due()
    mails = SentMail.objects.filter(to=email)
    told = [(mail.title, mail.text + mail.html) for mail in mails.order_by("pk")]
    mails.delete()
    return told


def titles(day, email=GARAGE):
    return [title for title, _ in heard(day, email)]


# --- What it hears


def test_an_employer_hears_what_any_host_hears_and_then_silence(coming):
    first, last = coming.slot.starts_on, coming.slot.ends_on
    school = coming.school.name
    still = f"Still time to say how it went with the student from {school}"

    assert titles(first - timedelta(days=7)) == [f"In 7 days: a student from {school}"]
    assert titles(first - timedelta(days=2)) == []
    assert titles(first - timedelta(days=1)) == [f"Tomorrow: a student from {school}"]
    assert titles(first) == []
    assert titles(last + timedelta(days=1)) == [f"How did it go with the student from {school}?"]
    assert titles(last + timedelta(days=8)) == [still]
    assert titles(last + timedelta(days=15)) == [still]
    for days in (16, 22, 29):
        assert titles(last + timedelta(days=days)) == []


def test_its_mails_name_nobody_and_need_no_account(client, coming):
    days = [coming.slot.starts_on - timedelta(days=1), coming.slot.ends_on + timedelta(days=1)]
    [(_, before)], [(_, after)] = map(heard, days)

    for text in (before, after):
        assert "Aisha" not in text
        assert "need no account" in text
        assert "/bookings/" not in text
        # Nobody without an account has a preference; there are three at most.
        assert "Stop such emails" not in text
    assert "fire exits" in before
    assert "serves for 30 days" in after
    assert "We do not ask again" not in after
    [(_, last)] = heard(coming.slot.ends_on + timedelta(days=15))
    assert "We do not ask again" in last
    [address] = set(re.findall(r"http://testserver(/look-back/[\w-]+/)", last))
    with at_nine(coming.slot.ends_on + timedelta(days=16)):
        assert client.get(address).status_code == 200


def test_its_reminders_say_whom_to_tell_if_anything_has_changed(coming):
    asker = coming.asked_by.user

    for days in (7, 1):
        [(_, text)] = heard(coming.slot.starts_on - timedelta(days=days))
        assert f"tell {asker.name} at the school: {asker.email}" in text


def test_where_a_platform_asked_and_nobody_leads_the_school_is_told(coming):
    Member.objects.filter(pk=coming.asked_by_id).update(user=None, platform="Mill")

    [(_, text)] = heard(coming.slot.starts_on - timedelta(days=7))

    assert "tell the school." in text


def test_whoever_said_that_the_student_came_is_asked_only_how_it_went(client, over, link):
    client.post(link, ALL)

    [(_, text)] = heard(over.slot.ends_on + timedelta(days=8))

    assert "You have said whether the student came" in text


def test_whoever_has_looked_back_hears_no_more(over):
    debrief.write_by_link(over, Answers(went_well="Keen."))

    planned = Message.objects.filter(kind="found_debrief", state=MessageState.PLANNED)
    assert not planned.exists()
    assert titles(over.slot.ends_on + timedelta(days=8)) == []


def test_what_is_called_off_is_unsaid_and_its_links_serve_no_more(client, coming):
    bookings.cancel(coming, reason="illness", by=coming.asked_by)

    ours = Message.objects.filter(subject=str(coming.pk), kind__startswith="found_")
    assert {one.state for one in ours} == {MessageState.CANCELLED}
    with at_nine(coming.slot.ends_on + timedelta(days=1)):
        assert client.get(link_about(coming)).status_code == 410
    [title] = titles(coming.slot.starts_on - timedelta(days=1))
    assert title.startswith("Called off")
    assert titles(coming.slot.ends_on + timedelta(days=1)) == []


def test_dates_that_move_take_its_mails_along(coming):
    slot, week = coming.slot, timedelta(days=7)
    before = slot.starts_on
    slot.starts_on, slot.ends_on = before + week, slot.ends_on + week
    slot.times_redated += 1
    slot.save()
    timetable.replan([coming])

    assert titles(before - timedelta(days=7)) == []
    assert titles(before) == [f"In 7 days: a student from {coming.school.name}"]


def test_an_employer_with_members_is_no_employer_that_a_student_found():
    booking = PastBookingFactory()
    timetable.plan(booking)

    assert not Message.objects.filter(kind__startswith="found_").exists()


# --- Where it is written to


def test_mail_that_comes_back_is_mended_by_the_schools_lead_and_nothing_is_said_twice(client):
    booking = found(days_ahead(30), email=WRONG)
    leader, first, last = booking.asked_by, booking.slot.starts_on, booking.slot.ends_on
    assert titles(first - timedelta(days=7), WRONG) == []
    page = reverse("placements:self-found-one", args=[booking.self_found.pk])
    client.force_login(leader.user)
    assert f"Our mail to {WRONG} came back." in client.get(page).content.decode()

    with at_nine(first - timedelta(days=6)):
        held = Message.objects.get(kind="found_reminder", state=MessageState.HELD)
        assert bounces.page_of(held, leader) == page
        bounces.correct(held, email=RIGHT, by=leader)

    assert f"Our mail to {WRONG} came back." not in client.get(page).content.decode()
    days = [
        (first - timedelta(days=6), "In 6 days: a student from"),
        (first - timedelta(days=1), "Tomorrow: a student from"),
        (last + timedelta(days=1), "How did it go with the student from"),
    ]
    for day, title in days:
        [said] = titles(day, RIGHT)
        assert said.startswith(title)
        assert titles(day, WRONG) == []


def test_whichever_mail_came_back_all_that_is_to_come_goes_to_the_right_address(coming):
    """That it was called off and then was not, say."""
    offered = coming.self_found
    message = outbox.post("found_called_off", to=GARAGE, about=offered)
    held = Message.objects.filter(pk=message.pk)
    held.update(state=MessageState.HELD, bounced_at=clock.now(), entered_by=coming.school)

    bounces.correct(held.get(), email=RIGHT, by=coming.asked_by)

    assert titles(coming.slot.starts_on - timedelta(days=1), GARAGE) == []
    assert f"Tomorrow: a student from {coming.school.name}" in titles(
        coming.slot.starts_on - timedelta(days=1), RIGHT
    )


def test_what_was_on_its_way_while_the_address_was_mended_goes_to_the_right_one(coming):
    reminders = Message.objects.filter(kind="found_reminder").order_by("due_at")
    reminders.filter(pk=reminders[0].pk).update(
        state=MessageState.CLAIMED, lease_token=uuid4(), lease_until=clock.now(), attempts=1
    )
    placement = coming.slot.placement
    placement.contact_email = RIGHT
    placement.save(update_fields=["contact_email"])
    outbox.readdress([coming.self_found, coming], before=GARAGE, to=RIGHT)
    day = coming.slot.starts_on - timedelta(days=7)

    assert titles(day, GARAGE) == []
    assert titles(day, RIGHT) == [f"In 7 days: a student from {coming.school.name}"]
    assert titles(day, RIGHT) == []


def test_what_ended_for_another_reason_is_not_planned_anew_at_the_same_address(over):
    debrief.write_by_link(over, Answers(went_well="Keen."))

    with at_nine(over.slot.ends_on + timedelta(days=1)):
        tasks.plan_what_is_missing()

    planned = Message.objects.filter(kind="found_debrief", state=MessageState.PLANNED)
    assert not planned.exists()


def test_a_link_to_an_address_that_was_the_wrong_one_serves_no_more(client, over, link):
    placement = over.slot.placement
    placement.contact_email = RIGHT
    placement.save(update_fields=["contact_email"])

    for answer in (client.get(link), client.post(link, ALL)):
        assert answer.status_code == 410
    assert not RollCall.objects.exists()


# --- What it says by the link


def test_an_employer_says_who_came_and_how_it_went_in_three_pages(client, over, link):
    first = client.get(link)
    assert "Did the student come?" in first.content.decode()
    assert "Aisha" not in first.content.decode()
    second = client.post(link, ALL, follow=True)
    assert "How did it go with the student?" in second.content.decode()
    assert "your colleagues" not in second.content.decode()
    third = client.post(link, {**HOW_IT_WENT, "skills": ["team"]}, follow=True)
    assert "Thank you for looking back" in third.content.decode()

    called, written = RollCall.objects.get(), Debrief.objects.get()
    assert (called.came, called.expected, called.host_counted, called.by) == (1, 1, 1, None)
    assert (written.side, written.students_came, written.by) == (DebriefSide.HOST, 1, None)
    # The only one whom its school named is the one who came.
    assert Attendance.objects.get().how == "came"
    assert client.get(link).status_code == 410
    heard_of = Message.objects.filter(kind="debrief_written").values_list("recipient", flat=True)
    assert list(heard_of) == [over.asked_by.user_id]


def test_its_school_reads_what_the_employer_says_and_puts_it_right(client, over):
    attendance.call_by_link(over, Called())
    debrief.write_by_link(over, Answers(went_well="She asked good questions."))
    client.force_login(over.asked_by.user)

    page = client.get(reverse("ratings:debrief", args=[over.pk])).content.decode()

    assert f"What {over.slot.placement.provider.name} says" in page
    assert "She asked good questions." in page
    assert "1 of 1 student came." in page
    assert "1 of 1 student came." in [line.words for line in quality.of(over, over.asked_by).lines]
    called = attendance.call(over, Called({over.students.get().pk: "ill"}), by=over.asked_by)
    assert (called.came, called.host_counted, called.by) == (0, 1, over.asked_by)


def test_where_the_student_did_not_come_the_history_says_that_the_employer_said_so(
    client, over, link
):
    assert "The student did not come" in client.get(link).content.decode()

    answer = client.post(link, NOBODY, follow=True)

    assert "Thank you for looking back" in answer.content.decode()
    over.refresh_from_db()
    assert over.state == BookingState.NOT_ATTENDED
    assert RollCall.objects.get().came == 0
    client.force_login(over.asked_by.user)
    page = client.get(reverse("placements:booking", args=[over.pk])).content.decode()
    assert page.count(", the employer</span>") == 1


def test_an_employer_takes_back_by_the_same_link_that_the_student_did_not_come(client, over, link):
    for _ in range(2):
        client.post(link, NOBODY)
    page = client.get(link).content.decode()
    assert "0 of 1 student came." in page
    assert "If that was a mistake" in page
    assert "The student did not come" not in page

    answer = client.post(link, ALL, follow=True)

    assert "How did it go with the student?" in answer.content.decode()
    over.refresh_from_db()
    assert over.state == BookingState.COMPLETED
    called = RollCall.objects.get()
    assert (called.came, called.host_counted, called.by) == (1, 1, None)
    assert Attendance.objects.get().how == "came"
    client.post(link, {**HOW_IT_WENT, "skills": ["team"]})
    assert client.get(link).status_code == 410


def test_an_employer_takes_back_only_what_it_said_itself_and_while_its_link_lives(
    client, over, link
):
    attendance.call_by_link(over, Called(others=0))
    over.refresh_from_db()
    with clock.as_of(clock.now() + timedelta(days=31)):
        assert client.post(link, ALL).status_code == 410
    attendance.call(over, Called({over.students.get().pk: "ill"}), by=over.asked_by)

    for answer in (client.get(link), client.post(link, ALL)):
        assert answer.status_code == 410
    over.refresh_from_db()
    assert over.state == BookingState.NOT_ATTENDED


def test_looking_at_the_link_changes_nothing_and_a_second_click_says_nothing_twice(
    client, over, link
):
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert not RollCall.objects.exists()
    assert OneTimeLink.objects.live().count() == 1

    for _ in range(2):
        assert client.post(link, ALL, follow=True).status_code == 200

    assert RollCall.objects.count() == 1
    assert "Say what went well" in client.post(link, {"went_well": ""}).content.decode()
    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    "what", ["run out", "revoked", "for another purpose", "not over", "of a member who left"]
)
def test_a_link_that_is_good_no_more_does_nothing(client, over, link, what):
    if what == "revoked":
        links.revoke(LOOK_BACK, subject=str(over.pk))
    if what == "run out":
        OneTimeLink.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    if what == "for another purpose":
        OneTimeLink.objects.update(purpose="employer_confirms")
    if what == "not over":
        over.slot.ends_on = days_ahead(1)
        over.slot.save(update_fields=["ends_on"])
    if what == "of a member who left":
        # What stands for a person stands for nobody else at their address.
        left = HostFactory(
            organisation=over.slot.placement.provider, user__email=GARAGE, state=MemberState.LEFT
        )
        OneTimeLink.objects.update(user=left.user)

    for answer in (client.get(link), client.post(link, ALL)):
        assert answer.status_code == 410
    assert not RollCall.objects.exists()


def test_a_link_without_a_person_opens_nothing_of_a_host_with_an_account(client):
    booking = PastBookingFactory(slot__placement__contact_email=GARAGE)
    link = link_about(booking)

    for answer in (client.get(link), client.post(link, ALL)):
        assert answer.status_code == 410
    for verb in (
        lambda: attendance.call_by_link(booking, Called()),
        lambda: debrief.write_by_link(booking, Answers(went_well="Keen.")),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_only_a_host_answers_without_a_name():
    with pytest.raises(IntegrityError), transaction.atomic():
        DebriefFactory(by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        RollCallFactory(by=None, host_counted=None)


def test_the_admin_shows_what_nobody_with_an_account_wrote(admin_client, over):
    debrief.write_by_link(over, Answers(went_well="Keen."))

    assert admin_client.get(reverse("admin:ratings_debrief_changelist")).status_code == 200
