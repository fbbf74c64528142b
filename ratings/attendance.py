"""Who came: asked of the host once, after the last day, and for the school to put right.

A host marks those whose names it may see, and counts the others. Where all of these came, or
none of them was expected, each student's row follows; else the school, which knows them, says
who it was. What a host said stays beside what a school made of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member
from placements import bookings, holding, lifecycle, timetable
from placements.models import Booking, NamedStudent
from placements.states import BookingState
from placements.timetable import GOES_AHEAD
from ratings import authority
from ratings.models import Attendance, DebriefSide, RollCall
from ratings.words import WAS_THERE, Presence

# What a side may say it of. A school also puts right that nobody came, which its host said.
CALLED_OF: Mapping[DebriefSide, Collection[str]] = {
    DebriefSide.HOST: GOES_AHEAD,
    DebriefSide.SCHOOL: (*GOES_AHEAD, BookingState.NOT_ATTENDED),
}
# What a link takes back that said so.
TAKEN_BACK = (BookingState.NOT_ATTENDED,)


@dataclass(frozen=True)
class Called:
    """What one side says: of each student whom it knows by name, and of how many others."""

    # Whoever is not in it came.
    absent: Mapping[UUID, str] = field(default_factory=dict)
    # All of them, where nothing is said.
    others: int | None = None


@dataclass(frozen=True)
class Register:
    """Who was expected, as one side may know them."""

    known: list[NamedStudent]
    others: int

    @property
    def expected(self) -> int:
        return len(self.known) + self.others


@transaction.atomic
def call(booking: Booking, said: Called, *, by: Member) -> RollCall:
    """Say who came: the host once, and the school until it is right."""
    side = authority.debriefs_as(by, booking)
    if side is None or not by.may_write:
        raise PermissionDenied
    return _call(booking, said, side, by=by)


@transaction.atomic
def call_by_link(booking: Booking, said: Called) -> RollCall:
    """The same for an employer that a student found: who has its link may say it for the host."""
    if not booking.slot.placement.provider.is_found:
        raise PermissionDenied
    return _call(booking, said, DebriefSide.HOST, by=None)


def _call(booking: Booking, said: Called, side: DebriefSide, *, by: Member | None) -> RollCall:
    hosts = side == DebriefSide.HOST
    booking = holding.held(booking)
    takes_back = by is None and may_take_back_by_link(booking)
    refuse_unless_over(booking, TAKEN_BACK if takes_back else CALLED_OF[side])
    if hosts and not takes_back and said_of(booking) is not None:
        raise ValidationError("Who came has been said already.", code="already_called")
    register = register_of(booking, by=by)
    came = _count(register, said)
    if takes_back and not came:
        # A second click says nothing new.
        return RollCall.objects.get(booking=booking)
    if hosts and not came:
        # As the button does by which a host says so sooner.
        bookings.end_unattended(booking, by=by)
    if came and booking.state == BookingState.NOT_ATTENDED:
        lifecycle.move(booking, BookingState.COMPLETED, by=by)
        timetable.plan(booking)
    _write(booking, register, said, hosts=hosts)
    return _counted(booking, register, came, hosts=hosts, by=by)


def count(booking: Booking, came: int, *, by: Member | None) -> None:
    """What a host tells as a number alone, with its debrief. The caller holds the booking.

    Who it was, where not all of them came, its school says.
    """
    register = register_of(booking, by=by)
    if came == register.expected:
        _write(booking, register, Called(), hosts=True)
    _counted(booking, register, came, hosts=True, by=by)


def register_of(booking: Booking, *, by: Member | None) -> Register:
    """A school knows all whom it named; a host, those whose parents agreed. Who has no account
    reads no names: a mail may be passed on."""
    students = booking.students
    visible = students.visible_to(by) if by else students.none()
    known = list(visible.select_related("attendance"))
    named = booking.students.count()
    return Register(known, max(named, booking.places) - len(known))


def may_call(by: Member, booking: Booking) -> bool:
    """Whether there is anything to ask this side now. The verb asks again."""
    side = authority.debriefs_as(by, booking)
    if side is None or not by.may_write or not is_over(booking, CALLED_OF[side]):
        return False
    return side == DebriefSide.SCHOOL or may_call_by_link(booking)


def may_call_by_link(booking: Booking) -> bool:
    """Whether its host is still to say who came."""
    return is_over(booking) and said_of(booking) is None


def may_take_back_by_link(booking: Booking) -> bool:
    """Whether it ended because an employer without an account said that nobody came; a host with
    one puts that right by a button of the booking's."""
    said_so = RollCall.objects.filter(booking=booking, by=None, came=0)
    return is_over(booking, TAKEN_BACK) and said_so.exists()


def said_of(booking: Booking) -> RollCall | None:
    """What was said of who came: nothing, where a host took back that nobody did, and says anew."""
    called = RollCall.objects.filter(booking=booking).first()
    is_taken_back = (
        called is not None
        and called.came == called.host_counted == 0
        and booking.state != BookingState.NOT_ATTENDED
    )
    return None if is_taken_back else called


def is_over(booking: Booking, states: Collection[str] = GOES_AHEAD) -> bool:
    return booking.state in states and booking.slot.ends_on <= clock.today()


def refuse_unless_over(booking: Booking, states: Collection[str] = GOES_AHEAD) -> None:
    if booking.state not in states:
        raise ValidationError("This booking did not go ahead.", code="not_completed")
    if booking.slot.ends_on > clock.today():
        raise ValidationError("This placement is not over yet.", code="not_over")


def _count(register: Register, said: Called) -> int:
    """How many came, if what is said of them can be so."""
    known = {student.pk for student in register.known}
    if said.absent.keys() - known or set(said.absent.values()) - set(Presence.values):
        raise ValidationError("Choose one of those on the list.", code="invalid")
    others = register.others if said.others is None else said.others
    if not 0 <= others <= register.others:
        raise ValidationError(
            "No more can have come than were expected: %(others)s.",
            code="too_many",
            params={"others": register.others},
        )
    return others + sum(said.absent.get(pk, Presence.CAME) in WAS_THERE for pk in known)


def _counted(
    booking: Booking, register: Register, came: int, *, hosts: bool, by: Member | None
) -> RollCall:
    facts = {"expected": register.expected, "came": came, "by": by, "called_at": clock.now()}
    if hosts:
        facts["host_counted"] = came
    called, _ = RollCall.objects.update_or_create(booking=booking, defaults=facts)
    return called


def _write(booking: Booking, register: Register, said: Called, *, hosts: bool) -> None:
    marked = {one: said.absent.get(one.pk, Presence.CAME) for one in register.known}
    if said.others in (None, register.others):
        known = [student.pk for student in register.known]
        marked |= dict.fromkeys(booking.students.exclude(pk__in=known), Presence.CAME)
    rows = [
        Attendance(student=student, how=how, host_said=how if hosts else "")
        for student, how in marked.items()
    ]
    written = ["how", "host_said"] if hosts else ["how"]
    Attendance.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["student"], update_fields=written
    )
