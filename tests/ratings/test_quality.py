"""A placement counts when it had aims, students were prepared, and they looked back."""

import pytest
from django.urls import reverse

from accounts import clock
from placements.models import Booking, Briefing
from placements.states import BookingState
from ratings import attendance, quality
from ratings.attendance import Called
from tests.factories import (
    BookingFactory,
    DebriefFactory,
    HostFactory,
    NamedStudentFactory,
    PastBookingFactory,
    ReflectionFactory,
    SelfFoundFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking():
    """Two came, were briefed, and looked back."""
    made = PastBookingFactory(places=2, slot__placement__objectives="To read a plan.")
    Briefing.objects.create(booking=made, by=made.asked_by, at=clock.now())
    for _ in range(2):
        ReflectionFactory(student=NamedStudentFactory(booking=made, agreed=True))
    attendance.call(made, Called(), by=made.asked_by)
    return made


def counts(booking):
    booking.refresh_from_db()
    return quality.of(booking, booking.asked_by)


def missing(booking):
    return [(line.title, line.whose) for line in counts(booking).lines if not line.is_done]


def test_what_had_all_of_it_counts_for_everybody_who_came(booking):
    assert (counts(booking).students, counts(booking).came) == (2, 2)
    assert missing(booking) == []


def test_it_counts_only_for_those_who_looked_back(booking):
    booking.students.first().reflection.delete()

    assert (counts(booking).students, missing(booking)) == (1, [("Looking back", "school")])


def test_who_did_not_come_counts_for_nothing_whatever_they_wrote(booking):
    first = booking.students.first()
    attendance.call(booking, Called({first.pk: "ill"}), by=booking.asked_by)

    assert (counts(booking).students, counts(booking).came) == (1, 1)


def test_without_preparation_it_does_not_count_and_nobody_is_told_to_make_it_up(booking):
    Briefing.objects.all().delete()

    assert (counts(booking).students, missing(booking)) == (0, [("Preparation", "")])


def test_without_aims_it_does_not_count(booking):
    placement = booking.slot.placement
    placement.objectives = ""
    placement.save(update_fields=["objectives"])

    assert (counts(booking).students, missing(booking)) == (0, [("Aims", "host")])


def test_until_somebody_says_who_came_it_does_not_count(booking):
    booking.roll_call.delete()

    assert counts(booking).students == 0
    assert missing(booking) == [("Who came", "host"), ("Looking back", "school")]


def test_where_a_host_took_back_that_nobody_came_nothing_is_done(booking):
    type(booking.roll_call).objects.update(came=0, host_counted=0)

    assert missing(booking) == [("Who came", "host"), ("Looking back", "school")]


def test_a_number_that_names_nobody_leaves_it_to_the_school_who_came(booking):
    booking.students.first().attendance.delete()

    assert missing(booking) == [("Who came", "school"), ("Looking back", "school")]
    assert "0 of" not in counts(booking).lines[-1].words


def test_what_a_student_found_counts_and_its_school_may_say_all_of_it():
    booking = PastBookingFactory(
        places=1, slot__placement__provider__kind="found", slot__placement__objectives=""
    )
    SelfFoundFactory(booking=booking)
    Briefing.objects.create(booking=booking, by=booking.asked_by, at=clock.now())
    # Its employer is asked, by a link.
    assert missing(booking) == [("Who came", "host"), ("Looking back", "school")]

    ReflectionFactory(student=NamedStudentFactory(booking=booking, agreed=True))
    attendance.call(booking, Called(), by=booking.asked_by)

    assert (counts(booking).students, missing(booking)) == (1, [])


def test_a_group_without_names_looks_back_as_a_whole():
    booking = PastBookingFactory(places=2, slot__placement__objectives="To read a plan.")
    Briefing.objects.create(booking=booking, by=booking.asked_by, at=clock.now())
    attendance.call(booking, Called(others=1), by=booking.asked_by)
    assert missing(booking) == [("Looking back", "school")]

    DebriefFactory(booking=booking)

    assert (counts(booking).students, missing(booking)) == (1, [])


def test_nothing_counts_before_it_is_over_nor_of_what_did_not_take_place():
    for state in (BookingState.ACCEPTED, BookingState.REQUESTED):
        coming = BookingFactory(state=state)
        assert quality.of(coming, coming.asked_by) is None
    missed = PastBookingFactory(state=BookingState.NOT_ATTENDED)
    assert quality.of(missed, missed.asked_by) is None


def test_the_school_alone_reads_on_the_booking_what_is_missing(client, booking):
    host = HostFactory(organisation=booking.slot.placement.provider)
    where = reverse("placements:booking", args=[booking.pk])
    booking.students.first().reflection.delete()

    client.force_login(booking.asked_by.user)
    shown = client.get(where).content.decode()
    assert "It counts for 1 of 2 students so far." in shown
    assert "1 of 2 students who came have looked back. Your turn." in shown

    client.force_login(host.user)
    assert "Does it count?" not in client.get(where).content.decode()


def test_those_whom_a_school_did_not_name_it_looks_back_for_itself(booking):
    Booking.objects.filter(pk=booking.pk).update(places=3)
    booking.refresh_from_db()
    attendance.call(booking, Called(others=1), by=booking.asked_by)
    line = counts(booking).lines[-1]
    assert (counts(booking).students, missing(booking)) == (2, [("Looking back", "school")])
    assert line.href == reverse("ratings:debrief", args=[booking.pk])
    assert line.words.endswith("For those without a name here, say yourself how it went.")

    DebriefFactory(booking=booking)

    assert (counts(booking).students, counts(booking).came, missing(booking)) == (3, 3, [])


def test_a_schools_own_word_does_not_stand_for_students_whom_it_named(booking):
    booking.students.first().reflection.delete()
    DebriefFactory(booking=booking)

    assert (counts(booking).students, missing(booking)) == (1, [("Looking back", "school")])
    assert counts(booking).lines[-1].href == reverse("ratings:reflections", args=[booking.pk])
