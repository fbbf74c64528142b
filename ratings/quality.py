"""Whether a placement counts: students were prepared, it had aims, and they looked back.

Nothing here is a stored tick. Time alone never counts, so that nobody collects placements that
nobody got anything from.
"""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import phrases
from accounts.models import Member
from placements.afterwards import Counts, Line
from placements.models import Booking, NamedStudent, SelfFound
from ratings import attendance, authority
from ratings.models import Debrief, DebriefSide, RollCall
from ratings.words import WAS_THERE

HOST, SCHOOL = "host", "school"


def of(booking: Booking, by: Member) -> Counts | None:
    """For its school, once it is over."""
    if not (authority.reads_reflections(by, booking) and attendance.is_over(booking)):
        return None
    called = attendance.said_of(booking)
    came = called.came if called else 0
    looked_back = _who_looked_back(booking, came)
    who_came = _who_came(booking, called)
    lines = [
        _aims(booking),
        _preparation(booking),
        who_came,
        _looking_back(booking, looked_back, came if who_came.is_done else None),
    ]
    *others, _ = lines
    students = looked_back if all(line.is_done for line in others) else 0
    return Counts(students, came, lines)


def _who_looked_back(booking: Booking, came: int) -> int:
    """Of those who came. For whoever it did not name, its school looks back as a whole."""
    there = _there(booking)
    looked_back = there.filter(reflection__isnull=False).count()
    unnamed = came - there.count()
    as_one = Debrief.objects.filter(booking=booking, side=DebriefSide.SCHOOL)
    return looked_back + unnamed if unnamed > 0 and as_one.exists() else looked_back


def _aims(booking: Booking) -> Line:
    placement = booking.slot.placement
    if placement.provider.is_found:
        words = "It says why it fits the student."
        has_aims = SelfFound.objects.filter(booking=booking).exclude(why_it_fits="").exists()
        return Line("Aims", words, is_done=True) if has_aims else _without_aims(SCHOOL)
    if placement.objectives:
        return Line("Aims", "The listing says what students learn.", is_done=True)
    return _without_aims(HOST)


def _without_aims(whose: str) -> Line:
    return Line("Aims", "The listing does not say what students learn.", is_done=False, whose=whose)


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
    if not _is_known_who(booking, called):
        return Line("Who came", "Say which of them came.", is_done=False, href=where, whose=SCHOOL)
    expected = phrases.plural(called.expected, "student")
    return Line("Who came", f"{called.came} of {expected} came.", is_done=True, href=where)


def _is_known_who(booking: Booking, called: RollCall) -> bool:
    """Where a school named its students, a number alone does not say who looked back in vain."""
    named = booking.students
    if not named.exists() or not named.filter(attendance=None).exists():
        return True
    return named.filter(attendance__how__in=WAS_THERE).count() == called.came


def _looking_back(booking: Booking, looked_back: int, came: int | None) -> Line:
    by_code = booking.students.exists()
    codes = reverse("ratings:reflections", args=[booking.pk])
    as_one = reverse("ratings:debrief", args=[booking.pk])
    if came is None:
        words = "Students can look back now; it is counted once it is known who came."
        where = codes if by_code else as_one
        return Line("Looking back", words, is_done=False, href=where, whose=SCHOOL)
    words = f"{looked_back} of {phrases.plural(came, 'student')} who came have looked back."
    if looked_back >= came:
        return Line("Looking back", words, is_done=True, href=codes if by_code else as_one)
    if by_code and _there(booking).filter(reflection=None).exists():
        return Line("Looking back", words, is_done=False, href=codes, whose=SCHOOL)
    if by_code:
        words += " For those without a name here, say yourself how it went."
    return Line("Looking back", words, is_done=False, href=as_one, whose=SCHOOL)


def _there(booking: Booking) -> QuerySet[NamedStudent]:
    return booking.students.filter(attendance__how__in=WAS_THERE)
