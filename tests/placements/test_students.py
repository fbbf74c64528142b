import logging
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock
from accounts.models import Role
from placements import bookings, consents, roll, students, tasks
from placements.models import Booking, NamedStudent
from placements.states import BookingState
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def booking(leader, host):
    slot = SlotFactory(placement__provider=host.organisation)
    asked = bookings.request(slot, places=3, by=leader)
    return bookings.accept(asked, by=host)


def names(booking):
    return [student.name for student in booking.students.all()]


def agree(student, by):
    consents.record_paper(student, answer="yes", signed_on=clock.today(), by=by)


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        ("Aisha K", ["Aisha K"]),
        ("Aisha K.\n\n  Ben T  ", ["Aisha K", "Ben T"]),
        ("1. Aisha Khan\n2) Ben Thomas", ["Aisha K", "Ben T"]),
        ("- Mary Jane o'neill\r\n\u2022 Zoë Šimić", ["Mary O", "Zoë Š"]),
        ("Mary Jane O.", ["Mary Jane O"]),
        ("Maria Garcia Lopez\nPieter van Dijk", ["Maria L", "Pieter D"]),
        ("Zoe\u0308 S\u030cimic\u0301", ["Zoë Š"]),
        ("Jo ßen\nAl \ufb01nch", ["Al F", "Jo S"]),
        ("Anne-Marie D\u2019Arcy", ["Anne-Marie D"]),
    ],
)
def test_names_are_read_line_by_line_and_no_surname_is_kept(booking, leader, lines, kept):
    assert students.name(booking, lines=lines, by=leader) == len(kept)

    assert names(booking) == kept


@pytest.mark.parametrize("lines", ["Aisha", "Khan, Aisha", "Aisha 7", "x" * 41 + " K", "7 K"])
def test_what_is_no_name_is_refused_by_its_line_and_nothing_is_kept(
    booking, leader, refused, lines
):
    with refused("invalid") as refusal:
        students.name(booking, lines=f"Ben T\n{lines}", by=leader)

    assert refusal.value.messages[0].startswith("Line 2:")
    assert not booking.students.exists()


def test_a_class_list_with_columns_is_refused(booking, leader, refused):
    with refused("invalid") as refusal:
        students.name(booking, lines="Aisha\tKhan\t10B", by=leader)

    assert refusal.value.messages[0].startswith("Line 1 has columns")
    assert not booking.students.exists()


def test_somebody_must_be_written(booking, leader, refused):
    with refused("invalid"):
        students.name(booking, lines=" \n - \n", by=leader)


def test_no_more_are_named_than_there_are_places(booking, leader, refused):
    students.name(booking, lines="Aisha K\nBen T", by=leader)

    with refused("too_many"):
        students.name(booking, lines="Cal W\nDee F", by=leader)

    assert names(booking) == ["Aisha K", "Ben T"]


@pytest.mark.parametrize("lines", ["aisha k", "Ben T\nBen T"])
def test_two_of_one_name_must_be_told_apart(booking, leader, refused, lines):
    students.name(booking, lines="Aisha K", by=leader)

    with refused("named_twice") as refusal:
        students.name(booking, lines=lines, by=leader)

    assert "aisha k" not in refusal.value.messages[0].lower()


@pytest.mark.parametrize("state", set(BookingState) - {"accepted", "confirmed"})
def test_nobody_is_named_before_it_is_agreed_or_when_it_is_over(booking, leader, refused, state):
    Booking.objects.filter(pk=booking.pk).update(state=state)

    with refused("move_not_allowed"):
        students.name(booking, lines="Aisha K", by=leader)


def test_nobody_is_named_when_the_last_day_has_passed(leader, refused, booking):
    slot = SlotFactory(starts_on=days_ahead(-10))
    Booking.objects.filter(pk=booking.pk).update(slot=slot)

    with refused("already_past"):
        students.name(booking, lines="Aisha K", by=leader)


def test_only_the_school_names_its_students(booking, leader, host):
    reader = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)

    for stranger in (host, reader, CareersLeaderFactory()):
        with pytest.raises(PermissionDenied):
            students.name(booking, lines="Aisha K", by=stranger)


def test_a_host_sees_a_student_once_a_parent_has_agreed_to_these_dates(booking, leader, host):
    students.name(booking, lines="Aisha K\nBen T\nCal W", by=leader)
    aisha, ben, _ = booking.students.all()

    agree(aisha, leader)
    consents.record_paper(ben, answer="no", reason="dates", signed_on=clock.today(), by=leader)

    assert list(NamedStudent.objects.visible_to(host)) == [aisha]
    assert NamedStudent.objects.visible_to(leader).count() == 3
    assert not NamedStudent.objects.visible_to(HostFactory()).exists()
    assert not NamedStudent.objects.visible_to(CareersLeaderFactory()).exists()

    booking.slot.starts_on += timedelta(days=7)
    booking.slot.ends_on += timedelta(days=7)
    booking.slot.save()
    assert not NamedStudent.objects.visible_to(host).exists()


def test_a_host_sees_nobody_any_more_when_it_is_called_off(booking, leader, host):
    students.name(booking, lines="Aisha K", by=leader)
    agree(booking.students.get(), leader)

    bookings.cancel(booking, reason="illness", by=leader)

    assert not NamedStudent.objects.visible_to(host).exists()


def test_progress_counts_who_is_named_and_who_has_agreed(booking, leader):
    students.name(booking, lines="Aisha K\nBen T", by=leader)
    agree(booking.students.first(), leader)

    told = roll.progress(booking)

    assert (told.places, told.named, told.agreed, told.refused, told.unanswered) == (3, 2, 1, 0, 1)


def test_names_are_wiped_a_month_after_the_last_day_and_not_before(booking, leader, host):
    students.name(booking, lines="Aisha K", by=leader)
    agree(booking.students.get(), leader)
    for days, wiped in ((-30, 0), (-31, 1)):
        booking.slot.starts_on = booking.slot.ends_on = days_ahead(days)
        booking.slot.opens_on = booking.slot.closes_on = days_ahead(days)
        booking.slot.save()

        assert students.wipe_names() == wiped

    assert not NamedStudent.objects.visible_to(host).exists()
    kept = booking.students.get()
    assert (kept.first_name, kept.initial, kept.name) == ("", "", "Name wiped")
    assert kept.consent.answer == "yes"


def test_names_are_wiped_at_once_when_it_does_not_go_ahead(booking, leader):
    students.name(booking, lines="Aisha K\nBen T", by=leader)
    bookings.cancel(booking, reason="illness", by=leader)

    tasks.forget_students()

    assert names(booking) == ["Name wiped", "Name wiped"]


def test_a_student_is_written_down_nowhere_by_name(booking, leader, caplog):
    caplog.set_level(logging.DEBUG)
    students.name(booking, lines="Aishahush K", by=leader)
    student = booking.students.get()
    consents.ask_by_mail(student, email="parent@example.org", by=leader)
    consents.hand_out(booking, by=leader)

    assert "hush" not in f"{student} {student!r} {student.consent!r} {caplog.text}"


def test_whoever_is_taken_off_the_list_is_gone(booking, leader):
    students.name(booking, lines="Aisha K", by=leader)
    student = booking.students.get()
    (link,) = consents.hand_out(booking, by=leader)

    consents.remove(student, by=leader)

    assert not NamedStudent.objects.exists()
    assert consents.opened(link.token) is None
