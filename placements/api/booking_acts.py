"""What is done with one booking through the API, by the verbs of the pages, once for a key."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from accounts.api.once import Done, once
from accounts.api.paging import refused
from accounts.api.problems import refuse_unknown, with_more
from accounts.http import acting
from accounts.models import Member, OrganisationKind
from accounts.statements import Question
from placements import alternatives, authority, booking_rules, bookings, priority, waiting
from placements.alternatives import Wish
from placements.api import booking_shapes as shapes
from placements.api import booking_telling as telling
from placements.models import Booking, Slot
from placements.states import BookingState

# Its fields are made once, and hold nothing of what they show.
WHOLE = shapes.WholeBooking()


def act(
    request: Request, pk: uuid.UUID, shape: type[Serializer[Any]], verb: Callable[..., Booking]
) -> HttpResponse:
    """One of the verbs, once, on a booking that the asker may see."""
    given = sent(request, shape)
    member = acting(request)

    def done() -> Done:
        verb(one(request, pk), by=member, **given)
        return Done(200, whole(one(request, pk), member))

    with clock_keeps(Slot.objects.filter(bookings=pk)):
        return once(request, done)


@contextmanager
def clock_keeps(slots: QuerySet[Slot]) -> Iterator[None]:
    """A refusal undoes its act, and with it what the clock had ended there: that stands alone."""
    try:
        yield
    except (ValidationError, APIException):
        for slot in slots:
            waiting.settle_if_due(slot)
        raise


def accept(
    booking: Booking,
    *,
    by: Member,
    places: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Booking:
    """A host accepts a request; what the waiting list has offered, the school takes up."""
    if booking.state != BookingState.OFFERED:
        booking_rules.refuse_other_dates(booking.slot, starts_on, ends_on)
        return bookings.accept(booking, by=by, places=places)
    if places is not None:
        raise refused("places", "An offer is taken up whole.")
    return waiting.take_up(booking, by=by, starts_on=starts_on, ends_on=ends_on)


def sent(request: Request, shape: type[Serializer[Any]]) -> dict[str, Any]:
    refuse_unknown(request)
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def made(booking: Booking, member: Member) -> Done:
    found = _MADE.first(pk=booking.pk, ours=member.organisation_id)
    assert found is not None  # noqa: S101 -- it was made in this transaction.
    where = reverse("api-booking", args=[booking.pk])
    return Done(201, whole(found, member, is_new=True), location=where)


def whole(booking: Booking, member: Member, *, is_new: bool = False) -> Any:
    return WHOLE.to_representation(telling.in_full(booking, member, is_new=is_new))


def visible_to(member: Member) -> QuerySet[Booking]:
    # What a school's own student found stays on the school's pages.
    listed = Booking.objects.exclude(slot__placement__provider__kind=OrganisationKind.FOUND)
    return listed.visible_to(member).select_related(
        "school__school",
        "asked_by__user",
        "slot__placement__provider",
        "slot__placement__workplace",
    )


def _made(pk: uuid.UUID, ours: uuid.UUID) -> QuerySet[Booking]:
    return visible_to(Member(organisation_id=ours)).filter(pk=pk)


_MADE = Question(_made, pk=uuid.UUID, ours=uuid.UUID)


def one(request: Request, pk: uuid.UUID) -> Booking:
    return get_object_or_404(visible_to(acting(request)), pk=pk)


def known_slot(member: Member, pk: uuid.UUID) -> Slot:
    """A slot of one's own, or of a listing that has been on show; of a draft nobody else knows."""
    if not authority.may_book(member):
        raise PermissionDenied
    seen = Q(placement__published_at__isnull=False)
    mine = Q(placement__provider=member.organisation_id)
    slots = Slot.objects.filter(seen | mine)
    found = slots.select_related("placement__provider", "placement__workplace")
    slot = found.filter(pk=pk).first()
    if slot is None:
        raise no_such_slot()
    return slot


def no_such_slot() -> ValidationError:
    return refused("slot", "There is no such slot.", code="not_found")


def asked(member: Member, *, slot: uuid.UUID, places: int, **wanted: Any) -> Booking:
    """Places in a slot; or, where they are wanting, what the school could have instead."""
    try:
        return bookings.request(Slot(pk=slot), by=member, places=places, **wanted)
    except Slot.DoesNotExist:
        raise no_such_slot() from None
    except ValidationError as refusal:
        # Only now, when it costs nobody a place: of some slots the asker may not even know.
        found = known_slot(member, slot)
        if refusal.code not in priority.TOO_FEW:
            raise
        wish = Wish(
            places=places,
            year_group=wanted.get("year_group"),
            adjustments=tuple(wanted.get("adjustments") or ()),
        )
        others = alternatives.instead_of(found, school=member.organisation, wish=wish)
        told = [telling.of_alternative(other) for other in others]
        raise with_more(refusal, alternatives=shapes.Alternative(told, many=True).data) from None
