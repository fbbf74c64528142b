"""A feed of all that somebody has agreed, for their calendar program.

The program brings no cookie: whoever knows the secret reads the feed, so a feed holds no more
than a colleague may see in a shared diary. It follows the person's memberships as they
are when it is read: what an organisation has booked goes when they leave it.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.models import Member, Organisation, User
from placements.models import Booking, BookingChange, CalendarFeed, Revision
from placements.models.bookings import BookingQuerySet
from placements.states import IN_TOUCH, BookingState, RevisionState

# What is longer over than this is no calendar's business.
LOOKING_BACK = timedelta(days=90)
MOST = 500
# The answers of a listing that say on which days and hours it is.
TIMES = ("pattern", "starts_at", "ends_at")


def of(user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user).first()


def make(user: User) -> str:
    """A new secret, told only once. The one before it, if there was one, is worthless."""
    secret = secrets.token_urlsafe(32)
    fresh = {"secret_hash": _hashed(secret), "made_at": clock.now()}
    CalendarFeed.objects.update_or_create(user=user, defaults=fresh)
    return secret


def stop(user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()


def opened(secret: str) -> User | None:
    """Whose feed it is, while they can still sign in."""
    known = CalendarFeed.objects.filter(secret_hash=_hashed(secret), user__is_active=True)
    feed = known.select_related("user").first()
    return feed.user if feed else None


def organisations_of(user: User) -> list[Organisation]:
    mine = Member.objects.active().filter(user=user).select_related("organisation")
    return [member.organisation for member in mine.order_by("pk")]


def bookings_of(organisations: list[Organisation]) -> BookingQuerySet:
    """What was agreed with any of them, and what of it has been called off since."""
    ours = Q(school__in=organisations) | Q(slot__placement__provider__in=organisations)
    recent = Q(slot__ends_on__gte=clock.today() - LOOKING_BACK)
    is_over = ExpressionWrapper(Q(slot__ends_on__lt=clock.today()), BooleanField())
    found = agreed(Booking.objects.filter(ours, recent)).annotate(is_over=is_over)
    # Whoever has more than a calendar holds keeps what is to come.
    return found.order_by("is_over", "slot__starts_on", "pk")[:MOST]


def agreed(bookings: BookingQuerySet) -> BookingQuerySet:
    """Those that a calendar may know of: it was agreed, even if it was called off later."""
    called_off = Q(state=BookingState.CANCELLED, answered_at__isnull=False)
    found = bookings.filter(Q(state__in=IN_TOUCH) | called_off)
    retimed = Revision.objects.filter(
        placement=OuterRef("slot__placement"),
        state=RevisionState.APPROVED,
        changes__has_any_keys=TIMES,
    )
    counted = retimed.order_by().values("placement").annotate(count=Count("pk")).values("count")
    fewer = BookingChange.objects.filter(booking=OuterRef("pk"), places__lt=F("places_before"))
    reduced = fewer.order_by().values("booking").annotate(count=Count("pk")).values("count")
    return found.select_related(
        "school", "slot__placement__provider", "slot__placement__workplace"
    ).annotate(
        moved_at=Coalesce(Max("moves__at"), F("asked_at")),
        times_retimed=Coalesce(Subquery(counted), 0) + Coalesce(Subquery(reduced), 0),
    )


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
