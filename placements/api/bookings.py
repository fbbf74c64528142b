"""Booking through the API: the verbs of the pages, asked for by a platform."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.api.once import Done, once
from accounts.api.paging import MOST, page_of, refused
from accounts.api.partners import KEYED, Partner
from accounts.api.problems import (
    MEANINGS,
    PROBLEM_JSON,
    problems,
    refuse_unknown,
    with_more,
)
from accounts.http import acting
from accounts.models import Member
from accounts.statements import Question
from accounts.words import Scope
from placements import alternatives, authority, bookings, changes, waiting
from placements.alternatives import Wish
from placements.api import booking_shapes as shapes
from placements.api import booking_telling as telling
from placements.models import Booking, Slot
from placements.states import BookingState

# Its fields are made once, and hold nothing of what they show.
WHOLE = shapes.WholeBooking()
FILTERS = ("state", "slot", "placement")
DONE: dict[Any, Any] = {200: shapes.WholeBooking, **problems(400, 401, 403, 404, 409, 422)}


class OfBookings(Partner):
    reads, writes = Scope.BOOKINGS_READ, Scope.BOOKINGS_WRITE


class Bookings(OfBookings):
    @extend_schema(
        operation_id="list_bookings",
        summary="List the organisation's own bookings, on either side, newest first",
        parameters=[
            OpenApiParameter(
                "state", {"type": "array", "items": {"type": "string", "enum": BookingState.values}}
            ),
            OpenApiParameter(
                "slot", {"type": "array", "items": {"type": "string", "format": "uuid"}}
            ),
            OpenApiParameter(
                "placement", {"type": "array", "items": {"type": "string", "format": "uuid"}}
            ),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
            OpenApiParameter("cursor", {"type": "string"}),
        ],
        responses={200: shapes.Bookings, **problems(400, 401, 403)},
        tags=["bookings"],
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request, (*FILTERS, "limit", "cursor"))
        mine = filtered(visible_to(acting(request)), request)
        rows, following = page_of(mine, request, newest_by="asked_at")
        told = {"items": [telling.of_booking(row) for row in rows], "next": following}
        return Response(shapes.Bookings(told).data)

    @extend_schema(
        operation_id="ask_for_places",
        summary="Ask for places in a slot",
        description="`accepted` at once where the listing confirms at once; else `requested`; or"
        " `waiting`, where places are wanting and `wait` was sent.",
        parameters=KEYED,
        request=shapes.AskForPlaces,
        responses={
            201: shapes.WholeBooking,
            **problems(400, 401, 403, 422),
            (409, PROBLEM_JSON): OpenApiResponse(shapes.Full, description=MEANINGS[409]),
        },
        examples=[shapes.ASKED, shapes.REQUESTED],
        tags=["bookings"],
    )
    def post(self, request: Request) -> HttpResponse:
        wanted = sent(request, shapes.AskForPlaces)
        member = acting(request)
        with clock_keeps(Slot.objects.filter(pk=wanted["slot"])):
            return once(request, lambda: made(asked(member, **wanted), member))


@method_decorator(conditional_page, name="dispatch")
class OneBooking(OfBookings):
    @extend_schema(
        operation_id="read_booking",
        summary="Read one booking",
        responses={200: shapes.WholeBooking, **problems(400, 401, 403, 404)},
        tags=["bookings"],
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        refuse_unknown(request)
        return Response(whole(one(request, pk), acting(request)))


class AcceptBooking(OfBookings):
    @extend_schema(
        operation_id="accept_booking",
        summary="Accept a request, or some of its places; or, for the school, take up its offer",
        parameters=KEYED,
        request=shapes.Accept,
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.Accept, accept)


class DeclineBooking(OfBookings):
    @extend_schema(
        operation_id="decline_booking",
        summary="Decline a request, with a reason",
        parameters=KEYED,
        request=shapes.Decline,
        examples=[shapes.DECLINED],
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.Decline, bookings.decline)


class CancelBooking(OfBookings):
    @extend_schema(
        operation_id="cancel_booking",
        summary="Call off what was agreed or, for the school, take back what was asked",
        parameters=KEYED,
        request=shapes.Cancel,
        examples=[shapes.CANCELLED],
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.Cancel, bookings.cancel)


class KeepBooking(OfBookings):
    @extend_schema(
        operation_id="keep_booking",
        summary="For the school: keep places that the host has changed",
        parameters=KEYED,
        request=shapes.Nothing,
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.Nothing, changes.keep)


class LeaveBooking(OfBookings):
    @extend_schema(
        operation_id="leave_booking",
        summary="For the school: leave places that the host has changed",
        description="Not counted against the school, which is owed other places.",
        parameters=KEYED,
        request=shapes.Nothing,
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.Nothing, changes.leave)


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


def accept(booking: Booking, *, by: Member, places: int | None = None) -> Booking:
    """A host accepts a request; what the waiting list has offered, the school takes up."""
    if booking.state != BookingState.OFFERED:
        return bookings.accept(booking, by=by, places=places)
    if places is not None:
        raise refused("places", "An offer is taken up whole.")
    return waiting.take_up(booking, by=by)


def sent(request: Request, shape: type[Serializer[Any]]) -> dict[str, Any]:
    refuse_unknown(request)
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def made(booking: Booking, member: Member) -> Done:
    found = _MADE.first(pk=booking.pk, ours=member.organisation_id)
    assert found is not None  # noqa: S101 -- it was made in this transaction.
    where = reverse("api-booking", args=[booking.pk])
    return Done(201, whole(found, member), location=where)


def whole(booking: Booking, member: Member) -> Any:
    return WHOLE.to_representation(telling.in_full(booking, member))


def visible_to(member: Member) -> QuerySet[Booking]:
    return Booking.objects.visible_to(member).select_related(
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


def filtered(rows: QuerySet[Booking], request: Request) -> QuerySet[Booking]:
    """Each filter narrows; a repeated one means *or* within itself."""
    asked = {name: request.query_params.getlist(name) for name in FILTERS}
    if set(asked["state"]) - set(BookingState.values):
        raise refused("state", "Choose from the states of a booking.")
    if states := asked["state"]:
        rows = rows.filter(state__in=states)
    if slots := asked["slot"]:
        rows = rows.filter(slot__in=identifiers("slot", slots))
    if placements := asked["placement"]:
        rows = rows.filter(slot__placement__in=identifiers("placement", placements))
    return rows


def identifiers(name: str, given: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in given]
    except ValueError as fault:
        raise refused(name, "This is no identifier of ours.") from fault


def asked(member: Member, *, slot: uuid.UUID, places: int, **wanted: Any) -> Booking:
    """Places in a slot; or, where they are wanting, what the school could have instead."""
    try:
        return bookings.request(Slot(pk=slot), by=member, places=places, **wanted)
    except Slot.DoesNotExist:
        raise no_such_slot() from None
    except ValidationError as refusal:
        # Only now, when it costs nobody a place: of some slots the asker may not even know.
        found = known_slot(member, slot)
        if refusal.code != "slot_full":
            raise
        wish = Wish(
            places=places,
            year_group=wanted.get("year_group"),
            adjustments=tuple(wanted.get("adjustments") or ()),
        )
        others = alternatives.instead_of(found, school=member.organisation, wish=wish)
        told = [telling.of_alternative(other) for other in others]
        raise with_more(refusal, alternatives=shapes.Alternative(told, many=True).data) from None
