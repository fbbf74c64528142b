"""Whether a placement counts: students were prepared, it had aims, and they looked back.

Nothing here is a stored tick. Time alone never counts, so that nobody collects placements that
nobody got anything from.
"""

from django.urls import reverse
from django.utils import timezone

from accounts import phrases
from accounts.models import Member
from placements.afterwards import Counts, Line
from placements.models import Booking
from ratings import attendance, authority
from ratings.models import Debrief, DebriefSide, RollCall
from ratings.words import WAS_THERE

HOST, SCHOOL = "host", "school"


def of(booking: Booking, by: Member) -> Counts | None:
    """For its school, once it is over."""
    if not (authority.reads_reflections(by, booking) and attendance.is_over(booking)):
        return None
    called = RollCall.objects.filter(booking=booking).first()
    came = called.came if called else 0
    looked_back = _who_looked_back(booking, came)
    lines = [
        _aims(booking),
        _preparation(booking),
        _who_came(booking, called),
        _looking_back(booking, looked_back, came if called else None),
    ]
    *others, _ = lines
    students = looked_back if all(line.is_done for line in others) else 0
    return Counts(students, came, lines)


def _who_looked_back(booking: Booking, came: int) -> int:
    """Of those who came. For a group without names, its school looks back as a whole."""
    if booking.students.exists():
        there = booking.students.filter(attendance__how__in=WAS_THERE)
        return there.filter(reflection__isnull=False).count()
    as_one = Debrief.objects.filter(booking=booking, side=DebriefSide.SCHOOL)
    return came if as_one.exists() else 0


def _aims(booking: Booking) -> Line:
    if booking.slot.placement.objectives:
        return Line("Aims", "The listing says what students learn.", is_done=True)
    return Line("Aims", "The listing does not say what students learn.", is_done=False, whose=HOST)


def _preparation(booking: Booking) -> Line:
    found = getattr(booking, "briefing", None)
    if found is None:
        words = "Nobody said that students were briefed. That cannot be made up afterwards."
        return Line("Preparation", words, is_done=False)
    on = phrases.long_date(timezone.localdate(found.at))
    return Line("Preparation", f"Students were briefed by {on}.", is_done=True)


def _who_came(booking: Booking, called: RollCall | None) -> Line:
    where = reverse("ratings:attendance", args=[booking.pk])
    if called is None:
        words = "The host has not said yet. You may say it yourself."
        return Line("Who came", words, is_done=False, href=where, whose=HOST)
    expected = phrases.plural(called.expected, "student")
    return Line("Who came", f"{called.came} of {expected} came.", is_done=True, href=where)


def _looking_back(booking: Booking, looked_back: int, came: int | None) -> Line:
    named = booking.students.exists()
    where = reverse("ratings:reflections" if named else "ratings:debrief", args=[booking.pk])
    if came is None:
        words = "Students can look back now; it is counted once it is known who came."
        return Line("Looking back", words, is_done=False, href=where, whose=SCHOOL)
    words = f"{looked_back} of {phrases.plural(came, 'student')} who came have looked back."
    is_done = looked_back >= came
    whose = "" if is_done else SCHOOL
    return Line("Looking back", words, is_done=is_done, href=where, whose=whose)
