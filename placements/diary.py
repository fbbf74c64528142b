"""Each side's bookings: what needs doing now first, then what is coming, then what was."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast

from accounts import clock, phrases
from accounts.models import Member
from placements.models import Booking, BookingChange, BookingNote
from placements.models.bookings import BookingQuerySet
from placements.states import AGREED, CALLED_OFF, LIVE, BookingState

UNANSWERED = (BookingState.REQUESTED, BookingState.WAITING, BookingState.OFFERED)
OVER = (BookingState.COMPLETED, BookingState.NOT_ATTENDED)
# What one side looks at, by the word in the address.
VIEWS = {
    "unanswered": ("Waiting for an answer", UNANSWERED),
    "coming": ("Coming up", AGREED),
    "finished": ("Finished", OVER),
    "ended": ("Did not go ahead", CALLED_OFF),
}


class View(NamedTuple):
    """One way of looking at one's bookings, and how many there are in it."""

    name: str
    text: str
    total: int


def views_of(member: Member) -> list[View]:
    mine = Booking.objects.visible_to(member)
    sums = {name: Count("pk", filter=Q(state__in=states)) for name, (_, states) in VIEWS.items()}
    counted = mine.aggregate(everything=Count("pk"), **sums)
    each = [View(name, text, counted[name]) for name, (text, _) in VIEWS.items()]
    return [View("", "All", counted["everything"]), *each]


def of(member: Member, view: str = "") -> BookingQuerySet:
    """One's bookings in the order in which they want attention."""
    mine = Booking.objects.visible_to(member)
    if view in VIEWS:
        mine = mine.filter(state__in=VIEWS[view][1])
    return (
        mine.select_related("school", "asked_by__user", "slot__placement__provider")
        .annotate(last_word_by=_last_word(), due=_due(), keep_by=_keep_by())
        .annotate(rank=_rank(member))
        .order_by("rank", "due", F("slot__ends_on").desc(), "pk")
    )


def waits_for(member: Member, booking: Booking) -> bool:
    """Whether the next step is this member's side's. For a booking that `of` has found."""
    hosts = booking.slot.placement.provider_id == member.organisation_id
    to_answer = BookingState.REQUESTED if hosts else BookingState.OFFERED
    is_asked = asked_to_keep(booking) is not None and not hosts
    return booking.state == to_answer or is_asked or has_question(member, booking)


def asked_to_keep(booking: Booking) -> datetime | None:
    """Until when the school may say whether it comes, where its host has changed something."""
    until: datetime | None = booking.keep_by  # type: ignore[attr-defined]  # annotated by `of`
    return until


def has_question(member: Member, booking: Booking) -> bool:
    """The other side wrote last, and it is not over yet."""
    last = booking.last_word_by  # type: ignore[attr-defined]  # annotated by `of`
    return booking.is_live and last is not None and last != member.organisation_id


def next_step(member: Member, booking: Booking) -> str:
    """What happens next, in the words of the side that reads it."""
    hosts = booking.slot.placement.provider_id == member.organisation_id
    if booking.state == BookingState.REQUESTED and hosts:
        return f"Answer by {phrases.moment(booking.answer_by)}"
    if booking.state == BookingState.OFFERED and not hosts:
        return f"Take the places up by {phrases.moment(booking.answer_by)}"
    if (answer_by := asked_to_keep(booking)) and not hosts:
        return f"Keep your places or leave by {phrases.moment(answer_by)}"
    if has_question(member, booking):
        return "Answer their message"
    if booking.state == BookingState.REQUESTED:
        return f"The host answers by {phrases.moment(booking.answer_by)}"
    if booking.state == BookingState.OFFERED:
        return f"The school has until {phrases.moment(booking.answer_by)} to take the places up"
    if booking.state == BookingState.WAITING:
        return f"Waits for free places until {phrases.moment(booking.answer_by)}"
    return _time_to_go(booking) if booking.state in AGREED else ""


def _time_to_go(booking: Booking) -> str:
    days = (booking.slot.starts_on - clock.today()).days
    if days > 1:
        return f"Starts in {days} days"
    if days == 1:
        return "Starts tomorrow"
    return "Happening now" if booking.is_under_way else "Ended"


def _last_word() -> Subquery:
    notes = BookingNote.objects.filter(booking=OuterRef("pk")).order_by("-written_at", "-pk")
    return Subquery(notes.values("by__organisation")[:1], output_field=UUIDField())


def _keep_by() -> Subquery:
    asked = BookingChange.objects.open_at(clock.now()).filter(booking=OuterRef("pk"))
    return Subquery(asked.values("answer_by"), output_field=DateTimeField())


def _rank(member: Member) -> Case:
    ours = member.organisation_id
    theirs = Q(last_word_by__isnull=False) & ~Q(last_word_by=ours)
    to_answer = Q(state=BookingState.REQUESTED, slot__placement__provider=ours)
    to_answer |= Q(state=BookingState.OFFERED, school=ours)
    to_answer |= Q(keep_by__isnull=False, school=ours)
    steps = [to_answer | (Q(state__in=LIVE) & theirs), *(Q(state__in=s) for _, s in VIEWS.values())]
    return Case(
        *(When(step, then=Value(number)) for number, step in enumerate(steps)),
        output_field=IntegerField(),
    )


def _due() -> Case:
    """When the next thing happens; nothing for what is over, which goes by its last day."""
    return Case(
        When(state__in=UNANSWERED, then=F("answer_by")),
        When(state__in=AGREED, then=Cast("slot__starts_on", DateTimeField())),
        default=None,
        output_field=DateTimeField(),
    )
