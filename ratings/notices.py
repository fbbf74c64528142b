"""What is said about ratings and debriefs, and to whom.

A mail never repeats what somebody wrote of somebody: it says that there is something to
read, and where.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from accounts import organisations, outbox
from accounts.letters import Letter, Terms, register
from accounts.models import Message
from placements import desks
from placements.models import Booking, Placement
from ratings.models import Debrief, DebriefSide, Rating, RatingReport, Reply, Side

# The purpose of the link: say who came and how it went, without signing in.
LOOK_BACK = "look_back"


def rating_received(rating: Rating) -> None:
    provider = rating.booking.slot.placement.provider
    outbox.post_to("rating_received", organisation=provider, about=rating)
    _asked_no_more(rating.booking)


def rating_replied(reply: Reply) -> None:
    author = reply.rating.by.organisation
    outbox.post_to("rating_replied", organisation=author, about=reply.rating)


def rating_reported(report: RatingReport) -> None:
    placement = report.rating.booking.slot.placement
    # What a student found lies on no hub's desk.
    found = placement.provider.is_found
    if desk := organisations.national_team() if found else desks.desk_of(placement):
        outbox.post_to("rating_reported", organisation=desk, about=report)


def rating_hidden(rating: Rating) -> None:
    outbox.unsay("rating_received", about=rating)
    outbox.post_to("rating_hidden", organisation=rating.by.organisation, about=rating)


def debrief_written(debrief: Debrief) -> None:
    booking = debrief.booking
    by_school = debrief.side == DebriefSide.SCHOOL
    if by_school:
        _asked_no_more(booking)
    else:
        outbox.unsay_all(["debrief_to_host", "found_debrief"], about=[booking])
    other = booking.slot.placement.provider if by_school else booking.school
    outbox.post_to("debrief_written", organisation=other, about=debrief)


def _asked_no_more(booking: Booking) -> None:
    """A school that has said how it went is still asked to rate it, and the other way about."""
    written = booking.debriefs.filter(side=DebriefSide.SCHOOL)
    if written.exists() and booking.ratings.filter(side=Side.SCHOOL).exists():
        outbox.unsay("debrief_to_school", about=booking)


def begin() -> None:
    """Make these letters known to the postman. Called at start-up."""
    terms = partial(Terms, "Ratings and debriefs")
    received = terms("the provider", "a school rates its placement", may_be_stopped=True)
    replied = terms("whoever rated it", "the provider answers a rating", may_be_stopped=True)
    reported = terms(
        "the desk; the national team, of what a student found", "somebody reports a rating"
    )
    hidden = terms("whoever rated it", "a broker decides that a rating is not shown")
    looked_back = terms("the other side", "a side writes how it went", may_be_stopped=True)
    register(Letter("rating_received", about_rating, is_shown, terms=received))
    register(Letter("rating_replied", about_rating, is_shown, terms=replied))
    register(Letter("rating_reported", about_report, is_undecided, terms=reported))
    register(Letter("rating_hidden", about_rating, terms=hidden))
    register(Letter("debrief_written", about_debrief, terms=looked_back))


def about_rating(message: Message) -> Mapping[str, Any]:
    found = Rating.objects.select_related("booking__slot__placement", "booking__school")
    rating = found.get(pk=message.subject)
    return {"rating": rating, "placement": rating.booking.slot.placement}


def about_report(message: Message) -> Mapping[str, Any]:
    found = RatingReport.objects.select_related("rating__booking__slot__placement__provider")
    report = found.get(pk=message.subject)
    placement = report.rating.booking.slot.placement
    return {"report": report, "of": _in_public(placement)}


def _in_public(placement: Placement) -> str:
    """What a student found is named on the page alone."""
    return "a placement that a student found" if placement.provider.is_found else placement.title


def about_debrief(message: Message) -> Mapping[str, Any]:
    found = Debrief.objects.select_related("booking__slot__placement__provider", "booking__school")
    debrief = found.get(pk=message.subject)
    by_school = debrief.side == DebriefSide.SCHOOL
    provider = debrief.booking.slot.placement.provider
    return {
        "booking": debrief.booking,
        "placement": debrief.booking.slot.placement,
        "writer": debrief.booking.school if by_school else provider,
    }


def is_shown(message: Message) -> bool:
    return Rating.objects.shown().filter(pk=message.subject).exists()


def is_undecided(message: Message) -> bool:
    return RatingReport.objects.waiting().filter(pk=message.subject).exists()
