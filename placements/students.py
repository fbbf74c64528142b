"""The verbs of naming: which students a school sends, by first name and initial alone.

Nothing here writes a name into a message, a log, a task or an address. Names are wiped a month
after the last day, or as soon as a booking does not go ahead.
"""

import re
import unicodedata
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from accounts import clock
from accounts.models import Member
from placements import authority, paperwork
from placements.models import Booking, Consent, NamedStudent
from placements.states import AGREED, CALLED_OFF

NAMES_KEPT = timedelta(days=30)
LONGEST_NAME = 40
# "3. " or "- " at the start of a line that was pasted.
BULLET = re.compile(r"^(?:[-*\u2022\u2013]|\d+[.)])\s+")
# Letters of any script, with what joins them: Anne-Marie, O'Neill.
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019.-])*")


@transaction.atomic
def name(booking: Booking, *, lines: str, by: Member) -> int:
    """Attach those who are written, one a line: "Aisha K". Say how many."""
    if not authority.may_name_students(by, booking):
        raise PermissionDenied
    booking = held(booking)
    refuse_unless_coming(booking)
    written = read(lines)
    _refuse_too_many(booking, len(written))
    _refuse_twice(booking, written)
    made = NamedStudent.objects.bulk_create(
        NamedStudent(
            booking=booking, first_name=first, initial=initial, named_by=by, named_at=clock.now()
        )
        for first, initial in written
    )
    Consent.objects.bulk_create(Consent(student=student) for student in made)
    paperwork.settle(booking)
    return len(made)


def read(lines: str) -> list[tuple[str, str]]:
    """First names and initials. Whatever else of a surname was pasted is dropped here."""
    found = []
    # Some machines write "ë" as a letter and an accent.
    composed = unicodedata.normalize("NFC", lines)
    for number, line in enumerate(composed.splitlines(), start=1):
        written = BULLET.sub("", line.strip())
        if written:
            found.append(_name_in(written, number))
    if not found:
        raise ValidationError("Write at least one name.", code="invalid")
    return found


def held(booking: Booking) -> Booking:
    """The booking as it is now, with its own row locked: naming takes no places."""
    found = Booking.objects.select_related("slot__placement__provider", "school")
    return found.select_for_update(of=("self",), no_key=True).get(pk=booking.pk)


def refuse_unless_coming(booking: Booking) -> None:
    if booking.state not in AGREED:
        raise ValidationError(
            "Students are named once the booking is agreed, and until it is over.",
            code="move_not_allowed",
        )
    if booking.slot.is_past:
        raise ValidationError("These dates have passed.", code="already_past")


def wipe_names() -> int:
    """Forget who came, a month after the end; or at once, where it did not go ahead."""
    long_over = Q(booking__slot__ends_on__lt=clock.today() - NAMES_KEPT)
    called_off = Q(booking__state__in=CALLED_OFF)
    due = NamedStudent.objects.still_named().filter(long_over | called_off)
    return due.update(first_name="", initial="", wiped_at=clock.now())


def _name_in(written: str, number: int) -> tuple[str, str]:
    """Several words are a first name only before a lone initial: else some are a surname's."""
    if "\t" in written:
        raise ValidationError(
            "Line %(number)d has columns, as in a class list. Paste only the first names and the"
            " first letters of the surnames, like Aisha K.",
            code="invalid",
            params={"number": number},
        )
    *first, last = written.split()
    are_words = all(WORD.fullmatch(word) for word in (*first, last))
    is_initial = len(last.rstrip(".")) == 1
    first_name = " ".join(first if is_initial else first[:1])
    if not first or not are_words or len(first_name) > LONGEST_NAME:
        raise ValidationError(
            "Line %(number)d: write a first name and the first letter of the surname, like"
            " Aisha K.",
            code="invalid",
            params={"number": number},
        )
    # A capital may be two letters: that of "ß" is.
    return first_name, last[0].upper()[:1]


def _refuse_too_many(booking: Booking, more: int) -> None:
    left = booking.places - booking.students.count()
    if more > left:
        raise ValidationError(
            "You have %(places)d places, and room for %(left)d more names.",
            code="too_many",
            params={"places": booking.places, "left": left},
        )


def _refuse_twice(booking: Booking, written: list[tuple[str, str]]) -> None:
    known = booking.students.still_named().values_list("first_name", "initial")
    seen = {_alike(*one) for one in known}
    for number, one in enumerate(written, start=1):
        if _alike(*one) in seen:
            raise ValidationError(
                "Name %(number)d is there twice. Tell the two apart, for example Aisha Jo K.",
                code="named_twice",
                params={"number": number},
            )
        seen.add(_alike(*one))


def _alike(first: str, initial: str) -> tuple[str, str]:
    return first.lower(), initial.lower()
