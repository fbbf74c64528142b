"""The verbs of rating: say how it was, answer once, report, hide.

A rating is for peers: five marks and words, by a school or by the listing's desk, of a
booking that took place. Each verb locks the booking or the rating that it changes.
"""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member
from placements.models import Booking
from placements.states import BookingState
from ratings import authority, notices, scores
from ratings.models import DIMENSIONS, Rating, RatingReport, Reply


@transaction.atomic
def rate(
    booking: Booking,
    *,
    by: Member,
    marks: Mapping[str, int],
    would_use_again: bool,
    comment: str = "",
    private_note: str = "",
) -> Rating:
    """Say how a completed booking was: once for the school, once for the desk."""
    side = authority.side_of(by, booking)
    if side is None or not by.may_write:
        raise PermissionDenied
    booking = _held(booking)
    _refuse_unless_rateable(booking, marks)
    if booking.ratings.filter(side=side).exists():
        raise ValidationError("This has been rated already.", code="already_rated")
    rating = Rating.objects.create(
        booking=booking,
        side=side,
        by=by,
        rated_at=clock.now(),
        would_use_again=would_use_again,
        comment=comment.strip(),
        private_note=private_note.strip(),
        **{name: marks[name] for name in DIMENSIONS},
    )
    scores.recount(booking.slot.placement_id)
    notices.rating_received(rating)
    return rating


@transaction.atomic
def reply(rating: Rating, *, words: str, by: Member) -> Reply:
    """The provider's one public answer."""
    if not authority.may_reply(by, rating):
        raise PermissionDenied
    rating = _held_rating(rating)
    _refuse_empty(words)
    _refuse_hidden(rating)
    if Reply.objects.filter(rating=rating).exists():
        raise ValidationError("You have answered this rating already.", code="already_replied")
    answer = Reply.objects.create(rating=rating, by=by, words=words.strip(), written_at=clock.now())
    notices.rating_replied(answer)
    return answer


@transaction.atomic
def report(rating: Rating, *, words: str, by: Member) -> RatingReport:
    """Ask the desk to look at what was written."""
    if not authority.may_report(by):
        raise PermissionDenied
    rating = _held_rating(rating)
    _refuse_empty(words)
    _refuse_hidden(rating)
    if rating.reports.filter(by=by).exists():
        raise ValidationError("You have reported this already.", code="already_reported")
    reported = RatingReport.objects.create(
        rating=rating, by=by, words=words.strip(), reported_at=clock.now()
    )
    notices.rating_reported(reported)
    return reported


@transaction.atomic
def hide(rating: Rating, *, because: str, by: Member) -> Rating:
    """Take a rating and its score out of what everybody sees."""
    if not authority.may_decide(by, rating):
        raise PermissionDenied
    rating = _held_rating(rating)
    _refuse_empty(because)
    _refuse_hidden(rating)
    rating.hidden_at, rating.hidden_because, rating.hidden_by = clock.now(), because.strip(), by
    rating.save(update_fields=["hidden_at", "hidden_because", "hidden_by"])
    _decide(rating, upheld=True, by=by)
    scores.recount(rating.booking.slot.placement_id)
    notices.rating_hidden(rating)
    return rating


@transaction.atomic
def hide_reply(rating: Rating, *, by: Member) -> Reply:
    """Take the provider's answer out of what everybody sees, and leave the rating."""
    if not authority.may_decide(by, rating):
        raise PermissionDenied
    rating = _held_rating(rating)
    answer = Reply.objects.filter(rating=rating, hidden_at__isnull=True).first()
    if answer is None:
        raise ValidationError("There is no answer to hide.", code="not_replied")
    answer.hidden_at = clock.now()
    answer.save(update_fields=["hidden_at"])
    _decide(rating, upheld=True, by=by)
    return answer


@transaction.atomic
def keep(rating: Rating, *, by: Member) -> Rating:
    """Let what was reported stand."""
    if not authority.may_decide(by, rating):
        raise PermissionDenied
    rating = _held_rating(rating)
    if not _decide(rating, upheld=False, by=by):
        raise ValidationError("Nobody is waiting for a decision on this.", code="not_reported")
    return rating


def _refuse_unless_rateable(booking: Booking, marks: Mapping[str, int]) -> None:
    if booking.state != BookingState.COMPLETED:
        raise ValidationError(
            "Only a placement that took place can be rated.", code="not_completed"
        )
    if any(marks.get(name) not in range(1, 6) for name in DIMENSIONS):
        raise ValidationError("Give each of the five a mark from 1 to 5.", code="invalid")


def _refuse_empty(words: str) -> None:
    if not words.strip():
        raise ValidationError("Write a few words.", code="invalid")


def _refuse_hidden(rating: Rating) -> None:
    if rating.hidden_at is not None:
        raise ValidationError("This rating is no longer shown.", code="hidden")


def _decide(rating: Rating, *, upheld: bool, by: Member) -> int:
    waiting = rating.reports.filter(decided_at__isnull=True)
    return waiting.update(decided_by=by, decided_at=clock.now(), upheld=upheld)


def _held(booking: Booking) -> Booking:
    found = Booking.objects.select_related(
        "school", "slot__placement__provider", "slot__placement__workplace"
    )
    return found.select_for_update(of=("self",), no_key=True).get(pk=booking.pk)


def _held_rating(rating: Rating) -> Rating:
    found = Rating.objects.select_related(
        "booking__slot__placement__provider", "booking__slot__placement__workplace", "by"
    )
    return found.select_for_update(of=("self",), no_key=True).get(pk=rating.pk)
