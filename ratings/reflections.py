"""Students looking back, by a link or a short code that their school hands out.

No account, and no address: a code is made for each named student, serves for one answer from the
last day on, and ends with the student's name. Looking changes nothing. What a student wrote is
their school's to read; a host is told only in numbers, of at least three answers at a time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import clock, links
from accounts.models import Member, OneTimeLink
from placements import students
from placements.models import Booking, NamedStudent
from placements.students import NAMES_KEPT
from placements.timetable import GOES_AHEAD
from ratings import authority
from ratings.models import Reflection
from ratings.models.reflections import OUT_OF_FIVE
from ratings.words import IN_PLAIN_WORDS, AimsMet

# The purpose of the link: say how it was, without an account.
REFLECT = "student_reflection"
# Fewer answers, or one more than a host has seen, would show what one student said.
AT_A_TIME = 3
LOW, HIGH = 1.5, 4.5
WORDS_KEPT = timedelta(days=365)
# Longer than any booking is made ahead: a code ends with its student's name, wherever the dates
# have moved to since the sheet was printed.
CODE_LIVES = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Said:
    """What a student is asked."""

    did: str
    learned: str
    changed_mind: str
    interest_before: int
    interest_after: int
    confidence_before: int
    confidence_after: int
    aims_met: str
    met: str = ""
    criteria: Collection[str] = ()


class HandedOut(NamedTuple):
    student: NamedStudent
    token: str

    @property
    def code(self) -> str:
        """In fours, as a person types it."""
        return "-".join(self.token[at : at + 4] for at in range(0, len(self.token), 4))


class Opened(NamedTuple):
    link: OneTimeLink
    student: NamedStudent

    @property
    def is_early(self) -> bool:
        return self.student.booking.slot.ends_on > clock.today()


@transaction.atomic
def hand_out(booking: Booking, *, by: Member) -> list[HandedOut]:
    """A fresh code for each student who has not looked back; earlier ones end. Told only once."""
    _refuse_strangers(booking, by)
    booking = students.held(booking)
    if not may_be_asked(booking):
        raise ValidationError(
            "Students look back on what goes ahead, until their names are wiped.",
            code="move_not_allowed",
        )
    waiting = list(booking.students.still_named().filter(reflection=None))
    subjects = [str(student.pk) for student in waiting]
    links.revoke_all(REFLECT, subjects=subjects)
    codes = links.make_all(REFLECT, subjects=subjects, lives=CODE_LIVES, new=links.short_token)
    return [HandedOut(*one) for one in zip(waiting, codes, strict=True)]


@transaction.atomic
def stop_links(booking: Booking, *, by: Member) -> None:
    """Make every code of this booking's students worthless."""
    _refuse_strangers(booking, by)
    named = booking.students.values_list("pk", flat=True)
    links.revoke_all(REFLECT, subjects=map(str, named))


def may_be_asked(booking: Booking) -> bool:
    return booking.state in GOES_AHEAD and clock.now() < _ends(booking)


def as_typed(code: str) -> str:
    """A code as it was made, however somebody types it."""
    return links.as_made(code)


def opened(code: str) -> Opened | None:
    link = links.open(as_typed(code), REFLECT)
    if link is None:
        return None
    named = NamedStudent.objects.still_named().filter(
        pk=link.subject, reflection=None, booking__state__in=GOES_AHEAD
    )
    student = named.select_related("booking__school", "booking__slot__placement__provider").first()
    return Opened(link, student) if student else None


def was_used(code: str) -> bool:
    """Whether its student has answered by it: a page sent twice need not worry them."""
    link = links.ever(as_typed(code), REFLECT)
    return link is not None and link.used_at is not None


@transaction.atomic
def write(found: Opened, said: Said) -> Reflection:
    """Keep what a student says; of two at once the second is too late."""
    if found.is_early:
        raise ValidationError("You can answer once the last day has come.", code="not_over")
    links.use(found.link)
    return Reflection.objects.create(
        student=found.student,
        written_at=clock.now(),
        did=said.did.strip(),
        met=said.met.strip(),
        learned=said.learned.strip(),
        changed_mind=said.changed_mind,
        aims_met=said.aims_met,
        criteria=list(said.criteria),
        **{name: getattr(said, name) for name in OUT_OF_FIVE},
    )


@dataclass(frozen=True)
class Summary:
    """What several students said together."""

    count: int
    # The average before and after, out of five.
    interest: tuple[str, str]
    confidence: tuple[str, str]
    met_their_aims: str
    # A criterion in plain words, and how many met with it.
    criteria: list[tuple[str, str]]


def summary(booking: Booking) -> Summary | None:
    """For the host: three answers, or six, and never one more than it has seen."""
    found = Reflection.objects.filter(student__booking=booking).order_by("written_at", "pk")
    answers = list(found)
    answers = answers[: len(answers) // AT_A_TIME * AT_A_TIME]
    if not answers:
        return None

    def average(name: str) -> str:
        marks: list[int] = [getattr(one, name) for one in answers]
        mean = round(sum(marks) / len(marks), 1)
        # What all gave would be what each gave.
        return "under 1.5" if mean < LOW else "over 4.5" if mean > HIGH else str(mean)

    def how_many(said: int) -> str:
        """None, or all, would say of each student what they said; so do all but one."""
        if said <= 1:
            return "one or none"
        return "all but one, or all" if said >= len(answers) - 1 else str(said)

    return Summary(
        count=len(answers),
        interest=(average("interest_before"), average("interest_after")),
        confidence=(average("confidence_before"), average("confidence_after")),
        met_their_aims=how_many(sum(one.aims_met == AimsMet.YES for one in answers)),
        criteria=[
            (words, how_many(sum(criterion in one.criteria for one in answers)))
            for criterion, words in IN_PLAIN_WORDS.items()
        ],
    )


def wipe_words() -> int:
    """Forget what students wrote, a year after the end; say of how many."""
    over = clock.today() - WORDS_KEPT
    due = Reflection.objects.filter(wiped_at=None, student__booking__slot__ends_on__lt=over)
    return due.update(did="", met="", learned="", wiped_at=clock.now())


def _ends(booking: Booking) -> datetime:
    """As long as the student's name is known."""
    last = booking.slot.ends_on + NAMES_KEPT
    return timezone.make_aware(datetime.combine(last, time()))


def _refuse_strangers(booking: Booking, by: Member) -> None:
    if not authority.may_hand_out(by, booking):
        raise PermissionDenied
