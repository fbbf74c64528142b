import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts import clock, forgetting, letters, links, outbox, phrases, postman, workplaces
from accounts.models import Message, MessageState, OneTimeLink, Organisation, SentMail
from placements import (
    bookings,
    consents,
    listings,
    moderation,
    redating,
    roll,
    sections,
    students,
    tasks,
)
from placements.consent_notices import ASKED, CONSENT
from placements.models import Booking, Consent, NamedStudent, Revision
from placements.states import BookingState, PlacementState, RevisionState
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    NamedStudentFactory,
    NationalFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

PARENT = "parent@home.example.org"


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def booking(leader, host):
    slot = SlotFactory(placement__provider=host.organisation)
    agreed = bookings.accept(bookings.request(slot, places=3, by=leader), by=host)
    students.name(agreed, lines="Aisha K", by=leader)
    return agreed


@pytest.fixture
def student(booking):
    return booking.students.get()


def link(booking, by):
    (one,) = consents.hand_out(booking, by=by)
    return one.token


def said(student):
    return Consent.objects.get(student=student).answer


def redate(booking, days):
    slot = booking.slot
    slot.starts_on, slot.ends_on = days_ahead(days), days_ahead(days + 4)
    slot.opens_on = slot.closes_on = days_ahead(min(days, 1) - 1)
    slot.save()


def test_looking_at_a_link_changes_nothing(booking, leader):
    token = link(booking, leader)

    for _ in range(3):
        assert not consents.opened(token).is_used

    assert OneTimeLink.objects.live().count() == 1


def test_a_yes_is_for_the_dates_as_they_are(booking, leader, student):
    consents.answer(consents.opened(link(booking, leader)), answer="yes")

    consent = Consent.objects.get()
    assert (consent.answer, consent.days()) == (
        "yes",
        (booking.slot.starts_on, booking.slot.ends_on),
    )
    assert consent.holds_for(booking.slot)

    redate(booking, 90)
    booking.slot.refresh_from_db()
    assert not consent.holds_for(booking.slot)
    # So the parent is asked again, and the new yes is for the new dates.
    consents.answer(consents.opened(link(booking, leader)), answer="yes")
    assert Consent.objects.get().holds_for(booking.slot)


def test_a_no_has_a_reason_and_the_school_is_told_without_a_name(booking, leader, student):
    consents.answer(consents.opened(link(booking, leader)), answer="no", reason="travel")

    assert (said(student), Consent.objects.get().reason) == ("no", "travel")
    mail = letters.write(Message.objects.get(kind="consent_refused", recipient=leader.user))
    assert "Aisha" not in mail.title + mail.text + mail.html


@pytest.mark.parametrize(
    ("answer", "reason", "code"),
    [
        ("no", "", "reason_missing"),
        ("no", "made up", "reason_missing"),
        ("", "", "invalid"),
        ("withdrawn", "", "invalid"),
    ],
)
def test_a_refused_answer_does_not_use_the_link_up(
    booking, leader, student, refused, answer, reason, code
):
    token = link(booking, leader)

    with refused(code):
        consents.answer(consents.opened(token), answer=answer, reason=reason)

    assert not consents.opened(token).is_used
    assert said(student) == ""


def test_an_answer_ends_every_other_link_about_the_student(booking, leader, refused):
    first, second = link(booking, leader), link(booking, leader)
    stale = consents.opened(second)

    consents.answer(consents.opened(first), answer="yes")

    assert consents.opened(second) is None
    with refused("link_spent"):
        consents.answer(stale, answer="no", reason="other")
    assert Consent.objects.get().answer == "yes"


def test_a_yes_can_be_taken_back_until_the_first_day(booking, leader, student):
    token = link(booking, leader)
    consents.answer(consents.opened(token), answer="yes")

    consents.take_back(consents.opened(token))

    assert said(student) == "withdrawn"
    assert Message.objects.filter(kind="consent_refused").count() == 1
    with pytest.raises(ValidationError):
        consents.take_back(consents.opened(token))


@pytest.mark.parametrize("days", [0, -1])
def test_from_the_first_day_on_a_link_does_nothing(booking, leader, refused, days):
    token = link(booking, leader)
    found = consents.opened(token)
    redate(booking, days)

    assert consents.opened(token) is None
    with refused("link_spent"):
        consents.answer(found, answer="yes")
    with refused("already_started"):
        consents.hand_out(booking, by=leader)


def test_a_link_lives_until_the_first_day_begins_in_england(booking, leader):
    link(booking, leader)

    assert timezone.localdate(OneTimeLink.objects.get().expires_at) == booking.slot.starts_on


def test_a_link_ends_with_its_booking(booking, leader):
    token = link(booking, leader)

    bookings.cancel(booking, reason="illness", by=leader)

    assert consents.opened(token) is None


def test_a_school_stops_what_it_has_handed_out(booking, leader):
    token = link(booking, leader)

    consents.stop_links(booking, by=leader)

    assert consents.opened(token) is None


def test_nobody_is_asked_again_who_has_agreed(booking, leader, student):
    consents.record_paper(student, answer="yes", signed_on=clock.today(), by=leader)

    assert consents.hand_out(booking, by=leader) == []


def test_a_paper_says_who_saw_it_and_ends_the_links(booking, leader, student):
    token = link(booking, leader)
    Booking.objects.update(asked_at=clock.now() - timedelta(days=2))

    consents.record_paper(student, answer="yes", signed_on=days_ahead(-2), by=leader)

    consent = Consent.objects.get()
    assert (consent.on_paper, consent.recorded_by, consent.signed_on) == (
        True,
        leader,
        days_ahead(-2),
    )
    assert consents.opened(token) is None


def test_a_paper_is_not_signed_tomorrow(leader, student, refused):
    with refused("in_the_future"):
        consents.record_paper(student, answer="yes", signed_on=days_ahead(1), by=leader)


def test_a_paper_is_not_signed_before_anybody_had_asked_for_the_dates(
    booking, leader, student, refused
):
    with refused("signed_before"):
        consents.record_paper(student, answer="yes", signed_on=days_ahead(-1), by=leader)

    # What a student found may have been agreed at home before the school wrote it down.
    Organisation.objects.filter(pk=booking.slot.placement.provider_id).update(kind="found")
    consents.record_paper(student, answer="yes", signed_on=days_ahead(-90), by=leader)
    with refused("signed_before"):
        consents.record_paper(student, answer="yes", signed_on=days_ahead(-800), by=leader)


def test_a_paper_is_not_signed_before_the_dates_were_moved_where_they_are(
    booking, leader, host, student, refused
):
    Booking.objects.update(asked_at=clock.now() - timedelta(days=9))
    consents.record_paper(student, answer="yes", signed_on=days_ahead(-3), by=leader)
    later = days_ahead(80)
    redating.move(booking.slot, starts_on=later, ends_on=later, reason="staffing", by=host)

    with refused("signed_before") as refusal:
        consents.record_paper(student, answer="yes", signed_on=days_ahead(-3), by=leader)

    assert phrases.long_date(clock.today()) in refusal.value.messages[0]
    consents.record_paper(student, answer="yes", signed_on=clock.today(), by=leader)


def test_nobody_is_taken_off_once_students_may_have_looked_back(booking, leader, student, refused):
    last_day = timezone.now() + (booking.slot.ends_on - clock.today())
    with clock.as_of(last_day), refused("already_past"):
        consents.remove(student, by=leader)

    consents.remove(student, by=leader)
    assert not booking.students.exists()


@pytest.mark.parametrize("others", ["", "Ben L\nCleo M"])
def test_links_for_many_cost_what_one_costs(booking, leader, others, django_assert_num_queries):
    if others:
        students.name(booking, lines=others, by=leader)

    with django_assert_num_queries(6):
        handed_out = consents.hand_out(booking, by=leader)

    assert all(consents.opened(one.token).student == one.student for one in handed_out)


def test_nobody_but_the_school_asks_or_records(booking, student, host):
    for stranger in (host, CareersLeaderFactory()):
        for act in (
            lambda by: consents.ask_by_mail(student, email=PARENT, by=by),
            lambda by: consents.hand_out(booking, by=by),
            lambda by: consents.stop_links(booking, by=by),
            lambda by: consents.remove(student, by=by),
            lambda by: consents.record_paper(student, answer="yes", signed_on=clock.today(), by=by),
        ):
            with pytest.raises(PermissionDenied):
                act(stranger)


# --- The mail, and a parent's address


def test_a_parent_is_written_to_without_a_student_being_named(student, leader, delivered):
    consents.ask_by_mail(student, email=PARENT, by=leader)

    mail = delivered(ASKED)

    assert mail.to == PARENT
    assert "Aisha" not in mail.title + mail.text + mail.html
    assert "/consent/" in mail.text


def test_an_address_is_wiped_everywhere_once_they_have_answered(student, leader, delivered):
    consents.ask_by_mail(student, email=PARENT, by=leader)
    token = delivered(ASKED).text.split("/consent/")[1].split("/")[0]
    assert knows(PARENT)

    consents.answer(consents.opened(token), answer="yes")

    assert not knows(PARENT)
    assert not Consent.objects.get().keeps_address


def test_an_address_is_wiped_when_the_start_has_passed_without_an_answer(
    booking, student, leader, delivered
):
    consents.ask_by_mail(student, email=PARENT, by=leader)
    delivered(ASKED)
    tasks.forget_students()
    assert knows(PARENT)

    redate(booking, 0)
    tasks.forget_students()

    assert not knows(PARENT)


def test_a_mail_that_is_still_owed_is_taken_back_with_its_address(booking, student, leader):
    consents.ask_by_mail(student, email=PARENT, by=leader)

    bookings.cancel(booking, reason="illness", by=leader)
    tasks.forget_students()

    assert Message.objects.get(kind=ASKED).state == MessageState.CANCELLED
    assert not knows(PARENT)


def test_a_mail_that_came_too_late_is_not_sent(booking, student, leader):
    consents.ask_by_mail(student, email=PARENT, by=leader)
    consents.record_paper(student, answer="yes", signed_on=clock.today(), by=leader)

    postman.deliver_due()

    assert not SentMail.objects.filter(to=PARENT).exists()


def test_two_children_of_one_address_are_two_mails(booking, leader):
    students.name(booking, lines="Ben K", by=leader)
    for student in booking.students.all():
        consents.ask_by_mail(student, email=PARENT, by=leader)

    assert Message.objects.filter(kind=ASKED).count() == 2
    for student in booking.students.all():
        forgetting.forget(ASKED, about=student)
    assert not knows(PARENT)


def knows(address):
    kept = [*Message.objects.values_list("email", "dedupe_key")]
    kept += [*OneTimeLink.objects.values_list("email"), *SentMail.objects.values_list("to")]
    return address in str(kept)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_with_one_link_the_second_is_too_late(booking, leader):
    token = link(booking, leader)
    found, ended = consents.opened(token), threading.Event()

    def too_late():
        try:
            consents.answer(found, answer="no", reason="other")
        except ValidationError as refusal:
            return refusal.code
        finally:
            connection.close()
            ended.set()

    with ThreadPoolExecutor() as elsewhere:
        with transaction.atomic():
            consents.answer(found, answer="yes")
            second = elsewhere.submit(too_late)
            assert not ended.wait(0.3)

        assert second.result(timeout=5) == "link_spent"
    assert Consent.objects.get().answer == "yes"


def test_a_used_link_is_known_until_it_runs_out(booking, leader):
    token = link(booking, leader)
    consents.answer(consents.opened(token), answer="yes")

    assert links.open(token, CONSENT) is None
    assert links.known(token, CONSENT) is not None
    OneTimeLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert links.known(token, CONSENT) is None


def test_a_booking_that_is_no_longer_agreed_takes_no_answer(booking, leader, refused):
    found = consents.opened(link(booking, leader))
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.COMPLETED)

    with refused("link_spent"):
        consents.answer(found, answer="yes")


@pytest.fixture
def agreed(booking, leader, student):
    """A yes to what the parent was told of the workplace and the listing."""
    token = link(booking, leader)
    consents.answer(consents.opened(token), answer="yes")
    return token


def at_workplace(booking, host):
    placement = booking.slot.placement
    placement.workplace = WorkplaceFactory(organisation=host.organisation)
    placement.save()
    return placement


@pytest.mark.parametrize(
    "change",
    [
        {"address": "9 New Row"},
        {"kind": "private_home"},
        {"lone_adult": True},
        {"risk_band": "higher"},
        {"restricted_activities": ["machinery"]},
    ],
)
def test_a_yes_counts_no_more_once_the_place_or_its_risks_change(
    booking, leader, host, student, agreed, change
):
    workplace = at_workplace(booking, host).workplace
    for name, value in change.items():
        setattr(workplace, name, value)

    workplaces.change(workplace, by=host)

    assert said(student) == ""
    assert not NamedStudent.objects.visible_to(host).exists()
    assert roll.progress(booking).unanswered == 1
    assert consents.opened(agreed) is None
    mail = letters.write(Message.objects.get(kind="consent_outdated", recipient=leader.user))
    assert "Aisha" not in mail.title + mail.text + mail.html
    # The parent is asked again.
    consents.answer(consents.opened(link(booking, leader)), answer="yes")
    assert NamedStudent.objects.visible_to(host).get() == student


def test_a_paper_counts_no_more_either_but_a_no_stands(booking, leader, host, student):
    students.name(booking, lines="Ben T", by=leader)
    ben = booking.students.get(first_name="Ben")
    today = clock.today()
    consents.record_paper(student, answer="yes", signed_on=today, by=leader)
    consents.record_paper(ben, answer="no", reason="safety", signed_on=today, by=leader)
    workplace = at_workplace(booking, host).workplace
    workplace.lone_adult = True

    workplaces.change(workplace, by=host)

    assert (said(student), said(ben)) == ("", "no")
    assert not Consent.objects.get(student=student).on_paper


def test_what_parents_were_not_told_leaves_their_yes(booking, leader, host, student, agreed):
    workplace = at_workplace(booking, host).workplace
    workplace.access_notes = "Ring twice."

    workplaces.change(workplace, by=host)

    assert said(student) == "yes"
    assert not Message.objects.filter(kind="consent_outdated").exists()


def test_a_yes_stands_once_the_first_day_has_come(booking, leader, host, student, agreed):
    workplace = at_workplace(booking, host).workplace
    redate(booking, 0)
    workplace.lone_adult = True

    workplaces.change(workplace, by=host)

    assert said(student) == "yes"


def test_a_page_that_is_open_while_the_place_changes_takes_no_answer(
    booking, leader, host, student, client
):
    token = link(booking, leader)
    found = consents.opened(token)
    workplace = at_workplace(booking, host).workplace
    workplace.lone_adult = True

    workplaces.change(workplace, by=host)

    with pytest.raises(ValidationError):
        consents.answer(found, answer="yes")
    page = client.post(f"/consent/{token}/", {"answer": "yes"})
    assert page.status_code == 410
    assert "The host has changed where or how it takes place" in page.content.decode()
    assert said(student) == ""
    mail = letters.write(Message.objects.get(kind="consent_outdated", recipient=leader.user))
    assert "links that are out have ended" in mail.text
    # Once the school has asked anew, the old page says no more than that its link has ended.
    consents.answer(consents.opened(link(booking, leader)), answer="yes")
    assert not consents.is_overtaken(token)


def test_a_link_that_the_school_stopped_is_not_said_to_be_overtaken(booking, leader):
    token = link(booking, leader)

    consents.stop_links(booking, by=leader)

    assert not consents.is_overtaken(token)
    assert not consents.is_overtaken("invented")


def test_an_address_of_a_mail_on_its_way_goes_once_it_has_arrived(student, leader, delivered):
    consents.ask_by_mail(student, email=PARENT, by=leader)
    on_its_way = Message.objects.filter(kind=ASKED)
    token, lease = "7f1f6ad2-9f5c-4f31-8ad6-2f3f5cd3a111", timezone.now() + timedelta(minutes=9)
    on_its_way.update(state=MessageState.CLAIMED, lease_token=token, lease_until=lease)

    consents.remove(student, by=leader)
    assert on_its_way.get().email == PARENT
    # It is written, with its link, and sent.
    links.make(CONSENT, email=PARENT, subject=on_its_way.get().subject, lives=timedelta(days=9))
    done = {"lease_token": None, "lease_until": None, "sent_at": timezone.now()}
    on_its_way.update(state=MessageState.SENT, **done)
    tasks.forget_students()

    assert on_its_way.get().email == ""
    assert PARENT not in on_its_way.get().dedupe_key
    assert not OneTimeLink.objects.exclude(email="").exists()


def test_a_mail_whose_sender_died_is_not_sent_once_its_address_is_forgotten(
    booking, student, leader, mailoutbox
):
    consents.ask_by_mail(student, email=PARENT, by=leader)
    on_its_way = Message.objects.filter(kind=ASKED)
    token, lease = "7f1f6ad2-9f5c-4f31-8ad6-2f3f5cd3a111", timezone.now() - timedelta(minutes=1)
    on_its_way.update(state=MessageState.CLAIMED, lease_token=token, lease_until=lease)
    consents.stop_links(booking, by=leader)
    on_its_way.update(state=MessageState.PLANNED, lease_token=None, lease_until=None)

    postman.deliver_due()

    assert on_its_way.get().state == MessageState.CANCELLED
    assert not [mail for mail in mailoutbox if PARENT in mail.to]


def test_a_no_is_told_only_while_it_is_one_for_a_start_to_come(booking, leader, student):
    consents.answer(consents.opened(link(booking, leader)), answer="no", reason="travel")
    message = Message.objects.get(kind="consent_refused", recipient=leader.user)
    still_holds = letters.of_kind("consent_refused").still_holds
    assert still_holds(message)

    with clock.as_of(clock.now() + timedelta(days=400)):
        assert not still_holds(message)
    bookings.cancel(booking, reason="illness", by=leader)
    assert not still_holds(message)


def test_a_mail_to_a_parent_that_failed_can_be_sent_again(booking, leader, student):
    consents.ask_by_mail(student, email=PARENT, by=leader)
    Message.objects.filter(kind=ASKED).update(state=MessageState.FAILED)

    again = outbox.try_again(Message.objects.get(kind=ASKED), by=NationalFactory())

    assert letters.write(again).text
    ends = OneTimeLink.objects.live().get().expires_at
    assert timezone.localdate(ends) in (
        booking.slot.starts_on,
        booking.slot.starts_on - timedelta(1),
    )


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"supervision": "Whoever is in."}, ""),
        ({"ends_at": "15:45:00"}, ""),
        ({"title": "A week with cake"}, "yes"),
    ],
)
def test_an_approved_change_of_what_parents_were_told_asks_them_again(
    booking, leader, host, student, agreed, changes, answer
):
    placement = at_workplace(booking, host)
    revision = Revision.objects.create(
        placement=placement,
        changes=changes,
        state=RevisionState.SUBMITTED,
        made_by=host,
        submitted_at=timezone.now(),
    )

    moderation.approve_revision(revision, by=BrokerFactory())

    assert said(student) == answer
    assert roll.progress(booking).unanswered == (answer == "")


def back_at_the_desk(placement, host):
    """A listing that was up, with bookings, and lies with its provider to be mended."""
    placement.state = PlacementState.SENT_BACK
    placement.save()
    return placement


@pytest.mark.parametrize(
    ("section", "values", "answer"),
    [
        (sections.WHEN, {"starts_at": time(6, 30)}, ""),
        (sections.SAFETY, {"supervision": "Whoever is in."}, ""),
        (sections.SAFETY, {}, "yes"),
        (sections.CONTACT, {"contact_phone": "01743 000000"}, "yes"),
    ],
)
def test_mending_a_listing_that_was_sent_back_asks_parents_again(
    booking, host, student, agreed, section, values, answer
):
    placement = back_at_the_desk(at_workplace(booking, host), host)
    same = {"supervision": placement.supervision} if section is sections.SAFETY else {}

    listings.write(placement, section, same | values, by=host)

    assert said(student) == answer


@pytest.mark.parametrize(("supervision", "answer"), [("Whoever is in.", ""), ("", "yes")])
def test_a_text_that_sites_share_asks_parents_at_each_of_them_again(
    booking, host, student, agreed, supervision, answer
):
    site = at_workplace(booking, host)
    head = PlacementFactory(provider=host.organisation, state=PlacementState.SUBMITTED)
    for name in consents.TOLD_TO_PARENTS - {"workplace"}:
        setattr(head, name, getattr(site, name))
    head.supervision = supervision or site.supervision
    head.confirmed_by_employer_at = clock.now()
    head.save()
    site.text_of = head
    site.save()
    SlotFactory(placement=head)

    moderation.publish(head, by=BrokerFactory())

    site.refresh_from_db()
    assert site.supervision == head.supervision
    assert said(student) == answer


@pytest.mark.parametrize("schools", [1, 3])
def test_asking_anew_costs_the_same_however_many_schools_come(
    host, schools, django_assert_num_queries
):
    slot = SlotFactory(placement__provider=host.organisation)
    for _ in range(schools):
        booking = BookingFactory(slot=slot, state=BookingState.ACCEPTED)
        NamedStudentFactory(booking=booking, agreed=True)
        asked = NamedStudentFactory(booking=booking)
        links.make(CONSENT, email="", subject=str(asked.pk), lives=timedelta(days=5))
    unconcerned = BookingFactory(slot=slot, state=BookingState.ACCEPTED)

    with django_assert_num_queries(13):
        consents.ask_anew(Booking.objects.filter(slot=slot))

    assert {consent.answer for consent in Consent.objects.all()} == {""}
    assert not OneTimeLink.objects.live().exists()
    told = Message.objects.filter(kind="consent_outdated")
    assert told.count() == schools
    assert not told.filter(subject=str(unconcerned.pk)).exists()
