"""Who came: asked of the host once, by a link or signed in, and put right by the school."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import clock, letters, links, postman
from accounts.models import MemberState, Message, MessageState, OneTimeLink, Role
from placements import bookings, timetable
from placements.models import Booking, NamedStudent
from placements.states import BookingState
from ratings import attendance, debrief, host_links, reflections
from ratings.attendance import Called
from ratings.debrief import Answers
from ratings.models import Attendance, Debrief, RollCall
from ratings.notices import LOOK_BACK
from ratings.views.attendance import say_who_came
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NamedStudentFactory,
    PastBookingFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

HOW_IT_WENT = {"went_well": "They asked good questions.", "would_host_again": "yes"}


@pytest.fixture
def booking():
    """Four places; three students are named, and the parents of two have agreed."""
    made = PastBookingFactory(places=4, slot__places=9)
    for name, agreed in (("Aisha", True), ("Ben", True), ("Cora", False)):
        NamedStudentFactory(booking=made, first_name=name, agreed=agreed)
    return made


def student(name):
    return NamedStudent.objects.get(first_name=name)


def how():
    return dict(Attendance.objects.values_list("student__first_name", "how"))


def asked(booking, host, days=1):
    """The host's mail, as it is sent so many days after the end."""
    timetable.plan(booking)
    nine = datetime.combine(
        booking.slot.ends_on + timedelta(days=days), time(9, 5), tzinfo=ZoneInfo("Europe/London")
    )
    due = Message.objects.filter(kind="debrief_to_host", email=host.user.email)
    with clock.as_of(nine):
        return letters.write(due.filter(due_at__lte=nine).latest("due_at"))


@pytest.fixture
def link(booking, host):
    token = links.make(
        LOOK_BACK,
        email=host.user.email,
        user=host.user,
        subject=str(booking.pk),
        lives=timedelta(days=30),
    )
    return reverse("ratings:look-back", args=[token])


def test_a_host_says_of_all_at_once_that_they_came(booking, host):
    called = attendance.call(booking, Called(), by=host)

    assert (called.came, called.expected, called.host_counted) == (4, 4, 4)
    assert how() == {"Aisha": "came", "Ben": "came", "Cora": "came"}


def test_a_host_marks_whom_it_may_know_and_counts_the_others(booking, host):
    register = attendance.register_of(booking, by=host)

    assert ([one.first_name for one in register.known], register.others) == (["Aisha", "Ben"], 2)

    said = Called({student("Ben").pk: "ill"}, others=1)
    called = attendance.call(booking, said, by=host)

    assert (called.came, called.expected) == (2, 4)
    # Which of the two others it was, the school knows.
    assert how() == {"Aisha": "came", "Ben": "ill"}


def test_a_host_cannot_mark_a_student_whose_parent_has_not_agreed(refused, booking, host):
    with refused("invalid"):
        attendance.call(booking, Called({student("Cora").pk: "ill"}), by=host)


@pytest.mark.parametrize(
    ("said", "code"), [({"others": 3}, "too_many"), ({"others": -1}, "too_many")]
)
def test_no_more_came_than_were_expected(refused, booking, host, said, code):
    with refused(code):
        attendance.call(booking, Called(**said), by=host)


def test_a_reason_is_one_of_the_codes(refused, booking, host):
    with refused("invalid"):
        attendance.call(booking, Called({student("Ben").pk: "overslept"}), by=host)


def test_a_host_says_it_once(refused, booking, host):
    attendance.call(booking, Called(), by=host)

    with refused("already_called"):
        attendance.call(booking, Called(others=1), by=host)


def test_a_school_puts_right_what_the_host_said_and_both_stay(booking, host, leader):
    attendance.call(booking, Called(), by=host)
    attendance.call(booking, Called({student("Cora").pk: "ill"}), by=leader)

    called, cora = RollCall.objects.get(), student("Cora").attendance
    assert (called.came, called.host_counted) == (3, 4)
    assert (cora.how, cora.host_said) == ("ill", "came")


def test_a_school_may_be_the_first_to_say_it(booking, host, leader):
    attendance.call(booking, Called(), by=leader)

    assert RollCall.objects.get().host_counted is None
    assert not attendance.may_call(host, booking)


def test_where_nobody_came_the_booking_says_so(booking, host):
    said = Called(dict.fromkeys((student("Aisha").pk, student("Ben").pk), "unexplained"), others=0)

    attendance.call(booking, said, by=host)

    booking.refresh_from_db()
    assert booking.state == BookingState.NOT_ATTENDED


def test_a_host_that_took_back_that_nobody_came_says_anew_who_did(booking, host):
    nobody = Called(dict.fromkeys((student("Aisha").pk, student("Ben").pk), "ill"), others=0)
    attendance.call(booking, nobody, by=host)
    back = bookings.mark_attended(booking, by=host)

    attendance.call(back, Called(), by=host)

    assert RollCall.objects.get().came == 4


def nobody_came(booking, host):
    marks = dict.fromkeys((student("Aisha").pk, student("Ben").pk), "unexplained")
    attendance.call(booking, Called(marks, others=0), by=host)
    booking.refresh_from_db()


def test_a_school_puts_right_that_nobody_came_and_students_look_back_again(booking, host, leader):
    nobody_came(booking, host)
    assert attendance.may_call(leader, booking)
    assert not attendance.may_call(host, booking)

    attendance.call(booking, Called({student("Cora").pk: "ill"}), by=leader)

    booking.refresh_from_db()
    called = RollCall.objects.get()
    assert (booking.state, called.came, called.host_counted) == (BookingState.COMPLETED, 3, 0)
    assert booking.moves.latest("at").by == leader
    assert reflections.may_be_asked(booking)
    assert not attendance.may_call(host, booking)


def test_the_school_finds_on_the_booking_where_it_puts_that_right(as_, booking, host, leader):
    nobody_came(booking, host)
    where = reverse("placements:booking", args=[booking.pk])
    rights = reverse("ratings:attendance", args=[booking.pk])

    assert rights in as_(leader).get(where).content.decode()
    assert rights not in as_(host).get(where).content.decode()
    assert "put right" in as_(leader).get(rights, follow=True).content.decode()
    as_(leader).post(rights, {"all": "yes"})

    assert rights in as_(leader).get(where).content.decode()
    assert RollCall.objects.get().came == 4


def test_a_school_that_agrees_that_nobody_came_leaves_it_so(booking, host, leader):
    nobody_came(booking, host)

    all_away = dict.fromkeys(NamedStudent.objects.values_list("pk", flat=True), "ill")
    attendance.call(booking, Called(all_away, others=0), by=leader)

    booking.refresh_from_db()
    assert booking.state == BookingState.NOT_ATTENDED


def test_what_a_host_took_back_stands_nowhere_as_said(as_, booking, host, leader):
    nobody_came(booking, host)
    bookings.mark_attended(booking, by=host)
    booking.refresh_from_db()

    shown = as_(leader).get(reverse("ratings:debrief", args=[booking.pk])).content.decode()

    assert attendance.said_of(booking) is None
    assert "Nobody has said yet who came." in shown
    assert "You have said who came" not in asked(booking, host, days=8).text


@pytest.mark.parametrize("first", ["host", "school"])
def test_a_host_does_not_overwrite_a_school_that_says_nobody_came(
    refused, booking, host, leader, first
):
    if first == "host":
        attendance.call(booking, Called(), by=host)
    all_away = dict.fromkeys(NamedStudent.objects.values_list("pk", flat=True), "ill")
    attendance.call(booking, Called(all_away, others=0), by=leader)

    assert not attendance.may_call(host, booking)
    with refused("already_called"):
        attendance.call(booking, Called(), by=host)
    assert RollCall.objects.get().came == 0


def test_a_host_is_shown_nothing_that_a_school_wrote_of_a_student(as_, booking, host, leader):
    attendance.call(booking, Called({student("Ben").pk: "ill"}), by=leader)
    # Since then its host took back that nobody came.
    RollCall.objects.update(came=0, host_counted=0)

    shown = as_(host).get(reverse("ratings:attendance", args=[booking.pk])).content.decode()

    assert re.findall(r'<option value="(\w+)" selected', shown) == ["came", "came"]


def test_a_school_that_corrects_again_starts_from_what_stands(as_, booking, leader):
    attendance.call(booking, Called({student("Ben").pk: "ill"}, others=0), by=leader)

    shown = as_(leader).get(reverse("ratings:attendance", args=[booking.pk])).content.decode()

    assert re.findall(r'<option value="(\w+)" selected', shown) == ["came", "ill", "came"]
    [others] = re.findall(r'<input [^>]*name="others"[^>]*>', shown)
    assert 'value="0"' in others


def test_of_two_clicks_at_once_on_the_button_for_all_the_second_leads_on(rf, booking, host, link):
    seen = host_links.opened(link.split("/")[-2] if link.endswith("/") else link.split("/")[-1])
    attendance.call(booking, Called(), by=host)

    answer = say_who_came(rf.post(link, {"all": "yes", "who_came": "yes"}), seen)

    assert (answer.status_code, answer.url) == (302, link)


def test_who_came_is_decided_by_what_the_booking_is_now(refused, booking, host):
    bookings.mark_not_attended(Booking.objects.get(), by=host)

    with refused("not_completed"):
        attendance.call(booking, Called(), by=host)
    assert not RollCall.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "viewer"])
def test_nobody_else_says_who_came(booking, host, who):
    by = {
        "stranger": CareersLeaderFactory,
        "viewer": lambda: MemberFactory(organisation=host.organisation, role=Role.VIEWER),
    }[who]()

    with pytest.raises(PermissionDenied):
        attendance.call(booking, Called(), by=by)


def test_nobody_is_asked_before_the_last_day_nor_of_what_did_not_go_ahead(refused):
    running = BookingFactory(
        state=BookingState.ACCEPTED, slot=SlotFactory(starts_on=days_ahead(-1))
    )
    missed = PastBookingFactory(state=BookingState.NOT_ATTENDED)

    called_off = PastBookingFactory(state=BookingState.CANCELLED)
    for booking, code in ((running, "not_over"), (called_off, "not_completed")):
        with refused(code):
            attendance.call(booking, Called(), by=booking.asked_by)
    with refused("not_completed"):
        host = HostFactory(organisation=missed.slot.placement.provider)
        attendance.call(missed, Called(), by=host)


def test_a_debrief_asks_no_more_what_has_been_said(booking, host):
    attendance.call(booking, Called(others=1), by=host)

    written = debrief.write(booking, Answers(went_well="Keen."), by=host)

    assert written.students_came == 3


@pytest.mark.parametrize(
    ("came", "marks"), [(4, {"Aisha": "came", "Ben": "came", "Cora": "came"}), (3, {})]
)
def test_a_number_in_a_hosts_debrief_says_who_came_where_nobody_had(booking, host, came, marks):
    debrief.write(booking, Answers(went_well="Keen.", students_came=came), by=host)

    called = RollCall.objects.get()
    assert (called.came, called.expected, called.host_counted) == (came, 4, came)
    assert how() == marks


def test_a_number_in_a_hosts_debrief_changes_nothing_that_was_said(booking, host, leader):
    attendance.call(booking, Called({student("Ben").pk: "ill"}), by=leader)

    debrief.write(booking, Answers(went_well="Keen.", students_came=4), by=host)

    assert RollCall.objects.get().came == 3


def test_a_debrief_that_counts_nobody_does_not_end_the_booking(booking, host):
    debrief.write(booking, Answers(went_well="The plan.", students_came=0), by=host)

    booking.refresh_from_db()
    assert booking.state == BookingState.COMPLETED
    assert not RollCall.objects.exists()


# --- By the link


def test_from_the_mail_to_done_is_three_pages(client, booking, link):
    first = client.get(link)
    assert "Aisha K" in first.content.decode()
    assert "Cora" not in first.content.decode()

    second = client.post(link, {"all": "yes", "who_came": "yes"}, follow=True)
    assert "How did it go with the students?" in second.content.decode()
    assert "How many students came" not in second.content.decode()

    given = {**HOW_IT_WENT, "skills": ["team", "initiative"], "next_offer": "longer"}
    third = client.post(link, {**given, "minutes_taken": "12"}, follow=True)

    written = Debrief.objects.get()
    assert "Thank you for looking back" in third.content.decode()
    assert (written.students_came, written.skills) == (4, ["team", "initiative"])
    assert (written.next_offer, written.minutes_taken) == ("longer", 12)
    loads = 1 + sum(len(page.redirect_chain) + 1 for page in (second, third))
    assert loads <= 6
    assert client.get(link).status_code == 410


def test_one_absence_is_marked_on_the_page(client, booking, link):
    given = {
        f"student-{student('Aisha').pk}": "came",
        f"student-{student('Ben').pk}": "excused",
        "others": "2",
        "who_came": "yes",
    }

    client.post(link, given)

    assert how() == {"Aisha": "came", "Ben": "excused", "Cora": "came"}


def test_looking_at_the_link_changes_nothing(client, booking, link):
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200

    assert not RollCall.objects.exists()
    assert OneTimeLink.objects.live().count() == 1


def test_a_second_click_says_nothing_twice(client, booking, link):
    client.post(link, {"all": "yes", "who_came": "yes"})

    again = client.post(link, {"all": "yes", "who_came": "yes"}, follow=True)

    assert again.redirect_chain
    assert "There is a problem" not in again.content.decode()
    assert RollCall.objects.count() == 1


def test_a_refused_answer_does_not_use_the_link_up(client, booking, link):
    client.post(link, {"all": "yes", "who_came": "yes"})

    answer = client.post(link, {"went_well": "", "would_host_again": "yes"})

    assert "Say what went well" in answer.content.decode()
    assert client.get(link).status_code == 200


def test_where_nobody_came_nothing_more_is_asked(client, booking, link):
    marks = {f"student-{student(name).pk}": "unexplained" for name in ("Aisha", "Ben")}

    answer = client.post(link, {**marks, "others": "0", "who_came": "yes"}, follow=True)

    assert "Thank you for looking back" in answer.content.decode()
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    "what", ["tampered", "run out", "revoked", "left", "only reads", "for another purpose"]
)
def test_a_link_that_is_good_no_more_says_so_kindly_and_does_nothing(
    client, booking, host, link, what
):
    if what == "tampered":
        link = link[:-2] + ("A/" if link[-2] != "A" else "B/")
    if what == "revoked":
        OneTimeLink.objects.update(revoked_at=clock.now())
    if what == "run out":
        OneTimeLink.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    if what == "for another purpose":
        OneTimeLink.objects.update(purpose="sign_in")
    if what == "only reads":
        host.role = Role.VIEWER
        host.save(update_fields=["role"])
    if what == "left":
        host.state = MemberState.LEFT
        host.save(update_fields=["state"])

    for answer in (client.get(link), client.post(link, {"all": "yes", "who_came": "yes"})):
        assert answer.status_code == 410
        assert "nothing more to answer here" in answer.content.decode()
    assert not RollCall.objects.exists()


def test_a_debrief_that_was_written_signed_in_ends_the_link(client, booking, host, link):
    debrief.write(booking, Answers(went_well="Keen."), by=host)

    assert client.get(link).status_code == 410
    assert not OneTimeLink.objects.live().exists()


# --- The mail


def test_the_mail_leads_to_the_page_and_names_nobody(client, host):
    booking = PastBookingFactory(
        slot__placement__provider=host.organisation,
        slot=SlotFactory(starts_on=days_ahead(-6), placement__provider=host.organisation),
    )
    NamedStudentFactory(booking=booking, first_name="Aisha", agreed=True)

    mail = asked(booking, host)

    assert "Aisha" not in mail.title + mail.text + mail.html
    [address] = re.findall(r"http://testserver(/look-back/\S+)", mail.text)
    assert client.get(address).status_code == 200


def test_a_host_is_asked_three_times_and_then_no_more(host):
    booking = PastBookingFactory(
        slot=SlotFactory(starts_on=days_ahead(-6), placement__provider=host.organisation)
    )
    timetable.plan(booking)
    planned = Message.objects.filter(kind="debrief_to_host", state=MessageState.PLANNED)
    days = [
        (one.due_at.astimezone(ZoneInfo("Europe/London")).date() - booking.slot.ends_on).days
        for one in planned.order_by("due_at")
    ]
    assert days[-2:] == [8, 15]
    assert "We do not ask again" in asked(booking, host, days=15).text
    assert "We do not ask again" not in asked(booking, host, days=8).text


def test_who_has_said_who_came_is_asked_only_how_it_went(host):
    booking = PastBookingFactory(
        slot=SlotFactory(starts_on=days_ahead(-6), placement__provider=host.organisation)
    )
    attendance.call(booking, Called(), by=host)

    assert "You have said who came" in asked(booking, host, days=8).text


def test_who_has_looked_back_hears_no_more(booking, host):
    timetable.plan(booking)
    debrief.write(booking, Answers(went_well="Keen."), by=host)

    with clock.as_of(clock.now() + timedelta(days=20)):
        postman.deliver_due()

    sent = Message.objects.filter(kind="debrief_to_host", state=MessageState.SENT)
    assert not sent.exists()


# --- Signed in


@pytest.fixture
def as_(client):
    def sign_in(member):
        client.force_login(member.user)
        return client

    return sign_in


def test_both_sides_say_it_signed_in_by_the_same_verb(as_, booking, host, leader):
    where = reverse("ratings:attendance", args=[booking.pk])

    said = as_(host).post(where, {"all": "yes"}, follow=True).content.decode()
    assert "4 of 4 students came." in said

    shown = as_(leader).get(where).content.decode()
    assert "Cora K" in shown
    marks = {f"student-{one.pk}": "came" for one in NamedStudent.objects.all()}
    marks[f"student-{student('Cora').pk}"] = "ill"
    said = as_(leader).post(where, {**marks, "others": "1"}, follow=True).content.decode()
    assert "3 of 4 students came. The host counted 4." in said


def test_too_many_is_said_beside_the_number(as_, booking, leader):
    where = reverse("ratings:attendance", args=[booking.pk])
    marks = {f"student-{one.pk}": "came" for one in NamedStudent.objects.all()}

    answer = as_(leader).post(where, {**marks, "others": "7"}).content.decode()

    assert 'href="#id_others"' in answer
    assert not RollCall.objects.exists()


def test_a_viewer_reads_who_came_and_says_nothing(as_, booking, leader):
    where = reverse("ratings:attendance", args=[booking.pk])
    viewer = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)

    assert "All 4 came" not in as_(viewer).get(where).content.decode()
    as_(viewer).post(where, {"all": "yes"})
    assert not RollCall.objects.exists()


def test_strangers_find_nothing(as_, booking):
    where = reverse("ratings:attendance", args=[booking.pk])

    for stranger in (CareersLeaderFactory(), HostFactory()):
        assert as_(stranger).get(where).status_code == 404


def test_saying_who_came_costs_the_same_for_many_students(
    booking, host, django_assert_max_num_queries
):
    for _ in range(8):
        NamedStudentFactory(booking=booking, agreed=True)

    with django_assert_max_num_queries(16):
        attendance.call(booking, Called({student("Ben").pk: "ill"}), by=host)
